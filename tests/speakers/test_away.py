"""Days away noted after a yes: a task, the meeting on the speaker’s own page, and an end once it is settled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.emails import links
from portal.extensions import db
from portal.speakers import away_while_booked, own_page
from portal.speakers.nearby import Days
from portal.submissions import actions, intake, tasks
from portal.submissions.workflow import Actor
from tests.public.speaker import send, text_of
from tests.submissions.entries import BRANCH, COORDINATOR, NOW, speaker_answers
from tests.submissions.walks import registered

SPEAKER = actions.Mover(Actor.SPEAKER)
FIRST, SECOND = "2027-01-14", "2027-01-21"


def perform(request: Any, name: str, by: Any = COORDINATOR, minutes: int = 0, **answers: str) -> Any:
    return actions.perform(db.session(), request, name, by=by, now=NOW + timedelta(minutes=minutes), answers=answers)


def said_yes(days: str = FIRST) -> tuple[Any, Any]:
    """A request to which somebody has said yes, and who that is."""
    typed = speaker_answers(meeting_format="online", date_2="21 January 2027", time_2="7pm")
    request = intake.file(db.session(), "speaker", typed, now=NOW, language="en", by=BRANCH)
    speaker = registered(NOW, "petro@example.org")
    perform(request, "ask-speakers", speakers=str(speaker.id))
    perform(request, "speaker-accepts", SPEAKER, minutes=1, accepted=days)
    return request, speaker


def away_on(request: Any, speaker: Any, day: str = FIRST) -> list[str]:
    """The open tasks of a request once its speaker has noted a day away."""
    on = date.fromisoformat(day)
    added = own_page.add_days(speaker, (on, on), None, is_free=False, today=NOW.date())
    assert added is not None
    away_while_booked.tell(db.session(), speaker, added, NOW)
    return about(request)


def about(request: Any) -> list[str]:
    db.session.flush()
    return [task.about for task in tasks.of_request(db.session(), request.id)]


def test_days_away_after_a_yes_are_a_task(app: Flask) -> None:
    with app.app_context():
        request, speaker = said_yes()
        assert away_on(request, speaker, SECOND) == [], "they did not say yes to that day"
        assert away_on(request, speaker) == [away_while_booked.YES_AND_AWAY]


@pytest.mark.parametrize("how", ["confirm", "decline", "take out"])
def test_the_task_ends_once_it_is_settled(app: Flask, how: str) -> None:
    with app.app_context():
        request, speaker = said_yes()
        assert away_on(request, speaker)
        if how == "confirm":
            perform(request, "confirm", minutes=2, confirmed_on=FIRST, confirmed_time="19:00")
        elif how == "decline":
            perform(request, "speaker-declined", minutes=2)
        else:
            assert own_page.remove_days(speaker, speaker.exceptions[0].id)
            away_while_booked.taken_out(db.session(), speaker, NOW)
        assert about(request) == []


def test_whoever_is_booked_and_takes_the_days_out_is_not_asked_any_more(app: Flask) -> None:
    with app.app_context():
        request, speaker = said_yes()
        perform(request, "confirm", minutes=2, confirmed_on=FIRST, confirmed_time="19:00")
        assert away_on(request, speaker) == [away_while_booked.AWAY]
        perform(request, "plan-b", minutes=3, reason="Read our greeting.")
        assert about(request) == [away_while_booked.AWAY]
        assert own_page.remove_days(speaker, speaker.exceptions[0].id)
        away_while_booked.taken_out(db.session(), speaker, NOW)
        assert about(request) == []


def test_their_page_names_the_meeting_they_said_yes_to(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        request, speaker = said_yes()
        path = links.path_of(links.issue(db.session(), "speak", speaker.id, NOW))
        db.session.commit()
        number = request.id
    assert "You have said yes to a meeting on" not in client.get(f"{path}/days").text
    assert send(client, path, "days", what="away", first_on="14 January 2027").status_code == 303
    page = client.get(f"{path}/days").text
    assert (
        "You have said yes to a meeting on Thursday 14 January 2027, doors 7pm, start 7.30pm, and are away"
        in text_of(page)
    ), text_of(page)
    with app.app_context():
        assert [each.about for each in tasks.of_request(db.session(), number)] == [away_while_booked.YES_AND_AWAY]


def test_days_that_are_besides_are_nobodys_work(app: Flask) -> None:
    with app.app_context():
        request, speaker = said_yes()
        day = request.meeting_on
        assert away_while_booked.tell(db.session(), speaker, Days(day, day, None, None, True), NOW) == []
