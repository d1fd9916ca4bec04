"""A new private link in place of one that somebody else may hold: who may send it, what dies, what carries it."""

from __future__ import annotations

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import utc_now
from portal.emails import edited, links, outbox
from portal.emails.letters import Wording
from portal.emails.models import OutboxEmail
from portal.emails.parcel import Parcel
from portal.extensions import db
from portal.submissions.models import Submission
from portal.submissions.private_links import OPEN_AFTER_CLOSING
from tests.dashboard.conftest import Page

OLD_ADDRESS = "old.secretary@example.org"


class LetterBox:
    """Takes every letter: address and plain text, as they arrive."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str]] = []

    def is_open(self) -> bool:
        """Always."""
        return True

    def open(self) -> None:
        """Nothing to open."""

    def send(self, parcel: Parcel) -> None:
        """Keep the letter."""
        message = message_from_bytes(parcel.raw, policy=policy.default)
        plain = message.get_body(("plain",))
        assert plain is not None
        self.letters.append((parcel.recipient, plain.get_content()))

    def close(self) -> None:
        """Nothing to close."""


def delivered(app: Flask) -> list[tuple[str, str]]:
    """All letters that leave now."""
    box = LetterBox()
    with app.app_context():
        outbox.deliver_due(utc_now, box, "worker")
    return box.letters


def token_of(app: Flask, number: int) -> str:
    """The living token of a request."""
    with app.app_context():
        link = links.issue(db.session(), "track", number, utc_now())
        db.session.commit()
        return links.token_of(link)


def renew(client: FlaskClient, number: int) -> None:
    """Through the pages, as a coordinator does."""
    page = Page(client, f"/dashboard/requests/{number}/new-link")
    assert page.post().location == f"/dashboard/requests/{number}"


def test_the_old_link_dies_at_once_and_the_new_one_comes_by_letter(
    app: Flask, client: FlaskClient, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request()
    old = token_of(app, number)
    delivered(app)
    assert client.get(f"/track/{old}").status_code == 200
    path = f"/dashboard/requests/{number}/new-link"
    assert f'href="{path}"' in coordinator.get(f"/dashboard/requests/{number}").text
    shown = coordinator.get(path).text
    assert "The old link no longer works." in shown
    assert "j.armstrong@example.org" in shown
    assert client.get(f"/track/{old}").status_code == 200, "looking changes nothing"
    renew(coordinator, number)
    dead, unknown = client.get(f"/track/{old}"), client.get(f"/track/{'x' * 22}")
    assert dead.status_code == unknown.status_code == 404
    assert ["There is a newer link" in page.text for page in (dead, unknown)] == [True, False]
    ((address, text),) = delivered(app)
    assert address == "j.armstrong@example.org"
    assert "Maria Kovalenko" in text
    (new,) = re.findall(r"/track/(\S+)", text)
    assert new != old
    assert client.get(f"/track/{new}").status_code == 200
    history = coordinator.get(f"/dashboard/requests/{number}").text
    assert "<strong>New private link sent</strong> · Maria Kovalenko" in history
    assert "New private link" not in client.get(f"/track/{new}").text


def test_a_letter_that_has_not_left_carries_the_new_link(
    app: Flask, client: FlaskClient, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request()
    old = token_of(app, number)
    renew(coordinator, number)
    letters = delivered(app)
    assert len(letters) == 2
    for _, text in letters:
        (token,) = re.findall(r"/track/(\S+)", text)
        assert token != old
        assert client.get(f"/track/{token}").status_code == 200


def test_the_new_link_goes_to_no_address_but_the_contact_s(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request(contact_email=OLD_ADDRESS)
    with app.app_context():
        db.session.get_one(Submission, number).contact_email = "new.secretary@example.org"
        db.session.commit()
    shown = coordinator.get(f"/dashboard/requests/{number}/new-link").text
    assert f"It is addressed to {OLD_ADDRESS}, so it will be cancelled." in shown
    renew(coordinator, number)
    assert [address for address, _ in delivered(app)] == ["new.secretary@example.org"]
    assert "Email cancelled" in coordinator.get(f"/dashboard/requests/{number}").text


def test_a_letter_that_is_being_sent_elsewhere_never_gets_the_new_link(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request(contact_email=OLD_ADDRESS)
    with app.app_context():
        db.session.get_one(Submission, number).contact_email = "new.secretary@example.org"
        db.session.get_one(OutboxEmail, 1).state = "sending"
        db.session.commit()
    renew(coordinator, number)
    assert [address for address, _ in delivered(app)] == ["new.secretary@example.org"]
    with app.app_context():
        letter = db.session.get_one(OutboxEmail, 1)
        assert (letter.state, letter.last_error) == ("refused", "a private link of the letter cannot be made any more")


@pytest.mark.parametrize("state", ["sent", "refused", "given-up"])
def test_an_older_letter_that_is_sent_again_has_the_new_link_and_the_new_address(
    app: Flask, client: FlaskClient, coordinator: FlaskClient, make_request: Callable[..., int], state: str
) -> None:
    number = make_request(contact_email=OLD_ADDRESS)
    with app.app_context():
        db.session.get_one(Submission, number).contact_email = "new.secretary@example.org"
        letter = db.session.get_one(OutboxEmail, 1)
        letter.state, letter.next_try_at = state, None
        db.session.commit()
    renew(coordinator, number)
    delivered(app)
    page = Page(coordinator, "/dashboard/mail/1")
    assert "A copy goes to new.secretary@example.org." in page.text
    assert page.post("/dashboard/mail/1/again").status_code == 303
    ((address, text),) = delivered(app)
    assert address == "new.secretary@example.org"
    (token,) = re.findall(r"/track/(\S+)", text)
    assert client.get(f"/track/{token}").status_code == 200


def test_a_second_press_sends_nothing_more(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request()
    delivered(app)
    page = Page(coordinator, f"/dashboard/requests/{number}/new-link")
    assert page.post().status_code == 303
    assert page.post().status_code == 409
    assert len(delivered(app)) == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"held_reason": "trap"},
        {"contact_email": ""},
        {"state": "declined", "closed_at": utc_now() - 2 * OPEN_AFTER_CLOSING},
    ],
)
def test_where_no_link_can_be_sent_none_is_offered_or_ended(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], facts: dict[str, Any]
) -> None:
    closed_at = facts.pop("closed_at", None)
    number = make_request(**facts)
    with app.app_context():
        db.session.get_one(Submission, number).closed_at = closed_at
        db.session.commit()
    old = token_of(app, number)
    page = Page(coordinator, f"/dashboard/requests/{number}")
    path = f"/dashboard/requests/{number}/new-link"
    assert path not in page.text
    assert coordinator.get(path).status_code == page.post(path).status_code == 303
    assert token_of(app, number) == old


def test_the_page_shows_the_letter_in_the_words_that_were_saved(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request()
    with app.app_context():
        words = Wording(
            "A fresh link, {{ reference }}", "{{ greeting }},\n\nThe old one is gone.\n\nHere\n{{ private_link }}"
        )
        edited.save(db.session, "common/new-link", "en", words, by_id=1, now=utc_now(), seen=0)
        db.session.commit()
    shown = coordinator.get(f"/dashboard/requests/{number}/new-link").text
    assert "A fresh link, USC-" in shown
    assert "The old one is gone." in shown
    renew(coordinator, number)
    assert any("The old one is gone." in text for _, text in delivered(app))


def test_viewers_send_no_links(sign_in: Callable[..., FlaskClient], make_request: Callable[..., int]) -> None:
    viewer, path = sign_in("viewer"), f"/dashboard/requests/{make_request()}/new-link"
    token = re.search(r'name="csrf_token" value="([^"]+)"', viewer.get("/dashboard/account").text)
    assert token is not None
    assert viewer.get(path).status_code == 403
    assert viewer.post(path, data={"csrf_token": token[1], "version": "1"}).status_code == 403


def test_the_letter_is_in_the_language_of_the_branch(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request(language="uk")
    renew(coordinator, number)
    with app.app_context():
        letter = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "common/new-link")).one()
        assert "Старе посилання більше не діє." in letter.text
