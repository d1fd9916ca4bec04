"""What was read holds until something is written: SQLite says by two numbers whether anything was.

For what many pages ask and few writes change, such as the counts of the queue. PostgreSQL has no such numbers, so
there everything is read afresh. Nothing here knows what is read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection

from portal.extensions import reading_only

Value = TypeVar("Value")
MOST = 100
"""When so many values are remembered for a connection, all are forgotten."""
INFO = "portal-remembered"


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
