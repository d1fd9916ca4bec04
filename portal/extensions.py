"""The Flask extensions, unbound, and how the database behaves.

Only set-up that every package shares lives here; models, views and configuration values do not.
"""

from __future__ import annotations

import sqlite3
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from flask_babel import Babel
from flask_login import LoginManager
from flask_mail import Mail
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, dialects, event
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.orm import DeclarativeBase, Session, registry, scoped_session
from sqlalchemy.types import TypeDecorator

NAMING_CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

reading_only: ContextVar[bool] = ContextVar("reading_only", default=False)
"""True while a page that only reads is being served: SQLite then takes no write lock."""


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on every database; SQLite would hand back naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive datetimes and store the rest in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Hand back what was stored, marked as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The declarative base. The type map sits on a registry because Flask-SQLAlchemy refuses it on the class."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING_CONVENTION),
        type_annotation_map={datetime: UTCDateTime()},
    )


if TYPE_CHECKING:

    class RequestSession(Session, scoped_session[Session]):
        """What `db.session` is to its callers: the session of this request, which can also be let go."""


class Database(SQLAlchemy):
    """Flask-SQLAlchemy, with the type of its session as the functions of the data packages take it."""

    if TYPE_CHECKING:
        session: RequestSession


db = Database(model_class=Base)


@event.listens_for(Base.metadata, "before_create")
def pass_on_conditions(metadata: MetaData, connection: Connection, **_: Any) -> None:
    """Have PostgreSQL's indexes cover the same rows as SQLite's: a condition is written once, as `sqlite_where`.

    Where a model names it for both, SQLAlchemy loads PostgreSQL's dialect into every process: 4 MB.
    """
    if connection.dialect.name == "postgresql":
        for index in chain.from_iterable(table.indexes for table in metadata.tables.values()):
            index.dialect_kwargs["postgresql_where"] = index.dialect_kwargs.get("sqlite_where")


login_manager = LoginManager()
csrf = CSRFProtect()
mail = Mail()
babel = Babel()


@event.listens_for(Engine, "do_connect")
def connect_patiently(dialect: Dialect, record: Any, arguments: list[Any], named: dict[str, Any]) -> Any:
    """Connect to PostgreSQL so that no wait is without end: a network may swallow what is sent and say nothing."""
    if dialect.driver != "psycopg":
        return None
    patience = named.get("patience", 0)
    options = {name: value for name, value in named.items() if name != "patience"}
    if patience:
        options.setdefault("connect_timeout", max(2, round(patience / 2)))
    connection = _patient(dialect.loaded_dbapi.Connection).connect(*arguments, **options)
    connection.patience = patience or None
    return connection


@cache
def _patient(connection_class: Any) -> Any:
    """The driver's connection, with an end to every wait. The driver is loaded only where it is used."""

    def wait(self: Any, generator: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return connection_class.wait(self, generator, interval, timeout or getattr(self, "patience", None))
        except Exception:
            if self.info.transaction_status.name == "ACTIVE":
                # The answer never came. If it came later, it would be taken for that to another question.
                self.pgconn.finish()
            raise

    return type("PatientConnection", (connection_class,), {"wait": wait})


@event.listens_for(Engine, "connect")
def prepare_sqlite(dbapi_connection: Any, connection_record: Any) -> None:
    """Make SQLite durable (a thank-you page means the data is on disk), patient and strict about foreign keys."""
    if not isinstance(dbapi_connection, sqlite3.Connection):
        return
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",
    ):
        dbapi_connection.execute(f"PRAGMA {pragma}")
    # The driver's own transaction handling starts too late; `SQLite` below begins it.
    dbapi_connection.isolation_level = None


class SQLite(SQLiteDialect_pysqlite):
    """SQLite that takes its one write lock at once where something will be written.

    A transaction that reads first and writes later fails with "database is locked" however long it may wait.
    """

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin a transaction. As an event of the engine it would make every statement look for events."""
        dbapi_connection.execute("BEGIN" if reading_only.get() else "BEGIN IMMEDIATE")


for name in ("sqlite", "sqlite.pysqlite"):
    dialects.registry.register(name, __name__, SQLite.__name__)
