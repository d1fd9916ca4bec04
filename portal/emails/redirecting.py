"""Letters that have not left, when whoever they are for has another address. Nothing here commits."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.emails.invites import calendar_file, read_back
from portal.emails.models import HELD, QUEUED, OutboxEmail
from portal.sealed import digest


def redirect(session: Session, submission_id: int, role: str, before: str, address: str) -> None:
    """Let the letters about a request that wait to leave for whoever holds that role go to their new address."""
    if not before or not address:
        return
    found = select(OutboxEmail).where(
        OutboxEmail.submission_id == submission_id,
        OutboxEmail.role == role,
        OutboxEmail.state.in_((QUEUED, HELD)),
        OutboxEmail.to_digest == digest(before),
    )
    for email in session.scalars(found).all():
        email.to_address = address
        if email.calendar:
            email.calendar = calendar_file(replace(read_back(email.calendar), attendee_address=address))
