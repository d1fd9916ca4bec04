"""Finds the union people mean, and lists unions for the picker; branches of a union live in `branches`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Connection, Row, bindparam, select

from portal.directory.folding import fold
from portal.directory.models import Union
from portal.directory.tables import split_cell
from portal.extensions import db
from portal.remembered import remembered

_AFTER_DASH = re.compile(r"\s+[–—-]\s+.*$|\s*\([^)]*\)")
_WORDS_AROUND = re.compile(r"^(?:trade union )|(?: (?:trade )?union| uk)$")


class UnionChoice(NamedTuple):
    """A line of the picker: the key, what is read, and the other words that find it."""

    slug: str
    label: str
    aliases: str


def _names_by_rank(short_name: str, full_name: str, aliases: str) -> Iterator[tuple[int, str]]:
    """The folded names of a union; a lower rank is the surer name."""
    yield 1, fold(short_name)
    yield 2, fold(full_name)
    yield 3, fold(_AFTER_DASH.sub("", full_name))
    for alias in split_cell(aliases):
        yield 4, fold(alias)


_BY_SLUG = select(Union).where(Union.slug == bindparam("slug"))


def find_union(text: str) -> Union | None:
    """The union with that slug, short name, full name or alias, in any spelling; None if none fits.

    "The FBU" and "GMB union" are found; a likeness of names is not enough.
    """
    text = text.strip()[:300]
    if not text:
        return None
    # A slug comes from our own picker: one indexed look-up then does.
    if by_slug := db.session.scalar(_BY_SLUG, {"slug": text.replace("\x00", "").lower()}):
        return by_slug
    wanted = fold(text)
    for form in dict.fromkeys((wanted, _WORDS_AROUND.sub("", wanted))):
        if form and (best := _best_match(form)) is not None:
            return db.session.get(Union, best)
    return None


def _best_match(wanted: str) -> int | None:
    rows = db.session.execute(
        select(Union.id, Union.short_name, Union.full_name, Union.aliases).order_by(Union.position, Union.id)
    )
    matches = [
        (rank, place, union_id)
        for place, (union_id, *names) in enumerate(rows)
        for rank, name in _names_by_rank(*names)
        if name == wanted
    ]
    return min(matches)[2] if matches else None


_ALL = select(Union.slug, Union.short_name, Union.full_name, Union.aliases, Union.kind)


def union_choices() -> tuple[UnionChoice, ...]:
    """Every union for a picker: unions by name, then councils and centres, then others, "other" itself last.

    Each label begins with the everyday name, so that a letter typed in a plain list finds even the biggest.
    """
    return remembered(db.session.connection(), "unions", _read_choices)


def _read_choices(connection: Connection) -> tuple[UnionChoice, ...]:
    return _arranged(tuple(connection.execute(_ALL)))


@lru_cache(maxsize=4)
def _arranged(rows: tuple[Row[tuple[str, str, str, str, str]], ...]) -> tuple[UnionChoice, ...]:
    """The lines of the picker. Folding all names takes longer than reading them, so the result is kept."""
    groups = {"union": 0, "council": 1, "centre": 2}
    ordered = sorted(rows, key=lambda row: (row.slug == "other", groups.get(row.kind, 3), fold(row.short_name)))
    return tuple(
        UnionChoice(row.slug, _label(row.short_name, row.full_name), "; ".join(split_cell(row.aliases)))
        for row in ordered
    )


def label_of(union: Union) -> str:
    """A union as the picker names it."""
    return _label(union.short_name, union.full_name)


def _label(short_name: str, full_name: str) -> str:
    if fold(full_name).startswith(fold(short_name)) or short_name.startswith("Other"):
        return full_name
    return f"{short_name} – {full_name}"


def national_affiliates() -> list[Union]:
    """The unions that are affiliated to the campaign nationally, in the order of the reference list."""
    return list(
        db.session.scalars(select(Union).where(Union.is_national_affiliate).order_by(Union.position, Union.short_name))
    )
