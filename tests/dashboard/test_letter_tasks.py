"""What is done about a letter on the mail page finishes the task about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.extensions import db
from portal.submissions import failed_letters
from portal.submissions.models import Submission
from tests.dashboard.conftest import Page

TASKS = "SELECT email_id, done_by_id, outcome FROM tasks"


@pytest.fixture
def refused(app: Flask, make_request: Callable[..., int]) -> int:
    """A request whose first letter was refused, and has its task."""
    number = make_request(contact_email="jean@example.org")
    with app.app_context():
        db.session.execute(db.text("UPDATE outbox_emails SET state = 'refused', next_try_at = NULL"))
        failed_letters.open_task(db.session(), 1, utc_now())
        db.session.commit()
    return number


@pytest.fixture
def passes(app: Flask) -> Callable[..., None]:
    """What the worker makes of it when a copy has come to a state."""

    def work(state: str) -> None:
        with app.app_context():
            sets = "UPDATE outbox_emails SET state = :state, next_try_at = NULL WHERE resend_of_id IS NOT NULL"
            db.session.execute(db.text(sets), {"state": state})
            for number in failed_letters.without_task(db.session()):
                failed_letters.open_task(db.session(), number, utc_now())
            failed_letters.settle(db.session(), utc_now())
            db.session.commit()

    return work


def again(client: FlaskClient, email_id: int = 1) -> str:
    """Press "Send it again"; what the next page says."""
    answer = Page(client, f"/dashboard/mail/{email_id}").post(f"/dashboard/mail/{email_id}/again")
    assert answer.status_code == 303
    return client.get(answer.location).text


def test_done_on_the_mail_page_finishes_the_task(
    coordinator: FlaskClient, refused: int, rows: Callable[..., list[Any]]
) -> None:
    assert Page(coordinator, "/dashboard/mail/1").post("/dashboard/mail/1/dealt-with").status_code == 303
    assert rows(TASKS) == [(1, 1, "They were telephoned.")]


def test_a_copy_to_a_corrected_address_finishes_the_task(
    app: Flask, coordinator: FlaskClient, refused: int, rows: Callable[..., list[Any]]
) -> None:
    with app.app_context():
        db.session.get_one(Submission, refused).contact_email = "jean.smith@example.org"
        db.session.commit()
    again(coordinator)
    assert rows(TASKS) == [(1, 1, "It was sent again.")]


def test_a_copy_to_the_same_address_keeps_the_task_until_it_is_delivered(
    coordinator: FlaskClient, refused: int, rows: Callable[..., list[Any]], passes: Callable[..., None]
) -> None:
    assert "The task stays until it is delivered." in again(coordinator)
    passes("queued")
    assert rows(TASKS) == [(2, None, "")], "it goes with the copy"
    passes("sending")
    assert rows(TASKS) == [(2, None, "")]
    passes("sent")
    assert rows(TASKS) == [(2, None, "A copy was delivered.")]


def test_a_copy_that_is_refused_as_well_makes_no_second_task(
    coordinator: FlaskClient, refused: int, rows: Callable[..., list[Any]], passes: Callable[..., None]
) -> None:
    again(coordinator)
    passes("refused")
    assert rows(TASKS) == [(2, None, "")]
    assert "1 letter was not delivered" in coordinator.get("/dashboard/mail").text
    again(coordinator, 2)
    assert rows(TASKS) == [(3, None, "")]
    passes("sent")
    assert rows(TASKS) == [(3, None, "A copy was delivered.")]


def test_whoever_telephones_while_the_copy_is_on_its_way_is_told_no_more_of_it(
    coordinator: FlaskClient, refused: int, rows: Callable[..., list[Any]], passes: Callable[..., None]
) -> None:
    again(coordinator)
    Page(coordinator, "/dashboard/tasks/1").post(outcome="I rang her.")
    passes("refused")
    assert rows(TASKS) == [(2, 1, "I rang her.")]
    assert "not delivered" not in coordinator.get("/dashboard/mail").text
