"""A confirmed body that changes its name, union, level or oblast: its union confirmed another one, and is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import actions, tasks
from portal.submissions.actions import NotPermittedError
from portal.submissions.work import Task
from portal.twinning import hindrances, public_pairs, waiting
from portal.twinning.candidate import RESTED, TWINNED, Candidate
from tests.conftest import csrf_token
from tests.submissions.entries import NOW
from tests.submissions.walks import letters_of, move, text_of
from tests.twinning.registrations import ANSWERS, CONFIRMATION, US, found, own_page, register
from tests.twinning.test_body_standing import LOOKING, heading
from tests.twinning.test_candidates import OPENED, SEEKING, filed, proposal_of, propose
from tests.twinning.test_following import change
from tests.twinning.test_twinned import twinned

ANOTHER = "Первинна організація шахти «Зоря»"


def open_tasks(number: int) -> list[str]:
    """The reasons of the open tasks about a request, in the context of the caller."""
    return [task.reason for task in tasks.of_request(db.session(), number)]


def is_free(number: int) -> bool:
    """Whether a body may be proposed, in the context of the caller."""
    side = waiting.body(db.session(), number)
    assert side is not None
    assert hindrances.is_free(side) is not bool(list(hindrances.of_body(side)))
    return hindrances.is_free(side)


def change_on_page(app: Flask, client: FlaskClient, body: int, **changed: Any) -> str:
    """What a body changes of itself on its own page; that page afterwards."""
    page = own_page(app, body)
    form = client.get(f"{page}/change/organisation").text
    data = {"csrf_token": csrf_token(form), **ANSWERS["organisation"], **changed}
    assert client.post(f"{page}/change/organisation", data=data).status_code == 303
    return client.get(page).text


@pytest.mark.parametrize(
    "changed",
    [
        {"name_uk": ANOTHER},
        {"union_slug": "npgu"},
        {"union_slug": "", "union_text": "Спілка шахтарів"},
        {"level": "regional"},
        {"oblast": "lviv"},
    ],
    ids=["its name", "its union", "a union that is not in the list", "its level", "its oblast"],
)
def test_a_body_that_is_another_now_is_proposed_to_nobody(app: Flask, changed: dict[str, str]) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        assert is_free(body)
    change(app, body, "organisation", **changed)
    with app.app_context():
        assert not is_free(body)
        assert not found(app, body).is_confirmed
        assert open_tasks(body) == ["confirm-anew"]
        with pytest.raises(actions.WrongAnswerError, match="as it is now"):
            propose(number, body, although="We know them")


@pytest.mark.parametrize(
    "changed",
    [
        {"name_uk": "Первинна  організація шахти Світанок"},
        {"name_latin": "Svitanok Pit"},
        {"sectors": ["mining", "energy"]},
        {"size": "380"},
        {"town": "Тернівка"},
    ],
    ids=["another spelling", "Latin letters", "sectors", "size", "town"],
)
def test_what_its_union_is_not_asked_about_changes_nothing(app: Flask, changed: dict[str, str]) -> None:
    body = register(app, *OPENED)
    change(app, body, "organisation", **changed)
    with app.app_context():
        assert is_free(body)
        assert open_tasks(body) == []


def test_what_one_of_us_corrects_stays_confirmed(app: Flask) -> None:
    body = register(app, *OPENED)
    change(app, body, "organisation", by=US, name_uk=ANOTHER)
    with app.app_context():
        assert is_free(body)


def test_before_it_is_confirmed_nothing_has_to_be_confirmed_anew(app: Flask) -> None:
    body = register(app)
    change(app, body, "organisation", name_uk=ANOTHER)
    with app.app_context():
        assert open_tasks(body) == []
        move(found(app, body), "confirm")
        assert found(app, body).is_confirmed


def test_it_reads_so_on_its_page_and_in_the_letter_about_its_change(app: Flask, client: FlaskClient) -> None:
    body = register(app, *OPENED)
    page = change_on_page(app, client, body, name_uk=ANOTHER)
    assert heading(page) == "Ваша профспілка має підтвердити вас знову"
    assert LOOKING not in heading(page)
    assert "Доти ми не пропонуємо вас жодній організації" in page
    with app.app_context():
        told = " ".join(text_of(found(app, body), "common/details-changed").split())
        assert "Ваша профспілка підтвердила вас такими, якими ви були раніше" in told
        assert "Доти ми не пропонуємо вас жодній організації" in told
        letters = select(OutboxEmail.id).where(OutboxEmail.template == "common/details-changed")
        assert len(db.session.scalars(letters).all()) == 1


def test_it_changes_it_back_and_all_is_as_it_was(app: Flask, client: FlaskClient) -> None:
    body = register(app, *OPENED)
    change_on_page(app, client, body, name_uk=ANOTHER, level="regional")
    with app.app_context():
        assert not is_free(body)
    page = change_on_page(app, client, body, level="regional")
    assert heading(page) == "Ваша профспілка має підтвердити вас знову", "its level is another still"
    page = change_on_page(app, client, body)
    assert heading(page) == LOOKING
    with app.app_context():
        assert is_free(body)
        assert open_tasks(body) == []
    change_on_page(app, client, body, oblast="lviv")
    with app.app_context():
        assert open_tasks(body) == ["confirm-anew"], "the next change is another task"


def test_whom_it_was_proposed_to_hears_kindly_and_may_meet_it_again(app: Flask) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        db.session.commit()
    change(app, body, "organisation", oblast="lviv")
    with app.app_context():
        proposal = proposal_of(number)
        assert proposal.state == "seeking"
        assert letters_of(proposal)[-1][0] == "twinning/still-looking"
        assert db.session.scalars(select(Candidate.state)).all() == [RESTED]
        move(found(app, body), "confirm-anew")
        propose(number, body)


def test_two_who_know_each_other_go_on_and_the_public_reads_no_unconfirmed_name(app: Flask) -> None:
    number, body = twinned(app, publicity="public")
    change(app, body, "trust", publicity="name")
    with app.app_context():
        assert [pair.body for pair in public_pairs.public_pairs(db.session(), 9)] == [""], "a workplace under attack"
    change(app, body, "organisation", level="regional", name_uk="Обласна організація «Зоря»", oblast="lviv")
    with app.app_context():
        assert proposal_of(number).state == "twinned"
        assert db.session.scalars(select(Candidate.state)).all() == [TWINNED]
        shown = public_pairs.public_pairs(db.session(), 9)
        assert [(pair.body, pair.oblast) for pair in shown] == [("", None)]
        move(found(app, body), "confirm-anew")
        (pair,) = public_pairs.public_pairs(db.session(), 9)
        assert pair.body == "Обласна організація «Зоря»"


def test_its_union_confirms_it_anew_and_the_desk_sees_what_had_changed(
    app: Flask, sign_in: Callable[..., FlaskClient]
) -> None:
    body, coordinator = register(app, *OPENED), sign_in("coordinator")
    with app.app_context(), pytest.raises(NotPermittedError):
        actions.perform(db.session(), found(app, body), "confirm-anew", by=US, now=NOW, answers=CONFIRMATION)
    change(app, body, "organisation", name_uk=ANOTHER, level="regional", oblast="lviv", union_slug="npgu")
    page = coordinator.get(f"/dashboard/ukraine/{body}").text
    assert "Changed since it was confirmed: propose it to nobody" in page
    assert f"Name in Ukrainian: {ANSWERS['organisation']['name_uk']}, now {ANOTHER}" in page
    assert "Level: Primary, now Oblast" in page
    assert "Union: PRUPU, now NPGU" in page
    assert "To be confirmed anew" in coordinator.get("/dashboard/ukraine").text
    assert "The national union has confirmed them anew" in coordinator.get(f"/dashboard/requests/{body}").text
    with app.app_context():
        made = found(app, body)
        move(made, "confirm-anew")
        db.session.commit()
        assert (made.state, made.is_confirmed) == ("open", True)
        assert open_tasks(body) == []
        assert db.session.scalars(select(Task.outcome)).all() == ["Its union has confirmed it anew."]
        assert letters_of(made)[-1][0] == "ukrainian/confirmed-anew"
        assert is_free(body)


def test_it_is_not_opened_for_a_twin_before(app: Flask) -> None:
    body = register(app, ("confirm", CONFIRMATION))
    change(app, body, "organisation", oblast="lviv")
    with app.app_context():
        with pytest.raises(NotPermittedError):
            move(found(app, body), "open")
        move(found(app, body), "confirm-anew")
        move(found(app, body), "open")
        assert is_free(body)


def test_a_body_that_is_asked_about_a_twin_reads_first_what_a_change_does_and_afterwards_what_it_did(
    app: Flask, client: FlaskClient
) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    form = f"{own_page(app, body)}/change/organisation"
    assert "Якщо ви зміните щось із цього" in client.get(form).text
    assert "Зараз вам пропонують побратимів" not in client.get(form).text
    with app.app_context():
        propose(number, body)
        db.session.commit()
    assert "Зараз вам пропонують побратимів" in client.get(form).text
    assert "Якщо ви зміните" not in client.get(form.replace("organisation", "reach")).text
    page = change_on_page(app, client, body, name_uk=ANOTHER)
    assert "координатор може запропонувати їх знову" in page
    with app.app_context():
        words = " ".join(text_of(found(app, body), "common/details-changed").split())
        assert "координатор може запропонувати їх знову" in words
