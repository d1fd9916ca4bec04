"""Before both have said yes nothing that a coordinator writes tells either side who the other is."""

from __future__ import annotations

from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.emails.models import OutboxEmail
from portal.extensions import db
from tests.dashboard.conftest import Page, boxes, post_all
from tests.twinning.registrations import register
from tests.twinning.test_candidates import OPENED, SEEKING, both, filed, propose

STOPPED = "This names the other side"
OF_THE_BODY = ("We write from Pavlohrad, 050 000 00 00", "Ми з Павлограда", "Write to mariana.hudz@example.org")
OF_THE_BRANCH = (
    "We are in Haringey",
    "See www.haringey.example.org",
    "Find us at t.me/haringey_neu",
    "We meet at N22 8HQ each month",
)


@pytest.fixture
def proposed(app: Flask) -> tuple[int, int]:
    """The numbers of a body and of the branch it is proposed to; neither has answered."""
    return both(app)


def letters(app: Flask) -> int:
    """How many letters stand in the outbox."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(OutboxEmail)) or 0


@pytest.mark.parametrize(
    ("move", "words"),
    [*(("pass-to-branch", each) for each in OF_THE_BODY), *(("pass-to-body", each) for each in OF_THE_BRANCH)],
)
@pytest.mark.parametrize("box", ["question", "answer"])
def test_both_boxes_of_passing_something_on_are_looked_at(
    app: Flask, coordinator: FlaskClient, proposed: tuple[int, int], move: str, words: str, box: str
) -> None:
    path = f"/dashboard/requests/{proposed[1]}/moves/{move}"
    typed = {"question": "How are you?", "answer": "Quite well.", box: words}
    page = unescape(post_all(coordinator, path, coordinator.get(path).text, **typed).text)
    assert STOPPED in page
    assert words in page, "nothing typed is lost"


@pytest.mark.parametrize("box", ["subject", "body"])
@pytest.mark.parametrize(
    ("move", "words"),
    [("pass-to-branch", OF_THE_BODY[2]), ("pass-to-body", OF_THE_BRANCH[0]), ("decline", OF_THE_BODY[1])],
)
def test_a_letter_is_looked_at_as_somebody_changed_it(
    app: Flask, coordinator: FlaskClient, proposed: tuple[int, int], move: str, words: str, box: str
) -> None:
    path = f"/dashboard/requests/{proposed[1]}/moves/{move}"
    before = letters(app)
    typed = {"question": "How are you?", "answer": "Quite well.", "reason": "Sorry."}
    preview = post_all(coordinator, path, coordinator.get(path).text, **typed).text
    known = boxes(preview)[f"{box}-0"]
    after = f"{known} {words}" if box == "subject" else f"{known}\n{words}"
    page = post_all(coordinator, path, preview, **{f"{box}-0": after}).text
    assert STOPPED in page
    assert words in boxes(page)[f"{box}-0"]
    assert letters(app) == before
    assert post_all(coordinator, path, page, **{f"{box}-0": known}).status_code == 303


def test_a_message_to_either_side_is_looked_at(app: Flask, coordinator: FlaskClient, proposed: tuple[int, int]) -> None:
    body, branch = proposed
    for number, words in ((branch, OF_THE_BODY[0]), (body, OF_THE_BRANCH[0])):
        path = f"/dashboard/requests/{number}/message"
        page = Page(coordinator, path).post(message=words).text
        assert STOPPED in page
        assert words in unescape(page)


def test_our_own_address_and_a_day_may_be_written(app: Flask, coordinator: FlaskClient) -> None:
    app.config["TEAM_EMAIL"] = "twins@usc.example"
    _, branch = both(app)
    path = f"/dashboard/requests/{branch}/message"
    words = "Write to twins@usc.example by 14.12.2026; the call is at 7pm Kyiv time."
    assert STOPPED not in Page(coordinator, path).post(message=words).text


def test_what_a_branch_offers_is_passed_on_without_the_lines_that_tell_who_it_is(
    app: Flask, coordinator: FlaskClient
) -> None:
    learns = "How a pit works\nSee www.hatfieldlodge.example.org\nFacebook: Hatfield Lodge"
    body, number = register(app, *OPENED), filed(app, *SEEKING, learns=learns, offers="Ask @hatfield_num")
    path = f"/dashboard/requests/{number}/moves/propose-body"
    page = post_all(coordinator, path, coordinator.get(f"{path}?body={body}").text).text
    letter = next((words for words in boxes(page).values() if "How a pit works" in words), "")
    assert letter
    assert "hatfield" not in letter.lower()
    assert "left out of the description of the branch" in page
    with app.app_context():
        propose(number, body)
