"""The only place that reads the time. Views, commands and the worker ask here once and pass `now` on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
KYIV = ZoneInfo("Europe/Kyiv")


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def london_day(moment: datetime) -> date:
    """The calendar day in London at `moment` (aware): what "today" means to coordinators."""
    return moment.astimezone(LONDON).date()
