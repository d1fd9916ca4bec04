"""Whether a point of the portal's map lies within Ukraine, by the outline that the base map itself draws.

The outline is a built file (`assets/build_map.mjs`), in the units of `projection`: Ukraine within its recognised
borders, Crimea, Donetsk and Luhansk with it.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

BASE_MAP = Path(__file__).resolve().parents[1] / "static" / "img" / "map.svg"
Ring = tuple[tuple[float, float], ...]


def is_in_ukraine(x: float, y: float) -> bool:
    """Whether a point, in units of the map's view box, lies within the outline of Ukraine."""
    inside = False
    for ring in _rings():
        for (x1, y1), (x2, y2) in pairwise(ring):
            # Each edge that a ray to the right crosses turns outside into inside, or back.
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


@cache
def _rings() -> tuple[Ring, ...]:
    """The closed outlines of the path of Ukraine, which is made of absolute moves and lines."""
    found = re.search(r'<path id="ukraine"[^>]* d="([^"]+)"', BASE_MAP.read_text(encoding="utf-8"))
    if found is None:
        raise RuntimeError("the base map has no path of Ukraine: run make assets")
    rings = []
    for outline in found[1].split("M")[1:]:
        points = [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", outline)]
        rings.append((*points, points[0]))
    return tuple(rings)
