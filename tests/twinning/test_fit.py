"""Who fits as a twin, both ways: each reason, each thing that forbids it, the order, and what is never guessed."""

from __future__ import annotations

import random
from typing import Any

import pytest
from flask import Flask

from portal import settings
from portal.directory.subjects import sectors
from portal.directory.tongues import LEVELS
from portal.directory.ukraine import oblasts
from portal.directory.ukrainian_unions import ukrainian_unions
from portal.extensions import db
from portal.twinning import exchange, hindrances, matching, weights
from portal.twinning.fit import Fit
from portal.twinning.forms import CENTRES, HOPES
from portal.twinning.registration_forms import NEEDS, OFFERS
from portal.twinning.sides import BodySide, BranchSide
from portal.twinning.weights import USUAL
from tests.twinning.sides import NOW, a_body, a_branch

MINERS = {"union": "num", "union_name": "NUM", "sectors": {"mining"}, "level": "branch", "size": 200}
NOT_CONFIRMED = "its national union has not confirmed the body, or not as it is now"
PAVLOHRAD = {
    **{"union": "prupu", "union_name": "PRUPU", "counterparts": {"num", "gmb"}, "sectors": {"mining", "energy"}},
    **{"level": "primary", "size": 240, "oblast": "dnipropetrovsk", "centre": "fpu"},
}


def bodies(branch: BranchSide, *others: BodySide) -> list[Fit]:
    return matching.bodies_for(branch, others, USUAL, NOW).ranked


def seen(branch: dict[str, Any], body: dict[str, Any]) -> tuple[dict[str, int], list[str]]:
    """What is said for and against a body, as the branch sees it; what only says how long it waits is left out."""
    fit = bodies(a_branch(**branch), a_body(**body))[0]
    return {each.words: each.points for each in fit.reasons[:-1]}, [each.words for each in fit.against]


def test_each_reason_is_said_in_words_with_its_points() -> None:
    said, against = seen(MINERS, PAVLOHRAD)
    assert said == {
        "NUM and PRUPU organise the same trades": 30,
        "both in “Mining”": 25,
        "about as many members: 200 in the branch, 240 in the body": 9,
        "a branch and a primary organisation": 10,
    }
    assert against == []


def test_what_nobody_has_told_counts_for_nothing_and_is_not_said() -> None:
    fit = bodies(a_branch(), a_body())[0]
    assert [each.words for each in fit.reasons] == ["has waited for less than a month"]
    assert fit.against == []
    assert fit.points == fit.theirs == 0


@pytest.mark.parametrize(
    ("here", "there", "points"), [(300, 300, 10), (300, 600, 7), (100, 500, 3), (50, 500, 0), (50, 5000, 0)]
)
def test_members_count_by_how_many_times_they_are_more(here: int, there: int, points: int) -> None:
    said, against = seen({"size": here}, {"size": there})
    assert list(said.values()) == ([points] if points else [])
    assert (against == []) == bool(points)


@pytest.mark.parametrize(
    ("here", "there", "points"),
    [
        *(("branch", "primary", 10), ("branch", "regional", 5), ("branch", "national", 0)),
        *(("region", "territorial", 10), ("trades-council", "territorial", 10), ("national", "national", 10)),
        *(("national", "primary", 0), ("region", "primary", 5)),
    ],
)
def test_neighbouring_levels_count_half(here: str, there: str, points: int) -> None:
    said, against = seen({"level": here}, {"level": there})
    assert sum(said.values()) == points
    assert bool(against) == (points == 0)


def test_another_body_has_no_level() -> None:
    assert seen({"level": "other"}, {"level": "primary"}) == ({}, [])


