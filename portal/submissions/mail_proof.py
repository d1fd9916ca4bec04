"""The nightly proof that letters which people rely on have arrived; what has not becomes a task to telephone.

Proved are the acknowledgement of every request of the last days, and the letters named in `RELIED_ON` of every
request that stands where they brought it, of a meeting until it is over: the confirmation of a meeting and the
introduction of twins on each side, the fee letter to a treasurer. A letter counts as missing when a day has gone by
and the newest of its sort was not taken by a mail server: it waits, was refused, given up or cancelled, or was never
written, for example because we know no address.
Letters of any move that came back from their second reader and were forgotten are named as well.
Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, text, true
from sqlalchemy.orm import Session, aliased

from portal.clock import LONDON, london_day
from portal.emails.models import CANCELLED, FAILED, HELD, SENT, OutboxEmail
from portal.submissions import approvals, correspondence, daily, failed_letters, kept_back, registry, tasks, whole
from portal.submissions.models import Event, Submission
from portal.submissions.promises import working_days_after
from portal.submissions.registry import Kind
from portal.submissions.work import TASK_IS_OPEN, Approval, DailyDuty, Task
from portal.submissions.workflow import SAME, Notification, Recipient, Transition

DUTY = "mail-proof"
REASON = "proof"
NIGHT = time(2)
"""From this hour in London on it is done for the day."""
PATIENCE = timedelta(hours=24)
LOOKED_BACK = timedelta(days=14)
LONGEST = timedelta(days=60)
"""What was sent before is not looked at again. After a long sleep of the worker so much is made up for."""

RELIED_ON = frozenset(
    {
        "speaker/confirmed",
        "speaker/booked",
        "speaker/changed",
        "speaker/changed-speaker",
        "speaker/details-changed-speaker",
        "twinning/introduced",
        "twinning/introduced-body",
        "affiliation/fee-due",
        "affiliation/renewal-fee",
    }
)
"""Letters of moves by which somebody knows where to go, whom to reach or what to pay."""

TELEPHONE = "telephone them"
WHO = {
    Recipient.BRANCH: ("the branch", TELEPHONE),
    Recipient.SPEAKER: ("the speaker", TELEPHONE),
    Recipient.UKRAINIAN_BODY: ("the Ukrainian side", "reach them in another safe way"),
    Recipient.TREASURER: ("the treasurer", TELEPHONE),
}
"""Who waits for a letter, and what to do where it does not arrive."""
WHAT = {
    "received": "that acknowledges their request",
    "speaker": "that confirms the meeting",
    "twinning": "that introduces the twins",
    "affiliation": "about the fee",
}
NOT_WRITTEN = "was never written"
NOT_ARRIVED = {CANCELLED: "was cancelled", HELD: "is held back"} | dict.fromkeys(FAILED, "could not be delivered")
WAITS = "has not left for more than a day"
AT_ONCE = 100
"""Tasks opened in one transaction."""


@dataclass(frozen=True)
class Sort:
    """One sort of letter that must have arrived: which templates to whom, in which states, since which moves.

    Without `moves` it is the acknowledgement: due since the request arrived, in whatever state it stands.
    """

    kind: str
    to: Recipient
    templates: tuple[str, ...]
    moves: tuple[str, ...] = ()
    states: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        """What the letter is about, in a word."""
        return self.kind if self.moves else "received"


def sorts_of(kind: Kind) -> Iterator[Sort]:
    """The sorts of letters of a kind that are proved, from the rows of its workflow."""
    first = tuple(row.template for row in kind.workflow.acknowledge if row.to is Recipient.BRANCH)
    yield Sort(kind.name, Recipient.BRANCH, first)
    for to in WHO:
        moves = [move for move in kind.workflow.transitions if _relied_on(move, to)]
        if moves:
            names = {row.template for move in moves for row in _relied_on(move, to)}
            states = [state for move in moves for state in _states_after(move, to)]
            yield Sort(
                kind.name,
                to,
                tuple(sorted(names)),
                tuple(move.name for move in moves),
                tuple(dict.fromkeys(states)),
            )


def _relied_on(move: Transition, to: Recipient) -> list[Notification]:
    return [row for row in move.notify if row.to is to and row.template in RELIED_ON]


def _states_after(move: Transition, to: Recipient) -> list[str]:
    """Where a request stands once the move has sent the letters relied on; some rows write only from some states."""
    if move.target != SAME:
        return [move.target]
    return [state for row in _relied_on(move, to) for state in row.only_from or move.sources]


def due(session: Session, now: datetime) -> list[date]:
    """Today, where its proof is still to be made: once a day, after two in the morning in London."""
    local = now.astimezone(LONDON)
    is_to_come = local.time() < NIGHT or daily.is_done(session, DUTY, local.date())
    return [] if is_to_come else [local.date()]


def prove(session: Session, today: date, now: datetime) -> int:
    """Open a task for each letter that is missing, and finish the tasks of those that came. Returns how many opened.

    One statement for each sort of letter, over the requests that arrived lately or stand in its states. Where more
    than `AT_ONCE` are missing the rest is left to the next pass: nobody should wait long for the database.
    """
    watched = session.scalars(
        select(Task.submission_id).where(text(TASK_IS_OPEN), Task.reason == REASON, Task.submission_id.is_not(None))
    ).all()
    since = _looked_back_to(session, now)
    missing: set[str] = set()
    opened = 0
    is_whole = True
    for kind in registry.kinds():
        for sort in sorts_of(kind):
            for row in session.execute(_missing(sort, watched, since, now)).all():
                key = f"{REASON}:{row.id}:{sort.to}:{sort.what}:{row.begun}"
                missing.add(key)
                if opened == AT_ONCE:
                    is_whole = False
                    continue
                opened += _open(session, sort, row, key, now)
    for approval in kept_back.forgotten(session):
        opened += kept_back.open_task(session, approval, now) is not None
    session.flush()
    for task in session.scalars(select(Task).where(text(TASK_IS_OPEN), Task.reason == REASON)).all():
        if task.key not in missing:
            task.done_at, task.outcome = now, "It arrived in the meantime, or is no longer needed."
    if is_whole:
        daily.note(session, DUTY, today, now)
    return opened


def _missing(sort: Sort, watched: Sequence[int | None], since: datetime, now: datetime) -> Select[Any]:
    """Requests whose newest letter of a sort has not arrived although a day has gone by.

    Looked at is what began `since`, what is `watched` since it has a task already, and each meeting still to come.
    """
    request, move, newest, each = Submission.__table__.c, aliased(Event), aliased(OutboxEmail), aliased(OutboxEmail)
    begun_at: Any = move.at if sort.moves else request.received_at
    is_to_come = request.meeting_on >= london_day(now)
    last = (
        select(func.max(each.id))
        .where(each.submission_id == request.id, each.role == str(sort.to), each.template.in_(sort.templates))
        .where(each.queued_at >= begun_at)
        .correlate(Submission.__table__, move)
        .scalar_subquery()
    )
    # A move that corrects what nobody has been told of, since a second reader has it, writes nothing.
    is_unread = exists().where(
        Approval.submission_id == request.id, Approval.asked_at >= request.state_since, approvals.HAS_NOT_LEFT
    )
    statement = select(
        request.id, (move.id if sort.moves else literal(0)).label("begun"), newest.id.label("email_id"), newest.state
    ).select_from(Submission.__table__)
    if sort.moves:
        moved = (
            select(func.max(Event.id))
            .where(Event.submission_id == request.id, Event.transition.in_(sort.moves))
            .correlate(Submission.__table__)
            .scalar_subquery()
        )
        statement = statement.join(move, move.id == moved).where(
            request.is_open == true(), request.state.in_(sort.states)
        )
    return (
        statement.outerjoin(newest, newest.id == last)
        .where(request.kind == sort.kind, request.held_reason.is_(None), begun_at <= now - PATIENCE)
        .where(or_(begun_at >= since, request.id.in_(watched), *([is_to_come] if sort.moves else [])))
        .where(
            or_(and_(newest.id.is_(None), ~is_unread), and_(newest.queued_at <= now - PATIENCE, _is_missing(newest)))
        )
        # Of spam every letter is cancelled, and so it stays.
        .where(~and_(request.state == "declined", func.coalesce(newest.state, "") == CANCELLED))
    )


def _is_missing(email: Any) -> ColumnElement[bool]:
    """Whether a letter has not arrived and nobody has it in hand: as a failed letter, or to read it a second time."""
    has_task = exists().where(Task.email_id == email.id, Task.reason == failed_letters.REASON)
    in_hand = or_(
        and_(email.state.in_(FAILED), or_(email.dealt_with_at.is_not(None), has_task)),
        # A copy that was asked for goes on with the task about the letter that failed.
        has_task.where(text(f"tasks.{TASK_IS_OPEN}")),
        # Those that were kept back are named as such: see `kept_back`.
        and_(email.state.in_((HELD, CANCELLED)), email.approval_id.is_not(None)),
    )
    return and_(email.state != SENT, ~in_hand)


def _open(session: Session, sort: Sort, row: Any, key: str, now: datetime) -> bool:
    """Open the task about a missing letter, for whoever has the request; False where there is one, or was."""
    who, to_do = WHO[sort.to]
    if row.email_id is None:
        submission = whole.load(session, row.id)
        is_known = submission is not None and correspondence.address_of(submission, sort.to)
        happened = NOT_WRITTEN if is_known else "was not written, for we know no address"
    else:
        happened = NOT_ARRIVED.get(row.state, WAITS)
    task = tasks.open_task(
        session,
        key=key,
        reason=REASON,
        about=f"The letter to {who} {WHAT[sort.what]} {happened}: {to_do}.",
        due_on=working_days_after(london_day(now), 1),
        now=now,
        submission_id=row.id,
        email_id=row.email_id,
    )
    return task is not None


def _looked_back_to(session: Session, now: datetime) -> datetime:
    """How far back requests are looked at: two weeks, or since the last proof where that is longer ago."""
    last = session.scalar(select(func.max(DailyDuty.on_date)).where(DailyDuty.name == DUTY))
    slept = now - datetime.combine(last, NIGHT, LONDON) + 2 * PATIENCE if last else LOOKED_BACK
    return now - min(max(slept, LOOKED_BACK), LONGEST)
