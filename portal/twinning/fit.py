"""How a branch and a Ukrainian body fit each other, in the eyes of each: points, reasons, what forbids it.

Each side has a view of its own: most counts for both, but what a body needs counts for the body, what it offers and
where it is for the branch, and each looks first at who has waited. What earns points is in `earned`, what forbids it in
`hindrances`. Nothing here asks the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from portal.reasons import Block, Reason, number, share
from portal.twinning import hindrances
from portal.twinning.earned import FOR_BODY, FOR_BRANCH, SHARED, Criterion, Points
from portal.twinning.sides import BodySide, BranchSide
from portal.twinning.weights import Weights

RESTED = 180
"""Days after which waiting longer counts no more."""
A_MONTH = 30


@dataclass
class Fit:
    """One side as the other sees it. The points of `reasons` and `against` add up to `points`.

    `id` is the number of the side that is looked at; `theirs` is what the side that looks is worth to it.
    """

    id: int
    points: int
    theirs: int
    reasons: list[Reason] = field(default_factory=list)
    against: list[Reason] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    @property
    def may_be_proposed(self) -> bool:
        """Whether nothing forbids it that nobody can override."""
        return all(block.may_be_overridden for block in self.blocks)


_SHARED, _FOR_BRANCH, _FOR_BODY = (tuple(each.points for each in some) for some in (SHARED, FOR_BRANCH, FOR_BODY))
_TO_BRANCH, _TO_BODY = _SHARED + _FOR_BRANCH, _SHARED + _FOR_BODY


def shared(branch: BranchSide, body: BodySide, weights: Weights) -> int:
    """The points that count for both sides."""
    return _sum(_SHARED, branch, body, weights)


def for_branch_alone(branch: BranchSide, body: BodySide, weights: Weights) -> int:
    """The points that count for the branch only, but for how long the body has waited."""
    return _sum(_FOR_BRANCH, branch, body, weights)


def for_body_alone(branch: BranchSide, body: BodySide, weights: Weights) -> int:
    """The points that count for the body only, but for how long the branch has waited."""
    return _sum(_FOR_BODY, branch, body, weights)


def to_branch(branch: BranchSide, body: BodySide, weights: Weights, now: datetime) -> int:
    """What a body is worth to a branch, all told."""
    return _sum(_TO_BRANCH, branch, body, weights) + waited(body.waiting_since, now, weights)


def to_body(branch: BranchSide, body: BodySide, weights: Weights, now: datetime) -> int:
    """What a branch is worth to a body, all told."""
    return _sum(_TO_BODY, branch, body, weights) + waited(branch.waiting_since, now, weights)


def _sum(some: Sequence[Points], branch: BranchSide, body: BodySide, weights: Weights) -> int:
    total = 0
    for points in some:
        total += points(branch, body, weights)
    return total


def waited(since: datetime, now: datetime, weights: Weights) -> int:
    """The points of somebody who has waited since a moment (both aware)."""
    return share(weights.waited, (now - since).days / RESTED)


def of_body(branch: BranchSide, body: BodySide, weights: Weights, now: datetime) -> Fit:
    """A body as the branch sees it."""
    reasons, against = _said((*SHARED, *FOR_BRANCH), branch, body, weights)
    reasons.append(_waited(body.waiting_since, now, weights))
    points, theirs = to_branch(branch, body, weights, now), to_body(branch, body, weights, now)
    return Fit(body.id, points, theirs, reasons, against, hindrances.blocks(branch, body))


def of_branch(branch: BranchSide, body: BodySide, weights: Weights, now: datetime) -> Fit:
    """A branch as the body sees it."""
    reasons, against = _said((*SHARED, *FOR_BODY), branch, body, weights)
    reasons.append(_waited(branch.waiting_since, now, weights))
    points, theirs = to_body(branch, body, weights, now), to_branch(branch, body, weights, now)
    return Fit(branch.id, points, theirs, reasons, against, hindrances.blocks(branch, body))


def _said(
    criteria: Sequence[Criterion], branch: BranchSide, body: BodySide, weights: Weights
) -> tuple[list[Reason], list[Reason]]:
    reasons: list[Reason] = []
    against: list[Reason] = []
    for each in criteria:
        said = each.words(branch, body)
        if said is not None:
            (against if said[1] else reasons).append(Reason(said[0], each.points(branch, body, weights)))
    if body.has_twin and body.wishes_more:
        against.append(Reason("the body has a twin already, and would like another"))
    if body.caution:
        against.append(Reason(f"a second coordinator must agree: {body.caution}"))
    return reasons, against


def _waited(since: datetime, now: datetime, weights: Weights) -> Reason:
    months = max((now - since).days, 0) // A_MONTH
    if not months:
        words = "has waited for less than a month"
    else:
        words = f"has waited for {number(months)} month{'' if months == 1 else 's'}"
    return Reason(words, waited(since, now, weights), is_small=not months)
