"""A draft that is gone is said at once, and what was typed since is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.public import walk
from tests.public.walk import Visitor

LOST = "We no longer have your earlier answers"


def spoil(client: FlaskClient) -> None:
    """The draft's cookie is no good any more; the session lives on."""
    client.set_cookie("draft-speaker", "spoiled", path="/")


def test_a_lost_draft_is_said_on_the_next_page_and_what_is_typed_there_is_kept(client: FlaskClient) -> None:
    visitor = Visitor(client)
    visitor.fill("speaker", until="speaker")
    spoil(client)
    page = client.get(walk.url("speaker", "speaker")).text
    assert LOST in page
    answer = visitor.post(walk.url("speaker", "speaker"), {"notes": "We are eighteen miners."})
    assert (answer.status_code, answer.location) == (303, walk.url("speaker"))
    first = client.get(answer.location, follow_redirects=True)
    assert first.request.path == walk.url("speaker", "your-branch")
    assert LOST in first.text
    assert LOST not in client.get(walk.url("speaker", "meeting")).text
    assert "We are eighteen miners." in client.get(walk.url("speaker", "speaker")).text


def test_whoever_begins_with_a_later_step_has_lost_nothing(client: FlaskClient) -> None:
    page = client.get(walk.url("speaker", "meeting")).text
    assert LOST not in page
    assert "We have no earlier answers from you: we keep them for 24 hours." in page


def test_a_press_in_an_old_tab_says_that_it_changes_nothing(client: FlaskClient, rows: Callable[..., Any]) -> None:
    visitor = Visitor(client)
    visitor.ask("speaker")
    words = "This form was sent already, so what you pressed just now changes nothing."
    # The button that sends, pressed twice, has changed nothing.
    assert words not in client.get(walk.post(client, walk.url("speaker", "check")).location).text
    answer = walk.post(client, walk.url("speaker", "speaker"), {"notes": "We are eighty miners."})
    assert answer.location == walk.url("speaker", "sent")
    assert words in client.get(answer.location).text
    assert rows("SELECT count(*) FROM submissions") == [(1,)]


def test_a_step_with_a_mistake_says_it_as_well(client: FlaskClient) -> None:
    spoil(client)
    answer = walk.post(client, walk.url("speaker", "you"), {"contact_name": "Jean"})
    assert walk.errors_on(answer.text)
    assert LOST in answer.text
    assert 'value="Jean"' in answer.text


@pytest.mark.parametrize(("steps", "said"), [(1, "3 steps are still missing."), (3, "1 step is still missing.")])
def test_missing_steps_are_counted(client: FlaskClient, steps: int, said: str) -> None:
    visitor = Visitor(client)
    visitor.fill("speaker", until=walk.STEPS["speaker"][steps])
    answer = client.get(walk.url("speaker", "check"), follow_redirects=True)
    assert answer.request.path == walk.url("speaker", walk.STEPS["speaker"][steps])
    assert said in answer.text


def test_a_first_step_loses_nothing(client: FlaskClient) -> None:
    assert LOST not in client.get(walk.url("speaker", "your-branch")).text
    answer = walk.post(client, walk.url("speaker", "your-branch"), walk.BRANCH)
    assert answer.location == walk.url("speaker", "meeting")


def test_one_form_counts_once_however_often_it_is_sent(
    make_app: Callable[..., Any], rows: Callable[..., list[Any]]
) -> None:
    app = make_app(LIMIT_FORM_PER_ADDRESS="2 per hour")
    client = app.test_client()
    walk.fill(client, "speaker")
    token = walk.token(client, walk.url("speaker", "check"))
    for _ in range(4):
        answer = client.post(walk.url("speaker", "check"), data={"csrf_token": token})
        assert answer.location == walk.url("speaker", "sent")
    walk.apply(app.test_client(), "speaker")
    walk.apply(app.test_client(), "speaker")
    assert rows("SELECT held_reason FROM submissions ORDER BY id") == [(None,), (None,), ("many",)]


def test_a_form_that_does_not_hold_counts_for_nothing(
    make_app: Callable[..., Any], rows: Callable[..., list[Any]]
) -> None:
    app = make_app(LIMIT_FORM_PER_ADDRESS="1 per hour")
    client = app.test_client()
    walk.fill(client, "speaker")
    assert walk.errors_on(walk.post(client, walk.url("speaker", "you"), {"contact_name": ""}).text)
    for _ in range(3):
        assert "/you" in walk.post(client, walk.url("speaker", "check")).location
    walk.apply(client, "speaker")
    assert rows("SELECT held_reason FROM submissions") == [(None,)]
