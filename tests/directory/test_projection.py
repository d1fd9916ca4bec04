"""Dots on the map fall where the map itself was drawn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.directory.projection import MAP, project

BUILT_WITH = Path(__file__).parents[2] / "assets" / "map-projection.json"


def test_the_constants_are_those_the_map_was_built_with() -> None:
    built = json.loads(BUILT_WITH.read_text(encoding="utf-8"))
    assert tuple(built["parallels"]) == MAP.parallels
    assert built["rotate"] == MAP.rotate
    assert built["scale"] == MAP.scale
    assert tuple(built["translate"]) == MAP.translate
    assert built["viewBox"] == [0, 0, MAP.width, MAP.height]


@pytest.mark.parametrize(
    ("lat", "lon", "place"),
    [
        (54.77676, -1.57566, (228.072, 165.035)),
        (48.53214, 35.86878, (844.404, 316.728)),
        (50.37, -4.14, (157.577, 268.141)),
        (44.95719, 34.11079, (837.995, 417.758)),
    ],
)
def test_points_agree_with_the_library_that_drew_the_map(lat: float, lon: float, place: tuple[float, float]) -> None:
    assert project(lat, lon) == pytest.approx(place, abs=0.05)


def test_north_is_up_and_east_is_right() -> None:
    assert project(57, 0)[1] < project(51, 0)[1]
    assert project(51, -3)[0] < project(51, 1)[0]


@pytest.mark.parametrize(("lat", "lon"), [(90, 0), (-90, 0), (0, 196), (0, -164)])
def test_the_ends_of_the_earth_break_nothing(lat: float, lon: float) -> None:
    assert len(project(lat, lon)) == 2
