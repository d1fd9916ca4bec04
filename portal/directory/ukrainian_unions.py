"""The trade unions of Ukraine that people choose from, with their names in both languages. British ones: `unions`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from portal.directory.folding import fold
from portal.directory.tables import read_table, split_cell


@dataclass(frozen=True, slots=True)
class UkrainianUnion:
    """A union of Ukraine. `counterparts` are slugs of British unions in the same trades.

    `centre` is what it belongs to: "fpu", "kvpu", or "other" for one on its own; `aliases` other short forms.
    """

    slug: str
    name_en: str
    name_uk: str
    abbr_en: str
    abbr_uk: str
    sectors: tuple[str, ...]
    counterparts: tuple[str, ...]
    centre: str
    aliases: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All that it is called: names and short forms in both languages, and what else people write."""
        return tuple(each for each in (self.name_en, self.name_uk, self.abbr_en, self.abbr_uk, *self.aliases) if each)

    def label(self, language: str) -> str:
        """The name with its short form, in Ukrainian for "uk", in English for any other language."""
        name, short = (self.name_uk, self.abbr_uk) if language == "uk" else (self.name_en, self.abbr_en)
        return f"{name} ({short})" if short and short not in name else name


@cache
def ukrainian_unions() -> tuple[UkrainianUnion, ...]:
    """All of them, in the order of the reference list: the two centres first."""
    return tuple(
        UkrainianUnion(
            slug=row["slug"],
            name_en=row["name_en"].replace("'", "’"),
            name_uk=row["name_uk"].replace("'", "’"),
            abbr_en=row["abbr_en"],
            abbr_uk=row["abbr_uk"],
            sectors=split_cell(row["sectors"]),
            counterparts=split_cell(row["uk_counterparts"]),
            centre=_centre(row),
            aliases=split_cell(row["aliases"]),
        )
        for row in read_table("ukrainian_unions")
    )


def _centre(row: Mapping[str, str]) -> str:
    """The centre of a row of the table; the two centres are their own."""
    if row["level"] == "centre":
        return row["slug"]
    return row["affiliation"] if row["affiliation"] in ("fpu", "kvpu") else "other"


@cache
def _by_slug() -> dict[str, UkrainianUnion]:
    return {union.slug: union for union in ukrainian_unions()}


def ukrainian_union(slug: str) -> UkrainianUnion | None:
    """The union of that slug; None for any other text."""
    return _by_slug().get(slug)


def find_ukrainian_union(text: str) -> UkrainianUnion | None:
    """The union with that slug, name or short form, in either language and any spelling; None if none fits."""
    return ukrainian_union(text.strip()) or _by_name().get(fold(text[:300]))


@cache
def _by_name() -> dict[str, UkrainianUnion]:
    found: dict[str, UkrainianUnion] = {}
    for union in ukrainian_unions():
        for name in (*union.names, union.label("en"), union.label("uk"), union.slug):
            found.setdefault(fold(name), union)
    return found
