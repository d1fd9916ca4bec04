"""Working days, Monday to Friday less bank holidays: ours in London for promises, a nation's own for its branches."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays

LONDON = "England"
"""Where our own team works: the promises we make are counted by its calendar."""
_SUBDIVISIONS = {"England": "ENG", "Wales": "WLS", "Scotland": "SCT", "Northern Ireland": "NIR"}


@cache
def _bank_holidays(year: int, nation: str) -> frozenset[date]:
    """The bank holidays of a nation of the United Kingdom in a year; England's where the nation is not known."""
    subdivision = _SUBDIVISIONS.get(nation, "ENG")
    return frozenset(holidays.country_holidays("GB", subdiv=subdivision, years=year))


def is_working_day(day: date, nation: str = LONDON) -> bool:
    """Whether people work on `day` in a nation ("Scotland"); without one, whether the team does."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year, nation)


def working_days_after(day: date, count: int) -> date:
    """The `count`-th working day after `day`; never before the day after it."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day


def working_day_before(day: date, count: int) -> date:
    """The `count`-th working day before `day`."""
    while count > 0:
        day -= timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day


def working_days_between(first: date, last: date) -> int:
    """How many working days lie after `first` up to `last`: none for the same day."""
    return sum(is_working_day(first + timedelta(days=each)) for each in range(1, (last - first).days + 1))


def working_day_on_or_before(day: date, *, not_before: date) -> date:
    """The last working day up to `day`, but never before `not_before` (the day after arrival)."""
    while not is_working_day(day) and day > not_before:
        day -= timedelta(days=1)
    return max(day, not_before)
