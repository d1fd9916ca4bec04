"""Letters of a move that a second coordinator reads before they leave: asking, deciding, and what is left undecided.

The move itself is made at once. Who decides is never who asked: this module says so to people, and the database (the
check `two_people`) to everybody else. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, and_, cast, exists, select, text, update
from sqlalchemy.orm import Session, aliased, joinedload

from portal import settings
from portal.accounts.models import VIEWER, Coordinator
from portal.clock import london_day
from portal.emails import second_reading
from portal.submissions import history, old_letters, registry, tasks, turns
from portal.submissions.history import Mover
from portal.submissions.models import Submission
from portal.submissions.prepared import Sent
from portal.submissions.promises import end_of, working_days_after
from portal.submissions.work import APPROVAL_IS_OPEN, Approval, Task
from portal.submissions.workflow import Actor

APPROVED = "approved"
SENT_BACK = "refused"
TAKEN_BACK = "taken-back"
NOT_NEEDED = "not-needed"
"""Said of letters that were kept back: they never leave, and nobody waits for them."""
HAS_NOT_LEFT = and_(Approval.decision.not_in((APPROVED, NOT_NEEDED)), Approval.sent_again_at.is_(None))
"""Said of decisions whose letters wait, or were kept back and not sent again."""
_later = aliased(Approval)
WAS_OVERTAKEN = exists(_later.id).where(
    _later.submission_id == Approval.submission_id, _later.id > Approval.id, _later.asked_at < Approval.decided_at
)
"""Said of decisions that came after other letters had been written: those say what holds."""
BACK, LEFT, OVER = "back", "left", "over"
"""How the keys of the tasks end that are about letters which were kept back."""
LISTED_AT_MOST = 100
HISTORY = {APPROVED: "letters-approved", SENT_BACK: "letters-sent-back", TAKEN_BACK: "letters-taken-back"}
"""The line of history that each decision leaves."""
HELD_EVENT = "letters-held"
"""The line of history that says that letters wait for a second reader."""
PROMISED, SINCE = "promised", "since"
"""What that line keeps (ISO): the day by which we had promised to write, which stands until the letters leave; and when
letters that are read once more were written first.
"""


class NotTheirsToDecideError(Exception):
    """Nobody approves letters of their own, and only coordinators do at all."""


class NobodyElseError(Exception):
    """There is no second coordinator who could read the letters."""


class DecidedAlreadyError(Exception):
    """Somebody has decided before."""


OVERTAKEN = "The request or a day in these letters has moved on, so they cannot leave as they are."


class OvertakenError(Exception):
    """As they are the letters never leave: the request or the calendar has moved on, or its kind bars them, and why."""

    def __init__(self, why: str = OVERTAKEN) -> None:
        super().__init__(why)


def readers(session: Session, author_id: int) -> Sequence[Coordinator]:
    """Who may read the letters of `author_id`: everybody else who works on the desk, by name."""
    return session.scalars(
        select(Coordinator)
        .where(Coordinator.active.is_(True), Coordinator.role != VIEWER, Coordinator.id != author_id)
        .order_by(Coordinator.name)
    ).all()


def ask(
    session: Session,
    submission: Submission,
    action: str,
    letters: Sequence[Sent],
    *,
    by: Coordinator,
    now: datetime,
    promised: date | None = None,
    since: datetime | None = None,
) -> Approval:
    """Hold the letters a move has just written, and ask everybody else to read them.

    `action` is the move's name, `promised` the day by which we had promised to write before it, `since` when its
    letters were written first. They wait until the end of as many working days as the settings say, or of that day if
    it is sooner, and then who asked is told.
    Raises `NobodyElseError`.
    """
    others = readers(session, by.id)
    if not others:
        raise NobodyElseError
    today, days = london_day(now), int(settings.get(session, "second_reader"))
    until = working_days_after(today, days)
    if promised is not None and promised >= today:
        until = min(until, promised)
    approval = Approval(
        submission_id=submission.id,
        action=action,
        asked_by_id=by.id,
        asked_at=now,
        expires_at=end_of(until),
        letters=[each.words.as_json(is_sealed=submission.IS_SEALED) for each in letters],
    )
    session.add(approval)
    session.flush()
    second_reading.hold((each.email for each in letters), approval.id)
    kept = {PROMISED: promised.isoformat()} if promised is not None else {}
    kept |= {SINCE: since.isoformat()} if since is not None else {}
    session.add(history.line(submission, HELD_EVENT, Mover(Actor.COORDINATOR, by), now, data=kept))
    what = f"{by.name} asks for a second reader: the letters of “{label(submission, action)}” wait for you."
    for other in others:
        tasks.open_task(
            session,
            key=f"approval-{approval.id}-{other.id}",
            reason="approval",
            about=what,
            due_on=until,
            now=now,
            submission_id=submission.id,
            coordinator_id=other.id,
        )
    return approval


def label(submission: Submission, action: str) -> str:
    """The words of a move's button."""
    return registry.kind(submission.kind).workflow.transition(action).label


