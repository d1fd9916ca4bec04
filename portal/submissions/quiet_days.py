"""When a letter that nobody waits for should rest: at night, at weekends, on bank holidays and in August.

Trade-union branches hardly meet in August. Working days themselves are `promises`'.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from portal.clock import LONDON
from portal.submissions.promises import is_working_day

AUGUST = 8
USUAL_HOURS = range(8, 20)
"""Hours in London in which a letter may leave that is not urgent."""
URGENT_HOURS = range(6, 24)
LONGEST_REST = timedelta(days=40)
"""No rest is longer: August with the weekends and bank holidays around it."""


def is_waking(moment: datetime, *, is_urgent: bool = False) -> bool:
    """Whether a letter that comes by itself may leave at `moment` (aware)."""
    return moment.astimezone(LONDON).hour in (URGENT_HOURS if is_urgent else USUAL_HOURS)


def is_restful(day: date, nation: str) -> bool:
    """Whether branches of a nation ("Scotland") should be left in peace on `day`."""
    return day.month == AUGUST or not is_working_day(day, nation)


@lru_cache(maxsize=4096)
def out_of_rest(day: date, nation: str, *, backwards: bool) -> date:
    """`day` itself, or the next day that is not restful; the last one before where `backwards`."""
    step = timedelta(days=-1 if backwards else 1)
    while is_restful(day, nation):
        day += step
    return day
