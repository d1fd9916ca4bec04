"""The meetings of some days for the calendar of the desk: who is booked for each, and what does not fit.

Three statements, however many meetings there are. How they are shown is `dashboard/calendar`’s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clock import LONDON
from portal.sealed import digest
from portal.speakers.engagements import BOOKED, INTERPRETER, PARTNER, SPEAKER, STAND_BY, Booking
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import IN_UKRAINE, Speaker

MOST = 1000
"""More meetings than these nobody reads on one page."""
IN_ORDER = (SPEAKER, PARTNER, STAND_BY, INTERPRETER)
HAS_A_SPEAKER = ("confirmed", "held", "closed")
"""In these states somebody who was named by hand speaks at the meeting."""


@dataclass(frozen=True)
class Person:
    """Somebody who is booked for a meeting. `key` tells people apart and says nothing of who they are."""

    key: str
    name: str
    role: str


@dataclass(frozen=True)
class Meeting:
    """One request with a day. `at` is the hour in London, where one is agreed; `clashes` are sentences."""

    number: int
    heading: str
    state: str
    is_answered: bool
    day: date
    at: time | None
    region_slug: str
    people: tuple[Person, ...]
    clashes: tuple[str, ...]


def meetings(session: Session, first: date, last: date, states: Collection[str], today: date) -> list[Meeting]:
    """The meetings from `first` to `last` (London, both included) in these states, the earliest first.

    Nobody who is hidden for their safety is named. What does not fit is said of days to come only.
    """
    rows = session.execute(
        select(
            SpeakerRequest.id,
            SpeakerRequest.heading,
            SpeakerRequest.state,
            SpeakerRequest.first_answered_at,
            SpeakerRequest.meeting_on,
            SpeakerRequest.confirmed_time,
            SpeakerRequest.needs,
            SpeakerRequest.meeting_format,
            SpeakerRequest.tour_id,
            (SpeakerRequest.fallback != "").label("has_fallback"),
            SpeakerRequest.region_slug,
            SpeakerRequest.speaker_name,
            SpeakerRequest.speaker_email,
        )
        # Said so, the index on open requests and their day serves closed ones as well.
        .where(SpeakerRequest.is_open.in_((True, False)), SpeakerRequest.meeting_on.between(first, last))
        .where(SpeakerRequest.state.in_(states), SpeakerRequest.held_reason.is_(None))
        .order_by(SpeakerRequest.meeting_on, SpeakerRequest.confirmed_time, SpeakerRequest.id)
        .limit(MOST)
    ).all()
    booked = _booked(session, first, last)
    by_hand = {row.id: _by_hand(row) for row in rows if row.id not in booked and row.state in HAS_A_SPEAKER}
    known = _known(session, [person.key for person in by_hand.values() if person])
    people = {row.id: _people(booked.get(row.id, []), by_hand.get(row.id), known) for row in rows}
    busy = Counter((row.meeting_on, each.key) for row in rows for each in people[row.id])
    return [
        Meeting(
            number=row.id,
            heading=row.heading,
            state=row.state,
            is_answered=row.first_answered_at is not None,
            day=row.meeting_on,
            at=row.confirmed_time,
            region_slug=row.region_slug,
            people=people[row.id],
            clashes=_clashes(row, people[row.id], booked.get(row.id, []), busy) if row.meeting_on >= today else (),
        )
        for row in rows
    ]


def name_of(session: Session, key: str) -> str:
    """The name of somebody of the register by their key; empty for nobody, and for whoever is hidden."""
    if not (key.isascii() and key.isdigit() and len(key) < 10):
        return ""
    return session.scalar(select(Speaker.name).where(Speaker.id == int(key), Speaker.locked_at.is_(None))) or ""


def _booked(session: Session, first: date, last: date) -> dict[int, list[Any]]:
    """The bookings of these days by request; a day more at either end, for those that lie beside their meeting."""
    begin, end = (datetime.combine(day, time(), LONDON) for day in (first - timedelta(1), last + timedelta(2)))
    found = session.execute(
        select(
            Booking.submission_id,
            Booking.role,
            Booking.starts_at,
            Speaker.id,
            Speaker.name,
            Speaker.lives_in,
            Speaker.locked_at,
        )
        .join(Speaker, Speaker.id == Booking.speaker_id)
        .where(Booking.state == BOOKED, Booking.starts_at.between(begin, end))
    )
    by_request: dict[int, list[Any]] = {}
    for row in found:
        by_request.setdefault(row.submission_id, []).append(row)
    return by_request


def _by_hand(row: Any) -> Person | None:
    """Who was confirmed without a booking, by the digest of their address."""
    mark = digest(row.speaker_email or row.speaker_name) if row.speaker_name else ""
    return Person(mark, row.speaker_name, SPEAKER) if mark else None


def _known(session: Session, digests: Sequence[str]) -> dict[str, str | None]:
    """Who of these is in the register: their keys by digest; None for whoever is hidden."""
    if not digests:
        return {}
    found = session.execute(
        select(Speaker.id, Speaker.email_digest, Speaker.locked_at).where(Speaker.email_digest.in_(digests))
    )
    return {row.email_digest: str(row.id) if row.locked_at is None else None for row in found}


def _people(booked: Sequence[Any], by_hand: Person | None, known: Mapping[str, str | None]) -> tuple[Person, ...]:
    """Who is booked, the speaker first; of a meeting without a booking, who was confirmed by hand."""
    if booked or by_hand is None:
        in_order = sorted(booked, key=lambda each: IN_ORDER.index(each.role))
        return tuple(Person(str(each.id), each.name, each.role) for each in in_order if each.locked_at is None)
    key = known.get(by_hand.key, by_hand.key[:16])
    return (replace(by_hand, key=key),) if key else ()


def _clashes(
    row: Any, people: Sequence[Person], booked: Sequence[Any], busy: Mapping[tuple[date, str], int]
) -> tuple[str, ...]:
    """What does not fit about one meeting, in sentences."""
    found = [f"{each.name} is booked twice this day." for each in people if busy[row.meeting_on, each.key] > 1]
    if row.state != "confirmed":
        return tuple(found)
    speakers = [each for each in booked if each.role == SPEAKER]
    roles = {each.role for each in booked}
    if any(each.starts_at.astimezone(LONDON).date() != row.meeting_on for each in speakers):
        found.append("The speaker is booked for another day.")
    # A visitor on tour is in the room, and brings whom they need.
    is_on_tour = row.tour_id is not None
    if "interpreter" in (row.needs or ()) and INTERPRETER not in roles and not is_on_tour:
        found.append("An interpreter is missing.")
    is_call = row.meeting_format != "in-person" and not is_on_tour and not row.has_fallback
    if is_call and STAND_BY not in roles and any(each.lives_in == IN_UKRAINE for each in speakers):
        found.append("A stand-by is missing.")
    return tuple(found)
