"""The two consents of a body in Ukraine on its own page: told apart, and each taken back in its own way."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import consents
from portal.twinning.registrations import PASS_ON, REGISTER
from tests.conftest import csrf_token
from tests.twinning.registrations import ANSWERS, found, own_page, register
from tests.twinning.test_candidates import OPENED


def save(client: FlaskClient, page: str, **changed: str) -> str:
    """Save the step of the consents; the page that follows."""
    token = csrf_token(client.get(page).text)
    data = {"csrf_token": token, **ANSWERS["trust"], **changed}
    return client.post(page, data={name: value for name, value in data.items() if value}, follow_redirects=True).text


def test_the_letter_tells_which_consent_was_taken_back(app: Flask, client: FlaskClient) -> None:
    body = register(app, *OPENED)
    shown = save(client, f"{own_page(app, body)}/change/trust", introduce="")
    assert "Не надано" in shown
    with app.app_context():
        made = found(app, body)
        assert (consents.given(made, REGISTER), consents.given(made, PASS_ON)) == (True, False)
        letter = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "common/details-changed")).one()
        assert "Ваша згода, щоб під час знайомства ми передали ваше ім’я: Не надано" in letter.text
        assert "вже нічого" not in letter.text


def test_whoever_takes_back_that_we_keep_it_is_shown_how_to_withdraw(app: Flask, client: FlaskClient) -> None:
    page = own_page(app, register(app, *OPENED))
    shown = save(client, f"{page}/change/trust", register="")
    assert "відкличте реєстрацію: посилання нижче" in shown
    assert f'href="{page}/moves/withdraw"' in shown


def test_the_receipt_promises_no_pause_before_there_is_one(app: Flask, client: FlaskClient) -> None:
    body = register(app)
    with app.app_context():
        letter = db.session.scalars(select(OutboxEmail)).one()
        assert "щойно профспілка підтвердить вас, то й зробити перерву" in letter.text
    assert "/moves/pause" not in client.get(own_page(app, body)).text
