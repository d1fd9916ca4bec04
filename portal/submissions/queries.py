"""The queue: saved views, filters, keyset paging and counts. Each is one statement on one table.

Statements are built once for each shape and then only given their values: building one costs more than running it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, literal_column, or_, select, text, true
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.remembered import remembered
from portal.submissions import search
from portal.submissions.models import AT_ONCE, Submission
from portal.submissions.workflow import N_, Turn

PAGE = 50
COUNTED_TO = 999
FORTNIGHT = timedelta(days=14)


@dataclass(frozen=True)
class View:
    """A saved view of the queue. `is_newest_first` views show what came last on top; the rest what is due first."""

    name: str
    label: str
    is_newest_first: bool = False


VIEWS = (
    View("waiting-on-us", N_("Waiting on us")),
    View("new", N_("New")),
    View("mine", N_("Mine")),
    View("unassigned", N_("Unassigned")),
    View("overdue", N_("Overdue")),
    View("waiting-for-branch", N_("Waiting for branch")),
    View("meetings", N_("Meetings this fortnight")),
    View("held", N_("Held for review")),
    View("everything", N_("Everything"), is_newest_first=True),
)
_views = {view.name: view for view in VIEWS}


@dataclass(frozen=True)
class Filters:
    """What the queue is narrowed down to; empty means all. `words` is what was typed into the search box.

    `submission_id` narrows to one request: a viewer finds by reference only. `without` is a kind that is left out.
    """

    kind: str = ""
    state: str = ""
    union_id: int | None = None
    region: str = ""
    coordinator: str = ""
    words: str = ""
    submission_id: int | None = None
    without: str = ""


@dataclass(frozen=True)
class Page:
    """One page of the queue: the rows, and where the next page starts (None on the last)."""

    rows: Sequence[Any]
    next_after: str | None


table = Submission.__table__.c

COLUMNS = (
    table.id,
    table.version,
    table.kind,
    table.state,
    table.first_answered_at,
    table.turn,
    table.heading,
    table.meeting_on,
    table.due_on,
    table.queue_on,
    table.received_at,
    table.state_since,
    table.coordinator_id,
    table.region_slug,
    table.is_open,
)


"""What a row of the queue carries."""

FORGOTTEN = ("ukrainian", "withdrawn")
"""The kind and the state of requests that stand in no list any more: all that was told is deleted."""


def is_late(today: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether what was promised was due before `today`; what stands before all others is late by its promise alone."""
    return and_(table.queue_on < today, or_(table.queue_on > AT_ONCE, table.due_on < today))


_live = table.is_open == true()
_ours = and_(_live, table.turn == str(Turn.US))

CONDITIONS: dict[str, ColumnElement[bool]] = {
    "waiting-on-us": _ours,
    "new": and_(_live, table.state == "received", table.first_answered_at.is_(None)),
    "mine": and_(_live, table.coordinator_id == bindparam("me")),
    "unassigned": and_(_live, table.coordinator_id.is_(None)),
    "overdue": and_(_ours, is_late(bindparam("today"))),
    "waiting-for-branch": and_(_live, table.turn == str(Turn.BRANCH)),
    "meetings": and_(_live, table.meeting_on >= bindparam("today"), table.meeting_on <= bindparam("fortnight")),
    "held": table.held_reason.is_not(None),
    "everything": and_(table.held_reason.is_(None), or_(table.kind != FORGOTTEN[0], table.state != FORGOTTEN[1])),
}
"""Which rows stand in which view. Held entries are not open until somebody lets them in."""

NARROWING: dict[str, ColumnElement[bool]] = {
    "submission_id": table.id == bindparam("submission_id"),
    "kind": table.kind == bindparam("kind"),
    "state": table.state == bindparam("state"),
    "union_id": table.union_id == bindparam("union_id"),
    "region": table.region_slug == bindparam("region"),
    "given_to": table.coordinator_id == bindparam("given_to"),
    "nobody": table.coordinator_id.is_(None),
    "without": table.kind != bindparam("without"),
}
"""What each filter asks of a row."""


def view(name: str) -> View:
    """The saved view of that name; the first one where there is none."""
    return _views.get(name, VIEWS[0])


