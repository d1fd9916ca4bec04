"""Letters of a move that came back from their second reader, or were taken back: sending them, or saying that they are
not needed.

The move is made, and nobody outside knows of it. So a task stays open until one of the two has happened; it cannot be
finished by hand. Deciding on letters that wait is `approvals`'. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, TextClause, and_, cast, exists, or_, text, update
from sqlalchemy.orm import Session

from portal.accounts.models import Coordinator
from portal.clock import london_day
from portal.emails import second_reading
from portal.emails.models import CANCELLED, HELD, OutboxEmail
from portal.submissions import approvals, correspondence, history, registry, tasks, turns, untold
from portal.submissions.approvals import (
    NOT_NEEDED,
    SENT_BACK,
    TAKEN_BACK,
    DecidedAlreadyError,
    NotTheirsToDecideError,
    OvertakenError,
)
from portal.submissions.history import Mover
from portal.submissions.prepared import Prepared
from portal.submissions.work import APPROVAL_IS_OPEN, TASK_IS_OPEN, Approval, Task
from portal.submissions.workflow import Actor

AGAIN_EVENT = "letters-sent-again"
NOT_NEEDED_EVENT = "letters-not-needed"
IS_KEPT_BACK: ColumnElement[bool] = and_(
    Approval.decision.in_((SENT_BACK, TAKEN_BACK)), Approval.sent_again_at.is_(None)
)

_newer = OutboxEmail.__table__.alias("newer_letter")
_told_since = exists().where(
    _newer.c.submission_id == OutboxEmail.submission_id,
    _newer.c.to_digest == OutboxEmail.to_digest,
    _newer.c.id > OutboxEmail.id,
    _newer.c.state.not_in((HELD, CANCELLED)),
)
HAS_NOT_LEFT = and_(Approval.id == OutboxEmail.approval_id, or_(Approval.decision == "", IS_KEPT_BACK), ~_told_since)
"""Of a letter: that a second reader has it, or it was kept back; and none since has left that tells its reader more."""


def is_kept_back(approval: Approval) -> bool:
    """Whether its letters have not left and somebody has still to send them, or to say that they are not needed."""
    return approval.decision in (SENT_BACK, TAKEN_BACK) and approval.sent_again_at is None


def words_of(approval: Approval) -> list[Prepared]:
    """The words of its letters, to be mended and sent again, each to the address that holds today."""
    found = (Prepared.of_json(each) for each in approval.letters or [])
    return [
        each.to_address(address) for each in found if (address := correspondence.address_for(approval.submission, each))
    ]


def send_again(
    session: Session,
    approval: Approval,
    letters: list[Prepared],
    *,
    by: Coordinator,
    now: datetime,
    edited: dict[str, tuple[str, str]],
    for_reader: bool,
    as_of: int = 0,
) -> Approval | None:
    """Send letters anew that were kept back, with `for_reader` to a second reader once more.

    `as_of` is the last change of the request that they tell of (`approvals.changed_since`). Raises
    `DecidedAlreadyError` where they are not kept back, or were sent again before, `NobodyElseError`, and
    `OvertakenError` where the request has moved on since, stands where these letters have no place, or bars them.
    """
    if bar := registry.kind(approval.submission.kind).bar(approval.submission):
        raise OvertakenError(bar)
    last, is_of_state = approvals.changed_since(session, approval)
    if is_of_state or last != as_of:
        raise OvertakenError
    # Whoever moves the request at this moment finds it changed: one of the two gives way.
    turns.touch(approval.submission)
    promised = untold.promised_before(session, approval.submission) if for_reader else None
    since = untold.written_first(session, approval.submission) if for_reader else None
    _end(session, approval, by=by, now=now, sent_again_at=now)
    session.add(history.line(approval.submission, AGAIN_EVENT, Mover(Actor.COORDINATOR, by), now))
    sent = correspondence.send(
        session, approval.submission, letters, now=now, by=Mover(Actor.COORDINATOR, by), edited=edited
    )
    if not for_reader:
        return None
    return approvals.ask(
        session, approval.submission, approval.action, sent, by=by, now=now, promised=promised, since=since
    )


def not_needed(session: Session, approval: Approval, why: str, *, by: Coordinator, now: datetime) -> None:
    """Say that letters that were kept back never need to leave: whom they are for knows, in the way that `why` tells.

    Those that still wait for a second reader can be not needed where the request has moved on. The branch's page goes
    on from here, and days count from now. Raises `NotTheirsToDecideError` for a viewer, and `DecidedAlreadyError` as
    `send_again` does.
    """
    if not (by.active and by.can_edit):
        raise NotTheirsToDecideError
    which: ColumnElement[bool] | TextClause = IS_KEPT_BACK
    if approval.decided_at is None and approvals.changed_since(session, approval)[0]:
        which = text(APPROVAL_IS_OPEN)
        second_reading.cancel(session, approval.id)
    # The database lets nobody decide on their own.
    decided_by = by.id if by.id != approval.asked_by_id else None
    _end(session, approval, by=by, now=now, which=which, decision=NOT_NEEDED, decided_by_id=decided_by, decided_at=now)
    session.add(history.line(approval.submission, NOT_NEEDED_EVENT, Mover(Actor.COORDINATOR, by), now, text=why))


def _end(
    session: Session,
    approval: Approval,
    *,
    by: Coordinator,
    now: datetime,
    which: ColumnElement[bool] | TextClause = IS_KEPT_BACK,
    **values: object,
) -> None:
    """Write down once what has become of letters that were kept back, and finish the tasks about them."""
    taken = session.execute(
        update(Approval).where(Approval.id == approval.id, which).values(**values).returning(Approval.id),
        execution_options={"synchronize_session": False},
    )
    if taken.first() is None:
        raise DecidedAlreadyError
    session.refresh(approval)
    approvals.begin_to_wait(session, approval.submission, approval.asked_at, now)
    tasks.finish_all(session, f"approval-{approval.id}-", by_id=by.id, now=now)


def listed(session: Session) -> Sequence[Approval]:
    """All decisions whose letters were kept back and have not left, the oldest first."""
    statement = approvals.whole().where(IS_KEPT_BACK).order_by(Approval.id).limit(approvals.LISTED_AT_MOST)
    return session.scalars(statement).all()


def forgotten(session: Session) -> Sequence[Approval]:
    """Those of them about which no task is open."""
    key = "approval-" + cast(Approval.id, Task.key.type) + "-"
    keys = [key + end for end in (approvals.BACK, approvals.LEFT, approvals.OVER)]
    known = exists().where(text(f"tasks.{TASK_IS_OPEN}"), Task.key.in_(keys))
    statement = approvals.whole().where(IS_KEPT_BACK, ~known).order_by(Approval.id).limit(approvals.LISTED_AT_MOST)
    return session.scalars(statement).all()


def open_task(session: Session, approval: Approval, now: datetime) -> Task | None:
    """The task about letters that were kept back and forgotten, for whoever has the request."""
    return tasks.open_task(
        session,
        key=f"approval-{approval.id}-{approvals.LEFT}",
        reason="approval",
        about=f"The letters of “{approvals.label(approval.submission, approval.action)}” have never left, and nobody "
        "has been told. Send them, or say that they are not needed.",
        due_on=london_day(now),
        now=now,
        submission_id=approval.submission_id,
    )
