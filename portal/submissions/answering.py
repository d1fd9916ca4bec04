"""What a branch wrote waits for us until we answer it: whether it does, and giving the turn back once it does not.

Whatever comes from the branch makes it our turn, in whatever state (`turns.hand_to_us`). Our message to the branch ends
that, and so does saying that nothing is to be answered: a telephone call may have settled it. A change is dealt with by
the next move, a message is not: its promise goes along until it is answered. Nothing here commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.submissions import history, registry, tasks, turns
from portal.submissions.history import Mover
from portal.submissions.models import Event, Submission
from portal.submissions.work import FollowUpMark, Task
from portal.submissions.workflow import Actor, Turn

SETTLED = "settled"
"""The line of history that says that nothing is to be answered."""
ANSWERS = ("message", SETTLED)
"""Lines of history by which a coordinator answers what the branch wrote."""
ANSWERED = "answered"
"""The mark that says on which day the turn went back: whoever was just answered is not reminded at once."""
OUR_QUESTIONS = ("ask", "ask-other-day", "pass-to-branch")
"""Moves by which a coordinator writes to the branch in words of their own, while it goes on."""
OUR_ANSWER = and_(Event.actor == str(Actor.COORDINATOR), Event.name.in_(ANSWERS))
IS_ANSWERED = "The branch is answered."
BY_WRITING = "is_with_us"
"""The question of a model that work asks which is there only because the branch has written."""
LOOKED_BACK = 200


def is_answer(submission: Submission, name: str, actor: str, transition: str, to_state: str) -> bool:
    """Whether a line of history answers what the branch wrote before it, or ends the request."""
    if name == "transition":
        is_over = submission.WORKFLOW.state(to_state).is_final
        return is_over or (actor == Actor.COORDINATOR and transition in OUR_QUESTIONS)
    return actor == Actor.COORDINATOR and name in ANSWERS


def unanswered_since(session: Session, submission: Submission) -> datetime | None:
    """When the last message of the branch came (aware) that nobody has answered; None where none waits."""
    if submission.turn != Turn.US or not submission.is_open:
        return None
    is_message = and_(Event.name == "message", Event.actor == str(Actor.BRANCH))
    rows = session.execute(
        select(Event.name, Event.actor, Event.transition, Event.to_state, Event.at)
        .where(Event.submission_id == submission.id, or_(is_message, Event.name == "transition", OUR_ANSWER))
        .order_by(Event.id.desc())
        .limit(LOOKED_BACK)
    )
    for row in rows:
        if row.name == "message" and row.actor == Actor.BRANCH:
            return row.at
        if is_answer(submission, row.name, row.actor, row.transition, row.to_state):
            return None
    return None


def answer_by(session: Session, submission: Submission) -> date | None:
    """The day by which we have promised to answer a message of the branch; None where none waits."""
    since = unanswered_since(session, submission)
    return None if since is None else turns.reply_by(session, since)


@dataclass(frozen=True)
class _Written:
    """What the branch wrote since the last move: whether we owe an answer, the columns it changed, and that move."""

    is_unanswered: bool
    changed: frozenset[str]
    move: str


def has_written(session: Session, submission: Submission) -> bool:
    """Whether the branch has sent or changed something that nobody has dealt with yet, where it is our turn."""
    written = _written(session, submission)
    return written.is_unanswered or bool(written.changed) or unanswered_since(session, submission) is not None


def is_owed(submission: Submission) -> bool:
    """Whether it is our turn in a state that waits for somebody else, or for nobody."""
    if submission.turn != Turn.US or not submission.is_open:
        return False
    return submission.turn_in(submission.WORKFLOW.state(submission.state)) != Turn.US


def settle(session: Session, submission: Submission, *, by: Mover, now: datetime) -> Event | None:
    """Say that what the branch wrote needs no answer of ours any more; None where nothing waits for one.

    A step of ours that a move has asked for is still to be made: then the turn stays.
    """
    if not is_owed(submission):
        return _settle_beside(session, submission, by=by, now=now)
    is_asked = _is_asked_by_a_move(submission, _written(session, submission))
    event = history.line(submission, SETTLED, by, now)
    session.add(event)
    if submission.first_answered_at is None:
        submission.first_answered_at = now
    if is_asked:
        turns.touch(submission)
    else:
        _give_back(session, submission, by=by, now=now)
    session.flush()
    return event


def _settle_beside(session: Session, submission: Submission, *, by: Mover, now: datetime) -> Event | None:
    """The same where the next step is ours anyway: only the day goes back to what that step has promised."""
    if unanswered_since(session, submission) is None:
        return None
    _promise_as_before(session, submission, now)
    turns.touch(submission)
    event = history.line(submission, SETTLED, by, now)
    session.add(event)
    if submission.first_answered_at is None:
        submission.first_answered_at = now
    session.flush()
    return event


def is_settled_by(task: Task) -> bool:
    """Whether finishing a task says that what the branch wrote is dealt with.

    What is over is not: whether a meeting was held is told by a move.
    """
    if task.submission is None or task.reason != "follow-up" or not is_owed(task.submission):
        return False
    name = task.key.split(":")[2]
    rows = (row for row in task.submission.WORKFLOW.follow_ups if row.name == name)
    return any(row.only_if == BY_WRITING and row.days < 0 for row in rows)


def answered(session: Session, submission: Submission, *, by: Mover, now: datetime) -> None:
    """We write to the branch: the turn goes back, unless a step of ours is still to be made.

    The line of our message must not stand in the session yet.
    """
    written = _written(session, submission)
    if not is_owed(submission):
        is_waiting = written.is_unanswered or unanswered_since(session, submission) is not None
        if submission.turn == Turn.US and is_waiting:
            _promise_as_before(session, submission, now)
        return
    needs_a_move = registry.kind(submission.kind).needs_a_move(submission, written.changed)
    if not needs_a_move and not _is_asked_by_a_move(submission, written):
        _give_back(session, submission, by=by, now=now)


def _is_asked_by_a_move(submission: Submission, written: _Written) -> bool:
    """Whether the last move made the next step ours: a speaker names another day, a branch says yes to its twin."""
    return bool(written.move) and submission.WORKFLOW.transition(written.move).hands_to_us


def _give_back(session: Session, submission: Submission, *, by: Mover, now: datetime) -> None:
    """Let it be the turn of whoever the state waits for, without a promise of ours, and end the work about it."""
    submission.turn = submission.turn_in(submission.WORKFLOW.state(submission.state))
    turns.promise(submission, None)
    turns.touch(submission)
    for row in submission.WORKFLOW.follow_ups:
        if row.task and row.only_if == BY_WRITING:
            begins = f"follow-up:{submission.id}:{row.name}:"
            tasks.finish_all(session, begins, by_id=None, now=now, outcome=IS_ANSWERED)
    same = {"submission_id": submission.id, "name": ANSWERED, "due_on": london_day(now)}
    if session.scalar(select(FollowUpMark.id).filter_by(**same)) is None:
        by_id = by.coordinator.id if by.coordinator else None
        session.add(FollowUpMark(**same, outcome="done", at=now, coordinator_id=by_id))


def _promise_as_before(session: Session, submission: Submission, now: datetime) -> None:
    """Promise what the state promised, where the branch's words had brought the day nearer."""
    state = submission.WORKFLOW.state(submission.state)
    before = turns.promised_in(session, submission, state, submission.state_since)
    if before is not None and submission.due_on is not None and before > max(submission.due_on, london_day(now)):
        turns.promise(submission, before)


def _written(session: Session, submission: Submission) -> _Written:
    """What stands in the history since the last move, or since somebody said that all is settled."""
    recent = session.execute(
        select(Event.name, Event.actor, Event.transition, Event.data)
        .where(Event.submission_id == submission.id)
        .where(or_(Event.actor == str(Actor.BRANCH), Event.name == "transition", OUR_ANSWER))
        .order_by(Event.id.desc())
        .limit(LOOKED_BACK)
    )
    changed: set[str] = set()
    is_unanswered = is_answered = is_settled = False
    for row in recent:
        if row.name == "transition":
            return _Written(is_unanswered, frozenset(changed), row.transition)
        if row.actor == Actor.BRANCH:
            is_unanswered = is_unanswered or not is_answered
            changed |= set() if is_settled else set(row.data.get("fields", ()))
        else:
            is_answered, is_settled = True, is_settled or row.name == SETTLED
    return _Written(is_unanswered, frozenset(changed), "")
