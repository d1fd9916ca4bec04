"""A question stays a question: its words are passed on to the other side, and it counts as neither yes nor no.

Either side asks on its own page; a coordinator passes the question on, and the answer back, without a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from portal.submissions import answering
from portal.submissions.actions import Mover
from portal.submissions.workflow import Actor
from portal.twinning import candidates
from portal.twinning.models import TwinningProposal


def to_body(proposal: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """Words of the branch for the body, whose question is answered then."""
    session = candidates.session_of(proposal)
    candidate = candidates.living(session, proposal.id)
    if candidate is not None:
        answering.settle(session, candidate.registration, by=Mover(Actor.COORDINATOR), now=now)
