"""What comes by itself: reminders, tasks and moves, computed from today's facts whenever somebody asks.

The rows stand in each kind's `workflow.py`. Nothing is planned ahead in the database: a date that moves takes its
follow-ups along. A `FollowUpMark` says that one has come for a day, so that it never comes twice. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.emails import outbox
from portal.submissions import (
    actions,
    answering,
    correspondence,
    deadlines,
    giving_way,
    history,
    quiet_days,
    registry,
    tasks,
    turns,
)
from portal.submissions.history import Mover
from portal.submissions.models import Submission
from portal.submissions.planned import DONE, SKIPPED, Came, Mark, Planned
from portal.submissions.promises import LONDON
from portal.submissions.usual_rows import SEARCH
from portal.submissions.work import FollowUpMark, Task
from portal.submissions.workflow import Actor, FollowUp, Rests
from portal.submissions.yearly import due_days

BY_ITSELF = Mover(Actor.WORKER)
MEETING = "meeting_on"

AFTER_AN_ANSWER = 3
"""So many days whoever we have just written to is left in peace by letters that remind."""
LATEST = timedelta(days=10)
"""So much later than its day a follow-up may come that keeps its distance from what went before."""


def marks_of(session: Session, submission_id: int) -> dict[Mark, Came]:
    """What became of the follow-ups of a request: done, skipped, or superseded by a later one."""
    rows = session.execute(
        select(FollowUpMark.name, FollowUpMark.due_on, FollowUpMark.outcome, FollowUpMark.at).where(
            FollowUpMark.submission_id == submission_id
        )
    )
    return {(row.name, row.due_on): Came(row.outcome, london_day(row.at)) for row in rows}


def planned(submission: Submission, marks: Mapping[Mark, Came], today: date) -> list[Planned]:
    """What will come by itself if nothing changes, the next first; `today` is the day in London.

    Nothing for a request that is closed or held, nothing that has come already and nothing whose time is past.
    """
    if not submission.is_open:
        return []
    nation = quiet_days.nation_of(submission)
    found: dict[Mark, Planned] = {}
    for row in submission.WORKFLOW.follow_ups:
        base = counted_from(submission, row)
        if base is None:
            continue
        for due_on in due_days(row, base, today):
            each = Planned(row, due_on, _own_day(submission, row, due_on, marks, found))
            if each.mark in marks or _is_past(submission, each, marks, today):
                continue
            # What could not come on its day comes on the next on which it may, if that still makes sense.
            comes_on = each.on if each.on >= today else _next_day_for(row, today, nation)
            last = getattr(submission, row.until) if row.until else None
            if comes_on <= last_day_for(row, due_on, each.on) and (last is None or comes_on <= last):
                found[each.mark] = replace(each, on=comes_on)
    in_order = sorted(found.values(), key=lambda each: (each.on, each.due_on))
    return giving_way.without_late_letters(submission, in_order, marks)


def due(submission: Submission, marks: Mapping[Mark, Came], now: datetime) -> tuple[list[Planned], list[Planned]]:
    """What is to be done now, and what of it a later one of the same series has overtaken."""
    to_come = planned(submission, marks, london_day(now))
    ready = [each for each in to_come if each.on <= london_day(now) and may_come_at(now, each.row)]
    last = {each.row.series: each for each in sorted(ready, key=lambda each: each.due_on) if each.row.series}
    overtaken = [each for each in ready if each.row.series and last[each.row.series] is not each]
    return [each for each in ready if each not in overtaken], overtaken


def day_for(row: FollowUp, due_on: date, nation: str) -> date:
    """The day on which a follow-up comes that is due on `due_on` by its row. Tasks come on our own working days."""
    on = due_on
    if row.after is not None:
        between = timedelta(days=row.days - row.after.days)
        on = max(on, _day_after(row, day_for(row.after, due_on - between, nation), between, nation))
    if row.task:
        return quiet_days.out_of_rest(on, LONDON, Rests.WEEKENDS, backwards=row.days < 0)
    return quiet_days.out_of_rest(on, nation, row.rests, backwards=row.days < 0)


def _day_after(row: FollowUp, before: date, between: timedelta, nation: str) -> date:
    """The first day of what comes so long after another row's `before`; nobody is rung while a letter gives time."""
    is_call = row.task and row.after is not None and row.after.notify
    return max(before + between, deadlines.is_over_from(before, nation)) if is_call else before + between


