"""Tasks of a search for a speaker: finding somebody, and answers about a day; and when there is nothing to do any more.

Whose place that is, and why, the moves say that call this.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import object_session

from portal.clock import london_day
from portal.speakers.engagements import SPEAKER, Offer
from portal.speakers.models import SpeakerRequest
from portal.submissions import tasks
from portal.submissions.promises import working_days_after

SPEAKER_GONE, WAS_SILENT, YES_LOST = "dropped-out", "offer-over", "yes-lost"
"""How the keys begin: a speaker has dropped out, has not answered, or has said yes and is booked elsewhere since."""


def nobody_answered(request: SpeakerRequest, now: datetime) -> None:
    """The time of an offer is over: the next speaker is for a coordinator to ask."""
    today, session = london_day(now), object_session(request)
    if session is not None:
        tasks.open_task(
            session,
            key=f"{WAS_SILENT}:{request.id}:{today}",
            reason=tasks.NEXT,
            about="No answer came within the time we gave. Ask the next speaker who fits.",
            due_on=working_days_after(today, 1),
            now=now,
            submission_id=request.id,
        )


def about_a_day(
    request: SpeakerRequest, name: str, about: str, now: datetime, *, due_on: date | None = None, reason: str = "offer"
) -> None:
    """Somebody has answered about a day: what is left is for a coordinator, by the next working day unless sooner."""
    today, session = london_day(now), object_session(request)
    if session is not None:
        tasks.open_task(
            session,
            key=f"{name}:{request.id}:{now:%Y%m%d%H%M%S}",
            reason=reason,
            about=about,
            due_on=due_on or working_days_after(today, 1),
            now=now,
            submission_id=request.id,
        )


def somebody_is_asked(request: SpeakerRequest, now: datetime) -> None:
    """The place of a speaker is on its way to being taken: nobody need look."""
    for why in (SPEAKER_GONE, WAS_SILENT, YES_LOST):
        _finish(request, f"{why}:{request.id}:", "Somebody else is asked, or speaks.", now)


def somebody_is_booked(request: SpeakerRequest, now: datetime) -> None:
    """Whether who has said yes is away is settled: one of them speaks, and was asked before, or another does."""
    somebody_is_asked(request, now)
    for number in {each.speaker_id for each in request.offers if each.role == SPEAKER}:
        _finish(request, away(request.id, number), "Somebody is confirmed.", now)


def yes_lost(request: SpeakerRequest, found: Offer) -> str:
    """How the key of a task begins that says of somebody that they cannot keep their yes."""
    return f"{YES_LOST}:{request.id}:{found.id}:"


def vetoed(number: int, speaker_id: int) -> str:
    """How the key of a task begins that says of somebody who is asked or booked that they do not wish to come."""
    return f"veto:{number}:{speaker_id}:"


def away(number: int | str, speaker_id: int) -> str:
    """How the key of a task begins that says of somebody that they are away on a day of the meeting."""
    return f"away:{number}:{speaker_id}:"


def is_let_go(found: Offer, now: datetime) -> None:
    """Somebody who did not wish to come, or is away, is asked and booked no longer: it is settled."""
    for begins in (vetoed(found.submission_id, found.speaker_id), away(found.submission_id, found.speaker_id)):
        _finish(found, begins, "They are not asked any more.", now)


def has_answered(request: SpeakerRequest, found: Offer, now: datetime) -> None:
    """A speaker whose yes could not be kept has named another day, or said no: nobody need ask them."""
    for begins in (yes_lost(request, found), away(request.id, found.speaker_id)):
        _finish(request, begins, "The speaker has answered.", now)


def can_keep(request: SpeakerRequest, found: Offer, now: datetime) -> None:
    """A speaker who was booked elsewhere is free again: their yes holds, and nobody need ask them."""
    _finish(request, yes_lost(request, found), "The speaker is free again at that time.", now)


def _finish(about: SpeakerRequest | Offer, begins: str, outcome: str, now: datetime) -> None:
    session = object_session(about)
    if session is not None:
        tasks.finish_all(session, begins, by_id=None, now=now, outcome=outcome)
