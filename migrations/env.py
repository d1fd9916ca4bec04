"""Alembic's entry: migrations run inside the application's context, online only."""

from __future__ import annotations

from alembic import context
from flask import current_app

config = context.config
database = current_app.extensions["migrate"].db


def include_object(thing: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """Leave the search index (and SQLite's tables behind it) to the migration that makes it by hand."""
    return not (name or "").startswith("submission_search") and not (name or "").startswith("ix_submission_search")


def run() -> None:
    """Run all migrations in one transaction."""
    with database.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            # Batch mode drops and recreates parents; with foreign keys on, that would empty their children.
            raw.execute("PRAGMA foreign_keys=OFF")
        else:
            # A large table may take its time to change.
            raw.patience = None
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=True,
            compare_type=True,
            include_object=include_object,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite and raw.execute("PRAGMA foreign_key_check").fetchone():
                raise RuntimeError("a migration left a foreign key that points at nothing")
        connection.commit()
        if is_sqlite:
            raw.execute("PRAGMA foreign_keys=ON")


run()
