"""Somebody who leaves the register or is hidden steps back from every meeting that counts on them.

The moves are those that they would make on their own page: the branch is told, calendars follow, and a search begins
anew. Who leaves is `leaving`’s, who is hidden `hiding`’s. Nothing here commits.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.speakers.engagements import (
    BOOKED,
    CONFIRMED,
    INTERPRETER,
    PARTNER,
    SPEAKER,
    STAND_BY,
    WAITING,
    Booking,
    Offer,
)
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker
from portal.submissions import actions, tasks, whole
from portal.submissions.history import Mover

GONE = {
    SPEAKER: "The speaker who was asked or booked {why}. They are off the request, and the branch has a letter where "
    "it counted on them. Look for somebody else.",
    STAND_BY: "Whoever was to stand by {why}. Ask somebody else to stand by.",
    INTERPRETER: "Whoever was to interpret {why}. Ask another interpreter.",
    PARTNER: "Whoever was to come along {why}. Ask somebody else to come along.",
}
"""What a coordinator reads of somebody who is gone, by what they were asked or booked for."""
BESIDE = {STAND_BY: "stand-by-declines", INTERPRETER: "interpreter-declines", PARTNER: "partner-declines"}
"""How those who come beside a speaker say no, before and after they are booked."""


def counting_on(session: Session, speaker: Speaker, now: datetime) -> dict[int, str]:
    """The requests that they are asked for, or whose meeting they are booked for and that is to come, and as what."""
    asked = select(Offer.submission_id, Offer.role).where(
        Offer.speaker_id == speaker.id, Offer.closed_at.is_(None), Offer.state.in_(WAITING)
    )
    booked = select(Booking.submission_id, Booking.role).where(
        Booking.speaker_id == speaker.id, Booking.state == BOOKED, Booking.ends_at > now
    )
    found = [(number, role) for each in (asked, booked) for number, role in session.execute(each)]
    return dict(sorted(found))


def step_back(session: Session, speaker: Speaker, why: str, *, key: str, by: Mover, now: datetime) -> None:
    """Decline what they are asked for and drop out of what they are booked for, and open a task for each request.

    `why` ends the sentence of the task, `key` begins what it is known by; neither names anybody.
    """
    for number, role in counting_on(session, speaker, now).items():
        request = whole.load(session, number, lock=True)
        if isinstance(request, SpeakerRequest):
            _from(session, request, speaker, by, now)
        tasks.open_task(
            session,
            key=f"{key}:{number}:{speaker.id}:{now:%Y%m%d%H%M%S}",
            reason="speaker",
            about=GONE[role].format(why=why),
            due_on=london_day(now),
            now=now,
            submission_id=number,
        )


def _from(session: Session, request: SpeakerRequest, speaker: Speaker, by: Mover, now: datetime) -> None:
    """Step back from one request: a move for each open offer of theirs."""
    for each in [each for each in request.offers if each.speaker_id == speaker.id and each.closed_at is None]:
        move, answers = _move(request, each)
        try:
            actions.perform(session, request, move, by=by, now=now, answers=answers)
        except (actions.NotPermittedError, actions.MissingAnswerError, actions.WrongAnswerError):
            # The request is where nobody waits for them, and going must not fail for that.
            continue


def _move(request: SpeakerRequest, each: Offer) -> tuple[str, dict[str, str]]:
    """The move that gives one offer back, with what it asks for."""
    answers = {"offer": str(each.id)}
    if each.role in BESIDE:
        return BESIDE[each.role], answers
    if each.role == SPEAKER and each.state == CONFIRMED:
        return "speaker-dropped-out", {}
    return ("one-declined" if request.are_several_asked else "speaker-declined"), answers
