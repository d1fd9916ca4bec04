"""A change of officers: the successor takes it over by a link of their own, and the old link ends."""

from __future__ import annotations

from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import utc_now
from portal.emails import links
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.sealed import digest
from portal.submissions import consents
from portal.submissions.models import Event
from portal.submissions.timeline import Viewer, timeline
from portal.twinning import handing_over
from portal.twinning.body_names import body_name
from portal.twinning.handing_over import ASKED, PURPOSE
from tests.conftest import counted, csrf_token
from tests.submissions.walks import letters_of, text_of
from tests.twinning.registrations import found, own_page, stored
from tests.twinning.test_candidates import proposal_of
from tests.twinning.test_pause_and_end import press, track
from tests.twinning.test_twinned import twinned

NEW = {"name": "Bryony Successor", "email": "bryony@example.org"}
NEW_THERE = {"name": "Соломія Наступна", "email": "solomiia@example.org"}


def link_of(app: Flask, number: int) -> str:
    """The address that the newest letter to a successor leads to."""
    with app.app_context():
        asked = select(Event.id).where(Event.submission_id == number, Event.name == ASKED).order_by(Event.id.desc())
        path = links.path_of(links.issue(db.session(), PURPOSE, db.session.scalars(asked.limit(1)).one(), utc_now()))
        db.session.commit()
        return path


def answer(client: FlaskClient, address: str, said: str, **ticks: str) -> str:
    """Press one of the two answers of a successor; the page that follows."""
    page = client.get(address)
    assert page.status_code == 200
    data = {"csrf_token": csrf_token(page.text), **ticks}
    return client.post(f"{address}/{said}", data=data, follow_redirects=True).text


def test_a_branch_hands_over_and_the_old_link_ends_once_the_successor_has_accepted(
    app: Flask, client: FlaskClient
) -> None:
    number, _ = twinned(app)
    old = track(app, number)
    assert "/hand-over" in client.get(old).text
    assert "all stays as it is" in press(client, f"{old}/hand-over", **NEW)
    address = link_of(app, number)
    with counted() as statements:
        page = client.get(address).text
    assert len(statements) <= 8, statements
    assert "Ottoline Hill asks you to be the contact in their place." in page
    with app.app_context():
        assert proposal_of(number).contact_name == "Ottoline Hill", "opening the link changes nothing"
    assert "It is yours now" in answer(client, address, "yes", share="yes")
    assert client.get(old).status_code == 404
    assert client.get(address).status_code == 404, "the link opens once"
    with app.app_context():
        proposal = proposal_of(number)
        assert (proposal.contact_name, proposal.contact_email) == ("Bryony Successor", "bryony@example.org")
        assert proposal.named_to_twin == ("Bryony Successor", "bryony@example.org")
        assert letters_of(proposal)[-3:] == [
            ("common/taken-over", "bryony@example.org"),
            ("common/handed-over", "ottoline@example.org"),
            ("twinning/new-contact-body", "oksana.boiko@example.org"),
        ]
        assert "Bryony Successor" in text_of(proposal, "twinning/new-contact-body")
        welcome = text_of(proposal, "common/taken-over")
        assert "Your branches are twinned" in welcome
        assert body_name(proposal, "en") in welcome
        assert "Please send your twin a few words of greeting" in welcome
        assert "All that you told us" not in welcome
        thanks = text_of(proposal, "common/handed-over")
        assert thanks.startswith("Dear Ottoline Hill,")
        assert "Bryony" not in thanks
        assert "bryony" not in thanks
        assert "/track/" not in thanks
        assert "[[link" not in thanks


def test_nobody_agrees_for_the_successor(app: Flask, client: FlaskClient) -> None:
    number, _ = twinned(app)
    press(client, f"{track(app, number)}/hand-over", **NEW)
    answer(client, link_of(app, number), "yes")
    with app.app_context():
        proposal = proposal_of(number)
        assert proposal.named_to_twin == ("", ""), "what the one before had agreed to has ended with them"
        told = " ".join(text_of(proposal, "twinning/new-contact-body").split())
        assert "Просимо більше не писати на адресу, яку ви маєте." in told, "it would write to whoever has left"
        for word in ("Bryony", "bryony@", "Ottoline", "ottoline@"):
            assert word not in told


