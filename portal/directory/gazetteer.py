"""The places of the United Kingdom as tables in memory; what people mean by their words lives in `places`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from portal.directory.folding import fold
from portal.directory.tables import read_table, split_cell


@dataclass(frozen=True, slots=True)
class Region:
    """A nation or English region; the point is where its people live, not the middle of the map."""

    slug: str
    name: str
    name_uk: str
    country: str
    tuc_body: str
    lat: float
    lon: float
    main_cities: tuple[str, ...]

    def label(self, language: str) -> str:
        """The name in Ukrainian for "uk", in English for any other language."""
        return self.name_uk if language == "uk" else self.name


@dataclass(frozen=True, slots=True)
class Outcode:
    """A postcode district; for kind "area" only the letters are known, and the point is the area's."""

    outcode: str
    lat: float
    lon: float
    town: str
    near_town: str
    region: str
    kind: str


@dataclass(frozen=True, slots=True)
class Town:
    """A town or village; population is 0 where it is not known, outcode is empty for most."""

    name: str
    name_cy: str
    lat: float
    lon: float
    population: int
    region: str
    outcode: str = ""


# Names in daily use that neither the table nor the rule for rivers and coasts would find.
EVERYDAY_NAMES = {
    "Hull": "Kingston upon Hull",
    "Londonderry": "Derry",
    "Derry Londonderry": "Derry",
    "Derry City": "Derry",
    "Doire": "Derry",
    "Béal Feirste": "Belfast",
    "Durham City": "Durham",
    "Glaschu": "Glasgow",
    "Dùn Èideann": "Edinburgh",
    "City of London": "London",
    "Central London": "London",
    "Greater London": "London",
    "Llundain": "London",
    "Brighton and Hove": "Brighton",
}

_BEFORE_RIVER_OR_COAST = re.compile(r"^(\w+(?: \w+)?) (?:upon|on|under|in|by|super|le|next) ")


def town_key(name: str) -> str:
    """The form in which two spellings of a town are equal."""
    return re.sub(r"\bsaint\b", "st", fold(name))


@cache
def region_table() -> dict[str, Region]:
    """Regions by slug, from north to south as the Office for National Statistics lists them."""
    return {
        row["slug"]: Region(
            row["slug"],
            row["name"],
            row["name_uk"],
            row["country"],
            row["tuc_body"],
            float(row["lat"]),
            float(row["lon"]),
            split_cell(row["main_cities"]),
        )
        for row in read_table("uk_regions")
    }


@cache
def outcode_table() -> dict[str, Outcode]:
    """Postcode districts by outcode, with aggregates such as EC1 that people type though they are none."""
    return {
        row["outcode"]: Outcode(
            row["outcode"],
            float(row["lat"]),
            float(row["lon"]),
            row["town"].replace("'", "’"),
            row["near_town"].replace("'", "’"),
            row["region_slug"],
            row["kind"],
        )
        for row in read_table("uk_outcodes")
    }


@cache
def area_table() -> dict[str, Outcode]:
    """Postcode areas by their letters, for when the district is missing or unknown."""
    return {
        row["area"]: Outcode(
            row["area"],
            float(row["lat"]),
            float(row["lon"]),
            row["name"],
            row["name"],
            row["region_slug"],
            "area",
        )
        for row in read_table("uk_postcode_areas")
    }


@cache
def town_table() -> dict[str, tuple[Town, ...]]:
    """Towns by folded name in English and Welsh, largest first; several towns may share a name."""
    towns = [
        Town(
            row["name"].replace("'", "’"),
            row["name_cy"],
            float(row["lat"]),
            float(row["lon"]),
            int(row["population"] or 0),
            row["region_slug"],
        )
        for row in read_table("uk_places")
    ]
    found: dict[str, list[Town]] = {}
    for town in towns:
        for name in dict.fromkeys(filter(None, (town_key(town.name), town_key(town.name_cy)))):
            found.setdefault(name, []).append(town)
            if short := _BEFORE_RIVER_OR_COAST.match(name):
                found.setdefault(short.group(1), []).append(town)
    for everyday, name in EVERYDAY_NAMES.items():
        known = found.setdefault(town_key(everyday), [])
        known += [town for town in found[town_key(name)] if town not in known]
    return {name: tuple(sorted(group, key=lambda town: -town.population)) for name, group in found.items()}


@cache
def village_table() -> dict[str, tuple[Town, ...]]:
    """Places too small for the table of towns, known only as the main settlement of a postcode district."""
    found: dict[str, list[Town]] = {}
    towns = town_table()
    for place in outcode_table().values():
        name = town_key(place.town)
        if name and name not in towns:
            village = Town(place.town, "", place.lat, place.lon, 0, place.region, place.outcode)
            found.setdefault(name, []).append(village)
    return {name: tuple(group) for name, group in found.items()}
