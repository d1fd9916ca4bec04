"""What a database must be told now and then to stay quick. How it behaves otherwise is set up in `extensions`."""

from __future__ import annotations

from portal.extensions import db
from portal.own_transaction import own_transaction


def tidy_statistics() -> None:
    """Let SQLite look at how many rows its indexes find, from a sample; PostgreSQL does that by itself."""
    if db.engine.dialect.name == "sqlite":
        with own_transaction() as connection:
            connection.exec_driver_sql("PRAGMA analysis_limit=1000")
            connection.exec_driver_sql("ANALYZE")
