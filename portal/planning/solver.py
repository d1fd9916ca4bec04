"""The best plan, found by HiGHS. Only the process that works aside imports this.

A yes or no for each option; each request at most once, each speaker at most once a day and so often a month as they
take on. Fair shares are unit steps that never get cheaper. These rows are a network, so that the relaxation has whole
numbers and its optimum is the plan's. Only travel between days breaks that: rows for it are added where the
relaxation breaks them, and where it then is broken into parts, a search ends within 1 % of its bound.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import highspy
import numpy as np

from portal.planning import model
from portal.planning.model import Answer, Option, Other, Problem, Share

GAP = 0.01
"""How far below the bound a plan may stay where engagements conflict."""
SEARCH_SECONDS = 8.0
COMPARE_SECONDS = 20.0
"""How long it is looked, in all, what other choices cost exactly; the rest is told as "at least"."""
OTHERS = 3
PRICED = 8
"""So many other choices of a request are looked at, of which those that cost the plan least are shown."""
WHOLE = 1e-6
ROUNDS = 50
"""So often at most rows about travel are added; what is then still broken the search sees to."""


class Solver:
    """One problem within HiGHS, with the rows about travel that were needed so far."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.count = len(problem.options)
        self.travel: list[tuple[int, ...]] = []
        self._known: set[tuple[int, ...]] = set()
        self._by_speaker: dict[int, list[int]] = {}
        for place, option in enumerate(problem.options):
            self._by_speaker.setdefault(option.speaker, []).append(place)
        self._apart: dict[int, list[int]] = {}
        for one, other in problem.apart:
            self._apart.setdefault(one, []).append(other)
        self.highs = _model(problem)
        self.values = np.zeros(self.count)

    def relax(self) -> float:
        """Solve the relaxation with all rows about travel that it needs; gives its value, which no plan exceeds."""
        for _ in range(ROUNDS):
            value = self._run()
            if not self._forbid(self._broken(self.values)):
                break
        return value

    def search(self, within: float) -> list[int]:
        """A plan in whole numbers, within a part of the bound; rows about travel that it breaks are added."""
        whole = np.arange(self.count, dtype=np.int32)
        self.highs.changeColsIntegrality(self.count, whole, np.array([highspy.HighsVarType.kInteger] * self.count))
        self.highs.setOptionValue("mip_rel_gap", within)
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + SEARCH_SECONDS)
        try:
            for _ in range(ROUNDS):
                self._run()
                if not self._forbid(self._broken(self.values)):
                    break
            return self.chosen()
        finally:
            self.highs.changeColsIntegrality(
                self.count, whole, np.array([highspy.HighsVarType.kContinuous] * self.count)
            )
            self.highs.setOptionValue("time_limit", highspy.kHighsInf)

    def chosen(self) -> list[int]:
        """The options that the last solution takes."""
        return [int(place) for place in np.flatnonzero(self.values > 0.5)]

    def is_whole(self) -> bool:
        """Whether the last solution has no parts."""
        return bool(np.all(np.minimum(self.values, 1 - self.values) < WHOLE))

    def forced(self, place: int) -> tuple[float, bool]:
        """The value where one option must be taken, and whether a plan reaches it."""
        self.highs.changeColBounds(place, 1.0, 1.0)
        value = self.relax()
        is_reached = self.is_whole() and not self._broken(self.values)
        self.highs.changeColBounds(place, 0.0, 1.0)
        return value, is_reached

    def _run(self) -> float:
        self.highs.run()
        solution = np.array(self.highs.getSolution().col_value)
        self.values = solution[: self.count]
        return float(self.highs.getInfo().objective_function_value)

    def reduced(self) -> Any:
        """What each option would at least take from the value of the relaxation just solved."""
        return np.array(self.highs.getSolution().col_dual)[: self.count]

    def _forbid(self, rows: Iterable[tuple[int, ...]]) -> int:
        """Add rows of which one option at most is taken; how many were new."""
        new = [row for row in dict.fromkeys(rows) if row not in self._known]
        for row in new:
            self.highs.addRow(-highspy.kHighsInf, 1.0, len(row), np.array(row, dtype=np.int32), np.ones(len(row)))
        self._known.update(new)
        self.travel.extend(new)
        return len(new)

    def _broken(self, values: Any) -> list[tuple[int, ...]]:
        """Rows about travel that a solution breaks."""
        used = np.flatnonzero(values > WHOLE)
        by_speaker: dict[int, list[int]] = {}
        for place in used.tolist():
            by_speaker.setdefault(self.problem.options[place].speaker, []).append(place)
        found: list[tuple[int, ...]] = []
        for speaker, some in by_speaker.items():
            if len(some) > 1:
                found.extend(self._broken_of(self._by_speaker[speaker], some, values))
        return found

    def _broken_of(self, theirs: Sequence[int], used: Sequence[int], values: Any) -> Iterable[tuple[int, ...]]:
        """As `_broken`, of one speaker, who is used for some of their options."""
        options = self.problem.options
        days = sorted({options[place].day for place in used})
        for before, after in pairwise(days):
            ends = [(options[place].ends, place) for place in used if options[place].day == before]
            begins = sorted((options[place].begins, place) for place in used if options[place].day == after)
            for moment, _ in begins:
                if not moment:
                    continue
                weight = sum(values[place] for end, place in ends if end > moment)
                weight += sum(values[place] for begin, place in begins if 0 < begin <= moment)
                if weight > 1 + WHOLE:
                    yield tuple(
                        place
                        for place in theirs
                        if (options[place].day == before and options[place].ends > moment)
                        or (options[place].day == after and 0 < options[place].begins <= moment)
                    )
        for one in used:
            for other in self._apart.get(one, ()):
                if values[one] + values[other] > 1 + WHOLE:
                    yield (one, other)


