"""The unions of Ukraine, as forms offer them."""

from __future__ import annotations

import pytest

from portal.directory.ukrainian_unions import find_ukrainian_union, ukrainian_union, ukrainian_unions


def test_every_union_has_both_names_and_a_slug_that_fits_its_column() -> None:
    rows = ukrainian_unions()
    assert len(rows) > 30
    assert len({row.slug for row in rows}) == len(rows)
    for row in rows:
        assert row.name_en
        assert row.name_uk
        assert len(row.slug) <= 40
        assert "'" not in row.label("uk") + row.label("en")


def test_a_union_is_named_with_its_short_form() -> None:
    miners = ukrainian_union("npgu")
    assert miners is not None
    assert miners.label("uk") == "Незалежна профспілка гірників України (НПГУ)"
    assert miners.label("en") == "Independent Trade Union of Miners of Ukraine (NPGU)"
    assert "mining" in miners.sectors
    assert ukrainian_union("no such union") is None


@pytest.mark.parametrize(
    "text",
    [
        "npgu",
        "NPGU",
        "НПГУ",
        "Незалежна профспілка гірників України",
        "independent trade union of miners of ukraine",
        "Independent Trade Union of Miners of Ukraine (NPGU)",
        "NGPU",
    ],
)
def test_a_union_is_found_however_it_is_written(text: str) -> None:
    found = find_ukrainian_union(text)
    assert found is not None
    assert found.slug == "npgu"


@pytest.mark.parametrize("text", ["PRUP", "ПРУП", "Prupu", "ППВПУ"])
def test_a_union_is_found_by_short_forms_that_the_movement_uses(text: str) -> None:
    found = find_ukrainian_union(text)
    assert found is not None
    assert found.slug == "prupu"
    assert "ПРУП" in found.names, "the picker searches these"


@pytest.mark.parametrize("text", ["", "  ", "union", "National Union of Mineworkers"])
def test_what_is_no_union_of_ukraine_is_not_found(text: str) -> None:
    assert find_ukrainian_union(text) is None
