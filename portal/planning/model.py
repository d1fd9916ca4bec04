"""A plan as a problem and its answer, in plain values: who may speak where on which day, and what it is worth.

It knows of no database and no solver. What a plan may not break and what it is worth is said here once; `solver`
finds the best, `greedy` what comes of giving each request the best who is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

Share = tuple[int, int]
"""A speaker and a month (year × 12 + month): fair shares and monthly numbers are counted by it."""


class Option(NamedTuple):
    """A speaker who may be asked for a request on a day, with the points of the ranked list.

    `begins` and `ends` are the half hours (counted from 1970, UTC) that it would keep them, travel included; both 0
    where the hour is not known. `request` and `speaker` are numbers, whatever they count.
    """

    request: int
    speaker: int
    day: date
    points: int
    begins: int = 0
    ends: int = 0

    @property
    def share(self) -> Share:
        """The speaker's month that the talk would count in."""
        return self.speaker, 12 * self.day.year + self.day.month


@dataclass(frozen=True)
class Problem:
    """Everything that a plan is made from.

    `worth` is what a meeting that takes place is worth, besides its points. `costs` tells for each speaker and month
    what one more talk costs in fair shares: the first entry is that of the first talk planned, and there are as many
    as the speaker takes on; they never fall. `apart` are pairs of options of one speaker (by their places) between
    which nobody can travel, besides those whose half hours meet.
    """

    options: Sequence[Option]
    worth: int
    costs: Mapping[Share, Sequence[int]]
    apart: Sequence[tuple[int, int]] = ()

    def score(self, chosen: Iterable[int]) -> int:
        """What some options (by their places) are worth together."""
        found = [self.options[place] for place in chosen]
        return sum(self.worth + each.points for each in found) - self.shared(found)

    def shared(self, options: Iterable[Option]) -> int:
        """What fair shares take from some options together."""
        talks = Counter(each.share for each in options)
        return sum(sum(self.costs[share][:count]) for share, count in talks.items())


class Other(NamedTuple):
    """Another option for a request, and what the whole plan loses where it is taken; with `is_least` at least that."""

    option: int
    loses: int
    is_least: bool


@dataclass(frozen=True)
class Answer:
    """A plan: the options chosen, what they are worth, and what no plan can exceed.

    `is_proven`: nothing is worth more. `others` are further options of each request with what they would cost;
    `conflicts` is how many rows about travel were needed, `seconds` the CPU that finding the plan took.
    """

    chosen: Sequence[int]
    score: int
    bound: float
    is_proven: bool
    others: Mapping[int, Sequence[Other]]
    conflicts: int = 0
    seconds: float = 0.0


def greedy(problem: Problem) -> list[int]:
    """Give each request in turn, the soonest first, the best who is left: as it is done from page to page."""
    by_request: dict[int, list[int]] = {}
    for place, option in enumerate(problem.options):
        by_request.setdefault(option.request, []).append(place)
    first_day = {request: min(problem.options[place].day for place in some) for request, some in by_request.items()}
    taken = _Taken(problem)
    for request in sorted(by_request, key=lambda number: (first_day[number], number)):
        free = [(taken.gain(place), -place) for place in by_request[request] if taken.is_free(place)]
        if free and max(free)[0] > 0:
            taken.take(-max(free)[1])
    return sorted(taken.places)


class _Taken:
    """The options that are taken so far."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self.places: list[int] = []
        self._of: dict[int, list[int]] = {}
        self._talks: Counter[Share] = Counter()
        self._apart = {frozenset(pair) for pair in problem.apart}

    def is_free(self, place: int) -> bool:
        """Whether an option may still be taken."""
        option = self._problem.options[place]
        if self._talks[option.share] >= len(self._problem.costs[option.share]):
            return False
        return not any(
            meet(option, self._problem.options[other]) or frozenset((place, other)) in self._apart
            for other in self._of.get(option.speaker, ())
        )

    def gain(self, place: int) -> int:
        """What it would add."""
        option = self._problem.options[place]
        return self._problem.worth + option.points - self._problem.costs[option.share][self._talks[option.share]]

    def take(self, place: int) -> None:
        """Take it."""
        option = self._problem.options[place]
        self.places.append(place)
        self._of.setdefault(option.speaker, []).append(place)
        self._talks[option.share] += 1


def meet(one: Option, other: Option) -> bool:
    """Whether one speaker cannot do both: they are on the same day, or their half hours meet, travel included."""
    return one.day == other.day or (one.begins < other.ends and other.begins < one.ends)


def broken(problem: Problem, chosen: Iterable[int]) -> Iterator[str]:
    """What of its rules a plan breaks; nothing, for a good one."""
    found = [problem.options[place] for place in chosen]
    for request, count in Counter(each.request for each in found).items():
        if count > 1:
            yield f"request {request} is served {count} times"
    for share, count in Counter(each.share for each in found).items():
        if count > len(problem.costs[share]):
            yield f"speaker {share[0]} has {count} talks in a month"
    taken = set(chosen)
    for one in taken:
        for other in taken:
            first, second = problem.options[one], problem.options[other]
            if one < other and first.speaker == second.speaker and meet(first, second):
                yield f"speaker {first.speaker} cannot do both {one} and {other}"
    for one, other in problem.apart:
        if one in taken and other in taken:
            yield f"nobody travels between {one} and {other}"
