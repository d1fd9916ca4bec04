"""Letters that came back, on the desk: found without their writer, never forgotten, and not needed where all know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.extensions import db
from portal.submissions import actions
from portal.submissions.history import Mover
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor
from tests.dashboard.conftest import Page, boxes
from tests.dashboard.test_panel import panel
from tests.dashboard.test_second_reader import ONE, WAITING, held, letter, other

__all__ = ["held", "letter", "other"]
NOT_NEEDED = f"{ONE}/not-needed"


@pytest.fixture
def back(other: FlaskClient, held: int) -> int:
    """A request whose letters were sent back."""
    Page(other, ONE).post(f"{ONE}/send-back", note="Warmer, please.")
    return held


def task_of(rows: Callable[..., list[Any]]) -> str:
    [[number]] = rows("SELECT id FROM tasks WHERE done_at IS NULL AND reason = 'approval'")
    return f"/dashboard/tasks/{number}"


def test_the_panel_says_that_letters_wait(coordinator: FlaskClient, other: FlaskClient, held: int) -> None:
    for client in (coordinator, other):
        html = client.get(f"/dashboard/requests/{held}").text
        assert "Letters wait for a second reader. Nobody outside has been told yet." in panel(html)


def test_letters_for_a_second_reader_are_work_of_today(other: FlaskClient, held: int) -> None:
    html = other.get("/dashboard/my-day").text
    assert "Your tasks" in html
    assert "Tasks to come" not in html


def test_what_came_back_stands_in_the_list_for_everybody(
    coordinator: FlaskClient, other: FlaskClient, back: int
) -> None:
    for client in (coordinator, other):
        listed = client.get(WAITING).text
        assert "Kept back" in listed
        assert "Sent back" in listed
        assert f'href="{ONE}"' in listed
        assert "Letters were kept back" in panel(client.get(f"/dashboard/requests/{back}").text)


def test_the_task_is_not_finished_by_hand(coordinator: FlaskClient, back: int, rows: Callable[..., list[Any]]) -> None:
    task = Page(coordinator, task_of(rows))
    assert "It is done" not in task.text
    answer = task.post(outcome="I did it")
    assert "Send the letters, or say that they are not needed" in answer.text
    assert "I did it" in answer.text
    assert task_of(rows) == task.path


def test_letters_taken_back_are_work_too(coordinator: FlaskClient, held: int, rows: Callable[..., list[Any]]) -> None:
    answer = Page(coordinator, ONE).post(f"{ONE}/take-back")
    assert "Send them, or say that they are not needed." in coordinator.get(answer.location).text
    assert "You took back your letters" in coordinator.get("/dashboard/my-day").text
    assert "Taken back" in coordinator.get(WAITING).text
    assert task_of(rows)


def test_who_knows_already_needs_no_letter(
    coordinator: FlaskClient, back: int, letter: Callable[[], Any], rows: Callable[..., list[Any]]
) -> None:
    page = Page(coordinator, ONE)
    assert "Or they are not needed" in page.text
    assert "Say how they know, or why not" in page.post(NOT_NEEDED, why=" ").text
    assert page.post(NOT_NEEDED, why="Rang Jean").status_code == 303
    assert letter() == [("cancelled", "My own subject")]
    html = coordinator.get(f"/dashboard/requests/{back}").text
    assert "Letters not needed" in html
    assert "Rang Jean" in html
    assert "Letters were kept back" not in html
    assert rows("SELECT count(*) FROM tasks WHERE done_at IS NULL") == [(0,)]
    assert "Kept back" not in coordinator.get(WAITING).text
    told = coordinator.get(ONE).text
    assert "Maria Kovalenko said that these letters are not needed. They never leave" in told
    assert "Mend them and send them" not in told


def test_letters_of_what_is_over_are_not_to_be_sent(
    app: Flask, coordinator: FlaskClient, back: int, rows: Callable[..., list[Any]]
) -> None:
    with app.app_context():
        submission = db.session.get_one(Submission, back)
        wrong = {"reason": "The hall is closed"}
        actions.perform(db.session(), submission, "decline", by=Mover(Actor.COORDINATOR), now=utc_now(), answers=wrong)
        db.session.commit()
    html = coordinator.get(f"/dashboard/requests/{back}").text
    assert "they can never leave. Say that they are not needed" in panel(html)
    assert "Send them, or say" not in html
    assert "Mend and send them" not in html + coordinator.get("/dashboard/my-day").text
    assert "they can never leave" in coordinator.get(task_of(rows)).text
    assert "Letters were kept back" in panel(html), "it is open until somebody has said so"


def test_who_is_second_is_told_and_keeps_the_words(coordinator: FlaskClient, other: FlaskClient, back: int) -> None:
    late = Page(other, ONE)
    Page(coordinator, ONE).post(NOT_NEEDED, why="Rang Jean")
    answer = late.post(NOT_NEEDED, why="Wrote a card")
    assert answer.status_code == 409
    assert "Somebody was faster" in answer.text
    assert boxes(answer.text)["why"] == "Wrote a card"
