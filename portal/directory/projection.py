"""Puts a point of the earth on the portal's map; the outlines of the map itself are a built file.

The same Lambert conformal conic projection as the build of the base map, so that dots fall where they belong.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, log, pi, radians, sin, tan


@dataclass(frozen=True, slots=True)
class MapProjection:
    """The constants of the map: degrees for the cone, pixels of the view box for the rest."""

    parallels: tuple[float, float]
    rotate: float
    scale: float
    translate: tuple[float, float]
    width: float
    height: float


MAP = MapProjection(
    parallels=(46.0, 58.0),
    rotate=-16.0,
    scale=1539.31,
    translate=(496.57, 1848.15),
    width=1040.0,
    height=480.0,
)


def _half_angle(latitude: float) -> float:
    return tan((pi / 2 + latitude) / 2)


def project(lat: float, lon: float, on: MapProjection = MAP) -> tuple[float, float]:
    """The place on the map, in units of its view box, of a latitude and longitude in degrees."""
    south, north = radians(on.parallels[0]), radians(on.parallels[1])
    cone = log(cos(south) / cos(north)) / log(_half_angle(north) / _half_angle(south))
    reach = cos(south) * _half_angle(south) ** cone / cone
    # The pole itself has no finite place on this side of the cone's tip.
    latitude = min(max(radians(lat), -pi / 2 + 1e-6), pi / 2 - 1e-6)
    radius = reach / _half_angle(latitude) ** cone
    turn = cone * radians((lon + on.rotate + 180) % 360 - 180)
    x, y = radius * sin(turn), reach - radius * cos(turn)
    return on.translate[0] + on.scale * x, on.translate[1] - on.scale * y
