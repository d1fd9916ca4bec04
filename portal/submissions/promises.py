"""Working days, Monday to Friday less bank holidays: ours in London for promises, a nation's own for its branches.

Which days are bank holidays stands in a table, `uk_bank_holidays.csv`, made with the holidays library: a web process
would else hold the calendars of all countries in its memory.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache

from portal.clock import LONDON as LONDON_TIME
from portal.directory.tables import read_table, split_cell

LONDON = "England"
"""Where our own team works: the promises we make are counted by its calendar."""
EVENING = time(18)
"""When a working day of ours ends, in London."""


@cache
def bank_holidays() -> dict[str, frozenset[date]]:
    """The bank holidays of each nation of the United Kingdom on working days, for as many years as the table has."""
    found: dict[str, set[date]] = {LONDON: set()}
    for row in read_table("uk_bank_holidays"):
        for nation in split_cell(row["nations"]):
            found.setdefault(nation, set()).add(date.fromisoformat(row["day"]))
    return {nation: frozenset(days) for nation, days in found.items()}


def is_working_day(day: date, nation: str = LONDON) -> bool:
    """Whether people work on `day` in a nation ("Scotland"), in England where it is not known.

    Without a nation: whether the team does.
    """
    days = bank_holidays()
    return day.weekday() < 5 and day not in days.get(nation, days[LONDON])


def is_festive(day: date) -> bool:
    """Whether families sit together on a day, from Christmas Eve to New Year: nobody meets of an evening then."""
    return (day.month, day.day) >= (12, 24) or (day.month, day.day) == (1, 1)


def working_days_after(day: date, count: int, nation: str = LONDON) -> date:
    """The `count`-th working day of a nation after `day`; never before the day after it."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day, nation):
            count -= 1
    return day


def end_of(day: date) -> datetime:
    """The moment (aware) at which a working day of ours ends: nobody has to do anything by an hour in the night."""
    return datetime.combine(day, EVENING, LONDON_TIME)


def working_day_before(day: date, count: int) -> date:
    """The `count`-th working day before `day`."""
    while count > 0:
        day -= timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day


def working_days_between(first: date, last: date, nation: str = LONDON) -> int:
    """How many working days of a nation lie after `first` up to `last`: none for the same day."""
    return sum(is_working_day(first + timedelta(days=each), nation) for each in range(1, (last - first).days + 1))


def working_day_on_or_before(day: date, *, not_before: date) -> date:
    """The last working day up to `day`, but never before `not_before` (the day after arrival)."""
    while not is_working_day(day) and day > not_before:
        day -= timedelta(days=1)
    return max(day, not_before)