def solve(problem: Problem, *, compare_seconds: float = COMPARE_SECONDS, say: Any = lambda doing: None) -> Answer:
    """The best plan for a problem, and what other choices would cost; `say` hears what it is at."""
    if not problem.options:
        return Answer((), 0, 0.0, True, {})
    say("solving")
    began = time.process_time()
    solver = Solver(problem)
    bound = solver.relax()
    reduced = solver.reduced()
    chosen = solver.chosen()
    is_proven = solver.is_whole()
    if not is_proven:
        chosen = _better(problem, solver.search(GAP), model.greedy(problem))
        is_proven = problem.score(chosen) >= bound - WHOLE * max(1.0, abs(bound))
    score = problem.score(chosen)
    conflicts, seconds = len(solver.travel), time.process_time() - began
    say("comparing")
    others = compare(problem, solver, chosen, bound=bound, reduced=reduced, seconds=compare_seconds)
    return Answer(sorted(chosen), score, max(bound, score), is_proven, others, conflicts, seconds)


def _better(problem: Problem, one: list[int], other: list[int]) -> list[int]:
    """Of two plans the one that is worth more; one that breaks a rule is worth nothing."""
    if any(model.broken(problem, one)):
        return other
    return max(one, other, key=problem.score)


def compare(
    problem: Problem, solver: Solver, chosen: Sequence[int], *, bound: float, reduced: Any, seconds: float
) -> dict[int, list[Other]]:
    """What the plan loses where each request has another of its options: the choices that cost least.

    Exactly, as long as there is time. Those with the most points are looked at first, for all requests; others take
    their place only where it is known what they cost.
    """
    ends_by = time.monotonic() + seconds
    options, score = problem.options, problem.score(chosen)
    takes = {options[place].request: options[place].speaker for place in chosen}
    at_best = bound - np.abs(np.asarray(reduced))
    candidates = best_others(options, takes, at_best)
    found: dict[int, list[Other]] = {request: [] for request in candidates}
    for part in (slice(OTHERS), slice(OTHERS, None)):
        for request, places in candidates.items():
            for place in places[part]:
                # What the relaxation says of one option alone holds for any plan.
                value, is_reached, is_late = float(at_best[place]), False, time.monotonic() >= ends_by
                if is_late and part.start:
                    continue
                if not is_late:
                    value, is_reached = solver.forced(place)
                loses = max(0, round(score - value) if is_reached else int(np.ceil(score - value - WHOLE)))
                found[request].append(Other(place, loses, not is_reached))

    def order(other: Other) -> tuple[int, int, int]:
        return other.loses, -options[other.option].points, other.option

    return {request: sorted(some, key=order)[:OTHERS] for request, some in found.items()}


def best_others(options: Sequence[Option], takes: dict[int, int], at_best: Any) -> dict[int, list[int]]:
    """For each request options of other speakers than the one it has, one of each speaker.

    First those with the most points, then those with which a plan could be worth most (`at_best`, of each option).
    """
    best: dict[int, dict[int, int]] = {}
    for place, option in enumerate(options):
        if takes.get(option.request) == option.speaker:
            continue
        of_request = best.setdefault(option.request, {})
        known = of_request.get(option.speaker)
        if known is None or options[known].points < option.points:
            of_request[option.speaker] = place
    found = {}
    for request, some in best.items():
        by_points = sorted(some.values(), key=lambda place: (-options[place].points, place))
        rest = sorted(by_points[OTHERS:], key=lambda place: -at_best[place])
        found[request] = by_points[:OTHERS] + rest[: PRICED - OTHERS]
    return found


def _model(problem: Problem) -> highspy.Highs:
    """The rows of requests, days and months, and the columns of options and of the steps of fair shares."""
    requests: dict[Any, int] = {}
    days: dict[Any, int] = {}
    months: dict[Share, int] = {}
    per_day: dict[Any, int] = {}
    for option in problem.options:
        per_day[option.speaker, option.day] = per_day.get((option.speaker, option.day), 0) + 1
    starts: list[int] = []
    index: list[int] = []
    cost: list[int] = []
    rows = 0

    def row(of: dict[Any, int], key: Any) -> int:
        nonlocal rows
        if key not in of:
            of[key] = rows
            rows += 1
        return of[key]

    for option in problem.options:
        starts.append(len(index))
        index.append(row(requests, option.request))
        if per_day[option.speaker, option.day] > 1:
            index.append(row(days, (option.speaker, option.day)))
        index.append(row(months, option.share))
        cost.append(problem.worth + option.points)
    value = [1.0] * len(index)
    upper = [1.0] * len(cost)
    for share, number in months.items():
        # Steps that cost the same are one column.
        for step in sorted(set(problem.costs[share])):
            starts.append(len(index))
            index.append(number)
            value.append(-1.0)
            cost.append(-step)
            upper.append(float(sum(1 for each in problem.costs[share] if each == step)))
    at_most = np.ones(rows)
    at_most[list(months.values())] = 0.0
    return _passed(starts, index, value, cost, upper, at_most)


def _passed(starts: Any, index: Any, value: Any, cost: Any, upper: Any, at_most: Any) -> highspy.Highs:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(cost), len(at_most)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.array(cost, dtype=np.double)
    lp.col_lower_ = np.zeros(len(cost))
    lp.col_upper_ = np.array(upper)
    lp.row_lower_ = np.full(len(at_most), -highspy.kHighsInf)
    lp.row_upper_ = at_most
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.array([*starts, len(index)], dtype=np.int32)
    lp.a_matrix_.index_ = np.array(index, dtype=np.int32)
    lp.a_matrix_.value_ = np.array(value, dtype=np.double)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.passModel(lp)
    return highs
