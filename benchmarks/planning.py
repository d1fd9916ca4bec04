"""What a plan of many meetings costs: `python -m benchmarks.planning` (`make bench-planning`, and part of `make bench`).

A database in a temporary folder gets 200 invented speakers with bookings, and 500 requests that want one in January.
What must hold: the proven optimum without travel in 2 s of CPU, with it a plan within 1 % of the relaxation's bound in
10 s, and 200 MB above a resting worker at most, in the process that works aside alone.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from benchmarks import matching
from benchmarks.matching import NOW, counted
from benchmarks.serve import settings
from portal import create_app
from portal.accounts import commands
from portal.clock import utc_now
from portal.directory.gazetteer import outcode_table
from portal.directory.load import load_reference_data
from portal.directory.places import topics
from portal.extensions import db, reading_only
from portal.jobs import running
from portal.jobs.keeping import ask, take
from portal.planning import facts, judged, model, solver
from portal.planning.model import Problem
from portal.speakers.models import SpeakerRequest
from portal.speakers.plan_rows import Plan
from portal.speakers.register import Speaker

FIRST, LAST = date(2027, 1, 1), date(2027, 1, 31)
MOST_SECONDS, MOST_SECONDS_WITH_TRAVEL, MOST_MB = 2.0, 10.0, 200
LEAST_PART = 0.99


def main() -> None:
    """Seed, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--speakers", type=int, default=200)
    arguments = parser.parse_args()
    for line in measured(arguments.requests, arguments.speakers):
        print(line, flush=True)


def measured(requests: int, speakers: int) -> list[str]:
    """The lines to print."""
    with tempfile.TemporaryDirectory() as folder:
        given = settings(str(Path(folder) / "bench.sqlite3"))
        app = create_app(**given)
        with app.app_context():
            db.create_all()
            load_reference_data(db.session)
            commands.create_coordinator(
                email="maria@example.org",
                name="Maria Kovalenko",
                role="coordinator",
                password=matching.PASSWORD,
                now=NOW,
            )
            db.session.commit()
            matching.fill(speakers, max(2 * requests, 10 * speakers))
            want(requests, random.Random(requests))
            number = waiting_plan()
            # The process that works aside is measured before this one has grown: its children's peak is its own.
            lines = [at_work(app.config, number)]
            lines += solved()
            db.session.remove()
            db.engine.dispose()
    return lines


def want(requests: int, rng: random.Random) -> None:
    """Make so many requests want a speaker in the window, and no others; and speakers used to long ways."""
    outcodes = list(outcode_table().values())
    found = list(db.session.scalars(select(SpeakerRequest).order_by(SpeakerRequest.id)))
    for request in found:
        request.state, request.held_reason = "closed", None
    for request in found[:requests]:
        place, days = rng.choice(outcodes), rng.sample(range(31), rng.choice([1, 1, 1, 2, 3]))
        request.state, request.is_open, request.meeting_on, request.confirmed_time = "matching", True, None, None
        request.dates = [
            {"on": (FIRST + timedelta(days=day)).isoformat(), "time": rng.choice(["09:00", "13:00", "19:00", "19:30"])}
            for day in sorted(days)
        ]
        request.meeting_format = rng.choice(["in-person", "online", "either", "either"])
        request.venue_postcode, request.latitude, request.longitude = f"{place.outcode} 1AA", place.lat, place.lon
        request.topics = [topic.slug for topic in rng.sample(topics(), 2)]
        request.wanted_speaker = rng.choice(["no-preference", "campaign", "ukrainian"])
        request.contested, request.talk_minutes = rng.choice(["no", "yes", "not-sure"]), 20
        request.named_speaker = request.date_rule = ""
    for speaker in db.session.scalars(select(Speaker)):
        speaker.most_miles = rng.choice([40, 80, 200, 400, 400])
    db.session.commit()


