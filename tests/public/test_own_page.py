"""What a private link lets a branch do, what it tells whom, and what it never does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.clock import utc_now
from portal.emails import links
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import actions, intake
from portal.submissions.actions import Mover
from portal.submissions.models import Event, Submission
from portal.submissions.workflow import Actor
from tests.public import walk

DESK = Mover(Actor.COORDINATOR)
BRANCH = Mover(Actor.BRANCH)


def file(app: Flask, kind: str = "speaker", held: str | None = None, **you: str) -> str:
    """File what a branch’s form says, without walking through its pages; the path of its private page."""
    answers = {**walk.ANSWERS[kind], "you": {**walk.YOU, **you}}
    with app.app_context():
        now = utc_now()
        submission = intake.file(db.session(), kind, answers, now=now, language="en", by=BRANCH, held_reason=held)
        path = links.path_of(links.issue(db.session(), "track", submission.id, now))
        db.session.commit()
        return path


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


def test_a_change_is_kept_makes_it_our_turn_and_is_told(app: Flask, client: FlaskClient) -> None:
    path = file(app)
    move(app, "ask", question="Is there a lift?")
    changed = {**walk.ANSWERS["speaker"]["meeting"], "venue": "The Miners’ Hall, second floor", "audience_size": "31"}
    answer = post(client, path, "/change/meeting", changed)
    assert answer.status_code == 303
    assert answer.location == path
    page = client.get(path).text
    assert "We have your change." in page
    assert "The Miners’ Hall, second floor" in page
    ((address, text),) = letters(app, "common/details-changed")
    assert address == "j.armstrong@example.org"
    assert "The Miners’ Hall, second floor" in text
    assert "Redhills" not in text
    assert "?:" not in text, "a question needs no colon"
    with app.app_context():
        assert db.session.scalars(select(Submission.turn)).one() == "us"


def test_a_new_address_is_told_to_the_old_one_too(app: Flask, client: FlaskClient) -> None:
    path = file(app)
    assert post(client, path, "/change/you", {**walk.YOU, "contact_email": "other@example.org"}).status_code == 303
    assert [address for address, _ in letters(app, "common/details-changed")] == [
        "other@example.org",
        "j.armstrong@example.org",
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


def test_a_double_click_on_withdraw_withdraws_once(app: Flask, client: FlaskClient) -> None:
    path = file(app)
    token = walk.csrf_token(client.get(f"{path}/moves/withdraw").text)
    for _ in range(2):
        answer = client.post(f"{path}/moves/withdraw", data={"reason": "The meeting is off", "csrf_token": token})
        assert (answer.status_code, answer.location) == (303, path)
    assert "You withdrew this request" in client.get(path).text
    assert len(letters(app, "common/withdrawn")) == 1


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


def test_a_held_request_is_not_told_that_it_is_held(app: Flask, client: FlaskClient) -> None:
    page = client.get(file(app, held="too-fast")).text
    assert "We have your request" in page
    assert "review" not in page
    assert "too-fast" not in page