def _own_day(
    submission: Submission, row: FollowUp, due_on: date, marks: Mapping[Mark, Came], to_come: Mapping[Mark, Planned]
) -> date:
    """The day for one request: as far from what goes before as the letters say, and not at once after our answer.

    A move does not come before the day from which it can be made.
    """
    nation = quiet_days.nation_of(submission)
    usual = on = day_for(row, due_on, nation)
    if row.move and (first := turns.first_moment_for(submission, submission.WORKFLOW.transition(row.move))):
        on = max(on, london_day(first))
    if row.after is not None:
        between = timedelta(days=row.days - row.after.days)
        before = (row.after.name, due_on - between)
        if before in to_come:
            on = max(on, _day_after(row, to_come[before].on, between, nation))
        elif before in marks and marks[before].is_done:
            on = max(on, _day_after(row, marks[before].on, between, nation))
    if row.every and not row.task:
        # A letter that left late says "again in a month" from the day on which it left.
        left = (came.on for (name, day), came in marks.items() if name == row.name and day < due_on and came.is_done)
        on = max([on, *(day + timedelta(days=row.every) for day in left)])
    if reminds(row):
        on = max([on, *(day + timedelta(days=AFTER_AN_ANSWER) for name, day in marks if name == answering.ANSWERED)])
    return on if on == usual else _next_day_for(row, on, nation)


def reminds(row: FollowUp) -> bool:
    """Whether it is a letter to somebody who has not done something; what leads up to a date is none."""
    return bool(row.notify) and row.days > 0 and row.rests is not Rests.NEVER


def _next_day_for(row: FollowUp, day: date, nation: str) -> date:
    where, rests = (LONDON, Rests.WEEKENDS) if row.task else (nation, row.rests)
    return quiet_days.out_of_rest(day, where, rests, backwards=False)


def last_day_for(row: FollowUp, due_on: date, on: date) -> date:
    """The last day on which it still matters, for a worker that slept."""
    return max(on, due_on) + timedelta(days=row.late)


def may_come_at(now: datetime, row: FollowUp) -> bool:
    """Whether a follow-up may come at this hour: a task at any, so that the letter of the morning can name it."""
    return bool(row.task) or quiet_days.is_waking(now, row.rests)


def is_time(row: FollowUp, due_on: date, nation: str, now: datetime) -> bool:
    """Whether a follow-up may come at this moment, as far as hours and days go, for some request."""
    today = london_day(now)
    on = day_for(row, due_on, nation)
    latest = last_day_for(row, due_on, on) + (LATEST if reminds(row) or row.after is not None else timedelta())
    if row.every and not row.task:
        latest = max(latest, due_on + timedelta(days=row.every))
    return (
        on <= today <= latest
        and may_come_at(now, row)
        and (bool(row.task) or not quiet_days.is_restful(today, nation, row.rests))
    )


def carry_out(session: Session, submission: Submission, each: Planned, *, by: Mover, now: datetime) -> None:
    """Do a follow-up: write its letters, open its task or make its move, and mark that it has come.

    Raises `actions.NotPermittedError` where its move is not open. A letter to nobody becomes a task to telephone.
    Nothing is written to whom our letters do not reach: somebody rings them.
    """
    row = each.row
    mark(session, submission, each, DONE, by=by, now=now)
    if row.move:
        actions.perform(session, submission, row.move, by=by, now=now)
        return
    if row.task:
        _open_task(session, submission, each, row.task, now)
        return
    wanted = giving_way.letters_of(submission, row, outbox.unreached(session, submission.id))
    letters = correspondence.prepare(session, submission, wanted, by=by, answers={}, now=now)
    correspondence.send(session, submission, letters, now=now, by=history.signer(by, submission), edited={})
    if len(letters) < len(wanted):
        _open_task(
            session, submission, each, f"No email address is known. Telephone instead of this letter: {row.label}.", now
        )


def send_now(session: Session, submission: Submission, each: Planned, *, by: Mover, now: datetime) -> None:
    """Do a follow-up before its day for a coordinator, who signs its letters and stands in the history."""
    label = each.row.label
    session.add(history.line(submission, "sent-early", by, now, text=label, data={"on": each.on.isoformat()}))
    carry_out(session, submission, each, by=by if each.row.notify else BY_ITSELF, now=now)


