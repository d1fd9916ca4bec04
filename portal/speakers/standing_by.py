"""Who could stand by for a speaker whose call may break, and what is left for a person where nobody does.

Asking and booking whoever stands by is `beside`’s. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.speakers.beside_rows import STAND_BY_MISSING
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import IN_UKRAINE, Speaker
from portal.submissions import tasks
from portal.submissions.promises import working_days_after
from portal.submissions.work import FollowUpMark

SWAPPED = (
    "Somebody else speaks now, and the meeting is so near that our letters may be read too late. Ring the new speaker "
    "today, and then the branch."
)


def in_ukraine(session: Session, numbers: Collection[int]) -> set[int]:
    """Which speakers of these numbers live in Ukraine, where power cuts and alarms break calls. One statement."""
    if not numbers:
        return set()
    return set(session.scalars(select(Speaker.id).where(Speaker.id.in_(numbers), Speaker.lives_in == IN_UKRAINE)))


def another_speaks(session: Session, request: SpeakerRequest, now: datetime) -> None:
    """Another speaker is booked: where nobody stands by for them, somebody is to be asked anew.

    Until the task has come for the first one of a day, it comes by itself.
    """
    _finish(session, request, now, "Somebody else speaks.")
    day = request.meeting_on
    if day is None or not request.needs_stand_by:
        return
    due_on = day + timedelta(days=STAND_BY_MISSING.days)
    has_come = select(FollowUpMark.id).where(
        FollowUpMark.submission_id == request.id,
        FollowUpMark.name == STAND_BY_MISSING.name,
        FollowUpMark.due_on == due_on,
    )
    if session.scalar(has_come) is not None:
        tasks.open_task(
            session,
            key=f"{_missing(request)}{due_on}:{now:%Y%m%d%H%M%S}",
            reason="booking",
            about=STAND_BY_MISSING.task,
            due_on=london_day(now),
            now=now,
            submission_id=request.id,
        )


def swapped(session: Session, request: SpeakerRequest, now: datetime) -> None:
    """Whoever stood by speaks: where the meeting is on the next working day or before, letters alone do not tell it."""
    another_speaks(session, request, now)
    today = london_day(now)
    if request.meeting_on is not None and request.meeting_on <= working_days_after(today, 1):
        tasks.open_task(
            session,
            key=f"{_ring(request)}{now:%Y%m%d%H%M%S}",
            reason="booking",
            about=SWAPPED,
            due_on=today,
            now=now,
            submission_id=request.id,
        )


def look_again(session: Session, request: SpeakerRequest, now: datetime) -> None:
    """After a move: no task asks for a stand-by who is not wanted any more, nor to ring before what is over."""
    is_ahead = request.state == "confirmed"
    if not is_ahead:
        tasks.finish_all(session, _ring(request), by_id=None, now=now, outcome="The request moved on.")
    if not (is_ahead and request.needs_stand_by):
        _finish(session, request, now, "Somebody stands by, or nobody needs to.")


def _finish(session: Session, request: SpeakerRequest, now: datetime, outcome: str) -> None:
    tasks.finish_all(session, _missing(request), by_id=None, now=now, outcome=outcome)


def _missing(request: SpeakerRequest) -> str:
    """How the keys of the tasks begin that say that nobody stands by: that which comes by itself, and those anew."""
    return f"follow-up:{request.id}:{STAND_BY_MISSING.name}:"


def _ring(request: SpeakerRequest) -> str:
    """How the key of the task begins to ring whoever was swapped in."""
    return f"swapped:{request.id}:"
