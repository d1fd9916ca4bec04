"""The sides that matching compares, as they are read from proposals and registrations."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.extensions import db
from portal.submissions import actions, intake
from portal.twinning import matching, pairing, waiting
from portal.twinning.registrations import UkrainianRegistration
from portal.twinning.sides import BodySide, BranchSide
from portal.twinning.weights import USUAL
from tests.conftest import counted
from tests.submissions.entries import BRANCH, NOW, twinning_answers
from tests.submissions.walks import move
from tests.twinning.registrations import CONFIRMATION, US, register

OPENED = (("confirm", CONFIRMATION), ("open", {}))


def propose(app: Flask, *moves: str, **changed: Any) -> int:
    """File a proposal and make moves with it; its number."""
    with app.app_context():
        made = intake.file(db.session(), "twinning", twinning_answers(**changed), now=NOW, language="en", by=BRANCH)
        for name in moves:
            move(made, name)
        db.session.commit()
        return int(made.id)


def body_of(app: Flask, number: int) -> BodySide | None:
    with app.app_context():
        return waiting.body(db.session(), number)


def branch_of(app: Flask, number: int) -> BranchSide | None:
    with app.app_context():
        return waiting.branch(db.session(), number)


def test_a_body_is_read_as_it_registered(any_app: Flask) -> None:
    number = register(any_app, *OPENED)
    with any_app.app_context():
        known = db.session.scalars(select(UkrainianRegistration)).one()
        assert known.body is not None
        assert waiting.bodies(db.session()) == [
            BodySide(
                id=number,
                waiting_since=known.body.waiting_since,
                union="prupu",
                union_name="PRUPU",
                counterparts=frozenset({"num", "gmb", "aslef"}),
                level="primary",
                sectors=frozenset({"mining"}),
                size=420,
                languages=(("en", "basic"), ("uk", "fluent")),
                hopes=frozenset({"messages", "calls"}),
                needs=frozenset({"power"}),
                offers=frozenset({"talks"}),
                oblast="dnipropetrovsk",
                centre="fpu",
                caution="front-line or border area under regular attack",
                is_confirmed=True,
            )
        ]


def test_a_branch_is_read_as_it_wrote(any_app: Flask) -> None:
    wrote = {"languages": "English, some Ukrainian, a few words", "oblast": "lviv", "centre": "no-preference"}
    number = propose(any_app, "check", "seek", **wrote)
    with any_app.app_context():
        assert waiting.branches(db.session()) == [
            BranchSide(
                id=number,
                waiting_since=NOW,
                union="neu",
                union_name="NEU",
                level="branch",
                sectors=frozenset({"education"}),
                size=2400,
                languages=(("en", "fluent"), ("uk", "basic")),
                hopes=frozenset({"calls"}),
                oblast="lviv",
                centre="no-preference",
            )
        ]


@pytest.mark.parametrize(
    ("moves", "told"),
    [
        ((), (False, False, False)),
        (OPENED[:1], (True, False, False)),
        (OPENED, (True, True, False)),
        ((*OPENED, ("pause", {})), (True, False, True)),
        ((*OPENED, ("pause", {}), ("resume", {})), (True, True, False)),
    ],
    ids=["received", "confirmed", "open", "paused", "resumed"],
)
def test_only_a_body_that_is_confirmed_and_open_may_be_proposed(
    app: Flask, moves: tuple[Any, ...], told: tuple[bool, bool, bool]
) -> None:
    body = body_of(app, register(app, *moves))
    assert body is not None
    assert (body.is_confirmed, body.is_sought, body.is_paused) == told
    found = matching.bodies_for(BranchSide(id=1, waiting_since=NOW), [body], USUAL, NOW)
    assert bool(found.ranked) == (told == (True, True, False))


def test_whoever_has_withdrawn_is_not_read_at_all(app: Flask) -> None:
    number = register(app, *OPENED, ("withdraw", {}))
    assert body_of(app, number) is None
    with app.app_context():
        assert waiting.bodies(db.session()) == []


def test_a_registration_that_is_held_back_as_spam_is_not_read(app: Flask) -> None:
    number = register(app, *OPENED)
    with app.app_context():
        db.session.get_one(UkrainianRegistration, number).held_reason = "trap"
        db.session.commit()
    assert body_of(app, number) is None


@pytest.mark.parametrize(
    ("moves", "is_read", "is_asked"),
    [
        ((), False, False),
        (("check",), False, False),
        (("check", "seek"), True, False),
        (("check", "seek", "propose"), True, True),
        (("check", "seek", "propose", "introduce"), False, False),
    ],
)
def test_only_a_branch_whose_twin_is_looked_for_is_read(
    app: Flask, moves: tuple[str, ...], is_read: bool, is_asked: bool
) -> None:
    branch = branch_of(app, propose(app, *moves))
    assert (branch is not None) == is_read
    assert branch is None or branch.is_asked == is_asked


@pytest.mark.parametrize(
    ("typed", "members"),
    [("about 2,400", 2400), ("40–60", 50), ("1,200, of whom 300 come", None), ("", None), ("many", None)],
)
def test_members_count_where_the_branch_typed_a_number(typed: str, members: int | None) -> None:
    assert waiting.members(typed) == members


def test_a_union_that_is_written_in_has_no_counterparts_and_its_centre_is_as_told(app: Flask) -> None:
    written = {"union_slug": "", "union_text": "Спілка вчителів", "centre": "kvpu"}
    body = body_of(app, register(app, *OPENED, organisation=written))
    assert body is not None
    assert (body.union_name, body.counterparts, body.centre) == ("", frozenset(), "kvpu")


def test_all_are_read_in_a_statement_for_each_side_and_nothing_sealed_is(app: Flask) -> None:
    for _ in range(3):
        register(app, *OPENED)
        propose(app, "check", "seek", union="num", sectors=["mining"])
    with app.app_context(), counted() as statements:
        branches, bodies = waiting.branches(db.session()), waiting.bodies(db.session())
        plan = pairing.plan(branches, bodies, USUAL, NOW)
    assert len(statements) == 2, statements
    assert not any("sealed" in statement or "name_uk" in statement for statement in statements)
    assert len(plan.pairs) == 3
    words = " ".join(reason.words for pair in plan.pairs for reason in (*pair.body.reasons, *pair.branch.reasons))
    for secret in ("Світанок", "Svitanok", "Павлоград", "Оксана", "Haringey", "Ottoline"):
        assert secret not in words
    assert "NUM and PRUPU organise the same trades" in words


def test_a_body_that_is_asked_something_is_not_proposed_meanwhile(app: Flask) -> None:
    number = register(app, *OPENED)
    with app.app_context():
        made = db.session.get_one(UkrainianRegistration, number)
        actions.perform(db.session, made, "ask", by=US, now=NOW, answers={"question": "Скільки вас?"})
        db.session.commit()
    body = body_of(app, number)
    assert body is not None
    assert not body.is_sought
