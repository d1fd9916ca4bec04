"""What a request's history says of the branch's words: what it changed, and whether we still owe it an answer.

It reads the lines of `timeline`; the rows themselves, and giving the turn back, are `answering`’s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.submissions import answering, giving_way
from portal.submissions.models import Submission
from portal.submissions.timeline import Line, Shape
from portal.submissions.workflow import Turn


@dataclass(frozen=True)
class Waits:
    """What of the branch's words waits for us.

    `is_next` says that answering it is the next step, because the state waits for somebody else. Where the next step is
    ours anyway, `has_message` and `has_change` say what must not be lost behind it. `can_be_settled` says whether
    somebody may say that there is nothing to answer.
    """

    is_next: bool = False
    has_message: bool = False
    has_change: bool = False
    has_answer: bool = False
    """Whether the branch has answered our question, and nobody has gone on since."""
    can_be_settled: bool = False
    has_form_of_another: bool = False
    """Whether somebody else has sent a form in the branch's name, and we have done nothing since."""


def waits(submission: Submission, history: Sequence[Line]) -> Waits:
    """What waits for us of an open request's history, newest first; nothing where it is not our turn."""
    if not submission.is_open or submission.turn != Turn.US:
        return Waits()
    is_next = answering.is_owed(submission) and waits_for_answer(history)
    has_message = has_unanswered_message(history)
    return Waits(
        is_next=is_next,
        has_message=has_message,
        has_change=has_unanswered_change(history),
        has_answer=has_answered(history),
        can_be_settled=is_next or has_message,
        has_form_of_another=has_form_of_another(history),
    )


def changed_by_branch(history: Sequence[Line]) -> set[str]:
    """The columns that the branch has changed since the last move, or since all was settled; newest first."""
    found: set[str] = set()
    for line in history:
        if line.event_name in ("transition", answering.SETTLED):
            break
        if line.shape is Shape.BRANCH:
            found.update(line.fields)
    return found


def unreached(history: Sequence[Line]) -> set[str]:
    """The roles to which a letter was refused or given up, and nobody has dealt with it yet, as a coordinator sees it.

    The same of the rows is `outbox.unreached`.
    """
    return {line.email.role for line in history if line.email is not None and giving_way.is_lost(line.email)}


def waits_for_answer(history: Sequence[Line]) -> bool:
    """Whether our next step is to answer the branch, where its state waits for somebody else and yet it is our turn.

    It is not where a move made the next step ours and the branch has written nothing since. `history` is newest first.
    """
    is_answered = False
    for line in history:
        if line.event_name == "transition":
            return not line.hands_to_us
        if line.email is None and line.shape is Shape.BRANCH and not is_answered:
            return True
        is_answered = is_answered or (line.event_name in answering.ANSWERS and line.shape is Shape.OURS)
    return True


def has_unanswered_message(history: Sequence[Line]) -> bool:
    """Whether a message of the branch waits for an answer, whatever moves were made since. `history` is newest first.

    The same of the rows is `answering.unanswered_since`.
    """
    for line in history:
        if line.event_name == "message" and line.shape is Shape.BRANCH:
            return True
        if line.is_answer:
            return False
    return False


def has_answered(history: Sequence[Line]) -> bool:
    """Whether the last move is the branch's answer to our question, and we have written nothing since."""
    for line in history:
        if line.event_name == "transition":
            return line.transition == "answer" and line.shape is Shape.BRANCH
        if line.is_answer:
            return False
    return False


def has_form_of_another(history: Sequence[Line]) -> bool:
    """Whether a form of somebody else waits to be looked into. `history` is newest first."""
    for line in history:
        if line.is_of_another:
            return True
        if line.event_name in ("transition", *answering.ANSWERS) and line.shape is Shape.OURS:
            return False
    return False


def has_unanswered_change(history: Sequence[Line]) -> bool:
    """Whether the branch has changed something since our last step or answer. `history` is newest first."""
    for line in history:
        if line.event_name == "amended" and line.shape is Shape.BRANCH:
            return True
        if line.event_name in ("transition", *answering.ANSWERS) and line.shape is Shape.OURS:
            return False
    return False
