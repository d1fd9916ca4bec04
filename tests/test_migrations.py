"""Migrations: forwards and back on both databases, and never apart from the models."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from portal import create_app
from portal.extensions import db
from portal.launcher import newest_migration
from tests.conftest import TEST_SETTINGS

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_app(request: pytest.FixtureRequest, tmp_path: Path) -> Flask:
    """An application on an empty database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres_url")
    return create_app(**TEST_SETTINGS, DATA_DIR=str(tmp_path), SQLALCHEMY_DATABASE_URI=url)


def is_made_by_hand(difference: Any) -> bool:
    """Whether a difference is about what migrations write by hand: the search index, and an index on an expression."""
    return any(name in str(difference) for name in ("submission_search", "ix_outbox_emails_next_try"))


def test_the_migrations_make_what_the_models_say(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            found = [each for each in compare_metadata(context, db.metadata) if not is_made_by_hand(each)]
        db.engine.dispose()
    assert found == [], "write a migration: make migrate, then flask --app wsgi db revision --autogenerate"


def test_the_first_tables_can_be_taken_back_and_made_again(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        upgrade()
        assert "submission_search" in inspect(db.engine).get_table_names()
        db.engine.dispose()


REBUILD = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade():
    with op.batch_alter_table("coordinators") as batch:
        batch.alter_column("name", type_=sa.String(200), existing_type=sa.String(120), existing_nullable=False)
"""


def test_a_migration_keeps_children_when_it_rebuilds_their_parent(empty_app: Flask, tmp_path: Path) -> None:
    """SQLite's batch mode drops and recreates a parent: with foreign keys on, its children would go with it."""
    moment = "2026-11-22 10:00:00+00:00"
    with empty_app.app_context():
        upgrade()
        person = {"name": "Maria", "at": moment}
        db.session.execute(
            text(
                "INSERT INTO coordinators (name, email, active, fs_uniquifier, role, may_handle_money, digest, "
                "language, created_at) VALUES (:name, 'maria@example.org', true, 'x', 'viewer', false, true, 'en', :at)"
            ),
            person,
        )
        db.session.execute(
            text(
                "INSERT INTO sign_ins (coordinator_id, token_hash, created_at, seen_at) "
                "SELECT id, 'hash', :at, :at FROM coordinators"
            ),
            person,
        )
        db.session.commit()
        db.session.remove()
        copy = shutil.copytree(MIGRATIONS, tmp_path / "migrations")
        (copy / "versions" / "9999_rebuild.py").write_text(REBUILD.format(before=newest_migration()))
        upgrade(directory=str(copy))
        widths = {each["name"]: each["type"] for each in inspect(db.engine).get_columns("coordinators")}
        assert widths["name"].length == 200
        assert db.session.execute(text("SELECT count(*) FROM sign_ins")).scalar_one() == 1
        db.session.remove()
        db.engine.dispose()


def test_the_launcher_knows_the_newest_migration(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
        stands_at = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        db.session.remove()
        db.engine.dispose()
    assert stands_at == newest_migration()
