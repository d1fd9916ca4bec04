"""Forgotten and changed passwords, through the pages."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts import sign_in
from portal.accounts.models import Coordinator
from portal.clock import utc_now
from portal.emails import links
from portal.emails.models import OutboxEmail, PrivateLink
from portal.extensions import db
from tests.accounts.conftest import enter, is_signed_in, send
from tests.conftest import PASSWORD, csrf_token

EMAIL = "maria@example.org"
BETTER = "nine geese over Tyneside"


@pytest.fixture(autouse=True)
def at_once(app: Flask) -> None:
    """Nobody waits in these tests; how long people wait has a test of its own."""
    app.config["RESET_ANSWER_SECONDS"] = 0


def newest_link(app: Flask) -> str:
    """The path in the last letter."""
    with app.app_context():
        return links.path_of(db.session.scalars(select(PrivateLink).order_by(PrivateLink.id.desc())).first())


def letters(app: Flask) -> list[str]:
    """The names of all letters."""
    with app.app_context():
        return list(db.session.scalars(select(OutboxEmail.template).order_by(OutboxEmail.id)))


def test_the_answer_is_the_same_whether_or_not_there_is_an_account(
    app: Flask, make_coordinator: Callable[..., int]
) -> None:
    make_coordinator()
    known = send(app.test_client(), "/forgotten-password", email=EMAIL)
    unknown = send(app.test_client(), "/forgotten-password", email="nobody@example.org")
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert letters(app) == ["accounts/new_password"]


@pytest.mark.parametrize("typed", ["maria", "maria@", "maria@example", "maria.example.org", "maria@example..org"])
def test_what_is_no_address_is_said_at_once(app: Flask, typed: str) -> None:
    page = send(app.test_client(), "/forgotten-password", email=typed)
    assert "Enter an email address in the correct format, like name@example.org" in page.text
    assert f'value="{typed}"' in page.text
    assert "Look in your mail" not in page.text


def test_the_answer_takes_the_same_time(app: Flask, make_coordinator: Callable[..., int]) -> None:
    make_coordinator()
    app.config["RESET_ANSWER_SECONDS"] = 0.3
    for email in (EMAIL, "nobody@example.org"):
        client = app.test_client()
        token = csrf_token(client.get("/forgotten-password").text)
        started = time.monotonic()
        client.post("/forgotten-password", data={"email": email, "csrf_token": token})
        assert 0.3 <= time.monotonic() - started < 0.45


def test_the_letter_goes_first_and_holds_no_living_link(app: Flask, make_coordinator: Callable[..., int]) -> None:
    make_coordinator()
    send(app.test_client(), "/forgotten-password", email=" MARIA@example.org")
    token = newest_link(app).rpartition("/")[2]
    with app.app_context():
        letter = db.session.scalars(select(OutboxEmail)).one()
        assert (letter.to_address, letter.is_urgent, letter.is_private) == (EMAIL, True, True)
        assert token not in letter.text + letter.html + letter.subject
        assert "Maria" not in letter.subject
        assert letter.link_ids == [db.session.scalars(select(PrivateLink.id)).one()]


def test_a_link_sets_a_password_once_and_signs_out_everywhere(app: Flask, maria: FlaskClient) -> None:
    stranger = app.test_client()
    send(stranger, "/forgotten-password", email=EMAIL)
    path = newest_link(app)
    for _scanner in range(3):
        assert app.test_client().get(path).status_code == 200
    assert is_signed_in(maria)
    answer = send(stranger, path, password=BETTER, again=BETTER)
    assert (answer.status_code, answer.location) == (303, "/login")
    assert not is_signed_in(maria)
    assert not is_signed_in(stranger)
    assert enter(app.test_client(), EMAIL, PASSWORD).status_code == 200
    assert enter(app.test_client(), EMAIL, BETTER).status_code == 303
    assert app.test_client().get(path).status_code == 404
    assert letters(app) == ["accounts/new_password", "accounts/password_changed"]


def test_two_browsers_with_one_link_set_one_password(app: Flask, make_coordinator: Callable[..., int]) -> None:
    make_coordinator()
    send(app.test_client(), "/forgotten-password", email=EMAIL)
    path = newest_link(app)
    first, second = app.test_client(), app.test_client()
    tokens = [csrf_token(browser.get(path).text) for browser in (first, second)]
    data = {"password": BETTER, "again": BETTER}
    assert first.post(path, data={**data, "csrf_token": tokens[0]}).status_code == 303
    assert second.post(path, data={**data, "csrf_token": tokens[1]}).status_code == 404


def test_dead_links_of_every_kind_look_the_same(app: Flask, make_coordinator: Callable[..., int]) -> None:
    make_coordinator()
    with time_machine.travel("2026-11-02 09:00 +0000", tick=False) as clock:
        send(app.test_client(), "/forgotten-password", email=EMAIL)
        expired = newest_link(app)
        clock.shift(timedelta(minutes=31))
        send(app.test_client(), "/forgotten-password", email=EMAIL)
        revoked = newest_link(app)
        with app.app_context():
            sign_in.close_account(db.session(), db.session.scalars(select(Coordinator)).one(), utc_now())
            db.session.commit()
        answers = [
            app.test_client().get(path)
            for path in (expired, revoked, "/new-password/" + "x" * 22, "/new-password/%00", "/new-password/%ff")
        ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert all(answer.headers["Cache-Control"] == "no-store" for answer in answers)
    assert all("noindex" in answer.headers["X-Robots-Tag"] for answer in answers)


def test_a_link_works_for_thirty_minutes(app: Flask, make_coordinator: Callable[..., int]) -> None:
    make_coordinator()
    with time_machine.travel("2026-11-02 09:00 +0000", tick=False) as clock:
        send(app.test_client(), "/forgotten-password", email=EMAIL)
        clock.shift(timedelta(minutes=29))
        assert app.test_client().get(newest_link(app)).status_code == 200


@pytest.mark.parametrize(
    ("password", "again", "says"),
    [
        ("short", "short", "at least 12"),
        ("password1234", "password1234", "easily guessed"),
        ("maria in the garden", "maria in the garden", "your own name"),
        (BETTER, "nine geese over Tynemouth", "not the same"),
        ("", "", "Enter a new password"),
    ],
)
def test_a_password_that_will_not_do_spends_no_link(
    app: Flask, make_coordinator: Callable[..., int], password: str, again: str, says: str
) -> None:
    make_coordinator()
    send(app.test_client(), "/forgotten-password", email=EMAIL)
    path = newest_link(app)
    refused = send(app.test_client(), path, password=password, again=again)
    assert refused.status_code == 200
    assert says in refused.text
    assert not password or password not in re.sub(r"<p.*?</p>", "", refused.text)
    assert send(app.test_client(), path, password=BETTER, again=BETTER).status_code == 303


def test_changing_ones_password_keeps_this_browser_and_ends_the_others(app: Flask, maria: FlaskClient) -> None:
    elsewhere = app.test_client()
    enter(elsewhere, EMAIL)
    before = maria.get_cookie("session").value
    answer = send(maria, "/dashboard/account/password", current=PASSWORD, password=BETTER, again=BETTER)
    assert (answer.status_code, answer.location) == (303, "/dashboard/")
    assert is_signed_in(maria)
    assert not is_signed_in(elsewhere)
    thief = app.test_client()
    thief.set_cookie("session", before)
    assert not is_signed_in(thief)
    assert enter(app.test_client(), EMAIL, BETTER).status_code == 303
    assert letters(app) == ["accounts/password_changed"]


def test_changing_needs_the_present_password_and_five_tries_are_enough(
    make_app: Callable[..., Flask], maria: FlaskClient, app: Flask
) -> None:
    app.config["LIMIT_SIGN_IN"] = "5 per minute"
    for _try in range(5):
        answer = send(maria, "/dashboard/account/password", current="a guess", password=BETTER, again=BETTER)
        assert answer.status_code == 200
        assert "not the password you use now" in answer.text
    answer = send(maria, "/dashboard/account/password", current=PASSWORD, password=BETTER, again=BETTER)
    assert answer.status_code == 429
    assert enter(app.test_client(), EMAIL, PASSWORD).status_code == 303


def test_a_new_password_ends_the_links_that_were_on_their_way(app: Flask, maria: FlaskClient) -> None:
    send(app.test_client(), "/forgotten-password", email=EMAIL)
    path = newest_link(app)
    send(maria, "/dashboard/account/password", current=PASSWORD, password=BETTER, again=BETTER)
    assert app.test_client().get(path).status_code == 404


def test_letters_come_in_the_coordinators_language(app: Flask, make_coordinator: Callable[..., int]) -> None:
    make_coordinator()
    with app.app_context():
        db.session.scalars(select(Coordinator)).one().language = "uk"
        db.session.commit()
    send(app.test_client(), "/forgotten-password", email=EMAIL)
    with app.app_context():
        assert "пароля" in db.session.scalars(select(OutboxEmail)).one().subject
