"""An application with an outbox of its own and real mail servers, for the tests of the post."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, insert, select, update

from portal.clock import utc_now
from portal.emails import outbox
from portal.emails.letters import Letter
from portal.emails.models import OutboxEmail
from portal.emails.transport import choose_transport
from portal.extensions import db
from tests.emails import servers
from tests.emails.browser import Browser
from tests.emails.nursery import Nursery
from tests.processes import Portal

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LETTER = Letter("Your request USC-1007", "Dear Jean,\n\nThank you.\n", "<p>Dear Jean,</p><p>Thank you.</p>")


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def on(self, **span: float) -> None:
        """Move on (or back)."""
        self.now += timedelta(**span)


def uri(folder: Path) -> dict[str, Any]:
    """Where the database of a test lies."""
    return {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'portal.sqlite3'}"}


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    """The configuration of the tests: quick retries, short time-outs, fixed keys."""
    return {
        "PORTAL_ENV": "test",
        "DATA_DIR": str(tmp_path),
        **uri(tmp_path),
        "SECRET_KEY": "s" * 40,
        "LINK_KEY": "k" * 40,
        "FIELD_KEY": "f" * 40,
        "PUBLIC_URL": "https://portal.example.org",
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": servers.free_port(),
        "MAIL_DEFAULT_SENDER": "Ukraine Solidarity Campaign <post@example.org>",
        "TEAM_EMAIL": "info@example.org",
        "MAIL_TIMEOUT": 1.0,
        "MAIL_RETRY_SECONDS": [60, 300],
        "MAIL_GIVE_UP_AFTER": 3600,
        "MAIL_LEASE_SECONDS": 300,
    }


@pytest.fixture
def make_app(make_app: Callable[..., Flask], settings: dict[str, Any]) -> Callable[..., Flask]:
    """Makes an application over this test's database, with the settings of the post."""

    def make(**overrides: Any) -> Flask:
        return make_app(**{**settings, **overrides})

    return make


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The application most tests use."""
    return make_app()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(settings: dict[str, Any]) -> Iterator[servers.Manners]:
    """A mail server where the application expects it."""
    controller, manners = servers.start(port=settings["MAIL_PORT"])
    yield manners
    manners.released.set()
    controller.stop()


@pytest.fixture
def nursery(settings: dict[str, Any], tmp_path: Path) -> Iterator[Callable[..., Nursery]]:
    """Makes nurseries of worker processes over this test's database; whoever is left is ended."""
    made: list[Nursery] = []

    def make(**overrides: Any) -> Nursery:
        quick = {"WORKER_INTERVAL": 0.05, "MAIL_TIMEOUT": 10, "MAIL_LEASE_SECONDS": 60}
        made.append(Nursery({**settings, **quick, **overrides}, tmp_path / f"workers-{len(made)}.txt"))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def serve(settings: dict[str, Any], tmp_path: Path) -> Iterator[Callable[..., Browser]]:
    """Starts the shipped web server over this test's database and gives a browser."""
    started: list[Portal] = []

    def begin(**environment: str) -> Browser:
        web = Portal(
            "serve",
            output=tmp_path / "serve.txt",
            PORTAL_ENV="test",
            DATA_DIR=settings["DATA_DIR"],
            SECRET_KEY=settings["SECRET_KEY"],
            LINK_KEY=settings["LINK_KEY"],
            FIELD_KEY=settings["FIELD_KEY"],
            # No test types as slowly as a person: its forms would be held for review.
            FORM_MINIMUM_SECONDS="0",
            **environment,
        )
        started.append(web)
        web.wait_until_up()
        return Browser(web)

    yield begin
    for each in started:
        each.clear()


def put(app: Flask, to: str = "jean@example.org", letter: Letter = LETTER, **more: Any) -> int:
    """Queue and commit one letter; its id."""
    values: dict[str, Any] = {"template": "test/letter", "role": "branch", "now": NOW, **more}
    with app.app_context():
        email = outbox.queue(db.session(), letter, to=to, **values)
        db.session.commit()
        return email.id


def deliver(app: Flask, clock: Clock, limit: int = 500, worker: str = "worker-1", **more: Any) -> outbox.Delivered:
    """One pass of a worker."""
    with app.app_context():
        return outbox.deliver_due(clock, choose_transport(app.config), worker, limit, **more)


def all_sent(app: Flask) -> bool:
    """Whether every letter has left."""
    with app.app_context():
        return set(db.session.scalars(select(OutboxEmail.state))) == {"sent"}


def end_leases(app: Flask) -> None:
    """As if the time of every lease had passed."""
    with app.app_context():
        db.session.execute(update(OutboxEmail).where(OutboxEmail.state == "sending").values(next_try_at=utc_now()))
        db.session.commit()


def row(app: Flask, email_id: int) -> OutboxEmail:
    """A letter as the database has it now."""
    with app.app_context():
        email = db.session.get_one(OutboxEmail, email_id)
        db.session.expunge(email)
        return email


def a_submission(app: Flask) -> int:
    """A bare request to hang letters on: every column that must be filled holds something."""
    table: Table = db.metadata.tables["submissions"]
    fillers: dict[type, Any] = {int: 1, str: "x", bool: False, datetime: NOW, date: NOW.date(), float: 0.0}
    values = {
        column.name: fillers.get(getattr(column.type, "impl", column.type).python_type, {})
        for column in table.columns
        if not column.nullable and not column.primary_key and column.default is None and not column.foreign_keys
    }
    with app.app_context():
        made = db.session.execute(insert(table).values(**values))
        db.session.commit()
        return int(made.inserted_primary_key[0])
