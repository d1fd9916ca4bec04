"""Letters that have not left while their request moved on: they are written anew from today's facts, or not needed.

A move that was undone, or that another has followed, has no letter any more. Keeping letters back and sending them is
`kept_back`'s, deciding on those that wait `approvals`'. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from portal.accounts.models import Coordinator
from portal.submissions import approvals, correspondence, history, registry, untold
from portal.submissions.history import Mover
from portal.submissions.models import Event, Submission
from portal.submissions.prepared import Prepared
from portal.submissions.work import TASK_IS_OPEN, Approval, Task
from portal.submissions.workflow import SAME, Actor, Notification, Recipient, Transition

TOO_LATE = (
    "The letters of “{what}” were kept back, and the request stands elsewhere now: they can never leave. Say that they "
    "are not needed, and write to whoever has to be told."
)


def letters_due(session: Session, submission: Submission, move: Transition, by: Actor) -> list[Notification]:
    """The letters that a move will send as the request stands before it.

    Whoever has not been told of what it corrects, since those letters wait or were kept back, hears of neither; but who
    makes it knows what they did.
    """
    due = correspondence.due(submission, move)
    if not move.corrects or (move.corrects_from and submission.state not in move.corrects_from):
        return due
    leaves_state = move.target not in (SAME, submission.state)
    ignorant = untold.not_told(session, submission.id, of_state=leaves_state) - {str(by)}
    return [row for row in due if row.to not in ignorant]


def hide_unheard(
    session: Session, submission: Submission, name: str, due: Sequence[Notification], since: datetime
) -> None:
    """Where a move undoes what the branch has not heard of, keep both from its page; the first was made at `since`."""
    move = submission.WORKFLOW.transition(name)
    if not move.corrects or any(row.to == Recipient.BRANCH for row in due):
        return
    session.execute(
        update(Event)
        .where(Event.submission_id == submission.id, Event.name == "transition", Event.at >= since)
        .values(is_public=False),
        execution_options={"synchronize_session": False},
    )


def end_kept_back(session: Session, submission: Submission) -> None:
    """Say in the tasks about letters that were kept back that they can never leave: the request stands elsewhere."""
    kept = select(Approval).where(Approval.submission_id == submission.id, Approval.sent_again_at.is_(None))
    for approval in session.scalars(kept.where(Approval.decision.in_((approvals.SENT_BACK, approvals.TAKEN_BACK)))):
        if not approvals.changed_since(session, approval)[1]:
            continue
        key = f"approval-{approval.id}-"
        what = approvals.label(submission, approval.action)
        session.execute(
            update(Task)
            .where(Task.key.in_((key + approvals.BACK, key + approvals.LEFT)), text(TASK_IS_OPEN))
            .values(key=key + approvals.OVER, about=TOO_LATE.format(what=what))
        )


def written_anew(session: Session, approval: Approval, *, by: Coordinator, now: datetime) -> list[Prepared]:
    """The letters of a move in the words of today's facts, to those of its readers who are still to be written to.

    None where the request stands in another state since: the move is undone, or another has followed it.
    """
    move = _line_of(session, approval)
    if move is None or approvals.changed_since(session, approval)[1]:
        return []
    submission = approval.submission
    known = {each["key"] for each in approval.letters or []}
    written = {tuple(key.split("|")[:2]) for key in known}
    rows = registry.kind(submission.kind).workflow.transition(approval.action).notify
    due = [row for row in rows if (row.template, str(row.to)) in written]
    made = correspondence.prepare(
        session,
        submission,
        due,
        by=Mover(Actor.COORDINATOR, by),
        answers=history.given(move),
        now=now,
        moved_at=move.at,
    )
    return [letter for letter in made if letter.key in known]


def _line_of(session: Session, approval: Approval) -> Event | None:
    """The line of history of the move whose letters these are."""
    held = history.of_submission(approval.submission_id, approvals.HELD_EVENT, approval.asked_at)
    found = select(Event).where(
        Event.submission_id == approval.submission_id, Event.transition == approval.action, Event.id < held
    )
    return session.scalars(found.order_by(Event.id.desc()).limit(1)).first()
