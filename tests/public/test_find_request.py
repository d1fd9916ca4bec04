"""Finding one's request again: the letter, and an answer that tells nobody anything."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from portal.clock import utc_now
from portal.emails.models import REFUSED, OutboxEmail
from portal.extensions import db
from tests.public.conftest import main_of
from tests.public.walk import Visitor, errors_on

PATH = "/find-my-request"
Make = Callable[..., tuple[int, str]]
Rows = Callable[..., list[Any]]
LETTERS = "SELECT submission_id FROM outbox_emails WHERE template = 'common/your-link' ORDER BY submission_id"


def test_one_letter_has_the_links_to_all_open_and_lately_closed_requests(
    visitor: Visitor, make_request: Make, rows: Rows
) -> None:
    make_request()
    second, _ = make_request("twinning", moves=(("decline", {"reason": "No"}),))
    make_request(moves=(("decline", {"reason": "No"}),), closed_at=utc_now() - timedelta(days=91))
    make_request(contact_email="ann@example.org")
    answer = visitor.post(PATH, {"email": " J.Armstrong@Example.org "})
    assert answer.status_code == 200
    assert rows(LETTERS) == [(second,)]
    ((address, words),) = rows("SELECT to_address, text FROM outbox_emails WHERE template = 'common/your-link'")
    assert address == "j.armstrong@example.org"
    opened = dict(re.findall(r"(USC-\d+|Open your page)(?:: Speaker request)?\n\[\[link:(\d+)\]\]", words))
    found = dict(rows("SELECT id, subject_id FROM private_links WHERE purpose = 'track'"))
    assert {name: found[int(link)] for name, link in opened.items()} == {"Open your page": second, "USC-1001": 1}
    assert "USC-1001: Speaker request" in words


@pytest.mark.parametrize("typed", ["USC-1002", "usc 1002", "1002", "USC1002"])
def test_a_reference_is_understood_however_it_is_typed(
    visitor: Visitor, make_request: Make, rows: Rows, typed: str
) -> None:
    make_request()
    make_request()
    visitor.post(PATH, {"email": "j.armstrong@example.org", "reference": typed})
    assert rows(LETTERS) == [(2,)]


@pytest.mark.parametrize("typed", ["USC-1001", "99999999999999999999", "x' OR 1=1", "²³¹¹", "-5"])
def test_a_reference_of_somebody_else_gets_nothing(
    visitor: Visitor, make_request: Make, rows: Rows, typed: str
) -> None:
    make_request(contact_email="ann@example.org")
    assert visitor.post(PATH, {"email": "j.armstrong@example.org", "reference": typed}).status_code == 200
    assert rows(LETTERS) == []


def test_known_and_unknown_addresses_get_the_same_answer(visitor: Visitor, make_request: Make) -> None:
    make_request()
    known = visitor.post(PATH, {"email": "j.armstrong@example.org"})
    unknown = visitor.post(PATH, {"email": "nobody@example.org"})
    assert (known.status_code, main_of(known.text)) == (unknown.status_code, main_of(unknown.text))
    assert known.headers.get("Set-Cookie") == unknown.headers.get("Set-Cookie")


def test_nobody_s_letter_box_is_filled(make_app: Callable[..., Flask], make_request: Make, rows: Rows) -> None:
    make_request()
    app = make_app(LIMIT_RESEND_LINK="2 per hour")
    pages = set()
    for number in range(4):
        client = app.test_client()
        answer = Visitor(client).post(
            PATH, {"email": "j.armstrong@example.org"}, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"}
        )
        assert answer.status_code == 200
        pages.add(main_of(answer.text))
    assert len(pages) == 1
    assert len(rows(LETTERS)) == 1


def test_the_same_link_is_sent_again_after_a_pause(
    visitor: Visitor, app: Flask, make_request: Make, rows: Rows
) -> None:
    make_request()
    for _ in range(3):
        visitor.post(PATH, {"email": "j.armstrong@example.org"})
    assert len(rows(LETTERS)) == 1
    make_request()
    visitor.post(PATH, {"email": "j.armstrong@example.org"})
    assert rows(LETTERS) == [(1,), (2,)]
    before = utc_now() - timedelta(minutes=31)
    with app.app_context():
        db.session.execute(update(OutboxEmail).values(queued_at=before))
        db.session.commit()
    visitor.post(PATH, {"email": "j.armstrong@example.org"})
    # Both links are sent again, in one letter.
    assert rows(LETTERS) == [(1,), (2,), (2,)]


def test_a_letter_that_was_refused_is_no_reason_to_wait(
    visitor: Visitor, app: Flask, make_request: Make, rows: Rows
) -> None:
    make_request()
    visitor.post(PATH, {"email": "j.armstrong@example.org"})
    with app.app_context():
        db.session.execute(update(OutboxEmail).values(state=REFUSED))
        db.session.commit()
    visitor.post(PATH, {"email": "j.armstrong@example.org"})
    assert len(rows(LETTERS)) == 2


def test_one_visitor_may_not_try_many_addresses(make_app: Callable[..., Flask]) -> None:
    visitor = Visitor(make_app(LIMIT_RESEND_LINK="2 per hour").test_client())
    statuses = [visitor.post(PATH, {"email": f"person{number}@example.org"}).status_code for number in range(4)]
    assert statuses == [200, 200, 429, 429]


def test_what_cannot_be_an_address_gets_its_sentence(visitor: Visitor) -> None:
    for typed, sentence in (
        ("", "Enter your email address"),
        ("jean", "Your email address: Enter an email address in the correct format, like name@example.org"),
        ("a@example.org, b@example.org", "Your email address: Enter one email address, like name@example.org"),
    ):
        answer = visitor.post(PATH, {"email": typed})
        assert (answer.status_code, errors_on(answer.text)) == (422, [sentence])


def test_a_post_without_a_token_sends_nothing(client: FlaskClient, make_request: Make, rows: Rows) -> None:
    make_request()
    answer = client.post(PATH, data={"email": "j.armstrong@example.org"})
    assert answer.status_code == 400
    assert 'value="j.armstrong@example.org"' in answer.text
    assert rows(LETTERS) == []