@pytest.mark.parametrize(
    ("here", "there", "words", "points"),
    [
        ({"en": "fluent"}, {"uk": "fluent", "en": "fluent"}, "both are fluent in English", 15),
        ({"en": "fluent"}, {"en": "good"}, "both speak English well", 9),
        ({"en": "fluent"}, {"en": "basic"}, "English in common, though one side has only a little", 5),
        ({"en": "fluent", "uk": "good"}, {"uk": "fluent", "en": "basic"}, "both speak Ukrainian well", 9),
        ({"en": "fluent", "pl": "fluent"}, {"pl": "good", "en": "good"}, "both speak English well", 9),
    ],
)
def test_the_language_in_which_both_can_best_talk_counts(
    here: dict[str, str], there: dict[str, str], words: str, points: int
) -> None:
    assert seen({"languages": here}, {"languages": there}) == ({words: points}, [])


def test_without_a_language_in_common_an_interpreter_is_needed() -> None:
    said, against = seen({"languages": {"en": "fluent"}}, {"languages": {"uk": "fluent"}})
    assert (said, against) == ({}, ["no language in common: an interpreter is needed"])


def test_hopes_in_common_count_three_at_most() -> None:
    said, _ = seen({"hopes": set(exchange.HOPES)}, {"hopes": {"messages", "calls", "visits", "aid"}})
    assert said == {"both hope for messages of solidarity, video calls, practical aid and visits": 18}
    assert seen({"hopes": {"calls"}}, {"hopes": {"aid"}}) == ({}, ["they hope for different things"])


def test_what_a_body_offers_counts_for_the_branch_and_what_it_needs_for_the_body() -> None:
    branch = a_branch(hopes={"aid", "visits"})
    body = a_body(offers={"visits", "news", "something of old"}, needs={"power", "medical", "children", "unknown"})
    there, here = bodies(branch, body)[0], matching.branches_for(body, [branch], USUAL, NOW).ranked[0]
    assert there.reasons[0][:2] == (
        "the body offers to receive visitors, and the branch hopes for that",
        8,
    )
    assert here.reasons[0][:2] == (
        "the body needs medicines and first aid, light and warmth and rest for children, "
        "and the branch hopes to help with that",
        16,
    )
    assert (there.points, there.theirs) == (here.theirs, here.points) == (8, 16)


def test_the_oblast_that_the_branch_wished_for_counts_and_no_other_is_forbidden() -> None:
    said, against = seen({"oblast": "lviv"}, {"oblast": "lviv"})
    assert (said, against) == ({"in Lviv Oblast, as the branch wished": 20}, [])
    said, against = seen({"oblast": "lviv"}, {"oblast": "kharkiv"})
    assert (said, against) == ({}, ["in Kharkiv Oblast; the branch wished for Lviv Oblast"])


def test_the_union_centre_counts_only_where_the_branch_has_a_wish() -> None:
    assert seen({"centre": "kvpu"}, {"centre": "kvpu"}) == ({"of the KVPU, as the branch asked": 15}, [])
    for no_wish in ("", "no-preference"):
        for centre in ("fpu", "kvpu", "other", ""):
            assert seen({"centre": no_wish}, {"centre": centre}) == ({}, []), (no_wish, centre)


def test_a_centre_that_nobody_told_us_is_not_guessed() -> None:
    assert seen({"centre": "fpu"}, {"centre": ""}) == (
        {},
        ["not known of which union centre; the branch asked for the FPU"],
    )


def test_another_centre_than_the_branch_asked_for_forbids_it() -> None:
    found = matching.bodies_for(a_branch(centre="fpu"), [a_body(centre="kvpu")], USUAL, NOW)
    assert found.ranked == []
    assert [block.words for block in found.blocked[0].blocks] == ["of the KVPU; the branch asked for the FPU"]
    assert found.blocked[0].may_be_proposed


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"is_confirmed": False}, NOT_CONFIRMED),
        ({"is_paused": True}, "the body has paused"),
        ({"is_paused": True, "is_sought": False}, "the body has paused"),
        ({"is_confirmed": False, "is_sought": False}, NOT_CONFIRMED),
        ({"is_sought": False}, "the search for the body is not open: it is checked first, or owes us an answer"),
        ({"has_twin": True}, "the body has a twin, and wishes for no other"),
        ({"is_asked": True}, "the body is asked about another twin, and not everybody has answered"),
    ],
)
def test_nobody_can_override_what_a_body_has_told_us(told: dict[str, Any], words: str) -> None:
    found = matching.bodies_for(a_branch(), [a_body(**told)], USUAL, NOW)
    assert found.ranked == []
    assert [block.words for block in found.blocked[0].blocks] == [words]
    assert not found.blocked[0].may_be_proposed


