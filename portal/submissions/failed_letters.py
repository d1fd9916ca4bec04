"""A letter that was refused or given up becomes a task for a person, and the one is done when the other is.

What failed is found by `emails`; how tasks are kept is in `tasks`. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select, text, update
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.emails import damage
from portal.emails.models import (
    FAILED,
    HELD,
    NEEDS_A_PERSON,
    QUEUED,
    SENDING,
    SENT,
    TOO_LATE,
    WITHOUT_WORDS,
    OutboxEmail,
)
from portal.submissions import tasks
from portal.submissions.promises import working_days_after
from portal.submissions.work import TASK_IS_OPEN, Task

REASON = "letter"
STILL_TO_LEAVE = (QUEUED, SENDING, HELD)
AT_ONCE = 200
"""So many letters become tasks in one pass; the next pass takes more."""

WHAT_TO_DO = {
    "branch": "The letter “{subject}” to the branch could not be delivered: telephone them.",
    "speaker": "The letter “{subject}” to the speaker could not be delivered: telephone them.",
    "treasurer": "The letter “{subject}” to the treasurer could not be delivered: telephone them or the branch.",
    "lead": "The letter “{subject}” to the lead of the twinning could not be delivered: "
    "ask the branch how to reach them.",
    "ukrainian-body": "The letter “{subject}” to the Ukrainian side could not be delivered: "
    "reach them in another safe way.",
    "team": "The letter “{subject}” to the team could not be delivered: "
    "tell whoever looks after the portal that the team’s address does not work.",
    "coordinator": "The letter “{subject}” to a colleague could not be delivered: tell them, and check their address.",
}
OTHERWISE = "The letter “{subject}” could not be delivered: reach them in another way."


def about(email: OutboxEmail) -> str:
    """What a person is asked to do about a letter that failed."""
    sentence = WHAT_TO_DO.get(email.role, OTHERWISE)
    if email.last_error == TOO_LATE:
        sentence = sentence.replace("could not be delivered", TOO_LATE.removeprefix("the letter "))
    return sentence.format(subject=email.subject)


def without_task(session: Session) -> Sequence[int]:
    """Letters that failed, that nobody has dealt with and that never had a task of this sort; the oldest first."""
    has_task = exists().where(Task.email_id == OutboxEmail.id, Task.reason == REASON)
    found = select(OutboxEmail.id).where(text(NEEDS_A_PERSON), ~has_task).order_by(OutboxEmail.id)
    return session.scalars(found.limit(AT_ONCE)).all()


def open_task(session: Session, email_id: int, now: datetime) -> None:
    """Open the task about a letter, for whoever has its request, due on the next working day of ours."""
    email = _read(session, email_id, now)
    if email is None or email.state not in FAILED or email.dealt_with_at is not None:
        return
    tasks.open_task(
        session,
        key=f"{REASON}:{email_id}",
        reason=REASON,
        about=about(email),
        due_on=working_days_after(london_day(now), 1),
        now=now,
        submission_id=email.submission_id,
        email_id=email_id,
    )


def _read(session: Session, email_id: int, now: datetime) -> OutboxEmail | None:
    """The row of a letter without its words; one that cannot be read is mended first, as far as a task needs it."""
    try:
        return session.get(OutboxEmail, email_id, options=WITHOUT_WORDS)
    except Exception as error:
        if not damage.is_damage(error):
            raise
    damage.mend(session, email_id, now)
    return session.get(OutboxEmail, email_id, options=WITHOUT_WORDS)


def goes_with_copy(session: Session, email_id: int, copy_id: int) -> bool:
    """Let the open task about a letter go on with its copy to the same address; False where there is none.

    Nothing has changed that would make the copy arrive, so that the task stands until it has.
    """
    moved = session.execute(
        update(Task)
        .where(Task.email_id == email_id, Task.reason == REASON, text(TASK_IS_OPEN))
        .values(email_id=copy_id)
        .returning(Task.id),
        execution_options={"synchronize_session": False},
    )
    return moved.first() is not None


def settle(session: Session, now: datetime) -> int:
    """Finish the tasks whose letter somebody has dealt with, or whose copy has arrived. Returns how many."""
    letter = select(OutboxEmail.id).where(OutboxEmail.id == Task.email_id)
    arrived = letter.where(OutboxEmail.state == SENT, OutboxEmail.dealt_with_at.is_(None))
    dealt_with = letter.where(
        (OutboxEmail.dealt_with_at.is_not(None)) | (OutboxEmail.state.not_in((*FAILED, *STILL_TO_LEAVE)))
    )
    return sum(
        tasks.finish_where(session, Task.reason == REASON, which.exists(), now=now, outcome=outcome)
        for which, outcome in ((arrived, "A copy was delivered."), (dealt_with, "The letter was dealt with."))
    )
