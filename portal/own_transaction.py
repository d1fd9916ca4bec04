"""Short transactions beside the request's own: for what must stay written even if the page is rolled back.

Nothing of a branch's or a coordinator's work belongs here; that is written with the page it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.pool import StaticPool

from portal.extensions import db, reading_only


@contextmanager
def own_transaction(patience: int | None = None) -> Iterator[Connection]:
    """A connection with a transaction of its own, committed at the end of the block.

    `patience` is how many milliseconds SQLite may wait for other writers (None: as long as `DATABASE_TIMEOUT`
    says). Raises `RuntimeError` where the request's session already holds SQLite's one write lock: the two would
    wait for each other.
    """
    _refuse_a_deadlock()
    before = reading_only.set(False)
    try:
        with db.engine.connect() as connection, _waiting(connection, patience), connection.begin():
            yield connection
    finally:
        reading_only.reset(before)


@contextmanager
def reading() -> Iterator[None]:
    """Let the session read without the write lock, and close its transaction at the end of the block.

    For a page that writes but first does something slow, such as checking a password, with what it has read.
    """
    before = reading_only.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        reading_only.reset(before)


def _refuse_a_deadlock() -> None:
    """Find a second writer in one request at once, instead of after the database's patience."""
    if db.engine.dialect.name != "sqlite":
        return
    is_shared = isinstance(db.engine.pool, StaticPool)
    if db.session.registry.has() and db.session().in_transaction() and (is_shared or not reading_only.get()):
        raise RuntimeError("end the session's transaction before writing beside it")


@contextmanager
def _waiting(connection: Connection, milliseconds: int | None) -> Iterator[None]:
    """Let this connection to SQLite wait so long for other writers, and afterwards as long as before."""
    raw: Any = connection.connection.dbapi_connection
    if milliseconds is None or connection.dialect.name != "sqlite":
        yield
        return
    before = raw.execute("PRAGMA busy_timeout").fetchone()[0]
    raw.execute(f"PRAGMA busy_timeout={int(milliseconds)}")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA busy_timeout={int(before)}")
