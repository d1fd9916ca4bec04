"""The Ukrainian side's own door: its form, what is kept of it and how, its own page, and being forgotten."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts import commands as accounts
from portal.accounts.models import Coordinator
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.sealed import digest
from portal.submissions import actions, approvals
from portal.submissions.actions import MissingAnswerError, Mover, WrongAnswerError
from portal.submissions.models import Consent, Event, Submission
from portal.submissions.work import Approval
from portal.submissions.workflow import Actor
from portal.twinning import register as search
from portal.twinning.bodies import UkrainianBody
from portal.twinning.registrations import UkrainianRegistration
from tests.conftest import counted, csrf_token
from tests.twinning import registrations
from tests.twinning.registrations import ANSWERS, BODY, CONFIRMATION, NOW, SECRETS, own_page, register, send, stored

CONFIRMED = (("confirm", CONFIRMATION),)
MOST_STATEMENTS = 6
OPENED = (*CONFIRMED, ("open", {}))


def test_a_body_registers_in_ukrainian_and_has_a_letter_in_ukrainian(app: Flask, client: FlaskClient) -> None:
    thanks = send(client)
    assert thanks.status_code == 200
    assert "Дякуємо, Оксана Бойко." in thanks.text
    assert "Send" not in thanks.text
    with app.app_context():
        made = db.session.scalars(select(UkrainianRegistration)).one()
        assert (made.state, made.contact_name, made.centre, made.size) == ("received", "Оксана Бойко", "fpu", 420)
        assert made.heading == "Dnipropetrovsk Oblast: Mining"
        letter = db.session.scalars(select(OutboxEmail)).one()
        assert letter.to_digest == digest("oksana.boiko@example.org")
        assert letter.subject == f"Ми отримали вашу реєстрацію {made.reference}"
        said = db.session.scalars(select(Consent).order_by(Consent.id)).all()
        assert [each.recipient for each in said] == ["ukrainian-register", "ukrainian-introduction"]
        assert all(each.language == "uk" and re.search("[а-яі]", each.text) for each in said)


def test_nothing_of_who_they_are_can_be_read_in_a_stolen_database(app: Flask, client: FlaskClient) -> None:
    send(client)
    told = stored(app)
    assert [secret for secret in SECRETS if secret in told] == []


def test_not_even_a_form_half_filled_in_can_be_read_there(app: Flask, client: FlaskClient) -> None:
    page = registrations.fill_in(client)
    assert "Оксана Бойко" in page.text
    told = stored(app)
    assert [secret for secret in SECRETS if secret in told] == []


@pytest.mark.parametrize("address", ["/uk/unions-in-ukraine", "/unions-in-ukraine"])
def test_every_free_text_stands_beside_the_plain_warning(client: FlaskClient, address: str) -> None:
    warning = "де перебувають люди" if address.startswith("/uk") else "where people are"
    for step in ANSWERS:
        page = client.get(f"{address}/{step}").text
        boxes = re.findall(r'<textarea[^>]*aria-describedby="([^"]*)"', page)
        assert len(boxes) == page.count("<textarea"), step
        for box in boxes:
            said = "".join(re.findall(rf'id="{name}"[^>]*>(.*?)</', page, re.DOTALL)[0] for name in box.split())
            assert warning in said, (step, box)


def test_without_the_first_consent_nothing_is_kept(app: Flask, client: FlaskClient) -> None:
    answers = ANSWERS | {"trust": {**ANSWERS["trust"], "register": ""}}
    page = registrations.fill_in(client, answers)
    assert "error-summary" in page.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Submission)) == 0


def test_a_body_enters_the_register_only_with_who_confirmed_it(app: Flask) -> None:
    number = register(app)
    with app.app_context():
        made = registrations.found(app, number)
        assert made.body is None
        assert not made.is_confirmed
        with pytest.raises(MissingAnswerError):
            actions.perform(db.session, made, "confirm", by=registrations.US, now=made.received_at)
        late = CONFIRMATION | {"confirmed_day": "2999-01-01"}
        with pytest.raises(WrongAnswerError):
            actions.perform(db.session, made, "confirm", by=registrations.US, now=made.received_at, answers=late)
        db.session.rollback()
    number = register(app, *CONFIRMED)
    with app.app_context():
        body = registrations.found(app, number).body
        assert body is not None
        assert (body.confirmed_by_name, body.confirmed_how) == ("Ірина Гай", "call")
    assert "Ірина" not in stored(app)


def test_a_body_pauses_goes_on_and_changes_on_its_own_page(app: Flask, client: FlaskClient) -> None:
    number = register(app, *OPENED)
    page = own_page(app, number)
    assert page.startswith("/body/")
    shown = client.get(page).text
    assert "Ми шукаємо для вас побратимів" in shown
    assert "/track/" not in shown
    for move, state in (("pause", "paused"), ("resume", "open")):
        token = csrf_token(client.get(f"{page}/moves/{move}").text)
        answer = client.post(f"{page}/moves/{move}", data={"csrf_token": token})
        assert answer.location == page
        with app.app_context():
            assert registrations.found(app, number).state == state
    asked = client.get(f"{page}/change/organisation").text
    changed = ANSWERS["organisation"] | {"oblast": "lviv", "town": "Стрий"}
    client.post(f"{page}/change/organisation", data={"csrf_token": csrf_token(asked), **changed})
    with app.app_context():
        made = registrations.found(app, number)
        assert (made.oblast, made.town, made.heading) == ("lviv", "Стрий", "Lviv Oblast: Mining")
    assert "Стрий" not in stored(app)


def test_the_link_of_a_body_opens_no_other_page(app: Flask, client: FlaskClient) -> None:
    page = own_page(app, register(app))
    assert client.get(page.replace("/body/", "/track/")).status_code == 404


def test_who_withdraws_vanishes_at_once_but_for_what_the_law_needs(app: Flask, client: FlaskClient) -> None:
    number = register(app, *OPENED)
    page = own_page(app, number)
    asked = client.get(f"{page}/moves/withdraw").text
    assert "видаляємо" in asked
    client.post(f"{page}/moves/withdraw", data={"csrf_token": csrf_token(asked)})
    with app.app_context():
        made = registrations.found(app, number)
        kept = {name: getattr(made, name) for name in ("contact_name", "name_uk", "oblast", "email_digest", "town")}
        assert set(kept.values()) == {""}
        assert made.sectors == []
        assert db.session.scalar(select(func.count()).select_from(UkrainianBody)) == 0
        consents = db.session.scalars(select(Consent)).all()
        assert all(each.text and each.given_at and each.withdrawn_at for each in consents)
        assert len(consents) == 2
        lines = db.session.scalars(select(Event).order_by(Event.id)).all()
        assert [each.to_state for each in lines] == ["received", "confirmed", "open", "withdrawn"]
        assert all(not each.text and not each.data for each in lines)
        letters = db.session.scalars(select(OutboxEmail).order_by(OutboxEmail.id)).all()
        assert [bool(each.text) for each in letters] == [False, False, False, True]
        assert letters[-1].to_digest == digest("oksana.boiko@example.org")
        assert "видалили" in letters[-1].text
    shown = client.get(page).text
    assert [secret for secret in SECRETS if secret in shown] == []
    assert "Ви відкликали свою реєстрацію" in shown
    assert client.get(f"{page}/change/reach").status_code == 302


def test_a_message_of_a_body_is_sealed_in_the_history_and_read_on_both_pages(app: Flask, client: FlaskClient) -> None:
    number = register(app)
    with app.app_context():
        made = registrations.found(app, number)
        actions.message_from_branch(db.session, made, "Пишіть Марко, будь ласка", now=made.received_at)
        db.session.commit()
        assert made.contact_name == "Оксана Бойко"
    assert "Марко" not in stored(app)
    assert "Пишіть Марко" in client.get(own_page(app, number)).text
    assert BODY.coordinator is None


def test_a_lost_link_is_sent_to_the_address_of_a_body(app: Flask, client: FlaskClient) -> None:
    number = register(app)
    asked = client.get("/uk/find-my-request").text
    data = {"csrf_token": csrf_token(asked), "email": "Oksana.Boiko@example.org"}
    assert client.post("/uk/find-my-request", data=data).status_code == 200
    with app.app_context():
        letter = db.session.scalars(select(OutboxEmail).order_by(OutboxEmail.id.desc())).first()
        assert letter is not None
        assert (letter.template, letter.submission_id) == ("common/your-link", number)
        assert letter.to_address == "oksana.boiko@example.org"


def test_nobody_in_the_same_browser_finds_what_a_body_told_in_another_form(app: Flask, client: FlaskClient) -> None:
    send(client)
    assert [secret for secret in SECRETS if secret in client.get("/twin/you").text] == []


def test_the_words_of_a_letter_that_waits_for_a_second_reader_are_sealed_and_go_with_the_rest(app: Flask) -> None:
    with app.app_context():
        people = [accounts.create_coordinator(f"{name}@example.org", name, "coordinator", now=NOW) for name in "ab"]
        db.session.commit()
        assert len(people) == 2
        first = db.session.scalars(select(Coordinator).order_by(Coordinator.id)).first()
        assert first is not None
        maker = first.id
    number = register(app)
    with app.app_context():
        made, by = registrations.found(app, number), db.session.get_one(Coordinator, maker)
        done = actions.perform(
            db.session, made, "confirm", by=Mover(Actor.COORDINATOR, by), now=NOW, answers=CONFIRMATION
        )
        approvals.ask(db.session(), made, "confirm", done.sent, by=by, now=NOW)
        db.session.commit()
        assert made.body is not None
        assert made.body.confirmed_by_coordinator_id == maker
    told = stored(app)
    assert [secret for secret in SECRETS if secret in told] == []
    with app.app_context():
        made = registrations.found(app, number)
        actions.perform(db.session, made, "withdraw", by=BODY, now=NOW)
        db.session.commit()
        (approval,) = db.session.scalars(select(Approval)).all()
        assert (approval.letters, approval.decision) == (None, "taken-back")
        assert approvals.waiting(db.session()) == []


def test_the_own_page_of_a_body_asks_the_database_a_fixed_number_of_times(app: Flask, client: FlaskClient) -> None:
    page = own_page(app, register(app, *OPENED))
    for path, most in ((page, MOST_STATEMENTS), (f"{page}/moves/pause", 4), (f"{page}/change/reach", 3)):
        client.get(path)
        with counted() as statements:
            client.get(path)
        assert len(statements) == most, (path, statements)


@pytest.mark.parametrize("words", ["PRUP", "ПРУП", "ППВПУ"])
def test_the_register_finds_a_body_by_the_short_forms_of_its_union(app: Flask, words: str) -> None:
    number = register(app)
    with app.app_context():
        listed = search.listed(db.session(), search.Wanted(words=words))
        assert [row.id for row in listed.rows] == [number]
