"""The fee is told before the form is sent, on the page that thanks, and in the first letter."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask

from portal.affiliations.models import FeeBand
from portal.extensions import db
from tests.public.conftest import main_of
from tests.public.walk import PATHS, Visitor

PLAIN = {"decision": "going", "decided_on": "", "accepts_aims": "yes", "members": "120"}
MORE = {"fee_wish": "more", "offered_pence": "£60", "publish_name": "no"}
WAIVER = {"fee_wish": "waiver", "waiver_reason": "We are a small branch", "publish_name": "no"}
SMALL = "£25.00 a year for up to 500 members."


@pytest.fixture(autouse=True)
def table(app: Flask) -> None:
    """A table that ends at 500 members."""
    with app.app_context():
        db.session.add(FeeBand(body_type="branch", pence=2500, up_to_members=500))
        db.session.commit()


@pytest.mark.parametrize(
    ("decision", "fee", "sentence"),
    [
        (PLAIN, {}, SMALL),
        (PLAIN, {"fee": MORE}, "You wish to pay £60.00 a year. The usual fee would be £25.00."),
        (PLAIN, {"fee": {**MORE, "offered_pence": "£25"}}, SMALL),
        (
            PLAIN,
            {"fee": WAIVER},
            "You ask to pay less than £25.00, or nothing. A coordinator will write to you what we decide.",
        ),
        (
            PLAIN,
            {"fee": {**WAIVER, "offered_pence": "£10"}},
            "You ask to pay £10.00 instead of £25.00. A coordinator will write to you what we decide.",
        ),
        # The first answer still stands.
        (
            PLAIN,
            {"fee": {**MORE, "fee_wish": "as-worked-out", "offered_pence": "£10"}},
            "You ask to pay £10.00 instead of £25.00. A coordinator will write to you what we decide.",
        ),
        (
            {**PLAIN, "members": "900"},
            {"fee": {**MORE, "fee_wish": "as-worked-out"}},
            "You wish to pay £60.00 a year. A coordinator will write to you whether that suits.",
        ),
        (
            {**PLAIN, "members": "900"},
            {},
            "A coordinator will tell you the fee for a branch of your size. Nothing is due before that.",
        ),
        (
            {**PLAIN, "members": "900"},
            {"fee": MORE},
            "You wish to pay £60.00 a year. A coordinator will write to you whether that suits.",
        ),
    ],
)
def test_the_fee_is_told_before_sending_after_it_and_in_the_letter(
    visitor: Visitor,
    rows: Callable[..., list[Any]],
    decision: dict[str, str],
    fee: dict[str, dict[str, str]],
    sentence: str,
) -> None:
    visitor.fill("affiliation", decision=decision, **fee)
    check = unescape(main_of(visitor.client.get(f"{PATHS['affiliation']}/check").text))
    assert check.count(sentence) == 1
    sent = unescape(main_of(visitor.client.get(visitor.send("affiliation").location).text))
    assert sent.count(sentence) == 1
    ((letter,),) = rows("SELECT text FROM outbox_emails WHERE template = 'affiliation/received'")
    assert sentence in letter


def test_the_fee_is_told_in_ukrainian(visitor: Visitor, rows: Callable[..., list[Any]]) -> None:
    visitor.fill("affiliation", prefix="/uk", you={"language": "uk"})
    sentence = "£25,00 на рік, якщо членів не більше ніж 500."
    assert sentence in unescape(visitor.client.get(f"/uk{PATHS['affiliation']}/check").text)
    assert sentence in unescape(visitor.client.get(visitor.send("affiliation", prefix="/uk").location).text)
    ((letter,),) = rows("SELECT text FROM outbox_emails WHERE template = 'affiliation/received'")
    assert sentence in letter


def test_other_kinds_have_no_fee(visitor: Visitor) -> None:
    visitor.fill("speaker")
    assert "The fee" not in visitor.client.get(f"{PATHS['speaker']}/check").text
    assert "The fee" not in main_of(visitor.client.get(visitor.send("speaker").location).text)
