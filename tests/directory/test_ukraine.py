"""Ukrainian places, and that an oblast is treated as carefully as its most dangerous town."""

from __future__ import annotations

import pytest

from portal.directory.ukraine import (
    CAUTIONS,
    find_oblast,
    find_ukrainian_towns,
    oblast,
    oblasts,
    ukrainian_towns,
)


@pytest.mark.parametrize("typed", ["Pavlohrad", "Pavlograd", "Павлоград", " PAVLOGRAD "])
def test_a_town_is_found_by_any_of_its_names(typed: str) -> None:
    (town,) = find_ukrainian_towns(typed)
    assert (town.slug, town.oblast, town.industry) == ("pavlohrad", "dnipropetrovsk", "coal")


def test_no_town_is_no_error() -> None:
    assert find_ukrainian_towns("Wigan") == ()
    assert find_ukrainian_towns("") == ()


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("Lviv region", "lviv"),
        ("Львівська область", "lviv"),
        ("Dnipropetrovsk Oblast", "dnipropetrovsk"),
        ("Kyiv", "kyiv-city"),
        ("Kyiv Oblast", "kyiv"),
        ("Крим", "crimea"),
        ("kirovohrad", "kirovohrad"),
        ("Yorkshire", None),
        ("", None),
    ],
)
def test_an_oblast_is_found_in_either_script(typed: str, slug: str | None) -> None:
    found = find_oblast(typed)
    assert (found.slug if found else None) == slug


def test_an_oblast_takes_the_highest_caution_of_any_town_in_it() -> None:
    by_slug = {row.slug: row.caution for row in oblasts()}
    for town in ukrainian_towns():
        assert CAUTIONS.index(by_slug[town.oblast]) >= CAUTIONS.index(town.caution)
    assert by_slug["dnipropetrovsk"] == "front-line or border area under regular attack"
    assert by_slug["donetsk"] == "occupied since 2014"
    assert by_slug["lviv"] == ""


def test_every_oblast_has_both_labels() -> None:
    assert len(oblasts()) == 27
    found = oblast("lviv")
    assert found is not None
    assert (found.label("en"), found.label("uk")) == ("Lviv Oblast", "Львівська область")
    assert oblast("atlantis") is None
