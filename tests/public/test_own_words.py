"""A branch's own page speaks to its reader: the history, the steps, the link and the page that asks to wait."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.extensions import db
from portal.submissions import actions, registry
from portal.submissions.actions import Mover
from portal.submissions.models import Submission
from portal.submissions.timeline import TO_THE_BRANCH
from portal.submissions.workflow import Actor
from tests.conftest import csrf_token

Make = Callable[..., tuple[int, str]]
ASK = ("ask", {"question": "Is the hall step-free?"})


def titles(html: str) -> list[str]:
    """What the history says, newest first."""
    return [unescape(text) for text in re.findall(r'timeline__title"><strong>(.*?)</strong>', html)]


def steps(html: str) -> dict[str, str]:
    """The steps by their label: done, now or todo."""
    found = re.findall(r'progress__step--(\w+)".*?</span>(.*?)</span>', html, re.DOTALL)
    return {unescape(label): status for status, label in found}


def test_the_history_speaks_to_its_reader(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request(moves=(ASK,))
    path = f"/track/{token}"
    form = {"csrf_token": csrf_token(client.get(path).text)}
    client.post(f"{path}/answer", data=form | {"answer": "It is."})
    client.post(f"{path}/message", data=form | {"message": "There is a lift."})
    assert titles(client.get(path).text) == [
        "Your message",
        "You answered our question",
        "We asked you a question",
        "Request received",
    ]


def test_no_line_of_history_calls_the_reader_the_branch() -> None:
    for kind in registry.kinds():
        for row in kind.workflow.transitions:
            for done in filter(None, (row.done, row.done_at_desk)):
                assert not re.search(r"\b(?:the|two) branch", TO_THE_BRANCH.get(done, done), re.IGNORECASE), done


def test_a_request_that_was_answered_has_been_read(app: Flask, client: FlaskClient, make_request: Make) -> None:
    number, token = make_request()
    before = steps(client.get(f"/track/{token}").text)
    assert (before["A volunteer reads it"], before["Finding a speaker"]) == ("now", "todo")
    with app.app_context():
        submission = db.session.get_one(Submission, number)
        desk = Mover(Actor.COORDINATOR)
        actions.message_to_branch(db.session, submission, "We are looking.", by=desk, now=utc_now())
        db.session.commit()
    after = steps(client.get(f"/track/{token}").text)
    assert (after["A volunteer has read it"], after["Finding a speaker"]) == ("done", "now")


def test_a_question_was_not_asked_unread(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request(moves=(ASK,))
    found = steps(client.get(f"/track/{token}").text)
    assert (found["A volunteer has read it"], found["Finding a speaker"]) == ("done", "now")


def test_a_closed_request_cannot_be_changed_and_does_not_say_so(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request(moves=(("decline", {"reason": "Too far"}),))
    page = client.get(f"/track/{token}").text
    assert "Anyone with it can see your request." in page
    assert "see and change" not in page


@pytest.mark.parametrize("path", ["/message", "/send-link"])
def test_a_limit_of_one_link_blames_no_connection(
    make_app: Callable[..., Flask], make_request: Make, path: str
) -> None:
    client = make_app(LIMIT_TRACK="1 per hour").test_client()
    _, token = make_request()
    form = {"csrf_token": csrf_token(client.get(f"/track/{token}").text), "message": "Hello"}
    answers: list[Any] = [client.post(f"/track/{token}{path}", data=form) for _ in range(2)]
    assert answers[1].status_code == 429
    assert "Too many tries" in answers[1].text
    assert "connection" not in answers[1].text
