"""A union body in Ukraine that a coordinator types in: it has a page of its own, and nobody agrees for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.extensions import db
from portal.submissions import consents, reminders, turns, whole
from portal.submissions.workflow import Actor
from portal.twinning.registrations import PASS_ON, REGISTER, UkrainianRegistration
from tests.conftest import csrf_token
from tests.dashboard.test_by_hand import fill
from tests.submissions.walks import letters_of, text_of
from tests.twinning.registrations import CONFIRMATION, found, own_page

PATH = "/dashboard/requests/new/ukrainian"
TOLD = {
    "channel": "telephone",
    "organisation--union_slug": "prupu",
    "organisation--level": "primary",
    "organisation--name_uk": "Первинна організація шахти «Степова»",
    "organisation--oblast": "dnipropetrovsk",
    "organisation--sectors": "mining",
    "reach--contact_name": "Надія Бондар",
    "reach--contact_email": "nadiia@example.org",
}
BY_TELEPHONE = {**TOLD, "reach--contact_email": "", "reach--contact_phone": "+380 44 000 0000"}
AGREED = {"trust--register": "yes", "trust--introduce": "yes"}


def typed_in(coordinator: FlaskClient, values: dict[str, str]) -> Any:
    """Send the form by hand; the answer."""
    return coordinator.post(PATH, data=fill(coordinator.get(PATH).text, values))


@pytest.fixture
def body(coordinator: FlaskClient) -> int:
    """The number of a body with an address that was typed in."""
    answer = typed_in(coordinator, TOLD)
    assert answer.status_code == 303, answer.text
    return int(answer.location.rpartition("/")[2])


def moves(number: int) -> set[str]:
    """What a coordinator may do with a registration."""
    submission = whole.load(db.session(), number)
    assert submission is not None
    return {row.name for row in turns.open_to(submission, Actor.COORDINATOR)}


def test_the_desk_leads_to_the_form(coordinator: FlaskClient) -> None:
    assert f'href="{PATH}"' in coordinator.get("/dashboard/requests/new").text
    assert f'href="{PATH}"' in coordinator.get("/dashboard/ukraine").text
    form = coordinator.get(PATH).text
    assert "Where the branch meets." not in form
    assert "Only if they wish. Only coordinators see it." in form


def test_a_body_typed_in_has_a_page_in_ukrainian_and_is_asked_there(
    app: Flask, coordinator: FlaskClient, client: FlaskClient, body: int
) -> None:
    with app.app_context():
        made = found(app, body)
        assert (made.language, made.consents, made.state, made.turn) == ("uk", [], "received", "branch")
        assert letters_of(made) == [("ukrainian/received", "nadiia@example.org")]
        assert "потребуємо вашої власної згоди" in text_of(made, "ukrainian/received")
        # Nobody asks its union, and nobody proposes it, before it has agreed.
        assert not {"confirm", "open"} & moves(body)
    page = client.get(own_page(app, body)).text
    assert "Ми просимо вашу профспілку підтвердити вас" not in page, "nobody asks its union before it has agreed"
    assert "Ми нічого не використовуємо без вашої згоди" in page
    assert "/change/trust" in page
    assert "they agree that we keep" in coordinator.get(f"/dashboard/requests/{body}").text


def test_it_agrees_on_its_own_page_and_the_next_step_is_ours(
    app: Flask, coordinator: FlaskClient, client: FlaskClient, body: int
) -> None:
    path = f"{own_page(app, body)}/change/trust"
    html = client.get(path).text
    given = {"who_confirms": "Ірина Гай, міжнародний відділ", "register": "yes", "introduce": "yes"}
    form = {"csrf_token": csrf_token(html), "publicity": "nothing", **given}
    shown = html.partition('name="shown" value="')[2].partition('"')[0]
    assert client.post(path, data=form | {"shown": shown}).status_code == 303
    with app.app_context():
        made = found(app, body)
        assert consents.given(made, REGISTER)
        assert consents.given(made, PASS_ON)
        assert [each.language for each in made.consents] == ["uk", "uk"]
        assert made.turn == "us"
        assert "confirm" in moves(body)
    assert "Ми нічого не використовуємо без вашої згоди" not in client.get(own_page(app, body)).text


def test_nobody_agrees_for_a_body_that_can_be_asked(app: Flask, coordinator: FlaskClient) -> None:
    answer = typed_in(coordinator, TOLD | AGREED)
    assert answer.status_code == 200
    assert "are asked on their own page" in answer.text
    with app.app_context():
        assert db.session.query(UkrainianRegistration).count() == 0


def test_a_body_without_an_address_agrees_by_telephone(app: Flask, coordinator: FlaskClient) -> None:
    number = int(typed_in(coordinator, BY_TELEPHONE | AGREED).location.rpartition("/")[2])
    with app.app_context():
        made = found(app, number)
        assert consents.given(made, REGISTER)
        assert made.turn == "us"
        assert letters_of(made) == []
        assert "confirm" in moves(number)


def test_an_address_that_comes_later_brings_the_page(app: Flask, coordinator: FlaskClient) -> None:
    number = int(typed_in(coordinator, BY_TELEPHONE).location.rpartition("/")[2])
    path = f"/dashboard/requests/{number}/correct/reach"
    answer = coordinator.post(
        path, data=fill(coordinator.get(path).text, {"contact_email": "n@example.org"}), follow_redirects=True
    )
    assert "is on its way to the body" in answer.text
    with app.app_context():
        assert letters_of(found(app, number)) == [("ukrainian/received", "n@example.org")]
    trust = f"/dashboard/requests/{number}/correct/trust"
    late = coordinator.post(trust, data=fill(coordinator.get(trust).text, {"register": "yes"}))
    assert "are asked on their own page" in late.text


def test_whoever_has_not_agreed_is_reminded_once_and_then_a_coordinator_is(
    app: Flask, coordinator: FlaskClient, body: int, rows: Callable[..., list[Any]]
) -> None:
    came = utc_now().replace(hour=11)
    with app.app_context():
        for day in range(1, 30):
            reminders.remind(db.session(), body, came + timedelta(days=day))
            db.session.commit()
        assert [name for name, _ in letters_of(found(app, body))] == [
            "ukrainian/received",
            "ukrainian/agreement-reminder",
        ]
    assert [row for row in rows("SELECT about FROM tasks") if "have not agreed" in row[0]]


def test_without_any_way_to_reach_them_nothing_is_filed(coordinator: FlaskClient) -> None:
    answer = typed_in(coordinator, {**TOLD, "reach--contact_email": ""})
    assert "Enter an email address or a phone number" in answer.text
    assert CONFIRMATION
