"""Answering a branch from the desk: a message, a correction, a task or one button hands the turn back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import london_day, utc_now
from portal.extensions import db
from portal.submissions import actions, tasks
from portal.submissions.models import Submission
from tests.dashboard.conftest import Page, day, post_all
from tests.dashboard.test_panel import panel

GO_ON = "Nothing to answer: go on"


@pytest.fixture
def written(app: Flask, make_request: Callable[..., int]) -> int:
    """A booked meeting whose branch has written to us."""
    facts = {"speaker_name": "Olha Savchenko", "speaker_email": "olha@example.org", "meeting_on": day(40)}
    number = make_request(state="confirmed", venue="Miners’ Hall", **facts)
    hear(app, number)
    return number


def hear(app: Flask, number: int) -> None:
    """The branch writes."""
    with app.app_context():
        submission = db.session.get_one(Submission, number)
        actions.message_from_branch(db.session(), submission, "The lift is mended.", now=utc_now())
        db.session.commit()


def test_a_message_answers_and_the_panel_goes_on(coordinator: FlaskClient, written: int, look: Any) -> None:
    page = f"/dashboard/requests/{written}"
    html = coordinator.get(page).text
    assert "Next: answer the branch" in panel(html)
    assert GO_ON in panel(html)
    path = f"{page}/message"
    looked_over = Page(coordinator, path).post(message="How good to hear!").text
    assert "[their private link]" in looked_over
    post_all(coordinator, path, looked_over, step="send")
    html = coordinator.get(page).text
    assert "Next: the meeting" in panel(html)
    assert GO_ON not in html
    assert "We promise" not in panel(html)
    assert (look(written, "turn"), look(written, "due_on")) == ("nobody", None)


def test_one_button_says_that_a_call_has_settled_it(
    coordinator: FlaskClient, written: int, rows: Callable[..., list[Any]]
) -> None:
    page = f"/dashboard/requests/{written}"
    count = rows("SELECT count(*) FROM outbox_emails")
    answer = Page(coordinator, page).post(f"{page}/settle")
    assert answer.status_code == 303
    html = coordinator.get(page).text
    assert "Next: the meeting" in panel(html)
    assert "<strong>Nothing more to answer</strong> · Maria Kovalenko" in html
    assert rows("SELECT count(*) FROM outbox_emails") == count, "no letter leaves"


def test_two_at_once_meet(app: Flask, coordinator: FlaskClient, written: int, look: Any) -> None:
    page = f"/dashboard/requests/{written}"
    first, second = Page(coordinator, page), Page(coordinator, page)
    assert first.post(f"{page}/settle").status_code == 303
    assert second.post(f"{page}/settle").status_code == 409
    hear(app, written)
    third = Page(coordinator, page)
    hear(app, written)
    assert third.post(f"{page}/settle").status_code == 409, "what came a moment ago was not read"
    assert look(written, "turn") == "us"


def test_nothing_is_settled_where_nothing_waits(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    number = make_request(state="matching")
    page = f"/dashboard/requests/{number}"
    assert GO_ON not in coordinator.get(page).text
    assert Page(coordinator, page).post(f"{page}/settle").status_code == 409


@pytest.mark.parametrize("is_settled", [False, True])
def test_a_correction_answers_where_whoever_makes_it_says_so(
    coordinator: FlaskClient, written: int, look: Any, is_settled: bool
) -> None:
    path = f"/dashboard/requests/{written}/correct/you"
    html = coordinator.get(path).text
    assert "That settles what the branch wrote" in html
    ticked = {"settled": "yes"} if is_settled else {}
    answer = post_all(coordinator, path, html, contact_name="Jean Armstrong-Bell", **ticked)
    assert answer.status_code == 303
    assert look(written, "contact_name") == "Jean Armstrong-Bell"
    assert look(written, "turn") == ("nobody" if is_settled else "us")


def test_a_correction_that_answers_nothing_does_not_ask(
    coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request(state="matching")
    assert "That settles" not in coordinator.get(f"/dashboard/requests/{number}/correct/you").text


@pytest.fixture
def task(app: Flask, written: int) -> str:
    """The page of the task that says that the branch has written and the meeting is near."""
    with app.app_context():
        found = tasks.open_task(
            db.session(),
            key=f"follow-up:{written}:meeting-unsettled:2026-12-01",
            reason="follow-up",
            about="Settle it with both sides today",
            due_on=london_day(utc_now()) + timedelta(days=1),
            now=utc_now(),
            submission_id=written,
        )
        db.session.commit()
        assert found is not None
        return f"/dashboard/tasks/{found.id}"


def test_finishing_the_task_about_it_hands_the_turn_back(
    coordinator: FlaskClient, written: int, task: str, look: Any
) -> None:
    assert Page(coordinator, task).post(outcome="Rang both sides").status_code == 303
    assert (look(written, "turn"), look(written, "due_on")) == ("nobody", None)
    assert "Nothing more to answer" in coordinator.get(f"/dashboard/requests/{written}").text


def test_a_task_does_not_settle_what_came_meanwhile(
    app: Flask, coordinator: FlaskClient, written: int, task: str, look: Any
) -> None:
    page = Page(coordinator, task)
    hear(app, written)
    answer = page.post(outcome="Rang both sides")
    assert "Something has happened on the request meanwhile" in answer.text
    assert "Rang both sides" in answer.text
    assert look(written, "turn") == "us"
    assert Page(coordinator, task).post(outcome="Rang both sides").status_code == 303
    assert look(written, "turn") == "nobody"


def test_answering_finishes_the_task(
    coordinator: FlaskClient, written: int, task: str, rows: Callable[..., list[Any]]
) -> None:
    page = f"/dashboard/requests/{written}"
    Page(coordinator, page).post(f"{page}/settle")
    assert rows("SELECT outcome FROM tasks WHERE reason = 'follow-up'") == [("The branch is answered.",)]


def test_a_step_that_a_yes_made_ours_is_not_settled_by_words(
    coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request(kind="twinning", state="proposed", body_name="Miners of the West")
    page = f"/dashboard/requests/{number}"
    path = f"{page}/moves/yes-to-twin"
    post_all(coordinator, path, coordinator.get(path).text)
    html = coordinator.get(page).text
    assert "Next: ask the other side, or introduce them" in panel(html)
    assert GO_ON not in html
    assert "The branch has written" not in html
