"""What branches and Ukrainian bodies earn with each other, one criterion after the other: its points and its words.

Points are found quickly, for thousands; words are put together only where somebody reads them. What forbids
introducing two sides is in `hindrances`, how long they have waited in `fit`. Nothing here asks the database.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import log10
from typing import NamedTuple

from portal.directory import subjects, tongues, ukraine
from portal.reasons import listed, share
from portal.twinning import exchange
from portal.twinning.hindrances import CENTRES
from portal.twinning.sides import BodySide, BranchSide, Languages
from portal.twinning.weights import Weights

MOST_HOPES, MOST_NEEDS = 3, 2
LIKE = 2
"""Up to so many times the members of the other are "about as many"."""
WORTH_OF_TONGUE = dict(zip(tongues.LEVELS, (0.3, 0.6, 1.0), strict=True))
_BRITISH = {
    "branch": (0, "a branch"),
    "region": (1, "a region"),
    "trades-council": (1, "a trades council"),
    "national": (2, "a national union"),
}
_UKRAINIAN = {
    "primary": (0, "a primary organisation"),
    "regional": (1, "a regional organisation"),
    "territorial": (1, "a territorial organisation"),
    "national": (2, "a national union"),
}

Said = tuple[str, bool] | None
"""Words, and whether they speak against; None where there is nothing to say."""


Points = Callable[[BranchSide, BodySide, Weights], int]


class Criterion(NamedTuple):
    """One thing that counts: its points, found quickly, and what is said of it where somebody reads it."""

    points: Points
    words: Callable[[BranchSide, BodySide], Said]


def _counterpart(branch: BranchSide, body: BodySide, weights: Weights) -> int:
    return weights.counterpart if branch.union in body.counterparts else 0


def _counterpart_said(branch: BranchSide, body: BodySide) -> Said:
    if branch.union not in body.counterparts:
        return None
    return f"{branch.union_name or branch.union} and {body.union_name or body.union} organise the same trades", False


def _sector(branch: BranchSide, body: BodySide, weights: Weights) -> int:
    return 0 if branch.sectors.isdisjoint(body.sectors) else weights.sector


def _sector_said(branch: BranchSide, body: BodySide) -> Said:
    if not branch.sectors or not body.sectors:
        return None
    names = [f"“{row.name_en}”" for row in subjects.sectors() if row.slug in branch.sectors & body.sectors]
    return (f"both in {listed(names)}", False) if names else ("no sector in common", True)


def _size(branch: BranchSide, body: BodySide, weights: Weights) -> int:
    if not branch.size or not body.size:
        return 0
    return share(weights.size, 1 - abs(log10(branch.size / body.size)))


def _size_said(branch: BranchSide, body: BodySide) -> Said:
    if not branch.size or not body.size:
        return None
    more, fewer = max(branch.size, body.size), min(branch.size, body.size)
    if more <= LIKE * fewer:
        return f"about as many members: {branch.size:,} in the branch, {body.size:,} in the body", False
    return f"{branch.size:,} members in the branch, {body.size:,} in the body", more >= 10 * fewer


@lru_cache(maxsize=1000)
def _apart(british: str, ukrainian: str) -> int | None:
    """How many levels lie between the two; None where one is not told, or is none of ours."""
    here, there = _BRITISH.get(british), _UKRAINIAN.get(ukrainian)
    return abs(here[0] - there[0]) if here and there else None


def _level(branch: BranchSide, body: BodySide, weights: Weights) -> int:
    apart = _apart(branch.level, body.level)
    return 0 if apart is None else share(weights.level, 1 - apart / 2)


def _level_said(branch: BranchSide, body: BodySide) -> Said:
    apart = _apart(branch.level, body.level)
    if apart is None:
        return None
    return f"{_BRITISH[branch.level][1]} and {_UKRAINIAN[body.level][1]}", apart == 2


@lru_cache(maxsize=50_000)
def _tongue(here: Languages, there: Languages) -> tuple[str, str] | None:
    """The language in which both can best talk, with how well the weaker side speaks it; None for none."""
    spoken = dict(here)
    common = [(min(spoken[code], level, key=tongues.LEVELS.index), code) for code, level in there if code in spoken]
    # Of languages spoken equally well, English: it is what most volunteers can help with.
    return max(common, key=lambda each: (tongues.LEVELS.index(each[0]), each[1] == "en", each[1]), default=None)


def _language(branch: BranchSide, body: BodySide, weights: Weights) -> int:
    found = _tongue(branch.languages, body.languages)
    return 0 if found is None else share(weights.language, WORTH_OF_TONGUE[found[0]])


def _language_said(branch: BranchSide, body: BodySide) -> Said:
    if not branch.languages or not body.languages:
        return None
    found = _tongue(branch.languages, body.languages)
    if found is None:
        return "no language in common: an interpreter is needed", True
    level, name = found[0], tongues.name_of(found[1])
    if level == "basic":
        return f"{name} in common, though one side has only a little", False
    return (f"both are fluent in {name}" if level == "fluent" else f"both speak {name} well"), False


def _hope(branch: BranchSide, body: BodySide, weights: Weights) -> int:
    return weights.hope * min(len(branch.hopes & body.hopes), MOST_HOPES)


def _hope_said(branch: BranchSide, body: BodySide) -> Said:
    if not branch.hopes or not body.hopes:
        return None
    names = [words for slug, words in exchange.HOPES.items() if slug in branch.hopes & body.hopes]
    return (f"both hope for {listed(names)}", False) if names else ("they hope for different things", True)


def _offer(branch: BranchSide, body: BodySide, weights: Weights) -> int:
    return weights.offer * min(exchange.offers_met(body.offers, branch.hopes), MOST_NEEDS)


def _offer_said(branch: BranchSide, body: BodySide) -> Said:
    names = exchange.words_of(body.offers, exchange.OFFERS, branch.hopes)
    return (f"the body offers {listed(names)}, and the branch hopes for that", False) if names else None


def _need(branch: BranchSide, body: BodySide, weights: Weights) -> int:
    return weights.need * min(exchange.needs_met(body.needs, branch.hopes), MOST_NEEDS)


def _need_said(branch: BranchSide, body: BodySide) -> Said:
    names = exchange.words_of(body.needs, exchange.NEEDS, branch.hopes)
    return (f"the body needs {listed(names)}, and the branch hopes to help with that", False) if names else None


def _oblast(branch: BranchSide, body: BodySide, weights: Weights) -> int:
    return weights.oblast if branch.oblast and branch.oblast == body.oblast else 0


def _oblast_said(branch: BranchSide, body: BodySide) -> Said:
    if not branch.oblast or not body.oblast:
        return None
    if branch.oblast == body.oblast:
        return f"in {_oblast_name(body.oblast)}, as the branch wished", False
    return f"in {_oblast_name(body.oblast)}; the branch wished for {_oblast_name(branch.oblast)}", True


def _oblast_name(slug: str) -> str:
    known = ukraine.oblast(slug)
    return known.name if known else slug


def _centre(branch: BranchSide, body: BodySide, weights: Weights) -> int:
    return weights.centre if branch.centre == body.centre and branch.centre in CENTRES else 0


def _centre_said(branch: BranchSide, body: BodySide) -> Said:
    wish = CENTRES.get(branch.centre)
    if wish is None:
        return None
    if branch.centre == body.centre:
        return f"of {wish}, as the branch asked", False
    return None if body.centre in CENTRES else (f"not known of which union centre; the branch asked for {wish}", True)


SHARED = (
    Criterion(_counterpart, _counterpart_said),
    Criterion(_sector, _sector_said),
    Criterion(_size, _size_said),
    Criterion(_level, _level_said),
    Criterion(_language, _language_said),
    Criterion(_hope, _hope_said),
)
FOR_BRANCH = (Criterion(_offer, _offer_said), Criterion(_oblast, _oblast_said), Criterion(_centre, _centre_said))
FOR_BODY = (Criterion(_need, _need_said),)
