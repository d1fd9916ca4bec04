"""Who was proposed to each other before and did not come together: paired again only by somebody who knows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.dashboard import words
from portal.dashboard.proposed_twins import propose_url
from portal.twinning import candidates
from portal.twinning.candidate import ENDED, NO, Candidate
from portal.twinning.sides import BodySide, BranchSide


def among(session: Session, branches: Iterable[BranchSide], bodies: Iterable[BodySide]) -> Sequence[Candidate]:
    """The earlier proposals between those who wait now, the newest of each two; the branches learn of them.

    One statement. No plan pairs again whom a branch has marked as refused.
    """
    here, there = {each.id: each for each in branches}, {each.id for each in bodies}
    found: dict[tuple[int, int], Candidate] = {}
    for each in candidates.came_to_nothing(session):
        branch = here.get(each.proposal_id)
        if branch is not None and each.registration_id in there:
            branch.refused = branch.refused | {each.registration_id}
            found.setdefault((each.proposal_id, each.registration_id), each)
    return list(found.values())


def line(candidate: Candidate, names: Mapping[int, Any], today: date) -> dict[str, Any]:
    """One earlier proposal for the page: who, what came of it and when, and where it is made again all the same."""
    if candidate.state == ENDED:
        why = "Their twinning ended"
    elif candidate.body_answer == NO:
        why = "The body said no"
    else:
        why = "The branch said no, or not both answered"
    closed = candidate.closed_at or candidate.proposed_at
    return {
        "branch": names[candidate.proposal_id],
        "body": names[candidate.registration_id],
        "why": f"{why}, {words.plain_day(london_day(closed), today)}.",
        "url": propose_url(candidate.proposal_id, candidate.registration_id),
    }
