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
LABEL = (12.0, 17.0)
"""How wide a letter of a label is, and how high a capital, in the map's units."""
DOT = 7.0
"""Half of how wide a dot is."""
RISE = 0.22
"""How high an arc rises, as a part of its length."""


@dataclass(frozen=True)
class Dot:
    """A place on the map, in its own units; `below` puts the label under it."""

    x: float
    y: float
    label: str = ""
    below: bool = False


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
    """A dot for each place, its label beneath it, else to its left; without one where there is no room.

    Neighbouring oblasts lie close together, and every one of them is named in the list as well.
    """
    dots: list[Dot] = []
    for point, label in names.items():
        taken = [_box(dot) for dot in dots if dot.label]
        taken += [(x - DOT, y - DOT, x + DOT, y + DOT) for x, y in names if (x, y) != point]
        tries = [Dot(*_rounded(point), label=label, below=below) for below in (True, False)]
        free = [dot for dot in tries if not any(_overlap(_box(dot), box) for box in taken)]
        dots.append(free[0] if free else Dot(*_rounded(point)))
    return dots


def _box(dot: Dot) -> tuple[float, float, float, float]:
    """About the place that a label takes: left, top, right, bottom."""
    width, height = len(dot.label) * LABEL[0], LABEL[1]
    left, top = (dot.x - width / 2, dot.y + 6) if dot.below else (dot.x - 9 - width, dot.y - 11)
    return left, top, left + width, top + height


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
