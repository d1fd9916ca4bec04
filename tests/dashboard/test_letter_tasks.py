"""What is done about a letter on the mail page finishes the task about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import london_day, utc_now
from portal.extensions import db
from portal.submissions import actions, failed_letters, follow_ups, whole
from portal.submissions.history import Mover
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor
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


@pytest.mark.parametrize("state", ["given-up", "sent"])
def test_a_question_that_reaches_the_branch_only_now_is_reminded_of_from_now(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], look: Any, state: str
) -> None:
    asked_at = utc_now() - timedelta(days=12)
    number = make_request(now=asked_at)
    with app.app_context():
        submission = whole.load(db.session(), number)
        assert submission is not None
        done = actions.perform(
            db.session(),
            submission,
            "ask",
            by=Mover(Actor.COORDINATOR),
            now=asked_at,
            answers={"question": "Which hall?"},
        )
        question = done.sent[0].email
        question.state, question.next_try_at = state, None
        db.session.commit()
        letter = question.id
    again(coordinator, letter)
    since = look(number, "state_since")
    assert (since > asked_at + timedelta(days=11)) is (state == "given-up")
    with app.app_context():
        submission = whole.load(db.session(), number)
        assert submission is not None
        today = london_day(utc_now())
        plan = follow_ups.planned(submission, {}, today)
        names = [each.row.name for each in plan if each.row.name.startswith("question")]
        if state == "given-up":
            assert names == ["question-reminder", "question-last-reminder", "question-unanswered"]
            assert min(each.on for each in plan) >= today + timedelta(days=3)
