"""How the portal is: /healthz and `flask status` say the same, and name nobody."""

from __future__ import annotations

import json
import resource
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect

from portal import health, trial
from portal.clock import utc_now
from portal.emails import letters, outbox, passes
from portal.emails.models import WorkerPass
from portal.extensions import db


@pytest.fixture
def post(app: Flask) -> Callable[..., None]:
    """Makes a pass of the worker and letters: state, and how long ago each was written."""

    def make(*, passed: timedelta, states: dict[str, timedelta], **of_pass: Any) -> None:
        now = utc_now()
        with app.app_context():
            row = passes.note_pass(db.session(), "deliver", "worker", now - passed)
            for name, value in of_pass.items():
                setattr(row, name, value)
            for state, ago in states.items():
                letter = letters.compose("About Jean", "Dear Jean,", "en", {})
                email = outbox.queue(
                    db.session(), letter, to="jean@example.org", template="t", role="branch", now=now - ago
                )
                email.state = state
                if state not in ("queued", "sending"):
                    email.next_try_at = None
            db.session.commit()

    return make


def ask(app: Flask, *options: str) -> tuple[int, str]:
    """Exit code and output of the command."""
    done = app.test_cli_runner().invoke(args=["status", *options])
    return done.exit_code, done.output


SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def test_all_is_well(app: Flask, post: Callable[..., None]) -> None:
    post(passed=SECOND, states={"queued": 2 * MINUTE, "held": 9 * HOUR, "sent": 9 * HOUR})
    code, text = ask(app)
    assert code == 0
    assert "Letters: 1 waiting, 1 held, 0 need a person." in text
    assert "The oldest unsent letter has waited 2 minutes." in text
    assert "All is well." in text


@pytest.mark.parametrize(
    ("passed", "states", "alarm"),
    [
        (6 * MINUTE, {}, "the worker is asleep"),
        (SECOND, {"queued": HOUR}, "letters have waited too long"),
        (SECOND, {"sending": HOUR}, "letters have waited too long"),
        (SECOND, {"refused": MINUTE}, "letters need a person"),
        (SECOND, {"given-up": MINUTE}, "letters need a person"),
    ],
)
def test_the_alarm_ends_the_command_with_one(
    app: Flask, post: Callable[..., None], passed: timedelta, states: dict[str, timedelta], alarm: str
) -> None:
    post(passed=passed, states=states)
    code, text = ask(app)
    assert code == 1
    assert f"Alarm: {alarm}." in text
    code, text = ask(app, "--json")
    assert (code, json.loads(text)["alarm"]) == (1, [alarm])


def test_a_mail_server_that_will_not_mend_itself_is_an_alarm_at_once(app: Flask, post: Callable[..., None]) -> None:
    post(passed=SECOND, states={"queued": SECOND}, troubles=1, last_error="the mail server’s certificate is not valid")
    alarm = "the mail server takes no letter until somebody acts"
    assert app.test_client().get("/healthz").json["alarm"] == [alarm]
    assert ask(app)[0] == 1


def test_a_mail_server_that_was_in_trouble_is_no_alarm_while_nothing_waits(
    app: Flask, post: Callable[..., None]
) -> None:
    post(passed=SECOND, states={"sent": HOUR}, troubles=1, last_error="the mail server’s certificate is not valid")
    assert app.test_client().get("/healthz").json["alarm"] == []


def test_nothing_is_well_while_the_mail_server_is_in_trouble(app: Flask, post: Callable[..., None]) -> None:
    post(passed=SECOND, states={"queued": MINUTE}, troubles=1, last_error="the mail server did not answer in time")
    code, text = ask(app)
    assert code == 0
    assert "The mail server is in trouble: the mail server did not answer in time." in text
    assert "The letters are tried again by themselves." in text
    assert "All is well" not in text


def test_machines_read_the_same_figures_in_both_places(app: Flask, post: Callable[..., None]) -> None:
    post(
        passed=SECOND,
        states={"queued": MINUTE, "held": MINUTE, "refused": MINUTE},
        troubles=2,
        last_error="421 4.3.2 at the greeting",
    )
    code, text = ask(app, "--json")
    told = json.loads(text)
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 200
    for name in ("oldest_unsent_seconds", "worker_last_pass_seconds"):
        assert abs(told.pop(name) - answer.json.pop(name)) <= 2
    counts = {name: told[name] for name in ("queued", "held", "failed")}
    assert counts == {"queued": 1, "held": 1, "failed": 1}
    assert told["mail_server_trouble"] == "421 4.3.2 at the greeting"
    assert {name: answer.json[name] for name in told} == told
    assert code == 1
    assert "jean" not in (text + answer.text).lower()


def test_a_portal_that_has_just_been_set_up_waits_for_its_worker(app: Flask) -> None:
    code, text = ask(app)
    assert code == 1
    assert "The worker has not run yet." in text


def test_a_database_that_is_away_is_an_alarm(app: Flask) -> None:
    with app.app_context():
        db.session.execute(db.text(f"ALTER TABLE {WorkerPass.__tablename__} RENAME TO away"))
        db.session.commit()
    code, text = ask(app)
    assert (code, text) == (1, "The database does not answer.\n")
    code, text = ask(app, "--json")
    assert (code, json.loads(text)["database"]) == (1, "unreachable")
    assert app.test_client().get("/healthz").status_code == 503


def test_a_clock_that_went_back_makes_no_figure_less_than_nothing(app: Flask, post: Callable[..., None]) -> None:
    post(passed=-timedelta(days=8), states={})
    assert json.loads(ask(app, "--json")[1])["worker_last_pass_seconds"] == 0


def test_a_locked_database_is_no_database_to_save_in(app: Flask, post: Callable[..., None]) -> None:
    post(passed=SECOND, states={})
    with app.app_context():
        path = db.engine.url.database
        db.engine.dispose()
    with closing(sqlite3.connect(str(path), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = app.test_client().get("/healthz")
        code, text = ask(app)
        other.execute("ROLLBACK")
    assert answer.status_code == 200, "what only reads goes on"
    assert code == 1
    assert f"Alarm: {health.CANNOT_SAVE}." in text, "the command says what the page says"
    assert answer.json["database"] == "cannot be written"
    assert answer.json["alarm"] == [health.CANNOT_SAVE]


def test_a_full_disk_is_told(app: Flask, post: Callable[..., None]) -> None:
    post(passed=SECOND, states={})
    with app.app_context():
        path = str(db.engine.url.database)
        db.engine.dispose()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("SELECT count(*) FROM drafts").fetchall()
        # No file may grow further, as on a disk without space; what readers share (32 kB) stands already.
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, before[1]))
        try:
            code, text = ask(app)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert code == 1
    assert health.CANNOT_SAVE in text
    assert "All is well" not in text


@pytest.mark.postgres
def test_a_server_that_only_reads_is_told(postgres_app: Flask) -> None:
    with postgres_app.app_context():
        name = db.engine.url.database
        db.session.execute(db.text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
        found = health.figures(db.session(), utc_now())
        assert found["database"] == "cannot be written"
        db.session.rollback()
        db.session.execute(db.text("SET TRANSACTION READ WRITE"))
        db.session.execute(db.text(f'ALTER DATABASE "{name}" RESET default_transaction_read_only'))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def test_the_trial_leaves_nothing(any_app: Flask) -> None:
    with any_app.app_context():
        tables = set(inspect(db.engine).get_table_names())
        assert trial.can_save(db.session())
        assert set(inspect(db.engine).get_table_names()) == tables
        assert not db.session().in_transaction()
