"""A form half filled in: what its cookie opens, what survives, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from portal.clock import utc_now
from portal.extensions import db
from portal.submissions.models import Draft, Submission
from tests.public import walk


def test_a_draft_outlives_a_restart(make_app: Callable[..., Flask]) -> None:
    before = make_app().test_client()
    walk.post(before, walk.url("speaker", "your-branch"), walk.BRANCH)
    cookie = before.get_cookie("draft-speaker")
    assert cookie is not None
    after = make_app().test_client()
    after.set_cookie("draft-speaker", cookie.value)
    assert 'value="Durham Area"' in after.get(walk.url("speaker", "your-branch")).text
    walk.fill(after, "speaker")
    assert walk.send(after, "speaker").location == walk.url("speaker", "sent")


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


def test_over_https_the_cookie_belongs_to_this_host_alone(make_app: Callable[..., Flask]) -> None:
    client = make_app(
        PUBLIC_URL="https://127.0.0.1", SESSION_COOKIE_SECURE=True, SESSION_COOKIE_NAME="__Host-session"
    ).test_client()
    base = "https://127.0.0.1"
    page = client.get(walk.url("speaker", "your-branch"), base_url=base)
    answer = client.post(
        walk.url("speaker", "your-branch"),
        data={**walk.BRANCH, "csrf_token": walk.csrf_token(page.text)},
        base_url=base,
    )
    header = next(value for value in answer.headers.getlist("Set-Cookie") if "draft-speaker=" in value)
    assert header.startswith("__Host-draft-speaker=")
    assert "Secure" in header


def test_a_draft_of_another_kind_or_another_browser_opens_nothing(app: Flask, client: FlaskClient) -> None:
    walk.post(client, walk.url("speaker", "your-branch"), walk.BRANCH)
    cookie = client.get_cookie("draft-speaker")
    assert cookie is not None
    other = app.test_client()
    other.set_cookie("draft-twinning", cookie.value)
    assert 'value="Durham Area"' not in other.get(walk.url("twinning", "your-branch")).text
    assert 'value="Durham Area"' not in app.test_client().get(walk.url("speaker", "your-branch")).text


def test_after_a_day_a_draft_is_not_opened_even_if_nobody_has_swept(app: Flask, client: FlaskClient) -> None:
    walk.fill(client, "speaker")
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


def test_a_sent_form_keeps_no_answers(app: Flask, client: FlaskClient) -> None:
    walk.apply(client, "speaker")
    with app.app_context():
        kept = str(db.session.scalars(select(Draft)).one().answers)
    for typed in ("Durham", "Jean", "Redhills", "miners"):
        assert typed not in kept


def test_going_back_shows_and_changes_what_was_typed(app: Flask, client: FlaskClient) -> None:
    walk.fill(client, "speaker")
    check = client.get(walk.url("speaker", "check")).text
    assert f'href="{walk.url("speaker", "meeting")}?return=check#venue"' in check
    changed = {**walk.ANSWERS["speaker"]["meeting"], "venue": "The Miners’ Hall"}
    answer = walk.post(client, f"{walk.url('speaker', 'meeting')}?return=check", changed)
    assert answer.location == walk.url("speaker", "check")
    assert "The Miners’ Hall" in client.get(answer.location).text
    walk.send(client, "speaker")
    with app.app_context():
        assert db.session.scalars(select(Submission)).one().venue == "The Miners’ Hall"


@pytest.mark.parametrize(
    ("page", "most"),
    [("your-branch", 3), ("meeting", 3), ("speaker", 3), ("you", 3), ("check", 5), ("sent", 6)],
)
def test_a_page_of_a_form_asks_the_database_little(app: Flask, client: FlaskClient, page: str, most: int) -> None:
    walk.fill(client, "speaker")
    if page == "sent":
        walk.send(client, "speaker")
    client.get(walk.url("speaker", page))
    asked: list[str] = []
    with app.app_context():

        @event.listens_for(db.engine, "before_cursor_execute")
        def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
            if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
                asked.append(statement)

    assert client.get(walk.url("speaker", page)).status_code == 200
    assert len(asked) <= most, asked