def queue(
    session: Session,
    view_name: str,
    filters: Filters,
    *,
    now: datetime,
    coordinator_id: int,
    after: str | None = None,
    size: int = PAGE,
) -> Page:
    """One page of a view, in one statement. `after` is the `next_after` of the page before; rubbish is ignored."""
    chosen = view(view_name)
    position = _position(after)
    values = _moments(now, coordinator_id) | {
        "submission_id": filters.submission_id,
        "kind": filters.kind,
        "without": filters.without,
        "state": filters.state,
        "union_id": filters.union_id,
        "region": filters.region,
        "given_to": int(filters.coordinator) if filters.coordinator.isdigit() else None,
        "after_day": position[0] if position else None,
        "after_number": position[1] if position else None,
        "size": size + 1,
    }
    given = tuple(name for name in NARROWING if values.get(name) not in (None, ""))
    if filters.coordinator == "none":
        given += ("nobody",)
    words = search.pattern(session, filters.words) if filters.words else None
    statement = _statement(chosen, given, position is not None, None if words is None else search.dialect(session))
    rows = session.connection().execute(statement, {**values, "words": words}).all()
    last = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], f"{last.queue_on.isoformat()}_{last.id}" if last else None)


def counts(session: Session, *, now: datetime, coordinator_id: int, without: str = "") -> dict[str, int]:
    """How many stand in each view, exact to 999 (1000 then means "more"): one statement, or none if none changed.

    `without` is a kind that is left out.
    """
    moments = _moments(now, coordinator_id) | ({"without": without} if without else {})

    def count(connection: Connection) -> tuple[int, ...]:
        return tuple(connection.execute(_counting(is_partial=bool(without)), moments).one())

    found = remembered(session.connection(), ("counts", *moments.values()), count)
    return {each.name: found[position] for position, each in enumerate(VIEWS)}


def _moments(now: datetime, coordinator_id: int) -> dict[str, Any]:
    """What the views are counted from: today in London, the end of the fortnight, and who looks."""
    today = london_day(now)
    return {"today": today, "fortnight": today + FORTNIGHT, "me": coordinator_id}


@cache
def _statement(chosen: View, given: tuple[str, ...], is_later: bool, searched: str | None) -> Select[Any]:
    """The statement for a page of this shape; every value in it is a parameter."""
    statement = select(*COLUMNS).where(CONDITIONS[chosen.name], *(NARROWING[name] for name in given))
    number: ColumnElement[int] = table.id
    if searched == "sqlite" and chosen.is_newest_first:
        # The index gives what it found newest first by itself: reading stops after one page.
        number = search.found.c.rowid
        statement = statement.select_from(search.found.join(Submission.__table__, table.id == number))
        statement = statement.where(text(search.FITS))
    elif searched is not None:
        statement = statement.where(table.id.in_(search.matching(searched)))
    if chosen.is_newest_first:
        if is_later:
            statement = statement.where(number < bindparam("after_number"))
        statement = statement.order_by(number.desc())
    else:
        if is_later:
            same_day = and_(table.queue_on == bindparam("after_day"), table.id > bindparam("after_number"))
            statement = statement.where(or_(table.queue_on > bindparam("after_day"), same_day))
        statement = statement.order_by(table.queue_on, table.id)
    return statement.limit(bindparam("size"))


@cache
def _counting(*, is_partial: bool) -> Select[Any]:
    """The statement that counts every view, each no further than it is shown; `is_partial` where a kind is left out."""
    narrowed = (NARROWING["without"],) if is_partial else ()
    columns = []
    for each in VIEWS:
        found: Select[Any] = select(literal_column("1")).select_from(Submission.__table__)
        limited = found.where(CONDITIONS[each.name], *narrowed).limit(COUNTED_TO + 1)
        counted = select(func.count()).select_from(limited.subquery())
        columns.append(counted.scalar_subquery().label(each.name))
    return select(*columns)


def _position(after: str | None) -> tuple[date, int] | None:
    day, _, number = (after or "").partition("_")
    if not number.isascii() or not number.isdigit() or len(number) > 12:
        return None
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None
