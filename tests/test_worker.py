"""The worker: each duty in its pass, once or again and again, whatever becomes of the database."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal import create_app, worker
from portal.clock import utc_now
from portal.directory.load import load_reference_data
from portal.emails import letters, outbox
from portal.emails.mailbox import local_mailbox
from portal.emails.models import SENT, OutboxEmail, WorkerPass
from portal.extensions import db
from portal.submissions.models import Draft
from portal.worker import Worker
from tests.conftest import TEST_SETTINGS
from tests.postgres import PostgresServer
from tests.processes import PATIENCE, Portal

DEMO = {**TEST_SETTINGS, "PORTAL_ENV": "demo", "MAIL_SERVER": "", "WORKER_INTERVAL": 0.05}


@pytest.fixture
def demo_app(make_app: Callable[..., Flask]) -> Flask:
    """A demo on SQLite: its letters go into the local mailbox."""
    return make_app(**DEMO)


@pytest.fixture
def postgres_demo(postgres_url: str, tmp_path: Path) -> Iterator[Flask]:
    """A demo on PostgreSQL."""
    app = create_app(**DEMO, DATA_DIR=str(tmp_path), SQLALCHEMY_DATABASE_URI=postgres_url)
    with app.app_context():
        db.create_all()
        load_reference_data(db.session)
        db.session.commit()
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def queue_letter(app: Flask, to: str) -> None:
    with app.app_context():
        letter = letters.compose("Branch meeting", "Dear Mair,\n\nthank you.", "en", {"sender": ""})
        outbox.queue(db.session, letter, to=to, template="common/message", role="branch", now=utc_now())
        db.session.commit()


def mailbox_of(app: Flask) -> list[str]:
    box = local_mailbox(app.config)
    assert box is not None
    return sorted(message.to for message in box.messages())


def states_of(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(OutboxEmail.state)))


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.05)


@pytest.fixture
def working() -> Iterator[Callable[[Flask], Worker]]:
    """Starts workers in threads of their own; they are stopped at the end."""
    begun: list[tuple[Worker, threading.Thread]] = []

    def begin(app: Flask) -> Worker:
        one = Worker(app, f"worker-{len(begun)}")

        def work() -> None:
            while not one.stopping.is_set():
                one.one_pass()
                time.sleep(0.05)

        thread = threading.Thread(target=work)
        thread.start()
        begun.append((one, thread))
        return one

    yield begin
    for one, thread in begun:
        one.stopping.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_one_pass_delivers_and_says_that_it_was_there(demo_app: Flask) -> None:
    queue_letter(demo_app, "mair@example.org")
    worker.run(demo_app, once=True)
    assert mailbox_of(demo_app) == ["mair@example.org"]
    assert states_of(demo_app) == [SENT]
    with demo_app.app_context():
        assert db.session.get(WorkerPass, "deliver") is not None
    worker.run(demo_app, once=True)
    assert mailbox_of(demo_app) == ["mair@example.org"], "a second pass sends nothing twice"


def test_drafts_are_forgotten_after_a_day(demo_app: Flask) -> None:
    now = utc_now()
    with demo_app.app_context():
        for hours in (1, 23, 25, 100):
            then = now - timedelta(hours=hours)
            db.session.add(
                Draft(token_hash=str(hours), kind="speaker", answers={}, steps_done=[], opened_at=then, updated_at=then)
            )
        db.session.commit()
    worker.run(demo_app, once=True)
    with demo_app.app_context():
        assert set(db.session.scalars(select(Draft.token_hash))) == {"1", "23"}


def test_a_pretended_moment_is_for_trying_out_only(demo_app: Flask, make_app: Callable[..., Flask]) -> None:
    later = utc_now() + timedelta(days=3)
    with demo_app.app_context():
        db.session.add(
            Draft(token_hash="x", kind="speaker", answers={}, steps_done=[], opened_at=utc_now(), updated_at=utc_now())
        )
        db.session.commit()
    worker.run(demo_app, once=True, at=later)
    with demo_app.app_context():
        assert db.session.scalars(select(Draft)).all() == []
    production = make_app(
        PORTAL_ENV="production",
        PASSWORD_MEMORY_KIB=65536,
        PUBLIC_URL="https://portal.example.org",
        MAIL_SERVER="mail.example.org",
        MAIL_USE_TLS=True,
        MAIL_DEFAULT_SENDER="post@example.org",
        TEAM_EMAIL="team@example.org",
    )
    with pytest.raises(ValueError, match="--at"):
        worker.run(production, once=True, at=later)


def test_a_duty_that_fails_does_not_stop_the_others(demo_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with demo_app.app_context():
        then = utc_now() - timedelta(days=2)
        db.session.add(
            Draft(token_hash="x", kind="speaker", answers={}, steps_done=[], opened_at=then, updated_at=then)
        )
        db.session.execute(db.text("ALTER TABLE outbox_emails RENAME TO outbox_emails_away"))
        db.session.commit()
    with caplog.at_level(logging.WARNING, "portal.worker"):
        worker.run(demo_app, once=True)
    assert "deliver failed: the database does not answer or is busy (OperationalError)" in caplog.text
    with demo_app.app_context():
        assert db.session.scalars(select(Draft)).all() == []


def test_one_trouble_is_told_once_and_hourly_and_when_it_is_over(
    demo_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    """While a disk was full each pass wrote the same lines, thousands in a night."""
    began = now = utc_now()
    one = Worker(demo_app, "w", now=lambda: now)

    def rename(old: str, new: str) -> None:
        with demo_app.app_context():
            db.session.execute(db.text(f"ALTER TABLE {old} RENAME TO {new}"))
            db.session.commit()

    caplog.set_level(logging.WARNING, "portal.worker")
    rename("worker_passes", "worker_passes_away")
    rename("drafts", "drafts_away")
    for minutes in range(0, 150, 2):
        now = began + timedelta(minutes=minutes)
        one.one_pass()
    assert [message.partition(":")[0].partition(",")[0] for message in caplog.messages] == [
        "the duty deliver failed",
        "the duty deliver still fails",
        "the duty deliver still fails",
    ], "one trouble, however many duties meet it"
    caplog.clear()
    rename("worker_passes_away", "worker_passes")
    one.one_pass()
    assert caplog.messages == [], "it still keeps another duty"
    rename("drafts_away", "drafts")
    for _ in range(3):
        one.one_pass()
    assert [message.partition(":")[0] for message in caplog.messages] == ["it is over"]
    rename("drafts", "drafts_away")
    now += timedelta(minutes=30)
    one.one_pass()
    assert "the duty forget failed" in caplog.text, "what comes anew is told anew"


def test_a_database_that_is_not_ready_yet_is_waited_for(working: Callable[[Flask], Worker], tmp_path: Path) -> None:
    app = create_app(**DEMO, DATA_DIR=str(tmp_path), SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path / 'later.sqlite3'}")
    one = working(app)
    time.sleep(0.2)
    with app.app_context():
        db.create_all()
    queue_letter(app, "mair@example.org")
    wait_until(lambda: states_of(app) == [SENT], "the worker did not come to life")
    wait_until(lambda: one.forgot_at is not None, "a duty that failed is tried again soon")
    assert mailbox_of(app) == ["mair@example.org"]
    with app.app_context():
        db.engine.dispose()


@pytest.mark.postgres
def test_a_database_that_goes_and_comes_back_keeps_no_letter(
    postgres_demo: Flask, postgres_server: PostgresServer, working: Callable[[Flask], Worker]
) -> None:
    for _ in range(2):
        working(postgres_demo)
    queue_letter(postgres_demo, "before@example.org")
    wait_until(lambda: states_of(postgres_demo) == [SENT], "no letter was sent at all")
    postgres_server.restart()
    with postgres_demo.app_context():
        db.engine.dispose()
    queue_letter(postgres_demo, "after@example.org")
    wait_until(lambda: states_of(postgres_demo) == [SENT, SENT], "the worker did not come back")
    assert mailbox_of(postgres_demo) == ["after@example.org", "before@example.org"]


def test_it_rests_in_short_naps(demo_app: Flask) -> None:
    """A worker that is told to stop while it rests leaves at once, not after its interval."""
    one = Worker(demo_app, "worker")
    began = time.monotonic()
    threading.Timer(0.3, one.stopping.set).start()
    worker._rest(one, 30)
    assert time.monotonic() - began < 10


def test_the_command_makes_one_pass_and_ends(demo_app: Flask, tmp_path: Path) -> None:
    queue_letter(demo_app, "mair@example.org")
    key = demo_app.config["FIELD_KEY"]
    told = {"PORTAL_ENV": "demo", "DATA_DIR": str(tmp_path), "FIELD_KEY": key}
    process = Portal("worker", "--once", output=tmp_path / "output.txt", **told)
    try:
        assert process.wait() == 0, process.text
        assert mailbox_of(demo_app) == ["mair@example.org"]
    finally:
        process.clear()
