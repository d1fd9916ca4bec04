"""How long branches wait for our first answer: the median of the last 90 days, in working days of ours.

Only what is true is told: who still waits counts as waiting, and of a few answers nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache, lru_cache

from sqlalchemy import Connection, Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.emails.models import CANCELLED, OutboxEmail
from portal.remembered import remembered
from portal.submissions.models import Submission
from portal.submissions.promises import working_days_between

LOOKED_BACK = timedelta(days=90)
NEWEST = 300
"""No more requests than these are looked at, so that a busy year costs no more than a quiet one."""
FEWEST = 5
"""Of fewer answered requests nothing is told: one quick answer is no habit."""
LONGEST = 60

_table, _email = Submission.__table__.c, OutboxEmail.__table__.c


def median_days(session: Session, now: datetime) -> int | None:
    """Within how many working days half of all requests were answered; 0 means on the same day, None that it is untold.

    For each number of days only requests count that are at least so old: a request of today cannot have waited for
    three days yet. One that still waits counts as not answered. One statement, which is kept while nothing changes.
    """
    today = london_day(now)

    def read(connection: Connection) -> int | None:
        rows = connection.execute(_statement(), {"since": now - LOOKED_BACK, "newest": NEWEST})
        return _median([_waited(row.received_at, row.first_answered_at, today) for row in rows])

    return remembered(session.connection(), ("answer time", today), read)


@cache
def _statement() -> Select[tuple[datetime, datetime | None]]:
    """Moments of arrival and of the first answer, but for what is held, was spam or was withdrawn before an answer."""
    unsent = exists().where(_email.submission_id == _table.id, _email.state == CANCELLED)
    is_spam = and_(_table.state == "declined", unsent)
    return (
        select(_table.received_at, _table.first_answered_at)
        .where(_table.received_at >= bindparam("since"), _table.held_reason.is_(None))
        .where(or_(_table.first_answered_at.is_not(None), _table.closed_at.is_(None)), ~is_spam)
        .order_by(_table.received_at.desc())
        .limit(bindparam("newest"))
    )


def _waited(received_at: datetime, answered_at: datetime | None, today: date) -> tuple[int | None, int]:
    """After how many working days an answer came (None: it has not), and how many the request is old."""
    received = london_day(received_at)
    answered = None if answered_at is None else _between(received, london_day(answered_at))
    return answered, _between(received, today)


_between = lru_cache(maxsize=4096)(working_days_between)


def _median(waited: Sequence[tuple[int | None, int]]) -> int | None:
    if sum(answered is not None for answered, _ in waited) < FEWEST:
        return None
    for days in range(LONGEST):
        old_enough = [answered for answered, age in waited if age >= days]
        in_time = sum(answered is not None and answered <= days for answered in old_enough)
        if len(old_enough) >= FEWEST and in_time * 2 >= len(old_enough):
            return days
    return None