def waiting_plan() -> int:
    """Ask for a plan, as the desk does; the number of its job."""
    job = ask(db.session(), "plan", None, NOW)
    db.session.add(Plan(job_id=job.id, first_on=FIRST, last_on=LAST))
    db.session.commit()
    return job.id


def at_work(config: Any, number: int) -> str:
    """The whole work in its own process, as the worker starts it: how long it takes, and its memory."""
    taken = take(db.session(), "bench", utc_now())
    assert taken is not None
    assert taken[0].id == number
    passed = {name: config[name] for name in running.PASSED_ON}
    message = {"job": number, "holder": taken[1], "now": NOW.isoformat(), "seconds": 300, "settings": passed}
    db.session.commit()
    rest = _peak_at_rest()
    began = time.perf_counter()
    process = running.start(message)
    process.wait()
    took = time.perf_counter() - began
    above = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024 - rest
    plan = db.session.scalars(select(Plan).execution_options(populate_existing=True)).one()
    assert plan.job.stage == "ready", plan.job.trouble
    return (
        f"the process aside, start to end: {took:.1f} s, {above:.0f} MB above rest"
        f" (target {MOST_MB}){'' if above <= MOST_MB else '  TOO MUCH'}"
    )


def _peak_at_rest() -> float:
    """The peak (MB) of a process that holds the application and does nothing, as a worker rests."""
    subprocess.run([sys.executable, "-c", "import portal.aside"], cwd=running.ROOT, check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def solved() -> list[str]:
    """Reading and judging, and solving without and with travel, beside the greedy plan."""
    reading_only.set(True)
    with counted() as statements:
        began = time.process_time()
        known = facts.read(db.session(), FIRST, LAST, NOW)
        read = time.process_time()
    problem = judged.judge_all(known).problem
    done = time.process_time()
    reading_only.set(False)
    lines = [
        f"{len(known.wanted)} requests, {len(known.rows)} speakers, {len(problem.options):,} pairs on a day",
        f"reading {read - began:.2f} s in {len(statements)} statements, judging {done - read:.2f} s",
        f"{'plan':<18} {'CPU s':>6} {'target':>6} {'served':>6} {'score':>8} {'of bound':>8}  {'greedy':<22} rows for travel",
    ]
    still = replace(problem, options=[each._replace(begins=0, ends=0) for each in problem.options], apart=())
    lines.append(_line("without travel", still, MOST_SECONDS, 1.0))
    lines.append(_line("with travel", problem, MOST_SECONDS_WITH_TRAVEL, LEAST_PART))
    lines.append(_line("with much travel", exhausting(problem), MOST_SECONDS_WITH_TRAVEL, LEAST_PART))
    return lines


def exhausting(problem: Problem) -> Problem:
    """The same, where every way takes the better part of a day and a few speakers take on many talks: travel counts."""
    rng = random.Random(len(problem.options))
    some = {each.speaker for each in problem.options if each.speaker % 5 == 0}
    options = []
    for each in problem.options:
        if each.speaker in some:
            travel = rng.randint(0, 24)
            options.append(each._replace(begins=max(each.begins - travel, 1), ends=each.ends + travel))
    costs = {share: [0, *range(1, 16)] for share in problem.costs}
    return replace(problem, options=options, costs=costs, apart=())


def _line(name: str, problem: Problem, most: float, least: float) -> str:
    began = time.process_time()
    by_greed = model.greedy(problem)
    greed = time.process_time() - began
    answer = solver.solve(problem, compare_seconds=0)
    part = answer.score / answer.bound
    is_good = answer.seconds <= most and part >= least and not any(model.broken(problem, answer.chosen))
    beside = f"{len(by_greed)}, {problem.score(by_greed):,} in {greed:.2f} s"
    return (
        f"{name:<18} {answer.seconds:>6.2f} {most:>6.0f} {len(answer.chosen):>6} {answer.score:>8,} {part:>8.2%}"
        f"  {beside:<22} {answer.conflicts}{', proven' if answer.is_proven else ''}{'' if is_good else '  TOO MUCH'}"
    )


if __name__ == "__main__":
    main()
