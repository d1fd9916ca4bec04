"""Entries as branch secretaries type them: what a careful coordinator reads out of each is what we read."""

from __future__ import annotations

from datetime import datetime

import pytest

from portal.directory import places
from portal.directory.branches import find_or_make
from portal.directory.phones import understand_phone
from portal.directory.unions import find_union

ENTRIES = [
    (
        "S05",
        "ASLEF",
        "Nottingham no. 1",
        "Nottingham",
        "NG23AQ",
        "East Midlands",
        "07700 900 143",
        "aslef",
        "east-midlands",
        "NG2",
    ),
    (
        "S13",
        "GMB",
        "Northern R24 Sunderland Bridges",
        "Sunderland",
        "SR1 3HD",
        "Northern",
        "0191 498 0171",
        "gmb",
        "north-east",
        "SR1",
    ),
    (
        "S22",
        "Unite",
        "SC/164/403 CYW&NP Lanarkshire",
        "Motherwell",
        "ML1 1XA",
        "Scotland",
        "01632 960 157",
        "unite",
        "scotland",
        "ML1",
    ),
    (
        "S31",
        "TSSA",
        "Anglia",
        "Cambridge",
        "CB1 2JW",
        "East of England",
        "07700 900 176",
        "tssa",
        "east-of-england",
        "CB1",
    ),
    (
        "S39",
        "UNISON",
        "Cornwall",
        "Truro; Bodmin; Penzance",
        "TR1 2NE",
        "SW",
        "+44 1632 960 143",
        "unison",
        "south-west",
        "TR1",
    ),
    (
        "S48",
        "Trades Council",
        "Durham County Association of TUCs",
        "Durham",
        "DH1 1WA",
        "North East",
        "0191 498 0195",
        "trades-council",
        "north-east",
        "DH1",
    ),
    ("S56", "Artists Union England", "", "", "  ", "London", "07700900153", "aue", "london", ""),
    (
        "T03",
        "NUM",
        "Durham Area",
        "Durham",
        "DH1 4BE",
        "North East",
        "01632 960 118",
        "num",
        "north-east",
        "DH1",
    ),
    (
        "T09",
        "NEU",
        "Haringey District",
        "London",
        "N22 8HQ",
        "London",
        "020 7946 0138",
        "neu",
        "london",
        "N22",
    ),
    (
        "T15",
        "PCS",
        "ACAS & BIS Sheffield",
        "Sheffield",
        "S1 4PD",
        "Yorkshire",
        "07700 900 126",
        "pcs",
        "yorkshire-and-the-humber",
        "S1",
    ),
    ("T21", "CWU", "Capital", "London", "WC1X 0DA", "London", "+44 20 7946 0129", "cwu", "london", "WC1X"),
    (
        "T26",
        "UNISON",
        "University Hospitals Plymouth",
        "Plymouth",
        "PL6 8DH",
        "South West",
        "01632 960 137",
        "unison",
        "south-west",
        "PL6",
    ),
    (
        "T32",
        "MU",
        "Midlands Region",
        "Birmingham",
        "B9 4AA",
        "W Midlands",
        "0121 496 0178",
        "mu",
        "west-midlands",
        "B9",
    ),
    (
        "T38",
        "Unite",
        "SW/8110 Gloucester Health",
        "Gloucester",
        "GL1 3NN",
        "SW",
        "01632 960 119",
        "unite",
        "south-west",
        "GL1",
    ),
    (
        "A03",
        "GMB",
        "B12 Leicester",
        "Leicester",
        "LE4 6AB",
        "Midlands",
        "0116 4960 187",
        "gmb",
        "east-midlands",
        "LE4",
    ),
    ("A09", "UCU", "Goldsmiths", "London", "SE14 6NW", "London", "020 7946 0132", "ucu", "london", "SE14"),
    (
        "A15",
        "NUM",
        "Kent ex-miners",
        "Aylesham",
        "CT3 3AA",
        "South East",
        "01632 960 160",
        "num",
        "south-east",
        "CT3",
    ),
    (
        "A21",
        "FBU",
        "Suffolk",
        "Bury St Edmunds",
        "IP33 2RN",
        "Eastern",
        "01632 960 139",
        "fbu",
        "east-of-england",
        "IP33",
    ),
    ("A26", "Napo", "Cymru", "Caerdydd", "CF5 4DD", "Wales", "029 2018 0144", "napo", "wales", "CF5"),
    (
        "A32",
        "NASUWT",
        "Antrim & Newtownabbey",
        "Newtownabbey",
        "BT36 5QE",
        "NI",
        "028 9649 6109",
        "nasuwt",
        "northern-ireland",
        "BT36",
    ),
    (
        "A38",
        "Bectu",
        "London Production Division",
        "London",
        "E17 7JN",
        "London",
        "07700 900 110",
        "prospect",
        "london",
        "E17",
    ),
]
"""Number, union, branch, town, postcode, region, telephone; then the union, region and district expected."""


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry[0] for entry in ENTRIES])
def test_an_entry_is_read_as_a_coordinator_would(entry: tuple[str, ...], directory: None, now: datetime) -> None:
    _, union_typed, branch, town, postcode, region, phone, union_slug, region_slug, outcode = entry
    union = find_union(union_typed)
    assert union is not None
    assert union.slug == union_slug
    location = places.locate(town, postcode, places.region_from_words(region))
    assert location is not None
    assert (location.region, location.outcode) == (region_slug, outcode)
    assert understand_phone(phone).e164 is not None
    kind = "branch" if branch else "national"
    made = find_or_make(union=union, name=branch, body_type=kind, town=town, location=location, now=now)
    again = find_or_make(union=union, name=branch.upper(), body_type=kind, town=town, location=location, now=now)
    assert made.is_new
    assert not again.is_new
    assert again.branch is made.branch


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry[0] for entry in ENTRIES])
def test_the_town_alone_never_contradicts_the_postcode(entry: tuple[str, ...]) -> None:
    found = places.locate(entry[3], "")
    assert found is None or found.region == entry[8]


def test_the_region_is_understood_or_asked_for_but_never_wrong() -> None:
    for entry in ENTRIES:
        assert places.region_from_words(entry[5]) in (entry[8], None)
