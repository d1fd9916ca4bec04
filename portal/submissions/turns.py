"""Whose turn it is and when: promises, what makes a request ours or urgent, which day a move waits for.

States are `actions`' own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from portal import settings
from portal.accounts.models import Rights
from portal.clock import LONDON, london_day
from portal.submissions import promises
from portal.submissions.models import AT_ONCE, NO_DATE, Submission
from portal.submissions.workflow import BACK, Actor, State, Transition, Turn

REPLY_DAYS = "reply_days"
"""The setting that says within how many working days we answer anything a branch sends."""
YES = "yes"
LEAVE = "leave"
"""The move by which a branch ends what it has with us, once that has begun."""
URGENT_DAYS = 14
"""A meeting nearer than this many days is told to the team at once."""


def is_urgent(submission: Submission, now: datetime) -> bool:
    """Whether the meeting is so near that the team must hear of it at once."""
    return submission.meeting_on is not None and submission.meeting_on < london_day(now) + timedelta(days=URGENT_DAYS)


def open_to(submission: Submission, actor: Actor) -> list[Transition]:
    """The moves that are open to `actor`, but for the moment before which or from which one cannot be made."""
    permitted = submission.WORKFLOW.permitted(submission.state, actor)
    if submission.stands_as:
        # Drawn as its reader was told of it: what has no place any more is not offered. Whoever may go may always go.
        still = submission.WORKFLOW.permitted(submission.stands_as, actor)
        permitted = [move for move in still if move in permitted or move.name == LEAVE]
    return [move for move in permitted if not is_out_of_place(submission, move)]


def permitted_at(submission: Submission, actor: Actor, now: datetime) -> list[Transition]:
    """The moves that `actor` may make `now` (aware)."""
    return [
        move
        for move in open_to(submission, actor)
        if not is_too_early(submission, move, now) and not is_too_late(submission, move, now)
    ]


def is_out_of_place(submission: Submission, move: Transition) -> bool:
    """Whether what is known of the request speaks against a move that its state would permit."""
    return bool(move.unless and getattr(submission, move.unless))


def asks_of(submission: Submission, move: Transition) -> Transition:
    """The move with what it asks of this request: what is known already is left out."""
    asks = tuple(ask for ask in move.asks if not ask.only_if or getattr(submission, ask.only_if))
    return move if len(asks) == len(move.asks) else replace(move, asks=asks)


def is_withheld(move: Transition, person: Rights | None) -> bool:
    """Whether a move is for those who handle money, and `person` is one of us who does not."""
    return move.needs_money and person is not None and not person.can_handle_money


def withheld_answer(move: Transition, answers: Mapping[str, str], person: Rights | None) -> str:
    """The name of an answer that only those who handle money may give; empty where `person` may."""
    if person is None or person.can_handle_money:
        return ""
    return next((ask.name for ask in move.asks if ask.needs_money and answers.get(ask.name) == YES), "")


def way_back(submission: Submission, move: Transition, target: str) -> str:
    """The states that a request goes back to, the nearest last, once `move` has brought it to `target`."""
    flow, was, way = submission.WORKFLOW, submission.state, submission.resume_state.split()
    if target == was:
        return submission.resume_state
    if move.target == BACK:
        return " ".join(way[:-1])
    if not flow.is_aside(target):
        return ""
    as_what = flow.state(was).resumes_as or was
    return " ".join((way if flow.is_aside(was) else []) + ([] if as_what == BACK else [as_what]))


def first_moment_for(submission: Submission, move: Transition) -> datetime | None:
    """From when on a move can be made (aware), where it speaks of that: no meeting was held before it began."""
    first = getattr(submission, move.not_before) if move.not_before else None
    if first is None or isinstance(first, datetime):
        return first
    return datetime.combine(first, time(), LONDON)


def is_too_early(submission: Submission, move: Transition, now: datetime) -> bool:
    """Whether what a move speaks of is still to come."""
    first = first_moment_for(submission, move)
    return first is not None and now < first


def is_too_late(submission: Submission, move: Transition, now: datetime) -> bool:
    """Whether what a move would prevent has begun: nobody calls off a meeting that people sit in."""
    last = getattr(submission, move.not_after) if move.not_after else None
    return last is not None and now >= last


def promise(submission: Submission, day: date | None) -> None:
    """Promise to act by `day`; None promises nothing, and the request then stands behind all that is due.

    The queue sorts by one day. A branch whose speaker has gone was promised one, has told its members, and has the
    least time left: it stands before those to whom we are late, on a day before all others.
    """
    submission.due_on = day
    submission.queue_on = AT_ONCE if day is not None and submission.has_fallen_through else day or NO_DATE


def promised_in(session: Session, submission: Submission, state: State, now: datetime) -> date | None:
    """The day by which we promise to act in `state`: the kind's own rule, or as many working days as are set."""
    if submission.turn_in(state) != Turn.US or state.is_final or state.promise is None:
        return None
    today = london_day(now)
    ruled = submission.promised_on(state.name, today)
    if ruled is not None and not submission.is_promised_soon:
        return ruled
    usual = promises.working_days_after(today, int(settings.get(session, f"{submission.kind}.{state.name}")))
    sooner = submission.needed_by(state.name, today)
    return min([day for day in (ruled, sooner, usual) if day is not None] + _in_time(submission, today))


