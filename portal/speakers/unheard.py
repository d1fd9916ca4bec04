"""Whether a speaker has not heard that they are booked: the letter that says so waits for a second reader, or is back.

Until it has left, no page and no calendar of theirs says it either, nor names the branch.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, or_

from portal.emails.models import OutboxEmail
from portal.speakers.engagements import Booking, Offer
from portal.speakers.register import Speaker
from portal.submissions.kept_back import IS_KEPT_BACK
from portal.submissions.work import Approval

SAY_SO = ("speaker/booked", "speaker/you-speak", "speaker/stand-by-booked")
"""The letters by which somebody hears that they are booked."""
THANK = ("speaker/others-thanked",)
"""That by which somebody hears that another is."""


def _held(submission_id: Any, address: Any, asked_at: Any, templates: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether such a letter has been written since somebody was asked, and is held or was kept back."""
    return exists().where(
        OutboxEmail.submission_id == submission_id,
        OutboxEmail.template.in_(templates),
        OutboxEmail.to_digest == address,
        OutboxEmail.queued_at >= asked_at,
        Approval.id == OutboxEmail.approval_id,
        or_(Approval.decision == "", IS_KEPT_BACK),
    )


IS_OF_OFFER = (
    exists()
    .where(Speaker.id == Offer.speaker_id)
    .where(_held(Offer.submission_id, Speaker.email_digest, Offer.asked_at, SAY_SO + THANK))
    .correlate(Offer)
)
"""Whether who was asked does not know yet what has become of it."""
IS_OF_BOOKING = (
    exists()
    .where(Offer.id == Booking.offer_id, Speaker.id == Booking.speaker_id)
    .where(_held(Booking.submission_id, Speaker.email_digest, Offer.asked_at, SAY_SO))
    .correlate(Booking)
)
"""Whether whoever is booked does not know of their booking yet."""
