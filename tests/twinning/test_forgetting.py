"""What is forgotten of a body in Ukraine by itself: its last letter once that has left, and a registration declined."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.clock import utc_now
from portal.emails.models import CANCELLED, QUEUED, SENT, OutboxEmail
from portal.extensions import db
from portal.submissions import turns
from portal.submissions.workflow import Actor
from portal.twinning import forgetting
from portal.twinning.registrations import UkrainianRegistration
from portal.worker import Worker
from tests.twinning.registrations import SECRETS, register
from tests.twinning.test_waiting import OPENED

DECLINED = (("decline", {"reason": "Ми не знайшли вас у профспілці"}),)
LATER = timedelta(days=91)


def letters(app: Flask, number: int) -> list[tuple[str, str, str]]:
    """State, address and words of all letters about a registration."""
    with app.app_context():
        found = select(OutboxEmail).where(OutboxEmail.submission_id == number).order_by(OutboxEmail.id)
        return [(each.state, each.to_address, each.text) for each in db.session.scalars(found)]


def let_all_leave(app: Flask) -> None:
    """Every letter that waits has left."""
    with app.app_context():
        db.session.execute(update(OutboxEmail).where(OutboxEmail.state == QUEUED).values(state=SENT))
        db.session.commit()


def sweep(app: Flask, later: timedelta = timedelta(0)) -> None:
    """Forget what is to be forgotten by then."""
    with app.app_context():
        for number in forgetting.due(db.session(), utc_now() + later):
            forgetting.forget(db.session(), number, utc_now() + later)
        db.session.commit()


def test_the_last_letter_of_who_withdrew_is_forgotten_once_it_has_left(app: Flask) -> None:
    number = register(app, *OPENED, ("withdraw", {}))
    sweep(app)
    state, address, words = letters(app, number)[-1]
    assert (state, address) == (QUEUED, "oksana.boiko@example.org")
    assert words
    let_all_leave(app)
    sweep(app)
    assert {each[1:] for each in letters(app, number)} == {("", "")}
    assert {each[0] for each in letters(app, number)} <= {SENT, CANCELLED}


def test_a_registration_declined_long_ago_is_forgotten(app: Flask, rows: Callable[..., list[Any]]) -> None:
    number = register(app, *DECLINED)
    let_all_leave(app)
    sweep(app, timedelta(days=89))
    with app.app_context():
        found = db.session.get_one(UkrainianRegistration, number)
        assert found.name_uk
        assert "reopen" in [move.name for move in turns.open_to(found, Actor.COORDINATOR)]
    sweep(app, LATER)
    with app.app_context():
        found = db.session.get_one(UkrainianRegistration, number)
        assert (found.state, found.name_uk, found.contact_email, found.oblast) == ("declined", "", "", "")
        assert "reopen" not in [move.name for move in turns.open_to(found, Actor.COORDINATOR)]
        assert all(consent.withdrawn_at is not None for consent in found.consents)
        assert len(found.consents) == 2
    assert {each[1:] for each in letters(app, number)} == {("", "")}
    everything = str(rows("SELECT * FROM events")) + str(rows("SELECT * FROM ukrainian_registrations"))
    assert [secret for secret in (*SECRETS, "не знайшли") if secret in everything] == []


def test_what_is_forgotten_stands_in_no_list(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    number = register(app, *DECLINED)
    let_all_leave(app)
    client = sign_in()
    assert f"/dashboard/ukraine/{number}" in client.get("/dashboard/ukraine?state=declined").text
    sweep(app, LATER)
    assert f"/dashboard/ukraine/{number}" not in client.get("/dashboard/ukraine").text
    assert client.get(f"/dashboard/requests/{number}").status_code == 200


def test_the_worker_forgets_it(app: Flask) -> None:
    number = register(app, *DECLINED)
    let_all_leave(app)
    worker = Worker(app, "test")
    worker.now = lambda: utc_now() + LATER
    with app.app_context():
        worker.forget()
    with app.app_context():
        assert db.session.get_one(UkrainianRegistration, number).name_uk == ""


def test_others_keep_what_they_told(app: Flask) -> None:
    numbers = [register(app), register(app, *OPENED), register(app, *OPENED, ("pause", {}))]
    let_all_leave(app)
    sweep(app, timedelta(days=800))
    assert all(letters(app, number)[0][1] for number in numbers)
    with app.app_context():
        assert all(db.session.get_one(UkrainianRegistration, number).name_uk for number in numbers)
