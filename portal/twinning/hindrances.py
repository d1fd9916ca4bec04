"""What forbids introducing a branch and a Ukrainian body to each other. What speaks for it is in `fit`.

Nothing is forbidden by a wish that nobody wrote, nor by a place: a dangerous one needs a second coordinator, who is
asked when the body is proposed.
"""

from __future__ import annotations

from collections.abc import Iterator

from portal.reasons import Block
from portal.twinning.sides import BodySide, BranchSide, Side

CENTRES = {"fpu": "the FPU", "kvpu": "the KVPU", "other": "an independent union"}


def of_body(body: BodySide) -> Iterator[Block]:
    """Why a body may be proposed to no branch at present."""
    if not body.is_confirmed:
        yield Block("its national union has not confirmed the body, or not as it is now", False)
    if not body.may_be_named:
        yield Block("the body has not agreed to be introduced: ask it first", False)
    yield from _of_side(body, "the body", is_known=body.is_confirmed)


def of_branch(branch: BranchSide) -> Iterator[Block]:
    """Why nobody may be proposed to a branch at present."""
    yield from _of_side(branch, "the branch", is_known=True)


def _of_side(side: Side, name: str, *, is_known: bool) -> Iterator[Block]:
    """What a side is itself the reason of. Where it is not confirmed, nobody need be told that it is checked first."""
    if side.is_withdrawn:
        yield Block(f"{name} has withdrawn", False)
    if side.is_paused:
        yield Block(f"{name} has paused", False)
    elif is_known and not side.is_sought:
        yield Block(f"the search for {name} is not open: it is checked first, or owes us an answer", False)
    if side.has_twin and not side.wishes_more:
        yield Block(f"{name} has a twin, and wishes for no other", False)
    if side.is_asked:
        yield Block(f"{name} is asked about another twin, and not everybody has answered", False)


def is_free(side: Side) -> bool:
    """Whether `of_body`, or `of_branch`, finds nothing, found quickly."""
    if side.is_withdrawn or side.is_paused or side.is_asked or not side.is_sought:
        return False
    may_be_asked = not isinstance(side, BodySide) or (side.is_confirmed and side.may_be_named)
    return (not side.has_twin or side.wishes_more) and may_be_asked


def of_pair(branch: BranchSide, body: BodySide) -> Iterator[Block]:
    """Why these two may not be proposed to each other, though they may be to others."""
    if body.id in branch.refused:
        yield Block("one of the two has said no to the other")
    if excludes_centre(branch, body):
        yield Block(f"of {CENTRES[body.centre]}; the branch asked for {CENTRES[branch.centre]}")


def excludes_centre(branch: BranchSide, body: BodySide) -> bool:
    """Whether the branch asked for another union centre than the body's; only where both are known."""
    return branch.centre in CENTRES and body.centre in CENTRES and branch.centre != body.centre


def forbids(branch: BranchSide, body: BodySide) -> bool:
    """Whether `of_pair` finds anything, found quickly."""
    return body.id in branch.refused or excludes_centre(branch, body)


def blocks(branch: BranchSide, body: BodySide) -> list[Block]:
    """All that forbids introducing the two."""
    return [*of_branch(branch), *of_body(body), *of_pair(branch, body)]
