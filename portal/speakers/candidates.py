"""The speakers who may be asked, and what they have done for us: one statement, columns and never whole rows.

Sealed names come sealed: whoever shows one opens it. Their hours and engagements near a meeting are in `nearby`, what
all of it means for a request in `matching`.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from portal.clock import LONDON
from portal.speakers.engagements import (
    ACCEPTED,
    BOOKED,
    CONFIRMED,
    DECLINED,
    DROPPED_OUT,
    EXPIRED,
    Booking,
    Offer,
)
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import INTERPRETER, AvailabilityException, Speaker, SpeakerVeto, WeeklyHours
from portal.speakers.wish import MOST_DAYS, Wish
from portal.submissions.models import Submission

QUARTER = timedelta(days=90)
YEAR = timedelta(days=365)
SAID_YES = (ACCEPTED, CONFIRMED, DROPPED_OUT)
SAID_NO = (DECLINED, EXPIRED)
SIDES = ("from", "until")

_speaker = Speaker.__table__.c
_booking = Booking.__table__.c
_offer = Offer.__table__.c
_veto = SpeakerVeto.__table__.c
_week = WeeklyHours.__table__.c
_days = AvailabilityException.__table__.c
_request = Submission.__table__.c
_meeting = SpeakerRequest.__table__.c


class Candidate(NamedTuple):
    """A speaker of the register, and what they have done for us. `sealed_name` is not opened.

    Lists come as the database keeps them: `topics_told` and the like are read where they count. `in_month_1` and on
    are the talks in the months of the wish, `in_quarter` those of the last 90 days; the rest is counted over a year.
    """

    id: int
    sealed_name: str
    kind: str
    lives_in: str
    union_id: int | None
    sector: str
    topics_told: Any
    languages_told: Any
    formats_told: Any
    experience: str
    outcode: str
    latitude: float | None
    longitude: float | None
    time_zone: str
    most_miles: int
    most_a_month: int
    has_agreed: bool
    has_paused: bool
    paused_until: date | None
    is_vetoed: bool
    in_month_1: int
    in_month_2: int
    in_month_3: int
    in_quarter: int
    last_asked_at: datetime | None
    said_yes: int
    said_no: int


def read(told: Any) -> Any:
    """A list or mapping of a candidate; one database hands over its text, the other has read it."""
    return _loaded(told) if isinstance(told, str) else told


# Languages and formats are the same for many; what is read here nobody changes.
_loaded = lru_cache(maxsize=10_000)(json.loads)


def within(column: Any, name: str) -> Any:
    """That a moment lies in the span that the parameters `name`_from and `name`_until tell."""
    return and_(column >= bindparam(f"{name}_from"), column < bindparam(f"{name}_until"))


def _counted(condition: Any, name: str) -> Any:
    return func.sum(case((condition, 1), else_=0)).label(name)


_months = [f"month_{number}" for number in range(1, MOST_DAYS + 1)]
_talks = (
    select(
        _booking.speaker_id,
        *(_counted(within(_booking.starts_at, name), f"in_{name}") for name in _months),
        _counted(within(_booking.starts_at, "quarter"), "in_quarter"),
    )
    .where(_booking.state == BOOKED, within(_booking.starts_at, "all"))
    .group_by(_booking.speaker_id)
    .subquery()
)
_answers = (
    select(
        _offer.speaker_id,
        func.max(_offer.asked_at).label("last_asked_at"),
        _counted(_offer.state.in_(SAID_YES), "said_yes"),
        _counted(_offer.state.in_(SAID_NO), "said_no"),
    )
    .where(_offer.asked_at >= bindparam("year_from"))
    .group_by(_offer.speaker_id)
    .subquery()
)
is_candidate = and_(_speaker.left_at.is_(None), _speaker.locked_at.is_(None), _speaker.kind != INTERPRETER)
_CANDIDATES = (
    select(
        _speaker.id,
        type_coerce(_speaker.name, Text).label("sealed_name"),
        *(_speaker[name] for name in Candidate._fields[2:6]),
        *(type_coerce(_speaker[name], Text).label(f"{name}_told") for name in ("topics", "languages", "formats")),
        *(_speaker[name] for name in Candidate._fields[9:16]),
        _speaker.confirmed_at.is_not(None).label("has_agreed"),
        _speaker.paused_at.is_not(None).label("has_paused"),
        _speaker.paused_until,
        exists()
        .where(
            _veto.speaker_id == _speaker.id,
            or_(_veto.branch_id == bindparam("branch_id"), _veto.union_id == bindparam("union_id")),
        )
        .label("is_vetoed"),
        *(func.coalesce(_talks.c[f"in_{name}"], 0) for name in _months),
        func.coalesce(_talks.c.in_quarter, 0),
        _answers.c.last_asked_at,
        func.coalesce(_answers.c.said_yes, 0),
        func.coalesce(_answers.c.said_no, 0),
    )
    .outerjoin_from(Speaker.__table__, _talks, _talks.c.speaker_id == _speaker.id)
    .outerjoin(_answers, _answers.c.speaker_id == _speaker.id)
    .where(is_candidate)
    .order_by(_speaker.id)
)


def candidates(session: Session, wish: Wish) -> list[Candidate]:
    """All speakers who may be shown, by number, in one statement; interpreters are none."""
    values: dict[str, Any] = {"branch_id": wish.branch_id, "union_id": wish.union_id}
    values |= _months_of(wish) | {"year_from": wish.now - YEAR}
    rows = session.connection().execute(_CANDIDATES, values).all()
    return [Candidate._make(row) for row in rows]


def _months_of(wish: Wish) -> dict[str, datetime]:
    """Where the spans of time that talks are counted in begin and end; what is not needed is empty."""
    spans = {"quarter": (wish.now - QUARTER, wish.now)}
    for place in range(MOST_DAYS):
        name = f"month_{place + 1}"
        if place < len(wish.months):
            first = wish.months[place]
            spans[name] = (_midnight(first), _midnight((first + timedelta(days=32)).replace(day=1)))
        else:
            spans[name] = (wish.now, wish.now)
    spans["all"] = (min(begin for begin, _ in spans.values()), max(end for _, end in spans.values()))
    return {f"{name}_{side}": moment for name, span in spans.items() for side, moment in zip(SIDES, span, strict=True)}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
