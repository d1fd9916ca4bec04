"""The route of a tour: days of travel and of rest, and the solver against trying every chain of meetings."""

from __future__ import annotations

import itertools
import random
from datetime import date, timedelta
from typing import Any

import pytest

from portal.touring import legs, routes, solving
from portal.touring.legs import REST, TRAVEL, Trip
from portal.touring.routes import Choice, Task

FIRST = date(2027, 1, 11)
LONDON, LEEDS, DURHAM, GLASGOW = (51.5, -0.12), (53.8, -1.55), (54.78, -1.57), (55.86, -4.25)


def on(number: int) -> date:
    """The day of the tour with that number; the first is 1."""
    return FIRST + timedelta(days=number - 1)


def trip(days: int = 5, **more: Any) -> Trip:
    """A tour from London."""
    values: dict[str, Any] = {"first": FIRST, "last": on(days), "start": LONDON, "end": None, "most_miles": 200}
    return Trip(**(values | more))


def every_chain(task: Task) -> int:
    """The worth of the best route, found by trying all of them; pins count as they do in the model."""
    best = 0
    for size in range(1, len(task.choices) + 1):
        for chain in itertools.combinations(task.choices, size):
            if len({stop.number for stop in chain}) < size or len({stop.day for stop in chain}) < size:
                continue
            found = routes.route(task.trip, chain, task.a_mile)
            if found is not None:
                best = max(best, found.value + sum(stop.value - stop.worth for stop in chain))
    return best


def worth(task: Task, chain: tuple[Choice, ...]) -> int:
    """What the solver's own answer is worth, by the legs alone."""
    if not chain:
        return 0
    found = routes.route(task.trip, chain, task.a_mile)
    assert found is not None, "the solver has chosen a route that nobody can travel"
    return found.value + sum(stop.value - stop.worth for stop in chain)


@pytest.mark.parametrize("seed", range(60))
def test_the_solver_finds_what_trying_everything_finds(seed: int) -> None:
    chance = random.Random(seed)
    length = chance.randint(3, 9)
    choices = []
    for number in range(1, chance.randint(2, 6)):
        place = (chance.uniform(51, 56), chance.uniform(-4, 0))
        for day in sorted(chance.sample(range(1, length + 1), chance.randint(1, min(2, length)))):
            choices.append(Choice(number, on(day), place, chance.randint(-200, 1500), chance.random() < 0.15))
    task = Task(
        trip(
            length,
            end=LONDON if chance.random() < 0.4 else None,
            most_miles=chance.choice((60, 120, 200, 400)),
            rest_after=chance.choice((0, 1, 2, 3)),
            rests=frozenset(on(day) for day in range(1, length + 1) if chance.random() < 0.15),
        ),
        choices,
        chance.choice((0, 2, 5, 20)),
    )
    assert worth(task, solving.best(task)) == every_chain(task)


def test_a_long_way_is_travelled_on_several_days() -> None:
    far = Choice(1, on(2), GLASGOW, 1000)
    assert legs.miles_between(LONDON, GLASGOW) > 200
    assert routes.route(trip(), [Choice(1, on(1), GLASGOW, 1000)]) is None
    found = routes.route(trip(), [far])
    assert found is not None
    assert found.days[0] == (on(1), TRAVEL)
    assert found.days[1] == (on(2), legs.MEETING)
    assert [what for _, what in found.days[2:]] == [REST] * 3


def test_after_so_many_days_on_the_road_comes_one_of_rest() -> None:
    every_day = [Choice(number, on(number), LEEDS, 100) for number in range(1, 6)]
    task = Task(trip(rest_after=2), every_day, 0)
    chosen = solving.best(task)
    assert len(chosen) == 4
    route = routes.route(task.trip, chosen)
    assert route is not None
    assert [what for _, what in route.days].count(REST) == 1


def test_nobody_travels_or_speaks_on_a_day_that_is_kept_free() -> None:
    task = Task(trip(rests=frozenset({on(2)})), [Choice(1, on(2), LEEDS, 100), Choice(2, on(3), LEEDS, 50)], 0)
    assert [stop.number for stop in solving.best(task)] == [2]
    assert routes.route(trip(rests=frozenset({on(1)})), [Choice(1, on(2), GLASGOW, 1)]) is None


def test_who_must_be_back_leaves_in_time() -> None:
    last_day = [Choice(1, on(5), LEEDS, 1000)]
    assert solving.best(Task(trip(end=LONDON), last_day, 0)) == ()
    day_before = [Choice(1, on(4), LEEDS, 1000)]
    assert solving.best(Task(trip(end=LONDON), day_before, 0)) == tuple(day_before)


def test_a_meeting_that_is_not_worth_its_way_stays_out() -> None:
    near, far = Choice(1, on(1), LONDON, 100), Choice(2, on(3), GLASGOW, 300)
    task = Task(trip(), [near, far], 1)
    assert solving.best(task) == (near,)
    route = routes.route(task.trip, [near], 1)
    assert route is not None
    assert "miles longer" in routes.why_not(task, route, 2)


def test_a_pin_goes_before_what_is_worth_more() -> None:
    pinned, better = Choice(1, on(2), DURHAM, 10, True), Choice(2, on(2), LEEDS, 2000)
    task = Task(trip(most_miles=300), [pinned, better], 0)
    assert solving.best(task) == (pinned,)
    route = routes.route(task.trip, [pinned])
    assert route is not None
    assert routes.why_not(task, route, 2) == "1 stands on that day"


def test_no_request_stands_twice_on_a_route() -> None:
    same = [Choice(1, on(day), LEEDS, 500) for day in range(1, 6)]
    assert len(solving.best(Task(trip(), same, 0))) == 1


def test_a_fortnight_with_open_dates_is_solved_in_the_time_of_a_breath() -> None:
    chance = random.Random(3)
    choices = [
        Choice(number, on(day), (chance.uniform(51, 56), chance.uniform(-4, 0)), chance.randint(500, 1600))
        for number in range(1, 31)
        for day in (range(1, 13) if number <= 5 else sorted(chance.sample(range(1, 15), 2)))
    ]
    task = Task(trip(14, rest_after=4, most_miles=150), choices, 2)
    chosen = solving.best(task)
    assert len(chosen) >= 8
    assert routes.route(task.trip, chosen) is not None
