"""A private link that has ended says what became of it, in the language of whoever was sent it, and names nobody."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.emails import links
from portal.extensions import db
from portal.submissions import private_links
from portal.submissions.models import Submission
from tests.conftest import counted
from tests.public.test_trouble_on_private_pages import READS_ENGLISH, is_in
from tests.twinning.registrations import US, found, own_page, register
from tests.twinning.test_handing_over import NEW_THERE, answer, link_of
from tests.twinning.test_pause_and_end import press
from tests.twinning.test_twinned import twinned


def ended(client: FlaskClient, address: str, language: str = "uk") -> str:
    """The page of an ended link, as a browser in English shows it."""
    client.get("/")
    with counted() as statements:
        page = client.get(address, headers=READS_ENGLISH)
    assert page.status_code == 404
    assert len(statements) <= 6, statements
    is_in(page, language)
    assert "Соломія" not in page.text
    return page.text


def test_links_of_a_hand_over_tell_both_readers_what_became_of_them(app: Flask, client: FlaskClient) -> None:
    _, body = twinned(app)
    old = own_page(app, body)
    press(client, f"{old}/hand-over", **NEW_THERE)
    asked = link_of(app, body)
    answer(client, asked, "yes", keep="yes", share="yes")
    assert "Тепер контактна особа інша" in ended(client, old)
    assert "Ви вже взяли це на себе" in ended(client, asked)


def test_who_refused_or_was_overtaken_reads_so(app: Flask, client: FlaskClient) -> None:
    _, body = twinned(app)
    old = own_page(app, body)
    press(client, f"{old}/hand-over", **NEW_THERE)
    first = link_of(app, body)
    press(client, f"{old}/hand-over", **NEW_THERE)
    assert "Тут більше не потрібно відповідати" in ended(client, first)
    second = link_of(app, body)
    answer(client, second, "no")
    assert "Ви вже відповіли" in ended(client, second)


def test_a_replaced_link_leads_to_the_newest_letter(app: Flask, client: FlaskClient) -> None:
    number = register(app)
    old = own_page(app, number)
    with app.app_context():
        private_links.send_new(db.session(), found(app, number), by=US, now=utc_now())
        db.session.commit()
    assert "Є новіше посилання" in ended(client, old)


def test_a_link_to_what_was_closed_long_ago_says_so(app: Flask, client: FlaskClient) -> None:
    number = register(app)
    page = own_page(app, number)
    with app.app_context():
        db.session.get_one(Submission, number).closed_at = utc_now() - timedelta(days=91)
        db.session.commit()
    assert "понад 90 днів тому" in ended(client, page)


def test_a_token_of_one_page_tells_nothing_at_the_address_of_another(app: Flask, client: FlaskClient) -> None:
    number = register(app)
    page = own_page(app, number)
    with app.app_context():
        for link in links.living(db.session(), "body", number):
            links.revoke(link, utc_now())
        db.session.commit()
    answer = client.get(page.replace("/body/", "/track/"), headers=READS_ENGLISH)
    assert "This link does not work" in answer.text
