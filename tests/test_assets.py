"""The built files: they belong to their sources, stay small, and the map shows Ukraine whole."""

from __future__ import annotations

import gzip
import importlib.util
import json
import math
import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "assets"
STATIC = ROOT / "portal" / "static"
SVG = "{http://www.w3.org/2000/svg}"

UKRAINIAN_CITIES = {
    "Simferopol": (44.95, 34.10),
    "Sevastopol": (44.60, 33.54),
    "Donetsk": (48.00, 37.80),
    "Luhansk": (48.57, 39.31),
    "Kyiv": (50.45, 30.52),
    "Lviv": (49.84, 24.03),
}
ELSEWHERE = {
    "Krasnodar": (45.04, 38.98),
    "Warsaw": (52.23, 21.01),
    "Chisinau": (47.01, 28.86),
    "Minsk": (53.9, 27.57),
}


@pytest.fixture(scope="module")
def manifest_check() -> ModuleType:
    """The check that `make lint` runs, loaded from the folder of the sources."""
    spec = importlib.util.spec_from_file_location("check_manifest", ASSETS / "check_manifest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Place a point on the map: the Lambert conformal conic of the projection file."""
    numbers = json.loads((ASSETS / "map-projection.json").read_text(encoding="utf-8"))
    first, second = (math.radians(parallel) for parallel in numbers["parallels"])

    def steepness(phi: float) -> float:
        return math.tan((math.pi / 2 + phi) / 2)

    cone = math.log(math.cos(first) / math.cos(second)) / math.log(steepness(second) / steepness(first))
    factor = math.cos(first) * steepness(first) ** cone / cone
    radius = factor / steepness(math.radians(latitude)) ** cone
    angle = cone * math.radians(longitude + numbers["rotate"])
    left, top = numbers["translate"]
    return (
        left + numbers["scale"] * radius * math.sin(angle),
        top - numbers["scale"] * (factor - radius * math.cos(angle)),
    )


def rings(path: str) -> list[list[tuple[float, float]]]:
    """Return the closed outlines of an SVG path made of absolute moves and lines."""
    assert set(re.findall(r"[A-Za-z]", path)) <= set("MLZ")
    return [
        [(float(x), float(y)) for x, y in (pair.split(",") for pair in re.findall(r"-?[\d.]+,-?[\d.]+", outline))]
        for outline in path.split("M")
        if outline
    ]


def is_inside(point: tuple[float, float], outlines: list[list[tuple[float, float]]]) -> bool:
    """Say whether a point is inside, counting crossings of all outlines (holes included)."""
    x, y = point
    inside = False
    for outline in outlines:
        for (x1, y1), (x2, y2) in zip(outline, [*outline[1:], outline[0]], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


def path_of(name: str) -> list[list[tuple[float, float]]]:
    """Return the outlines of one path of the base map."""
    tree = ET.parse(STATIC / "img" / "map.svg")
    found = [element for element in tree.iter(f"{SVG}path") if element.get("id") == name]
    assert len(found) == 1
    return rings(found[0].get("d", ""))


@pytest.mark.parametrize("city", UKRAINIAN_CITIES)
def test_ukraine_is_drawn_whole(city: str) -> None:
    point = project(*UKRAINIAN_CITIES[city])
    assert is_inside(point, path_of("ukraine"))
    assert not is_inside(point, path_of("land"))


@pytest.mark.parametrize("city", ELSEWHERE)
def test_the_outline_of_ukraine_ends_at_its_border(city: str) -> None:
    assert not is_inside(project(*ELSEWHERE[city]), path_of("ukraine"))


def test_durham_is_drawn_in_britain() -> None:
    assert is_inside(project(54.78, -1.57), path_of("britain"))


def test_the_built_files_belong_to_their_sources(manifest_check: ModuleType) -> None:
    assert manifest_check.complaints() == []


def test_the_manifest_notices_a_change_by_hand(manifest_check: ModuleType, tmp_path: Path) -> None:
    shutil.copytree(STATIC, tmp_path / "static")
    with (tmp_path / "static" / "portal.css").open("a", encoding="utf-8") as sheet:
        sheet.write("body{color:red}")
    assert manifest_check.complaints(ASSETS, tmp_path / "static") == [
        "portal/static/portal.css is not what the build made: run make assets, never edit it by hand."
    ]


@pytest.mark.parametrize(
    ("name", "kilobytes"), [("portal.css", 16), ("portal.js", 8), ("picker.js", 16), ("img/map.svg", 16)]
)
def test_the_files_stay_within_their_budget(name: str, kilobytes: int) -> None:
    assert len(gzip.compress((STATIC / name).read_bytes())) <= kilobytes * 1000


def test_the_style_sheet_asks_nobody_else_for_anything() -> None:
    css = (STATIC / "portal.css").read_text(encoding="utf-8")
    addresses = re.findall(r"url\(([^)]*)\)", css)
    assert addresses
    for address in addresses:
        assert (STATIC / address.strip("\"'")).is_file(), address
    assert "data:" not in css
    assert "GDS Transport" not in css


def test_every_icon_asked_for_is_in_the_sprite() -> None:
    sprite = ET.parse(STATIC / "img" / "icons.svg")
    names = {symbol.get("id") for symbol in sprite.iter(f"{SVG}symbol")}
    asked = set()
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        asked |= set(re.findall(r"icon\('([a-z]+)'", text))
        asked |= set(re.findall(r"icons\.svg'\) \}\}#([a-z]+)", text))
    assert asked
    assert asked <= names


def test_no_template_carries_inline_script_or_style() -> None:
    for template in (ROOT / "templates").rglob("*.html"):
        if "emails" in template.parts:
            continue
        text = re.sub(r"\{#.*?#\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text), template.name
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), template.name
