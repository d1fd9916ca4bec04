"""Rows of speakers, requests and bookings for tests: as the register and the diary write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from portal.clock import LONDON
from portal.extensions import db
from portal.sealed import digest
from portal.speakers.engagements import BOOKED, CANCELLED, SPEAKER, Booking
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker
from portal.submissions import actions
from portal.submissions.history import Mover
from portal.submissions.workflow import Actor

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
DAY = date(2027, 1, 14)
OLHA, PETRO = "olha@example.org", "petro@example.org"


def a_request(**facts: Any) -> SpeakerRequest:
    """A confirmed meeting of the Durham miners."""
    values = {
        "heading": "NUM Durham Area",
        "contact_name": "Jean Armstrong",
        "contact_role": "Branch secretary",
        "contact_email": "jean@example.org",
        "contact_phone": "0191 498 0000",
        "event_kind": "branch-meeting",
        "title": "January meeting",
        "meeting_format": "in-person",
        "venue": "Redhills, Flass Street; upstairs",
        "town": "Durham",
        "meeting_on": DAY,
        "confirmed_time": time(19),
        **facts,
    }
    request = SpeakerRequest(**values, consents=[])
    actions.receive(db.session(), request, now=NOW, by=Mover(Actor.BRANCH))
    db.session.flush()
    return request


def a_speaker(name: str = "Olha Savchenko", email: str = OLHA, language: str = "uk", **more: Any) -> Speaker:
    """Somebody of the register."""
    speaker = Speaker(name=name, email=email, email_digest=digest(email), language=language, created_at=NOW, **more)
    db.session.add(speaker)
    db.session.flush()
    return speaker


def a_booking(
    request: SpeakerRequest,
    speaker: Speaker,
    *,
    role: str = SPEAKER,
    day: date = DAY,
    start: time = time(19),
    hours: float = 1.5,
) -> Booking:
    """A booking as `diary` writes it."""
    starts_at = datetime.combine(day, start, LONDON).astimezone(UTC)
    number = db.session.query(Booking).count() + 1
    booking = Booking(
        submission_id=request.id, speaker=speaker, role=role, state=BOOKED, uid=f"booking-{number}@example.org",
        sequence=0, created_at=NOW, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours),
    )  # fmt: skip
    db.session.add(booking)
    db.session.flush()
    return booking


def move_to(booking: Booking, day: date, start: time = time(19)) -> None:
    """What `diary.move` does to the row."""
    length = booking.ends_at - booking.starts_at
    booking.starts_at = datetime.combine(day, start, LONDON).astimezone(UTC)
    booking.ends_at = booking.starts_at + length
    booking.sequence += 1
    db.session.flush()


def cancel(booking: Booking) -> None:
    """What `diary.cancel` does to the row."""
    booking.state, booking.cancelled_at = CANCELLED, NOW
    booking.sequence += 1
    db.session.flush()
