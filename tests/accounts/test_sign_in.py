"""Signing in and out, through the pages."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts import commands, sign_in
from portal.accounts.models import Coordinator, SignIn
from portal.accounts.passwords import make_password
from portal.clock import utc_now
from portal.extensions import db
from tests.accounts.conftest import enter, is_signed_in, send
from tests.conftest import PASSWORD, counted, csrf_token

EMAIL = "maria@example.org"


def cookie_of(client: FlaskClient) -> str:
    """The session cookie as it stands in the browser."""
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def with_cookie(app: Flask, value: str) -> FlaskClient:
    """Another browser that holds a copied cookie."""
    thief = app.test_client()
    thief.set_cookie("session", value)
    return thief


def without_token(html: str) -> str:
    """A page without what differs from one drawing to the next."""
    return re.sub(r'value="[^"]*"', "", html)


def test_signing_in_leads_on_to_the_page_asked_for(app: Flask, make_coordinator: Callable[..., int]) -> None:
    make_coordinator()
    client = app.test_client()
    refused = client.get("/dashboard/account/password?from=letter")
    assert refused.status_code == 302
    page = client.get(refused.location)
    answer = client.post(
        "/login",
        data={
            "email": EMAIL,
            "password": PASSWORD,
            "csrf_token": csrf_token(page.text),
            "next": re.search(r'name="next" value="([^"]*)"', page.text)[1],
        },
    )
    assert (answer.status_code, answer.location) == (303, "/dashboard/account/password?from=letter")
    assert is_signed_in(client)


def test_the_address_may_be_typed_in_capitals_and_with_blanks(app: Flask, make_coordinator: Callable[..., int]) -> None:
    make_coordinator()
    assert enter(app.test_client(), " Maria@Example.ORG ").status_code == 303


def test_a_session_planted_before_signing_in_is_worth_nothing(app: Flask, make_coordinator: Callable[..., int]) -> None:
    make_coordinator()
    victim = app.test_client()
    victim.get("/login")
    planted = cookie_of(victim)
    thief = with_cookie(app, planted)
    assert enter(victim, EMAIL).status_code == 303
    assert cookie_of(victim) != planted
    assert not is_signed_in(thief)


def test_each_sign_in_has_a_token_of_its_own_and_ends_the_one_before(app: Flask, maria: FlaskClient) -> None:
    first = cookie_of(maria)
    page = maria.get("/dashboard/account/password")
    maria.post("/login", data={"email": EMAIL, "password": PASSWORD, "csrf_token": csrf_token(page.text)})
    assert is_signed_in(maria)
    assert not is_signed_in(with_cookie(app, first))
    with app.app_context():
        hashes = db.session.scalars(select(SignIn.token_hash)).all()
    assert len(set(hashes)) == 2
    assert not any(value in cookie_of(maria) for value in hashes)


def test_a_stolen_cookie_is_dead_after_signing_out(app: Flask, maria: FlaskClient) -> None:
    stolen = cookie_of(maria)
    assert is_signed_in(with_cookie(app, stolen))
    page = maria.get("/dashboard/account/password")
    assert maria.post("/logout", data={"csrf_token": csrf_token(page.text)}).status_code == 303
    assert not is_signed_in(maria)
    assert not is_signed_in(with_cookie(app, stolen))


def test_signing_out_needs_the_button_and_its_token(maria: FlaskClient) -> None:
    assert maria.get("/logout").status_code == 405
    assert maria.post("/logout").status_code == 400
    assert is_signed_in(maria)


def test_signing_in_needs_a_token_of_the_same_session(app: Flask, make_coordinator: Callable[..., int]) -> None:
    make_coordinator()
    elsewhere = csrf_token(app.test_client().get("/login").text)
    client = app.test_client()
    client.get("/login")
    for token in ("", "wrong", elsewhere):
        answer = client.post("/login", data={"email": EMAIL, "password": PASSWORD, "csrf_token": token})
        assert answer.status_code == 400
        assert EMAIL in answer.text
        assert PASSWORD not in answer.text
    assert not is_signed_in(client)


def test_thirty_idle_minutes_sign_out(app: Flask, make_coordinator: Callable[..., int]) -> None:
    with time_machine.travel("2026-11-02 09:00 +0000", tick=False) as clock:
        make_coordinator()
        client = app.test_client()
        enter(client, EMAIL)
        for _visit in range(3):
            clock.shift(timedelta(minutes=29))
            assert is_signed_in(client)
        clock.shift(timedelta(minutes=31))
        assert not is_signed_in(client)


def test_twelve_hours_sign_out_however_busy_one_was(app: Flask, make_coordinator: Callable[..., int]) -> None:
    with time_machine.travel("2026-11-02 09:00 +0000", tick=False) as clock:
        make_coordinator()
        client = app.test_client()
        enter(client, EMAIL)
        for _visit in range(35):
            clock.shift(timedelta(minutes=20))
            assert is_signed_in(client)
        clock.shift(timedelta(minutes=21))
        assert not is_signed_in(client)


def test_both_spans_are_settings(make_app: Callable[..., Flask]) -> None:
    app = make_app(SESSION_IDLE_MINUTES=2, SESSION_ABSOLUTE_HOURS=1)
    with time_machine.travel("2026-11-02 09:00 +0000", tick=False) as clock:
        with app.app_context():
            coordinator = Coordinator(name="Maria", email=EMAIL, role="viewer", created_at=utc_now())
            db.session.add(coordinator)
            db.session.flush()
            token = sign_in.open_for(db.session(), coordinator, utc_now())
            uniquifier = coordinator.fs_uniquifier
            db.session.commit()
        client = app.test_client()
        with client.session_transaction() as session:
            session["sign_in"], session["_user_id"] = token, uniquifier
        assert is_signed_in(client)
        clock.shift(timedelta(minutes=3))
        assert not is_signed_in(client)


def test_a_page_asks_once_who_is_there_and_writes_it_down_once_a_minute(
    app: Flask, make_coordinator: Callable[..., int]
) -> None:
    with time_machine.travel("2026-11-02 09:00 +0000", tick=False) as clock:
        make_coordinator()
        client = app.test_client()
        enter(client, EMAIL)
        clock.shift(timedelta(seconds=59))
        with counted() as asked:
            assert is_signed_in(client)
        about_accounts = [statement for statement in asked if "sign_ins" in statement or "coordinators" in statement]
        assert len(about_accounts) == 1
        assert not [statement for statement in asked if not statement.startswith("SELECT")]
        clock.shift(timedelta(seconds=2))
        with counted() as asked:
            is_signed_in(client)
            is_signed_in(client)
        assert len([statement for statement in asked if statement.startswith("UPDATE sign_ins")]) == 1


def test_a_page_that_is_rolled_back_still_counts_as_seen(app: Flask, make_coordinator: Callable[..., int]) -> None:
    @app.post("/dashboard/forgetful")
    def forgetful() -> str:
        db.session.scalars(select(Coordinator)).one().name = "Nobody"
        return "never committed"

    make_coordinator()
    maria = app.test_client()
    enter(maria, EMAIL)
    token = csrf_token(maria.get("/dashboard/account/password").text)
    with time_machine.travel(utc_now() + timedelta(minutes=5), tick=False):
        assert maria.post("/dashboard/forgetful", data={"csrf_token": token}).status_code == 200
        with app.app_context():
            assert db.session.scalars(select(SignIn)).one().seen_at == utc_now()
            assert db.session.scalars(select(Coordinator)).one().name == "Maria Kovalenko"


def test_strangers_cause_no_writing(app: Flask) -> None:
    client = app.test_client()
    with counted() as asked:
        for path in ("/login", "/forgotten-password", "/dashboard/account/password", "/nowhere"):
            client.get(path)
    assert [statement for statement in asked if not statement.startswith("SELECT")] == []


def test_a_closed_account_is_out_at_once(app: Flask, maria: FlaskClient) -> None:
    with app.app_context():
        sign_in.close_account(db.session(), db.session.scalars(select(Coordinator)).one(), utc_now())
        db.session.commit()
    assert not is_signed_in(maria)
    assert enter(app.test_client(), EMAIL).status_code == 200


def test_a_switched_off_account_is_out_even_without_ending_its_sign_ins(app: Flask, maria: FlaskClient) -> None:
    with app.app_context():
        db.session.scalars(select(Coordinator)).one().active = False
        db.session.commit()
    assert not is_signed_in(maria)


def test_wrong_password_unknown_and_closed_accounts_look_the_same(
    app: Flask, make_coordinator: Callable[..., int]
) -> None:
    make_coordinator()
    make_coordinator(email="closed@example.org", name="Olha Savchenko")
    with app.app_context():
        db.session.execute(db.update(Coordinator).where(Coordinator.email == "closed@example.org").values(active=False))
        db.session.commit()
    answers = [
        enter(app.test_client(), EMAIL, "not the right password"),
        enter(app.test_client(), "nobody@example.org", "not the right password"),
        enter(app.test_client(), "closed@example.org", PASSWORD),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({without_token(answer.text) for answer in answers}) == 1
    assert "is not right" in answers[0].text


def test_an_unknown_account_costs_as_much_as_a_wrong_password(make_app: Callable[..., Flask]) -> None:
    """With the strength that is shipped, checking a password is nearly all the work: it must be done for nobody too."""
    app = make_app(PASSWORD_MEMORY_KIB=65536)
    with app.app_context():
        commands.create_coordinator(EMAIL, "Maria Kovalenko", "coordinator", password=PASSWORD, now=utc_now())
        db.session.commit()

    def least_work(email: str) -> float:
        work = []
        for _try in range(4):
            client = app.test_client()
            token = csrf_token(client.get("/login").text)
            started = time.process_time()
            client.post("/login", data={"email": email, "password": "wrong password", "csrf_token": token})
            work.append(time.process_time() - started)
        return min(work)

    assert 0.5 < least_work("nobody@example.org") / least_work(EMAIL) < 2


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "/\t/evil.example/",
        "/%0d%0aLocation:x\r\n",
        "javascript:alert(1)",
        "dashboard",
        "http:evil.example",
        "/" + "a" * 3000,
        "",
    ],
)
def test_signing_in_never_leads_elsewhere(app: Flask, make_coordinator: Callable[..., int], target: str) -> None:
    make_coordinator()
    client = app.test_client()
    page = client.get("/login", query_string={"next": target})
    assert "evil.example" not in page.text
    answer = client.post(
        "/login",
        data={"email": EMAIL, "password": PASSWORD, "csrf_token": csrf_token(page.text), "next": target},
    )
    assert (answer.status_code, answer.location) == (303, "/dashboard/")
    assert client.get("/login", query_string={"next": target}).location == "/dashboard/"


def test_what_was_typed_when_the_session_ended_is_sent_after_signing_in(
    app: Flask, make_coordinator: Callable[..., int]
) -> None:
    notes: list[str] = []

    @app.post("/dashboard/notes")
    def add_note() -> str:
        notes.extend(db.session.scalars(select(Coordinator.name)).all())
        notes.append(request.form["note"])
        return "kept"

    with time_machine.travel("2026-11-02 09:00 +0000", tick=False) as clock:
        make_coordinator()
        client = app.test_client()
        enter(client, EMAIL)
        token = csrf_token(client.get("/dashboard/account/password").text)
        clock.shift(timedelta(hours=1))
        typed = {"note": "Rang the <secretary>, Мар’яна", "csrf_token": token}
        refused = client.post("/dashboard/notes", data=typed, headers={"Sec-Fetch-Site": "same-origin"})
        assert refused.status_code == 401
        assert "Rang the &lt;secretary&gt;, Мар’яна" in refused.text
        hidden = dict(re.findall(r'name="(kept[^"]*)" value="([^"]*)"', refused.text))
        carried = {name: value.replace("&lt;", "<").replace("&gt;", ">") for name, value in hidden.items()}
        mistyped = client.post(
            "/login", data={"email": EMAIL, "password": "x", "csrf_token": csrf_token(refused.text), **carried}
        )
        assert "Rang the &lt;secretary&gt;" in mistyped.text
        again = client.post(
            "/login", data={"email": EMAIL, "password": PASSWORD, "csrf_token": csrf_token(mistyped.text), **carried}
        )
        assert again.status_code == 200
        assert 'action="/dashboard/notes"' in again.text
        sent = client.post("/dashboard/notes", data={"csrf_token": csrf_token(again.text), "note": typed["note"]})
    assert sent.status_code == 200
    assert notes == ["Maria Kovalenko", typed["note"]]


def test_another_sites_form_is_never_offered_again(app: Flask) -> None:
    client = app.test_client()
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}):
        answer = client.post("/dashboard/account/password", data={"note": "planted"}, headers=headers)
        assert answer.status_code == 401
        assert "kept" not in answer.text


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(app: Flask) -> None:
    answer = app.test_client().get("/dashboard/account/password", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/login?next=")


def test_odd_addresses_and_passwords_are_simply_wrong(app: Flask, make_coordinator: Callable[..., int]) -> None:
    make_coordinator()
    for email in ("maria@example.org\x00", "’ OR 1=1 --", "{{7*7}}", "марія@example.org", "a" * 300, "\ud800"):
        answer = send(app.test_client(), "/login", email=email.encode("utf-8", "surrogatepass"), password="p" * 900)
        assert answer.status_code == 200


def test_sign_ins_of_long_ago_are_swept(app: Flask, maria: FlaskClient) -> None:
    with app.app_context():
        sign_in.sweep(db.session(), utc_now() + timedelta(days=89))
        db.session.commit()
        assert db.session.scalars(select(SignIn)).all()
        sign_in.sweep(db.session(), utc_now() + timedelta(days=91))
        db.session.commit()
        assert not db.session.scalars(select(SignIn)).all()


def test_random_passwords_have_no_letters_that_are_mistaken() -> None:
    made = {make_password() for _time in range(50)}
    assert len(made) == 50
    assert not set("".join(made)) & set("IlOo01")