@pytest.mark.parametrize("told", [{"is_paused": True}, {"has_twin": True}, {"is_asked": True}])
def test_a_branch_that_cannot_have_a_twin_now_stands_among_those_blocked(told: dict[str, Any]) -> None:
    found = matching.branches_for(a_body(), [a_branch(1, **told), a_branch(2)], USUAL, NOW)
    assert [each.id for each in found.ranked] == [2]
    assert [each.id for each in found.blocked] == [1]
    assert matching.bodies_for(a_branch(**told), [a_body()], USUAL, NOW).ranked == []


def test_whoever_has_withdrawn_is_in_no_list_at_all() -> None:
    found = matching.bodies_for(a_branch(), [a_body(is_withdrawn=True)], USUAL, NOW)
    assert (found.ranked, found.blocked) == ([], [])
    found = matching.branches_for(a_body(), [a_branch(is_withdrawn=True)], USUAL, NOW)
    assert (found.ranked, found.blocked) == ([], [])


def test_a_body_that_wishes_for_another_twin_is_ranked_and_says_so() -> None:
    said, against = seen({}, {"has_twin": True, "wishes_more": True})
    assert against == ["the body has a twin already, and would like another"]
    assert said == {}


def test_those_who_have_said_no_to_each_other_are_not_ranked_again() -> None:
    found = matching.bodies_for(a_branch(refused={7}), [a_body(7), a_body(8)], USUAL, NOW)
    assert [each.id for each in found.ranked] == [8]
    assert [block.words for block in found.blocked[0].blocks] == ["one of the two has said no to the other"]


def test_a_dangerous_place_takes_no_points_and_asks_for_a_second_coordinator() -> None:
    caution = "front-line or border area under regular attack"
    near, far = bodies(a_branch(), a_body(1, caution=caution), a_body(2))
    assert near.points == far.points
    assert [each.words for each in near.against] == [f"a second coordinator must agree: {caution}"]


def test_whoever_has_waited_longer_stands_before_an_equal_then_the_lower_number() -> None:
    half_a_year = [a_body(3, days=200), a_body(2, days=400), a_body(4, days=200)]
    found = bodies(a_branch(), *half_a_year)
    assert [each.points for each in found] == [15, 15, 15]
    assert [each.id for each in found] == [2, 3, 4]
    assert [each.words for each in found[0].reasons] == ["has waited for 13 months"]
    assert [each.words for each in bodies(a_branch(), a_body(days=59))[0].reasons] == ["has waited for one month"]


def anybody(seed: int) -> tuple[list[BranchSide], list[BodySide]]:
    """Branches and bodies of all kinds."""
    rng = random.Random(seed)

    def some(slugs: Any, most: int) -> set[str]:
        return set(rng.sample(list(slugs), rng.randint(0, most)))

    def common() -> dict[str, Any]:
        return {
            "days": rng.choice([0, 40, 100, 300]), "size": rng.choice([None, 0, 12, 90, 900, 20_000]),
            "sectors": some([row.slug for row in sectors()], 3), "hopes": some(exchange.HOPES, 5),
            "languages": {code: rng.choice(LEVELS) for code in sorted(some(("en", "uk", "pl"), 3))},
            "is_paused": rng.random() < 0.1, "is_withdrawn": rng.random() < 0.1, "is_asked": rng.random() < 0.1,
            "is_sought": rng.random() < 0.9,
            "has_twin": rng.random() < 0.2, "wishes_more": rng.random() < 0.5,
        }  # fmt: skip

    branches = [
        a_branch(
            number, union=rng.choice(["", "num", "gmb", "unison"]), oblast=rng.choice(["", "lviv", "kharkiv"]),
            level=rng.choice(["", "branch", "region", "national"]), refused=some(range(1, 13), 2),
            centre=rng.choice(["", "no-preference", "fpu", "kvpu", "other"]), **common(),
        )
        for number in range(1, 13)
    ]  # fmt: skip
    found = []
    for number in range(1, 13):
        union, place = rng.choice(ukrainian_unions()), rng.choice(oblasts())
        found.append(a_body(
            number, union=union.slug, counterparts=set(union.counterparts), oblast=rng.choice([place.slug, "lviv"]),
            level=rng.choice(["", "primary", "regional", "national"]), centre=rng.choice(["", "fpu", "kvpu", "other"]),
            caution=place.caution, needs=some(exchange.NEEDS, 4), offers=some(exchange.OFFERS, 4),
            is_confirmed=rng.random() < 0.8, **common(),
        ))  # fmt: skip
    return branches, found


