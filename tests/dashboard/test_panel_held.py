"""The panel of a meeting that was held: what comes next agrees with whose turn it is, whoever has told how it went."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.dashboard import words
from portal.extensions import db
from portal.speakers import reports
from portal.speakers.models import SpeakerRequest
from portal.speakers.report_rows import BRANCH, SPEAKER
from portal.speakers.reports import Told
from portal.submissions import actions
from portal.submissions.actions import Mover
from portal.submissions.workflow import Actor
from tests.dashboard.conftest import Page, day
from tests.dashboard.test_panel import panel

WELL = Told(held=True, attended=35)
NOT_AT_ALL = Told(held=False)


@pytest.fixture
def held(app: Flask, make_request: Callable[..., int]) -> int:
    """A meeting of yesterday, of which both sides are asked how it went."""
    facts = {"speaker_name": "Olha Savchenko", "speaker_email": "olha@example.org", "meeting_on": day(-1)}
    number = make_request(state="confirmed", **facts)
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        actions.perform(db.session(), request, "held", by=Mover(Actor.COORDINATOR), now=utc_now())
        db.session.commit()
    return number


@pytest.mark.parametrize(
    ("told", "what", "whose"),
    [
        ((), "the branch tells us how it went", "It is the branch’s turn."),
        (((BRANCH, WELL),), "the speaker tells us how it went", "It is the speaker’s turn."),
        (((SPEAKER, WELL),), "the branch tells us how it went", "It is the branch’s turn."),
        (((BRANCH, WELL), (SPEAKER, WELL)), "nothing, it is closed by itself", "Nobody has to act now."),
        (((BRANCH, NOT_AT_ALL),), "find out what happened", "It is our turn."),
        (((BRANCH, NOT_AT_ALL), (SPEAKER, WELL)), "find out what happened", "It is our turn."),
    ],
)
def test_what_comes_next_is_what_is_still_to_be_told(
    app: Flask, coordinator: FlaskClient, held: int, told: tuple[Any, ...], what: str, whose: str
) -> None:
    with app.app_context():
        for side, each in told:
            reports.tell(db.session(), db.session.get_one(SpeakerRequest, held), side, each, utc_now())
        db.session.commit()
    said = panel(coordinator.get(f"/dashboard/requests/{held}").text)
    assert f"Next: {what}" in said
    assert whose in said


def test_what_was_agreed_stands_before_what_was_asked_for(coordinator: FlaskClient, app: Flask, held: int) -> None:
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, held)
        request.dates = [{"on": "2027-01-14", "time_text": "8pm", "time": "20:00"}]
        request.confirmed_time = time(18, 20)
        db.session.commit()
    html = coordinator.get(f"/dashboard/requests/{held}").text
    facts = html[html.index("What they asked for") :]
    row = re.search(r">When<.*?</dd>", facts, re.DOTALL)
    assert row is not None
    assert f"Agreed: {words.long_day(day(-1))}, 6.20pm<br>They asked for: Thursday 14 January 2027, 8pm" in row[0]


def test_how_it_went_is_not_written_down_without_a_word(
    coordinator: FlaskClient, held: int, look: Callable[..., Any]
) -> None:
    page = Page(coordinator, f"/dashboard/requests/{held}/moves/report")
    assert "This closes the request. The speaker has not told us yet how it went." in page.text
    assert "There is a problem" in page.post(step="send").text
    assert look(held, "state") == "held"
    answer = page.post(held="no", step="send")
    assert "Then go back and choose “It did not take place”" in answer.text
    assert look(held, "state") == "held"
    assert page.post(held="yes", step="send").status_code == 303
    assert look(held, "state") == "closed"
