"""The band above the pages of the desk: the alarm that does not go by email."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.dashboard.trouble import _STATEMENT
from portal.emails.models import OutboxEmail, WorkerPass
from portal.extensions import db

PAGES = ("/dashboard/requests", "/dashboard/requests/1", "/dashboard/branches", "/dashboard/mail")


@pytest.fixture
def set_pass(app: Flask) -> Callable[..., None]:
    """Changes what is known of the last pass of delivery."""

    def change(**values: Any) -> None:
        with app.app_context():
            row = db.session.get_one(WorkerPass, "deliver")
            for name, value in values.items():
                setattr(row, name, value)
            db.session.commit()

    return change


@pytest.fixture
def waits(app: Flask, make_request: Callable[..., int]) -> Callable[[timedelta], None]:
    """A request whose acknowledgement has waited for so long."""
    make_request()

    def wait(span: timedelta) -> None:
        with app.app_context():
            db.session.get_one(OutboxEmail, 1).queued_at = utc_now() - span
            db.session.commit()

    return wait


def test_a_letter_that_has_waited_too_long_is_told_on_every_page(
    coordinator: FlaskClient, waits: Callable[[timedelta], None]
) -> None:
    waits(timedelta(minutes=29))
    assert all("has waited" not in coordinator.get(path).text for path in PAGES[:3])
    waits(timedelta(hours=2, minutes=1))
    for path in PAGES:
        page = coordinator.get(path).text
        assert "<strong>A letter has waited 2 hours.</strong>" in page
        assert 'href="/dashboard/mail?show=waiting"' in page


def test_the_band_says_what_is_wrong_with_the_mail_server(
    coordinator: FlaskClient, waits: Callable[[timedelta], None], set_pass: Callable[..., None]
) -> None:
    set_pass(troubles=3, last_error="421 4.3.2 at the greeting")
    waits(timedelta(minutes=1))
    assert "busy or closing" not in coordinator.get(PAGES[0]).text, "a moment of trouble is no alarm"
    waits(timedelta(hours=1))
    assert "The mail server is busy or closing for a while." in coordinator.get(PAGES[0]).text


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("the mail server’s certificate is not valid", "The mail server’s certificate is not valid."),
        ("the mail server does not offer what the settings ask for", "does not offer what the settings ask for."),
        ("535 5.7.8 at the greeting", "The mail server does not let us in."),
        ("550 5.7.1 at our own address", "The mail server does not take letters from our own address."),
    ],
)
def test_what_will_not_mend_itself_is_told_at_once(
    coordinator: FlaskClient,
    waits: Callable[[timedelta], None],
    set_pass: Callable[..., None],
    trouble: str,
    said: str,
) -> None:
    set_pass(troubles=1, last_error=trouble)
    waits(timedelta(minutes=1))
    for path in PAGES:
        page = coordinator.get(path).text
        assert "<strong>No letter leaves at the moment.</strong>" in page
        assert f"{said} Please tell whoever looks after it." in page
    set_pass(troubles=0)
    assert "No letter leaves" not in coordinator.get(PAGES[0]).text


def test_a_held_letter_is_no_alarm(app: Flask, coordinator: FlaskClient, waits: Callable[[timedelta], None]) -> None:
    waits(timedelta(days=3))
    with app.app_context():
        row = db.session.get_one(OutboxEmail, 1)
        row.state, row.next_try_at = "held", None
        db.session.commit()
    assert "flash--error" not in coordinator.get(PAGES[0]).text


@pytest.mark.parametrize("minutes", [6, -6])
def test_a_worker_that_sleeps_is_told_whatever_the_clock_said(
    coordinator: FlaskClient, set_pass: Callable[..., None], minutes: int
) -> None:
    set_pass(at=utc_now() - timedelta(minutes=minutes))
    assert "No letter is leaving" in coordinator.get(PAGES[0]).text


def test_the_band_looks_at_waiting_letters_alone(app: Flask) -> None:
    """It is asked for on every page: however many letters were ever sent, none of them is read."""
    with app.app_context(), db.engine.connect() as connection:
        asked = str(_STATEMENT.compile(connection, compile_kwargs={"literal_binds": True}))
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}")]
    of_letters = [line for line in plan if "outbox_emails" in line]
    assert len(of_letters) == 2
    assert all("ix_outbox_emails_" in line for line in of_letters)
