"""What a request wants of its speaker, read once: the days with their hours in UTC, the place, the language, the wish.

Who can give it is decided in `matching`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from portal.clock import london_day
from portal.directory import tongues
from portal.directory.folding import fold
from portal.speakers import diary, offers, usual_days
from portal.speakers.models import SpeakerRequest

MOST_DAYS = 3
"""A branch names so many days at most."""
IN_PERSON, ONLINE = "in-person", "online"
DEFAULT_LANGUAGE = "en"

_HELD_IN = re.compile(r"\b(?:meeting|meet|held|discussion|talk)\b[^.;\n]{0,40}?\bin ([A-Z][\w-]+)")


@dataclass(frozen=True, slots=True)
class Occasion:
    """One day on which the meeting may be; from when until when (UTC), where its hour is known."""

    day: date
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a request wants. `occasions` are only the days to come; a request may have none, and wants somebody still.

    `months` are the first days of the months that the meeting may be in: this month where no day is known.
    """

    number: int
    now: datetime
    today: date
    occasions: tuple[Occasion, ...]
    months: tuple[date, ...]
    place: tuple[float, float] | None
    is_place_rough: bool
    takes_room: bool
    takes_online: bool
    wanted: str
    named: frozenset[str]
    union_id: int | None
    branch_id: int | None
    sector: str
    topics: tuple[str, ...]
    language: str
    language_name: str
    has_interpreter: bool
    contested: str
    is_by_rule: bool = False
    """Whether the branch named no day, and `occasions` are the next on which it meets."""


def read(request: SpeakerRequest, now: datetime) -> Wish:
    """What a request wants at a moment (aware)."""
    today = london_day(now)
    place = None if request.meeting_format == ONLINE else diary.place_of(request)
    occasions = _occasions(request, now)
    language = language_of(request)
    days = [each.day for each in occasions] or [today]
    return Wish(
        number=request.id,
        now=now,
        today=today,
        occasions=occasions,
        months=_months_of(days),
        place=place,
        is_place_rough=not (request.venue_postcode or request.outcode or request.town),
        takes_room=request.meeting_format != ONLINE,
        takes_online=request.meeting_format != IN_PERSON,
        wanted=request.wanted_speaker,
        named=frozenset(fold(request.named_speaker).split()),
        union_id=request.union_id,
        branch_id=request.branch_id,
        sector=request.sector,
        topics=tuple(request.topics or ()),
        language=language,
        language_name=tongues.name_of(language),
        has_interpreter=bool(request.has_interpreter),
        contested=request.contested,
    )


def with_usual_days(request: SpeakerRequest, wanted: Wish) -> Wish:
    """The same wish; where the branch named no day, with the next days on which it meets, if it said so clearly."""
    if wanted.occasions or offers.dates_offered(request):
        return wanted
    rows = usual_days.rows(request, wanted.today)
    if not rows:
        return wanted
    occasions = tuple(_occasion(row, diary.length_of(request, row)) for row in rows)
    months = _months_of(each.day for each in occasions)
    return replace(wanted, occasions=occasions, months=months, is_by_rule=True)


def _months_of(days: Iterable[date]) -> tuple[date, ...]:
    return tuple(dict.fromkeys(day.replace(day=1) for day in days))


def language_of(request: SpeakerRequest) -> str:
    """The code of the language that the meeting is held in: English, unless the branch says otherwise."""
    for text in (request.needs_note, request.notes):
        for match in _HELD_IN.finditer(text or ""):
            try:
                return next(iter(tongues.understand(match[1])))
            except tongues.NotALanguageError:
                continue
    return DEFAULT_LANGUAGE


def _occasions(request: SpeakerRequest, now: datetime) -> tuple[Occasion, ...]:
    """The days to come, with their hours."""
    rows = offers.dates_offered(request)
    if not rows and request.meeting_on is not None:
        rows = [{"on": request.meeting_on.isoformat()}]
    found = [_occasion(row, diary.length_of(request, row)) for row in rows[:MOST_DAYS]]
    return tuple(each for each in found if not _is_over(each, now))


def occasion_of(request: SpeakerRequest, day: date, at: time | None) -> Occasion:
    """A day that the branch has not named, at an hour that may be known."""
    row = {"on": day.isoformat(), "time": f"{at:%H:%M}" if at else ""}
    return _occasion(row, diary.length_of(request, row))


def _occasion(row: dict[str, str], length: timedelta) -> Occasion:
    day = date.fromisoformat(row["on"])
    if not row.get("time"):
        return Occasion(day, None, None)
    starts_at = diary.moment_of(day, time.fromisoformat(row["time"]))
    return Occasion(day, starts_at, starts_at + length)


def _is_over(occasion: Occasion, now: datetime) -> bool:
    if occasion.starts_at is not None:
        return occasion.starts_at <= now
    return occasion.day < london_day(now)