def _in_time(submission: Submission, today: date) -> list[date]:
    """The working day before a meeting that is still to come, but never before the day after `today`."""
    if submission.answers_are_for is None or submission.meeting_on is None or submission.meeting_on < today:
        return []
    return [max(promises.working_day_before(submission.meeting_on, 1), promises.working_days_after(today, 1))]


def touch(submission: Submission) -> None:
    """Count this as a change, although no column differs: who looks at an older state is told so."""
    flag_modified(submission, "heading")


def ours(submission: Submission) -> tuple[date, ...]:
    """The day by which we promised to act, where it is our turn and one is promised; else nothing."""
    return (submission.due_on,) if submission.turn == Turn.US and submission.due_on is not None else ()


def reply_by(session: Session, at: datetime) -> date:
    """The day by which we promise to answer what a branch wrote `at` (aware)."""
    return promises.working_days_after(london_day(at), int(settings.get(session, REPLY_DAYS)))


def told_day(submission: Submission, now: datetime) -> date | None:
    """The day that we name to whoever writes to us `now`: never before the day after, although we owe it sooner."""
    if submission.due_on is None:
        return None
    return max(submission.due_on, promises.working_days_after(london_day(now), 1))


def is_late(submission: Submission, today: date) -> bool:
    """Whether it is our turn and the day that we named for our answer has gone; `today` is the day in London."""
    return submission.turn == Turn.US and submission.due_on is not None and submission.due_on < today


def still_owe(submission: Submission, day: date | None) -> None:
    """Whatever a move has made of it: it is our turn while the answer promised by `day` is to come; None for none."""
    if day is not None and submission.is_open:
        promise(submission, min([day, *ours(submission)]))
        submission.turn = Turn.US


def still_promised(submission: Submission, move: Transition, promised: tuple[date, ...]) -> None:
    """After a move within a state: the day that we had `promised` stands where the next step is ours still, unless a
    move that the branch reads of promises another.
    """
    if promised and submission.turn == Turn.US and (move.is_internal or submission.due_on is None):
        promise(submission, min((*promised, *ours(submission))))


def hand_to_us(session: Session, submission: Submission, now: datetime, *promised: date) -> None:
    """Whatever comes from the branch makes it our turn, with a promise of its own unless one is nearer, or was."""
    day = min([reply_by(session, now), *ours(submission), *promised, *_in_time(submission, london_day(now))])
    submission.turn = Turn.US
    promise(submission, day)
    # Turn and day may be as they were, but a coordinator who answers now has not read what came.
    touch(submission)
