"""A form half filled in: what its cookie opens, what survives, and what is kept of it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.clock import utc_now
from portal.extensions import db
from portal.submissions.models import Draft, Submission
from tests.conftest import counted
from tests.public import walk


def test_the_cookie_is_opaque_and_only_its_hash_is_stored(app: Flask, client: FlaskClient) -> None:
    answer = walk.post(client, walk.url("speaker", "your-branch"), walk.BRANCH)
    header = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("draft-speaker="))
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Max-Age=86400" in header
    assert "Path=/" in header
    cookie = client.get_cookie("draft-speaker")
    assert cookie is not None
    assert len(cookie.value) >= 43
    with app.app_context():
        draft = db.session.scalars(select(Draft)).one()
        assert cookie.value not in draft.token_hash
        assert len(draft.token_hash) == 64


def test_a_draft_of_another_kind_or_another_browser_opens_nothing(app: Flask, client: FlaskClient) -> None:
    walk.post(client, walk.url("speaker", "your-branch"), walk.BRANCH)
    cookie = client.get_cookie("draft-speaker")
    assert cookie is not None
    other = app.test_client()
    other.set_cookie("draft-twinning", cookie.value)
    assert 'value="Durham Area"' not in other.get(walk.url("twinning", "your-branch")).text
    assert 'value="Durham Area"' not in app.test_client().get(walk.url("speaker", "your-branch")).text


def test_after_a_day_a_draft_is_not_opened_even_if_nobody_has_swept(app: Flask, client: FlaskClient) -> None:
    walk.post(client, walk.url("speaker", "your-branch"), walk.BRANCH)
    with app.app_context():
        db.session.execute(update(Draft).values(updated_at=utc_now().replace(year=2020)))
        db.session.commit()
    assert 'value="Durham Area"' not in client.get(walk.url("speaker", "your-branch"), follow_redirects=True).text
    answer = client.get(walk.url("speaker", "check"), follow_redirects=True)
    assert answer.status_code == 200
    assert "24 hours" in answer.text


def test_the_number_of_a_swept_draft_is_never_used_again(any_app: Flask) -> None:
    first = any_app.test_client()
    walk.apply(first, "speaker")
    with any_app.app_context():
        db.session.execute(db.delete(Draft))
        db.session.commit()
    walk.apply(any_app.test_client(), "speaker")
    with any_app.app_context():
        assert len(db.session.scalars(select(Submission)).all()) == 2


def test_the_pages_of_a_form_ask_the_database_little(client: FlaskClient) -> None:
    walk.fill(client, "speaker")
    most = {"your-branch": 3, "meeting": 3, "speaker": 3, "you": 3, "check": 5, "sent": 6}
    for page, limit in most.items():
        if page == "sent":
            walk.send(client, "speaker")
        client.get(walk.url("speaker", page))
        with counted() as asked:
            assert client.get(walk.url("speaker", page)).status_code == 200
        assert len(asked) <= limit, (page, asked)


@pytest.mark.parametrize(
    ("kind", "step", "box"),
    [
        ("speaker", "you", "share"),
        ("twinning", "you", "share"),
        ("speaker", "you", "wants_newsletter"),
        ("affiliation", "decision", "accepts_aims"),
    ],
)
def test_a_box_that_was_left_empty_can_be_ticked_later(client: FlaskClient, kind: str, step: str, box: str) -> None:
    walk.fill(client, kind, {**walk.ANSWERS[kind], step: {**walk.ANSWERS[kind][step], box: ""}})
    page = client.get(walk.url(kind, step)).text
    drawn = re.search(rf'<input[^>]* name="{box}"[^>]*>', page)
    assert drawn is not None
    assert " checked" not in drawn[0]
    value = re.search(r'value="([^"]*)"', drawn[0])
    assert value is not None
    # What a browser sends for the ticked box is what stands in the page.
    walk.post(client, walk.url(kind, step), {**walk.ANSWERS[kind][step], box: value[1]})
    drawn = re.search(rf'<input[^>]* name="{box}"[^>]*>', client.get(walk.url(kind, step)).text)
    assert drawn is not None
    assert " checked" in drawn[0]
