"""Proposing a body of the register on the desk: from the list, through the letters, and who must read them first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions.work import Approval
from portal.twinning.registrations import UkrainianRegistration
from tests.conftest import counted, csrf_token
from tests.dashboard.conftest import post_all
from tests.twinning.registrations import SECRETS, register
from tests.twinning.test_candidates import SEEKING, filed, propose
from tests.twinning.test_waiting import OPENED

MOST_STATEMENTS_OF_THE_FORM = 10
MOST_STATEMENTS_OF_A_PAIR = 11
IN_LVIV = {"oblast": "lviv", "town": "Стрий"}
ADDRESSES = ("oksana", "000 0000", "Signal", "marko", "Оксана")


@pytest.fixture
def pair(app: Flask, make_request: Callable[..., int]) -> tuple[int, int]:
    """A proposal whose twin is looked for, and a body in Lviv that is open for one."""
    return make_request("twinning", state="seeking", sectors=["mining"]), register(app, *OPENED, organisation=IN_LVIV)


def test_a_body_is_proposed_from_either_list(
    coordinator: FlaskClient, pair: tuple[int, int], look: Callable[..., Any]
) -> None:
    number, body = pair
    path = f"/dashboard/requests/{number}/moves/propose-body"
    for each in pair:
        assert f'href="{path}?body={body}"' in coordinator.get(f"/dashboard/requests/{each}/twins").text
    form = coordinator.get(f"{path}?body={body}").text
    assert "You propose Lviv Oblast: Mining" in form
    letters = post_all(coordinator, path, form).text
    assert "an address in Ukraine" in letters
    assert [secret for secret in SECRETS if secret in form + letters] == []
    assert post_all(coordinator, path, letters).status_code == 303
    assert look(number, "state") == "proposed"
    for page in (f"/dashboard/requests/{number}", "/dashboard/mail?show=waiting"):
        html = coordinator.get(page).text
        assert [word for word in ADDRESSES if word in html] == [], page


def test_a_body_that_is_gone_is_proposed_to_nobody(coordinator: FlaskClient, pair: tuple[int, int]) -> None:
    path = f"/dashboard/requests/{pair[0]}/moves/propose-body"
    for query in ("", "?body=99", "?body=x"):
        form = coordinator.get(path + query).text
        assert "not in the register any more" in form
        assert post_all(coordinator, path, form).status_code == 200


def test_the_form_sends_few_statements(coordinator: FlaskClient, pair: tuple[int, int]) -> None:
    path = f"/dashboard/requests/{pair[0]}/moves/propose-body?body={pair[1]}"
    coordinator.get(path)
    with counted() as statements:
        coordinator.get(path)
    assert len(statements) <= MOST_STATEMENTS_OF_THE_FORM, statements


def test_the_page_of_a_proposed_twin_asks_each_thing_once(app: Flask, coordinator: FlaskClient) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        db.session.commit()
    for each, most in ((number, MOST_STATEMENTS_OF_A_PAIR), (body, 8)):
        page = f"/dashboard/requests/{each}"
        coordinator.get(page)
        with counted() as statements:
            assert coordinator.get(page).status_code == 200
        assert len(statements) <= most, statements


def test_letters_about_a_dangerous_oblast_wait_for_a_second_coordinator(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], sign_in: Callable[..., FlaskClient]
) -> None:
    number, body = make_request("twinning", state="seeking"), register(app, *OPENED)
    path = f"/dashboard/requests/{number}/moves/propose-body"
    letters = post_all(coordinator, path, coordinator.get(f"{path}?body={body}").text)
    assert "A second coordinator reads the letters before they leave: front-line" in letters.text
    alone = post_all(coordinator, path, letters.text)
    assert "There is a problem" in alone.text
    second = sign_in(email="second@example.org", name="Dafydd Example")
    assert post_all(coordinator, path, alone.text).status_code == 303
    with app.app_context():
        states = db.session.scalars(select(OutboxEmail.state).where(OutboxEmail.submission_id == number)).all()
        reading = db.session.scalars(select(Approval.id)).one()
        address = db.session.get_one(UkrainianRegistration, body).contact_email
    assert states.count("held") == 2
    page = second.get(f"/dashboard/mail/second-reader/{reading}").text
    assert "To an address in Ukraine:" in page
    second.post(
        f"/dashboard/mail/second-reader/{reading}/send-back", data={"csrf_token": csrf_token(page), "note": "Shorter."}
    )
    mended = coordinator.get(f"/dashboard/mail/second-reader/{reading}").text
    assert "Mend them and send them" in mended
    assert address not in page + mended, "how to reach a body stands on its own page alone"


def test_nobody_is_proposed_who_is_not_in_the_register(
    coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    page = f"/dashboard/requests/{make_request('twinning', state='seeking')}"
    html = coordinator.get(page).text
    assert f'href="{page}/moves/propose"' not in html
    assert 'href="/dashboard/requests/new/ukrainian"' in html
    assert coordinator.get(f"{page}/moves/propose").status_code == 404
