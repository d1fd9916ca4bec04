"""What a private link lets a branch do, what it tells whom, and what it never does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from portal.clock import utc_now
from portal.emails import links
from portal.emails.models import OutboxEmail, PrivateLink
from portal.extensions import db
from portal.submissions import actions
from portal.submissions.actions import Mover
from portal.submissions.models import Event, Submission
from portal.submissions.workflow import Actor
from tests.public import walk

DESK = Mover(Actor.COORDINATOR)


def file(app: Flask, kind: str = "speaker", **you: str) -> str:
    """Send a form as a branch does; the path of its private page."""
    walk.apply(app.test_client(), kind, {**walk.ANSWERS[kind], "you": {**walk.YOU, **you}})
    with app.app_context():
        link = db.session.scalars(select(PrivateLink).order_by(PrivateLink.id.desc())).first()
        assert link is not None
        return links.path_of(link)


def move(app: Flask, name: str, **answers: str) -> None:
    """A coordinator's move on the newest request."""
    with app.app_context():
        newest = db.session.scalars(select(Submission).order_by(Submission.id.desc())).first()
        assert newest is not None
        actions.perform(db.session, newest, name, by=DESK, now=utc_now(), answers=answers)
        db.session.commit()


def post(client: FlaskClient, path: str, page: str, fields: dict[str, Any] | None = None) -> Any:
    """Post with the token of the page at `path`."""
    token = walk.csrf_token(client.get(path).text)
    return client.post(f"{path}{page}", data={**(fields or {}), "csrf_token": token})


def letters(app: Flask, template: str) -> list[tuple[str, str]]:
    """Address and text of every letter of that template."""
    with app.app_context():
        found = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == template).order_by(OutboxEmail.id))
        return [(each.to_address, each.text) for each in found]


