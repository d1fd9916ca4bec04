"""How often something may be tried: by account, by address and in all, counted across processes and restarts.

The counts stand in our own database unless RATELIMIT_STORAGE_URI names another place. What happens when a
limit is reached is the caller's business. Nothing here knows who anybody is: only keyed hashes are stored.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import cache

from flask import Flask, current_app
from limits import RateLimitItem, parse
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import Connection, String, bindparam, delete, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.exceptions import TooManyRequests

from portal.clock import utc_now
from portal.extensions import db
from portal.own_transaction import own_transaction

_of_the_page: ContextVar[Connection | None] = ContextVar("limits_of_the_page", default=None)
"""The connection in whose transaction tries are counted just now; None for a transaction of their own."""


class LimitCount(db.Model):
    """How often one thing was tried since its window began."""

    __tablename__ = "limit_counts"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    count: Mapped[int] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column(index=True)


_COUNT_ONCE_MORE = text(
    """INSERT INTO limit_counts (key, count, expires_at) VALUES (:key, :amount, :ends_at)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN limit_counts.expires_at > :now THEN limit_counts.count ELSE 0 END + excluded.count,
        expires_at = CASE WHEN limit_counts.expires_at > :now THEN limit_counts.expires_at ELSE excluded.expires_at END
    RETURNING count"""
).bindparams(*(bindparam(name, type_=LimitCount.expires_at.type) for name in ("now", "ends_at")))
"""Both databases understand it. SQLAlchemy has an INSERT for each, and to name both would load both dialects."""


class DatabaseStorage(Storage):
    """Counts in our own database: each in a short transaction of its own, or in the page's where one was named."""

    STORAGE_SCHEME = ["portal-database"]

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the database raises; it is passed on as it is."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count once more and return the count; a window that is over begins anew. `expiry` is in seconds."""
        now = utc_now()
        values = {"key": key, "amount": amount, "now": now, "ends_at": now + timedelta(seconds=expiry)}
        with _transaction() as connection:
            return int(connection.execute(_COUNT_ONCE_MORE, values).scalar_one())

    def get(self, key: str) -> int:
        """The count as it stands now."""
        found = self._row(key)
        return found[0] if found else 0

    def get_expiry(self, key: str) -> float:
        """When the window of a count ends, in seconds since 1970; now, where nothing was counted."""
        found = self._row(key)
        return (found[1] if found else utc_now()).timestamp()

    def check(self) -> bool:
        """Whether the counts can be read."""
        self._row("")
        return True

    def reset(self) -> int:
        """Forget every count."""
        with own_transaction() as connection:
            return connection.execute(delete(LimitCount)).rowcount

    def clear(self, key: str) -> None:
        """Forget one count."""
        with own_transaction() as connection:
            connection.execute(delete(LimitCount).where(LimitCount.key == key))

    def _row(self, key: str) -> tuple[int, datetime] | None:
        """Count and end of a window that is not over yet."""
        with _transaction() as connection:
            row = connection.execute(
                select(LimitCount.count, LimitCount.expires_at).where(
                    LimitCount.key == key, LimitCount.expires_at > utc_now()
                )
            ).first()
        return (row[0], row[1]) if row else None


@contextmanager
def _transaction() -> Iterator[Connection]:
    """Where a try is counted: in a transaction of its own, unless the page's own was named."""
    pages_own = _of_the_page.get()
    if pages_own is not None:
        yield pages_own
    else:
        with own_transaction() as connection:
            yield connection


def init_app(app: Flask) -> None:
    """Open the place where the counts stand: RATELIMIT_STORAGE_URI. Tests may say "memory://"."""
    storage = storage_from_string(app.config["RATELIMIT_STORAGE_URI"])
    app.extensions["portal-limits"] = FixedWindowRateLimiter(storage)


def count(setting: str, *about: str) -> int:
    """Count one try against the limit named by a setting; the seconds to wait, 0 while within the limit.

    `about` says whose tries are counted ("account", "maria@example.org"). Call it before the session is used:
    the count is a transaction of its own (see `own_transaction`).
    """
    limit = _limit(setting)
    key = _key(setting, about)
    if _limiter().hit(limit, key):
        return 0
    ends_at = _limiter().get_window_stats(limit, key).reset_time
    return max(1, round(ends_at - utc_now().timestamp()))


def forget(setting: str, *about: str) -> None:
    """Begin a count anew, because whoever tried has shown to be the right person."""
    _limiter().clear(_limit(setting), _key(setting, about))


def refuse_if_over(*waits: int) -> None:
    """Answer 429 where one of the counts says to wait."""
    seconds = max(waits, default=0)
    if seconds:
        raise TooManyRequests(retry_after=seconds)


def form_is_over_limit(connection: Connection, address: str) -> bool:
    """Count a form sent from an address; True where it should be held for review. Nothing is ever refused.

    It is counted in the transaction that files it: a form that is not filed was not sent.
    """
    return any(_waits(connection, "LIMIT_FORM", address))


def refuse_more_drafts(connection: Connection, address: str) -> None:
    """Count a form begun from an address; 429 where too many were: each is kept for a day, and disks are not endless.

    It is counted in the transaction that keeps its first step. Forms that were begun before go on.
    """
    refuse_if_over(*_waits(connection, "LIMIT_DRAFTS", address))


def _waits(connection: Connection, setting: str, address: str) -> list[int]:
    """Count by address and in all, in the page's own transaction; the seconds to wait for each."""
    before = _of_the_page.set(connection)
    try:
        return [count(f"{setting}_PER_ADDRESS", "address", address), count(f"{setting}_IN_ALL", "in all")]
    finally:
        _of_the_page.reset(before)


def sweep(now: datetime) -> None:
    """Delete the counts whose window is over, in a transaction of its own. The worker calls this."""
    with own_transaction() as connection:
        connection.execute(delete(LimitCount).where(LimitCount.expires_at < now))


def _limiter() -> FixedWindowRateLimiter:
    """The running application's counts."""
    limiter = current_app.extensions["portal-limits"]
    assert isinstance(limiter, FixedWindowRateLimiter)
    return limiter


def _limit(setting: str) -> RateLimitItem:
    """The limit that a setting spells out, such as "5 per minute"."""
    return _parsed(str(current_app.config[setting]))


@cache
def _parsed(words: str) -> RateLimitItem:
    return parse(words)


def _key(setting: str, about: tuple[str, ...]) -> str:
    """What is stored of whom we count: a hash that cannot be turned back without our key."""
    words = "\x1f".join((setting, *about)).encode("utf-8", "backslashreplace")
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, words, hashlib.sha256).hexdigest()[:40]
