"""When a meeting is, as the panel of a request says it: what is agreed, taken, or not fixed."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal.dashboard import words
from portal.speakers.engagements import ACCEPTED
from portal.speakers.models import SpeakerRequest
from portal.submissions.models import Submission

AGREED = ("confirmed", "held")
"""States in which the day of the meeting is agreed."""


def line(submission: Submission, today: date) -> str:
    """One sentence; empty where there is nothing to say."""
    if not submission.is_open or submission.meeting_on is None:
        return ""
    days = _in_question(submission, today) if isinstance(submission, SpeakerRequest) else []
    if days == [submission.meeting_on] or not days:
        away = (submission.meeting_on - today).days
        verb = "is" if away >= 0 else "was"
        return f"The meeting {verb} {words.span(away)}, on {words.long_day(submission.meeting_on)}."
    first = words.span((days[0] - today).days)
    if len(days) == 1:
        return f"The meeting would be {first}, on {words.long_day(days[0])}: a speaker has said yes to that day."
    named = f"{', '.join(map(words.long_day, days[:-1]))} or {words.long_day(days[-1])}"
    return f"The day is not fixed yet: {named}. The first is {first}."


def _in_question(submission: SpeakerRequest, today: date) -> list[date]:
    """The days on which it may be held: those that speakers said yes to, else all that the branch named; sorted."""
    if submission.state in AGREED or submission.agreed is not None:
        # A day that was agreed stands with the branch, also while another speaker is looked for.
        return []
    rows: list[Any] = [row["on"] for row in submission.dates or [] if row.get("on")]
    if submission.state == "offered":
        rows = [on for each in submission.asked_now if each.state == ACCEPTED for on in each.accepted or []] or rows
    return sorted({day for on in rows if (day := date.fromisoformat(on)) >= today})