def count(app: Flask, name: str) -> int:
    """How many lines of history of that name there are."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Event).where(Event.name == name)) or 0


def test_the_page_says_where_the_request_stands_and_what_was_told(app: Flask, client: FlaskClient) -> None:
    path = file(app)
    answer = client.get(path)
    assert answer.status_code == 200
    for words in ("We have your request", "Hello Jean", "USC-1001", "Redhills", "Durham Area", "until 90 days"):
        assert words in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_change_is_kept_makes_it_our_turn_and_is_told(app: Flask, client: FlaskClient) -> None:
    path = file(app)
    move(app, "ask", question="Is there a lift?")
    changed = {**walk.ANSWERS["speaker"]["meeting"], "venue": "The Miners’ Hall, second floor"}
    answer = post(client, path, "/change/meeting", changed)
    assert answer.status_code == 303
    assert answer.location == path
    assert "The Miners’ Hall, second floor" in client.get(path).text
    ((address, text),) = letters(app, "common/details-changed")
    assert address == "jean@example.org"
    assert "The Miners’ Hall, second floor" in text
    assert "Redhills" not in text
    with app.app_context():
        assert db.session.scalars(select(Submission.turn)).one() == "us"


def test_a_new_address_is_told_to_the_old_one_too(app: Flask, client: FlaskClient) -> None:
    path = file(app)
    assert post(client, path, "/change/you", {**walk.YOU, "contact_email": "other@example.org"}).status_code == 303
    assert [address for address, _ in letters(app, "common/details-changed")] == [
        "other@example.org",
        "jean@example.org",
    ]


def test_a_change_of_nothing_says_so_and_writes_to_nobody(app: Flask, client: FlaskClient) -> None:
    path = file(app)
    assert post(client, path, "/change/you", walk.YOU).status_code == 303
    assert letters(app, "common/details-changed") == []
    assert count(app, "amended") == 0


def test_a_change_that_does_not_hold_keeps_what_was_typed(app: Flask, client: FlaskClient) -> None:
    path = file(app)
    answer = post(client, path, "/change/you", {**walk.YOU, "contact_email": "not an address"})
    assert answer.status_code == 422
    assert 'value="not an address"' in answer.text
    assert count(app, "amended") == 0


def test_our_question_is_answered_on_the_page(app: Flask, client: FlaskClient) -> None:
    path = file(app)
    move(app, "ask", question="Is there a lift?")
    page = client.get(path).text
    assert "Is there a lift?" in page
    token = walk.csrf_token(page)
    for _ in range(2):
        answer = client.post(f"{path}/answer", data={"answer": "Yes, at the back.", "csrf_token": token})
        assert answer.status_code == 303
    assert len(letters(app, "common/answer-received")) == 1
    assert "Yes, at the back." in client.get(path).text


@pytest.mark.parametrize("page", ["answer", "message", "moves/withdraw", "change/you", "send-link"])
@pytest.mark.parametrize("token", ["", "rubbish"])
def test_nothing_happens_without_a_good_form_token(app: Flask, client: FlaskClient, page: str, token: str) -> None:
    path = file(app)
    move(app, "ask", question="Is there a lift?")
    before = [count(app, name) for name in ("transition", "message", "amended")]
    typed = "Typed with a stale page"
    fields = {"answer": typed, "message": typed, "reason": typed, **walk.YOU, "contact_role": typed}
    answer = client.post(f"{path}/{page}", data={**fields, "csrf_token": token})
    assert answer.status_code == 400
    assert page == "send-link" or typed in answer.text
    assert [count(app, name) for name in ("transition", "message", "amended")] == before


def test_a_double_click_on_withdraw_withdraws_once(app: Flask, client: FlaskClient) -> None:
    path = file(app)
    token = walk.csrf_token(client.get(f"{path}/moves/withdraw").text)
    for _ in range(2):
        answer = client.post(f"{path}/moves/withdraw", data={"reason": "The meeting is off", "csrf_token": token})
        assert (answer.status_code, answer.location) == (303, path)
    assert "You withdrew this request" in client.get(path).text
    assert len(letters(app, "common/withdrawn")) == 1


def test_looking_at_the_withdraw_page_changes_nothing(app: Flask, client: FlaskClient) -> None:
    path = file(app)
    assert client.get(f"{path}/moves/withdraw").status_code == 200
    assert count(app, "transition") == 0


def test_a_move_that_is_no_longer_open_is_told_kindly(app: Flask, client: FlaskClient) -> None:
    path = file(app)
    token = walk.csrf_token(client.get(f"{path}/moves/withdraw").text)
    move(app, "decline", reason="We have nobody there.")
    answer = client.post(f"{path}/moves/withdraw", data={"reason": "Typed too late", "csrf_token": token})
    assert answer.status_code == 409
    assert "Typed too late" in answer.text


@pytest.mark.parametrize("name", ["decline", "ask", "confirm", "no-such-move", "start-matching"])
def test_a_branch_cannot_make_our_moves(app: Flask, client: FlaskClient, name: str) -> None:
    path = file(app)
    assert client.get(f"{path}/moves/{name}").status_code == 404
    assert post(client, path, f"/moves/{name}", {"reason": "x", "question": "x"}).status_code == 404


def test_a_message_comes_once_and_makes_it_our_turn(app: Flask, client: FlaskClient) -> None:
    path = file(app)
    move(app, "ask", question="Is there a lift?")
    token = walk.csrf_token(client.get(f"{path}/message").text)
    for _ in range(2):
        client.post(f"{path}/message", data={"message": "We moved to room 2.", "csrf_token": token})
    assert count(app, "message") == 1
    assert len(letters(app, "common/message-received")) == 1
    with app.app_context():
        assert db.session.scalars(select(Submission.turn)).one() == "us"


def test_four_presses_at_the_same_moment_are_one_message(any_app: Flask) -> None:
    path = file(any_app)
    client = any_app.test_client()
    token = walk.csrf_token(client.get(f"{path}/message").text)
    cookies = "; ".join(f"{each.key}={each.value}" for each in client._cookies.values())
    gate = threading.Barrier(4)
    answers: list[int] = []

    def press() -> None:
        gate.wait()
        sent = any_app.test_client(use_cookies=False).post(
            f"{path}/message", data={"message": "Once", "csrf_token": token}, headers={"Cookie": cookies}
        )
        answers.append(sent.status_code)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 4
    assert count(any_app, "message") == 1


def test_too_many_messages_are_asked_to_wait_and_given_back(make_app: Callable[..., Flask]) -> None:
    app = make_app(LIMIT_TRACK="2 per hour")
    path = file(app)
    client = app.test_client()
    statuses = [post(client, path, "/message", {"message": f"Message {n}"}) for n in range(3)]
    assert [each.status_code for each in statuses] == [303, 303, 429]
    assert "Message 2" in statuses[2].text
    assert count(app, "message") == 2


def test_a_closed_request_takes_no_message_that_nobody_would_see(app: Flask, client: FlaskClient) -> None:
    path = file(app)
    token = walk.csrf_token(client.get(f"{path}/message").text)
    move(app, "decline", reason="We have nobody there.")
    page = client.get(path).text
    assert f"{path}/message" not in page
    answer = client.post(f"{path}/message", data={"message": "Please think again", "csrf_token": token})
    assert answer.status_code == 409
    assert "Please think again" in answer.text


def test_the_link_is_sent_again_to_the_address_on_file(app: Flask, client: FlaskClient) -> None:
    path = file(app)
    assert post(client, path, "/send-link", {"email": "thief@example.org"}).status_code == 303
    assert [address for address, _ in letters(app, "common/your-link")] == ["jean@example.org"]


def test_one_link_opens_one_request_only(app: Flask, client: FlaskClient) -> None:
    first, second = file(app), file(app, "twinning", contact_name="Someone Else", contact_email="else@example.org")
    assert first != second
    assert "else@example.org" not in client.get(first).text
    assert "jean@example.org" not in client.get(second).text


def test_wrong_revoked_and_expired_links_look_the_same(app: Flask, client: FlaskClient) -> None:
    revoked, expired, over = file(app), file(app), file(app)
    now = utc_now()
    with app.app_context():
        found = db.session.scalars(select(PrivateLink).order_by(PrivateLink.id)).all()
        links.revoke(found[0], now)
        found[1].expires_at = now - timedelta(seconds=1)
        closed = db.session.get(Submission, found[2].subject_id)
        assert closed is not None
        actions.perform(db.session, closed, "decline", by=DESK, now=now - timedelta(days=91), answers={"reason": "x"})
        db.session.commit()
    pages = [client.get(path) for path in (revoked, expired, over, "/track/" + "x" * 22)]
    assert [page.status_code for page in pages] == [404] * 4
    assert len({page.text for page in pages}) == 1
    assert "/find-my-request" in pages[0].text


def test_a_held_request_is_not_told_that_it_is_held(make_app: Callable[..., Flask]) -> None:
    app = make_app(FORM_MINIMUM_SECONDS=3600)
    path = file(app)
    page = app.test_client().get(path).text
    assert "review" not in page
    assert "too-fast" not in page


def test_the_page_is_in_the_language_of_the_request(app: Flask, client: FlaskClient) -> None:
    path = file(app, language="uk")
    assert '<html lang="uk">' in client.get(path).text
    assert '<html lang="en">' in client.get(f"{path}?lang=en").text
    assert '<html lang="uk">' in client.get(path).text


@pytest.mark.parametrize(
    ("kind", "page", "most"),
    [
        ("speaker", "", 6),
        ("twinning", "", 6),
        ("affiliation", "", 6),
        ("speaker", "/message", 3),
        ("speaker", "/moves/withdraw", 3),
        ("speaker", "/change/meeting", 4),
    ],
)
def test_a_private_page_asks_the_database_little(
    app: Flask, client: FlaskClient, kind: str, page: str, most: int
) -> None:
    path = file(app, kind) + page
    client.get(path)
    asked: list[str] = []
    with app.app_context():

        @event.listens_for(db.engine, "before_cursor_execute")
        def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
            if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
                asked.append(statement)

    assert client.get(path).status_code == 200
    assert len(asked) <= most, asked
