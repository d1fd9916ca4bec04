"""What was read holds until something is written. Nothing here knows what is read.

For what many pages ask and few writes change, such as the counts of the queue, SQLite says by two numbers whether
anything was written (`remembered`). PostgreSQL has no such numbers, so there it is read afresh. What one page asks
again and again holds for that page on either (`while_reading`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from portal.extensions import reading_only

Value = TypeVar("Value")
MOST = 100
"""When so many values are remembered for a connection, all are forgotten."""
INFO = "portal-remembered"


ON_THIS_PAGE = "portal-read-on-this-page"


class Memory(NamedTuple):
    """What one connection remembers, and the two numbers as they were then."""

    version: int
    changes: int
    values: dict[Hashable, Any]


def remembered(connection: Connection, key: Hashable, read: Callable[[Connection], Value]) -> Value:
    """What `read` gave for this key, as long as nobody has written to the database since; else what it gives now.

    Only a page that writes nothing may remember: what a transaction that is still open has written may be undone.
    The value must be one that nobody changes.
    """
    raw = connection.connection.dbapi_connection
    if not reading_only.get() or not isinstance(raw, sqlite3.Connection):
        return read(connection)
    # The first number moves with what other connections commit, the second with what this one writes.
    version = raw.execute("PRAGMA data_version").fetchone()[0]
    memory: Memory | None = connection.info.get(INFO)
    if memory is None or memory.version != version or memory.changes != raw.total_changes or len(memory.values) > MOST:
        memory = connection.info[INFO] = Memory(version, raw.total_changes, {})
    if key not in memory.values:
        memory.values[key] = read(connection)
    value: Value = memory.values[key]
    return value


def while_reading(session: Session, key: Hashable, read: Callable[[], Value]) -> Value:
    """What `read` gives, asked once for this key in a session that writes nothing; in any other it is asked each time.

    The session ends with the page, and what was read with it.
    """
    if not reading_only.get():
        return read()
    values: dict[Hashable, Any] = session.info.setdefault(ON_THIS_PAGE, {})
    if key not in values:
        values[key] = read()
    value: Value = values[key]
    return value


def read_as(session: Session, key: Hashable, value: Any) -> None:
    """Let `while_reading` give this value for the key until the page ends: it shows what somebody was told before."""
    if reading_only.get():
        session.info.setdefault(ON_THIS_PAGE, {})[key] = value
