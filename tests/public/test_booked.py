"""A branch changes the date after its speaker was booked: the booking stands, and everybody is told so."""

from __future__ import annotations

from collections.abc import Callable
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
from tests.public.test_meanwhile import shown_on

Make = Callable[..., tuple[int, str]]
Look = Callable[..., Any]
DATES = [{"on": "2031-01-14", "time_text": "7pm", "time": "19:00"}]
BOOKED = (
    ("offer", {"speaker_name": "Olha Savchenko", "speaker_email": "olha@example.org", "speaker_language": "en"}),
    ("confirm", {"confirmed_on": "2031-01-14", "confirmed_time": "19:00", "agreed": "By telephone"}),
)
STANDS = "Your speaker is still booked for Tuesday 14 January 2031, 7pm. We will ask them about the change."


def change(client: FlaskClient, token: str, **fields: str) -> str:
    """Change the meeting from its own page; the branch's page after it."""
    path = f"/track/{token}/change/meeting"
    page = client.get(path).text
    answer = client.post(path, data=shown_on(page) | fields)
    assert answer.status_code == 303
    return client.get(answer.location).text


@pytest.fixture(autouse=True)
def years_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day of these meetings is far away, so that it is always to come."""
    monkeypatch.setattr("portal.submissions.dates.MOST_YEARS_AHEAD", 20)


def test_page_letter_and_desk_say_that_the_booking_stands(
    client: FlaskClient,
    make_request: Make,
    look: Look,
    rows: Callable[..., list[Any]],
    sign_in: Callable[..., FlaskClient],
) -> None:
    number, token = make_request(moves=BOOKED, dates=DATES)
    before = client.get(f"/track/{token}/change/meeting").text
    assert "Your speaker is booked for Tuesday 14 January 2031, 7pm." in before
    assert STANDS not in client.get(f"/track/{token}").text
    page = change(client, token, date_1="21 January 2031")
    assert page.count(STANDS) == 1
    assert STANDS in client.get(f"/track/{token}").text, "for as long as nobody has decided"
    (letter,) = rows("SELECT text FROM outbox_emails WHERE template = 'common/details-changed'")
    assert STANDS in " ".join(letter[0].split())
    assert look(number, "turn", "state", "meeting_on")[:2] == ("us", "confirmed")
    assert look(number, "meeting_on").isoformat() == "2031-01-14"
    desk = sign_in().get(f"/dashboard/requests/{number}").text
    assert "ask the speaker about the change" in desk
    assert "The speaker is still booked for Tuesday 14 January 2031, 7pm." in desk


def test_the_sentence_goes_once_the_date_is_changed_with_the_speaker(
    app: Flask, client: FlaskClient, make_request: Make
) -> None:
    number, token = make_request(moves=BOOKED, dates=DATES)
    change(client, token, date_1="21 January 2031")
    with app.app_context():
        actions.perform(
            db.session,
            db.session.get_one(Submission, number),
            "change-meeting",
            by=Mover(Actor.COORDINATOR),
            now=utc_now(),
            answers={"confirmed_on": "2031-01-21", "confirmed_time": "19:00", "agreed": "By telephone"},
        )
        db.session.commit()
    assert "still booked" not in client.get(f"/track/{token}").text


@pytest.mark.parametrize("fields", [{"audience_size": "40"}, {"venue": "Town Hall"}, {"time_1": "19:00"}])
def test_other_changes_need_no_question(client: FlaskClient, make_request: Make, fields: dict[str, str]) -> None:
    _, token = make_request(moves=BOOKED, dates=DATES)
    page = change(client, token, **fields)
    assert "still booked" not in page


@pytest.mark.parametrize("fields", [{"time_1": "8pm"}, {"meeting_format": "online"}])
def test_an_hour_and_the_room_are_asked_about_as_well(
    client: FlaskClient, make_request: Make, fields: dict[str, str]
) -> None:
    _, token = make_request(moves=BOOKED, dates=DATES)
    assert STANDS in change(client, token, **fields)


def test_before_anybody_is_booked_a_change_is_a_change(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request(dates=DATES)
    assert "booked" not in change(client, token, date_1="21 January 2031")


def test_it_is_said_in_ukrainian(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request(moves=BOOKED, dates=DATES, language="uk")
    page = change(client, token, date_1="21 січня 2031")
    assert "вівторок 14 січня 2031, 19:00" in page
    assert "still booked" not in page
