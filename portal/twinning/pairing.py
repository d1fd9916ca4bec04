"""A pairing of all who wait: British branches and Ukrainian bodies, one to one, that nobody has cause to leave.

It is stable in the sense of Gale and Shapley: no branch and no body that are not paired would both rather have each
other. Whom something forbids is on nobody's list, so that such a pair is never made. Where several pairings are stable,
this is the best of them for every Ukrainian body. It proposes: nothing is asked of anybody, and nothing is kept.

Everybody prefers who is worth more points to them; of equals, who has waited longer, then the lower number. So lists
hold no ties, and the same register and the same moment give the same pairing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.reasons import number
from portal.twinning import fit, hindrances
from portal.twinning.fit import Fit
from portal.twinning.sides import BodySide, BranchSide, Side
from portal.twinning.weights import Weights


@dataclass(frozen=True)
class Pair:
    """A branch and a body, each with what the other is to it, and sentences on why it is these two.

    `body` is the body as the branch sees it, `branch` the branch as the body sees it; `choices` say where each stands
    on the other's list, from 1: the body on the branch's first.
    """

    branch_id: int
    body_id: int
    body: Fit
    branch: Fit
    choices: tuple[int, int]
    why: tuple[str, ...]


@dataclass(frozen=True)
class Alone:
    """Somebody who waits and is paired with nobody, with the sentence on why."""

    id: int
    why: str


@dataclass(frozen=True)
class Plan:
    """A pairing, the pairs in the order of the bodies' waiting, and who is left on either side."""

    pairs: tuple[Pair, ...] = ()
    branches_alone: tuple[Alone, ...] = ()
    bodies_alone: tuple[Alone, ...] = ()


@dataclass(frozen=True)
class Lists:
    """Whom each would have, the best first, by places in the two rows of sides: nobody whom something forbids."""

    of_branches: list[list[int]]
    of_bodies: list[list[int]]


def plan(branches: Iterable[BranchSide], bodies: Iterable[BodySide], weights: Weights, now: datetime) -> Plan:
    """Pair all who wait at a moment (aware). Whom something forbids to anybody is left out, and not named as alone."""
    here = sorted(filter(hindrances.is_free, branches), key=_by_waiting)
    there = sorted(filter(hindrances.is_free, bodies), key=_by_waiting)
    lists = wished(here, there, weights, now)
    of_body = stable(lists.of_bodies, lists.of_branches)
    of_branch = {branch: body for body, branch in of_body.items()}
    pairs = []
    for body, branch in sorted(of_body.items()):
        choices = lists.of_branches[branch].index(body) + 1, lists.of_bodies[body].index(branch) + 1
        pairs.append(
            Pair(
                branch_id=here[branch].id,
                body_id=there[body].id,
                body=fit.of_body(here[branch], there[body], weights, now),
                branch=fit.of_branch(here[branch], there[body], weights, now),
                choices=choices,
                why=(
                    _why(choices[0], len(lists.of_branches[branch]), "branch", "body", "bodies", "branches"),
                    _why(choices[1], len(lists.of_bodies[body]), "body", "branch", "branches", "bodies"),
                ),
            )
        )
    return Plan(
        tuple(pairs),
        _alone(here, of_branch, lists.of_branches, ("body", "bodies", "branches")),
        _alone(there, of_body, lists.of_bodies, ("branch", "branches", "bodies")),
    )


def wished(here: Sequence[BranchSide], there: Sequence[BodySide], weights: Weights, now: datetime) -> Lists:
    """The lists of both sides, which stand in the order of their waiting. What counts for both is counted once."""
    waits_here = [fit.waited(each.waiting_since, now, weights) for each in here]
    waits_there = [fit.waited(each.waiting_since, now, weights) for each in there]
    to_branches: list[list[tuple[int, int]]] = []
    to_bodies: list[list[tuple[int, int]]] = [[] for _ in there]
    for place, branch in enumerate(here):
        row = []
        for other, body in enumerate(there):
            if hindrances.forbids(branch, body):
                continue
            both = fit.shared(branch, body, weights)
            # Points below nought sort first; of equals the place does, which says who has waited longer.
            row.append((-both - fit.for_branch_alone(branch, body, weights) - waits_there[other], other))
            to_bodies[other].append((-both - fit.for_body_alone(branch, body, weights) - waits_here[place], place))
        to_branches.append(row)
    return Lists(_in_order(to_branches), _in_order(to_bodies))


def stable(proposing: Sequence[Sequence[int]], choosing: Sequence[Sequence[int]]) -> dict[int, int]:
    """Gale and Shapley's deferred acceptance: whom each of those who propose is paired with, by places.

    Each list names those on the other side whom somebody would have, the best first, and nobody twice. Lists need not
    be complete, nor the sides equal: a pair is made only where both name each other, and who is left is left out.
    """
    standing = [{other: place for place, other in enumerate(wishes)} for wishes in choosing]
    held: dict[int, int] = {}
    asked = [0] * len(proposing)
    free = list(range(len(proposing)))
    while free:
        one = free.pop()
        while asked[one] < len(proposing[one]):
            other = proposing[one][asked[one]]
            asked[one] += 1
            if one not in standing[other]:
                continue
            rival = held.get(other)
            if rival is None or standing[other][one] < standing[other][rival]:
                held[other] = one
                if rival is not None:
                    free.append(rival)
                break
    return {one: other for other, one in held.items()}


def _by_waiting(side: Side) -> tuple[datetime, int]:
    return side.waiting_since, side.id


def _in_order(rows: list[list[tuple[int, int]]]) -> list[list[int]]:
    return [[place for _, place in sorted(row)] for row in rows]


def _why(choice: int, of: int, side: str, other: str, others: str, rivals: str) -> str:
    """Why somebody has nobody better: all whom they would rather have are paired with whom those would rather have."""
    if of == 1:
        return f"For the {side} it is the only {other} that could be proposed."
    if choice == 1:
        return f"For the {side} it is the first choice of {number(of)}."
    before, is_one = number(choice - 1), choice == 2
    whom = f"the {other} before it is" if is_one else f"the {before} {others} before it are"
    better = f"one of the {rivals} that suits it better" if is_one else f"{rivals} that suit them better"
    return f"For the {side} it is choice {choice} of {of}: {whom} paired with {better}."


def _alone(
    sides: Sequence[Side], paired: dict[int, int], lists: Sequence[Sequence[int]], words: tuple[str, str, str]
) -> tuple[Alone, ...]:
    """Who is left, and why."""
    other, others, rivals = words
    found = []
    for place, side in enumerate(sides):
        if place in paired:
            continue
        count = len(lists[place])
        if not count:
            why = f"There is no {other} that could be proposed."
        elif count == 1:
            why = f"The one {other} that could be proposed is paired with one of the {rivals} that suits it better."
        else:
            all_of_them = "Both" if count == 2 else f"All {number(count)}"
            why = f"{all_of_them} {others} that could be proposed are paired with {rivals} that suit them better."
        found.append(Alone(side.id, why))
    return tuple(found)
