"""What matching twins costs: `python -m benchmarks.twinning` (`make bench-twinning`, and part of `make bench`).

A database in a temporary folder gets 5,000 invented bodies in Ukraine and as many branches that look for a twin. What
must hold: the ranked list of one branch among all bodies, and of one body among all branches, in 60 ms of CPU and two
statements, reading and all; a stable pairing of 500 and 500 in 3 s.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, select, text

from benchmarks import seed
from benchmarks.matching import counted
from benchmarks.serve import settings
from portal import create_app
from portal.directory.load import load_reference_data
from portal.directory.models import Union
from portal.directory.subjects import sectors
from portal.directory.tongues import LEVELS
from portal.directory.ukraine import oblasts
from portal.directory.ukrainian_unions import ukrainian_unions
from portal.extensions import db, reading_only
from portal.server import OBJECTS_BETWEEN_SWEEPS
from portal.submissions.models import Consent, Submission
from portal.twinning import exchange, matching, pairing, waiting
from portal.twinning.bodies import UkrainianBody
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import PASS_ON, UkrainianRegistration
from portal.twinning.weights import USUAL

MOST_MS, MOST_SECONDS, MOST_STATEMENTS = 60, 3.0, 2
SHOWN = 10
CHUNK = 1000
NOW = seed.NOW


def main() -> None:
    """Seed, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bodies", type=int, default=5000)
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--times", type=int, default=30)
    arguments = parser.parse_args()
    for line in measured(arguments.bodies, arguments.pairs, arguments.times):
        print(line, flush=True)


