"""What becomes of two affiliations when their branches turn out to be one: the branch keeps one of them.

Merging the branches themselves is the desk's work.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.affiliations.models import Affiliation


class TwoAffiliationsError(Exception):
    """Both branches have a living affiliation; a person must withdraw or end one of them first."""


def keep_one(session: Session, *, gone_id: int, remaining_id: int) -> None:
    """Give the affiliation that counts to the remaining branch (ids of branches); a closed one beside it stands back.

    Raises `TwoAffiliationsError` where both are alive.
    """
    both = (gone_id, remaining_id)
    found = list(session.scalars(select(Affiliation).where(Affiliation.of_branch_id.in_(both))).unique())
    if sum(_is_alive(each) for each in found) > 1:
        raise TwoAffiliationsError
    found.sort(key=lambda each: (_is_alive(each), bool(each.terms), each.id))
    for each in found:
        each.of_branch_id = None
    # One branch has one affiliation at every moment: the old place must be free before it is taken.
    session.flush()
    if found:
        found[-1].of_branch_id = remaining_id
        session.flush()


def _is_alive(affiliation: Affiliation) -> bool:
    return not affiliation.WORKFLOW.state(affiliation.state).is_final
