"""The one open question to a branch: put by a coordinator, closed by the answer, and by when that is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import Label, select

from portal.clock import london_day
from portal.emails.models import OutboxEmail
from portal.submissions import deadlines, quiet_days
from portal.submissions.day_words import by_in_words
from portal.submissions.models import Submission

FIRST, LAST = "common/question", "common/question-last-reminder"
NAMED = {
    FIRST: deadlines.ANSWER_IN_TIME,
    "common/question-reminder": "in_3_days",
    LAST: deadlines.IN_WORKING_DAYS,
}
"""The letters about an open question, and which day each of them names."""


def put(submission: Submission, answers: Mapping[str, str], now: datetime) -> None:
    """Keep the question on the request, so that the branch's own page can show it."""
    submission.question = answers["question"]


def close(submission: Submission, answers: Mapping[str, str], now: datetime) -> None:
    """Take the question away: it was answered, or is no longer needed."""
    submission.question = ""


def newest_letter(submission: Submission) -> tuple[Label[Any], Label[Any]]:
    """Which letter about the open question is the newest, and when it was written: columns of somebody's statement."""
    letters = select(OutboxEmail.template).where(
        OutboxEmail.submission_id == submission.id,
        OutboxEmail.template.in_(NAMED),
        OutboxEmail.queued_at >= submission.state_since,
        OutboxEmail.resend_of_id.is_(None),
    )
    newest = letters.order_by(OutboxEmail.id.desc()).limit(1)
    written_at = newest.with_only_columns(OutboxEmail.queued_at)
    return newest.scalar_subquery().label("letter"), written_at.scalar_subquery().label("letter_at")


def asked_by(submission: Submission, letter: str | None, written_at: datetime | None) -> date:
    """The day by which our newest letter asks for the answer; of a branch that has none, the day it would name."""
    nation = quiet_days.nation_of(submission)
    today = london_day(written_at or submission.state_since)
    days = deadlines.days_of(submission.WORKFLOW, today, submission.answers_are_for, nation)
    return days[NAMED[letter or FIRST]]


def in_words(submission: Submission, letter: str | None, written_at: datetime | None, today: date) -> str:
    """By when we ask for the answer and what we do without one, in the present language; `today` is London's.

    The newest letter about it is as `newest_letter` tells. Whoever has written to us since is not pressed: it is for
    us to answer first.
    """
    if submission.is_with_us:
        return ""
    day = asked_by(submission, letter, written_at)
    named = by_in_words(day)
    if day < today:
        asked = gettext("We asked for it by %(day)s, and it still helps us.", day=named)
        then = gettext("Without it we telephone you, or go on without an answer.")
    elif letter == LAST:
        asked = gettext("Please answer by %(day)s.", day=named)
        then = gettext("After that we telephone you, or go on without an answer.")
    else:
        asked = gettext("Please answer by %(day)s if you can.", day=named)
        then = gettext("If we hear nothing we remind you, and then telephone you or go on without an answer.")
    return " ".join((asked, then, gettext("Do you need longer? Just tell us.")))
