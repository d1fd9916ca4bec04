"""When we promise to act: working days in London, Monday to Friday less bank holidays."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    """England's bank holidays in a year: ours is a London team."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    """Whether the team works on `day`."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def working_days_after(day: date, count: int) -> date:
    """The `count`-th working day after `day`; never before the day after it."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day


def working_day_on_or_before(day: date, *, not_before: date) -> date:
    """The last working day up to `day`, but never before `not_before` (the day after arrival)."""
    while not is_working_day(day) and day > not_before:
        day -= timedelta(days=1)
    return max(day, not_before)
