"""The places of Ukraine: oblasts and towns with today's names, and how careful we must be with each.

A caution makes the portal more careful. Its absence never tells anybody that a place is safe. Ukrainian
bodies and people are no concern of this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from portal.directory.folding import fold, place_aliases
from portal.directory.tables import read_table

CAUTIONS = (
    "",
    "front-line or border area under regular attack",
    "occupied or destroyed in full-scale war",
    "occupied since 2014",
)
"""What the table says of a place, from no remark to the most careful."""


@dataclass(frozen=True, slots=True)
class UkrainianTown:
    """A town of Ukraine under today's name."""

    slug: str
    name: str
    name_uk: str
    oblast: str
    lat: float
    lon: float
    industry: str
    caution: str

    def label(self, language: str) -> str:
        """The name in Ukrainian for "uk", transliterated for any other language."""
        return self.name_uk if language == "uk" else self.name


@dataclass(frozen=True, slots=True)
class Oblast:
    """An oblast, or Crimea, Kyiv or Sevastopol, with the highest caution of any place in it."""

    slug: str
    name: str
    name_uk: str
    lat: float
    lon: float
    caution: str

    def label(self, language: str) -> str:
        """The name in Ukrainian for "uk", transliterated for any other language."""
        return self.name_uk if language == "uk" else self.name


@cache
def ukrainian_towns() -> tuple[UkrainianTown, ...]:
    """All the towns that the table knows, by name."""
    return tuple(
        UkrainianTown(
            row["slug"],
            row["name"],
            row["name_uk"].replace("'", "’"),
            row["oblast_slug"],
            float(row["lat"]),
            float(row["lon"]),
            row["industry"],
            row["caution"],
        )
        for row in read_table("ukraine_places")
        if row["kind"] == "town"
    )


@cache
def oblasts() -> tuple[Oblast, ...]:
    """The oblasts and their equals, by name."""
    rows = [row for row in read_table("ukraine_places") if row["kind"] == "oblast"]
    cautions: dict[str, list[str]] = {row["oblast_slug"]: [row["caution"]] for row in rows}
    for town in ukrainian_towns():
        cautions[town.oblast].append(town.caution)
    return tuple(
        Oblast(
            row["oblast_slug"],
            row["name"],
            row["name_uk"],
            float(row["lat"]),
            float(row["lon"]),
            max(cautions[row["oblast_slug"]], key=CAUTIONS.index),
        )
        for row in rows
    )


@cache
def _towns_by_fold() -> dict[str, tuple[UkrainianTown, ...]]:
    found: dict[str, tuple[UkrainianTown, ...]] = {}
    for town in ukrainian_towns():
        key = fold(town.name)
        found[key] = (*found.get(key, ()), town)
    return found


def oblast(slug: str) -> Oblast | None:
    """The oblast with that slug, if there is one."""
    return next((row for row in oblasts() if row.slug == slug), None)


def find_ukrainian_towns(name: str) -> tuple[UkrainianTown, ...]:
    """The towns of that name in either script, by today's, a former or a Russian-derived spelling."""
    return _towns_by_fold().get(fold(name), ())


def find_oblast(name: str) -> Oblast | None:
    """The oblast of that name in either script, with or without the word "oblast" or "region"."""
    known = _oblasts_by_fold()
    words = fold(name)
    return known.get(words) or known.get(_without_kind(words))


@cache
def other_spellings() -> dict[str, tuple[str, ...]]:
    """What else people call an oblast, by its slug: its name in either script, and former and Russian-derived names."""
    found = {row.slug: [row.name, row.name_uk] for row in oblasts()}
    of_town: dict[str, list[str]] = {}
    for row in oblasts():
        of_town.setdefault(_without_kind(fold(row.name)), []).append(row.slug)
    written = [(line["spelling"], line["name"]) for line in read_table("ukraine_spellings")]
    folded = [(" ".join(one), " ".join(todays)) for pairs in place_aliases().values() for one, todays in pairs]
    for spelling, name in (*written, *folded):
        for slug in of_town.get(fold(name), ()):
            if spelling not in found[slug]:
                found[slug].append(spelling)
    return {slug: tuple(names) for slug, names in found.items()}


@cache
def _oblasts_by_fold() -> dict[str, Oblast]:
    found: dict[str, Oblast] = {}
    for row in oblasts():
        for name in (fold(row.name), fold(row.name_uk), fold(row.slug)):
            found.setdefault(name, row)
            # "Kyiv" alone is the city, which stands before its oblast in the table.
            found.setdefault(_without_kind(name), row)
    return found


def _without_kind(words: str) -> str:
    return " ".join(word for word in words.split() if word not in ("oblast", "region", "city", "misto"))
