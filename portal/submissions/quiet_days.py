"""When what comes by itself should rest: at night, at weekends, on bank holidays and in August.

Working days themselves are `promises`'; how long a row rests is said in the workflow.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from portal.clock import LONDON
from portal.directory import places
from portal.submissions.models import Submission
from portal.submissions.promises import LONDON as ENGLAND
from portal.submissions.promises import is_working_day
from portal.submissions.workflow import Rests

AUGUST = 8
USUAL_HOURS = range(8, 20)
"""Hours in London in which a letter may leave that rests at all."""
URGENT_HOURS = range(7, 24)
"""And those for a letter that is only true on its day."""
LONGEST_REST = timedelta(days=60)
"""No rest is longer: August with the weekends and bank holidays around it, also where one row waits for another."""


def nation_in(region_slug: str) -> str:
    """The nation that a region lies in, whose working days its branches keep; England where we do not know."""
    region = places.region(region_slug)
    return region.country if region else ENGLAND


def nation_of(submission: Submission) -> str:
    """The nation whose working days its branch keeps."""
    return nation_in(submission.region_slug)


def is_waking(moment: datetime, rests: Rests) -> bool:
    """Whether something may come by itself at `moment` (aware)."""
    return moment.astimezone(LONDON).hour in _hours(rests)


def first_moment_of(day: date, rests: Rests) -> datetime:
    """From when on (aware) something may come by itself on a day."""
    return datetime.combine(day, time(_hours(rests).start), LONDON)


def _hours(rests: Rests) -> range:
    return URGENT_HOURS if rests is Rests.NEVER else USUAL_HOURS


def is_restful(day: date, nation: str, rests: Rests) -> bool:
    """Whether a letter that `rests` leaves the branches of a nation ("Scotland") in peace on `day`."""
    if rests is Rests.NEVER:
        return False
    return (rests is Rests.AUGUST and day.month == AUGUST) or not is_working_day(day, nation)


@lru_cache(maxsize=4096)
def out_of_rest(day: date, nation: str, rests: Rests, *, backwards: bool) -> date:
    """`day` itself, or the next day that is not restful; the last one before where `backwards`."""
    step = timedelta(days=-1 if backwards else 1)
    while is_restful(day, nation, rests):
        day += step
    return day
