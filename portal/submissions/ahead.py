"""What lies ahead of one request, for its page: what comes by itself, and the work that waits for a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Row, bindparam, literal, select, text, union_all
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.submissions import follow_ups, giving_way, reminders
from portal.submissions.models import Submission
from portal.submissions.planned import Came, Mark, Planned
from portal.submissions.whole import LARGEST_NUMBER
from portal.submissions.work import TASK_IS_OPEN, FollowUpMark, Task

NEAR = 5
"""A page names so many of what comes next; the rest is further away than anybody plans."""


@dataclass(frozen=True)
class Ahead:
    """The kind of a request, what of its follow-ups has come, and its open tasks, the first due on top.

    A task has id, about, due_on, and its key as `more`.
    `others` are the open requests of the same branch: id, and kind and state in one word, "affiliation:active".
    `together` are the other requests that the same form made: id, kind and state in one word, and the day of their
    meeting as due_on.
    """

    kind: str
    marks: Mapping[Mark, Came]
    tasks: Sequence[Row[*tuple[Any, ...]]]
    others: Sequence[Row[*tuple[Any, ...]]] = ()
    together: Sequence[Row[*tuple[Any, ...]]] = ()


_mark, _task, _request = FollowUpMark.__table__.c, Task.__table__.c, Submission.__table__.c
_other = Submission.__table__.alias("others").c
_OTHERS = 10
# One statement for all five: a page may ask the database six times.
_STATEMENT = union_all(
    select(
        literal("kind").label("what"),
        _request.id,
        _request.kind.label("about"),
        literal(None, Date).label("due_on"),
        literal("").label("more"),
        literal(None, _mark.at.type).label("at"),
    ).where(_request.id == bindparam("number")),
    select(literal("mark"), _mark.id, _mark.name, _mark.due_on, _mark.outcome, _mark.at).where(
        _mark.submission_id == bindparam("number")
    ),
    select(literal("task"), _task.id, _task.about, _task.due_on, _task.key, _task.created_at).where(
        _task.submission_id == bindparam("number"), text(TASK_IS_OPEN)
    ),
    select(
        literal("other"),
        _other.id,
        _other.kind + literal(":") + _other.state,
        literal(None, Date),
        literal(""),
        literal(None, _mark.at.type),
    ).where(
        _other.branch_id == select(_request.branch_id).where(_request.id == bindparam("number")).scalar_subquery(),
        _other.id != bindparam("number"),
        # Said as the index of open requests by branch says it: no database then walks along all that are open.
        _other.branch_id.is_not(None),
        _other.closed_at.is_(None),
        _other.held_reason.is_(None),
    ),
    select(
        literal("together"),
        _other.id,
        _other.kind + literal(":") + _other.state,
        _other.meeting_on,
        literal(""),
        literal(None, _mark.at.type),
    ).where(
        _other.sent_with == select(_request.sent_with).where(_request.id == bindparam("number")).scalar_subquery(),
        _other.id != bindparam("number"),
        # As above: said as its index says it.
        _other.sent_with.is_not(None),
    ),
)


def ahead(session: Session, number: int) -> Ahead | None:
    """What lies ahead of the request of that number, in one statement; None where there is no such request."""
    if number > LARGEST_NUMBER:
        return None
    rows = session.execute(_STATEMENT, {"number": number}).all()
    kind = next((row.about for row in rows if row.what == "kind"), None)
    if kind is None:
        return None
    together = sorted((row for row in rows if row.what == "together"), key=lambda row: row.id)
    known = {row.id for row in together}
    return Ahead(
        kind,
        {(row.about, row.due_on): Came(row.more, london_day(row.at)) for row in rows if row.what == "mark"},
        sorted((row for row in rows if row.what == "task"), key=lambda row: (row.due_on, row.id)),
        sorted((row for row in rows if row.what == "other" and row.id not in known), key=lambda row: row.id)[-_OTHERS:],
        together,
    )


def coming(
    submission: Submission,
    known: Ahead,
    today: date,
    unreached: Collection[str] = frozenset(),
    *,
    is_held: bool = False,
) -> list[Planned]:
    """What comes by itself next, as far as a page names it; `today` is the day in London.

    Nothing that is kept back while our letters do not reach the roles `unreached`, or while those of its move are held.
    """
    plan = follow_ups.planned(submission, known.marks, today)
    comes = [each for each in plan if not giving_way.is_kept_back(submission, each.row, unreached)]
    return [each for each in comes if not (is_held and reminders.rests_while_held(each.row))][:NEAR]
