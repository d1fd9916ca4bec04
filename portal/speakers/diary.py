"""The half hours of speakers: how long a meeting keeps somebody, how far they travel, and that nobody is booked twice.

A booking writes one row for each of its half hours, travel included. The primary key of those rows is what refuses
the second booking, also where two coordinators act in the same second; what is asked before only makes for a kinder
sentence.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.clock import LONDON
from portal.directory import places
from portal.speakers import two_clocks
from portal.speakers.engagements import BOOKED, CANCELLED, SPEAKER, BookedSlot, Booking, Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker
from portal.submissions.actions import WrongAnswerError
from portal.submissions.correspondence import short_time

HALF_HOUR = 1800
LEAST_MINUTES = 60
"""No meeting keeps a speaker for less than an hour."""
USUAL_MINUTES = {"school": 360, "conference": 120}
"""How long a speaker is kept where nobody said how long the talk is, by the kind of event; else 90 minutes."""
MILES_AN_HOUR = 40
BEFORE_TRAVELLING = 30
"""Minutes to leave and to arrive; then 40 miles of road or rail take an hour."""

TAKEN = "{name} is booked already at that time ({other}). Choose another time, or another speaker"


class DoubleBookedError(WrongAnswerError):
    """The speaker is booked already for some of that time."""


def length_of(request: SpeakerRequest, row: Mapping[str, str] | None = None) -> timedelta:
    """How long a meeting keeps its speaker: until its end where that was told, the talk with questions, or the usual.

    `row` is the date in question as the request holds it; without one, the date that is agreed.
    """
    if row is None and request.meeting_on is not None and request.confirmed_time is not None:
        row = two_clocks.agreed(request.dates or [], request.meeting_on, request.confirmed_time)
    if row is not None and row.get("until") and row.get("time"):
        day = date.fromisoformat(row["on"])
        first, last = (moment_of(day, time.fromisoformat(row[name])) for name in ("time", "until"))
        return max(timedelta(minutes=LEAST_MINUTES), last - first)
    if request.talk_minutes:
        said = request.talk_minutes + (request.question_minutes or 0)
        return timedelta(minutes=max(LEAST_MINUTES, said))
    return timedelta(minutes=USUAL_MINUTES.get(request.event_kind, 90))


def travel_minutes(miles: float) -> int:
    """How many minutes are kept free before and after a meeting that many miles away, in whole half hours."""
    if miles <= 0:
        return 0
    return math.ceil((BEFORE_TRAVELLING + 60 * miles / MILES_AN_HOUR) / 30) * 30


def miles_to(speaker: Speaker, request: SpeakerRequest) -> float:
    """How far the meeting is from the speaker's district, as the crow flies; 0 online, or where we do not know."""
    if request.meeting_format == "online" or speaker.latitude is None or speaker.longitude is None:
        return 0.0
    there = place_of(request)
    return places.distance_miles((speaker.latitude, speaker.longitude), there) if there else 0.0


def place_of(request: SpeakerRequest) -> tuple[float, float] | None:
    """Latitude and longitude of the meeting: of its venue's district, else of the branch; None where unknown."""
    venue = places.find_outcode(request.venue_postcode) if request.venue_postcode else None
    if venue is not None:
        return venue.lat, venue.lon
    if request.latitude is None or request.longitude is None:
        return None
    return request.latitude, request.longitude


def moment_of(day: date, start: time) -> datetime:
    """The moment, in UTC, of a day and an hour in London."""
    return datetime.combine(day, start, LONDON).astimezone(UTC)


def half_hours(starts_at: datetime, ends_at: datetime, travel: int) -> range:
    """The half hours that a booking takes, counted from 1970 in UTC, `travel` minutes before and after included."""
    first = math.floor((starts_at.timestamp() - 60 * travel) / HALF_HOUR)
    last = math.ceil((ends_at.timestamp() + 60 * travel) / HALF_HOUR)
    return range(first, last)


def book(session: Session, request: SpeakerRequest, offer: Offer, now: datetime, role: str = SPEAKER) -> Booking:
    """Book a speaker for the meeting as it is agreed on the request. Raises `DoubleBookedError`."""
    booking = Booking(
        speaker=offer.speaker,
        offer_id=offer.id,
        role=role,
        state=BOOKED,
        uid=f"{secrets.token_hex(16)}@{urlsplit(current_app.config['PUBLIC_URL']).hostname}",
        sequence=0,
        created_at=now,
        starts_at=now,
        ends_at=now,
    )
    _put(session, request, booking)
    return booking


def move(session: Session, request: SpeakerRequest, booking: Booking) -> None:
    """Bring a booking to where the request's meeting now is. Raises `DoubleBookedError`."""
    booking.sequence += 1
    _put(session, request, booking)


def cancel(request: SpeakerRequest, now: datetime, roles: Iterable[str] | None = None) -> None:
    """Cancel the bookings of a meeting, of all roles or of some, and give the half hours back."""
    for booking in living(request):
        if roles is None or booking.role in roles:
            booking.state, booking.cancelled_at = CANCELLED, now
            booking.sequence += 1
            booking.slots.clear()


def living(request: SpeakerRequest) -> list[Booking]:
    """The bookings of a meeting that stand."""
    return [each for each in request.bookings if each.state == BOOKED]


def _put(session: Session, request: SpeakerRequest, booking: Booking) -> None:
    """Lay a booking over the meeting's time, in a savepoint: the database has the last word."""
    if request.meeting_on is None or request.confirmed_time is None:
        raise WrongAnswerError("confirmed_on", "Say on which day and at what time the meeting is")
    starts_at = moment_of(request.meeting_on, request.confirmed_time)
    ends_at = starts_at + length_of(request)
    travel = travel_minutes(miles_to(booking.speaker, request))
    wanted = half_hours(starts_at, ends_at, travel)
    _refuse_clash(session, booking, wanted)
    try:
        with session.begin_nested():
            booking.starts_at, booking.ends_at, booking.travel_minutes = starts_at, ends_at, travel
            if booking not in request.bookings:
                request.bookings.append(booking)
            kept = {slot.half_hour: slot for slot in booking.slots}
            speaker_id = booking.speaker.id
            booking.slots[:] = [
                kept.get(number) or BookedSlot(speaker_id=speaker_id, half_hour=number) for number in wanted
            ]
            session.flush()
    except IntegrityError:
        raise DoubleBookedError("confirmed_time", TAKEN.format(name=booking.speaker.name, other="just now")) from None


def _refuse_clash(session: Session, booking: Booking, wanted: range) -> None:
    """Say what the speaker is booked for already at that time."""
    if booking.speaker.id is None:
        return
    other = session.execute(
        select(Booking.starts_at)
        .join(BookedSlot, BookedSlot.booking_id == Booking.id)
        .where(BookedSlot.speaker_id == booking.speaker.id)
        .where(BookedSlot.half_hour.between(wanted.start, wanted.stop - 1))
        .where(Booking.id != (booking.id or 0))
        .order_by(Booking.starts_at)
        .limit(1)
    ).first()
    if other is not None:
        there = other.starts_at.astimezone(LONDON)
        words = f"{there.day} {there:%B}, {short_time(there.time(), 'en')}"
        raise DoubleBookedError("confirmed_time", TAKEN.format(name=booking.speaker.name, other=words))
