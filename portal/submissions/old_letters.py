"""Whether a letter promises something by a day that is over: sent now, it would promise it anew.

Such a letter does not leave by itself, and a person is told instead.
The words are those of the letters in `templates/emails`: “by Thursday 26 November 2026”, «до четверга, 26 листопада
2026 року»; older ones said «Крайній термін: четвер 26 листопада 2026».
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.emails import second_reading
from portal.emails.models import TOO_LATE, OutboxEmail
from portal.submissions import follow_ups, registry
from portal.submissions.dates import DateNotUnderstood, Leaning, understand_date
from portal.submissions.models import Submission
from portal.submissions.workflow import FollowUp, Recipient

FOR_OURSELVES = (Recipient.TEAM, "coordinator")

_PROMISED = re.compile(
    r"(?:\b(?:by|до|не пізніше)|Крайній термін:|не пізніше(?: такої дати)?:)\s+"
    r"(?:today, |сьогоднішнь(?:ого|ої) )?"
    r"(?P<words>(?:[\w’ʼ'-]+,? )?\d{1,2} \w+ \d{4}(?: року)?)"
)


def day_passed(text: str, today: date, since: date = date.min) -> str:
    """The first day in a letter's text by which something was promised and which is over, in its words; or nothing.

    Days before `since`, when it was written, are those of which it says itself that they are over.
    """
    for found in _PROMISED.finditer(text):
        try:
            promised = understand_date(found["words"], today, Leaning.ANYWHEN)
        except DateNotUnderstood:
            continue
        if since <= promised < today:
            return found["words"]
    return ""


def why_too_late(session: Session, email: OutboxEmail, now: datetime) -> str:
    """Why a letter that is about to leave must not leave any more, for its `last_error`; empty where it may."""
    facts = select(Submission.kind, Submission.meeting_on).where(Submission.id == email.submission_id)
    # Nearly all leave on the day they were written: for them nothing is asked.
    row = session.execute(facts).first() if is_from_before(email, now) else None
    kind, meeting_on = row or ("", None)
    return TOO_LATE if is_too_late(email, kind, meeting_on, now) else ""


def is_too_late(email: OutboxEmail, kind: str, meeting_on: date | None, now: datetime) -> bool:
    """Whether what a letter of a `kind` of request leads up to is over since the day on which it was written.

    That is its meeting, the day on which alone it is true, or one that it names. An acknowledgement is never too late.
    """
    if not is_from_before(email, now):
        return False
    written, today = london_day(email.queued_at), london_day(now)
    if kind:
        workflow = registry.kind(kind).workflow
        if any(each.template == email.template for each in workflow.acknowledge):
            return False
        rows = [row for row in workflow.follow_ups if any(each.template == email.template for each in row.notify)]
        if rows and all(_was_true_only_before(row, written, today) for row in rows):
            return True
        leads_up = email.calendar_method == "REQUEST" or any(_leads_up_to_meeting(row) for row in rows)
        if leads_up and meeting_on is not None and written <= meeting_on < today:
            return True
    return bool(day_passed(email.text, today, written))


def are_too_late(session: Session, approval_id: int, about: Submission, now: datetime) -> bool:
    """Whether that holds of one of the letters that a second reader has, or had."""
    letters = second_reading.letters_of(session, approval_id)
    return any(is_too_late(each, about.kind, about.meeting_on, now) for each in letters)


def is_from_before(email: OutboxEmail, now: datetime) -> bool:
    """Whether a letter to somebody outside was written on a day before this one."""
    is_ours = email.is_private or email.role in FOR_OURSELVES
    return not is_ours and london_day(email.queued_at) < london_day(now)


def _was_true_only_before(row: FollowUp, written: date, today: date) -> bool:
    return follow_ups.is_true_on_its_day_only(row) and today > written + timedelta(days=row.late)


def _leads_up_to_meeting(row: FollowUp) -> bool:
    return row.counted_from == follow_ups.MEETING and row.days < 0
