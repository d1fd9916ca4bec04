"""A question stays a question: its words are passed on to the other side, and it counts as neither yes nor no.

Either side asks on its own page; a coordinator passes the question on, and the answer back, without a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from portal.submissions import answering
from portal.submissions.actions import Mover, WrongAnswerError
from portal.submissions.workflow import Actor
from portal.twinning import candidates, unnamed
from portal.twinning.models import TwinningProposal

NAMES = "This names the other side: “{word}”. Write it without"


def to_branch(proposal: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """Words of the body for the branch. Raises `WrongAnswerError` where they tell who the body is."""
    _refuse(unnamed.body_in(proposal, answers["answer"]))


def to_body(proposal: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """Words of the branch for the body, which is answered then. Raises `WrongAnswerError` as `to_branch`."""
    _refuse(unnamed.branch_in(proposal, answers["answer"]))
    session = candidates.session_of(proposal)
    candidate = candidates.living(session, proposal.id)
    if candidate is not None:
        answering.settle(session, candidate.registration, by=Mover(Actor.COORDINATOR), now=now)


def _refuse(word: str) -> None:
    if word:
        raise WrongAnswerError("answer", NAMES.format(word=word))
