"""Which requests have a follow-up due, among a hundred thousand, and doing what is due for one of them.

What is due for one request is decided in `follow_ups`; here a few statements find the few requests worth asking about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from portal.clock import LONDON as LONDON_TIME
from portal.clock import london_day
from portal.emails import outbox
from portal.extensions import UTCDateTime
from portal.submissions import approvals, follow_ups, giving_way, registry, untold, whole
from portal.submissions.follow_ups import BY_ITSELF
from portal.submissions.models import Submission
from portal.submissions.planned import SUPERSEDED, Mark, Planned
from portal.submissions.quiet_days import LONGEST_REST, nation_in
from portal.submissions.registry import Kind
from portal.submissions.work import FollowUpMark
from portal.submissions.workflow import FollowUp, Rests
from portal.submissions.yearly import EVERY_YEAR, latest_due_day

LONGEST_STORY = timedelta(days=3660)
"""What comes again and again is looked for in requests no older than this."""
FIRST_DAY = date(1990, 1, 1)
"""What comes each year is counted from no earlier day."""
TO_BE_ANSWERED = ("remind_on", "answer_by", "answers_by")
"""Dates of an answer that only a letter asks for: while it is held, nobody is rung about their silence either."""
TOLD_BY_LETTER = (*approvals.SINCE_STATE, *TO_BE_ANSWERED, "meeting_on")
"""Dates that count from the letters of a move, or that those tell: nothing is due by them while they are held."""
MANY = 400
"""So many requests are asked about their marks in one statement."""


def ready(session: Session, now: datetime) -> list[int]:
    """The numbers of the requests for which something may be due now, the oldest first.

    One statement for each row of a workflow whose day can have come, over open requests in its states only.
    """
    possible: dict[int, set[Mark]] = defaultdict(set)
    for kind in registry.kinds():
        for row in kind.workflow.follow_ups:
            if follow_ups.may_come_at(now, row):
                for number, mark in _possible(session, kind, row, now):
                    possible[number].add(mark)
    numbers = sorted(possible)
    for start in range(0, len(numbers), MANY):
        some = numbers[start : start + MANY]
        for number, name, due_on in session.execute(_MARKS.where(FollowUpMark.submission_id.in_(some))):
            possible[number].discard((name, due_on))
    return [number for number in numbers if possible[number]]


def remind(session: Session, number: int, now: datetime) -> int:
    """Do what is due for one request, in this session's transaction. Returns how many follow-ups came."""
    submission = whole.load(session, number, lock=True)
    if submission is None:
        return 0
    came = 0
    due, overtaken = follow_ups.due(submission, follow_ups.marks_of(session, number), now)
    for each in overtaken:
        follow_ups.mark(session, submission, each, SUPERSEDED, by=BY_ITSELF, now=now)
    state = submission.state
    is_held = bool(due) and untold.holds_letters(session, number)
    unreached = outbox.unreached(session, number) if due else set()
    for each in due:
        # A move changes what else is due: the next pass looks again.
        if submission.state != state:
            break
        if giving_way.is_kept_back(submission, each.row, unreached):
            continue
        # Nobody is reminded of a move whose own letters have not left.
        if is_held and rests_while_held(each.row):
            continue
        follow_ups.carry_out(session, submission, each, by=BY_ITSELF, now=now)
        came += 1
    return came


def rests_while_held(row: FollowUp) -> bool:
    """Whether a row does not come while the letters of its move are held. Other tasks tell us that somebody waits."""
    return row.counted_from in (TO_BE_ANSWERED if row.task else TOLD_BY_LETTER)


def leave_behind(session: Session, now: datetime) -> int:
    """Mark as overtaken whatever is due by today, but for moves. Returns how many there were.

    After a backup was put back: what came between the backup and today left no mark in it, and would come twice. Every
    open request is read once.
    """
    today, left = london_day(now), 0
    for number in session.scalars(select(Submission.id).where(Submission.is_open).order_by(Submission.id)).all():
        submission = whole.load(session, number)
        if submission is None:
            continue
        for each in follow_ups.planned(submission, follow_ups.marks_of(session, number), today):
            if each.due_on <= today and not each.row.move:
                follow_ups.mark(session, submission, each, SUPERSEDED, by=BY_ITSELF, now=now)
                left += 1
    return left


def are_said(session: Session, submission: Submission, counted_from: str, now: datetime) -> None:
    """Mark as overtaken the letters that lead up to a date and are due: a move has just told that date."""
    today, nation = london_day(now), nation_in(submission.region_slug)
    day = getattr(submission, counted_from)
    marks = follow_ups.marks_of(session, submission.id)
    for row in submission.WORKFLOW.follow_ups:
        if not row.notify or row.days >= 0 or row.counted_from != counted_from:
            continue
        due_on = day + timedelta(days=row.days)
        each = Planned(row, due_on, follow_ups.day_for(row, due_on, nation))
        if each.on <= today and each.mark not in marks:
            follow_ups.mark(session, submission, each, SUPERSEDED, by=BY_ITSELF, now=now)


_MARKS = select(FollowUpMark.submission_id, FollowUpMark.name, FollowUpMark.due_on)


def _possible(session: Session, kind: Kind, row: FollowUp, now: datetime) -> Iterator[tuple[int, Mark]]:
    """Requests that stand in a state of the row and whose date lies where the row can be due now."""
    today = london_day(now)
    statement, is_moment = _statement(kind.name, row)
    earliest, latest = _bounds(row, today)
    between: dict[str, date | datetime] = {"earliest": earliest, "latest": latest}
    if is_moment:
        between = {"earliest": _midnight(earliest), "latest": _midnight(latest + timedelta(days=1))}
    for number, value, region_slug, state_since in session.execute(statement, between):
        base, nation = follow_ups.as_day(value), nation_in(region_slug)
        if base is None:
            continue
        due_on = latest_due_day(row, base, today)
        on = follow_ups.day_for(row, due_on, nation)
        if follow_ups.is_time(row, due_on, nation, now) and not follow_ups.is_said_already(row, on, state_since):
            yield number, (row.name, due_on)


@cache
def _statement(kind_name: str, row: FollowUp) -> tuple[Select[Any], bool]:
    """The statement for one row, put together once, and whether its date is a moment."""
    model = registry.kind(kind_name).model
    column = getattr(model, row.counted_from)
    statement = (
        select(model.id, column, Submission.region_slug, Submission.state_since)
        .where(Submission.is_open, Submission.kind == kind_name, Submission.state.in_(row.states))
        .where(column.between(bindparam("earliest", type_=column.type), bindparam("latest", type_=column.type)))
    )
    return statement, isinstance(column.type, UTCDateTime)


def _bounds(row: FollowUp, today: date) -> tuple[date, date]:
    """The first and the last date to count from for which the row can be due today."""
    rest = timedelta() if row.rests is Rests.NEVER and not row.task else LONGEST_REST
    earliest = today - timedelta(days=row.late) - rest if not row.every else today - LONGEST_STORY
    # A day of the calendar is the same for all, and of no year.
    earliest = FIRST_DAY if row.every == EVERY_YEAR else earliest
    return earliest - timedelta(days=row.days), today + rest - timedelta(days=row.days)


def _midnight(day: date) -> datetime:
    """The moment a day begins in London, in UTC."""
    return datetime.combine(day, time(), LONDON_TIME).astimezone(UTC)
