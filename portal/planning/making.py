"""Making a plan, in the process that works aside: read, judge, solve; and writing down what was found.

This module brings the solver with it: the web processes and the worker name it by its dotted name only.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.jobs.kinds import Say
from portal.planning import facts, judged, model, solver, why
from portal.planning.facts import Wanted
from portal.planning.judged import Judged
from portal.planning.model import Answer, Option
from portal.speakers.plan_rows import Plan, PlanChoice, PlanLine


@dataclass
class Found:
    """What was worked out for a plan, with the seconds of CPU that its parts took."""

    judged: Judged
    answer: Answer
    greedy: list[int]
    read_seconds: float
    solve_seconds: float
    greedy_seconds: float


def work(session: Session, number: int, now: datetime, say: Say) -> Found:
    """Find the best plan for the window of a job's plan, as the facts are at `now`."""
    plan = session.scalars(select(Plan).where(Plan.job_id == number)).one()
    say("reading")
    began = time.process_time()
    known = judged.judge_all(facts.read(session, plan.first_on, plan.last_on, now))
    read = time.process_time()
    one_by_one = model.greedy(known.problem)
    went = time.process_time()
    answer = solver.solve(known.problem, say=say)
    return Found(known, answer, one_by_one, read - began, answer.seconds, went - read)


def keep(session: Session, number: int, found: Found, now: datetime) -> None:
    """Write down the plan of a job. Lines of an earlier try are written anew."""
    plan = session.scalars(select(Plan).where(Plan.job_id == number)).one()
    problem, answer = found.judged.problem, found.answer
    chosen = [problem.options[place] for place in answer.chosen]
    plan.read_at = now
    plan.speakers = len(found.judged.facts.rows)
    plan.in_hand = found.judged.facts.in_hand
    plan.possible = len(problem.options)
    plan.conflicts = answer.conflicts
    plan.meeting_worth = problem.worth
    plan.served = len(chosen)
    plan.points = sum(each.points for each in chosen)
    plan.shared = problem.shared(chosen)
    plan.score, plan.bound, plan.is_proven = answer.score, float(answer.bound), answer.is_proven
    plan.greedy_served, plan.greedy_score = len(found.greedy), problem.score(found.greedy)
    plan.read_seconds, plan.solve_seconds = found.read_seconds, found.solve_seconds
    plan.greedy_seconds = found.greedy_seconds
    plan.lines.clear()
    session.flush()
    plan.lines.extend(_lines(found))


def _lines(found: Found) -> Iterator[PlanLine]:
    """A line for each request: those that are served by day, then those that nobody takes."""
    options = found.judged.problem.options
    served = {options[place].request: options[place] for place in found.answer.chosen}

    def order(wanted: Wanted) -> tuple[Any, ...]:
        option = served.get(wanted.number)
        hours = [
            (each.day, each.starts_at or found.judged.facts.now)
            for each in wanted.occasions
            if option is None or each.day == option.day
        ]
        return option is None, wanted.has_no_date, min(hours, default=()), wanted.number

    for place, wanted in enumerate(sorted(found.judged.facts.wanted, key=order)):
        option = served.get(wanted.number)
        others = found.answer.others.get(wanted.number, ())
        yield PlanLine(
            submission_id=wanted.number,
            place=place,
            version=wanted.version,
            is_served=option is not None,
            why=[] if option else why.nobody(wanted, found.judged, bool(others)),
            choices=list(_choices(found, [] if option is None else [(option, 0, False)], others)),
        )


def _choices(
    found: Found, proposed: list[tuple[Option, int, bool]], others: Iterable[solver.Other]
) -> Iterator[PlanChoice]:
    options, versions = found.judged.problem.options, found.judged.facts.versions
    rest = [(options[each.option], each.loses, each.is_least) for each in others]
    for place, (option, loses, is_least) in enumerate(proposed + rest, 0 if proposed else 1):
        yield PlanChoice(
            speaker_id=option.speaker,
            speaker_version=versions[option.speaker],
            place=place,
            day=option.day,
            points=option.points,
            loses=loses,
            is_least=is_least,
            reasons=[
                [reason.words, reason.points, reason.is_small, is_against]
                for reason, is_against in found.judged.counts(option)
            ],
        )