def approve(session: Session, approval: Approval, *, by: Coordinator, now: datetime) -> int:
    """Let the letters leave. Returns how many.

    Raises `NotTheirsToDecideError`, `DecidedAlreadyError`, and `OvertakenError` where the request has moved on since, a
    day that they name has passed, or something bars them. Whoever moves it at the same moment, or has just done so,
    finds it changed: one of the two gives way.
    """
    _decide(session, approval, APPROVED, by=by, now=now)
    if bar := registry.kind(approval.submission.kind).bar(approval.submission):
        raise OvertakenError(bar)
    if changed_since(session, approval)[0] or old_letters.are_too_late(session, approval.id, approval.submission, now):
        raise OvertakenError
    turns.touch(approval.submission)
    begin_to_wait(session, approval.submission, approval.asked_at, now)
    return second_reading.release(session, approval.id, now)


def send_back(session: Session, approval: Approval, note: str, *, by: Coordinator, now: datetime) -> None:
    """Keep the letters from leaving and tell who wrote them why; raises as `approve` does. `kept_back` goes on."""
    _decide(session, approval, SENT_BACK, by=by, now=now, note=note)
    what = label(approval.submission, approval.action)
    about = f"{by.name} sent back your letters of “{what}”. Mend and send them, or say that they are not needed: {note}"
    _keep_back(session, approval, about, now)


def take_back(session: Session, approval: Approval, *, by: Coordinator, now: datetime) -> None:
    """Let who asked keep their own letters from leaving, to write them anew. Raises as `approve` does."""
    if by.id != approval.asked_by_id:
        raise NotTheirsToDecideError
    _decide(session, approval, TAKEN_BACK, by=by, now=now)
    what = label(approval.submission, approval.action)
    about = f"You took back your letters of “{what}”. Send them, or say that they are not needed."
    _keep_back(session, approval, about, now)


def _keep_back(session: Session, approval: Approval, about: str, now: datetime) -> None:
    """Let the letters never leave as they are; who wrote them has a task until they are sent, or not needed."""
    second_reading.cancel(session, approval.id)
    tasks.open_task(
        session,
        key=f"approval-{approval.id}-{BACK}",
        reason="approval",
        about=about,
        due_on=working_days_after(london_day(now), 1),
        now=now,
        submission_id=approval.submission_id,
        coordinator_id=approval.asked_by_id,
    )


def _decide(
    session: Session, approval: Approval, decision: str, *, by: Coordinator, now: datetime, note: str = ""
) -> None:
    """Write a decision down, once: of two at the same moment the second finds it decided."""
    is_own = decision == TAKEN_BACK
    if not (by.active and by.can_edit) or (by.id == approval.asked_by_id) is not is_own:
        raise NotTheirsToDecideError
    decided = session.execute(
        update(Approval)
        .where(Approval.id == approval.id, text(APPROVAL_IS_OPEN))
        .values(decided_by_id=None if is_own else by.id, decided_at=now, decision=decision, note=note)
        .returning(Approval.id),
        execution_options={"synchronize_session": False},
    )
    if decided.first() is None:
        raise DecidedAlreadyError
    session.refresh(approval)
    session.add(history.line(approval.submission, HISTORY[decision], Mover(Actor.COORDINATOR, by), now, text=note))
    tasks.finish_all(session, f"approval-{approval.id}-", by_id=by.id, now=now)


