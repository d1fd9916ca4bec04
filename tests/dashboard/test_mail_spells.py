"""Many letters refused in one spell: one list, one press, and each letter’s task goes with its copy."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import failed_letters
from tests.dashboard.conftest import Page

FAILURES = "/dashboard/mail?show=failures"
SEND = "/dashboard/mail/again"


@pytest.fixture
def refused(app: Flask, make_request: Callable[..., int]) -> list[int]:
    """Three letters refused within seconds by a server that took nothing, and one whose mailbox is gone."""
    for name in ("jean", "bob", "ann", "tess"):
        make_request(contact_email=f"{name}@example.org")
    with app.app_context():
        letters = [email for email in db.session.query(OutboxEmail).order_by(OutboxEmail.id) if email.role == "branch"]
        for at, email in enumerate(letters):
            email.state, email.next_try_at = "refused", None
            email.tried_at = utc_now() - timedelta(hours=1, seconds=at)
            email.last_error = "554 at the address" if at < 3 else "550 5.1.1 at the address"
        numbers = [email.id for email in letters]
        for number in numbers:
            failed_letters.open_task(db.session(), number, utc_now())
        db.session.commit()
    return numbers


def ticks(html: str) -> list[int]:
    return [int(each) for each in re.findall(r'name="letter" type="checkbox" value="(\d+)" checked', html)]


def test_letters_of_one_spell_are_sent_again_by_one_press(
    coordinator: FlaskClient, refused: list[int], rows: Callable[..., list[Any]]
) -> None:
    """Twenty-five letters were refused within three seconds, and each took two presses on a page of its own."""
    page = Page(coordinator, FAILURES)
    assert "3 letters failed one after the other" in page.text
    assert sorted(ticks(page.text)) == refused[:3], "whose mailbox is gone is telephoned"
    answer = page.post(SEND, letter=refused[:2])
    assert answer.location.endswith(FAILURES)
    html = coordinator.get(FAILURES).text
    assert "2 letters are on the way again." in html
    assert "failed one after the other" not in html
    copies = rows("SELECT resend_of_id, state, to_address FROM outbox_emails WHERE resend_of_id IS NOT NULL")
    assert [tuple(row)[:2] for row in copies] == [(number, "queued") for number in refused[:2]]
    tasks = dict(rows("SELECT email_id, count(*) FROM tasks WHERE done_at IS NULL GROUP BY email_id"))
    assert set(tasks) == {*refused[2:], *(number for (number,) in rows(COPIES))}, "each goes with its copy"


COPIES = "SELECT id FROM outbox_emails WHERE resend_of_id IS NOT NULL"


def test_a_second_press_sends_nothing_twice(
    coordinator: FlaskClient, refused: list[int], rows: Callable[..., list[Any]]
) -> None:
    page = Page(coordinator, FAILURES)
    page.post(SEND, letter=refused[:3])
    page.post(SEND, letter=refused[:3])
    assert "They were sent again already, or somebody has dealt with them." in coordinator.get(FAILURES).text
    assert len(rows(COPIES)) == 3


def test_nothing_ticked_nothing_sent(
    coordinator: FlaskClient, refused: list[int], rows: Callable[..., list[Any]]
) -> None:
    for letters in ([], ["x", "-1", "0", str(10**30)]):
        assert Page(coordinator, FAILURES).post(SEND, letter=letters).status_code == 303
    assert "Tick the letters" in coordinator.get(FAILURES).text
    assert rows(COPIES) == []


def test_private_letters_and_those_for_one_address_are_no_spell(
    app: Flask, coordinator: FlaskClient, refused: list[int], rows: Callable[..., list[Any]]
) -> None:
    with app.app_context():
        for number in refused[:2]:
            db.session.get_one(OutboxEmail, number).is_private = True
        db.session.commit()
    page = Page(coordinator, FAILURES)
    assert ticks(page.text) == []
    page.post(SEND, letter=refused[:2])
    assert rows(COPIES) == []


def test_a_viewer_sends_nothing(
    sign_in: Callable[..., FlaskClient], refused: list[int], rows: Callable[..., list[Any]]
) -> None:
    client = sign_in("viewer")
    token = Page(client, "/dashboard/account").hidden()["csrf_token"]
    assert client.post(SEND, data={"letter": refused, "csrf_token": token}).status_code == 403
    assert rows(COPIES) == []
