"""The letter each working morning about what waits, to every coordinator who wants it; none where nothing waits.

Whoever is away gets none: what waits for them stands in the letter of whoever stands in. Once for each coordinator and
day: the note of it is written with the letter. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from textwrap import shorten
from typing import Any

from flask_babel import force_locale, ngettext
from sqlalchemy import and_, exists, func, or_, select, text, true
from sqlalchemy.orm import Session

from portal.accounts import absence
from portal.accounts.models import VIEWER, Coordinator
from portal.clock import london_day
from portal.emails.models import NEEDS_A_PERSON, OutboxEmail
from portal.submissions import colleagues, daily, day, silence, tasks
from portal.submissions.colleagues import LISTED
from portal.submissions.day_words import in_words_of
from portal.submissions.models import Submission, reference_of
from portal.submissions.work import TASK_IS_OPEN, DailyDuty, Task

DUTY = "digest"
WEEK = timedelta(days=6)
"""Today and the six days after it."""
LOOKED_BACK = timedelta(days=14)
MOST_FAILED = 100
LONGEST_TASK = 200
"""Letters of a task's sentence: a note of four thousand is read on the desk."""

_table = Submission.__table__.c
_COLUMNS = (_table.id, _table.kind, _table.heading, _table.due_on, _table.meeting_on)
IS_BOOKED = _table.state == "confirmed"
"""Of meetings for which nobody has said yes, tasks tell."""


def receivers(session: Session, now: datetime) -> list[int]:
    """The numbers of those whose letter is due now and not written yet."""
    if not colleagues.is_morning(session, now):
        return []
    today = london_day(now)
    wanted = select(Coordinator.id).where(Coordinator.active, Coordinator.digest, Coordinator.role != VIEWER)
    written = daily.noted(session, f"{DUTY}:", today)
    roster = absence.roster(session)
    return [
        number
        for number in session.scalars(wanted.order_by(Coordinator.id))
        if _duty(number) not in written and not roster.is_away(number, today)
    ]


def write(session: Session, coordinator_id: int, now: datetime) -> bool:
    """Write the letter of one coordinator for today and note it; False where nothing waits, which is noted too."""
    today = london_day(now)
    person = session.get_one(Coordinator, coordinator_id)
    owners = absence.responsible_ids(session, coordinator_id, today)
    since = _last_letter(session, coordinator_id, today)
    lost = silence.lost_while_away(session, coordinator_id, since, today)
    facts = waiting(session, owners, since, now, person.language, told=lost)
    facts["while_away"] = ", ".join(reference_of(number) for number in lost)
    daily.note(session, _duty(coordinator_id), today, now)
    if not any(facts.values()):
        return False
    colleagues.write(session, person, "coordinator/digest", facts, now=now)
    return True


def waiting(
    session: Session,
    owners: Collection[int],
    since: date,
    now: datetime,
    language: str,
    *,
    told: Collection[int] = (),
) -> dict[str, str]:
    """What waits for those who look after the requests of `owners`, as lists for a letter; empty where nothing does.

    It is what stands on their own day on the desk. Of meetings only theirs and nobody's; `since` is the day of the
    last letter. What went back to the queue is named there and not again where it would stand as anybody's, but a
    broken promise stays on top, and what is `told` in a line of its own is left out. Of letters that failed only those
    are counted of which no task tells.
    """
    today = london_day(now)
    found = day.day(session, now, owners)
    whose = or_(_table.coordinator_id.in_(owners), _table.coordinator_id.is_(None))
    is_near = and_(_table.is_open == true(), whose, _table.meeting_on.between(today, today + WEEK), IS_BOOKED)
    meetings = select(*_COLUMNS).where(is_near).order_by(_table.meeting_on, _table.id).limit(LISTED + 1)
    already = {*told, *(row.id for row in found[day.BROKEN])}
    handed_back = [row for row in _handed_back(session, owners, since) if row.id not in already]
    elsewhere = {row.id for row in handed_back}
    promised, new = ([row for row in found[section] if row.id not in elsewhere] for section in (day.TODAY, day.NEW))
    to_do = tasks.open_tasks(session, owners, today)
    return {
        "broken": colleagues.listed(found[day.BROKEN], language, day="due_on"),
        "promised": colleagues.listed(promised, language),
        "handed_back": colleagues.listed(handed_back, language, day="due_on"),
        "tasks": _tasks([task for task in to_do if task.due_on <= today], language, today, since),
        "failed": _failed(session, [task.email_id for task in to_do if task.due_on > today]),
        "new": colleagues.listed(new, language, day="due_on"),
        "held": colleagues.listed(found[day.HELD], language),
        "waiting": colleagues.listed(found[day.MINE], language, day="due_on"),
        "meetings": colleagues.listed(session.execute(meetings).all(), language, day="meeting_on"),
    }


