"""What a change of a meeting is to those who are booked beside its speaker: their bookings move with it, and as the
speaker is, each of them is asked whether that suits them.

Silence counts for nothing: they stay booked, and somebody telephones (`beside.expire`).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.speakers import diary, in_time, offers
from portal.speakers.diary import DoubleBookedError
from portal.speakers.engagements import BESIDE, CONFIRMED, INTERPRETER, PARTNER, RELEASED, STAND_BY, Offer
from portal.speakers.models import SpeakerRequest
from portal.submissions import tasks

UNHEARD = {
    STAND_BY: "The meeting has changed, and whoever stands by has not said whether that suits them. Telephone them.",
    INTERPRETER: "The meeting has changed, and its interpreter has not said whether that suits them. Telephone them.",
    PARTNER: "The meeting has changed, and whoever comes along has not said whether that suits them. Telephone them.",
}
"""The task where whoever is booked in a role has not answered in time."""
BUSY = {
    STAND_BY: "Whoever stood by is booked elsewhere at the new time. Ask somebody else to stand by.",
    INTERPRETER: "Whoever was to interpret is booked elsewhere at the time that was agreed. Ask another interpreter.",
    PARTNER: "Whoever was to come along is booked elsewhere at the time that was agreed. Ask somebody else to come "
    "along.",
}
"""The task where they are booked elsewhere."""


def bring_along(session: Session, request: SpeakerRequest, now: datetime, *, is_undone: bool = False) -> None:
    """Move the bookings of a meeting with it. Who comes beside the speaker is asked whether another time suits them,
    unless a change `is_undone` of which they never heard; who is booked elsewhere is let go, with a task.
    """
    for booking in diary.living(request):
        before = booking.starts_at
        try:
            diary.move(session, request, booking)
        except DoubleBookedError:
            if booking.role not in BESIDE:
                raise
            let_go(booking.role, session, request, now)
            continue
        if booking.role in BESIDE and booking.starts_at != before:
            for each in request.open_offers(booking.role):
                _ask_again(request, each, now)
                each.answered_at = now if is_undone else None


def ask_again(request: SpeakerRequest, now: datetime) -> None:
    """Whoever is booked beside the speaker has still to say whether the meeting suits them as it stands now."""
    for each in request.asked_beside:
        if each.state == CONFIRMED:
            _ask_again(request, each, now)


def let_go(role: str, session: Session, request: SpeakerRequest, now: datetime) -> None:
    """Whoever was to come in a role is booked elsewhere: they are free, and a task asks for another."""
    diary.cancel(request, now, (role,))
    for each in request.open_offers(role):
        offers.end(each, RELEASED, now)
    tasks.open_task(
        session,
        key=f"{role}-busy:{request.id}:{now:%Y%m%d%H%M%S}",
        reason="booking",
        about=BUSY[role],
        due_on=london_day(now),
        now=now,
        submission_id=request.id,
    )


def is_heard(session: Session, request: SpeakerRequest, found: Offer, now: datetime) -> None:
    """They have answered: nobody need telephone."""
    begins = unheard(request, found)
    tasks.finish_all(session, begins, by_id=None, now=now, outcome="They have answered.")


def unheard(request: SpeakerRequest, found: Offer) -> str:
    """How the key of the task begins to telephone whoever has not said if a change suits them."""
    return f"{found.role}-unheard:{request.id}:{found.id}:"


def _ask_again(request: SpeakerRequest, found: Offer, now: datetime) -> None:
    """Ask whoever is booked about the meeting as it stands: as with a speaker, what they answered counts no more."""
    today = london_day(now)
    found.dates, found.accepted = offers.dates_offered(request), []
    found.answered_at, found.asked_at = None, now
    usual = offers.last_day(offers.session_of(request), today)
    found.answer_by = in_time.answer_by(usual, found.dates, today)
