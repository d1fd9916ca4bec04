"""The twinnings that may be seen in public: only where both sides agreed, and only as far as each did.

The Ukrainian side is an oblast and never a finer place; an oblast with occupied towns is not named at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import hypot

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.directory import places, projection
from portal.directory.ukraine import CAUTIONS, Oblast, find_oblast
from portal.public import language
from portal.twinning.models import TwinningProposal

TWINNED = "twinned"
PUBLIC = "public"
SHOWN = ("public", "name-only")
MOST = 60
"""How many are listed, the newest first."""
NAMED = frozenset(CAUTIONS[:2])
"""The cautions under which an oblast is still named."""
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


@dataclass
class Shown:
    """Everything about twinnings that the first page shows."""

    pairs: list[Pair] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    arcs: list[Arc] = field(default_factory=list)


def shown(session: Session) -> Shown:
    """The pairs for the list, and the dots and arcs for the map. One statement."""
    rows: Sequence[TwinningProposal] = session.scalars(
        select(TwinningProposal)
        .where(
            TwinningProposal.state == TWINNED,
            TwinningProposal.held_reason.is_(None),
            TwinningProposal.publicity.in_(SHOWN),
            TwinningProposal.body_publicity.in_(SHOWN),
        )
        .order_by(TwinningProposal.twinned_on.desc(), TwinningProposal.id.desc())
        .limit(MOST)
    ).all()
    found = Shown()
    here: dict[tuple[float, float], Dot] = {}
    there: dict[tuple[float, float], str] = {}
    for row in rows:
        oblast = _oblast(row)
        region = places.region(row.region_slug) if row.publicity == PUBLIC else None
        found.pairs.append(_pair(row, region.label(language.current()) if region else "", oblast))
        if region is None or oblast is None:
            continue
        start = projection.project(region.lat, region.lon)
        end = projection.project(oblast.lat, oblast.lon)
        here.setdefault(start, Dot(*_rounded(start)))
        there.setdefault(end, _short_name(oblast))
        found.arcs.append(Arc(_arc(start, end)))
    found.dots = [*here.values(), *_named_dots(there)]
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


def _pair(row: TwinningProposal, region: str, oblast: Oblast | None) -> Pair:
    there = oblast.label(language.current()) if oblast else str(_("Ukraine"))
    # A body that let us show its name only is not placed; a place we do not name hides the name as well.
    name = row.body_name if oblast is not None or row.body_publicity != PUBLIC else ""
    if not region:
        return Pair(row.heading, "", there, name)
    return Pair(region, row.heading, there, name)


def _oblast(row: TwinningProposal) -> Oblast | None:
    """The oblast of the Ukrainian end, where it may be named."""
    found = find_oblast(row.body_oblast) if row.body_publicity == PUBLIC else None
    return found if found is not None and found.caution in NAMED else None


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
