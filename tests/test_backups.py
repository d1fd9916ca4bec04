"""Backup and restore on both databases: the rows are equal, old post is held, nothing is overwritten."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import backups, create_app
from portal.accounts.models import Coordinator
from portal.clock import utc_now
from portal.directory.models import Union
from portal.emails import letters, outbox
from portal.emails.models import HELD, QUEUED, SENDING, SENT, OutboxEmail
from portal.extensions import db
from tests.conftest import TEST_SETTINGS
from tests.postgres import PostgresServer

STATES = (QUEUED, SENDING, SENT, HELD, QUEUED)


def write_letters(app: Flask) -> None:
    """Letters in several states, as they stand in a portal that is at work."""
    with app.app_context():
        letter = letters.compose("Ваш запит – ваша зустріч", "Dear Siân,\n\nthank you.", "en", {"sender": ""})
        for number, state in enumerate(STATES):
            row = outbox.queue(
                db.session,
                letter,
                to=f"sian{number}@example.org",
                template="common/message",
                role="branch",
                now=utc_now(),
            )
            row.state = state
            row.next_try_at = utc_now() if state in (QUEUED, SENDING) else None
            row.leased_by = "worker-1" if state == SENDING else None
        db.session.commit()


def contents(app: Flask) -> dict[str, list[Any]]:
    """Every row of every table, without what restoring changes on purpose."""
    changed = {"state", "next_try_at", "leased_by"}
    found: dict[str, list[Any]] = {}
    with app.app_context():
        for table in db.metadata.sorted_tables:
            columns = [each for each in table.columns if table.name != "outbox_emails" or each.name not in changed]
            keys = list(table.primary_key.columns)
            found[table.name] = [tuple(row) for row in db.session.execute(select(*columns).order_by(*keys))]
        db.session.remove()
    return found


def states_of_letters(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(OutboxEmail.state).order_by(OutboxEmail.id)))


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, any_app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """An application on an empty place of the same kind of database."""
    server: PostgresServer | None = None
    name = ""
    url = f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"
    if "postgresql" in any_app.config["SQLALCHEMY_DATABASE_URI"]:
        server = request.getfixturevalue("postgres_server")
        name = server.create_database()
        url = server.url(name)
    app = create_app(**TEST_SETTINGS, DATA_DIR=str(tmp_path), SQLALCHEMY_DATABASE_URI=url)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    if server is not None:
        server.drop_database(name)


def test_a_restored_portal_holds_the_same_and_sends_nothing_old(
    any_app: Flask, elsewhere: Flask, tmp_path: Path
) -> None:
    write_letters(any_app)
    copy = tmp_path / "copy.backup"
    backups.backup(any_app, copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with elsewhere.app_context():
        assert backups.restore(elsewhere, copy) == 3
        db.session.remove()
    before = contents(any_app)
    assert contents(elsewhere) == before
    assert len(before["unions"]) > 50
    assert len(before["outbox_emails"]) == len(STATES)
    assert states_of_letters(elsewhere) == [HELD, HELD, SENT, HELD, HELD]
    with elsewhere.app_context():
        waiting = select(OutboxEmail.id).where(
            OutboxEmail.next_try_at.is_not(None) | OutboxEmail.leased_by.is_not(None)
        )
        assert db.session.scalars(waiting).all() == []


def test_neither_a_backup_nor_a_database_is_overwritten(any_app: Flask, elsewhere: Flask, tmp_path: Path) -> None:
    copy = tmp_path / "copy.backup"
    backups.backup(any_app, copy)
    held = copy.read_bytes()
    with pytest.raises(backups.BackupError, match="exists already"):
        backups.backup(any_app, copy)
    assert copy.read_bytes() == held
    with any_app.app_context(), pytest.raises(backups.BackupError, match=r"not empty|exists already"):
        backups.restore(any_app, copy)
    with any_app.app_context():
        assert db.session.scalars(select(Union)).first() is not None


def test_a_backup_is_whole_while_somebody_writes(app: Flask, elsewhere_sqlite: Flask, tmp_path: Path) -> None:
    """What is committed is in the copy, what is not yet committed is not."""
    write_letters(app)
    with app.app_context():
        db.session.add(Coordinator(name="Not Yet", email="not-yet@example.org", created_at=utc_now()))
        db.session.flush()
        backups.backup(app, tmp_path / "copy.backup")
        db.session.rollback()
    with elsewhere_sqlite.app_context():
        backups.restore(elsewhere_sqlite, tmp_path / "copy.backup")
        assert db.session.scalars(select(Coordinator)).all() == []
        assert len(db.session.scalars(select(OutboxEmail)).all()) == len(STATES)


@pytest.fixture
def elsewhere_sqlite(tmp_path: Path) -> Iterator[Flask]:
    path = tmp_path / "second.sqlite3"
    app = create_app(**TEST_SETTINGS, DATA_DIR=str(tmp_path), SQLALCHEMY_DATABASE_URI=f"sqlite:///{path}")
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a_journal_of_the_lost_database_is_not_played_into_the_restored_one(
    app: Flask, elsewhere_sqlite: Flask, tmp_path: Path
) -> None:
    backups.backup(app, tmp_path / "copy.backup")
    journal = tmp_path / "second.sqlite3-wal"
    journal.write_bytes(b"left over")
    with elsewhere_sqlite.app_context():
        backups.restore(elsewhere_sqlite, tmp_path / "copy.backup")
    assert not journal.exists() or not journal.read_bytes().startswith(b"left over")


@pytest.mark.parametrize("kind", ["text", "other-database", "empty"])
def test_what_is_no_backup_is_refused_in_a_sentence(elsewhere_sqlite: Flask, tmp_path: Path, kind: str) -> None:
    source = tmp_path / "source"
    if kind == "other-database":
        with sqlite3.connect(source) as other:
            other.execute("CREATE TABLE recipes (name TEXT)")
        other.close()
    else:
        source.write_bytes(b"" if kind == "empty" else b"borshch\n" * 2000)
    with elsewhere_sqlite.app_context(), pytest.raises(backups.BackupError, match="not a backup"):
        backups.restore(elsewhere_sqlite, source)
    assert not (tmp_path / "second.sqlite3").exists()


def test_a_backup_that_fails_leaves_nothing_behind(elsewhere_sqlite: Flask, tmp_path: Path) -> None:
    with pytest.raises(backups.BackupError, match="no database"):
        backups.backup(elsewhere_sqlite, tmp_path / "copy.backup")
    with pytest.raises(backups.BackupError, match="cannot be written"):
        backups.backup(elsewhere_sqlite, tmp_path / "missing" / "copy.backup")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.postgres
def test_a_broken_copy_leaves_postgresql_empty(elsewhere_postgres: Flask, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("borshch")
    with elsewhere_postgres.app_context(), pytest.raises(backups.BackupError, match="pg_restore"):
        backups.restore(elsewhere_postgres, source)


@pytest.fixture
def elsewhere_postgres(postgres_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(**TEST_SETTINGS, DATA_DIR=str(tmp_path), SQLALCHEMY_DATABASE_URI=postgres_url)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_the_commands_say_what_they_did(app: Flask, elsewhere_sqlite: Flask, tmp_path: Path) -> None:
    write_letters(app)
    copy = str(tmp_path / "copy.backup")
    done = app.test_cli_runner().invoke(args=["backup", copy])
    assert (done.exit_code, copy in done.output) == (0, True)
    done = app.test_cli_runner().invoke(args=["backup", copy])
    assert done.exit_code == 1
    done = elsewhere_sqlite.test_cli_runner().invoke(args=["restore", copy])
    assert done.exit_code == 0
    assert "3 unsent letters are held: read them" in done.output
    assert "No reminder is due now." in done.output


@pytest.mark.parametrize(("count", "said"), [(0, "No letter was unsent."), (1, "1 unsent letter is held: read it")])
def test_a_restore_counts_letters_as_people_do(
    app: Flask, elsewhere_sqlite: Flask, tmp_path: Path, count: int, said: str
) -> None:
    with app.app_context():
        letter = letters.compose("About Jean", "Dear Jean,", "en", {})
        for _ in range(count):
            outbox.queue(db.session(), letter, to="jean@example.org", template="t", role="branch", now=utc_now())
        db.session.commit()
        backups.backup(app, tmp_path / "copy.backup")
    done = elsewhere_sqlite.test_cli_runner().invoke(args=["restore", str(tmp_path / "copy.backup")])
    assert said in done.output
