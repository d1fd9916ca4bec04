"""The way from one meeting of a tour to the next: which days are for travel, which for rest, whether it can be done.

Days are London days, miles as the crow flies. Nobody travels after a meeting in the evening: the way to the next one
is made on the days after it, the last part on the day of that meeting. Nothing here asks the database.
"""

from __future__ import annotations

import math
from collections.abc import Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from portal.directory import places

DAY = timedelta(days=1)
MEETING, TRAVEL, REST = "meeting", "travel", "rest"

Place = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True)
class Trip:
    """What holds for the whole tour. `rest_after` 0 asks for no day of rest; `end` None leaves the end open."""

    first: date
    last: date
    start: Place
    end: Place | None
    most_miles: int
    rest_after: int = 0
    rests: frozenset[date] = frozenset()


class Way(NamedTuple):
    """A way that can be made: what the days before its last day are for, and how many days on the road it ends with."""

    between: tuple[tuple[date, str], ...]
    on_the_road: int


def miles_between(a: Place, b: Place) -> int:
    """Whole miles from one place to another."""
    return round(places.distance_miles(a, b))


def days_of_travel(miles: int, most: int) -> int:
    """On how many days so many miles are travelled; none within a few miles."""
    return math.ceil(miles / most) if miles else 0


def way(trip: Trip, first: date, day: date, miles: int, on_the_road: int) -> Way | None:
    """How to reach a meeting on `day`, where `first` is the first day that can be travelled on; None: not in time.

    `on_the_road` counts the days on the road in a row that lie before `first`. Travelling as early as may be leaves
    the rest for last, so that nothing that could be done is missed.
    """
    if day in trip.rests:
        return None
    to_travel = max(days_of_travel(miles, trip.most_miles) - 1, 0)
    found = _days(trip, first, day, to_travel, on_the_road)
    if found is None or _is_too_long(trip, found.on_the_road + 1):
        return None
    return Way(found.between, found.on_the_road + 1)


def way_out(trip: Trip, first: date, miles: int, on_the_road: int) -> Way | None:
    """How to reach the end of the tour by the evening of its last day; None where that cannot be."""
    return _days(trip, first, trip.last + DAY, days_of_travel(miles, trip.most_miles), on_the_road)


def _days(trip: Trip, first: date, until: date, to_travel: int, on_the_road: int) -> Way | None:
    """The days from `first` to the one before `until`: travel wherever it is needed and may be, rest on all others."""
    found = []
    day = first
    while day < until:
        if to_travel and day not in trip.rests and not _is_too_long(trip, on_the_road + 1):
            to_travel, on_the_road = to_travel - 1, on_the_road + 1
            found.append((day, TRAVEL))
        else:
            on_the_road = 0
            found.append((day, REST))
        day += DAY
    return Way(tuple(found), on_the_road) if not to_travel else None


def _is_too_long(trip: Trip, on_the_road: int) -> bool:
    return bool(trip.rest_after) and on_the_road > trip.rest_after


def rests_of(trip: Trip, rests: Set[str]) -> frozenset[date]:
    """ISO days of rest that lie within a trip."""
    days = (date.fromisoformat(each) for each in rests)
    return frozenset(day for day in days if trip.first <= day <= trip.last)
