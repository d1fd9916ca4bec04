"""What of a body in Ukraine is forgotten by itself, once its time is over; how it is emptied is `registering`’s.

The last letter to a body that has withdrawn goes once it has left. A registration that we declined is forgotten when
its private link ends: until then it can be opened again, and whoever sent it can read why. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.emails.models import CANCELLED, FAILED, SENT, OutboxEmail
from portal.submissions.private_links import OPEN_AFTER_CLOSING
from portal.twinning import registering, vanishing
from portal.twinning.registrations import DECLINED, DECLINED_HEADING, UkrainianRegistration


def due(session: Session, now: datetime) -> Sequence[int]:
    """The numbers of the registrations of which something is to be forgotten at `now` (aware, UTC)."""
    declined = select(UkrainianRegistration.id).where(
        UkrainianRegistration.state == DECLINED,
        UkrainianRegistration.closed_at < now - OPEN_AFTER_CLOSING,
        UkrainianRegistration.heading != DECLINED_HEADING,
    )
    withdrawn = select(OutboxEmail.submission_id).where(*_LAST_LETTERS)
    return [*session.scalars(declined), *session.scalars(withdrawn)]


def forget(session: Session, number: int, now: datetime) -> None:
    """Forget what nobody needs any more of one of them."""
    registration = session.get_one(UkrainianRegistration, number)
    if registration.state == DECLINED:
        vanishing.forget(session, registration, now)
        vanishing.forget_readings(session, registration, now)
        registering.forget(session, registration, now)
        registration.heading = DECLINED_HEADING
    for email in session.scalars(select(OutboxEmail).where(OutboxEmail.submission_id == number, *_LAST_LETTERS)).all():
        vanishing.empty(session, email)
    session.flush()


_LAST_LETTERS = (
    OutboxEmail.template == registering.LAST_LETTER,
    OutboxEmail.to_address != "",
    or_(
        OutboxEmail.state.in_((SENT, CANCELLED)),
        OutboxEmail.state.in_(FAILED) & OutboxEmail.dealt_with_at.is_not(None),
    ),
)
"""Letters of withdrawals that have left, or never will; one that failed is dealt with first."""