def _handed_back(session: Session, owners: Collection[int], since: date) -> Sequence[Any]:
    """Requests that went back to the queue by themselves: those that nobody has taken on, and those they lost."""
    found = silence.handed_back(session, since)
    lost = [number for number, owner in found if owner in owners]
    is_lost = and_(_table.id.in_(lost), _table.coordinator_id.not_in(owners))
    is_told = or_(_table.coordinator_id.is_(None), is_lost)
    numbers = [number for number, _ in found]
    statement = select(*_COLUMNS).where(_table.id.in_(numbers), _table.is_open == true(), is_told)
    return session.execute(statement.order_by(_table.queue_on, _table.id)).all()


def _tasks(due: Sequence[Task], language: str, today: date, since: date) -> str:
    """The tasks that are due, as lines of a letter: those of today first, for what has waited for weeks can wait on.

    Then come those that no letter has named yet: they were opened on the day of the last one (`since`) or later.
    """
    in_turn = sorted(due, key=lambda task: (task.due_on != today, london_day(task.created_at) < since))
    lines = [f"- {_task_line(task, language)}" for task in in_turn[:LISTED]]
    rest = len(due) - LISTED
    with force_locale(language):
        more = ngettext("and %(num)d more on the desk", "and %(num)d more on the desk", rest)
        return "\n".join([*lines, *([f"- {more}"] if rest > 0 else [])])


def _task_line(task: Task, language: str) -> str:
    """A task as a line: the sentence is as it was written, in the language of the desk. A long one is read there."""
    reference = f"{task.submission.reference}: " if task.submission is not None else ""
    about = reference + shorten(task.about, LONGEST_TASK, placeholder="…").rstrip(".")
    return f"{about} ({in_words_of(task.due_on, language)}): {colleagues.desk_address(f'/tasks/{task.id}')}"


def _failed(session: Session, of_tasks_to_come: Collection[int | None]) -> str:
    """How many letters were not delivered and need a person; empty for none.

    Those whose task is open are left out: it is named here or to somebody else. But one of the reader's own that is
    only due later is named nowhere yet.
    """
    has_task = exists().where(Task.email_id == OutboxEmail.id, text(f"tasks.{TASK_IS_OPEN}"))
    to_come = [number for number in of_tasks_to_come if number is not None]
    is_told = and_(has_task, OutboxEmail.id.not_in(to_come))
    failing = select(OutboxEmail.id).where(text(NEEDS_A_PERSON), ~is_told).limit(MOST_FAILED + 1).subquery()
    count = session.scalar(select(func.count()).select_from(failing)) or 0
    return f"{MOST_FAILED}+" if count > MOST_FAILED else str(count or "")


def _last_letter(session: Session, coordinator_id: int, today: date) -> date:
    """The last day for which this letter was looked into before; where it never was, long enough ago."""
    last: Sequence[date | None] = session.scalars(
        select(func.max(DailyDuty.on_date)).where(DailyDuty.name == _duty(coordinator_id), DailyDuty.on_date < today)
    ).all()
    return last[0] or today - LOOKED_BACK


def _duty(coordinator_id: int) -> str:
    return f"{DUTY}:{coordinator_id}"
