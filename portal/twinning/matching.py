"""Who fits whom, both ways: Ukrainian bodies ranked for a branch, and branches for a body, with reasons in words.

Who has more points stands first; of equals, whoever has waited longer, then whoever has the lower number. What earns
points is in `earned`, what forbids it in `hindrances`; a pairing of everybody who waits is made in `pairing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import nsmallest
from typing import TypeVar

from portal.twinning import fit, hindrances
from portal.twinning.fit import Fit
from portal.twinning.sides import BodySide, BranchSide, Side
from portal.twinning.weights import Weights

Other = TypeVar("Other", bound=Side)
Standing = tuple[int, datetime, int]
"""Where somebody stands in a list, the lowest first: points below nought, since when they wait, their number."""


@dataclass
class Ranked:
    """Who fits, the best first, and who would stand among them but is blocked. `has_more`: there are others besides."""

    ranked: list[Fit] = field(default_factory=list)
    blocked: list[Fit] = field(default_factory=list)
    has_more: bool = False


def bodies_for(
    branch: BranchSide, bodies: Iterable[BodySide], weights: Weights, now: datetime, *, most: int | None = None
) -> Ranked:
    """Which bodies fit a branch at a moment (aware); with `most` only so many, and as many of those blocked."""
    may = hindrances.is_free(branch)
    return _ranked(
        bodies,
        points=lambda body: fit.to_branch(branch, body, weights, now),
        is_free=lambda body: may and hindrances.is_free(body) and not hindrances.forbids(branch, body),
        judged=lambda body: fit.of_body(branch, body, weights, now),
        most=most,
    )


def branches_for(
    body: BodySide, branches: Iterable[BranchSide], weights: Weights, now: datetime, *, most: int | None = None
) -> Ranked:
    """Which branches fit a body at a moment (aware); with `most` only so many, and as many of those blocked."""
    may = hindrances.is_free(body)
    return _ranked(
        branches,
        points=lambda branch: fit.to_body(branch, body, weights, now),
        is_free=lambda branch: may and hindrances.is_free(branch) and not hindrances.forbids(branch, body),
        judged=lambda branch: fit.of_branch(branch, body, weights, now),
        most=most,
    )


def _ranked(
    others: Iterable[Other],
    *,
    points: Callable[[Other], int],
    is_free: Callable[[Other], bool],
    judged: Callable[[Other], Fit],
    most: int | None,
) -> Ranked:
    free: list[tuple[Standing, Other]] = []
    blocked: list[tuple[Standing, Other]] = []
    for each in others:
        # Whoever has withdrawn is in no list, not even among those who cannot be asked.
        if not each.is_withdrawn:
            standing = (-points(each), each.waiting_since, each.id)
            (free if is_free(each) else blocked).append((standing, each))
    shown = [[judged(each) for _, each in _first(some, most)] for some in (free, blocked)]
    return Ranked(shown[0], shown[1], has_more=most is not None and len(free) > most)


def _first(some: Sequence[tuple[Standing, Other]], most: int | None) -> list[tuple[Standing, Other]]:
    """The first of a list that is not sorted yet; all of it where `most` is None. No two stand on one place."""
    return sorted(some) if most is None else nsmallest(most, some)
