"""A page that lay open for long: nothing that somebody else has changed since is overwritten unseen."""

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
from portal.submissions import actions
from portal.submissions.actions import Mover
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor
from tests.conftest import csrf_token
from tests.public.walk import MEETING_ON, errors_on

Make = Callable[..., tuple[int, str]]
Look = Callable[..., Any]
TOLD = {
    "title": "January meeting",
    "venue": "Redhills",
    "venue_access": "A lift.\nA car park.",
    "dates": [{"on": MEETING_ON.isoformat(), "time_text": "7pm", "time": "19:00"}],
    "meeting_on": MEETING_ON,
}


def shown_on(html: str) -> dict[str, Any]:
    """What the form of a page would send if nobody touched it."""
    form: dict[str, Any] = {"csrf_token": csrf_token(html)}
    for tag in re.findall(r"<input [^>]*>", html):
        known = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if known.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        if "name" in known and known["name"] != "website":
            form[known["name"]] = unescape(known.get("value", ""))
    for name, words in re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n(.*?)</textarea>', html, re.DOTALL):
        # A browser sends line ends of its own.
        form[name] = unescape(words).replace("\n", "\r\n")
    for name, options in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        form[name] = chosen[1] if chosen else ""
    return form


def correct(app: Flask, number: int, **changes: Any) -> None:
    """A coordinator corrects what the branch told us."""
    with app.app_context():
        submission = db.session.get_one(Submission, number)
        actions.amend(db.session, submission, changes, by=Mover(Actor.COORDINATOR), now=utc_now())
        db.session.commit()


def test_a_stale_page_overwrites_nothing_and_says_what_stands_now(
    app: Flask, client: FlaskClient, make_request: Make, look: Look
) -> None:
    number, token = make_request(**TOLD)
    path = f"/track/{token}/change/meeting"
    stale = shown_on(client.get(path).text)
    correct(app, number, venue="Miners’ Hall")
    answer = client.post(path, data=stale | {"venue": "Town Hall", "title": "Winter meeting"})
    assert answer.status_code == 409
    assert "Somebody has changed these details meanwhile" in answer.text
    assert errors_on(answer.text) == ["Venue and address: You typed something else. Now it says: Miners’ Hall"]
    assert look(number, "venue", "title") == ("Miners’ Hall", "January meeting")
    again = shown_on(answer.text)
    assert (again["venue"], again["title"]) == ("Town Hall", "Winter meeting")
    assert client.post(path, data=again).status_code == 303
    assert look(number, "venue", "title") == ("Town Hall", "Winter meeting")


def test_a_field_left_alone_takes_what_stands_now(
    app: Flask, client: FlaskClient, make_request: Make, look: Look
) -> None:
    number, token = make_request(**TOLD)
    path = f"/track/{token}/change/meeting"
    stale = shown_on(client.get(path).text)
    correct(app, number, venue="Miners’ Hall", audience="open")
    answer = client.post(path, data=stale | {"title": "Winter meeting"})
    assert errors_on(answer.text) == [
        "Venue and address: Now it says: Miners’ Hall",
        "Who can come? Now it says: Open to everybody",
    ]
    again = shown_on(answer.text)
    assert (again["venue"], again["audience"], again["title"]) == ("Miners’ Hall", "open", "Winter meeting")
    assert client.post(path, data=again).status_code == 303
    assert look(number, "venue", "audience", "title") == ("Miners’ Hall", "open", "Winter meeting")


@pytest.mark.parametrize("language", ["en", "uk"])
def test_what_nobody_else_touched_is_no_conflict(
    app: Flask, client: FlaskClient, make_request: Make, look: Look, language: str
) -> None:
    number, token = make_request(**TOLD, language=language)
    path = f"/track/{token}/change/meeting"
    stale = shown_on(client.get(path).text)
    correct(app, number, contact_name="Joan Armstrong", notes="They rang.", venue_access="A lift.\nA car park.")
    assert client.post(path, data=stale | {"venue": "Town Hall"}).status_code == 303
    assert look(number, "venue", "contact_name", "notes") == ("Town Hall", "Joan Armstrong", "They rang.")


def test_who_types_what_stands_already_agrees(app: Flask, client: FlaskClient, make_request: Make, look: Look) -> None:
    number, token = make_request(**TOLD)
    path = f"/track/{token}/change/meeting"
    stale = shown_on(client.get(path).text)
    correct(app, number, venue="Miners’ Hall")
    assert client.post(path, data=stale | {"venue": " Miners’ Hall"}).status_code == 303


def test_a_page_with_a_mistake_still_knows_what_it_was_drawn_from(
    app: Flask, client: FlaskClient, make_request: Make, look: Look
) -> None:
    number, token = make_request(**TOLD)
    path = f"/track/{token}/change/meeting"
    wrong = client.post(path, data=shown_on(client.get(path).text) | {"decide_by": "31/2"})
    assert wrong.status_code == 422
    correct(app, number, venue="Miners’ Hall")
    answer = client.post(path, data=shown_on(wrong.text) | {"decide_by": ""})
    assert answer.status_code == 409
    assert look(number, "venue") == "Miners’ Hall"


@pytest.mark.parametrize("shown", ["", "rubbish", "en", "en venue", "en nonsense=1 venue=", "xx venue=1", "en =="])
def test_marks_that_mean_nothing_break_nothing(client: FlaskClient, make_request: Make, shown: str) -> None:
    _, token = make_request(**TOLD)
    path = f"/track/{token}/change/meeting"
    form = shown_on(client.get(path).text) | {"venue": "Town Hall", "shown": shown}
    assert client.post(path, data=form).status_code in (303, 409)


def test_the_desk_is_told_as_well(
    app: Flask, sign_in: Callable[..., FlaskClient], make_request: Make, look: Look
) -> None:
    number, _ = make_request(**TOLD)
    desk = sign_in()
    path = f"/dashboard/requests/{number}/correct/meeting"
    stale = shown_on(desk.get(path).text)
    correct(app, number, venue="Miners’ Hall")
    answer = desk.post(path, data=stale | {"venue": "Town Hall"})
    assert answer.status_code == 409
    assert "Town Hall" in answer.text
    assert look(number, "venue") == "Miners’ Hall"


def test_a_second_answer_in_other_words_is_not_lost(
    client: FlaskClient, make_request: Make, rows: Callable[..., list[Any]]
) -> None:
    _, token = make_request(moves=(("ask", {"question": "Is there a lift?"}),))
    form = {"csrf_token": csrf_token(client.get(f"/track/{token}").text), "answer": "Yes."}
    assert client.post(f"/track/{token}/answer", data=form).status_code == 303
    assert client.post(f"/track/{token}/answer", data=form).status_code == 303
    other = client.post(f"/track/{token}/answer", data=form | {"answer": "No, it is broken."})
    assert other.status_code == 409
    assert "Your request has moved on" in other.text
    assert "No, it is broken." in other.text
    assert rows("SELECT text FROM events WHERE transition = 'answer'") == [("Yes.",)]
