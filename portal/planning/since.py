"""What has become of the speakers of a plan since it was made: for what they are asked or booked now."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.speakers.engagements import BOOKED, WAITING, Booking, Offer
from portal.speakers.plan_rows import Plan


def taken(session: Session, plan: Plan, speakers: set[int]) -> dict[tuple[int, date], set[int]]:
    """For speakers and days of the plan, the requests that they are asked or booked for now."""
    found: dict[tuple[int, date], set[int]] = {}
    waiting = select(Offer.speaker_id, Offer.submission_id, Offer.dates).where(
        Offer.closed_at.is_(None), Offer.state.in_(WAITING), Offer.speaker_id.in_(speakers)
    )
    for speaker, request, dates in session.execute(waiting):
        for row in dates:
            if row.get("on"):
                found.setdefault((speaker, date.fromisoformat(row["on"])), set()).add(request)
    booked = select(Booking.speaker_id, Booking.submission_id, Booking.starts_at).where(
        Booking.state == BOOKED,
        Booking.speaker_id.in_(speakers),
        Booking.created_at > (plan.read_at or plan.job.asked_at),
    )
    for speaker, request, starts_at in session.execute(booked):
        found.setdefault((speaker, london_day(starts_at)), set()).add(request)
    return found
