"""Understands where a branch is from what people write: postcodes, districts, towns and regions.

Pure functions over tables in memory. The tables are in `gazetteer`, Ukraine in `ukraine`, sectors and
topics in `subjects`; the last two are offered here as well. Nothing here asks a network or a database.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import asin, cos, radians, sin, sqrt
from typing import Protocol

from portal.directory.folding import fold
from portal.directory.gazetteer import (
    Outcode,
    Region,
    Town,
    area_table,
    outcode_table,
    region_table,
    town_key,
    town_table,
    village_table,
)
from portal.directory.subjects import Subject, sectors, topics
from portal.directory.tables import read_table
from portal.directory.ukraine import Oblast, oblasts

__all__ = [
    "Location",
    "Oblast",
    "Outcode",
    "Point",
    "Region",
    "Subject",
    "Town",
    "distance_miles",
    "find_outcode",
    "find_towns",
    "locate",
    "oblasts",
    "postcode_display",
    "region",
    "region_from_words",
    "regions",
    "sectors",
    "topics",
]

EARTH_RADIUS_MILES = 3958.8

_FULL_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
_OUTWARD = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
_LOOKS_LIKE_POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?)[\s\-.]*(?:([0-9][A-Z]{2})\b|[0-9]?(?=\W|$))")
_LETTERS_READ_AS_DIGITS = str.maketrans("OIL", "011")
_BETWEEN_TOWNS = re.compile(r"\s*[;/|\n\r]\s*")
_BETWEEN_NAMES = re.compile(r"\s*[;/|,()\n\r]\s*")
_SIDES = frozenset({"central", "city", "east", "greater", "inner", "north", "outer", "south", "town", "west", "centre"})

_AROUND_REGION = re.compile(r"^(?:region of|tuc) | (?:region|area|england|uk|nation|tuc)$")


class Point(Protocol):
    """Anything with a latitude and a longitude in degrees."""

    @property
    def lat(self) -> float: ...

    @property
    def lon(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Location:
    """Where a body is; `precision` says from what: "outcode", "area", "town" or "region"."""

    region: str
    lat: float
    lon: float
    outcode: str
    near_town: str
    precision: str


def _capitals(text: str) -> str:
    return unicodedata.normalize("NFKC", text.strip()[:200]).upper()


def _split_postcode(text: str) -> tuple[str, str]:
    """The outward and the inward half that were meant, in capitals; either may be empty."""
    capitals = _capitals(text)
    together = "".join(letter for letter in capitals if letter.isascii() and letter.isalnum())
    if match := _FULL_POSTCODE.fullmatch(together):
        return match[1], match[2]
    # "NG2 3" is NG2 with the first figure of the rest, not NG23: so the spaces are looked at before they go.
    if match := _LOOKS_LIKE_POSTCODE.search(capitals):
        return match[1], match[2] or ""
    if _OUTWARD.fullmatch(together):
        return together, ""
    if 5 <= len(together) <= 7:
        # O for 0 and I for 1 are the slips people make; only the digit of the inward half can be told apart.
        repaired = together[:-3] + together[-3].translate(_LETTERS_READ_AS_DIGITS) + together[-2:]
        if match := _FULL_POSTCODE.fullmatch(repaired):
            return match[1], match[2]
    return together if together in area_table() else "", ""


def find_outcode(text: str) -> Outcode | None:
    """The district of a postcode or district in any spelling, else the area of its letters, else None."""
    outward, _ = _split_postcode(text)
    if not outward:
        return None
    districts = outcode_table()
    if outward in districts:
        return districts[outward]
    # An invented last letter (EC1Z) still names the aggregate district.
    if outward[-1].isalpha() and outward[:-1] in districts:
        return districts[outward[:-1]]
    return area_table().get(outward[:2].rstrip("0123456789"))


def postcode_display(text: str) -> str:
    """A postcode or district as it is printed ("NG2 3AQ", "LS1"); other text comes back trimmed only."""
    outward, inward = _split_postcode(text)
    together = re.sub(r"[^A-Z0-9]", "", _capitals(text))
    # Text around the postcode is the person's own and is kept.
    if not outward or together != outward + inward:
        return text.strip()
    return f"{outward} {inward}".strip()


def find_towns(name: str, region: str | None = None) -> tuple[Town, ...]:
    """The towns of that name, largest first; of several names the first one known counts.

    With a region's slug, or a region in the text ("Ashford, Kent"), only towns in it are given, unless
    none of them is. No town at all gives an empty tuple.
    """
    name = name.strip()[:200]
    parts = [part for part in _BETWEEN_TOWNS.split(name) if part]
    smaller_parts = [part for part in _BETWEEN_NAMES.split(name) if part]
    for part in dict.fromkeys([name, *parts, *smaller_parts]):
        if towns := _towns_named(part):
            wanted = region or next(filter(None, map(region_from_words, smaller_parts[1:])), None)
            return tuple(town for town in towns if town.region == wanted) or towns
    return ()


def _towns_named(name: str) -> tuple[Town, ...]:
    key = town_key(name)
    if found := town_table().get(key) or village_table().get(key):
        return found
    without_side = " ".join(word for word in key.split() if word not in _SIDES)
    return town_table().get(without_side, ()) if without_side else ()


def locate(town: str, postcode: str, region_slug: str | None = None) -> Location | None:
    """Where a branch is: by its outcode, else by its town, else by the region it names.

    A town name that several regions share is not guessed at: without `region_slug` the answer is None.
    """
    if district := find_outcode(postcode):
        return Location(
            region=district.region,
            lat=district.lat,
            lon=district.lon,
            outcode=district.outcode,
            near_town=district.near_town or district.town,
            precision="area" if district.kind == "area" else "outcode",
        )
    towns = find_towns(town, region_slug)
    if len({place.region for place in towns}) == 1:
        place = towns[0]
        return Location(place.region, place.lat, place.lon, "", place.name, "town")
    if chosen := region(region_slug or ""):
        return Location(chosen.slug, chosen.lat, chosen.lon, "", "", "region")
    return None


def regions() -> tuple[Region, ...]:
    """The twelve nations and regions, in the order in which forms offer them."""
    return tuple(region_table().values())


def region(slug: str) -> Region | None:
    """The region with that slug, if there is one."""
    return region_table().get(slug)


@cache
def _regions_by_words() -> dict[str, str]:
    found = {fold(row["words"]): row["region_slug"] for row in read_table("uk_region_words")}
    for known in region_table().values():
        found |= {fold(known.slug): known.slug, fold(known.name): known.slug}
    return found


def region_from_words(text: str) -> str | None:
    """The slug of the region people mean ("Northern", "SW", "NI"); None where more than one may be meant."""
    words = fold(text[:200])
    known = _regions_by_words()
    return known.get(words) or known.get(_AROUND_REGION.sub("", words))


def _degrees(point: Point | Sequence[float]) -> tuple[float, float]:
    # To ask after any kind of sequence takes longer than the rest of the way, and nearly all are pairs.
    if isinstance(point, tuple):
        return point[0], point[1]
    return (point[0], point[1]) if isinstance(point, Sequence) else (point.lat, point.lon)


def distance_miles(a: Point | Sequence[float], b: Point | Sequence[float]) -> float:
    """Miles as the crow flies between two points, each a place or a pair (latitude, longitude) in degrees."""
    (lat_a, lon_a), (lat_b, lon_b) = _degrees(a), _degrees(b)
    half_lat, half_lon = radians(lat_b - lat_a) / 2, radians(lon_b - lon_a) / 2
    chord = sin(half_lat) ** 2 + cos(radians(lat_a)) * cos(radians(lat_b)) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_MILES * asin(min(1.0, sqrt(chord)))
