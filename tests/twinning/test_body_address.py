"""Another email address that a body in Ukraine types on its own page: it holds once its reader has said yes there."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.emails import links
from portal.emails.models import CANCELLED, OutboxEmail, PrivateLink
from portal.extensions import db
from portal.sealed import digest
from portal.submissions import another_address, private_links
from portal.submissions.models import Draft
from portal.twinning import body_address
from portal.twinning.registrations import UkrainianRegistration
from tests.conftest import csrf_token
from tests.submissions.walks import letters_of, text_of
from tests.twinning.registrations import ANSWERS, NOW, US, found, own_page, register, stored
from tests.twinning.test_candidates import OPENED, proposal_of
from tests.twinning.test_following import change
from tests.twinning.test_twinned import twinned

OLD, NEW = "oksana.boiko@example.org", "vira.safe@example.org"
ASKED, CHANGED, LINK = "common/another-address", "register/address-changed", "common/new-link"


def save(client: FlaskClient, page: str, **changed: str) -> str:
    """Save the step with the address; the page that follows."""
    token = csrf_token(client.get(f"{page}/change/reach").text)
    data = {"csrf_token": token, **ANSWERS["reach"], **changed}
    return client.post(f"{page}/change/reach", data=data, follow_redirects=True).text


def behind(app: Flask) -> str:
    """The path of the newest link to a new address."""
    with app.app_context():
        link = db.session.scalars(select(PrivateLink).where(PrivateLink.purpose == "address")).all()[-1]
        return links.path_of(link)


def written(app: Flask, body: int) -> list[tuple[str, str]]:
    """The letters that are filed with a body, oldest first."""
    with app.app_context():
        return letters_of(found(app, body))


def test_until_the_button_is_pressed_the_old_address_holds_and_nobody_learns_the_new_one(
    app: Flask, client: FlaskClient
) -> None:
    number, body = twinned(app)
    page, before = own_page(app, body), len(written(app, body))
    shown = save(client, page, contact_email=NEW)
    assert "На вашу нову адресу надіслано лист. Просимо натиснути кнопку в ньому протягом доби." in shown
    assert "На нову адресу, яку ви вказали, надіслано лист" in shown
    assert NEW not in client.get(page).text, "the old mailbox may be in other hands, and has the link to this page"
    assert written(app, body)[before:] == [("register/new-address", NEW), (ASKED, OLD)]
    assert "vira" not in stored(app)
    with app.app_context():
        made, proposal = found(app, body), proposal_of(number)
        assert (made.contact_email, proposal.body_email) == (OLD, OLD)
        assert "twinning/new-contact" not in [name for name, _ in letters_of(proposal)]
        told = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == ASKED)).one()
        assert told.link_ids == []
        assert NEW not in told.text + told.html
        assert "http" not in told.text.partition("\n-- ")[0]
        asked = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "register/new-address")).one()
        assert "Оксана" not in asked.subject + asked.text + asked.html
        assert made.reference not in asked.subject + asked.text + asked.html
        (link,) = (db.session.get_one(PrivateLink, each) for each in asked.link_ids)
        assert link.purpose == "address"


def test_pressed_it_holds_the_twin_hears_and_every_older_link_ends(app: Flask, client: FlaskClient) -> None:
    number, body = twinned(app)
    page = own_page(app, body)
    save(client, page, contact_email=NEW)
    path, before = behind(app), len(written(app, body))
    assert NEW in client.get(path).text
    token = csrf_token(client.get(path).text)
    for _ in range(2):
        answer = client.post(path, data={"csrf_token": token})
        assert answer.status_code == 200
        assert NEW in answer.text
    assert client.get(page).status_code == 404
    assert client.get(own_page(app, body)).status_code == 200
    assert written(app, body)[before:] == [(LINK, NEW), (CHANGED, OLD)]
    with app.app_context():
        made, proposal = found(app, body), proposal_of(number)
        assert (made.contact_email, made.email_digest) == (NEW, digest(NEW))
        assert proposal.body_email == NEW
        assert letters_of(proposal)[-1] == ("twinning/new-contact", "ottoline@example.org")
        assert NEW in text_of(proposal, "twinning/new-contact")
        told = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == CHANGED)).one()
        assert told.link_ids == []
        assert NEW not in told.text + told.html
        waiting = select(OutboxEmail).where(OutboxEmail.to_digest == digest(OLD), OutboxEmail.link_ids != [])
        assert [each.template for each in db.session.scalars(waiting) if each.state != CANCELLED] == []


def test_what_else_was_changed_is_kept_at_once_and_told_without_the_new_address(
    app: Flask, client: FlaskClient
) -> None:
    body = register(app, *OPENED)
    save(client, own_page(app, body), contact_email=NEW, safe_way="Лише пошта", second_email=OLD)
    with app.app_context():
        made = found(app, body)
        assert (made.contact_email, made.safe_way, made.second_email) == (OLD, "Лише пошта", OLD)
        letter = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "common/details-changed")).one()
        assert letter.to_address == OLD
        assert "Лише пошта" in letter.text
        assert NEW not in letter.text + letter.html


def test_a_second_press_and_another_change_leave_the_letter_as_it_is(app: Flask, client: FlaskClient) -> None:
    body = register(app, *OPENED)
    page = own_page(app, body)
    save(client, page, contact_email=NEW)
    path, before = behind(app), written(app, body)
    save(client, page, contact_email=NEW)
    assert written(app, body) == before
    save(client, page, safe_way="Лише пошта")
    assert client.get(path).status_code == 200
    save(client, page, contact_email="other@example.org")
    assert client.get(path).status_code == 404


def test_who_saves_the_old_address_again_has_taken_the_other_back(app: Flask, client: FlaskClient) -> None:
    body = register(app, *OPENED)
    page = own_page(app, body)
    save(client, page, contact_email=NEW)
    shown = save(client, page)
    assert "Ми й далі пишемо на вашу теперішню адресу" in shown
    assert "На нову адресу, яку ви вказали, надіслано лист" not in shown
    assert "Нічого не змінилося" not in shown
    over = client.get(behind(app))
    assert over.status_code == 404
    assert "This button has ended" in over.text
    assert "Нічого не змінилося" in save(client, page)


def test_a_button_that_is_a_day_old_says_so_in_the_language_of_its_letter(app: Flask, client: FlaskClient) -> None:
    body = register(app, *OPENED)
    save(client, own_page(app, body), contact_email=NEW)
    with app.app_context():
        link = db.session.scalars(select(PrivateLink).where(PrivateLink.purpose == "address")).one()
        link.expires_at = link.created_at
        db.session.commit()
    over = client.get(behind(app), headers={"Accept-Language": "en"})
    assert over.status_code == 404
    assert "Ця кнопка більше не діє" in over.text


def test_a_new_link_from_the_desk_stops_what_the_old_one_had_asked_for(app: Flask, client: FlaskClient) -> None:
    body = register(app, *OPENED)
    save(client, own_page(app, body), contact_email=NEW)
    with app.app_context():
        private_links.send_new(db.session(), found(app, body), by=US, now=NOW)
        db.session.commit()
    assert client.get(behind(app)).status_code == 404


def test_an_address_that_was_put_right_otherwise_stops_it_too(app: Flask, client: FlaskClient) -> None:
    body = register(app, *OPENED)
    save(client, own_page(app, body), contact_email=NEW)
    change(app, body, by=US, contact_email="third@example.org")
    assert client.get(behind(app)).status_code == 404


def test_who_withdraws_leaves_no_address_that_waits(app: Flask, client: FlaskClient) -> None:
    body = register(app, *OPENED)
    page = own_page(app, body)
    save(client, page, contact_email=NEW)
    client.post(f"{page}/moves/withdraw", data={"csrf_token": csrf_token(client.get(f"{page}/moves/withdraw").text)})
    with app.app_context():
        assert found(app, body).state == "withdrawn"
        assert db.session.scalars(select(Draft).where(Draft.kind == body_address.KIND)).all() == []
    assert client.get(behind(app)).status_code == 404


def test_the_letter_waits_a_day(app: Flask, client: FlaskClient) -> None:
    body = register(app, *OPENED)
    save(client, own_page(app, body), contact_email=NEW)
    with app.app_context():
        made = db.session.get_one(UkrainianRegistration, body)
        for hours, is_waiting in ((23, True), (25, False)):
            at = NOW + timedelta(hours=hours)
            assert db.session.scalar(select(body_address.waits(made, at))) is is_waiting
            assert bool(another_address.waiting(db.session(), body_address.KIND, body, at)) is is_waiting
