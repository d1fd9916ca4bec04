"""The queue: saved views, filters, keyset paging and counts. Each is one statement on one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.submissions import search
from portal.submissions.models import Submission
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

    `submission_id` narrows to one request: a viewer finds by reference only.
    """

    kind: str = ""
    state: str = ""
    union_id: int | None = None
    region: str = ""
    coordinator: str = ""
    words: str = ""
    submission_id: int | None = None


@dataclass(frozen=True)
class Page:
    """One page of the queue: the rows, and where the next page starts (None on the last)."""

    rows: Sequence[Any]
    next_after: str | None


COLUMNS = (
    Submission.id,
    Submission.version,
    Submission.kind,
    Submission.state,
    Submission.turn,
    Submission.heading,
    Submission.meeting_on,
    Submission.due_on,
    Submission.queue_on,
    Submission.received_at,
    Submission.state_since,
    Submission.coordinator_id,
    Submission.region_slug,
    Submission.is_open,
    Submission.held_reason,
)


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
    statement = select(*COLUMNS).where(_condition(chosen.name, now, coordinator_id), *_narrowed(filters))
    if filters.words:
        statement = statement.where(Submission.id.in_(search.matching(session, filters.words)))
    position = _position(after)
    if chosen.is_newest_first:
        if position:
            statement = statement.where(Submission.id < position[1])
        statement = statement.order_by(Submission.id.desc())
    else:
        if position:
            day, number = position
            statement = statement.where(
                or_(Submission.queue_on > day, and_(Submission.queue_on == day, Submission.id > number))
            )
        statement = statement.order_by(Submission.queue_on, Submission.id)
    rows = session.execute(statement.limit(size + 1)).all()
    last = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], f"{last.queue_on.isoformat()}_{last.id}" if last else None)


def counts(session: Session, *, now: datetime, coordinator_id: int) -> dict[str, int]:
    """How many stand in each view, exact to 999 (1000 then means "more"), in one statement."""
    columns = []
    for each in VIEWS:
        limited = (
            select(literal_column("1"))
            .select_from(Submission.__table__)
            .where(_condition(each.name, now, coordinator_id))
            .limit(COUNTED_TO + 1)
            .subquery()
        )
        columns.append(select(func.count()).select_from(limited).scalar_subquery().label(each.name))
    row = session.execute(select(*columns)).one()
    return {each.name: row[position] for position, each in enumerate(VIEWS)}


def _condition(name: str, now: datetime, coordinator_id: int) -> ColumnElement[bool]:
    today = london_day(now)
    ours = and_(Submission.is_open.is_(True), Submission.turn == Turn.US)
    conditions: dict[str, ColumnElement[bool]] = {
        "waiting-on-us": ours,
        "new": and_(Submission.is_open.is_(True), Submission.state == "received"),
        "mine": and_(Submission.is_open.is_(True), Submission.coordinator_id == coordinator_id),
        "unassigned": and_(Submission.is_open.is_(True), Submission.coordinator_id.is_(None)),
        "overdue": and_(ours, Submission.queue_on < today),
        "waiting-for-branch": and_(Submission.is_open.is_(True), Submission.turn == Turn.BRANCH),
        "meetings": and_(
            Submission.is_open.is_(True),
            Submission.meeting_on >= today,
            Submission.meeting_on <= today + FORTNIGHT,
        ),
    }
    if name == "held":
        return Submission.held_reason.is_not(None)
    if name == "everything":
        return Submission.held_reason.is_(None)
    return and_(conditions[name], Submission.held_reason.is_(None))


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.submission_id is not None:
        conditions.append(Submission.id == filters.submission_id)
    if filters.kind:
        conditions.append(Submission.kind == filters.kind)
    if filters.state:
        conditions.append(Submission.state == filters.state)
    if filters.union_id is not None:
        conditions.append(Submission.union_id == filters.union_id)
    if filters.region:
        conditions.append(Submission.region_slug == filters.region)
    if filters.coordinator == "none":
        conditions.append(Submission.coordinator_id.is_(None))
    elif filters.coordinator.isdigit():
        conditions.append(Submission.coordinator_id == int(filters.coordinator))
    return conditions


def _position(after: str | None) -> tuple[date, int] | None:
    day, _, number = (after or "").partition("_")
    if not number.isascii() or not number.isdigit() or len(number) > 12:
        return None
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None
