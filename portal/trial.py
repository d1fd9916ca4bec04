"""Whether the database would take something in: a little is written and undone. A full disk or a held lock still reads.

What is said of it, and to whom, is in `health`.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

SECONDS = 5.0
"""Anybody may ask how the portal is: what was found holds for so long in each process."""
PATIENCE = 1
"""So many seconds another may hold the lock before nothing can be saved."""
MORE_THAN_THE_CACHE = 65536
"""Bytes that SQLite cannot keep in memory until the end, so that they reach the disk before they are undone."""

_found: dict[str, tuple[float, bool]] = {}


def can_save(session: Session) -> bool:
    """Whether something could be saved now. It never raises, and leaves the session without a transaction."""
    url = session.get_bind().engine.url
    key = str(url)
    known = _found.get(key)
    if known is not None and time.monotonic() - known[0] < SECONDS:
        return known[1]
    session.rollback()
    found = _sqlite_takes(url.database) if url.get_backend_name() == "sqlite" else _server_takes(session)
    _found[key] = time.monotonic(), found
    return found


def _sqlite_takes(path: str | None) -> bool:
    """Write a table and undo it, on a connection of its own: it holds the lock for less than a millisecond."""
    if not path or path == ":memory:":
        return True
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as connection:
            connection.execute("PRAGMA cache_size=1")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("CREATE TABLE trial (written BLOB)")
            connection.execute("INSERT INTO trial VALUES (zeroblob(?))", (MORE_THAN_THE_CACHE,))
            connection.execute("ROLLBACK")
    except sqlite3.Error:
        return False
    return True


def _server_takes(session: Session) -> bool:
    """Ask to change no row: a server that is read-only refuses even that. Without space it stops by itself."""
    try:
        session.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}s'"))
        session.execute(text("UPDATE worker_passes SET name = name WHERE 1 = 0"))
    except SQLAlchemyError:
        return False
    finally:
        session.rollback()
    return True
