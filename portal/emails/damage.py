"""Rows of the outbox of which something cannot be read: a disk that failed, a table that was written to by hand.

Such a letter is refused and shown to a person like any other. So what cannot be read of its row gives way to something
that can, but for its words: whoever shows those asks for them apart. Nothing here commits.
"""

from __future__ import annotations

import logging
import sqlite3
import traceback
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.emails.models import REFUSED, OutboxEmail

UNREADABLE = "A letter that nobody can read"
"""Stands in the place of its subject."""
LAST_ERROR = "the letter cannot be read"
_WORDS = frozenset(("id", "text", "html", "calendar", "link_ids"))
READ_AT_ONCE = 1000
_table = OutboxEmail.__table__
log = logging.getLogger(__name__)


def is_damage(error: Exception) -> bool:
    """Whether an error tells of a row that cannot be read, and not of a database that is away."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, (ValueError, TypeError, LookupError)) and _is_of_a_row(error)
    return isinstance(error.orig, sqlite3.OperationalError) and "decode" in str(error.orig)


def _is_of_a_row(error: Exception) -> bool:
    """Whether an error came up while a row was read, and not in what somebody made of it."""
    frames = traceback.walk_tb(error.__traceback__)
    return any(frame.f_globals.get("__name__", "").startswith("sqlalchemy.") for frame, _ in frames)


def mend(session: Session, number: int, now: datetime) -> list[str]:
    """Let the row of that number be read again, and name the columns that could not be.

    Raises what the database raises where it is away.
    """
    unreadable = [column for column in _asked() if not _reads(session, column, number)]
    for column in unreadable:
        session.execute(
            update(_table).where(_table.c.id == number).values({column: _in_its_place(column, number, now)}),
            execution_options={"synchronize_session": False},
        )
    names = [column.name for column in unreadable]
    if names:
        log.error("letter %s is damaged: %s", number, ", ".join(names))
    return names


def search(session: Session, now: datetime) -> dict[int, list[str]]:
    """Mend whatever row cannot be read, and name the columns by its number. All rows are read, a thousand at once."""
    found: dict[int, list[str]] = {}
    last = 0
    while True:
        numbers = list(
            session.scalars(select(_table.c.id).where(_table.c.id > last).order_by(_table.c.id).limit(READ_AT_ONCE))
        )
        if not numbers:
            return found
        for number in _unreadable(session, numbers):
            found[number] = mend(session, number, now)
        last = numbers[-1]


def _unreadable(session: Session, numbers: list[int]) -> list[int]:
    """Those of some rows, which stand one behind the other, that cannot be read."""
    try:
        rows = session.execute(select(*_asked()).where(_table.c.id.between(numbers[0], numbers[-1]))).all()
        if all(_holds(column, value) for row in rows for column, value in zip(_asked(), row, strict=True)):
            return []
    except Exception as error:
        if not is_damage(error):
            raise
    if len(numbers) == 1:
        return numbers
    half = len(numbers) // 2
    return [*_unreadable(session, numbers[:half]), *_unreadable(session, numbers[half:])]


@cache
def _asked() -> tuple[Column[Any], ...]:
    """The columns that everybody reads who asks what became of a letter."""
    return tuple(column for column in _table.columns if column.name not in _WORDS)


def _reads(session: Session, column: Column[Any], number: int) -> bool:
    """Whether a column of a row holds what it should."""
    try:
        value = session.execute(select(column).where(_table.c.id == number)).scalar_one()
    except Exception as error:
        if is_damage(error):
            return False
        raise
    return _holds(column, value)


def _holds(column: Column[Any], value: object) -> bool:
    """Whether a value is one that its column may hold."""
    return isinstance(value, _type_of(column)) or (value is None and bool(column.nullable))


def _in_its_place(column: Column[Any], number: int, now: datetime) -> Any:
    """What stands where something was that cannot be read."""
    if column.nullable:
        return None
    named = {
        "subject": UNREADABLE,
        "state": REFUSED,
        "language": "en",
        "last_error": LAST_ERROR,
        "message_id": f"<damaged-{number}@invalid>",
    }
    usual: dict[type, Any] = {datetime: now, str: "", int: 0, bool: False}
    return named.get(column.name, usual[_type_of(column)])


@cache
def _type_of(column: Column[Any]) -> type:
    """The type of a column's values; one of our own kinds of column is asked for what it is made of."""
    return getattr(column.type, "impl_instance", column.type).python_type
