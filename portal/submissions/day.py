"""What a coordinator's day holds, among a hundred thousand requests: one statement over the queue's indexes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, bindparam, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from portal.accounts import absence
from portal.clock import london_day
from portal.submissions.models import AT_ONCE
from portal.submissions.queries import COLUMNS, is_late, table
from portal.submissions.workflow import Turn

BROKEN, TODAY, NEW, HELD, MINE, MEETINGS = "broken", "today", "new", "held", "mine", "meetings"
SECTIONS = (BROKEN, TODAY, NEW, HELD, MINE, MEETINGS)
MOST = 20
"""A section names so many; the rest stands in the queue's own view."""
WEEK = timedelta(days=7)


def day(session: Session, now: datetime, people: Collection[int]) -> Mapping[str, Sequence[Any]]:
    """The requests of a day for those a coordinator looks out for (`people`), by section, soonest due first.

    `broken` were promised for an earlier day and `today` for this one, both theirs or nobody's; `new` wait on us and
    are nobody's (new, or handed back); `held` are to be looked at before they are let in; `mine` wait on us and are
    theirs; `meetings` are confirmed ones of the next seven days, of everybody. No request stands in two of the first
    five. Rows have the queue's columns and `section`.
    """
    today = london_day(now)
    known = {
        "today": today,
        "week": today + WEEK,
        "people": sorted(people),
        "unattended": sorted(absence.roster(session).unattended_ids(today)),
    }
    rows = session.execute(_statement(), known).all()
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.section].append(row)
    order = {MEETINGS: lambda row: (row.meeting_on, row.id)}
    return {name: sorted(found[name], key=order.get(name, _soonest)) for name in SECTIONS}


def _soonest(row: Any) -> tuple[date, int]:
    return row.queue_on, row.id


@cache
def _statement() -> CompoundSelect[Any]:
    """Five short walks along the indexes of open requests, as one statement."""
    today: BindParameter[date] = bindparam("today")
    people: BindParameter[list[int]] = bindparam("people", expanding=True)
    live = table.is_open == true()
    ours = (live, table.turn == str(Turn.US))
    theirs = table.coordinator_id.in_(people)
    unattended: BindParameter[list[int]] = bindparam("unattended", expanding=True)
    # What belongs to somebody for whom nobody looks out is everybody's.
    nobodys = or_(table.coordinator_id.is_(None), table.coordinator_id.in_(unattended))
    conditions = {
        BROKEN: (*ours, is_late(today), or_(theirs, nobodys)),
        # What has fallen through is for today, whatever day was promised.
        TODAY: (*ours, table.queue_on.in_((today, AT_ONCE)), table.due_on >= today, or_(theirs, nobodys)),
        NEW: (*ours, table.queue_on > today, nobodys),
        HELD: (table.held_reason.is_not(None),),
        MINE: (*ours, table.queue_on > today, theirs),
        MEETINGS: (live, table.meeting_on >= today, table.meeting_on <= bindparam("week"), table.state == "confirmed"),
    }
    parts = []
    for name, condition in conditions.items():
        first = table.meeting_on if name == MEETINGS else table.queue_on
        part = select(literal(name).label("section"), *COLUMNS).where(*condition).order_by(first, table.id).limit(MOST)
        # SQLite takes an order and a limit only within a subquery.
        parts.append(select(part.subquery(name)))
    return union_all(*parts)
