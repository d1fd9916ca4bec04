"""The verbs: receive a request, move it, assign it, correct it, write a note.

`perform` is the only code that changes a state. Every verb writes the change, the line of history and the letters
in the session it is given and never commits: views, commands and the worker do, once, at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal import new_rows
from portal.accounts.models import Coordinator
from portal.clock import london_day
from portal.emails import outbox
from portal.submissions import (
    answering,
    correspondence,
    crossing,
    history,
    overtaken,
    registry,
    search,
    tasks,
    together,
    turns,
)
from portal.submissions.history import Mover
from portal.submissions.models import Event, Submission
from portal.submissions.prepared import Prepared, Sent
from portal.submissions.refused import MissingAnswerError, NotPermittedError, WrongAnswerError
from portal.submissions.workflow import BACK, SAME, Actor, Notification, State, Turn

FOR_THOSE_WHO_HANDLE_MONEY = "Only those who handle money decide this. Leave it open, or ask an admin"


@dataclass
class Performed:
    """What a move did: the line of history and the letters it sent."""

    event: Event
    letters: list[Prepared] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)


def receive(
    session: Session, submission: Submission, *, now: datetime, by: Mover, beside: Sequence[Submission] = ()
) -> Submission:
    """File a new request: its first state, its place in the queue, its history and the acknowledgement.

    `beside` are others that the same form made: all are written before the letter of any names them.
    Returns the submission that stands for it: usually the same, or the existing one that it renews.
    """
    kind = registry.kind(submission.kind)
    if kind.receive is not None:
        standing = kind.receive(submission, now, by)
        if standing is not submission:
            return standing
    for each in (submission, *beside):
        each.received_at = now
        _enter(session, each, kind.workflow.state(kind.workflow.initial), now)
        new_rows.write(session, each)
        came = {"channel": each.channel}
        line = history.line(each, "received", by, now, to_state=each.state, data=came, is_public=True)
        new_rows.leave(session, line)
    if beside:
        together.link(session, (submission, *beside))
    for each in (submission, *beside):
        correspondence.acknowledge(session, each, now=now)
        if turns.is_urgent(each, now):
            correspondence.tell_team(session, each, "team/new-urgent", now=now)
        search.index(session, each, is_new=True)
        kind.filed(session, each, now)
    return submission


def perform(
    session: Session,
    submission: Submission,
    name: str,
    *,
    by: Mover,
    now: datetime,
    answers: Mapping[str, str] | None = None,
    edited: Mapping[str, tuple[str, str]] | None = None,
) -> Performed:
    """Make one move: state, history and letters, all in this session's transaction.

    `answers` are the texts the move asks for, already checked by the form; `edited` maps a letter's key to the
    subject and body a coordinator changed. Raises `NotPermittedError` and `MissingAnswerError`.
    """
    given = dict(answers or {})
    since = submission.state_since
    letters_due, was = _apply(session, submission, name, by=by, now=now, answers=given)
    # A move that stays in its state is a change as well: who looks at an older one is told so.
    turns.touch(submission)
    event = history.line(
        submission,
        "transition",
        by,
        now,
        transition=name,
        from_state=was,
        to_state=submission.state,
        text="" if history.is_about_a_speaker(given) else history.words_of(given),
        data=history.kept(given, whole=submission.IS_SEALED),
        is_public=not registry.kind(submission.kind).workflow.transition(name).is_internal,
    )
    session.add(event)
    session.flush()
    if submission.state != was:
        overtaken.hide_unheard(session, submission, name, letters_due, since)
    letters = correspondence.prepare(session, submission, letters_due, by=by, answers=given, now=now)
    crossing.insist(submission, letters, given, by)
    signer = history.signer(by, submission)
    sent = correspondence.send(session, submission, letters, now=now, by=signer, edited=edited or {})
    if submission.state != was:
        # Where nobody has to act any more nobody asks how a meeting went; an invoice we promised is still to be sent.
        over = ["follow-up", *(["report"] if submission.turn == Turn.NOBODY else [])]
        ended = () if submission.is_open else ("invoice", "wish", *tasks.WHO_COMES)
        tasks.overtaken(session, submission.id, [*over, *ended], now)
        overtaken.end_kept_back(session, submission)
    search.index(session, submission)
    registry.kind(submission.kind).concluded(session, submission, now)
    return Performed(event=event, letters=letters, sent=sent)


def preview(
    session: Session,
    submission: Submission,
    name: str,
    *,
    by: Mover,
    now: datetime,
    answers: Mapping[str, str] | None = None,
) -> list[Prepared]:
    """The letters that `perform` would send. The session is rolled back: nothing of it stays."""
    with session.no_autoflush:
        given = dict(answers or {})
        letters_due, _ = _apply(session, submission, name, by=by, now=now, answers=given)
        letters = correspondence.prepare(session, submission, letters_due, by=by, answers=given, now=now)
        crossing.insist(submission, letters, given, by)
    session.rollback()
    return letters


def _apply(
    session: Session, submission: Submission, name: str, *, by: Mover, now: datetime, answers: dict[str, str]
) -> tuple[list[Notification], str]:
    """Change the submission itself; return the letters it sends and the state it came from."""
    workflow = registry.kind(submission.kind).workflow
    if not workflow.is_permitted(name, submission.state, by.actor):
        raise NotPermittedError(f"{name} from {submission.state} by {by.actor}")
    transition = workflow.transition(name)
    if turns.is_out_of_place(submission, transition):
        raise NotPermittedError(f"{name} although {transition.unless}")
    if turns.is_too_early(submission, transition, now) or turns.is_too_late(submission, transition, now):
        raise NotPermittedError(f"{name} not at {now}")
    if turns.is_withheld(transition, by.coordinator):
        raise NotPermittedError(f"{name} by somebody who does not handle money")
    if withheld := turns.withheld_answer(transition, answers, by.coordinator):
        raise WrongAnswerError(withheld, FOR_THOSE_WHO_HANDLE_MONEY)
    asks = turns.asks_of(submission, transition).asks
    missing = [ask.name for ask in asks if ask.is_required and not answers.get(ask.name, "").strip()]
    if missing:
        raise MissingAnswerError(missing)
    was, promised = submission.state, turns.ours(submission)
    answer_by = None if name in answering.OUR_QUESTIONS else answering.answer_by(session, submission)
    letters_due = overtaken.letters_due(session, submission, transition, by.actor)
    targets = {BACK: submission.taken_up_as(london_day(now)) or workflow.initial, SAME: was}
    target = targets.get(transition.target, transition.target)
    if transition.then:
        answers.update(registry.consequence(transition.then)(submission, answers, now) or {})
    submission.resume_state = turns.way_back(submission, transition, target)
    _enter(session, submission, workflow.state(target), now, was=was)
    if target == was:
        turns.still_promised(submission, transition, promised)
    if transition.hands_to_us:
        turns.hand_to_us(session, submission, now)
    turns.still_owe(submission, answer_by)
    if by.actor is Actor.COORDINATOR:
        submission.first_answered_at = submission.first_answered_at or now
        if submission.is_open and submission.coordinator is None:
            submission.coordinator = by.coordinator
    return letters_due, was


def _enter(session: Session, submission: Submission, state: State, now: datetime, was: str = "") -> None:
    """Put the submission into a state: whose turn it is, and by when."""
    if was != state.name:
        submission.state_since = now
    submission.state = state.name
    submission.turn = submission.turn_in(state)
    submission.is_open = not state.is_final and submission.held_reason is None
    submission.closed_at = now if state.is_final else None
    turns.promise(submission, turns.promised_in(session, submission, state, now))


def message_from_branch(session: Session, submission: Submission, text: str, *, now: datetime) -> Event:
    """File a message of the branch and make it our turn; the branch is told that it arrived."""
    event = history.line(submission, "message", Mover(Actor.BRANCH), now, text=text, is_public=True)
    session.add(event)
    turns.hand_to_us(session, submission, now)
    session.flush()
    correspondence.write(session, submission, "common/message-received", now=now, facts={"message": text})
    search.index(session, submission)
    return event


def message_to_branch(session: Session, submission: Submission, text: str, *, by: Mover, now: datetime) -> Event:
    """Write to the branch. Where only its own words had made it our turn, the turn goes back."""
    answering.answered(session, submission, by=by, now=now)
    event = history.line(submission, "message", by, now, text=text, is_public=True)
    session.add(event)
    if submission.first_answered_at is None:
        submission.first_answered_at = now
    session.flush()
    correspondence.write(session, submission, "common/message", now=now, facts={"message": text}, by=by)
    return event


def add_note(session: Session, submission: Submission, text: str, *, by: Mover, now: datetime) -> Event:
    """Keep an internal note; the branch never sees it."""
    event = history.line(submission, "note", by, now, text=text)
    session.add(event)
    session.flush()
    search.index(session, submission)
    return event


def assign(
    session: Session, submission: Submission, coordinator: Coordinator | None, *, by: Mover, now: datetime
) -> Event | None:
    """Give the request to a coordinator, or back to the queue (None). Nothing happens where nothing changes."""
    new_id = coordinator.id if coordinator else None
    if new_id == submission.coordinator_id:
        return None
    submission.coordinator_id = new_id
    given_to = {"to": new_id, "name": coordinator.name if coordinator else ""}
    event = history.line(submission, "assigned", by, now, data=given_to)
    session.add(event)
    return event


def amend(
    session: Session,
    submission: Submission,
    changes: Mapping[str, Any],
    *,
    by: Mover,
    now: datetime,
    beside: Sequence[str] = (),
) -> Event | None:
    """Correct facts. `changes` maps attribute to new value; what is already so is left alone.

    `beside` names what was changed and is no column (a consent). A change by the branch makes it our turn, unless all
    that follows from it has been done. Returns the line of history, or None where nothing changed.
    """
    old = {name: getattr(submission, name) for name in changes}
    real = {name: value for name, value in changes.items() if value != old[name]}
    if not real and not beside:
        return None
    turns.touch(submission)
    was_ours = turns.ours(submission)
    for name, value in real.items():
        setattr(submission, name, value)
    event = history.line(
        submission,
        "amended",
        by,
        now,
        data={"fields": sorted([*real, *beside]), "was": history.before(submission, old, real)},
        is_public=True,
    )
    session.add(event)
    session.flush()
    is_done = registry.kind(submission.kind).amended(submission, tuple(real), by, now)
    is_news = by.actor is Actor.BRANCH and (was_ours or not is_done)
    if submission.is_open and (is_news or (was_ours and submission.turn != Turn.US)):
        turns.hand_to_us(session, submission, now, *was_ours)
    search.index(session, submission)
    return event


def release(session: Session, submission: Submission, *, by: Mover, now: datetime) -> Event:
    """Let a held entry into the queue and its letters out."""
    submission.held_reason = None
    submission.is_open = not registry.kind(submission.kind).workflow.state(submission.state).is_final
    event = history.line(submission, "released", by, now)
    session.add(event)
    outbox.release(session, submission.id, now)
    return event
