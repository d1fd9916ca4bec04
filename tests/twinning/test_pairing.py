"""A pairing of all who wait: nobody has cause to leave it, whom something forbids is never paired, and it says why."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.twinning import hindrances, pairing
from portal.twinning.pairing import Plan
from portal.twinning.weights import USUAL
from tests.twinning.sides import NOW, a_body, a_branch
from tests.twinning.test_fit import anybody

Wishes = list[list[int]]


@st.composite
def some_wishes(draw: st.DrawFn) -> tuple[Wishes, Wishes]:
    """Lists of up to four on each side, in which some are missing, on one side or on both."""
    here, there = draw(st.integers(0, 4)), draw(st.integers(0, 4))

    def lists(own: int, others: int) -> Wishes:
        found = []
        for _ in range(own):
            order = draw(st.permutations(range(others)))
            found.append(order[: draw(st.integers(0, others))])
        return found

    return lists(here, there), lists(there, here)


def pairings(one: Sequence[Sequence[int]], other: Sequence[Sequence[int]]) -> Iterator[dict[int, int]]:
    """Every pairing, however small, in which each has somebody of their list or nobody."""
    places: list[int | None] = [*range(len(other)), *[None] * len(one)]
    seen = set()
    for some in permutations(places, len(one)):
        if some not in seen:
            seen.add(some)
            made = {here: there for here, there in enumerate(some) if there is not None}
            if all(there in one[here] and here in other[there] for here, there in made.items()):
                yield made


def would_leave(one: Sequence[Sequence[int]], other: Sequence[Sequence[int]], made: dict[int, int]) -> bool:
    """Whether two would both rather have each other than whom they have."""
    back = {there: here for here, there in made.items()}

    def rather(wishes: Sequence[int], whom: int, than: int | None) -> bool:
        return whom in wishes and (than is None or wishes.index(whom) < wishes.index(than))

    return any(
        rather(one[here], there, made.get(here)) and rather(other[there], here, back.get(there))
        for here in range(len(one))
        for there in range(len(other))
    )


@given(some_wishes())
@settings(max_examples=300, deadline=None)
def test_of_all_stable_pairings_it_is_the_best_for_each_of_those_who_propose(wishes: tuple[Wishes, Wishes]) -> None:
    one, other = wishes
    made = pairing.stable(one, other)
    all_stable = [each for each in pairings(one, other) if not would_leave(one, other, each)]
    assert made in all_stable
    for each in all_stable:
        assert set(each) == set(made), "who is left is the same in every stable pairing"
        assert set(each.values()) == set(made.values())
        for here, there in made.items():
            assert one[here].index(there) <= one[here].index(each[here])


def test_a_pair_is_made_only_where_both_name_each_other() -> None:
    assert pairing.stable([[0], [0]], [[1]]) == {1: 0}
    assert pairing.stable([[0]], [[]]) == {}
    assert pairing.stable([], [[]]) == {}


def test_whoever_is_sent_away_asks_the_next() -> None:
    # Everybody's first choice is the same; each is sent on down the list.
    one = [[0, 1, 2], [0, 1, 2], [0, 1, 2]]
    assert pairing.stable(one, [[2, 1, 0], [2, 1, 0], [2, 1, 0]]) == {2: 0, 1: 1, 0: 2}


@pytest.mark.parametrize("seed", range(20))
def test_no_branch_and_no_body_would_both_rather_have_each_other(seed: int) -> None:
    branches, bodies = anybody(seed)
    plan = pairing.plan(branches, bodies, USUAL, NOW)
    here = {each.id: each for each in branches}
    there = {each.id: each for each in bodies}
    for pair in plan.pairs:
        assert not hindrances.blocks(here[pair.branch_id], there[pair.body_id])
        assert not pair.body.blocks
        assert (pair.body.points, pair.body.theirs) == (pair.branch.theirs, pair.branch.points)
    of_branch = {pair.branch_id: pair for pair in plan.pairs}
    of_body = {pair.body_id: pair for pair in plan.pairs}
    free_here = [each for each in branches if not any(hindrances.of_branch(each))]
    free_there = [each for each in bodies if not any(hindrances.of_body(each))]
    assert {*of_branch, *(each.id for each in plan.branches_alone)} == {each.id for each in free_here}
    assert {*of_body, *(each.id for each in plan.bodies_alone)} == {each.id for each in free_there}
    for branch in free_here:
        for body in free_there:
            if hindrances.forbids(branch, body) or (branch.id in of_branch and of_branch[branch.id].body_id == body.id):
                continue
            rather = pairing.wished([branch], [body], USUAL, NOW)
            assert rather.of_branches == [[0]]
            both = pairing.plan([branch], [body], USUAL, NOW).pairs[0]
            has, of = of_branch.get(branch.id), of_body.get(body.id)
            key_here = (-both.body.points, body.waiting_since, body.id)
            key_there = (-both.branch.points, branch.waiting_since, branch.id)
            branch_rather = has is None or key_here < (
                -has.body.points,
                there[has.body_id].waiting_since,
                has.body_id,
            )
            body_rather = of is None or key_there < (-of.branch.points, here[of.branch_id].waiting_since, of.branch_id)
            assert not (branch_rather and body_rather)


def test_the_same_register_in_any_order_gives_the_same_plan() -> None:
    branches, bodies = anybody(7)
    plan = pairing.plan(branches, bodies, USUAL, NOW)
    rng = random.Random(3)
    for _ in range(5):
        rng.shuffle(branches)
        rng.shuffle(bodies)
        assert pairing.plan(branches, bodies, USUAL, NOW) == plan


def test_of_equals_whoever_has_waited_longer_is_paired_then_the_lower_number() -> None:
    late, early = a_branch(1, days=200), a_branch(2, days=300)
    plan = pairing.plan([late, early], [a_body()], USUAL, NOW)
    assert [(pair.branch_id, pair.body_id) for pair in plan.pairs] == [(2, 1)]
    plan = pairing.plan([a_branch(5), a_branch(4)], [a_body()], USUAL, NOW)
    assert [(pair.branch_id, pair.body_id) for pair in plan.pairs] == [(4, 1)]


def test_each_pair_and_each_who_is_left_say_why() -> None:
    miners = {"union": "num", "sectors": {"mining"}}
    pit = a_body(1, counterparts={"num"}, sectors={"mining"}, days=10)
    school = a_body(2, sectors={"education"}, days=5)
    first, second, third = a_branch(1, days=9, **miners), a_branch(2, days=8, **miners), a_branch(3, days=7)
    plan = pairing.plan([first, second, third], [pit, school], USUAL, NOW)
    assert [(pair.branch_id, pair.body_id, pair.choices) for pair in plan.pairs] == [(1, 1, (1, 1)), (2, 2, (2, 2))]
    assert plan.pairs[0].why == (
        "For the branch it is the first choice of two.",
        "For the body it is the first choice of three.",
    )
    assert plan.pairs[1].why == (
        "For the branch it is choice 2 of 2: "
        "the body before it is paired with one of the branches that suits it better.",
        "For the body it is choice 2 of 3: the branch before it is paired with one of the bodies that suits it better.",
    )
    assert [(each.id, each.why) for each in plan.branches_alone] == [
        (3, "Both bodies that could be proposed are paired with branches that suit them better.")
    ]
    assert plan.bodies_alone == ()


def test_whoever_has_nobody_is_told_of_apart() -> None:
    plan = pairing.plan([a_branch(centre="fpu")], [a_body(centre="kvpu")], USUAL, NOW)
    assert plan.pairs == ()
    assert [each.why for each in plan.branches_alone] == ["There is no body that could be proposed."]
    assert [each.why for each in plan.bodies_alone] == ["There is no branch that could be proposed."]
    plan = pairing.plan([a_branch(1, days=3), a_branch(2)], [a_body()], USUAL, NOW)
    assert [(each.id, each.why) for each in plan.branches_alone] == [
        (2, "The one body that could be proposed is paired with one of the branches that suits it better.")
    ]
    assert plan.pairs[0].why == (
        "For the branch it is the only body that could be proposed.",
        "For the body it is the first choice of two.",
    )


def test_nobody_is_paired_whom_something_forbids_to_anybody() -> None:
    waiting = [
        a_body(1, is_confirmed=False),
        a_body(2, is_paused=True),
        a_body(3, is_asked=True),
        a_body(4, has_twin=True),
    ]
    assert pairing.plan([a_branch()], waiting, USUAL, NOW).pairs == ()
    assert pairing.plan([a_branch()], [], USUAL, NOW) == Plan(
        branches_alone=pairing.plan([a_branch()], waiting, USUAL, NOW).branches_alone
    )
    again = pairing.plan([a_branch()], [*waiting, a_body(5, has_twin=True, wishes_more=True)], USUAL, NOW)
    assert [pair.body_id for pair in again.pairs] == [5]