def measured(bodies: int, pairs: int, times: int = 30) -> list[str]:
    """The lines to print."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(**settings(str(Path(folder) / "bench.sqlite3")))
        with app.app_context():
            db.create_all()
            load_reference_data(db.session)
            db.session.commit()
            fill(bodies)
            # As the server does before it answers the first page.
            gc.freeze()
            gc.set_threshold(OBJECTS_BETWEEN_SWEEPS, 10, 10)
            lines = [f"{'ranked list':<36} {'CPU ms':>7} {'target':>6} {'statements':>10} {'target':>6}  best, blocked"]
            lines.append(_line(f"a branch among {bodies:,} bodies", bodies_for, bodies + 1, times))
            lines.append(_line(f"a body among {bodies:,} branches", branches_for, 1, times))
            lines.append(_paired(pairs))
            db.session.remove()
            db.engine.dispose()
    return lines


def bodies_for(number: int) -> matching.Ranked:
    """The list of one branch, as its page would show it."""
    branch = waiting.branch(db.session(), number)
    assert branch is not None
    return matching.bodies_for(branch, waiting.bodies(db.session()), USUAL, NOW, most=SHOWN)


def branches_for(number: int) -> matching.Ranked:
    """The list of one body."""
    body = waiting.body(db.session(), number)
    assert body is not None
    return matching.branches_for(body, waiting.branches(db.session()), USUAL, NOW, most=SHOWN)


def _line(name: str, ranked: Callable[[int], matching.Ranked], number: int, times: int) -> str:
    spent, sent = [], 0
    for _ in range(times + 3):
        reading_only.set(True)
        with counted() as statements:
            before = time.process_time()
            found = ranked(number)
            spent.append(1000 * (time.process_time() - before))
        sent = max(sent, len(statements))
        db.session.remove()
    reading_only.set(False)
    took = statistics.median(spent[3:])
    best = f"{found.ranked[0].points} points" if found.ranked else "nobody"
    return (
        f"{name:<36} {took:>7.1f} {MOST_MS:>6} {sent:>10} {MOST_STATEMENTS:>6}  {best}, {len(found.blocked)}"
        f"{'' if took <= MOST_MS and sent <= MOST_STATEMENTS else '  TOO MUCH'}"
    )


def _paired(pairs: int) -> str:
    here = [each for each in waiting.branches(db.session()) if not each.is_asked][:pairs]
    there = [each for each in waiting.bodies(db.session()) if each.is_confirmed and each.is_sought][:pairs]
    before = time.process_time()
    plan = pairing.plan(here, there, USUAL, NOW)
    seconds = time.process_time() - before
    firsts = sum(1 in pair.choices for pair in plan.pairs)
    return (
        f"pairing of {len(here)} and {len(there)}: {seconds:.2f} s of CPU (target {MOST_SECONDS:.0f}), "
        f"{len(plan.pairs)} pairs, {firsts} of them somebody’s first choice"
        f"{'' if seconds <= MOST_SECONDS else '  TOO MUCH'}"
    )


def fill(count: int) -> None:
    """Make so many bodies in Ukraine, and as many branches that look for a twin."""
    rng = random.Random(count)
    unions = list(db.session.scalars(select(Union.id)))
    told = [_body(number, rng) for number in range(1, count + 1)]
    wrote = [_branch(number, rng, unions) for number in range(count + 1, 2 * count + 1)]
    _in_chunks(Submission.__table__, [row for row, _ in (*told, *wrote)])
    _in_chunks(UkrainianRegistration.__table__, [row for _, row in told])
    _in_chunks(TwinningProposal.__table__, [row for _, row in wrote])
    confirmed = [row for row, _ in told if row["state"] != "received"]
    _in_chunks(
        UkrainianBody.__table__,
        [
            {
                "registration_id": row["id"], "confirmed_by_name": "", "confirmed_by_post": "", "confirmed_how": "call",
                "confirmed_on": row["received_at"].date(), "waiting_since": row["received_at"],
            }
            for row in confirmed
        ],
    )  # fmt: skip
    _in_chunks(
        Consent.__table__,
        [
            {
                "submission_id": row["id"],
                "recipient": PASS_ON,
                "text_version": "",
                "text": "",
                "given_at": row["received_at"],
            }
            for row, _ in told
        ],
    )
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def _in_chunks(table: Table, rows: list[dict[str, Any]]) -> None:
    whole = [_empty(table) | row for row in rows]
    for start in range(0, len(whole), CHUNK):
        db.session.execute(insert(table), whole[start : start + CHUNK])
    db.session.commit()


def _empty(table: Table) -> dict[str, Any]:
    """Nothing in each column that must hold a text."""
    texts = (each for each in table.columns if not each.nullable and each.default is not None)
    return {each.key: "" for each in texts if each.default.arg == ""}


def _case(number: int, kind: str, state: str, rng: random.Random) -> dict[str, Any]:
    since = NOW - timedelta(hours=rng.randint(0, 7000))
    own = {
        "kind": kind,
        "state": state,
        "is_open": True,
        "received_at": since,
        "meeting_on": None,
        "coordinator_id": None,
    }
    if kind == "ukrainian":
        own |= dict.fromkeys(("contact_name", "contact_email", "contact_role", "notes", "town"), "")
    return seed._submission(number, rng) | own


def _body(number: int, rng: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    """An invented body; one in ten is not confirmed, and one in twenty has paused."""
    union, place = rng.choice(ukrainian_unions()), rng.choice(oblasts())
    state = rng.choices(("open", "received", "paused"), (17, 2, 1))[0]
    return _case(number, "ukrainian", state, rng), {
        "id": number, "union_slug": union.slug, "sectors": list(union.sectors),
        "level": rng.choice(["primary", "primary", "regional", "territorial", "national"]), "oblast": place.slug,
        "centre": rng.choice(["fpu", "fpu", "kvpu", "other", ""]), "wishes_more": rng.random() < 0.1,
        "size": rng.choice([None, rng.randint(5, 300), rng.randint(5, 9000)]), "english": rng.choice(["none", *LEVELS]),
        "languages": _some(("uk", "pl", "de", "ru"), 3, rng), "hopes": _some(exchange.HOPES, 5, rng),
        "needs": _some(exchange.NEEDS, 3, rng), "offers": _some(exchange.OFFERS, 3, rng),
    }  # fmt: skip


def _branch(number: int, rng: random.Random, unions: list[int]) -> tuple[dict[str, Any], dict[str, Any]]:
    """An invented branch; half wish for an oblast, and half for a union centre."""
    case = _case(number, "twinning", rng.choices(("seeking", "proposed"), (19, 1))[0], rng)
    case |= {"union_id": rng.choice(unions), "body_type": rng.choice(["branch", "branch", "region", "national"])}
    return case, {
        "id": number, "sectors": _some([row.slug for row in sectors()], 3, rng), "hopes": _some(exchange.HOPES, 5, rng),
        "size": rng.choice(["", f"about {rng.randint(20, 3000)}"]), "oblast": rng.choice(["", rng.choice(oblasts()).slug]),
        "languages": rng.choice(["", "English", "English, some Polish", "English and Ukrainian"]),
        "centre": rng.choice(["", "no-preference", "fpu", "kvpu"]),
    }  # fmt: skip


def _some(slugs: Iterable[str], most: int, rng: random.Random) -> list[str]:
    return rng.sample(list(slugs), rng.randint(0, most))


if __name__ == "__main__":
    main()
