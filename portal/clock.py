"""The only place that reads the time. Views, commands and the worker ask here once and pass `now` on."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
KYIV = ZoneInfo("Europe/Kyiv")


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def london_day(moment: datetime) -> date:
    """The calendar day in London at `moment` (aware): what "today" means to coordinators."""
    return moment.astimezone(LONDON).date()


def is_hour(day: date, moment: time) -> bool:
    """Whether London has that hour on that day: when summer time begins one is left out. Of one that comes twice the
    first is meant."""
    there = datetime.combine(day, moment, LONDON)
    return there.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) == there.replace(tzinfo=None)
