"""Who fits a proposal, or a body of the register, as things stand: read from the database, with what came of earlier
proposals. How they are ranked is `matching`'s; asking them is `proposing`'s.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from portal.twinning import candidates, matching, waiting, weights
from portal.twinning.matching import Ranked
from portal.twinning.sides import BranchSide


def branch(session: Session, proposal_id: int) -> BranchSide | None:
    """A branch whose twin is looked for, with the bodies that one side has refused; two statements. None for others."""
    known = waiting.branch(session, proposal_id)
    return replace(known, refused=candidates.refused(session, proposal_id)) if known is not None else None


def bodies_for(session: Session, proposal_id: int, now: datetime, most: int) -> Ranked | None:
    """The bodies of the register that fit a branch; None where nobody looks for its twin now. Four statements."""
    known = branch(session, proposal_id)
    if known is None:
        return None
    return matching.bodies_for(known, waiting.bodies(session), weights.read(session), now, most=most)


def branches_for(session: Session, registration_id: int, now: datetime, most: int) -> Ranked | None:
    """The branches that fit a body; None for a body that has withdrawn, or was declined. Four statements."""
    body = waiting.body(session, registration_id)
    if body is None:
        return None
    refused = candidates.refused_by(session, registration_id)
    others = waiting.branches(session)
    for each in others:
        if each.id in refused:
            each.refused = frozenset({body.id})
    return matching.branches_for(body, others, weights.read(session), now, most=most)
