"""A branch's own page: what it shows, what can be done from it, and what nobody else may see or do."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.models import Coordinator
from portal.clock import london_day, utc_now
from portal.emails import links
from portal.emails.models import PrivateLink
from portal.extensions import db
from portal.public import tracking
from portal.submissions import actions, answering, registry
from portal.submissions.actions import Mover
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor
from tests.conftest import counted, csrf_token
from tests.public.conftest import KIND_FACTS, main_of
from tests.public.walk import PATHS, Visitor, errors_on

Make = Callable[..., tuple[int, str]]
ASK = ("ask", {"question": "Is the hall step-free?"})
HELD = (
    ("offer", {"speaker_name": "Olha Savchenko", "speaker_email": "olha@example.org", "speaker_language": "en"}),
    (
        "confirm",
        {
            "confirmed_on": london_day(utc_now() - timedelta(days=1)).isoformat(),
            "confirmed_time": "19:00",
            "agreed": "By telephone",
        },
    ),
    ("held", {}, 2),
)
"""A meeting that was agreed two days ago, and held on the evening in between."""


@pytest.mark.parametrize("kind", sorted(PATHS))
def test_the_page_says_where_the_request_stands(client: FlaskClient, make_request: Make, kind: str) -> None:
    number, token = make_request(kind)
    page = client.get(f"/track/{token}")
    assert page.status_code == 200
    assert f"USC-{1000 + number}" in page.text
    assert "Hello Jean Armstrong. A coordinator will write to you by" in page.text
    assert "Durham Area" in main_of(page.text)
    assert "until 90 days" in page.text
    assert f'href="/track/{token}/change/your-branch#branch_name"' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]


def test_after_an_answer_the_page_speaks_of_it(visitor: Visitor, make_request: Make) -> None:
    _, token = make_request(moves=(ASK,))
    page = visitor.post(f"/track/{token}/answer", {"answer": "It is."}, page=f"/track/{token}", follow_redirects=True)
    assert "<h1>We have your answer</h1>" in page.text


def test_the_day_of_our_answer_stays_until_it_is_given(
    app: Flask, client: FlaskClient, visitor: Visitor, make_request: Make, make_coordinator: Callable[..., int]
) -> None:
    number, token = make_request("speaker")
    person = make_coordinator()
    said = visitor.post(f"/track/{token}/message", {"message": "Could it be online too?"}, follow_redirects=True)
    assert "We have your message. A coordinator will answer it." in said.text
    with app.app_context():
        by, request = (
            Mover(Actor.COORDINATOR, db.session.get_one(Coordinator, person)),
            db.session.get_one(Submission, number),
        )
        promised = tracking.progress.day(request.due_on)
        assert main_of(said.text).partition("<h2")[0].count(promised) == 1, "once: not in the notice above it too"
        actions.perform(db.session(), request, "start-matching", by=by, now=utc_now())
        db.session.commit()
    will = f"Maria Kovalenko is looking after your request. We will answer your message by {promised}."
    page = main_of(client.get(f"/track/{token}").text)
    assert will in page
    assert page.count(promised) == 1, "the step speaks of the speaker, not of our answer"
    with app.app_context():
        request = db.session.get_one(Submission, number)
        by = Mover(Actor.COORDINATOR, request.coordinator)
        actions.message_to_branch(db.session(), request, "Yes.", by=by, now=utc_now())
        db.session.commit()
    assert promised not in main_of(client.get(f"/track/{token}").text)


def test_a_message_that_needs_no_answer_is_promised_none(
    app: Flask, client: FlaskClient, visitor: Visitor, make_request: Make, make_coordinator: Callable[..., int]
) -> None:
    number, token = make_request("speaker")
    person = make_coordinator()
    visitor.post(f"/track/{token}/message", {"message": "We look forward to it."})
    with app.app_context():
        by, request = (
            Mover(Actor.COORDINATOR, db.session.get_one(Coordinator, person)),
            db.session.get_one(Submission, number),
        )
        actions.perform(db.session(), request, "start-matching", by=by, now=utc_now())
        assert answering.settle(db.session(), request, by=by, now=utc_now()) is not None
        db.session.commit()
    page = main_of(client.get(f"/track/{token}").text)
    assert "answer your message" not in page
    assert "Nothing more to answer" not in page


@pytest.mark.parametrize("is_assigned", [False, True])
def test_a_day_of_ours_that_has_gone_is_no_promise(
    client: FlaskClient,
    visitor: Visitor,
    make_coordinator: Callable[..., int],
    make_request: Make,
    app: Flask,
    is_assigned: bool,
) -> None:
    number, token = make_request("twinning", coordinator_id=make_coordinator() if is_assigned else None)
    visitor.post(f"/track/{token}/message", {"message": "Have you found a twin?"})
    with app.app_context():
        db.session.get_one(Submission, number).due_on = date(2026, 11, 20)
        db.session.commit()
    page = main_of(client.get(f"/track/{token}").text)
    assert "by Friday 20 November 2026. We are late, and we are sorry. Is it urgent?" in page
    assert not re.findall(r"(?:will|We) (?:write|answer)[^.]*20 November", page)


def test_a_step_that_is_late_says_so(app: Flask, client: FlaskClient, make_request: Make) -> None:
    number, token = make_request("twinning")
    with app.app_context():
        db.session.get_one(Submission, number).due_on = date(2026, 11, 20)
        db.session.commit()
    page = main_of(client.get(f"/track/{token}").text)
    assert "We said that we would write to you by Friday 20 November 2026. We are late, and we are sorry" in page


def test_who_looks_after_it_is_named(
    client: FlaskClient, make_coordinator: Callable[..., int], make_request: Make
) -> None:
    _, token = make_request(coordinator_id=make_coordinator())
    assert "Maria Kovalenko is looking after your request." in client.get(f"/track/{token}").text


def test_notes_and_assignments_stay_on_the_desk(app: Flask, client: FlaskClient, make_request: Make) -> None:
    number, token = make_request(moves=(ASK,))
    with app.app_context():
        submission = db.session.get_one(Submission, number)
        desk = Mover(Actor.COORDINATOR)
        actions.add_note(db.session, submission, "They never pay", by=desk, now=utc_now())
        db.session.commit()
    page = client.get(f"/track/{token}").text
    assert "They never pay" not in page
    assert "Is the hall step-free?" in page


def test_opening_links_changes_nothing(client: FlaskClient, make_request: Make, look: Callable[..., Any]) -> None:
    number, token = make_request(moves=(ASK,))
    before = look(number, "state", "version", "turn")
    for path in ("", "/moves/withdraw", "/message", "/change/meeting"):
        assert client.get(f"/track/{token}{path}").status_code == 200
    for path in ("/answer", "/send-link"):
        assert client.get(f"/track/{token}{path}").status_code in (404, 405)
    assert look(number, "state", "version", "turn") == before


def test_answering_the_question(
    visitor: Visitor, make_request: Make, look: Callable[..., Any], rows: Callable[..., list[Any]]
) -> None:
    number, token = make_request(moves=(ASK,))
    page = f"/track/{token}"
    wrong = visitor.post(f"{page}/answer", {"answer": " "}, page=page)
    assert wrong.status_code == 422
    assert errors_on(wrong.text) == ["Write an answer under “Your answer”"]
    assert visitor.post(f"{page}/answer", {"answer": "Yes, and there is a lift."}, page=page).location == page
    assert look(number, "state", "turn", "question") == ("received", "us", "")
    assert "Yes, and there is a lift." in visitor.client.get(page).text
    letters = rows("SELECT template FROM outbox_emails ORDER BY id")
    assert letters[-1] == ("common/answer-received",)


def test_a_second_press_of_the_answer_button_is_forgiven(
    visitor: Visitor, make_request: Make, rows: Callable[..., list[Any]]
) -> None:
    _, token = make_request(moves=(ASK,))
    page = f"/track/{token}"
    form = {"csrf_token": csrf_token(visitor.client.get(page).text), "answer": "Yes."}
    for _ in range(2):
        assert visitor.client.post(f"{page}/answer", data=form).status_code == 303
    assert rows("SELECT count(*) FROM events WHERE transition = 'answer'") == [(1,)]
    assert rows("SELECT count(*) FROM outbox_emails WHERE template = 'common/answer-received'") == [(1,)]


def test_a_request_that_has_moved_on_says_so_and_keeps_the_words(
    app: Flask, visitor: Visitor, make_request: Make
) -> None:
    number, token = make_request(moves=(ASK,))
    page = f"/track/{token}"
    form = {"csrf_token": csrf_token(visitor.client.get(page).text), "answer": "Yes, it is."}
    with app.app_context():
        submission = db.session.get_one(Submission, number)
        actions.perform(db.session, submission, "go-on", by=Mover(Actor.COORDINATOR), now=utc_now())
        db.session.commit()
    answer = visitor.client.post(f"{page}/answer", data=form)
    assert answer.status_code == 409
    assert "Your request has moved on" in answer.text
    assert "Yes, it is." in answer.text


def test_withdrawing_with_a_reason(visitor: Visitor, make_request: Make, look: Callable[..., Any]) -> None:
    number, token = make_request()
    assert f'href="/track/{token}/moves/withdraw"' in visitor.client.get(f"/track/{token}").text
    answer = visitor.post(f"/track/{token}/moves/withdraw", {"reason": "The hall burnt down"})
    assert answer.location == f"/track/{token}"
    assert look(number, "state", "is_open") == ("withdrawn", False)
    page = visitor.client.get(f"/track/{token}").text
    assert "You withdrew this request" in page
    assert "The hall burnt down" in page
    assert "/change/" not in page


@pytest.mark.parametrize(
    ("kind", "language", "said", "heading"),
    [
        ("speaker", "en", "recorded for you by Maria Kovalenko", "This request was withdrawn"),
        ("twinning", "en", "recorded for you by Maria Kovalenko", "This proposal was withdrawn"),
        ("affiliation", "en", "recorded for you by Maria Kovalenko", "This affiliation was withdrawn"),
        ("speaker", "uk", "записано від вашого імені, координатор: Maria Kovalenko", "Цей запит відкликано"),
        ("twinning", "uk", "записано від вашого імені, координатор: Maria Kovalenko", "Цю пропозицію відкликано"),
        ("affiliation", "uk", "записано від вашого імені, координатор: Maria Kovalenko", "Цю заяву відкликано"),
    ],
)
def test_what_a_coordinator_did_for_the_branch_is_not_said_to_be_its_own_act(
    app: Flask,
    visitor: Visitor,
    make_request: Make,
    make_coordinator: Callable[..., int],
    kind: str,
    language: str,
    said: str,
    heading: str,
) -> None:
    maria = make_coordinator()
    number, token = make_request(kind, language=language)
    with app.app_context():
        desk = Mover(Actor.COORDINATOR, db.session.get_one(Coordinator, maria))
        actions.perform(db.session, db.session.get_one(Submission, number), "withdraw", by=desk, now=utc_now())
        db.session.commit()
    page = main_of(visitor.client.get(f"/track/{token}").text)
    assert f"<h1>{heading}</h1>" in page
    assert said in page
    assert (
        "The campaign recorded this for you." if language == "en" else "Кампанія записала це від вашого імені."
    ) in page
    assert "You withdrew" not in page
    assert "Ви відкликали" not in page


def test_every_state_that_names_the_branch_as_its_maker_has_other_words_too() -> None:
    named = {
        state.situation
        for kind in registry.kinds()
        for state in kind.workflow.states
        if state.is_final and re.match(r"You [a-z]+ed|You withdrew", state.situation)
    }
    assert named == set(tracking.NOT_BY_YOU)


def test_a_closed_request_is_not_changed_any_more(visitor: Visitor, make_request: Make) -> None:
    _, token = make_request(moves=(("decline", {"reason": "Too far"}),))
    assert visitor.client.get(f"/track/{token}/change/you").location == f"/track/{token}"
    token_of_form = csrf_token(visitor.client.get("/find-my-request").text)
    answer = visitor.client.post(f"/track/{token}/change/you", data={"csrf_token": token_of_form, "contact_name": "X"})
    assert answer.status_code == 409


def test_a_message_makes_it_our_turn_and_counts_once(
    visitor: Visitor, make_request: Make, look: Callable[..., Any], rows: Callable[..., list[Any]]
) -> None:
    number, token = make_request(moves=(ASK,))
    path = f"/track/{token}/message"
    assert visitor.post(path, {"message": "  "}).status_code == 422
    for _ in range(2):
        answer = visitor.post(path, {"message": "We moved to the <b>Miners’ Hall</b>."})
        assert answer.location == f"/track/{token}"
    assert look(number, "turn") == "us"
    assert rows("SELECT text FROM events WHERE name = 'message'") == [("We moved to the <b>Miners’ Hall</b>.",)]
    assert rows("SELECT count(*) FROM outbox_emails WHERE template = 'common/message-received'") == [(1,)]
    assert "&lt;b&gt;Miners’ Hall" in visitor.client.get(f"/track/{token}").text


def test_the_report_after_a_meeting(visitor: Visitor, make_request: Make, look: Callable[..., Any]) -> None:
    number, token = make_request(moves=HELD, now=utc_now() - timedelta(days=2))
    assert "Tell us how it went" in visitor.client.get(f"/track/{token}").text
    path = f"/track/{token}/moves/report"
    assert visitor.post(path, {"attended": "many"}).status_code == 422
    assert visitor.post(path, {"attended": "about 40", "outcome": "The motion was carried"}).status_code == 303
    # The speaker is heard as well before it closes: see test_report.
    assert look(number, "state", "turn") == ("held", "speaker")
    assert look(number, "attended", "outcome") == (40, "The motion was carried")
    page = visitor.client.get(f"/track/{token}").text
    assert "You have told us how it went. You can still change it." in page
    assert "Change what you told us" in page


def test_a_motion_that_was_carried(visitor: Visitor, make_request: Make, look: Callable[..., Any]) -> None:
    number, token = make_request("affiliation", moves=(("await-decision", {}),))
    assert "Our motion was carried" in visitor.client.get(f"/track/{token}").text
    answer = visitor.post(f"/track/{token}/moves/carried", {"decided_on": "1 October 2026"})
    assert answer.status_code == 303
    assert look(number, "state", "decision") == ("received", "carried")


def test_a_branch_makes_its_own_moves_only(visitor: Visitor, make_request: Make, look: Callable[..., Any]) -> None:
    number, token = make_request()
    typed = {"csrf_token": csrf_token(visitor.client.get(f"/track/{token}").text), "reason": "x", "question": "x"}
    for name in ("decline", "confirm", "ask", "start-matching", "nonsense"):
        assert visitor.client.get(f"/track/{token}/moves/{name}").status_code == 404, name
        assert visitor.client.post(f"/track/{token}/moves/{name}", data=typed).status_code == 404, name
    assert look(number, "state") == "received"


def test_the_link_is_sent_again_to_the_address_on_file(
    make_app: Callable[..., Flask], make_request: Make, rows: Callable[..., list[Any]]
) -> None:
    _, token = make_request()
    visitor = Visitor(make_app(LIMIT_RESEND_LINK="1 per hour").test_client())
    page = f"/track/{token}"
    assert visitor.post(f"{page}/send-link", {"email": "thief@example.org"}, page=page).location == page
    letters = rows("SELECT to_address, template FROM outbox_emails ORDER BY id")
    assert letters[-1] == ("j.armstrong@example.org", "common/your-link")
    assert visitor.post(f"{page}/send-link", page=page).status_code == 429


def test_without_a_good_token_nothing_is_done_and_what_was_typed_stays(
    client: FlaskClient, make_request: Make, rows: Callable[..., list[Any]]
) -> None:
    _, token = make_request(moves=(ASK,))
    before = rows("SELECT count(*) FROM events"), rows("SELECT count(*) FROM outbox_emails")
    typed = {"answer": "typed text", "reason": "typed text", "message": "typed text", "contact_name": "typed text"}
    for path in ("answer", "moves/withdraw", "message", "change/you", "send-link"):
        for bad in ("", "of another"):
            answer = client.post(f"/track/{token}/{path}", data={**typed, "csrf_token": bad})
            assert answer.status_code == 400, path
            assert "Your page was open for a long time." in answer.text, path
            assert path == "send-link" or "typed text" in answer.text, path
    assert (rows("SELECT count(*) FROM events"), rows("SELECT count(*) FROM outbox_emails")) == before


def test_every_link_that_was_never_of_a_page_looks_the_same(
    app: Flask, client: FlaskClient, make_request: Make
) -> None:
    number, token = make_request()
    _, closed = make_request(
        moves=(("decline", {"reason": "No"}),), closed_at=utc_now() - timedelta(days=91), now=utc_now()
    )
    _, lately_closed = make_request(moves=(("decline", {"reason": "No"}),), closed_at=utc_now() - timedelta(days=89))
    with app.app_context():
        other_purpose = links.token_of(links.issue(db.session, "offer", number, utc_now()))
        expired = PrivateLink(
            purpose="track", subject_id=number, nonce="n" * 32, key_id="1", created_at=utc_now(), generation=9
        )
        expired.expires_at = utc_now() - timedelta(seconds=1)
        expired.token_hash = links._hash(links.token_of(expired))
        db.session.add(expired)
        db.session.commit()
        over = links.token_of(expired)
    pages = set()
    for each in ("x", "A" * 22, other_purpose, token[:-1]):
        pages.add(client.get(f"/track/{each}").text.replace(each + "?lang", "?lang"))
    assert client.get("/track/é").status_code == client.get(f"/track/{over}").status_code == 404
    assert len(pages) == 1
    assert "This link does not work" in pages.pop()
    ended = client.get(f"/track/{closed}")
    assert ended.status_code == 404
    assert "closed more than 90 days ago" in ended.text
    assert client.get(f"/track/{lately_closed}").status_code == 200
    with app.app_context():
        links.revoke(
            db.session.scalars(db.select(PrivateLink).where(PrivateLink.subject_id == number)).first(), utc_now()
        )
        db.session.commit()
    assert client.get(f"/track/{token}").status_code == 404
    assert "/find-my-request" in client.get(f"/track/{token}").text


def test_a_link_shows_its_own_request_only(client: FlaskClient, make_request: Make) -> None:
    make_request(contact_name="Ann Other", heading="UCU Leeds", branch_name="Leeds", contact_email="ann@example.org")
    _, token = make_request()
    page = client.get(f"/track/{token}").text
    for secret in ("Ann", "Leeds", "ann@example.org", "USC-1001"):
        assert secret not in page


def test_the_page_speaks_the_language_of_the_branch(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request(language="uk")
    assert '<html lang="uk">' in client.get(f"/track/{token}").text
    assert '<html lang="en">' in client.get(f"/track/{token}?lang=en").text
    assert '<html lang="uk">' in client.get(f"/track/{token}").text
    assert '<html lang="uk">' in client.get(f"/track/{token}?lang=<script>").text


def test_the_speaker_is_named_to_the_branch_only_once_confirmed(client: FlaskClient, make_request: Make) -> None:
    _, asked = make_request(moves=HELD[:1])
    assert "Savchenko" not in client.get(f"/track/{asked}").text


@pytest.mark.parametrize("kind", sorted(KIND_FACTS))
def test_the_page_asks_the_database_six_times_at_most(client: FlaskClient, make_request: Make, kind: str) -> None:
    _, token = make_request(kind)
    client.get("/")
    with counted() as one:
        client.get(f"/track/{token}")
    for _ in range(3):
        make_request(kind)
    _, busy = make_request(kind, moves=(ASK,))
    # What every page asks for is read again after something was written: another page does it here.
    client.get("/")
    with counted() as more:
        client.get(f"/track/{busy}")
    assert len(more) <= len(one) <= 6, more


@pytest.mark.parametrize(("page", "most"), [("message", 3), ("moves/withdraw", 4), ("change/meeting", 4)])
def test_what_can_be_done_from_it_asks_the_database_little(
    client: FlaskClient, make_request: Make, page: str, most: int
) -> None:
    _, token = make_request()
    client.get("/")
    with counted() as asked:
        assert client.get(f"/track/{token}/{page}").status_code == 200
    assert len(asked) <= most, asked


@pytest.mark.parametrize("name", ["The Secretary", "Dr Olena Tkach"])
def test_nobody_is_greeted_by_the_first_word_of_a_name(client: FlaskClient, make_request: Make, name: str) -> None:
    _, token = make_request("speaker", contact_name=name)
    assert f"Hello {name}." in client.get(f"/track/{token}").text


def test_a_meeting_that_was_held_has_no_other_day(app: Flask, client: FlaskClient, make_request: Make) -> None:
    number, token = make_request("speaker", meeting_on=london_day(utc_now()) - timedelta(days=1))
    with app.app_context():
        db.session.get_one(Submission, number).state = "held"
        db.session.commit()
    page = client.get(f"/track/{token}").text
    assert f"/track/{token}/change/you" in page
    assert f"/track/{token}/change/meeting" not in page
    assert client.get(f"/track/{token}/change/meeting").status_code == 302