def test_a_twin_that_knows_a_lead_is_not_told_of_another_contact(app: Flask, client: FlaskClient) -> None:
    number, _ = twinned(app)
    with app.app_context():
        proposal = proposal_of(number)
        proposal.lead_name, proposal.lead_email = "Siân Lead", "sian@example.org"
        consents.record(proposal, consents.LEAD, language="en", now=utc_now(), person=proposal.lead_key)
        db.session.commit()
    press(client, f"{track(app, number)}/hand-over", **NEW)
    answer(client, link_of(app, number), "yes", share="yes")
    with app.app_context():
        assert "twinning/new-contact-body" not in [name for name, _ in letters_of(proposal_of(number))]
        assert "Siân Lead leads the twinning" in text_of(proposal_of(number), "common/taken-over")


def test_the_page_that_names_a_successor_speaks_of_one_person(app: Flask, client: FlaskClient) -> None:
    _, body = twinned(app)
    page = client.get(f"{own_page(app, body)}/hand-over").text
    assert "Ім’я цієї людини" in page
    assert "Написати цій людині" in page


def test_a_body_hands_over_in_its_language_and_the_branch_hears_of_it(app: Flask, client: FlaskClient) -> None:
    number, body = twinned(app)
    old = own_page(app, body)
    press(client, f"{old}/hand-over", **NEW_THERE)
    address = link_of(app, body)
    page = client.get(address).text
    assert "Чи візьмете ви це на себе?" in page
    assert "Оксана Бойко просить" in page
    assert "Haringey" not in page
    assert "Побратимство з профспілкою в іншій країні" in page
    with app.app_context():
        assert "Дніпропетровська область, Гірнича промисловість" in unescape(page), "for which organisation"
        assert found(app, body).heading not in unescape(page), "nothing of it is in English"
    assert "особисте посилання" in page
    assert "приватне" not in page
    refused = answer(client, address, "yes")
    assert "Поставте позначку" in refused
    assert "Тепер контактна особа — ви" in answer(client, address, "yes", keep="yes", share="yes")
    assert client.get(old).status_code == 404
    with app.app_context():
        registration, proposal = found(app, body), proposal_of(number)
        assert (registration.contact_name, registration.email_digest) == (
            "Соломія Наступна",
            digest("solomiia@example.org"),
        )
        assert consents.given(registration, "ukrainian-register")
        assert (proposal.body_contact, proposal.body_email) == ("Соломія Наступна", "solomiia@example.org")
        assert "Соломія Наступна" in text_of(proposal, "twinning/new-contact")
        assert ("common/handed-over", "oksana.boiko@example.org") in letters_of(registration)
        welcome = text_of(registration, "common/taken-over")
        assert proposal.heading in welcome
        assert "(організація: Дніпропетровська область, Гірнича промисловість)" in welcome
        assert "Oblast" not in welcome
        assert "Просимо надіслати побратимам кілька слів вітання" in welcome
        thanks = text_of(registration, "common/handed-over")
        assert thanks.startswith("Добрий день, Оксана Бойко")
        assert "Соломія" not in thanks
    assert "Соломія" not in stored(app)
    assert "solomiia" not in stored(app)


@pytest.mark.parametrize("said", ["no", "nothing"])
def test_until_somebody_accepts_all_stays_as_it_is(app: Flask, client: FlaskClient, said: str) -> None:
    number, _ = twinned(app)
    old = track(app, number)
    press(client, f"{old}/hand-over", **NEW)
    if said == "no":
        assert "All stays as it is" in answer(client, link_of(app, number), "no")
    assert client.get(old).status_code == 200
    with app.app_context():
        assert proposal_of(number).contact_email == "ottoline@example.org"


def test_who_was_asked_before_somebody_else_can_no_longer_take_over(app: Flask, client: FlaskClient) -> None:
    number, _ = twinned(app)
    press(client, f"{track(app, number)}/hand-over", **NEW)
    first = link_of(app, number)
    press(client, f"{track(app, number)}/hand-over", name="Cai Second", email="cai@example.org")
    assert client.get(first).status_code == 404
    with app.app_context():
        to = digest("cai@example.org")
        assert db.session.scalar(select(OutboxEmail.template).where(OutboxEmail.to_digest == to)) == handing_over.LETTER


def test_the_history_credits_nobody_with_what_the_one_before_did(app: Flask, client: FlaskClient) -> None:
    number, _ = twinned(app)
    press(client, f"{track(app, number)}/hand-over", **NEW)
    answer(client, link_of(app, number), "yes", share="yes")
    with app.app_context():
        lines = timeline(db.session(), proposal_of(number), Viewer.COORDINATOR)
        by = {line.title: line.by for line in lines}
    assert by["Somebody else was asked to take over"] == "Ottoline Hill"
    assert by["Somebody else has taken over"] == "who was asked to take over"