@pytest.mark.parametrize("seed", range(12))
def test_points_add_up_and_nobody_stands_before_somebody_worth_more(seed: int) -> None:
    branches, there = anybody(seed)
    worth = weights.Weights(*[random.Random(seed).randint(0, 40) for _ in USUAL])
    for branch in branches:
        found = matching.bodies_for(branch, there, worth, NOW)
        assert {each.id for each in found.ranked + found.blocked} == {
            each.id for each in there if not each.is_withdrawn
        }
        for fits in (found.ranked, found.blocked):
            assert [each.points for each in fits] == sorted((each.points for each in fits), reverse=True)
        for each in found.ranked + found.blocked:
            assert sum(reason.points for reason in each.reasons + each.against) == each.points
            assert all(not reason.points for reason in each.against)
            assert bool(each.blocks) == (each in found.blocked)
            body = next(body for body in there if body.id == each.id)
            other = matching.branches_for(body, [branch], worth, NOW)
            back = (other.ranked + other.blocked)[0] if not branch.is_withdrawn else None
            assert back is None or (back.points, back.theirs) == (each.theirs, each.points)
            assert back is None or [block.words for block in back.blocks] == [block.words for block in each.blocks]
        some = matching.bodies_for(branch, there, worth, NOW, most=3)
        assert (some.ranked, some.blocked) == (found.ranked[:3], found.blocked[:3])
        assert some.has_more == (len(found.ranked) > 3)


def test_the_same_register_in_another_order_gives_the_same_list() -> None:
    branches, there = anybody(99)
    once = matching.bodies_for(branches[0], there, USUAL, NOW)
    again = matching.bodies_for(branches[0], reversed(there), USUAL, NOW)
    assert once == again


def test_what_forbids_a_pair_is_found_quickly_as_it_is_said() -> None:
    for seed in range(5):
        for branch in anybody(seed)[0]:
            for body in anybody(seed)[1]:
                assert hindrances.forbids(branch, body) == bool(list(hindrances.of_pair(branch, body)))
                assert hindrances.is_free(branch) == (not list(hindrances.of_branch(branch)))
                assert hindrances.is_free(body) == (not list(hindrances.of_body(body)))


def test_coordinators_set_what_each_reason_is_worth(app: Flask) -> None:
    with app.app_context():
        assert weights.read(db.session()) == USUAL
        settings.put(db.session(), "twin.sector", "70", by="maria@example.org", now=NOW)
        db.session.flush()
        assert weights.read(db.session()) == USUAL._replace(sector=70)
        db.session.rollback()


def test_whatever_the_forms_offer_has_words_on_the_desk() -> None:
    """A hope, a need or an offer that is added to a form is said in reasons too."""
    assert {choice.value for choice in HOPES} == set(exchange.HOPES)
    assert {choice.value for choice in NEEDS} == set(exchange.NEEDS)
    assert {choice.value for choice in OFFERS} == set(exchange.OFFERS)
    assert {choice.value for choice in CENTRES} == {*hindrances.CENTRES, "no-preference"}
    for kind in (*exchange.NEEDS.values(), *exchange.OFFERS.values()):
        assert kind.hopes <= set(exchange.HOPES)
