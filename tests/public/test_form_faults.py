"""What goes wrong with forms: forged posts, impatient people, programs, rubbish and a database out of reach."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions.models import Draft, Submission
from tests.public import walk

NASTY = {
    "html": '<script>alert("x")</script>',
    "a template": "{{7*7}}",
    "a formula": "=1+1",
    "emoji": "Solidarity ✊🏽🇺🇦",
    "right to left": "Branch \u202eevil\u202c",
    "line ends": "one\r\ntwo\rthree",
    "NUL": "before\x00after",
    "cyrillic": "Первинна організація Павлоград",
    "welsh": "Cangen Llŷn ac Eifionydd",
    "apostrophe": "O’Connor’s",
}


def counts(app: Flask) -> tuple[int, int, int]:
    """How many drafts, requests and letters there are."""
    with app.app_context():
        numbers = [
            db.session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Draft, Submission, OutboxEmail)
        ]
    return numbers[0], numbers[1], numbers[2]


def test_pages_that_are_only_looked_at_write_nothing(app: Flask, client: FlaskClient) -> None:
    for kind in walk.PATHS:
        client.get(walk.url(kind), follow_redirects=True)
        for name in walk.STEPS[kind]:
            assert client.get(walk.url(kind, name)).status_code == 200
        client.get(walk.url(kind, "check"))
        client.get(walk.url(kind, "sent"))
    client.get("/find-my-request")
    assert counts(app) == (0, 0, 0)
    assert [cookie.key for cookie in client._cookies.values()] == ["session"]


@pytest.mark.parametrize("token", [None, "", "rubbish"])
def test_a_post_without_a_good_token_keeps_what_was_typed_on_the_page_and_saves_nothing(
    app: Flask, client: FlaskClient, token: str | None
) -> None:
    fields = {**walk.BRANCH, "branch_name": "Typed by hand"}
    answer = client.post(
        walk.url("speaker", "your-branch"), data=fields if token is None else fields | {"csrf_token": token}
    )
    assert answer.status_code == 400
    assert 'value="Typed by hand"' in answer.text
    assert counts(app) == (0, 0, 0)
    again = client.post(walk.url("speaker", "your-branch"), data={**fields, "csrf_token": walk.csrf_token(answer.text)})
    assert again.status_code == 303


def test_the_token_of_another_session_sends_nothing(app: Flask, client: FlaskClient) -> None:
    walk.fill(client, "speaker")
    foreign = walk.token(app.test_client())
    answer = client.post(walk.url("speaker", "check"), data={"csrf_token": foreign})
    assert answer.status_code == 400
    assert "Redhills" in answer.text
    assert counts(app)[1:] == (0, 0)


def test_starting_again_needs_a_good_token(app: Flask, client: FlaskClient) -> None:
    walk.fill(client, "speaker")
    assert client.post(walk.url("speaker", "start-again")).status_code == 400
    assert counts(app)[0] == 1
    assert walk.post(client, walk.url("speaker", "start-again")).status_code == 303
    assert counts(app)[0] == 0


def test_four_presses_at_the_same_moment_make_one_request(any_app: Flask) -> None:
    client = any_app.test_client()
    walk.fill(client, "speaker")
    token = walk.token(client, walk.url("speaker", "check"))
    cookies = "; ".join(f"{each.key}={each.value}" for each in client._cookies.values())
    answers: list[tuple[int, str]] = []
    gate = threading.Barrier(4)

    def press() -> None:
        gate.wait()
        answer = any_app.test_client(use_cookies=False).post(
            walk.url("speaker", "check"), data={"csrf_token": token}, headers={"Cookie": cookies}
        )
        answers.append((answer.status_code, answer.location))

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(303, walk.url("speaker", "sent"))] * 4
    assert counts(any_app) == (1, 1, 1)


def test_different_branches_of_one_name_at_the_same_moment_are_all_kept(any_app: Flask) -> None:
    clients = [any_app.test_client() for _ in range(4)]
    tokens = []
    for client in clients:
        walk.fill(client, "speaker")
        tokens.append(walk.token(client, walk.url("speaker", "check")))
    gate = threading.Barrier(4)
    statuses: list[int] = []

    def press(client: FlaskClient, token: str) -> None:
        gate.wait()
        statuses.append(client.post(walk.url("speaker", "check"), data={"csrf_token": token}).status_code)

    threads = [threading.Thread(target=press, args=pair) for pair in zip(clients, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303] * 4
    assert counts(any_app) == (4, 4, 4)


def test_the_trap_holds_a_request_without_a_word(app: Flask, client: FlaskClient) -> None:
    walk.fill(client, "speaker")
    walk.post(
        client, walk.url("speaker", "speaker"), {"wanted_speaker": "no-preference", "website": "http://spam.example"}
    )
    thanks = walk.send(client, "speaker")
    assert thanks.location == walk.url("speaker", "sent")
    assert client.get(thanks.location).status_code == 200
    with app.app_context():
        submission = db.session.scalars(select(Submission)).one()
        letter = db.session.scalars(select(OutboxEmail)).one()
        assert submission.held_reason == "trap"
        assert letter.state == "held"


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("evil.example/track/x", "address-for-name"),
        ("Jean, see evil.example/x", "address-for-name"),
        ("Visit evil.example now", "address-for-name"),
        ("EVIL.com", "address-for-name"),
        ("me@example.org", "address-for-name"),
        ("Dr. J.R. O’Neill/Smith", None),
        ("St.John Ambler", None),
        ("A.B. Jones", None),
    ],
)
def test_the_address_of_a_page_in_the_place_of_a_name_is_looked_at_first(
    app: Flask, client: FlaskClient, name: str, held: str | None
) -> None:
    """It would stand at the top of a letter of ours, to whomever the stranger named."""
    walk.apply(client, "speaker", {"you": {**walk.YOU, "contact_name": name}})
    with app.app_context():
        assert db.session.scalars(select(Submission.held_reason)).one() == held
        assert db.session.scalars(select(OutboxEmail.state)).one() == ("held" if held else "queued")


def test_a_form_filled_in_faster_than_anybody_can_is_held(make_app: Callable[..., Flask]) -> None:
    app = make_app(FORM_MINIMUM_SECONDS=3600)
    walk.apply(app.test_client(), "speaker")
    with app.app_context():
        assert db.session.scalars(select(Submission.held_reason)).one() == "too-fast"


def test_over_the_limit_forms_are_held_and_never_lost(make_app: Callable[..., Flask]) -> None:
    app = make_app(LIMIT_FORM_PER_ADDRESS="2 per hour")
    for _ in range(3):
        walk.apply(app.test_client(), "speaker")
    with app.app_context():
        assert db.session.scalars(select(Submission.held_reason).order_by(Submission.id)).all() == [None, None, "many"]


@pytest.mark.parametrize("limit", ["LIMIT_DRAFTS_PER_ADDRESS", "LIMIT_DRAFTS_IN_ALL"])
def test_forms_begun_without_an_end_are_refused_and_those_begun_before_go_on(
    make_app: Callable[..., Flask], limit: str
) -> None:
    app = make_app(**{limit: "2 per hour"})
    first, second, third = (app.test_client() for _ in range(3))
    for client in (first, second):
        assert walk.post(client, walk.url("speaker", "your-branch"), walk.BRANCH).status_code == 303
    answer = walk.post(third, walk.url("speaker", "your-branch"), {**walk.BRANCH, "branch_name": "Yorkshire Area"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Yorkshire Area" in answer.text
    assert 'value="Durham Area"' in first.get(walk.url("speaker", "your-branch")).text
    walk.apply(first, "speaker")
    with app.app_context():
        assert len(db.session.scalars(select(Draft)).all()) == 2


def test_a_draft_does_not_grow_without_an_end(app: Flask, client: FlaskClient) -> None:
    long = "a long story " * 3000
    walk.post(client, walk.url("speaker", "your-branch"), walk.BRANCH)
    assert walk.errors_on(walk.post(client, walk.url("speaker", "speaker"), {"notes": long}).text)
    answer = walk.post(client, walk.url("speaker", "speaker"), {"notes": long * 2})
    assert answer.status_code == 413
    assert "earlier steps of your form are saved" in answer.text
    assert answer.text.count("a long story") > 5000
    with app.app_context():
        (draft,) = db.session.scalars(select(Draft)).all()
        assert draft.answers["your-branch"]["branch_name"] == "Durham Area"
        assert len(draft.answers["speaker"]["notes"]) == len(long)
    walk.apply(client, "speaker")


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_whatever_is_typed_arrives_as_text(app: Flask, client: FlaskClient, text: str) -> None:
    answers = {
        **walk.ANSWERS["speaker"],
        "your-branch": {**walk.BRANCH, "branch_name": text},
        "speaker": {"wanted_speaker": "no-preference", "notes": text},
        "you": {**walk.YOU, "contact_role": text},
    }
    walk.fill(client, "speaker", answers)
    check = client.get(walk.url("speaker", "check"))
    assert "<script>alert" not in check.text
    assert walk.send(client, "speaker").status_code == 303
    thanks = client.get(walk.url("speaker", "sent"))
    assert thanks.status_code == 200
    assert "<script>alert" not in thanks.text
    with app.app_context():
        submission = db.session.scalars(select(Submission)).one()
        assert "\x00" not in submission.notes + submission.contact_role
        assert "\n" not in submission.contact_role
        assert "49" not in submission.contact_role


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_a_name_is_taken_as_text_or_refused_and_kept(client: FlaskClient, text: str) -> None:
    for step in ("your-branch", "meeting", "speaker"):
        walk.post(client, walk.url("speaker", step), walk.ANSWERS["speaker"][step])
    answer = walk.post(client, walk.url("speaker", "you"), {**walk.YOU, "contact_name": text})
    is_refused = text.startswith(("<", "="))
    assert answer.status_code == (200 if is_refused else 303)
    if is_refused:
        assert "Enter the name alone, without a web address and without signs like < or =" in unescape(answer.text)
        assert "<script>alert" not in answer.text
        assert text in unescape(answer.text), "what was typed is kept"


def test_repeated_and_unknown_fields_do_no_harm(app: Flask, client: FlaskClient) -> None:
    fields: dict[str, Any] = {
        **walk.BRANCH,
        "town": ["Durham", "Leeds"],
        "state": "confirmed",
        "id": "7",
        "held_reason": "x",
        "csrf_token": walk.token(client),
    }
    assert client.post(walk.url("speaker", "your-branch"), data=fields).status_code == 303
    walk.fill(client, "speaker", {**walk.ANSWERS["speaker"], "your-branch": fields})
    walk.send(client, "speaker")
    with app.app_context():
        submission = db.session.scalars(select(Submission)).one()
        assert (submission.state, submission.town, submission.held_reason) == ("received", "Durham", None)


def test_text_that_is_too_long_is_kept_and_refused(client: FlaskClient) -> None:
    answer = walk.post(client, walk.url("speaker", "your-branch"), {**walk.BRANCH, "branch_name": "x" * 50_000})
    assert walk.errors_on(answer.text)
    assert "x" * 50_000 in answer.text


def test_a_body_of_five_megabytes_is_refused_and_earlier_steps_stay(app: Flask, client: FlaskClient) -> None:
    walk.post(client, walk.url("speaker", "your-branch"), walk.BRANCH)
    answer = walk.post(client, walk.url("speaker", "speaker"), {"notes": "x" * 5_000_000})
    assert answer.status_code == 413
    assert "earlier steps of your form are saved" in answer.text
    assert 'value="Durham Area"' in client.get(walk.url("speaker", "your-branch")).text


@pytest.mark.parametrize("page", ["your-branch", "check"])
def test_a_locked_database_gives_the_typed_text_back(
    app: Flask, client: FlaskClient, tmp_path: Path, page: str
) -> None:
    walk.fill(client, "speaker")
    token = walk.token(client)
    with app.app_context():

        @event.listens_for(db.engine, "checkout")
        def impatient(connection: Any, record: Any, proxy: Any) -> None:
            connection.execute("PRAGMA busy_timeout=100")

    other = sqlite3.connect(tmp_path / "portal.sqlite3", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    answer = client.post(
        walk.url("speaker", page), data={**walk.BRANCH, "branch_name": "Typed while locked", "csrf_token": token}
    )
    other.execute("ROLLBACK")
    other.close()
    assert answer.status_code == 503
    assert ("Typed while locked" if page == "your-branch" else "Redhills") in answer.text
    assert counts(app)[1:] == (0, 0)
    again = client.post(walk.url("speaker", page), data={**walk.BRANCH, "csrf_token": walk.csrf_token(answer.text)})
    assert again.status_code == 303
