"""Whether a speaker has not heard that they are booked: the letter that says so waits for a second reader, or is back.

Until it has left, no page and no calendar of theirs says it either, nor names the branch. Whoever has heard of it, and
not of what has changed since, reads nothing of that either.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from portal.emails.models import OutboxEmail
from portal.speakers.engagements import RELEASED, Booking, Offer
from portal.speakers.register import Speaker
from portal.submissions.kept_back import HAS_NOT_LEFT
from portal.submissions.models import Submission
from portal.submissions.work import Approval

SAY_SO = ("speaker/booked", "speaker/stand-by-booked")
"""The letters by which somebody hears that they are booked."""
SWAP = ("speaker/you-speak",)
"""That by which whoever stands by, and knows it, hears that they speak."""
THANK = ("speaker/others-thanked",)
"""That by which somebody hears that another is."""
BESIDE = ("speaker/interpreter-meeting", "speaker/partner-meeting")
"""Those by which an interpreter, or whoever comes along, hears of it, where they tell of the confirmation itself;
else of what has changed."""
CHANGED = (
    *("speaker/changed-speaker", "speaker/stand-by-changed", "speaker/stood-down", "speaker/cancelled-speaker"),
    *("speaker/not-held-speaker", "speaker/no-longer-needed", "speaker/stand-by-over", "speaker/interpreter-over"),
    *("speaker/partner-over", "speaker/partner-waits", *SWAP),
)
"""Those by which whoever is booked hears that something has changed, or that they are needed no more."""
_about = Submission.__table__.alias("held_about")
_AT_CONFIRMATION = exists().where(_about.c.id == Approval.submission_id, _about.c.state_since == Approval.asked_at)
_IN_ITS_LETTERS = and_(OutboxEmail.template.in_(BESIDE), _AT_CONFIRMATION)
_LATER = or_(OutboxEmail.template.in_(CHANGED), and_(OutboxEmail.template.in_(BESIDE), ~_AT_CONFIRMATION))


def _held(submission_id: Any, address: Any, asked_at: Any, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether such a letter has been written since somebody was asked, and is held or was kept back; and none since
    has left, which would have told them more.
    """
    return exists().where(
        HAS_NOT_LEFT,
        OutboxEmail.submission_id == submission_id,
        which,
        OutboxEmail.to_digest == address,
        OutboxEmail.queued_at >= asked_at,
    )


_BOOKED = or_(OutboxEmail.template.in_(SAY_SO), _IN_ITS_LETTERS)
_BECAME = or_(OutboxEmail.template.in_(THANK), _BOOKED)
IS_OF_OFFER = (
    exists()
    .where(Speaker.id == Offer.speaker_id)
    .where(_held(Offer.submission_id, Speaker.email_digest, Offer.asked_at, _BECAME))
    .correlate(Offer)
)
"""Whether who was asked does not know yet what has become of it."""
IS_BEHIND = (
    exists()
    .where(Speaker.id == Offer.speaker_id)
    .where(_held(Offer.submission_id, Speaker.email_digest, Offer.asked_at, _LATER))
    .correlate(Offer)
)
"""Whether who was booked does not know yet what has changed since."""
IS_OF_SWAP = (
    exists()
    .where(Speaker.id == Offer.speaker_id)
    .where(_held(Offer.submission_id, Speaker.email_digest, Offer.asked_at, OutboxEmail.template.in_(SWAP)))
    .correlate(Offer)
)
"""Whether who stands by does not know yet that they speak."""
IS_OF_BOOKING = (
    exists()
    .where(Offer.id == Booking.offer_id, Speaker.id == Booking.speaker_id)
    .where(_held(Booking.submission_id, Speaker.email_digest, Offer.asked_at, _BOOKED))
    .correlate(Booking)
)
"""Whether whoever is booked does not know of their booking yet."""
IS_BOOKING_BEHIND = (
    exists()
    .where(Offer.id == Booking.offer_id, Speaker.id == Booking.speaker_id)
    .where(_held(Booking.submission_id, Speaker.email_digest, Offer.asked_at, _LATER))
    .correlate(Booking)
)
"""Whether they do not know yet what has become of it since."""


def let_go(session: Session, submission_id: int) -> Sequence[Offer]:
    """The offers of those who were let go for somebody booked, and do not know it."""
    wanted = select(Offer).where(Offer.submission_id == submission_id, Offer.state == RELEASED, IS_OF_OFFER)
    return session.scalars(wanted.order_by(Offer.id)).all()
