"""What matching twins costs: `python -m benchmarks.twinning` (`make bench-twinning`, and part of `make bench`).

Invented bodies and branches of all kinds are held in memory. What must hold: the ranked list of one branch among 5,000
bodies, and of one body among 5,000 branches, in 60 ms of CPU; a stable pairing of 500 and 500 in 3 s.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.directory.subjects import sectors
from portal.directory.tongues import LEVELS
from portal.directory.ukraine import oblasts
from portal.directory.ukrainian_unions import ukrainian_unions
from portal.twinning import exchange, matching, pairing
from portal.twinning.sides import BodySide, BranchSide
from portal.twinning.weights import USUAL

MOST_MS, MOST_SECONDS = 60, 3.0
SHOWN = 10
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BRITISH = sorted({slug for union in ukrainian_unions() for slug in union.counterparts})


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bodies", type=int, default=5000)
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--times", type=int, default=30)
    arguments = parser.parse_args()
    for line in measured(arguments.bodies, arguments.pairs, arguments.times):
        print(line, flush=True)


def measured(bodies: int, pairs: int, times: int = 30) -> list[str]:
    """The lines to print."""
    rng = random.Random(bodies)
    there = [body(number, rng) for number in range(1, bodies + 1)]
    here = [branch(number, rng) for number in range(1, bodies + 1)]
    lines = [f"{'ranked list':<36} {'CPU ms':>7} {'target':>6}  best, blocked"]
    lists: dict[str, Callable[[], matching.Ranked]] = {
        f"a branch among {bodies:,} bodies": lambda: matching.bodies_for(here[0], there, USUAL, NOW, most=SHOWN),
        f"a body among {bodies:,} branches": lambda: matching.branches_for(there[0], here, USUAL, NOW, most=SHOWN),
    }
    for name, ranked in lists.items():
        spent = []
        for _ in range(times + 3):
            before = time.process_time()
            found = ranked()
            spent.append(1000 * (time.process_time() - before))
        took = statistics.median(spent[3:])
        best = f"{found.ranked[0].points} points" if found.ranked else "nobody"
        lines.append(
            f"{name:<36} {took:>7.1f} {MOST_MS:>6}  {best}, {len(found.blocked)}"
            f"{'' if took <= MOST_MS else '  TOO MUCH'}"
        )
    before = time.process_time()
    plan = pairing.plan(here[:pairs], there[:pairs], USUAL, NOW)
    seconds = time.process_time() - before
    firsts = sum(1 in pair.choices for pair in plan.pairs)
    lines.append(
        f"pairing of {pairs} and {pairs}: {seconds:.2f} s of CPU (target {MOST_SECONDS:.0f}), {len(plan.pairs)} pairs, "
        f"{firsts} of them somebody’s first choice{'' if seconds <= MOST_SECONDS else '  TOO MUCH'}"
    )
    return lines


def body(number: int, rng: random.Random) -> BodySide:
    """An invented body; one in ten is not confirmed, and one in twenty has paused."""
    union, place = rng.choice(ukrainian_unions()), rng.choice(oblasts())
    return BodySide(
        **_both(number, rng), union=union.slug, union_name=union.abbr_en or union.name_en,
        counterparts=frozenset(union.counterparts), sectors=frozenset(union.sectors),
        level=rng.choice(["primary", "primary", "regional", "territorial", "national"]),
        languages=_languages("uk", rng), needs=_some(exchange.NEEDS, 3, rng), offers=_some(exchange.OFFERS, 3, rng),
        oblast=place.slug, caution=place.caution, centre=rng.choice(["fpu", "fpu", "kvpu", "other", ""]),
        is_confirmed=rng.random() < 0.9,
    )  # fmt: skip


def branch(number: int, rng: random.Random) -> BranchSide:
    """An invented branch; half wish for an oblast, and half for a union centre."""
    return BranchSide(
        **_both(number, rng), union=rng.choice(BRITISH), union_name="A union", languages=_languages("en", rng),
        level=rng.choice(["branch", "branch", "branch", "region", "trades-council", "national"]),
        sectors=_some([row.slug for row in sectors()], 3, rng), oblast=rng.choice(["", rng.choice(oblasts()).slug]),
        centre=rng.choice(["", "no-preference", "fpu", "kvpu"]), refused=frozenset(rng.sample(range(1, 500), 2)),
    )  # fmt: skip


def _both(number: int, rng: random.Random) -> dict[str, Any]:
    return {
        "id": number, "waiting_since": NOW - timedelta(hours=rng.randint(0, 7000)), "hopes": _some(exchange.HOPES, 5, rng),
        "size": rng.choice([None, rng.randint(5, 300), rng.randint(5, 9000)]), "is_paused": rng.random() < 0.05,
    }  # fmt: skip


def _some(slugs: Iterable[str], most: int, rng: random.Random) -> frozenset[str]:
    return frozenset(rng.sample(list(slugs), rng.randint(0, most)))


def _languages(own: str, rng: random.Random) -> tuple[tuple[str, str], ...]:
    others = {"en", "uk", "pl", "de"} - {own}
    return ((own, "fluent"), *((code, rng.choice(LEVELS)) for code in sorted(others) if rng.random() < 0.4))


if __name__ == "__main__":
    main()
