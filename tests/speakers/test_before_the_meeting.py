"""What speaks of a meeting keeps to its hour: no answer is asked for after it, and nothing was held before it began."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from portal.speakers.models import SpeakerRequest
from portal.speakers.workflow import WORKFLOW
from portal.submissions import deadlines, turns
from portal.submissions.workflow import Actor

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("meeting_on", "answer_by"),
    [
        (SUNDAY, SUNDAY),
        (date(2026, 11, 23), SUNDAY),
        (date(2026, 11, 24), date(2026, 11, 23)),
        # Friday is the last working day before a meeting on Sunday.
        (date(2026, 11, 29), date(2026, 11, 24)),
        (date(2026, 11, 21), date(2026, 11, 24)),
        (None, date(2026, 11, 24)),
    ],
)
def test_no_letter_asks_for_an_answer_after_the_meeting(meeting_on: date | None, answer_by: date) -> None:
    assert deadlines.days_of(WORKFLOW, SUNDAY, meeting_on)["in_2_days"] == answer_by


def test_a_far_deadline_is_the_last_working_day_before_the_meeting() -> None:
    days = deadlines.days_of(WORKFLOW, SUNDAY, date(2026, 11, 30))
    assert days["in_14_days"] == date(2026, 11, 27)


@pytest.mark.parametrize(("hour", "is_open"), [(12, False), (19, False), (20, False), (21, True), (23, True)])
def test_a_meeting_was_held_only_an_hour_after_it_has_begun(hour: int, is_open: bool) -> None:
    booked = SpeakerRequest(state="confirmed", meeting_on=SUNDAY, confirmed_time=time(20), offers=[], reports=[])
    now = datetime(2026, 11, 22, hour, 0, tzinfo=UTC)
    names = {row.name for row in turns.permitted_at(booked, Actor.COORDINATOR, now)}
    assert ("held" in names) is is_open


@pytest.mark.parametrize(
    ("state", "day"), [("confirmed", SUNDAY), ("matching", SUNDAY), ("held", None), ("closed", None)]
)
def test_after_the_meeting_answers_have_time(state: str, day: date | None) -> None:
    assert SpeakerRequest(state=state, meeting_on=SUNDAY).answers_are_for == day