def is_true_on_its_day_only(row: FollowUp) -> bool:
    """Whether a letter speaks of "today" or "tomorrow", so that it cannot be sent sooner."""
    return row.rests is Rests.NEVER


def skip(session: Session, submission: Submission, each: Planned, *, by: Mover, now: datetime) -> None:
    """Keep a follow-up from coming for its day, and write down who decided so."""
    mark(session, submission, each, SKIPPED, by=by, now=now)
    session.add(history.line(submission, "skipped", by, now, text=each.row.label, data={"on": each.on.isoformat()}))


def mark(session: Session, submission: Submission, each: Planned, outcome: str, *, by: Mover, now: datetime) -> None:
    """Write down what became of a follow-up. A second mark for the same day is refused by the database."""
    session.add(
        FollowUpMark(
            submission_id=submission.id,
            name=each.row.name,
            due_on=each.due_on,
            outcome=outcome,
            at=now,
            coordinator_id=by.coordinator.id if by.coordinator else None,
        )
    )


def _open_task(session: Session, submission: Submission, each: Planned, about: str, now: datetime) -> None:
    """Open a task, in place of what an earlier follow-up of its series opened: nobody does both."""
    _end_what_gives_way(session, submission, each.row, now)
    tasks.open_task(
        session,
        key=f"follow-up:{submission.id}:{each.row.name}:{each.due_on}",
        reason="follow-up",
        about=about,
        due_on=max(each.on, london_day(now)),
        now=now,
        submission_id=submission.id,
    )


def _end_what_gives_way(session: Session, submission: Submission, row: FollowUp, now: datetime) -> None:
    """Finish the tasks that a new one of this row stands for: those of its series.

    Once the meeting is over that is all that led up to it. Tasks of other matters stay: each is another call.
    """
    of_request = Task.submission_id == submission.id
    which: ColumnElement[bool] = Task.reason.in_(tasks.GIVING_WAY)
    if row.counted_from != MEETING or row.days < 0:
        series = [other for other in submission.WORKFLOW.follow_ups if row.series and other.series == row.series]
        opened = [Task.key.startswith(f"follow-up:{submission.id}:{other.name}:") for other in series if other.task]
        which = or_(false(), *opened, *([Task.reason == tasks.NEXT] if row.series == SEARCH else []))
    tasks.finish_where(session, of_request, which, now=now, outcome="Another task took its place.")


def sweep(session: Session, now: datetime) -> None:
    """Finish the tasks that led up to a meeting whose day is over. The worker calls this."""
    is_over = select(Submission.id).where(Submission.meeting_on < london_day(now))
    rows = [row for kind in registry.kinds() for row in kind.workflow.follow_ups]
    ahead = {row.name for row in rows if row.task and row.counted_from == MEETING and row.days < 0}
    opened = or_(false(), *(Task.key.like(f"follow-up:%:{name}:%") for name in sorted(ahead)))
    which = (Task.reason == "follow-up", opened, Task.submission_id.in_(is_over))
    tasks.finish_where(session, *which, now=now, outcome="The day of the meeting is over.")


def counted_from(submission: Submission, row: FollowUp) -> date | None:
    """The date a row counts from, as it stands today; None where the row does not apply."""
    if submission.state not in row.states:
        return None
    if (row.only_if and not getattr(submission, row.only_if)) or (row.unless and getattr(submission, row.unless)):
        return None
    return as_day(getattr(submission, row.counted_from))


def as_day(value: date | datetime | None) -> date | None:
    """A moment as its day in London; a day as it is."""
    return london_day(value) if isinstance(value, datetime) else value


def is_said_already(row: FollowUp, on: date, state_since: datetime) -> bool:
    """Whether a letter that leads up to a date came too late to be written: the move that told the date has said it."""
    return row.days < 0 and bool(row.notify) and on <= london_day(state_since)


def _is_past(submission: Submission, each: Planned, marks: Mapping[Mark, Came], today: date) -> bool:
    """Whether a follow-up has lost its point: its time is over, or the letters of a move have said it already."""
    row = each.row
    if today > last_day_for(row, each.due_on, each.on):
        return True
    if is_said_already(row, each.on, submission.state_since):
        return True
    if not row.series:
        return False
    series = {other.name for other in submission.WORKFLOW.follow_ups if other.series == row.series}
    # One that was skipped says nothing about those before it.
    return any(
        name in series and due_on > each.due_on and came.outcome != SKIPPED for (name, due_on), came in marks.items()
    )
