"""Migrations: forwards and back on both databases, and never apart from the models."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select, text

from portal import create_app, migrating
from portal.accounts import commands
from portal.accounts.models import Coordinator
from portal.directory.load import load_reference_data
from portal.extensions import db
from portal.launcher import newest_migration
from portal.sealed import digest, seal, unseal
from portal.speakers.report_rows import MeetingReport
from portal.submissions import actions, consents, history, registry
from portal.submissions.actions import Mover
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor
from tests.conftest import PASSWORD, TEST_SETTINGS, opened

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_app(request: pytest.FixtureRequest, tmp_path: Path) -> Flask:
    """An application on an empty database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres_url")
    app = create_app(**TEST_SETTINGS, DATA_DIR=str(tmp_path), SQLALCHEMY_DATABASE_URI=url)
    migrating.init_app(app)
    return app


def is_made_by_hand(difference: Any) -> bool:
    """Whether a difference is about what migrations write by hand: the search index, and indexes on expressions."""
    by_hand = ("submission_search", "ix_outbox_emails_next_try", "ix_submissions_folded_email")
    return any(name in str(difference) for name in by_hand)


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_the_migrations_make_what_the_models_say(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            found = [each for each in compare_metadata(context, db.metadata) if not is_made_by_hand(each)]
        db.engine.dispose()
    assert found == [], "write a migration: make migrate, then flask --app wsgi db revision --autogenerate"


def conditions() -> dict[str, str]:
    """The indexes of the database that cover some rows alone, with their conditions without brackets."""
    found = inspect(db.engine)
    where = f"{db.engine.dialect.name}_where"
    return {
        str(index["name"]): str(index["dialect_options"][where]).strip("()")
        for table in found.get_table_names()
        for index in found.get_indexes(table)
        if where in index.get("dialect_options", {})
    }


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_the_migrations_and_the_models_make_indexes_over_the_same_rows(empty_app: Flask) -> None:
    """Alembic does not compare the conditions. A unique index without its own would refuse what is allowed."""
    with empty_app.app_context():
        db.create_all()
        wanted = conditions()
        db.drop_all()
        upgrade()
        assert "uq_twinnings_living_of_proposal" in wanted
        assert conditions() == wanted
        db.engine.dispose()


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


CAME_OR_WENT = (
    *("leased_until", "approval_id", "calendar", "calendar_method"),
    *("fallback", "speaker_id", "remind_on", "answer_by"),
    *("beside_remind_on", "beside_answer_by", "has_interpreter", "told_on", "tour_id", "other_day_by", "joining_link"),
    *("aims_noted_on", "sent_with"),
    *("speaker_name", "speaker_email", "sealed_name", "sealed_email", "to_digest"),
)
"""Columns that only some of the migrations know."""


def as_it_stands(app: Flask) -> dict[str, Any]:
    """Every index as the database says it, and every row that a request consists of."""
    sqlite = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
    postgres = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname"
    tables = ("submissions", "speaker_requests", "affiliations", "terms", "events", "consents", "outbox_emails")
    with app.app_context():
        is_sqlite = db.engine.dialect.name == "sqlite"
        found: dict[str, Any] = {
            "indexes": [tuple(row) for row in db.session.execute(text(sqlite if is_sqlite else postgres))],
            "search": [tuple(row) for row in db.session.execute(text("SELECT * FROM submission_search"))],
        }
        for table in tables:
            rows = db.session.execute(text(f"SELECT * FROM {table} ORDER BY id")).mappings()
            found[table] = [
                {name: opened(value) for name, value in row.items() if name not in CAME_OR_WENT} for row in rows
            ]
        db.session.remove()
        db.engine.dispose()
    return found


def file_two(app: Flask) -> None:
    """A speaker request with history, consent and letters, and an affiliation with its term."""
    now = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    with app.app_context():
        load_reference_data(db.session)
        commands.create_coordinator(
            email="maria@example.org", name="Maria", role="coordinator", password=PASSWORD, now=now
        )
        person = db.session.scalars(select(Coordinator)).one()
        for kind in ("speaker", "affiliation"):
            submission = registry.kind(kind).model(
                heading="NUM Durham Area", contact_name="Jean Armstrong", contact_email="Jean@Example.org", consents=[]
            )
            submission.coordinator = person
            consents.record(submission, "speaker", language="en", now=now)
            actions.receive(db.session, submission, now=now, by=Mover(Actor.BRANCH))
            if kind == "affiliation":
                submission.fee_pence, submission.accepts_aims = 5000, True
                actions.perform(db.session, submission, "accept", by=Mover(Actor.COORDINATOR, person), now=now)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def test_the_second_migration_keeps_everything_both_ways(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
    file_two(empty_app)
    before = as_it_stands(empty_app)
    assert [len(before[name]) for name in ("submissions", "consents", "terms", "search")] == [2, 2, 1, 2]
    with empty_app.app_context():
        downgrade(revision="0001")
        names = {each["name"] for each in inspect(db.engine).get_indexes("submissions")}
        columns = {each["name"] for each in inspect(db.engine).get_columns("outbox_emails")}
    assert {"ix_submissions_email", "ix_submissions_held", "ix_submissions_turn"} <= names
    assert "leased_until" in columns
    older = as_it_stands(empty_app)
    assert {**older, "indexes": []} == {**before, "indexes": []}
    with empty_app.app_context():
        upgrade()
    assert as_it_stands(empty_app) == before


def test_letters_are_sealed_and_stand_open_again_both_ways(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
    file_two(empty_app)
    columns = "SELECT to_address, text, html, calendar FROM outbox_emails ORDER BY id"
    with empty_app.app_context():
        with_file = "UPDATE outbox_emails SET calendar = :calendar WHERE id = 1"
        db.session.execute(text(with_file), {"calendar": seal("BEGIN:VCALENDAR")})
        db.session.commit()
        downgrade(revision="0012")
        open_rows = [tuple(row) for row in db.session.execute(text(columns))]
        assert "BEGIN:VCALENDAR" in open_rows[0]
        assert not any("sealed:" in (each or "") for row in open_rows for each in row)
        assert any(address.startswith("Jean@") for address, *_ in open_rows)
        db.session.remove()
        upgrade()
        kept = [tuple(row) for row in db.session.execute(text(columns))]
        assert all(each is None or each.startswith("sealed:") for row in kept for each in row)
        assert [tuple(map(opened, row)) for row in kept] == open_rows
        found_by = db.session.execute(text("SELECT to_digest FROM outbox_emails WHERE id = 1")).scalar_one()
        assert found_by == digest("jean@example.org")
        db.session.remove()
        db.engine.dispose()


def test_who_was_asked_before_there_were_keys_is_sealed_and_can_be_unsealed_again(empty_app: Flask) -> None:
    name, address = "Оксана Вигадана", "oksana@example.org"
    with empty_app.app_context():
        upgrade()
    file_two(empty_app)
    with empty_app.app_context():
        db.session.execute(text("UPDATE speaker_requests SET sealed_name = :name"), {"name": seal(name)})
        db.session.execute(text("UPDATE speaker_requests SET sealed_email = :email"), {"email": seal(address)})
        db.session.commit()
        db.session.remove()
        downgrade(revision="0006")
        plain = text("SELECT speaker_name, speaker_email FROM speaker_requests")
        assert db.session.execute(plain).one() == (name, address)
        db.session.remove()
        upgrade(revision="0007")
        sealed = db.session.execute(text("SELECT sealed_name, sealed_email FROM speaker_requests")).one()
        assert [unseal(each) for each in sealed] == [name, address]
        assert not any(each in (name, address) for each in sealed)
        db.session.remove()
        db.engine.dispose()


def test_a_branch_that_is_asked_how_its_meeting_went_has_its_report_to_write(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
    file_two(empty_app)
    with empty_app.app_context():
        downgrade(revision="0008")
        db.session.execute(text("UPDATE submissions SET state = 'held' WHERE kind = 'speaker'"))
        db.session.commit()
        db.session.remove()
        upgrade()
        report = db.session.scalars(select(MeetingReport)).one()
        assert (report.side, report.held, report.wishes, report.next_step) == ("branch", None, [], "")
        assert db.session.get_one(Submission, report.submission_id).state == "held"
        db.session.remove()
        db.engine.dispose()


def test_affiliations_that_ended_as_withdrawn_requests_are_called_ended(empty_app: Flask) -> None:
    ways = (("active",), ("grace",), ("received",), ("active", "received"), ("received", "renewal-due"))
    with empty_app.app_context():
        upgrade()
        downgrade(revision="0029")
        numbers = []
        for way in ways:
            made = registry.kind("affiliation").model(heading="Unison Leeds", contact_name="Tess", consents=[])
            actions.receive(db.session, made, now=datetime.now(UTC), by=Mover(Actor.BRANCH))
            db.session.flush()
            numbers.append(made.id)
            for was in way:
                # Each time it was opened again, and withdrawn once more.
                line = history.line(made, "transition", Mover(Actor.BRANCH), datetime.now(UTC), from_state=was)
                line.transition, line.to_state = "withdraw", "withdrawn"
                db.session.add(line)
                db.session.flush()
            db.session.execute(text("UPDATE submissions SET state = 'withdrawn' WHERE id = :id"), {"id": made.id})
        db.session.commit()
        db.session.remove()
        upgrade()
        found = [db.session.get_one(Submission, number).state for number in numbers]
        assert found == ["ended", "ended", "withdrawn", "withdrawn", "ended"]
        rows = db.session.execute(text("SELECT from_state, transition, to_state FROM events WHERE name = 'transition'"))
        assert {tuple(row) for row in rows} == {
            *((was, "leave", "ended") for was in ("active", "grace", "renewal-due")),
            ("received", "withdraw", "withdrawn"),
        }
        db.session.remove()
        db.engine.dispose()


def test_migrated_and_created_tables_are_alike(empty_app: Flask, tmp_path: Path) -> None:
    with empty_app.app_context():
        upgrade()
    migrated = as_it_stands(empty_app)["indexes"]
    with empty_app.app_context():
        migrated_tables = tables_that_count_up()
        db.session.remove()
        downgrade(revision="base")
        db.session.execute(text("DROP TABLE alembic_version"))
        db.session.commit()
        db.create_all()
    assert as_it_stands(empty_app)["indexes"] == [each for each in migrated if each[0] != "alembic_version_pkc"]
    with empty_app.app_context():
        assert tables_that_count_up() == migrated_tables
        db.session.remove()
        db.engine.dispose()


def tables_that_count_up() -> list[str]:
    """SQLite's tables whose numbers are never used again; none of PostgreSQL's need to say so."""
    if db.engine.dialect.name != "sqlite":
        return []
    found = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%' ORDER BY name"
    return list(db.session.scalars(text(found)))


def test_the_number_of_an_erased_request_is_never_given_again(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
    file_two(empty_app)
    with empty_app.app_context():
        # Rows that came before: the numbers must hold for a table that was rebuilt around them.
        downgrade(revision="0001")
        upgrade()
        for table, column in (("outbox_emails", "submission_id"), ("submissions", "id")):
            db.session.execute(text(f"DELETE FROM {table} WHERE {column} = 2"))
        db.session.commit()
        submission = registry.kind("twinning").model(heading="UCU Leeds", contact_name="Tess", consents=[])
        actions.receive(db.session, submission, now=datetime.now(UTC), by=Mover(Actor.BRANCH))
        db.session.commit()
        assert submission.reference == "USC-1003"
        db.session.remove()
        db.engine.dispose()