def changed_since(session: Session, approval: Approval) -> tuple[int, bool]:
    """What has happened to the request since its letters were written, as `history.last_change_after` tells it."""
    held = history.of_submission(approval.submission_id, HELD_EVENT, approval.asked_at)
    return history.last_change_after(session, approval.submission_id, held)


SINCE_STATE = ("state_since", "fee_asked_at")
"""The questions by which follow-ups count the days of a state."""


def begin_to_wait(session: Session, submission: Submission, written_at: datetime, now: datetime) -> None:
    """Count the days of the request's state from now, where letters that were `written_at` are those that told of it.

    Whoever is waited for has known of nothing before. What was opened about their silence is over.
    """
    moved = session.execute(
        update(Submission)
        .where(Submission.id == submission.id, Submission.state_since == written_at)
        .values(state_since=now)
        .returning(Submission.id),
        execution_options={"synchronize_session": False},
    )
    if moved.first() is None:
        return
    session.refresh(submission, ["state_since"])
    registry.kind(submission.kind).wait_from(submission, now)
    for row in registry.kind(submission.kind).workflow.follow_ups:
        if row.task and row.counted_from in SINCE_STATE:
            begins = f"follow-up:{submission.id}:{row.name}:"
            tasks.finish_all(session, begins, by_id=None, now=now, outcome="The letters have left only now.")


def find(session: Session, approval_id: int) -> Approval | None:
    """One decision with its request and who asked; None where there is none."""
    return session.scalars(whole().where(Approval.id == approval_id)).first()


def waiting(session: Session) -> Sequence[Approval]:
    """All letters that wait for a second reader, those that wait longest first."""
    return session.scalars(
        whole().where(text(f"approvals.{APPROVAL_IS_OPEN}")).order_by(Approval.id).limit(LISTED_AT_MOST)
    ).all()


def of_task(task: Task) -> int | None:
    """The number of the decision that a task is about; None for any other task."""
    number = task.key.split("-")[1] if task.reason == "approval" else ""
    return int(number) if number.isdigit() else None


def is_waiting(session: Session, approval_id: int | None) -> bool:
    """Whether nobody has decided yet on what a letter waits for."""
    if approval_id is None:
        return False
    found = select(Approval.id).where(Approval.id == approval_id, text(APPROVAL_IS_OPEN))
    return session.scalar(found) is not None


def late(session: Session, now: datetime) -> Sequence[int]:
    """The numbers of what nobody has decided in time and who asked does not know of yet."""
    key = "approval-" + cast(Approval.id, Task.key.type) + "-late"
    return session.scalars(
        select(Approval.id).where(text(APPROVAL_IS_OPEN), Approval.expires_at <= now, ~exists().where(Task.key == key))
    ).all()


def tell_who_asked(session: Session, approval_id: int, now: datetime) -> None:
    """Open a task about letters that nobody has read in time. They stay held, and each reader's own task is overdue."""
    approval = find(session, approval_id)
    if approval is None or approval.decided_at is not None:
        return
    what = label(approval.submission, approval.action)
    tasks.open_task(
        session,
        key=f"approval-{approval_id}-late",
        reason="approval",
        about=f"Nobody has read the letters of “{what}” in time. Ask somebody to, or take them back.",
        due_on=london_day(now),
        now=now,
        submission_id=approval.submission_id,
        coordinator_id=approval.asked_by_id,
    )


def whole() -> Select[Approval]:
    """Decisions with their requests and who asked."""
    return select(Approval).options(joinedload(Approval.submission), joinedload(Approval.asked_by))
