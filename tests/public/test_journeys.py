"""From the first page to the acknowledgement in the outbox, for every kind of request; and what may go wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.extensions import db
from portal.submissions.models import Draft
from tests.conftest import csrf_token
from tests.public import walk
from tests.public.conftest import main_of
from tests.public.walk import ANSWERS, BRANCH, PATHS, Visitor, errors_on

KINDS = ("speaker", "twinning", "affiliation")
Rows = Callable[..., list[Any]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_request_goes_from_the_first_page_to_the_outbox(visitor: Visitor, rows: Rows, kind: str) -> None:
    first = visitor.client.get("/")
    assert f'href="{PATHS[kind]}"' in first.text
    begin = visitor.client.get(PATHS[kind])
    assert begin.location == f"{PATHS[kind]}/your-branch"
    page = visitor.ask(kind)
    assert page.status_code == 200
    received = {"speaker": "We have your request", "twinning": "We have your proposal"}.get(
        kind, "We have your affiliation"
    )
    assert f"<h1>Thank you, Jean Armstrong. {received}</h1>" in page.text
    assert f"<title>{received} – " in page.text
    assert "USC-1001" in page.text
    assert "j.armstrong@example.org" in page.text
    assert "We will write to you by" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert rows("SELECT kind, state, heading, held_reason FROM submissions") == [
        (kind, "received", "NUM Durham Area", None)
    ]
    letters = rows("SELECT to_address, template, state FROM outbox_emails ORDER BY id")
    assert letters[0] == ("j.armstrong@example.org", f"{kind}/received", "queued")


@pytest.mark.parametrize("kind", KINDS)
def test_all_answers_are_shown_before_they_are_sent_and_can_be_changed(visitor: Visitor, rows: Rows, kind: str) -> None:
    assert visitor.fill(kind).location == f"{PATHS[kind]}/check"
    page = visitor.client.get(f"{PATHS[kind]}/check")
    assert "NUM" in page.text
    assert "Durham Area" in page.text
    change = f"{PATHS[kind]}/your-branch?return=check"
    assert f'href="{change}#branch_name"' in page.text
    answer = visitor.post(change, {**BRANCH, "branch_name": "Easington Lodge"})
    assert answer.location == f"{PATHS[kind]}/check"
    assert "Easington Lodge" in visitor.client.get(answer.location).text
    visitor.send(kind)
    assert rows("SELECT branch_name FROM submissions") == [("Easington Lodge",)]


def test_what_was_typed_is_kept_even_where_it_does_not_hold(visitor: Visitor, rows: Rows) -> None:
    answer = visitor.post("/invite-a-speaker/meeting", {"date_1": "31 February 2027", "title": "Our <b>AGM</b>"})
    assert "<title>Error: " in answer.text
    assert errors_on(answer.text)
    assert 'value="31 February 2027"' in answer.text
    again = visitor.client.get("/invite-a-speaker/meeting")
    assert 'value="31 February 2027"' in again.text
    assert "Our &lt;b&gt;AGM&lt;/b&gt;" in again.text
    assert not errors_on(again.text)
    assert rows("SELECT steps_done FROM drafts") == [("[]",)]


def test_a_draft_outlives_the_application(make_app: Callable[..., Flask]) -> None:
    first = make_app()
    client = first.test_client()
    Visitor(client).fill("speaker", until="speaker")
    second = make_app()
    later = second.test_client()
    for name in ("draft-speaker", "session"):
        cookie = client.get_cookie(name)
        assert cookie is not None
        later.set_cookie(name, cookie.value)
    assert later.get("/invite-a-speaker").location == "/invite-a-speaker/speaker"
    assert 'value="January meeting"' in later.get("/invite-a-speaker/meeting").text
    visitor = Visitor(later)
    visitor.post("/invite-a-speaker/speaker", ANSWERS["speaker"]["speaker"])
    visitor.post("/invite-a-speaker/you", ANSWERS["speaker"]["you"])
    assert visitor.send("speaker").location == "/invite-a-speaker/sent"


def test_sending_twice_makes_one_request(visitor: Visitor, rows: Rows) -> None:
    visitor.fill("speaker")
    token = csrf_token(visitor.client.get("/invite-a-speaker/check").text)
    for _ in range(3):
        answer = visitor.client.post("/invite-a-speaker/check", data={"csrf_token": token})
        assert (answer.status_code, answer.location) == (303, "/invite-a-speaker/sent")
    assert rows("SELECT count(*) FROM submissions") == [(1,)]
    assert rows("SELECT count(*) FROM outbox_emails") == [(1,)]
    assert rows("SELECT steps_done FROM drafts") == [("[]",)]
    kept = str(rows("SELECT answers FROM drafts"))
    for typed in ("Armstrong", "Durham", "January", "Miners"):
        assert typed not in kept


def test_going_back_after_sending_leads_to_the_confirmation(visitor: Visitor, rows: Rows) -> None:
    visitor.ask("speaker")
    for path in ("check", "meeting", "you"):
        assert visitor.client.get(f"/invite-a-speaker/{path}").location == "/invite-a-speaker/sent"
    token = csrf_token(visitor.client.get("/find-my-request").text)
    answer = visitor.client.post("/invite-a-speaker/you", data={"csrf_token": token, **ANSWERS["speaker"]["you"]})
    assert answer.location == "/invite-a-speaker/sent"
    assert rows("SELECT count(*) FROM drafts") == [(1,)]


def test_a_second_request_begins_with_what_we_know(visitor: Visitor, rows: Rows) -> None:
    visitor.ask("speaker")
    page = visitor.client.get("/twin/your-branch").text
    assert 'value="Durham Area"' in page
    assert 'value="num" selected' in page
    you = visitor.client.get("/twin/you").text
    assert 'value="j.armstrong@example.org"' in you
    assert "checked" not in you[you.index('name="share"') : you.index('name="heard_from"')]
    visitor.ask("twinning")
    assert rows("SELECT count(*) FROM submissions") == [(2,)]


def test_a_second_request_of_the_same_kind_does_so_too(visitor: Visitor, rows: Rows) -> None:
    visitor.ask("speaker")
    assert visitor.client.get("/invite-a-speaker").location == "/invite-a-speaker/your-branch"
    assert 'value="Durham Area"' in visitor.client.get("/invite-a-speaker/your-branch").text
    visitor.fill("speaker", until="you", meeting={"title": "Our February meeting"})
    assert 'value="Jean Armstrong"' in visitor.client.get("/invite-a-speaker/you").text
    assert "January meeting" not in visitor.client.get("/invite-a-speaker/meeting").text
    visitor.ask("speaker")
    assert rows("SELECT count(*) FROM submissions") == [(2,)]


def test_nothing_is_filled_in_from_a_request_of_another_person(visitor: Visitor, app: Flask) -> None:
    visitor.ask("affiliation")
    stranger = Visitor(app.test_client())
    page = stranger.ask("affiliation", you={"contact_name": "Ann Other", "contact_email": "ann@example.org"})
    for path in ("/affiliate/sent", "/twin/you", "/twin/your-branch", "/affiliate/your-branch"):
        text = page.text + stranger.client.get(path).text
        assert "Armstrong" not in text
        assert "Thank you, Jean" not in text


def test_the_confirmation_knows_what_the_form_asked_for_besides(visitor: Visitor) -> None:
    page = visitor.ask("affiliation", fee={"also_wants": ["speaker"]}).text
    assert "You told us that you would also like: A speaker." in page
    assert "You told us that you would also like" not in visitor.ask("speaker").text


def test_another_browser_sees_no_confirmation(app: Flask, visitor: Visitor) -> None:
    visitor.ask("speaker")
    stranger = app.test_client()
    answer = stranger.get("/invite-a-speaker/sent")
    assert answer.status_code == 303
    assert "USC-1001" not in stranger.get(answer.location, follow_redirects=True).text


def test_a_draft_that_is_gone_leads_to_the_start_with_a_sentence(client: FlaskClient) -> None:
    client.set_cookie("draft-speaker", "of-long-ago")
    answer = client.get("/invite-a-speaker/check", follow_redirects=True)
    assert answer.status_code == 200
    assert "We no longer have your answers" in main_of(answer.text)


@pytest.mark.parametrize("start", ["", "/uk"])
def test_who_opens_the_confirmation_again_later_is_led_to_their_link(client: FlaskClient, start: str) -> None:
    answer = client.get(f"{start}/invite-a-speaker/sent", follow_redirects=True)
    assert answer.request.path == f"{start}/find-my-request"
    said = "Ваше посилання є в нашому листі" if start else "your link stands in our letter"
    assert said in answer.text
    assert ("begin again" in answer.text) is False


@pytest.mark.parametrize(("kind", "who"), [("speaker", ""), ("twinning", "lead"), ("affiliation", "treasurer")])
def test_the_question_of_the_language_says_whose_letters_it_decides_besides(
    visitor: Visitor, kind: str, who: str
) -> None:
    visitor.fill(kind, until="you")
    page = visitor.client.get(walk.url(kind, "you")).text
    assert (f"Our letters to your {who} come in this language too." in page) is bool(who)
    assert page.count("come in this language too") == bool(who)


def test_sending_a_draft_that_is_gone_leads_to_the_start(app: Flask, visitor: Visitor, rows: Rows) -> None:
    visitor.fill("speaker")
    token = csrf_token(visitor.client.get("/invite-a-speaker/check").text)
    with app.app_context():
        draft = db.session.scalars(db.select(Draft)).one()
        draft.updated_at = utc_now() - timedelta(hours=25)
        db.session.commit()
    answer = visitor.client.post("/invite-a-speaker/check", data={"csrf_token": token}, follow_redirects=True)
    assert answer.status_code == 200
    assert "We no longer have your answers" in answer.text
    assert rows("SELECT count(*) FROM submissions") == [(0,)]


def test_the_check_page_asks_for_a_missing_step(visitor: Visitor, rows: Rows) -> None:
    visitor.post("/invite-a-speaker/meeting", ANSWERS["speaker"]["meeting"])
    answer = visitor.client.get("/invite-a-speaker/check")
    assert answer.location == "/invite-a-speaker/your-branch?return=check"
    token = csrf_token(visitor.client.get(answer.location).text)
    sent = visitor.client.post("/invite-a-speaker/check", data={"csrf_token": token})
    assert sent.status_code == 303
    assert visitor.client.get(sent.location, follow_redirects=True).status_code == 200
    assert rows("SELECT count(*) FROM submissions") == [(0,)]


def test_an_answer_that_no_longer_holds_is_asked_for_again(visitor: Visitor, rows: Rows) -> None:
    visitor.fill("speaker", meeting={"meeting_format": "online"}, you={"contact_phone": ""})
    visitor.post("/invite-a-speaker/meeting?return=check", ANSWERS["speaker"]["meeting"])
    answer = visitor.client.get("/invite-a-speaker/check")
    assert answer.location == "/invite-a-speaker/you?return=check&look=1"
    page = visitor.client.get(answer.location)
    assert "Enter a phone number. The speaker may need to reach you on the day" in errors_on(page.text)
    token = csrf_token(page.text)
    sent = visitor.client.post("/invite-a-speaker/check", data={"csrf_token": token})
    assert sent.location == "/invite-a-speaker/you?return=check&look=1"
    assert rows("SELECT count(*) FROM submissions") == [(0,)]


def test_starting_again_empties_the_form(visitor: Visitor, rows: Rows) -> None:
    visitor.fill("speaker", until="speaker")
    answer = visitor.post("/invite-a-speaker/start-again", page="/invite-a-speaker/speaker")
    assert answer.location == "/invite-a-speaker"
    page = visitor.client.get(answer.location, follow_redirects=True).text
    assert "The form is empty again." in page
    assert "Durham Area" not in page.replace("For example Durham Area", "")
    assert rows("SELECT count(*) FROM drafts") == [(0,)]


def test_cookies_of_an_https_address_are_bound_to_it(make_app: Callable[..., Flask]) -> None:
    client = make_app(PUBLIC_URL="https://portal.example.org").test_client()
    page = client.get("/invite-a-speaker/your-branch", base_url="https://portal.example.org")
    answer = client.post(
        "/invite-a-speaker/your-branch",
        data={"csrf_token": csrf_token(page.text), **BRANCH},
        base_url="https://portal.example.org",
    )
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if "draft" in line)
    assert cookie.startswith("__Host-draft-speaker=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=86400"):
        assert part in cookie
    assert "Domain" not in cookie


def test_a_form_in_ukrainian_stays_in_ukrainian(visitor: Visitor, rows: Rows) -> None:
    assert visitor.client.get("/uk/twin").location == "/uk/twin/your-branch"
    assert visitor.fill("twinning", prefix="/uk", you={"language": "uk"}).location == "/uk/twin/check"
    assert visitor.send("twinning", prefix="/uk").location == "/uk/twin/sent"
    assert 'lang="uk"' in visitor.client.get("/uk/twin/sent").text[:200]
    assert rows("SELECT language FROM submissions") == [("uk",)]
    assert rows("SELECT language FROM outbox_emails") == [("uk",)]


def test_no_step_is_found_under_a_wrong_name(client: FlaskClient) -> None:
    token = csrf_token(client.get("/invite-a-speaker/your-branch").text)
    wrong = ("/invite-a-speaker/nothing", "/twin/meeting", "/uk/affiliate/speaker", "/speaker/you")
    hostile = ("x../../etc/passwd", "x%00", "your-branch%0d%0aX: y")
    for path in (*wrong, *(f"/invite-a-speaker/{name}" for name in hostile)):
        assert client.get(path).status_code == 404, path
        assert client.post(path, data={**BRANCH, "csrf_token": token}).status_code == 404, path
