"""Work for a person: opening tasks, finishing them, and finding those that are open.

Where tasks come from is decided by those who open them: follow-ups, letters that failed, the mail proof. Nothing here
commits.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select, text, update
from sqlalchemy.orm import Session, contains_eager, object_session

from portal.accounts import absence
from portal.emails import outbox
from portal.emails.models import FAILED, WITHOUT_WORDS, OutboxEmail
from portal.submissions.models import Submission
from portal.submissions.work import TASK_IS_OPEN, Task

NEXT = "next"
"""The reason of a task for what comes next, until a later one says more: "ask somebody else"."""
GIVING_WAY = ("follow-up", NEXT)
"""The reasons of tasks that have lost their sense once the meeting is over that they led up to."""
WHO_COMES = ("offer", "booking", "speaker")
"""The reasons of tasks about who speaks at a meeting, which nobody has to settle once its request is over."""
MOST = 200
"""More open tasks than these are not shown on one page: what is due first comes first."""


def open_task(
    session: Session,
    *,
    key: str,
    reason: str,
    about: str,
    due_on: date,
    now: datetime,
    submission_id: int | None = None,
    email_id: int | None = None,
    coordinator_id: int | None = None,
) -> Task | None:
    """A new task, or None where one of the same `key` was ever opened: a cause makes one task.

    `about` is the sentence that says what to do, `due_on` a day in London. Two workers that open the same at once meet
    in the database: the second commit raises `IntegrityError`, and its next pass finds the task.
    """
    if session.scalar(select(Task.id).where(Task.key == key)) is not None:
        return None
    task = Task(
        key=key,
        reason=reason,
        about=about,
        due_on=due_on,
        created_at=now,
        submission_id=submission_id,
        email_id=email_id,
        coordinator_id=coordinator_id,
    )
    session.add(task)
    return task


def finish(task: Task, *, by_id: int | None, now: datetime, outcome: str = "") -> bool:
    """Write down that a task is done and what came of it; False where somebody had done it before.

    A letter that failed and that the task is about is dealt with then: it leaves the list of failures. So is a copy
    of it that is still on its way, should it fail as well.
    """
    if task.done_at is not None:
        return False
    task.done_at, task.done_by_id, task.outcome = now, by_id, outcome
    session = object_session(task)
    email = None
    if session is not None and task.email_id is not None:
        email = session.get(OutboxEmail, task.email_id, options=WITHOUT_WORDS)
    is_copy = email is not None and email.resend_of_id is not None
    if email is not None and (email.state in FAILED or is_copy) and email.dealt_with_at is None:
        outbox.deal_with(email, by_id, now)
    return True


def finish_where(
    session: Session, *which: ColumnElement[bool], now: datetime, outcome: str, by_id: int | None = None
) -> int:
    """Finish every open task for which all of `which` holds, in one statement. Returns how many there were."""
    done = session.execute(
        update(Task)
        .where(*which, text(TASK_IS_OPEN))
        .values(done_at=now, done_by_id=by_id, outcome=outcome)
        .returning(Task.id),
        execution_options={"synchronize_session": False},
    )
    return len(done.all())


def finish_all(session: Session, begins: str, *, by_id: int | None, now: datetime, outcome: str = "") -> None:
    """Finish the open tasks whose key begins so: what they asked for is done, or no longer stands."""
    finish_where(session, Task.key.startswith(begins, autoescape=True), now=now, outcome=outcome, by_id=by_id)


def overtaken(
    session: Session,
    submission_id: int,
    reasons: Collection[str],
    now: datetime,
    outcome: str = "The request moved on.",
) -> None:
    """Finish the tasks of some reasons of a request: what they asked for no longer stands."""
    finish_where(session, Task.submission_id == submission_id, Task.reason.in_(reasons), now=now, outcome=outcome)


def finish_for_letter(session: Session, email_id: int, *, by_id: int | None, now: datetime, outcome: str) -> None:
    """Finish the task about a letter that somebody has dealt with."""
    finish_where(session, Task.email_id == email_id, now=now, outcome=outcome, by_id=by_id)


def open_tasks(session: Session, owners: Collection[int], today: date) -> Sequence[Task]:
    """The open tasks of some coordinators (`owners`, by number) with their requests; at most `MOST`.

    Theirs are their own, those of their requests, and those that are nobody's on a day in London (`today`): without an
    owner, or with one for whom nobody looks out. What is due first is on top.
    """
    unattended = absence.roster(session).unattended_ids(today)
    theirs = {*owners, *unattended}
    of_request = and_(
        Task.coordinator_id.is_(None),
        or_(Submission.coordinator_id.in_(theirs), Submission.coordinator_id.is_(None)),
    )
    statement = (
        select(Task)
        .outerjoin(Task.submission)
        .options(contains_eager(Task.submission))
        .where(text(f"tasks.{TASK_IS_OPEN}"), or_(Task.coordinator_id.in_(theirs), of_request))
        .order_by(Task.due_on, Task.id)
        .limit(MOST)
    )
    return session.scalars(statement).all()


def of_request(session: Session, submission_id: int) -> Sequence[Task]:
    """The open tasks about one request, what is due first on top."""
    return session.scalars(
        select(Task).where(Task.submission_id == submission_id, text(TASK_IS_OPEN)).order_by(Task.due_on, Task.id)
    ).all()
