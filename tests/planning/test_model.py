"""The model of a plan: never worse than any other plan, never against its rules, honest about what else would cost."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations

import pytest

from portal.planning import model, solver
from portal.planning.model import Option, Problem

FIRST = date(2027, 1, 4)
WORTH = 100


def a_problem(seed: int, *, travel: bool = False) -> Problem:
    """A few requests, speakers and days; with travel, meetings of neighbouring days get into each other's way."""
    rng = random.Random(seed)
    most = {speaker: rng.randint(1, 3) for speaker in range(rng.randint(1, 3))}
    options = []
    for request in range(rng.randint(2, 4)):
        for day in rng.sample(range(3), rng.randint(1, 2)):
            for speaker in most:
                if rng.random() < 0.6 and len(options) < 12:
                    begins = 48 * day + rng.choice([18, 38]) + 1000
                    away = rng.choice([0, 4, 20, 26]) if travel else 0
                    hours = (begins - away, begins + 3 + away) if travel else (0, 0)
                    options.append(Option(request, speaker, FIRST + timedelta(days=day), rng.randint(-30, 90), *hours))
    costs = {each.share: [0, 5, 15][: most[each.speaker]] for each in options}
    return Problem(options, WORTH, costs)


def all_plans(problem: Problem) -> Iterator[tuple[int, ...]]:
    """Every plan that keeps the rules."""
    for count in range(len({each.request for each in problem.options}) + 1):
        for some in combinations(range(len(problem.options)), count):
            if not any(model.broken(problem, some)):
                yield some


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("travel", [False, True])
def test_no_plan_is_worth_more(seed: int, travel: bool) -> None:
    problem = a_problem(seed, travel=travel)
    plans = list(all_plans(problem))
    best = max(problem.score(plan) for plan in plans)
    answer = solver.solve(problem)
    assert not list(model.broken(problem, answer.chosen))
    assert answer.score == problem.score(answer.chosen)
    assert answer.bound >= best - 1e-6
    assert answer.score >= best * (1 - solver.GAP)
    if answer.is_proven:
        assert answer.score == best
    assert travel or answer.is_proven, "without travel the relaxation has whole numbers"
    greedy = model.greedy(problem)
    assert not list(model.broken(problem, greedy))
    assert problem.score(greedy) <= best
    for others in answer.others.values():
        for other in others:
            with_it = [problem.score(plan) for plan in plans if other.option in plan]
            loses = answer.score - max(with_it)
            assert other.loses <= max(loses, 0) if other.is_least else other.loses == max(loses, 0)


def test_others_are_the_best_of_other_speakers() -> None:
    options = [Option(1, speaker, FIRST, points) for speaker, points in enumerate([50, 10, 40, 30, 20])]
    options.append(Option(1, 2, FIRST + timedelta(days=1), 45))
    problem = Problem(options, WORTH, {each.share: [0, 0] for each in options})
    answer = solver.solve(problem)
    assert answer.chosen == [0]
    assert [(options[each.option].points, each.loses) for each in answer.others[1]] == [(45, 5), (30, 20), (20, 30)]


def test_others_are_those_that_cost_the_plan_least() -> None:
    """Who fits a little worse and is free costs less than whoever fits better and is needed elsewhere."""
    options = [Option(1, 1, FIRST, 90), Option(1, 5, FIRST, 60)]
    for request, speaker in ((2, 2), (3, 3), (4, 4)):
        options += [Option(1, speaker, FIRST, 80), Option(request, speaker, FIRST, 80)]
    answer = solver.solve(Problem(options, WORTH, {each.share: [0, 0] for each in options}))
    shown = [(options[each.option].speaker, each.loses) for each in answer.others[1]]
    assert shown[0] == (5, 30)
    assert len(shown) == 3


def test_one_request_more_counts_more_than_who_fits_better() -> None:
    """The first could have the better speaker, but then the second would have nobody."""
    options = [Option(1, 1, FIRST, 90), Option(1, 2, FIRST, 0), Option(2, 1, FIRST, 0)]
    problem = Problem(options, WORTH, {each.share: [0] for each in options})
    assert solver.solve(problem).chosen == [1, 2]
    assert len(model.greedy(problem)) == 1


def test_a_month_holds_no_more_talks_than_somebody_takes_on() -> None:
    options = [Option(number, 1, FIRST + timedelta(days=number), 10) for number in range(4)]
    problem = Problem(options, WORTH, {options[0].share: [0, 1]})
    assert len(solver.solve(problem).chosen) == 2


def test_fair_shares_cost_more_with_each_talk() -> None:
    """A second talk costs 20 of 25 points more, so that somebody else goes, who fits a little less well."""
    days = [FIRST, FIRST + timedelta(days=1)]
    options = [Option(number, speaker, day, 80 - 10 * speaker) for number, day in enumerate(days) for speaker in (0, 1)]
    costs = {options[0].share: [0, 20], options[1].share: [0, 20]}
    assert {options[place].speaker for place in solver.solve(Problem(options, WORTH, costs)).chosen} == {0, 1}
    fair_enough = {share: [0, 5] for share in costs}
    assert {options[place].speaker for place in solver.solve(Problem(options, WORTH, fair_enough)).chosen} == {0}


def test_who_finishes_late_is_not_far_away_the_next_morning() -> None:
    evening, morning = Option(1, 1, FIRST, 10, 1038, 1060), Option(2, 1, FIRST + timedelta(days=1), 10, 1055, 1070)
    costs = {evening.share: [0, 0]}
    answer = solver.solve(Problem([evening, morning], WORTH, costs))
    assert (len(answer.chosen), answer.conflicts) == (1, 1)
    near = morning._replace(begins=1061)
    assert len(solver.solve(Problem([evening, near], WORTH, costs)).chosen) == 2


def test_what_lies_too_far_apart_without_a_known_home_is_kept_apart() -> None:
    options = [Option(1, 1, FIRST, 10), Option(2, 1, FIRST + timedelta(days=1), 10)]
    problem = Problem(options, WORTH, {options[0].share: [0, 0]}, apart=[(0, 1)])
    assert len(solver.solve(problem).chosen) == 1
    assert len(model.greedy(problem)) == 1


def test_a_relaxation_in_parts_ends_within_a_hundredth_of_its_bound() -> None:
    """Three meetings of one speaker, each two of which exclude each other: the relaxation takes half of each."""
    options = [Option(number, 1, FIRST + timedelta(days=2 * number), 10) for number in range(3)]
    problem = Problem(options, WORTH, {options[0].share: [0, 0, 0]}, apart=[(0, 1), (1, 2), (0, 2)])
    answer = solver.solve(problem)
    assert (len(answer.chosen), answer.is_proven) == (1, False)
    assert answer.bound == pytest.approx(165)


def test_nothing_to_plan_is_a_plan() -> None:
    answer = solver.solve(Problem([], WORTH, {}))
    assert (answer.chosen, answer.score, answer.is_proven) == ((), 0, True)


def test_without_time_other_choices_are_told_as_at_least() -> None:
    problem = a_problem(3)
    exact, rough = solver.solve(problem), solver.solve(problem, compare_seconds=0)
    for request, others in rough.others.items():
        loses = {other.option: other.loses for other in exact.others[request]}
        for least in others:
            assert least.is_least
            assert least.loses <= loses.get(least.option, least.loses)
