"""Unions: found by every name people use, and loaded as often as one likes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.directory.load import load_reference_data
from portal.directory.models import Union
from portal.directory.unions import find_union, national_affiliates, union_choices
from portal.extensions import db


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("unison", "unison"),
        ("UNISON – the public service union", "unison"),
        ("Train drivers' union", "aslef"),
        ("train drivers’ union", "aslef"),
        ("Bectu", "prospect"),
        ("NUT", "neu"),
        ("Trades Council", "trades-council"),
        ("trades-council", "trades-council"),
        ("Artists Union England", "aue"),
        ("Unite the Union", "unite"),
        ("The FBU", "fbu"),
        ("GMB union", "gmb"),
        ("Public & Commercial Services Union", "pcs"),
        ("public and commercial services union", "pcs"),
        ("National Association of Head Teachers", "naht"),
        ("NAPO", "napo"),
        ("miners", "num"),
        ("Miners' Union", "num"),
        ("tgwu", "unite"),
        ("t&g", "unite"),
        ("T & G", "unite"),
        ("Transport and General Workers’ Union", "unite"),
        ("amicus", "unite"),
        ("UCATT", "unite"),
        ("nalgo", "unison"),
        ("NUPE", "unison"),
        ("nurses", "rcn"),
        ("firefighters", "fbu"),
        ("NATFHE", "ucu"),
        ("National Union of Railwaymen", "rmt"),
        ("Unisson", None),
        ("miner", None),
        ("T S S A", None),
        ("Amalgamated Society of Wheelwrights", None),
        ("union", None),
        ("the branch", None),
        ("", None),
        ("\x00", None),
    ],
)
def test_a_union_is_found_by_what_people_call_it(directory: None, typed: str, slug: str | None) -> None:
    found = find_union(typed)
    assert (found.slug if found else None) == slug


def test_every_union_is_found_by_its_own_names(directory: None) -> None:
    for union in db.session.scalars(select(Union)):
        for name in (union.slug, union.short_name, union.full_name, *union.other_names):
            found = find_union(name)
            assert found is not None
            assert found.slug == union.slug


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(text=st.text(alphabet=st.characters(exclude_categories=("Cs",))))
def test_no_text_breaks_it(directory: None, text: str) -> None:
    found = find_union(text)
    assert found is None or found.slug


def test_loading_again_changes_nothing_and_keeps_what_coordinators_added(directory: None) -> None:
    db.session.add(Union(slug="wheelwrights", short_name="ASW", full_name="Society of Wheelwrights"))
    changed = db.session.scalars(select(Union).where(Union.slug == "fbu")).one()
    changed.full_name = "Something else"
    db.session.commit()
    assert load_reference_data(db.session) == 1
    assert load_reference_data(db.session) == 0
    assert changed.full_name == "Fire Brigades Union"
    assert db.session.scalar(select(func.count(Union.id))) == 70
    added = find_union("asw")
    assert added is not None
    assert added.slug == "wheelwrights"


def test_the_picker_lists_every_union_once_with_the_last_way_out_last(directory: None) -> None:
    choices = union_choices()
    assert len({choice.slug for choice in choices}) == len(choices) == 69
    assert choices[-1].slug == "other"
    labels = [choice.label for choice in choices]
    assert "PCS – Public and Commercial Services Union" in labels
    assert "GMB" in labels
    assert next(choice for choice in choices if choice.slug == "neu").aliases == "NUT; ATL"
    assert not any("'" in choice.label + choice.aliases for choice in choices)


def test_national_affiliates_come_from_the_data(directory: None) -> None:
    names = [union.short_name for union in national_affiliates()]
    assert names == ["UNISON", "PCS", "ASLEF", "UCU", "GMB", "NUM", "Unite"]
    num = find_union("NUM")
    assert num is not None
    assert (num.sectors, num.local_unit, num.kind) == ("mining", "branch", "union")
