"""What a branch would like after its meeting, and has not asked for: two weeks later somebody helps it.

Whoever wants to hear more is a task at once.
Who says on their own page what they would like next finds the form there. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from flask_babel import force_locale
from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import Session, selectinload

from portal.clock import LONDON, london_day
from portal.speakers import afterwards, told
from portal.speakers.models import SpeakerRequest
from portal.speakers.report_rows import AFFILIATE, HOST, SIDES, TWIN, WISHES, MeetingReport
from portal.submissions import daily, tasks
from portal.submissions.models import Submission
from portal.submissions.promises import working_days_after

REASON, MORE = "wished", "hears-more"
"""The reasons of the tasks about what a branch would like next, and about who wants to hear more."""
DAYS_FOR_A_WISH = 3
"""Working days until somebody should have seen to it."""
KINDS = {TWIN: "twinning", AFFILIATE: "affiliation", HOST: "speaker"}
"""The kind of request by which a branch asks for what it would like."""
AFTER = timedelta(days=14)
"""So long a branch has time to send the form itself."""
LATE = timedelta(days=30)
"""So much later it is no news any more, for a worker that slept."""
DUTY = "wishes"
HEARS_MORE = (
    "After the meeting of {reference} people want to hear more of the campaign. How many, and whom we may write to, "
    "stands under “What is arranged”. Write to them while they remember it."
)
TOLD_US = "After its meeting the branch would like: {wishes}. Help it with the form, or add its request by hand."
NOT_ASKED = (
    "After its meeting the branch would like: {wishes}. Its page has the form, and in two weeks it has not sent it. "
    "Ask whether it still would, and help it with the form, or add its request by hand."
)


def due(session: Session, now: datetime) -> list[date]:
    """Today (London), unless reports were looked through today already."""
    today = now.astimezone(LONDON).date()
    return [] if daily.is_done(session, DUTY, today) else [today]


def look(session: Session, today: date, now: datetime) -> None:
    """Give to a person what was wished two weeks ago and has not been asked for since."""
    daily.note(session, DUTY, today, now)
    statement = (
        select(SpeakerRequest)
        .join(MeetingReport, MeetingReport.submission_id == SpeakerRequest.id)
        .where(MeetingReport.answered_at.between(now - AFTER - LATE, now - AFTER))
        .options(selectinload(SpeakerRequest.reports))
        .order_by(SpeakerRequest.id)
    )
    for request in session.scalars(statement).unique():
        report = _says(request)
        if report is not None and report.answered_at is not None and report.answered_at <= now - AFTER:
            wishes = _not_asked_for(session, request, report.wishes or [], report.answered_at)
            open_task(session, request, wishes, now, NOT_ASKED)


def _says(request: SpeakerRequest) -> MeetingReport | None:
    """The report that says what the branch would like: its own, or its speaker’s where it has told nothing."""
    sides = (afterwards.of_side(request.reports, side) for side in SIDES)
    return next((each for each in sides if each is not None and each.answered_at is not None), None)


def open_task(session: Session, request: SpeakerRequest, wishes: Collection[str], now: datetime, about: str) -> None:
    """Give to a person what a branch would like next, once for a meeting."""
    if not wishes:
        return
    with force_locale("en"):
        named = told.wishes_within([each for each in WISHES if each in wishes])
    tasks.open_task(
        session,
        key=f"{REASON}:{request.id}",
        reason=REASON,
        about=about.format(wishes=named),
        due_on=working_days_after(london_day(now), DAYS_FOR_A_WISH),
        now=now,
        submission_id=request.id,
    )


def hear_more(session: Session, request: SpeakerRequest, now: datetime) -> None:
    """Give to a person, once for a meeting, whoever wants to hear more; where nobody does after all, it is settled.

    The task names the request alone: who they are stands sealed in the report.
    """
    key = f"{MORE}:{request.id}:"
    if not any(each.answered_at is not None and each.hears_more for each in request.reports):
        tasks.finish_all(session, key, by_id=None, now=now, outcome="Nobody wants to hear more.")
        return
    tasks.open_task(
        session,
        key=key,
        reason=MORE,
        about=HEARS_MORE.format(reference=request.reference),
        due_on=working_days_after(london_day(now), DAYS_FOR_A_WISH),
        now=now,
        submission_id=request.id,
    )


def _not_asked_for(session: Session, request: SpeakerRequest, wishes: Iterable[str], since: datetime) -> list[str]:
    """Those wishes for which nothing of the branch, or of whoever sent its request, is open or has come since."""
    theirs = [func.lower(Submission.contact_email) == request.contact_email.lower()] if request.contact_email else []
    theirs += [Submission.branch_id == request.branch_id] if request.branch_id is not None else []
    kinds = (
        select(Submission.kind)
        .where(or_(false(), *theirs), Submission.id != request.id)
        .where(or_(Submission.is_open, Submission.received_at >= since))
        .distinct()
    )
    asked = set(session.scalars(kinds))
    return [each for each in wishes if KINDS.get(each) not in asked]
