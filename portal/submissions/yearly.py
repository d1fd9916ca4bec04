"""On which days a row of a workflow is due: once, again and again, or each year on the same day of the calendar."""

from __future__ import annotations

from datetime import date, timedelta

from portal.submissions.workflow import FollowUp

EVERY_YEAR = 365
"""As the `every` of a follow-up: on the same day of each year, and not after so many days."""


def in_year(first: date, year: int) -> date:
    """The day of `first` in a year; the last of February for the day that only leap years have."""
    is_leap_day = (first.month, first.day) == (2, 29)
    return date(year, 2, 28) if is_leap_day else first.replace(year=year)


def latest(first: date, today: date) -> date:
    """The last of these days up to `today`; `first` itself while it is still to come."""
    year = max(today.year, first.year)
    day = in_year(first, year)
    return first if day < first else day if day <= today or year == first.year else max(in_year(first, year - 1), first)


def latest_due_day(row: FollowUp, base: date, today: date) -> date:
    """The day of a row; of one that comes again and again the last one so far, or else its first."""
    first = base + timedelta(days=row.days)
    if row.every == EVERY_YEAR:
        return latest(first, today)
    rounds = max((today - first).days // row.every, 0) if row.every else 0
    return first + timedelta(days=rounds * row.every)


def due_days(row: FollowUp, base: date, today: date) -> list[date]:
    """The day of a row; of one that comes again and again also the next."""
    so_far = latest_due_day(row, base, today)
    if row.every == EVERY_YEAR:
        return [so_far, following(so_far)]
    return [so_far, so_far + timedelta(days=row.every)] if row.every else [so_far]


def following(day: date) -> date:
    """The same day a year later."""
    return in_year(day, day.year + 1)


def apart(one: date, other: date) -> int:
    """How many days lie between two days of the calendar, whichever year they are of."""
    there = in_year(other, 2001) if (other.month, other.day) != (2, 29) else date(2001, 2, 28)
    here = in_year(one, 2001) if (one.month, one.day) != (2, 29) else date(2001, 2, 28)
    days = abs((there - here).days)
    return min(days, 365 - days)
