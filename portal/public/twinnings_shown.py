"""How twinnings are drawn and listed on the public pages; which, and how much of each, is `public_pairs`’ to say.

The Ukrainian side is an oblast, at a point that is no town’s (`oblast_points`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import hypot

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.directory import places, projection
from portal.directory.subjects import find_sector
from portal.directory.ukraine import Oblast
from portal.public import language
from portal.twinning import oblast_points
from portal.twinning.public_pairs import PublicPair, public_pairs

MOST = 60
"""How many the first page lists, the newest first."""
LETTER, CAPITAL = 11.0, 17.0
"""How wide a letter of a label is on the map of the first page, and how high a capital, in the map's units."""
DOT = 7.0
"""Half of how wide a dot is."""
AIR = 6.0
"""How much room a label keeps around itself, so that it belongs to its own dot alone."""
FEW = 7
"""So many labels are tried in every order of places; of more the first ones have the first choice."""
MAP = (1040.0, 480.0)
"""The map's width and height."""
RISE = 0.22
"""How high an arc rises, as a part of its length."""


@dataclass(frozen=True)
class Place:
    """Where a label stands, counted from its dot; `anchor` is which part of the text that is."""

    x: float
    y: float
    anchor: str


PLACES = (
    Place(0.0, 27.0, "middle"),
    Place(13.0, 6.0, "start"),
    Place(-13.0, 6.0, "end"),
    Place(0.0, -13.0, "middle"),
    Place(8.0, 24.0, "start"),
    Place(-8.0, 24.0, "end"),
)
"""Below the dot, to its right, to its left, above it, and aslant below: the first that is free."""


@dataclass(frozen=True)
class Dot:
    """A place on the map, in its own units, with its label where there is room for one."""

    x: float
    y: float
    label: str = ""
    place: Place = PLACES[0]


@dataclass(frozen=True)
class Arc:
    """A line between two places."""

    path: str
    proposed: bool = False


@dataclass(frozen=True)
class Pair:
    """One line of the list: the end here and the end in Ukraine, each with a note."""

    here: str
    here_note: str
    there: str
    there_note: str


@dataclass(frozen=True)
class Line:
    """One line of the map: a region, an oblast, and how many of the pairs in the list it stands for."""

    here: str
    there: str
    count: int


@dataclass
class Shown:
    """Everything about twinnings that the public pages show."""

    pairs: list[Pair] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    arcs: list[Arc] = field(default_factory=list)


def shown(session: Session, most: int = MOST) -> Shown:
    """The pairs for the list, and the dots and arcs for the map. One statement."""
    return drawn(public_pairs(session, most), {})


def drawn(pairs: Sequence[PublicPair], sectors: Mapping[int, str]) -> Shown:
    """The same of pairs that are known already; `sectors` are slugs by the number of a pair, where they may be told."""
    found = Shown()
    here: dict[tuple[float, float], Dot] = {}
    there: dict[tuple[float, float], str] = {}
    lines: dict[tuple[str, str], int] = {}
    for row in pairs:
        region = places.region(row.region) if row.region else None
        found.pairs.append(_pair(row, region.label(language.current()) if region else "", sectors.get(row.number, "")))
        if region is None or row.oblast is None:
            continue
        start = projection.project(region.lat, region.lon)
        end = oblast_points.point(row.oblast)
        here.setdefault(start, Dot(*_rounded(start)))
        there.setdefault(end, _short_name(row.oblast))
        line = (region.label(language.current()), row.oblast.label(language.current()))
        if line not in lines:
            found.arcs.append(Arc(_arc(start, end)))
        lines[line] = lines.get(line, 0) + 1
    found.dots = [*here.values(), *_named_dots(there)]
    found.lines = [Line(*ends, count) for ends, count in lines.items()]
    return found


def _named_dots(names: Mapping[tuple[float, float], str]) -> list[Dot]:
    """A dot for each place, its label where it is free of all others; without one where there is no room.

    Neighbouring oblasts lie close together: where not all labels fit, the first ones have theirs. Every one of them is
    named in the list as well.
    """
    tries = [
        [dot for place in PLACES if _is_inside(_box(dot := Dot(*_rounded(point), label=label, place=place)))]
        for point, label in names.items()
    ]
    bare = [Dot(*_rounded(point)) for point in names]
    if len(bare) <= FEW and (all_named := _all_named(tries, bare, [])):
        return all_named
    dots: list[Dot] = []
    for number, each in enumerate(tries):
        dots.append(next((dot for dot in each if _is_free(dot, dots, bare)), bare[number]))
    return dots


def _all_named(tries: Sequence[Sequence[Dot]], bare: Sequence[Dot], chosen: list[Dot]) -> list[Dot]:
    """A place for each label, the first choices first; empty where they do not all fit."""
    if len(chosen) == len(bare):
        return chosen
    for dot in tries[len(chosen)]:
        if _is_free(dot, chosen, bare) and (found := _all_named(tries, bare, [*chosen, dot])):
            return found
    return []


def _is_free(dot: Dot, chosen: Sequence[Dot], bare: Sequence[Dot]) -> bool:
    """Whether a label keeps clear of the labels that have their place, and of every other dot."""
    box = _box(dot)
    labels = (_box(other) for other in chosen if other.label)
    dots = ((o.x - DOT, o.y - DOT, o.x + DOT, o.y + DOT) for o in bare if (o.x, o.y) != (dot.x, dot.y))
    return not any(_overlap(box, other) for other in (*labels, *dots))


def _box(dot: Dot) -> tuple[float, float, float, float]:
    """About the room that a label takes: left, top, right, bottom."""
    width = len(dot.label) * LETTER
    left = dot.x + dot.place.x - {"start": 0.0, "middle": width / 2, "end": width}[dot.place.anchor]
    bottom = dot.y + dot.place.y
    # Beside a dot the air towards it is the gap that the place keeps.
    return left - AIR, bottom - CAPITAL, left + width + AIR, bottom + AIR


def _is_inside(box: tuple[float, float, float, float]) -> bool:
    return box[0] > 0 and box[1] > 0 and box[2] < MAP[0] and box[3] < MAP[1]


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _pair(row: PublicPair, region: str, sector: str) -> Pair:
    there = row.oblast.label(language.current()) if row.oblast else str(_("Ukraine"))
    name = row.body if language.current() == "uk" else row.body_latin or row.body
    known = find_sector(sector) if sector else None
    note = name or (known.label(language.current()) if known else "")
    if not region:
        return Pair(row.branch, "", there, note)
    return Pair(region, row.branch, there, note)


def _short_name(oblast: Oblast) -> str:
    """The name for the map, without the word "oblast"."""
    words = oblast.label(language.current()).split()
    return " ".join(word for word in words if word.lower() not in ("oblast", "область", "(city)"))


def _arc(start: tuple[float, float], end: tuple[float, float]) -> str:
    """A curve that rises between two points."""
    (x1, y1), (x2, y2) = _rounded(start), _rounded(end)
    across, up = (x1 + x2) / 2, (y1 + y2) / 2 - RISE * hypot(x2 - x1, y2 - y1)
    return f"M{x1} {y1}Q{across:.1f} {up:.1f} {x2} {y2}"


def _rounded(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0], 1), round(point[1], 1)
