"""A meeting that is over is refused, and one that comes before our answer can is told so in an honest sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import settings
from portal.clock import london_day, utc_now
from portal.extensions import db
from portal.submissions import actions
from portal.submissions.models import Submission
from tests.public import walk
from tests.public.test_next_steps import words_of
from tests.public.walk import Visitor

Make = Callable[..., tuple[int, str]]
SUNDAY = datetime(2026, 11, 22, 23, 58, tzinfo=UTC)
NEAR = "Your meeting is so near that we cannot promise you an answer before it."
ALONE = "If nobody has answered by then, please go on without us."


def sent_for(client: FlaskClient, day: date) -> str:
    """The words of the thanks page after a request for a meeting on that day."""
    visitor = Visitor(client)
    visitor.ask("speaker", meeting={"date_1": f"{day:%d %B %Y}", "time_1": "23:59"})
    return words_of(client.get(walk.url("speaker", "sent")).text)


@pytest.mark.parametrize("typed", [{"time_1": "00:00"}, {"time_1": "", "date_1": "today, 12.00am"}])
def test_a_meeting_whose_hour_has_passed_is_refused(client: FlaskClient, typed: dict[str, str]) -> None:
    visitor = Visitor(client)
    visitor.fill("speaker", until="meeting")
    meeting = walk.ANSWERS["speaker"]["meeting"] | {"date_1": "today"} | typed
    page = visitor.post("/invite-a-speaker/meeting", meeting)
    assert "This hour has passed. Enter a meeting that is still to come" in page.text


def test_a_meeting_of_tomorrow_is_not_told_to_wait_for_a_day_after_it(
    client: FlaskClient, app: Flask, rows: Callable[..., list[Any]]
) -> None:
    with app.app_context():
        settings.put(db.session(), "contact_phone", "020 7946 0123", by="vera@example.org", now=utc_now())
        db.session.commit()
    thanks = sent_for(client, london_day(utc_now()) + timedelta(days=1))
    [letter] = rows("SELECT text FROM outbox_emails WHERE template = 'speaker/received'")[0]
    for said in (thanks, " ".join(letter.split())):
        assert NEAR in said
        assert ALONE in said
        assert "We have told our team at once." in said
        assert "or telephone 020 7946 0123." in said
        assert "until then" not in said
        assert "will answer by" not in said
        assert "We will write to you by" not in said
    [to_team] = rows("SELECT text FROM outbox_emails WHERE template = 'team/new-urgent'")[0]
    assert "The branch knows that we may not manage an answer" in " ".join(to_team.split())
    assert "We promised" not in to_team


def test_the_page_of_the_branch_says_so_too(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request("speaker", meeting_on=london_day(utc_now()) + timedelta(days=1))
    page = words_of(client.get(f"/track/{token}").text)
    assert NEAR in page
    assert "will write to you by" not in page
    assert "You do not need to do anything now" not in page


@pytest.mark.parametrize(
    ("meeting_on", "promised"),
    [
        (date(2026, 11, 23), date(2026, 11, 23)),
        (date(2026, 11, 24), date(2026, 11, 23)),
        (date(2026, 11, 25), date(2026, 11, 23)),
        # A week is left to find somebody, or as much of it as can be.
        (date(2026, 11, 30), date(2026, 11, 23)),
        (date(2026, 12, 1), date(2026, 11, 24)),
        (date(2027, 1, 14), date(2026, 11, 25)),
    ],
)
def test_an_answer_is_promised_while_it_is_of_use(
    app: Flask, make_request: Make, meeting_on: date, promised: date
) -> None:
    number, _ = make_request("speaker", meeting_on=meeting_on, now=SUNDAY)
    with app.app_context():
        request = db.session.get_one(Submission, number)
        assert request.due_on == promised
        actions.message_from_branch(db.session(), request, "Is anybody there?", now=SUNDAY)
        assert request.due_on == promised
