"""Where an oblast stands on the public map: a point that is no town's, and that tells nothing of who is there.

The rule: from the middle of the oblast the point moves `LEAST` to `MOST` units of the map, in a direction and by a
distance that come from the oblast's own name and a secret key. No town and no body goes in, so that the point leads
towards none: all bodies of an oblast share it, and it stays when one comes or goes. Of the ways that the key gives,
one after the other, the first is taken that stays within Ukraine and nearer to its own oblast than to any other.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from math import cos, hypot, pi, sin

from portal.directory import outline, projection
from portal.directory.ukraine import Oblast, oblasts
from portal.sealed import digest

LEAST, MOST = 3.0, 12.0
"""How far a point moves from the middle of its oblast, in units of the map; one is about four kilometres."""
TRIES = 64


def point(oblast: Oblast) -> tuple[float, float]:
    """Where the oblast stands on the map, in units of its view box."""
    return _found(oblast, digest(f"map|{oblast.slug}"))


@lru_cache(maxsize=64)
def _found(oblast: Oblast, secret: str) -> tuple[float, float]:
    middle = projection.project(oblast.lat, oblast.lon)
    for number in range(TRIES):
        moved = _moved(middle, sha256(f"{secret}|{number}".encode()).digest())
        if outline.is_in_ukraine(*moved) and _is_its_own(moved, oblast):
            return moved
    return middle


def _moved(middle: tuple[float, float], secret: bytes) -> tuple[float, float]:
    """The point in the direction and at the distance that a secret gives."""
    turn = 2 * pi * int.from_bytes(secret[:4]) / 256**4
    far = LEAST + (MOST - LEAST) * int.from_bytes(secret[4:8]) / 256**4
    return middle[0] + far * cos(turn), middle[1] + far * sin(turn)


def _is_its_own(moved: tuple[float, float], oblast: Oblast) -> bool:
    """Whether no other oblast's middle is nearer."""

    def away(other: Oblast) -> float:
        x, y = projection.project(other.lat, other.lon)
        return hypot(moved[0] - x, moved[1] - y)

    return min(oblasts(), key=away).slug == oblast.slug
