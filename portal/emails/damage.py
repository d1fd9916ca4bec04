"""Rows of the outbox of which something cannot be read: a disk that failed, a table that was written to by hand.

Such a letter is refused and shown to a person like any other. So what cannot be read of its row gives way to something
that can, but for its words: whoever shows those asks for them apart. Nothing here commits.
"""

from __future__ import annotations

import logging
import sqlite3
from datetime import datetime
from typing import Any

from sqlalchemy import Column, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.emails.models import REFUSED, OutboxEmail

UNREADABLE = "A letter that nobody can read"
"""Stands in the place of its subject."""
LAST_ERROR = "the letter cannot be read"
_WORDS = frozenset(("id", "text", "html", "calendar", "link_ids", "to_digest"))
_table = OutboxEmail.__table__
log = logging.getLogger(__name__)


def is_damage(error: Exception) -> bool:
    """Whether an error tells of a row that cannot be read, and not of a database that is away."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, (ValueError, TypeError, LookupError))
    return isinstance(error.orig, sqlite3.OperationalError) and "decode" in str(error.orig)


def mend(session: Session, number: int, now: datetime) -> list[str]:
    """Let the row of that number be read again, and name the columns that could not be.

    Raises what the database raises where it is away.
    """
    asked = [column for column in _table.columns if column.name not in _WORDS]
    unreadable = [column for column in asked if not _reads(session, column, number)]
    for column in unreadable:
        session.execute(
            update(_table).where(_table.c.id == number).values({column: _in_its_place(column, number, now)}),
            execution_options={"synchronize_session": False},
        )
    names = [column.name for column in unreadable]
    if names:
        log.error("letter %s is damaged: %s", number, ", ".join(names))
    return names


def _reads(session: Session, column: Column[Any], number: int) -> bool:
    """Whether a column of a row holds what it should."""
    try:
        value = session.execute(select(column).where(_table.c.id == number)).scalar_one()
    except Exception as error:
        if is_damage(error):
            return False
        raise
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


def _type_of(column: Column[Any]) -> type:
    """The type of a column's values; one of our own kinds of column is asked for what it is made of."""
    return getattr(column.type, "impl_instance", column.type).python_type
