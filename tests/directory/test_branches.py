"""Branches: the same one is found again, another never is, and a coordinator merges."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from portal.directory.branches import BranchMatch, find_or_make, merge
from portal.directory.models import Branch, Officer
from portal.directory.places import locate
from portal.directory.unions import find_union
from portal.extensions import db

pytestmark = pytest.mark.usefixtures("any_directory")


@pytest.fixture
def enter(now: datetime) -> Any:
    """Enter a branch as a form would."""

    def entered(union: str, name: str, **more: Any) -> BranchMatch:
        postcode = more.pop("postcode", "")
        location = locate("", postcode) if postcode else None
        return find_or_make(union=find_union(union), name=name, location=location, now=now, **more)

    return entered


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Nottingham no. 1", "NOTTINGHAM No 1 Branch"),
        ("Nottingham Number 1", "The Nottingham No. 1"),
        ("Durham Area", "NUM Durham Area"),
        ("O’Connor Memorial", "O Connor memorial lodge"),
        ("Leeds & District", "Leeds and District"),
    ],
)
def test_the_same_name_attaches_by_itself(enter: Any, first: str, second: str) -> None:
    one, two = enter("NUM", first), enter("NUM", second)
    assert one.is_new
    assert not two.is_new
    assert two.branch is one.branch
    assert two.branch.name == first


def test_anything_less_makes_a_new_branch_and_names_what_looks_alike(enter: Any) -> None:
    first = enter("NUM", "Durham Area")
    enter("NUM", "Kent ex-miners")
    second = enter("NUM", "Durham")
    assert second.is_new
    assert second.alike == (first.branch,)
    third = enter("NUM", "Duhram Area")
    assert third.is_new
    assert first.branch in third.alike


def test_another_union_or_kind_of_body_is_another_branch(enter: Any) -> None:
    first = enter("UNISON", "Cornwall")
    assert enter("GMB", "Cornwall").is_new
    assert enter("GMB", "Cornwall").alike == ()
    region = enter("UNISON", "Cornwall", body_type="region")
    assert region.is_new
    assert region.alike == (first.branch,)


def test_numbers_tell_branches_of_one_name_apart(enter: Any) -> None:
    first = enter("UNISON", "Lincolnshire", number="No. 2235")
    assert enter("UNISON", "Lincolnshire", number="2235").branch is first.branch
    assert enter("UNISON", "Lincolnshire").branch is first.branch
    other = enter("UNISON", "Lincolnshire", number="2236")
    assert other.is_new
    assert other.alike == (first.branch,)
    neither = enter("UNISON", "Lincolnshire")
    assert neither.is_new
    assert set(neither.alike) == {first.branch, other.branch}


def test_a_branch_without_a_number_takes_the_first_one_it_is_given(enter: Any) -> None:
    first = enter("GMB", "Sunderland Bridges")
    assert enter("GMB", "Sunderland Bridges", number="R24").branch is first.branch
    assert first.branch.number == "R24"
    assert enter("GMB", "Sunderland Bridges", number="R25").is_new


def test_one_name_in_two_regions_is_two_branches(enter: Any) -> None:
    wales = enter("Unite", "Newport", postcode="NP20 1AA")
    shropshire = enter("Unite", "Newport", postcode="TF10 7AA")
    assert shropshire.is_new
    assert shropshire.alike == (wales.branch,)
    assert (wales.branch.region_slug, shropshire.branch.region_slug) == ("wales", "west-midlands")
    assert wales.branch.latitude == pytest.approx(51.6, abs=0.1)


def test_branches_without_a_name_are_never_taken_for_one_another(enter: Any) -> None:
    assert enter("GMB", "").is_new
    assert enter("GMB", "The Branch").is_new


def test_a_union_has_one_national_body(enter: Any) -> None:
    first = enter("AUE", "", body_type="national")
    assert first.is_new
    assert enter("AUE", "Artists’ Union England", body_type="national").branch is first.branch
    assert first.branch.title == "AUE"


def test_written_in_unions_are_kept_as_typed_and_told_apart(enter: Any) -> None:
    first = enter("no such union", "Leeds", written_in_union="Society of Wheelwrights")
    assert enter("no such union", "Leeds", written_in_union="society of wheelwrights").branch is first.branch
    assert enter("no such union", "Leeds", written_in_union="Coopers’ Guild").is_new
    assert first.branch.title == "Society of Wheelwrights Leeds"


@pytest.mark.parametrize(
    ("union", "name", "body_type", "title"),
    [
        ("NUM", "Durham Area", "branch", "NUM Durham Area"),
        ("NUM", "NUM Durham Area", "branch", "NUM Durham Area"),
        (
            "Trades Council",
            "Durham County Association of TUCs",
            "trades-council",
            "Durham County Association of TUCs",
        ),
        ("Trades Council", "Wigan", "trades-council", "Wigan Trades Council"),
    ],
)
def test_a_title_is_what_people_call_the_branch(enter: Any, union: str, name: str, body_type: str, title: str) -> None:
    assert enter(union, name, body_type=body_type).branch.title == title


def test_an_unknown_kind_of_body_is_refused(enter: Any) -> None:
    with pytest.raises(ValueError, match="body type"):
        enter("NUM", "Durham", body_type="lodge")


def test_a_merged_branch_speaks_for_the_one_that_remains(enter: Any, now: datetime) -> None:
    keep, other, third = (enter("NUM", name).branch for name in ("Durham Area", "Durham", "Durham Miners"))
    db.session.add(Officer(branch_id=other.id, name="Eddie Pitmatic-Rowell", role="Chair"))
    db.session.flush()
    assert merge(third, other, now) is other
    assert merge(other, keep, now) is keep
    db.session.commit()
    assert (other.merged_into_id, third.merged_into_id) == (keep.id, keep.id)
    assert other.merged_at == now
    assert [officer.name for officer in keep.officers] == ["Eddie Pitmatic-Rowell"]
    assert enter("NUM", "durham").branch is keep
    assert enter("NUM", "Durham Miners").branch is keep
    assert keep in enter("NUM", "Durham Mechanics").alike
    assert not {other, third} & set(enter("NUM", "Durham Mechanic").alike)


def test_what_is_one_branch_already_cannot_be_merged_again(enter: Any, now: datetime) -> None:
    keep, other = enter("NUM", "Durham Area").branch, enter("NUM", "Durham").branch
    merge(other, keep, now)
    for branch, into in ((keep, keep), (keep, other), (other, keep)):
        with pytest.raises(ValueError, match="one branch"):
            merge(branch, into, now)


def test_nothing_is_committed(enter: Any) -> None:
    enter("NUM", "Durham Area")
    db.session.rollback()
    assert db.session.query(Branch).count() == 0


def test_a_name_that_grows_when_folded_still_fits(enter: Any) -> None:
    first = enter("NUM", "Щ" * 200)
    assert len(first.branch.folded) == 400
    assert enter("NUM", "щ" * 200).branch is first.branch
