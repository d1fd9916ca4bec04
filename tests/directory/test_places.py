"""Where a branch is, from what people write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.directory import places

ANY_TEXT = st.one_of(st.text(), st.text(alphabet=st.sampled_from("NG23AQ lsEC10O-;,/\x00🙂\u200f\u202e№")))


@pytest.mark.parametrize(
    ("typed", "outcode", "display"),
    [
        ("NG23AQ", "NG2", "NG2 3AQ"),
        ("ng23aq", "NG2", "NG2 3AQ"),
        ("NG2 3AQ", "NG2", "NG2 3AQ"),
        (" n g 2 3 a q ", "NG2", "NG2 3AQ"),
        ("DH1-4BE", "DH1", "DH1 4BE"),
        ("\u200fNG2\u200f 3AQ", "NG2", "NG2 3AQ"),
        ("LS1", "LS1", "LS1"),
        ("ls 1", "LS1", "LS1"),
        ("EC1", "EC1", "EC1"),
        ("EC1A 1BB", "EC1A", "EC1A 1BB"),
        ("sw1a1aa", "SW1A", "SW1A 1AA"),
        ("NG2 3", "NG2", "NG2 3"),
        ("NG23", "NG23", "NG23"),
        ("BT36 5QE", "BT36", "BT36 5QE"),
        ("B94AA", "B9", "B9 4AA"),
        ("NG2 EAQ", "NG2", "NG2 EAQ"),
        ("Unit 4, Durham DH1 4BE", "DH1", "Unit 4, Durham DH1 4BE"),
        ("DH1IBE", "DH1", "DH1IBE"),
    ],
)
def test_postcodes_are_understood_in_any_spelling(typed: str, outcode: str, display: str) -> None:
    found = places.find_outcode(typed)
    assert found is not None
    assert found.outcode == outcode
    assert places.postcode_display(typed) == display


@pytest.mark.parametrize(("typed", "area"), [("NG99 1AA", "NG"), ("ng", "NG"), ("DH77", "DH")])
def test_an_unknown_district_falls_back_to_its_area(typed: str, area: str) -> None:
    found = places.find_outcode(typed)
    assert found is not None
    assert (found.outcode, found.kind) == (area, "area")


@pytest.mark.parametrize("typed", ["", "  ", "hello", "n/a", "TBC", "12345", "GY1 1AA", "ZZ1 1ZZ", "🙂", "\x00"])
def test_what_is_no_postcode_of_ours_is_not_one(typed: str) -> None:
    assert places.find_outcode(typed) is None
    assert places.postcode_display(typed) == typed.strip()


def towns(name: str, region: str | None = None) -> list[tuple[str, str]]:
    return [(town.name, town.region) for town in places.find_towns(name, region)]


@pytest.mark.parametrize(
    ("typed", "name", "region"),
    [
        ("Caerdydd", "Cardiff", "wales"),
        ("ABERDÂR", "Aberdare", "wales"),
        ("London", "London", "london"),
        ("east London", "London", "london"),
        ("Truro; Bodmin; Penzance", "Truro", "south-west"),
        ("Nowhereville / Penzance", "Penzance", "south-west"),
        ("Hull", "Kingston upon Hull", "yorkshire-and-the-humber"),
        ("Saint Helens", "St Helens", "north-west"),
        ("Bury St. Edmunds", "Bury St Edmunds", "east-of-england"),
        ("Derry/Londonderry", "Derry", "northern-ireland"),
        ("Kings Lynn", "King’s Lynn", "east-of-england"),
        ("Stoke", "Stoke-on-Trent", "west-midlands"),
        ("Aylesham", "Aylesham", "south-east"),
        ("Newport, Wales", "Newport", "wales"),
    ],
)
def test_towns_are_found_by_the_names_people_use(typed: str, name: str, region: str) -> None:
    assert towns(typed) == [(name, region)]


def test_towns_of_one_name_are_all_given_largest_first() -> None:
    assert [region for _, region in towns("Newport")] == ["wales", "south-east", "west-midlands"]
    assert towns("Newport", "west-midlands") == [("Newport", "west-midlands")]
    assert towns("Leeds", "scotland") == [("Leeds", "yorkshire-and-the-humber")]
    assert towns("Nowhereville") == []


def test_the_postcode_wins_over_the_town() -> None:
    found = places.locate("Leeds", "DH1 4BE")
    assert found is not None
    assert (found.region, found.outcode, found.near_town, found.precision) == (
        "north-east",
        "DH1",
        "Durham",
        "outcode",
    )


def test_a_town_alone_gives_region_and_point() -> None:
    found = places.locate("Caerdydd", "")
    assert found is not None
    assert (found.region, found.outcode, found.near_town, found.precision) == ("wales", "", "Cardiff", "town")


def test_a_town_of_several_regions_is_asked_about_and_not_guessed() -> None:
    assert places.locate("Bangor", "") is None
    in_wales = places.locate("Bangor", "", "wales")
    assert in_wales is not None
    assert (in_wales.region, in_wales.precision) == ("wales", "town")


def test_towns_of_one_name_in_one_region_need_no_question() -> None:
    found = places.locate("Ashford", "")
    assert found is not None
    assert found.region == "south-east"


def test_a_region_alone_is_better_than_nothing() -> None:
    found = places.locate("", "", "london")
    assert found is not None
    assert (found.region, found.outcode, found.precision) == ("london", "", "region")
    assert places.locate("", "") is None
    assert places.locate("", "", "atlantis") is None


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("Northern", "north-east"),
        ("Northern Region", "north-east"),
        ("Yorkshire", "yorkshire-and-the-humber"),
        ("Yorks & Humber", "yorkshire-and-the-humber"),
        ("SW", "south-west"),
        ("NI", "northern-ireland"),
        ("N. Ireland", "northern-ireland"),
        ("W Midlands", "west-midlands"),
        ("Eastern", "east-of-england"),
        ("South-East", "south-east"),
        ("Cymru", "wales"),
        ("north-west", "north-west"),
        ("Midlands", None),
        ("somewhere", None),
        ("", None),
    ],
)
def test_regions_are_understood_in_the_words_of_unions(words: str, slug: str | None) -> None:
    assert places.region_from_words(words) == slug


def test_every_region_knows_its_own_name() -> None:
    assert len(places.regions()) == 12
    for region in places.regions():
        assert places.region_from_words(region.name) == places.region_from_words(region.slug) == region.slug
        assert places.region(region.slug) == region


def test_words_for_regions_lead_to_regions_that_exist() -> None:
    slugs = {region.slug for region in places.regions()}
    assert {row["region_slug"] for row in places.read_table("uk_region_words")} == slugs


def test_distance_is_in_miles_and_takes_places_or_pairs() -> None:
    london, leeds = places.find_towns("London")[0], places.find_towns("Leeds")[0]
    assert places.distance_miles(london, leeds) == pytest.approx(170, abs=3)
    assert places.distance_miles((london.lat, london.lon), leeds) == places.distance_miles(leeds, london)
    assert places.distance_miles(leeds, leeds) == 0


def test_lists_have_labels_in_both_languages() -> None:
    mining = next(sector for sector in places.sectors() if sector.slug == "mining")
    assert (mining.label("en"), mining.label("uk")) == ("Mining", "Гірнича промисловість")
    assert len(places.topics()) == 27
    for subject in (*places.sectors(), *places.topics()):
        assert subject.label("en")
        assert subject.label("uk")
        assert "'" not in subject.label("en") + subject.label("uk")


@given(ANY_TEXT, ANY_TEXT)
def test_no_text_breaks_the_gazetteer(one: str, other: str) -> None:
    found = places.locate(one, other)
    assert found is None or places.region(found.region) is not None
    assert isinstance(places.postcode_display(one), str)
    assert places.region_from_words(one) in {None, *(region.slug for region in places.regions())}
