"""The best route of a tour, as a model for a solver: which meetings on which days, so that worth less travel is most.

Each choice is one request on one day. A route is a path through days: a step is taken from one choice to a later one
where the way can be made, and no request stands on it twice. Nothing here asks the database, and nothing here solves:
`model` gives what `solving` hands to the solver, `route` reads a chain of choices, and both use the same `legs`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from portal.touring import legs
from portal.touring.legs import DAY, MEETING, Place, Trip

TENTHS = 10
"""Values are whole tenths of a point, so that one mile less counts."""
OF_A_PIN = 100_000
"""What is pinned goes before anything else, but does not make a route impossible."""
START, END = 0, 1


class Choice(NamedTuple):
    """A request (its number) on one of its days, where it is, and what it is worth there, in tenths of a point."""

    number: int
    day: date
    place: Place
    worth: int
    is_pinned: bool = False

    @property
    def value(self) -> int:
        """What it counts for in the model."""
        return self.worth + (OF_A_PIN if self.is_pinned else 0)


@dataclass(frozen=True)
class Task:
    """A trip, the choices and what a mile costs, in tenths of a point."""

    trip: Trip
    choices: Sequence[Choice]
    a_mile: int


class Step(NamedTuple):
    """An arc of the model: from one node to another, and what taking it is worth."""

    source: int
    target: int
    value: int


@dataclass
class Model:
    """Nodes are numbers: the start, the end, and each choice reached after so many days on the road.

    `choice_of` tells which choice a node stands for (its place in the task), `nodes_of` which nodes are of a request.
    """

    steps: list[Step] = field(default_factory=list)
    choice_of: dict[int, int] = field(default_factory=dict)
    nodes_of: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.choice_of) + 2


class Leg(NamedTuple):
    """The way to a stop, or to the end (`number` None): how far, and what the days before its last day are for."""

    number: int | None
    miles: int
    days: tuple[tuple[date, str], ...]


@dataclass(frozen=True)
class Route:
    """A chain of choices that can be travelled. `value` is in tenths of a point, pins left aside."""

    stops: tuple[Choice, ...]
    legs: tuple[Leg, ...]
    value: int

    @property
    def miles(self) -> int:
        """All miles, the way to the end included."""
        return sum(leg.miles for leg in self.legs)

    @property
    def days(self) -> list[tuple[date, str]]:
        """Every day of the tour, and what it is for."""
        found = [pair for leg in self.legs for pair in leg.days]
        return sorted([*found, *((stop.day, MEETING) for stop in self.stops)])


def model(task: Task) -> Model:
    """All steps that may be taken, from the start over the choices to the end; those nobody can reach are left out."""
    built = Model()
    numbers: dict[tuple[int, int], int] = {}
    in_order = sorted(range(len(task.choices)), key=lambda place: (task.choices[place].day, place))
    reached: dict[int, list[int]] = defaultdict(list)

    def reach(place: int, on_the_road: int) -> int:
        key = place, on_the_road
        if key not in numbers:
            numbers[key] = node = len(numbers) + 2
            built.choice_of[node] = place
            built.nodes_of[task.choices[place].number].append(node)
            reached[place].append(on_the_road)
        return numbers[key]

    built.steps.append(Step(START, END, 0))
    for rank, place in enumerate(in_order):
        choice = task.choices[place]
        _step(task, built, START, None, 0, place, reach)
        # Whatever leads to this day has been looked at: what starts from it can be written down.
        for earlier in in_order[:rank]:
            if task.choices[earlier].day < choice.day and task.choices[earlier].number != choice.number:
                for on_the_road in reached[earlier]:
                    _step(task, built, numbers[earlier, on_the_road], earlier, on_the_road, place, reach)
    for (place, on_the_road), node in numbers.items():
        choice = task.choices[place]
        miles = legs.miles_between(choice.place, task.trip.end) if task.trip.end else 0
        if legs.way_out(task.trip, choice.day + DAY, miles, on_the_road) is not None:
            built.steps.append(Step(node, END, -task.a_mile * miles))
    return built


def _step(
    task: Task,
    built: Model,
    source: int,
    before: int | None,
    on_the_road: int,
    place: int,
    reach: Callable[[int, int], int],
) -> None:
    """Write one step down, where the way can be made."""
    choice = task.choices[place]
    here = task.choices[before].place if before is not None else task.trip.start
    first = task.choices[before].day + DAY if before is not None else task.trip.first
    miles = legs.miles_between(here, choice.place)
    found = legs.way(task.trip, first, choice.day, miles, on_the_road)
    if found is not None:
        built.steps.append(Step(source, reach(place, found.on_the_road), choice.value - task.a_mile * miles))


def route(trip: Trip, stops: Iterable[Choice], a_mile: int = 0) -> Route | None:
    """The route through these stops in the order of their days; None where it cannot be travelled so."""
    chain = tuple(sorted(stops, key=lambda stop: stop.day))
    here, first, on_the_road = trip.start, trip.first, 0
    found, value = [], 0
    for stop in chain:
        miles = legs.miles_between(here, stop.place)
        way = legs.way(trip, first, stop.day, miles, on_the_road) if trip.first <= stop.day <= trip.last else None
        if way is None or first > stop.day:
            return None
        found.append(Leg(stop.number, miles, way.between))
        value += stop.worth - a_mile * miles
        here, first, on_the_road = stop.place, stop.day + DAY, way.on_the_road
    miles = legs.miles_between(here, trip.end) if chain and trip.end else 0
    out = legs.way_out(trip, first, miles, on_the_road)
    if out is None:
        return None
    found.append(Leg(None, miles, out.between))
    return Route(chain, tuple(found), value - a_mile * miles)


def why_not(task: Task, chosen: Route, number: int, name: Callable[[int], str] = str) -> str:
    """Why a request that fits does not stand on the best route, in words that follow "It is left out:".

    `name` gives the words for a request of a number.
    """
    options = [choice for choice in task.choices if choice.number == number]
    taken = {stop.day: stop for stop in chosen.stops}
    beaten = [option for option in options if option.day in taken]
    sentences = []
    for option in options:
        others = [stop for stop in chosen.stops if stop.day != option.day]
        instead = route(task.trip, [*others, option], task.a_mile)
        if option in beaten:
            continue
        if instead is None:
            sentences.append("there is no time for the way there and on, with the rest that is kept")
        else:
            more = instead.miles - chosen.miles
            sentences.append(f"the way would be {more} miles longer, more than the meeting adds")
    if not sentences and beaten:
        names = " and ".join(name(taken[option.day].number) for option in beaten)
        return f"{names} stands on that day" if len(beaten) == 1 else f"{names} stand on its days"
    return sentences[0] if sentences else "no day is left for it"
