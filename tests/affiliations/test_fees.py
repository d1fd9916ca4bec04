"""The fee table: flat, by size, per member with a least sum."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from portal.affiliations import fees
from portal.affiliations.forms import FeeStep
from portal.affiliations.models import FeeBand
from portal.extensions import db
from tests.submissions.entries import context


@pytest.fixture(autouse=True)
def table(app: Flask) -> Iterator[None]:
    """A small table."""
    with app.app_context():
        db.session.add_all(
            [
                FeeBand(body_type="branch", pence=10000),
                FeeBand(body_type="branch", pence=2500, up_to_members=500),
                FeeBand(body_type="branch", pence=5000, up_to_members=1000),
                FeeBand(body_type="trades-council", basis="per-member", pence=8, minimum_pence=1000),
                FeeBand(body_type="national", pence=50000, is_example=True),
                FeeBand(body_type="student-union", pence=3000),
                FeeBand(body_type="region", pence=1000, up_to_members=10),
            ]
        )
        db.session.commit()
        yield


@pytest.mark.parametrize(
    ("body_type", "members", "pence", "words"),
    [
        ("branch", 500, 2500, "£25.00 a year for up to 500 members."),
        ("branch", 501, 5000, "£50.00 a year for up to 1,000 members."),
        ("branch", 2900, 10000, "£100.00 a year for more than 1,000 members."),
        ("branch", None, None, "depends on the number of your members"),
        ("trades-council", 1000, 8000, "8p a year for each of 1,000 members: £80.00."),
        (
            "trades-council",
            3,
            1000,
            "The least a body of your kind pays is £10.00 a year: 8p for each member would be less.",
        ),
        ("national", None, 50000, "This is an example"),
        ("region", 11, None, "a branch of your size"),
        ("student-union", 7, 3000, "£30.00 a year for any number of members."),
        ("other", 5, None, "A coordinator will tell you the fee."),
    ],
)
def test_working_out(body_type: str, members: int | None, pence: int | None, words: str) -> None:
    fee = fees.work_out(db.session(), body_type, members)
    assert fee.pence == pence
    assert words in fee.sentence
    assert fee.is_example is (body_type == "national")


def test_the_fee_step_tells_the_fee_and_takes_more() -> None:
    answers = {"your-branch": {"body_type": "branch"}, "decision": {"members": "approx 650"}}
    form = FeeStep.from_raw({"fee_wish": "more", "offered_pence": "£60"}, context(answers=answers))
    assert form.notice == "£50.00 a year for up to 1,000 members."
    assert form.validate()
    assert form.cleaned()["fee_pence"] == 6000
    less = FeeStep.from_raw({"fee_wish": "waiver", "offered_pence": "£20"}, context(answers=answers))
    assert less.validate()
    assert (less.cleaned()["fee_pence"], less.cleaned()["offered_pence"]) == (5000, 2000)
    silent = FeeStep.from_raw({"fee_wish": "more"}, context(answers=answers))
    assert not silent.validate()
    assert "sum" in str(silent.errors["offered_pence"][0])
