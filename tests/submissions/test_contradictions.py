"""Answers that cannot all be meant get a clear sentence; what may be meant is never refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from portal.affiliations.fees import FLAT
from portal.affiliations.models import FeeBand
from portal.extensions import db
from portal.submissions import registry
from portal.submissions.forms import StepForm
from tests.submissions.entries import context


@pytest.fixture(autouse=True)
def words(app: Flask) -> Iterator[None]:
    """A place where sentences can be said."""
    with app.app_context():
        yield


def filled(kind: str, step: str, raw: dict[str, Any], **more: Any) -> StepForm:
    """A step, filled in and validated."""
    form = registry.kind(kind).step(step).form.from_raw(raw, context(**more))
    form.validate()
    return form


def said(form: StepForm) -> dict[str, str]:
    """The sentences, by field."""
    return {str(name): str(errors[0]) for name, errors in form.errors.items()}


def test_who_must_know_after_the_meeting_is_asked_again() -> None:
    meeting = {"date_1": "14 January 2027", "date_2": "28 January 2027"}
    assert "before the meeting" in said(filled("speaker", "meeting", {**meeting, "decide_by": "15/1/27"}))["decide_by"]
    for day in ("14/1/27", "1 December 2026", ""):
        assert not filled("speaker", "meeting", {**meeting, "decide_by": day}).errors, day
    assert not filled("speaker", "meeting", {"date_rule": "every Monday", "decide_by": "15/1/27"}).errors


@pytest.mark.parametrize("second", ["date_2", "date_3"])
def test_a_date_given_twice_is_said(second: str) -> None:
    form = filled("speaker", "meeting", {"date_1": "14 January 2027", second: "Thurs 14 Jan", "time_1": "7pm"})
    assert list(said(form)) == [second]
    assert "You gave this date already" in said(form)[second]


def test_somebody_named_has_a_name() -> None:
    assert "name of the speaker" in said(filled("speaker", "speaker", {"wanted_speaker": "named"}))["named_speaker"]
    assert not filled("speaker", "speaker", {"wanted_speaker": "named", "named_speaker": "Olha"}).errors
    assert not filled("speaker", "speaker", {"wanted_speaker": "both"}).errors


def test_nothing_stands_alone() -> None:
    assert "Nothing this time" in said(filled("speaker", "speaker", {"can_pay": ["travel", "nothing"]}))["can_pay"]
    assert not filled("speaker", "speaker", {"can_pay": ["nothing"]}).errors
    assert not filled("speaker", "speaker", {"can_pay": ["travel", "donation"]}).errors


def test_a_second_contact_is_another_person() -> None:
    you = {"contact_name": "Jean", "contact_email": "jean@example.org"}
    form = filled("twinning", "you", {**you, "second_email": "Jean@Example.org"})
    assert "your own address" in said(form)["second_email"]
    assert not filled("twinning", "you", {**you, "second_email": "joan@example.org"}).errors
    by_hand = {"contact_name": "Jean", "contact_phone": "0191 498 0171", "second_email": "joan@example.org"}
    assert not filled("twinning", "you", by_hand, by_hand=True).errors


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("14th of Jan, 2027 at 7pm", "7pm"),
        ("14 January 2027, 19:30", "19:30"),
        ("Thursday 14 January 2027 @ 7.30 p.m.", "7.30 p.m."),
        ("14/1/27 7pm for 7.30", "7pm for 7.30"),
    ],
)
def test_a_time_beside_the_date_is_the_start_time(typed: str, time: str) -> None:
    form = filled("speaker", "meeting", {"date_1": typed})
    assert not form.errors
    (row,) = form.cleaned()["dates"]
    assert (row["on"], row["time_text"]) == ("2027-01-14", time)
    assert row["time"] in ("19:00", "19:30")


def test_a_start_time_of_its_own_is_not_overwritten() -> None:
    form = filled("speaker", "meeting", {"date_1": "14 January 2027 at 7pm", "time_1": "half six"})
    assert form.cleaned()["dates"][0]["time_text"] == "half six"


@pytest.fixture
def flat_fee(app: Flask) -> None:
    """Every branch pays £50 a year."""
    db.session.add(FeeBand(body_type="branch", basis=FLAT, pence=5000, minimum_pence=0))
    db.session.flush()


@pytest.mark.usefixtures("flat_fee")
def test_who_would_pay_more_does_not_mean_less() -> None:
    answers = {"decision": {"members": "120"}}
    form = filled("affiliation", "fee", {"fee_wish": "more", "offered_pence": "49.99"}, answers=answers)
    assert "Your fee is £50.00" in said(form)["offered_pence"]
    for wish, sum_ in (("more", "50"), ("more", "60"), ("waiver", "10"), ("waiver", "nothing"), ("waiver", "0")):
        form = filled("affiliation", "fee", {"fee_wish": wish, "offered_pence": sum_}, answers=answers)
        assert not form.errors, (wish, sum_)
    for much in ("50", "100"):
        less = filled("affiliation", "fee", {"fee_wish": "waiver", "offered_pence": much}, answers=answers)
        assert "Enter a smaller sum" in said(less)["offered_pence"]
    rows = {row.field_id: row.value for row in form.summary()}
    assert rows["fee_wish"] == ["You ask to pay nothing. A coordinator will write to you what we decide."]


@pytest.mark.usefixtures("flat_fee")
@pytest.mark.parametrize(
    ("typed", "wish", "pence", "offered"),
    [
        ("60", "more", 6000, 6000),
        ("20", "waiver", 5000, 2000),
        ("50", "as-worked-out", 5000, 5000),
        ("", "as-worked-out", 5000, None),
    ],
)
def test_a_sum_says_what_is_wished_where_the_first_answer_still_stands(
    typed: str, wish: str, pence: int, offered: int | None
) -> None:
    answers = {"decision": {"members": "120"}}
    form = filled("affiliation", "fee", {"fee_wish": "as-worked-out", "offered_pence": typed}, answers=answers)
    assert not form.errors
    values = form.cleaned()
    assert (values["fee_wish"], values["fee_pence"], values["offered_pence"]) == (wish, pence, offered)


@pytest.mark.parametrize("typed", ["0", "1.5", "-3"])
def test_a_branch_affiliates_on_one_member_at_least(typed: str) -> None:
    assert "members" in filled("affiliation", "decision", {"members": typed}).errors


def test_one_member_is_enough_and_delegates_may_be_none() -> None:
    assert not filled("affiliation", "decision", {"members": "1", "delegates": "0"}).errors
