"""When a speaker can speak, read from what they told us: the week, days away and days besides. It changes nothing.

Everything is compared in the time on the wall where the speaker is. A talk is turned into stretches of that time
first: one, or two where the clocks change during it. Who fits a request is decided in `matching`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Protocol
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from flask_babel import force_locale, gettext

from portal.clock import LONDON
from portal.speakers.register import Speaker
from portal.submissions.day_words import PHONETIC_APOSTROPHE, as_typed
from portal.submissions.times import as_said

DAY = 24 * 60
LATEST = 30 * 60
"""The last minute at which hours may end, counted from the midnight before: six in the morning of the next day."""
FIRST_HOUR, LAST_HOUR = time(8), time(22)
"""Between these (London) a meeting lies whose hour nobody has told yet."""
SHORTEST = 60
"""The minutes that must be free on a day whose hour is open."""
QUARTER = 15
DEFAULT_ZONE = "Europe/London"

Span = tuple[int, int]
"""From and until in minutes of wall time since the first day of the calendar; the second is not in it."""


class Verdict(StrEnum):
    """What the register says about a time."""

    FREE = "free"
    NOT_TOLD = "not-told"
    UNUSUAL = "unusual"
    AWAY = "away"


class Hours(Protocol):
    """Hours of a weekday: a row of the register, or anything alike."""

    @property
    def weekday(self) -> int: ...

    @property
    def from_minute(self) -> int: ...

    @property
    def until_minute(self) -> int: ...


class Days(Protocol):
    """Days on which the week does not hold: a row of the register, or anything alike."""

    @property
    def first_on(self) -> date: ...

    @property
    def last_on(self) -> date: ...

    @property
    def from_minute(self) -> int | None: ...

    @property
    def until_minute(self) -> int | None: ...

    @property
    def is_free(self) -> bool: ...


def verdict(
    weekly: Sequence[Hours], exceptions: Iterable[Days], zone: str, starts_at: datetime, ends_at: datetime
) -> Verdict:
    """Whether a speaker can speak from `starts_at` until `ends_at` (both aware), by what they told of their own zone.

    Being away for any part of it wins over everything, then days on which they can besides, then the week. Raises
    `ValueError` where it does not end after it starts, and `ZoneInfoNotFoundError` for an unknown zone.
    """
    stretches = _stretches(zone, starts_at, ends_at)
    away, besides = _told(exceptions, stretches)
    if away and any(_touches(span, stretches) for span in away):
        return Verdict.AWAY
    if besides and _covers(besides, stretches):
        return Verdict.FREE
    if not weekly:
        return Verdict.NOT_TOLD
    return Verdict.FREE if _covers(_of_the_week(weekly, stretches) + besides, stretches) else Verdict.UNUSUAL


def verdict_of_day(weekly: Sequence[Hours], exceptions: Iterable[Days], zone: str, day: date) -> Verdict:
    """The same for a day (London) whose hour nobody has told: whether an hour of it would suit."""
    starts_at, ends_at = (datetime.combine(day, moment, LONDON) for moment in (FIRST_HOUR, LAST_HOUR))
    stretches = _stretches(zone, starts_at, ends_at)
    away, besides = _told(exceptions, stretches)
    open_hours = _of_the_week(weekly, stretches) + besides if weekly else list(stretches)
    if any(_longest_left(stretch, open_hours, away) >= SHORTEST for stretch in stretches):
        return Verdict.FREE if weekly or besides else Verdict.NOT_TOLD
    return Verdict.AWAY if any(_touches(span, stretches) for span in away) else Verdict.UNUSUAL


# A list of speakers is asked about one meeting, and few zones are among them.
@lru_cache(maxsize=1024)
def _stretches(zone: str, starts_at: datetime, ends_at: datetime) -> tuple[Span, ...]:
    """A time in stretches of wall time: one, or two where the clocks change in it."""
    if not starts_at < ends_at:
        raise ValueError("a talk ends after it starts")
    there = ZoneInfo(zone)
    # Nobody tells seconds: what begins within a minute begins with it.
    starts_at, ends_at = starts_at.astimezone(UTC).replace(second=0, microsecond=0), ends_at.astimezone(UTC)
    change = _change_of_clocks(there, starts_at, ends_at)
    ends = [starts_at, *([change] if change else []), ends_at]
    found = []
    for begin, end in pairwise(ends):
        first = _wall_minute(begin, there)
        # A stretch is as long as it lasts, whatever the clock shows at its end.
        found.append((first, first + -(-int((end - begin).total_seconds()) // 60)))
    return tuple(found)


def _change_of_clocks(there: ZoneInfo, first: datetime, last: datetime) -> datetime | None:
    """The minute between two moments (UTC) at which the clocks of a zone change; None where they do not."""
    before = first.astimezone(there).utcoffset()
    if before == last.astimezone(there).utcoffset():
        return None
    while last - first > timedelta(minutes=1):
        middle = first + (last - first) / 2
        if middle.astimezone(there).utcoffset() == before:
            first = middle
        else:
            last = middle
    return last.replace(second=0, microsecond=0)


def _wall_minute(moment: datetime, there: ZoneInfo) -> int:
    local = moment.astimezone(there)
    return local.toordinal() * DAY + local.hour * 60 + local.minute


def _told(exceptions: Iterable[Days], stretches: tuple[Span, ...]) -> tuple[list[Span], list[Span]]:
    """The spans near a time in which they are away, and those in which they can besides."""
    away: list[Span] = []
    besides: list[Span] = []
    first, last = _days_about(stretches)
    for each in exceptions:
        days = range(max(each.first_on.toordinal(), first), min(each.last_on.toordinal(), last) + 1)
        if not days:
            continue
        spans = besides if each.is_free else away
        begin = each.from_minute or 0
        until = DAY if each.until_minute is None else each.until_minute
        spans.extend((day * DAY + begin, day * DAY + until) for day in days)
    return away, besides


def _of_the_week(weekly: Iterable[Hours], stretches: tuple[Span, ...]) -> list[Span]:
    """The spans near a time in which the week says yes."""
    first, last = _days_about(stretches)
    return [
        (day * DAY + hours.from_minute, day * DAY + hours.until_minute)
        for hours in weekly
        # The first day of the calendar was a Monday.
        for day in range(first + (hours.weekday - first + 1) % 7, last + 1, 7)
    ]


@lru_cache(maxsize=1024)
def _days_about(stretches: tuple[Span, ...]) -> tuple[int, int]:
    """The days whose hours may reach a time: those of the day before may end after midnight."""
    return min(first for first, _ in stretches) // DAY - 1, (max(end for _, end in stretches) - 1) // DAY


def _touches(span: Span, stretches: Iterable[Span]) -> bool:
    return any(span[0] < end and first < span[1] for first, end in stretches)


def _covers(spans: Iterable[Span], stretches: Iterable[Span]) -> bool:
    """Whether spans together, one going on where another ends, hold every minute of the stretches."""
    in_order = sorted(spans)
    return all(_reaches(in_order, first, end) for first, end in stretches)


def _reaches(in_order: Iterable[Span], first: int, end: int) -> bool:
    for begin, until in in_order:
        if begin > first:
            return False
        if until > first:
            first = until
            if first >= end:
                return True
    return False


def _longest_left(stretch: Span, open_hours: Sequence[Span], away: Sequence[Span]) -> int:
    """The longest run of minutes in a stretch that is open and not away."""
    longest = run = 0
    # Quarters of an hour are fine enough for what people tell.
    for minute in range(stretch[0], stretch[1], QUARTER):
        quarter = [(minute, minute + QUARTER)]
        is_open = _covers(open_hours, quarter) and not any(_touches(span, quarter) for span in away)
        run = run + QUARTER if is_open else 0
        longest = max(longest, run)
    return longest


def in_words(speaker: Speaker, language: str, today: date | None = None) -> list[str]:
    """What a speaker told of their availability, a line for each thing, as people read it in that language.

    Of the days away and besides, those that are over on `today` (London) are left out.
    """
    with force_locale(language):
        lines = _week_in_words(speaker.weekly, language) or [gettext("No usual hours were told.")]
        if speaker.weekly and speaker.time_zone != DEFAULT_ZONE:
            lines.append(_zone_in_words(speaker.time_zone))
        for each in sorted(speaker.exceptions, key=lambda row: (row.first_on, row.last_on, row.from_minute or 0)):
            if today is None or each.last_on >= today:
                lines.append(days_in_words(each, language))
        return lines


def days_in_words(days: Days, language: str) -> str:
    """One row of days away or besides: "Away: 3 August 2027 – 17 August 2027"."""
    told = [as_typed(day, language) for day in dict.fromkeys((days.first_on, days.last_on))]
    words = " – ".join(told)
    if days.from_minute is not None or days.until_minute is not None:
        words = f"{words}, {hours_in_words(days.from_minute or 0, _end_of(days), language)}"
    with force_locale(language):
        if days.is_free:
            return gettext("Free besides: %(days)s", days=words)
        return gettext("Away: %(days)s", days=words)


def hours_in_words(from_minute: int, until_minute: int, language: str) -> str:
    """Hours of a day: "6pm–9pm", «18:00–21:00»; the whole day in words."""
    if (from_minute, until_minute) == (0, DAY):
        with force_locale(language):
            return gettext("the whole day")
    if until_minute == DAY:
        with force_locale(language):
            midnight = gettext("midnight")
        return f"{_hour(from_minute, language)}–{midnight}"
    return f"{_hour(from_minute, language)}–{_hour(until_minute, language)}"


def _end_of(days: Days) -> int:
    return DAY if days.until_minute is None else days.until_minute


def _hour(minute: int, language: str) -> str:
    return as_said(time(minute // 60 % 24, minute % 60), language)


def _week_in_words(weekly: Iterable[Hours], language: str) -> list[str]:
    """The week, days in a row with the same hours on one line."""
    of_days: dict[int, list[str]] = {}
    for hours in sorted(weekly, key=lambda row: (row.weekday, row.from_minute)):
        of_days.setdefault(hours.weekday, []).append(hours_in_words(hours.from_minute, hours.until_minute, language))
    rows: list[tuple[int, int, list[str]]] = []
    for day, told in of_days.items():
        if rows and rows[-1][1] == day - 1 and rows[-1][2] == told:
            rows[-1] = (rows[-1][0], day, told)
        else:
            rows.append((day, day, told))
    return [f"{_weekdays(first, last, language)}: {', '.join(told)}" for first, last, told in rows]


def weekday_in_words(weekday: int, language: str) -> str:
    """The name of a weekday (0 is Monday), with a capital letter."""
    name = get_day_names("wide", "stand-alone", language)[weekday].replace(PHONETIC_APOSTROPHE, "’")
    return name[:1].upper() + name[1:]


def _weekdays(first: int, last: int, language: str) -> str:
    begin, end = weekday_in_words(first, language), weekday_in_words(last, language)
    # Ukrainian writes the days small within a line.
    return begin if first == last else f"{begin} – {end.lower() if language == 'uk' else end}"


def _zone_in_words(zone: str) -> str:
    """Whose time the hours are, in the present language."""
    if zone == "Europe/Kyiv":
        return gettext("All hours are Kyiv time.")
    return gettext("All hours are in the time of %(zone)s.", zone=zone.rsplit("/", 1)[-1].replace("_", " "))
