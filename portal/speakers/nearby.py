"""What is told of speakers near the days of a meeting: their hours, days away, bookings and open offers.

Two statements, for one request or for many; columns and never whole rows. What it means for a request is judged in
`hindrances`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, reduce
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    ColumnElement,
    Date,
    Float,
    Integer,
    String,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from portal.clock import LONDON
from portal.extensions import UTCDateTime
from portal.speakers.candidates import is_candidate, within
from portal.speakers.engagements import BOOKED, WAITING, Booking, Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import AvailabilityException, Speaker, WeeklyHours
from portal.speakers.wish import MOST_DAYS, Wish
from portal.submissions.models import Submission

REACH = timedelta(hours=36)
"""Engagements that begin so long before or after a day may touch a meeting on it, travel included."""

_speaker = Speaker.__table__.c
_booking = Booking.__table__.c
_offer = Offer.__table__.c
_week = WeeklyHours.__table__.c
_days = AvailabilityException.__table__.c
_request = Submission.__table__.c
_meeting = SpeakerRequest.__table__.c


class Week(NamedTuple):
    """Hours of a weekday, as `availability` reads them."""

    weekday: int
    from_minute: int
    until_minute: int


class Days(NamedTuple):
    """Days on which the week does not hold, as `availability` reads them."""

    first_on: date
    last_on: date
    from_minute: int | None
    until_minute: int | None
    is_free: bool


class Engagement(NamedTuple):
    """A booking near the meeting: when, how much travel is kept free around it, and where (None: online or unknown)."""

    starts_at: datetime
    ends_at: datetime
    travel_minutes: int
    latitude: float | None
    longitude: float | None
    postcode: str
    meeting_format: str


class Engaged(NamedTuple):
    """What stands in the way near the meeting's days, by the number of the speaker.

    `asked` tells how the offers of this very request stand; `held` the days on which others wait for an answer.
    """

    booked: Mapping[int, Sequence[Engagement]]
    asked: Mapping[int, str]
    held: Mapping[int, frozenset[date]]


def _text(*columns: Any) -> Any:
    """Numbers and days of a row as one text, with colons between."""
    texts: list[ColumnElement[str]] = [cast(column, String) for column in columns]
    return reduce(lambda before, text: before + literal(":", String) + text, texts)


# A week comes as one text: thousands of rows cost more to hand over than a few texts to read. Whoever has not agreed
# cannot be asked, whenever they are free.
_HOURS = union_all(
    select(
        _week.speaker_id,
        literal("week", String).label("what"),
        func.aggregate_strings(_text(_week.weekday, _week.from_minute, _week.until_minute), " ").label("told"),
    )
    .join_from(WeeklyHours.__table__, Speaker.__table__, _speaker.id == _week.speaker_id)
    .where(is_candidate, _speaker.confirmed_at.is_not(None))
    .group_by(_week.speaker_id),
    select(
        _days.speaker_id,
        literal("days", String),
        _text(
            _days.first_on,
            _days.last_on,
            func.coalesce(_days.from_minute, -1),
            func.coalesce(_days.until_minute, -1),
            cast(_days.is_free, Integer),
        ),
    ).where(
        _days.last_on >= bindparam("first_day", type_=Date),
        _days.first_on <= bindparam("last_day", type_=Date),
    ),
)
_NOTHING: dict[str, Any] = {
    "starts_at": literal(None, UTCDateTime),
    "ends_at": literal(None, UTCDateTime),
    "travel_minutes": literal(0, Integer),
    "latitude": literal(None, Float),
    "longitude": literal(None, Float),
    "postcode": literal("", String),
    "meeting_format": literal("", String),
}


def _engagements(booked: Sequence[ColumnElement[bool]], asked: ColumnElement[bool], held: Sequence[Any]) -> Any:
    """Bookings, the offers of the request itself, and those of others that wait: each with the request it is of."""
    return union_all(
        select(
            literal("booked", String).label("what"),
            _booking.submission_id.label("of"),
            _booking.speaker_id,
            _booking.starts_at,
            _booking.ends_at,
            _booking.travel_minutes,
            _request.latitude,
            _request.longitude,
            func.coalesce(_meeting.venue_postcode, ""),
            func.coalesce(_meeting.meeting_format, ""),
            literal("", String).label("state"),
            literal(None, JSON).label("dates"),
        )
        .join_from(Booking.__table__, Submission.__table__, _request.id == _booking.submission_id)
        .outerjoin(SpeakerRequest.__table__, _meeting.id == _booking.submission_id)
        .where(_booking.state == BOOKED, *booked),
        select(
            literal("asked"),
            _offer.submission_id,
            _offer.speaker_id,
            *_NOTHING.values(),
            _offer.state,
            literal(None, JSON),
        ).where(asked),
        select(
            literal("held"), _offer.submission_id, _offer.speaker_id, *_NOTHING.values(), _offer.state, _offer.dates
        ).where(
            # Said as the index of open offers says it.
            _offer.closed_at.is_(None),
            _offer.state.in_(WAITING),
            *held,
        ),
    )


_ENGAGED = _engagements(
    (
        _booking.submission_id != bindparam("number"),
        or_(*(within(_booking.starts_at, f"near_{number}") for number in range(1, MOST_DAYS + 1))),
    ),
    _offer.submission_id == bindparam("number"),
    (_offer.submission_id != bindparam("number"),),
)
_ALL_ENGAGED = _engagements(
    (within(_booking.starts_at, "near"),), _offer.submission_id.in_(bindparam("numbers", expanding=True)), ()
)


class Told(NamedTuple):
    """What speakers told of their hours, as texts by their numbers: read where it counts."""

    weeks: Mapping[int, str]
    days: Mapping[int, list[str]]

    def of(self, number: int) -> tuple[Sequence[Week], Sequence[Days]]:
        """The usual hours of a speaker, and the days near the meeting on which they do not hold."""
        week = self.weeks.get(number)
        return _read_week(week) if week else (), [_read_days(text) for text in self.days.get(number, ())]


def hours(session: Session, wish: Wish) -> Told:
    """The usual hours of those who may be asked, and days on which they do not hold. No statement without a day."""
    weeks: dict[int, str] = {}
    days: dict[int, list[str]] = {}
    if not wish.occasions:
        return Told(weeks, days)
    # What begins on the day before, or counts the day in another zone, may reach the meeting.
    values = {
        "first_day": min(each.day for each in wish.occasions) - timedelta(days=2),
        "last_day": max(each.day for each in wish.occasions) + timedelta(days=1),
    }
    for number, what, told in session.connection().execute(_HOURS, values).all():
        if what == "week":
            weeks[number] = told
        else:
            days.setdefault(number, []).append(told)
    return Told(weeks, days)


@lru_cache(maxsize=10_000)
def _read_week(told: str) -> tuple[Week, ...]:
    return tuple(Week._make(map(int, row.split(":"))) for row in told.split(" "))


@lru_cache(maxsize=10_000)
def _read_days(told: str) -> Days:
    first, last, begin, until, is_free = told.split(":")
    return Days(
        date.fromisoformat(first),
        date.fromisoformat(last),
        int(begin) if int(begin) >= 0 else None,
        int(until) if int(until) >= 0 else None,
        is_free == "1",
    )


class AllEngaged(NamedTuple):
    """What stands in the way in a span of days, each with the request it is of: one row for each booking and offer.

    `booked` are (request, speaker, engagement), `asked` (request, speaker, how the offer stands), `held` (request,
    speaker, days on which they wait).
    """

    booked: list[tuple[int, int, Engagement]]
    asked: list[tuple[int, int, str]]
    held: list[tuple[int, int, frozenset[date]]]


def all_engaged(session: Session, first: date, last: date, numbers: Sequence[int]) -> AllEngaged:
    """Bookings near the days from `first` to `last`, offers that wait, and all offers of the requests of `numbers`."""
    begin = datetime.combine(first, time(), LONDON).astimezone(UTC) - REACH
    end = datetime.combine(last + timedelta(days=1), time(), LONDON).astimezone(UTC) + REACH
    found = AllEngaged([], [], [])
    values = {"near_from": begin, "near_until": end, "numbers": list(numbers)}
    for what, of, number, *told, state, dates in session.connection().execute(_ALL_ENGAGED, values).all():
        if what == "booked":
            found.booked.append((of, number, Engagement._make(told)))
        elif what == "asked":
            found.asked.append((of, number, state))
        else:
            days = frozenset(date.fromisoformat(row["on"]) for row in dates or () if row.get("on"))
            found.held.append((of, number, days))
    return found


def engaged(session: Session, wish: Wish) -> Engaged:
    """Bookings and offers that a meeting on these days may meet with, and the offers of the request itself."""
    values: dict[str, Any] = {"number": wish.number}
    nowhere = wish.now
    for place in range(MOST_DAYS):
        begin = end = nowhere
        if place < len(wish.occasions):
            midnight = datetime.combine(wish.occasions[place].day, time(), LONDON).astimezone(UTC)
            begin, end = midnight - REACH, midnight + timedelta(days=1) + REACH
        values |= {f"near_{place + 1}_from": begin, f"near_{place + 1}_until": end}
    booked: dict[int, list[Engagement]] = {}
    asked: dict[int, str] = {}
    held: dict[int, frozenset[date]] = {}
    wanted = {each.day.isoformat() for each in wish.occasions}
    for what, _, number, *told, state, dates in session.connection().execute(_ENGAGED, values).all():
        if what == "booked":
            booked.setdefault(number, []).append(Engagement._make(told))
        elif what == "asked":
            # The open one counts, and else the last.
            if asked.get(number) not in WAITING:
                asked[number] = state
        else:
            same = {row["on"] for row in dates or () if row.get("on") in wanted}
            if same:
                held[number] = held.get(number, frozenset()) | {date.fromisoformat(day) for day in same}
    return Engaged(booked, asked, held)
