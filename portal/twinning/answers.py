"""What a body of the register says to the branch that is proposed to it, and what follows for the proposal.

The body answers on its own page, where it reads a description of the branch without a name. A body that pauses,
withdraws or is to be confirmed anew meanwhile is proposed no more. The branch never hears why.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.submissions import actions, turns
from portal.submissions.actions import Mover
from portal.submissions.workflow import Actor
from portal.twinning import candidates
from portal.twinning.candidate import NO, TWINNED, YES, Candidate
from portal.twinning.candidate_rows import STEP_BACK
from portal.twinning.candidates import session_of
from portal.twinning.registrations import OPEN, PAUSED, UkrainianRegistration
from portal.twinning.standing_rows import BODY_ENDS
from portal.twinning.states import LINKED

PAUSED_SINCE = (
    "The body said no to nobody: it has paused. Once it goes on, the two can be proposed to each other again."
)
CHANGED_SINCE = (
    "The body said no to nobody: it has changed who it is, and its union is asked to confirm it anew. Once it has, the "
    "two can be proposed to each other again."
)
"""What the desk reads in the history of the branch; neither names the body."""
WAITS = ("waiting", "confirmed")
"""Where a body is asked something meanwhile; the proposal stands."""


def say_yes(submission: UkrainianRegistration, answers: Mapping[str, str], now: datetime) -> None:
    """The body would like to be introduced; the next step is ours, once the branch has said so as well."""
    proposal = _answer(submission, YES, now).proposal
    if proposal.has_both_yes:
        turns.hand_to_us(session_of(submission), proposal, now)


def say_no(submission: UkrainianRegistration, answers: Mapping[str, str], now: datetime) -> None:
    """The body would not; that the branch hears of it follows in `step_back`."""
    _answer(submission, NO, now)


def _answer(submission: UkrainianRegistration, said: str, now: datetime) -> Candidate:
    candidate = submission.asked_about
    if candidate is None:
        raise actions.NotPermittedError("an answer without a proposal")
    candidate.body_answer, candidate.body_answered_at = said, now
    return candidate


def step_back(session: Session, submission: UkrainianRegistration, now: datetime) -> None:
    """Once a move is made: take back the proposal to a body that said no, paused or withdrew."""
    candidate = submission.asked_last
    may_stay = submission.state in (OPEN, *WAITS) and not submission.is_to_confirm_anew
    if candidate is None or (may_stay and candidate.body_answer != NO):
        return
    actions.perform(session, candidate.proposal, STEP_BACK, by=Mover(Actor.UKRAINIAN_BODY), now=now)
    if candidate.body_answer != NO and (submission.state == PAUSED or submission.is_to_confirm_anew):
        candidates.rest(candidate)
        why = PAUSED_SINCE if submission.state == PAUSED else CHANGED_SINCE
        actions.add_note(session, candidate.proposal, why, by=Mover(Actor.WORKER), now=now)


def end_twinnings(session: Session, submission: UkrainianRegistration, now: datetime) -> None:
    """A body withdraws: its twinnings end, and each branch hears of it kindly."""
    linked = select(Candidate).where(Candidate.registration_id == submission.id, Candidate.state == TWINNED)
    for candidate in session.scalars(linked.where(Candidate.closed_at.is_(None))).all():
        if candidate.proposal.state in LINKED:
            actions.perform(session, candidate.proposal, BODY_ENDS, by=Mover(Actor.UKRAINIAN_BODY), now=now)
