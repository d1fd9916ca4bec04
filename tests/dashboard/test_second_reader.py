"""Letters that a second coordinator reads, through the pages of both."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.clock import london_day, utc_now
from portal.emails import links
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import actions
from portal.submissions.dates import understand_date
from portal.submissions.day_words import by_in_words_of
from portal.submissions.history import Mover
from portal.submissions.models import Event, Submission
from portal.submissions.promises import working_days_after
from portal.submissions.workflow import Actor
from tests.dashboard.conftest import Page, boxes, post_all

WAITING = "/dashboard/mail/second-reader"
ONE = f"{WAITING}/1"


@pytest.fixture
def other(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """Taras, signed in."""
    return sign_in("coordinator", "taras@example.org", "Taras Melnyk")


def hold(client: FlaskClient, number: int, **typed: Any) -> TestResponse:
    """Make the first move of a request, with its letters for a second reader."""
    path = f"/dashboard/requests/{number}/moves/start-matching"
    return post_all(client, path, client.get(path).text, **{"second-reader": "yes", **typed})


def ask(client: FlaskClient, number: int) -> None:
    """Ask the branch a question, with its letter for a second reader."""
    path = f"/dashboard/requests/{number}/moves/ask"
    asked = {"question": "Has your hall a screen?", "second-reader": "yes"}
    written = post_all(client, path, client.get(path).text, **asked).text
    assert post_all(client, path, written, **{"second-reader": "yes", "step": "send"}).status_code == 303


@pytest.fixture
def held(coordinator: FlaskClient, other: FlaskClient, make_request: Callable[..., int]) -> int:
    """A request whose letter waits for Taras."""
    number = make_request("speaker")
    assert hold(coordinator, number, **{"subject-0": "My own subject"}).status_code == 303
    return number


@pytest.fixture
def letter(rows: Callable[..., list[Any]]) -> Callable[[], list[tuple[str, str]]]:
    """State and subject of the letters of the move, oldest first."""

    def read() -> list[tuple[str, str]]:
        return rows("SELECT state, subject FROM outbox_emails WHERE template = 'speaker/matching' ORDER BY id")

    return read


def test_a_letter_waits_is_read_and_leaves(
    coordinator: FlaskClient, other: FlaskClient, held: int, letter: Callable[[], Any], look: Callable[..., Any]
) -> None:
    assert look(held, "state") == "matching"
    assert letter() == [("held", "My own subject")]
    page = coordinator.get(f"/dashboard/requests/{held}").text
    assert "Its letter waits for a second reader." in page
    assert "Letters wait for a second reader" in page
    listed = other.get(WAITING).text
    assert f'href="{ONE}"' in listed
    assert "Maria Kovalenko" in listed
    day = other.get("/dashboard/my-day").text
    assert "asks for a second reader" in day
    assert f'href="{ONE}"' in other.get(re.findall(r'href="(/dashboard/tasks/\d+)"', day)[0]).text
    assert "asks for a second reader" not in coordinator.get("/dashboard/my-day").text
    read = Page(other, ONE)
    assert "My own subject" in read.text
    assert "[their private link]" in read.text
    answer = read.post(f"{ONE}/approve")
    assert "Taras Melnyk approved these letters. They may leave now" in other.get(answer.location).text
    assert letter() == [("queued", "My own subject")]
    assert "No letter waits for a second reader" in other.get(WAITING).text
    assert "asks for a second reader" not in other.get("/dashboard/my-day").text


def test_a_branch_reads_meanwhile_who_looks_after_it_and_by_when_we_had_promised_to_write(
    coordinator: FlaskClient,
    other: FlaskClient,
    make_request: Callable[..., int],
    look: Callable[..., Any],
    rows: Callable[..., list[Any]],
    app: Flask,
) -> None:
    number, day = make_request("speaker"), working_days_after(london_day(utc_now()), 1)
    with app.app_context():
        db.session.get_one(Submission, number).due_on = day
        path = links.path_of(links.issue(db.session(), "track", number, utc_now()))
        db.session.commit()
    hold(coordinator, number)
    assert look(number, "due_on") != day
    who = "Maria Kovalenko is looking after your request."
    promise = f"We will write to you by {by_in_words_of(day, 'en')}. You do not need to do anything now."
    assert f"{who} {promise}" in coordinator.get(path).text
    assert rows("SELECT DISTINCT due_on FROM tasks WHERE reason = 'approval'") == [(str(day),)]
    back = Page(other, ONE).post(f"{ONE}/send-back", note="Warmer, please.")
    assert back.status_code == 303
    assert promise in coordinator.get(path).text
    mended = coordinator.get(ONE).text
    post_all(coordinator, f"{ONE}/again", mended, **{"second-reader": "yes"})
    page = coordinator.get(path).text
    assert promise in page, "although a second reader has them once more"
    assert "We started looking for a speaker" not in page
    with app.app_context():
        line = db.session.scalars(select(Event).where(Event.name == "letters-held").order_by(Event.id.desc())).first()
        assert line is not None
        line.data = {"promised": "2026-01-15"}
        db.session.commit()
    assert "We said that we would write to you by Thursday 15 January 2026. We are late" in coordinator.get(path).text


def test_the_task_to_read_letters_is_done_by_deciding_alone(
    other: FlaskClient, held: int, rows: Callable[..., list[Any]]
) -> None:
    [[number]] = rows("SELECT id FROM tasks WHERE reason = 'approval'")
    task = Page(other, f"/dashboard/tasks/{number}")
    assert "Decide on the letters: that finishes the task." in task.text
    assert "It is done" not in task.text
    answer = task.post(outcome="I have no time.")
    assert "Decide on the letters: that finishes the task" in answer.text
    assert "I have no time." in answer.text
    assert rows("SELECT count(*) FROM tasks WHERE done_at IS NULL") == [(1,)]
    Page(other, ONE).post(f"{ONE}/approve")
    assert rows("SELECT count(*) FROM tasks WHERE done_at IS NULL") == [(0,)]


def test_the_task_to_read_letters_is_not_given_to_who_wrote_them(
    other: FlaskClient, held: int, rows: Callable[..., list[Any]]
) -> None:
    [[number, owner]] = rows("SELECT id, coordinator_id FROM tasks WHERE reason = 'approval'")
    [[author]] = rows("SELECT asked_by_id FROM approvals")
    task = Page(other, f"/dashboard/tasks/{number}")
    task.post(f"{task.path}/owner", to=str(author), was=str(owner))
    assert "nobody reads their own" in other.get(task.path).text
    assert rows("SELECT coordinator_id FROM tasks WHERE reason = 'approval'") == [(owner,)]


def test_without_the_tick_letters_leave_as_ever(
    coordinator: FlaskClient, other: FlaskClient, make_request: Callable[..., int], letter: Callable[[], Any]
) -> None:
    path = f"/dashboard/requests/{make_request('speaker')}/moves/start-matching"
    page = coordinator.get(path).text
    assert "Taras Melnyk can read it. You cannot" in page
    assert post_all(coordinator, path, page).status_code == 303
    assert [state for state, _ in letter()] == ["queued"]


def test_the_tick_stays_when_something_else_is_wrong(
    coordinator: FlaskClient, other: FlaskClient, make_request: Callable[..., int], letter: Callable[[], Any]
) -> None:
    page = hold(coordinator, make_request("speaker"), **{"subject-0": ""})
    assert "Enter a subject" in page.text
    assert 'value="yes" checked' in page.text
    assert letter() == []


def test_a_letter_that_waits_stands_under_one_heading(
    coordinator: FlaskClient, held: int, rows: Callable[..., list[Any]]
) -> None:
    pill = re.compile(r'>(Held for review|For a second reader) <b class="pill__count">([0-9]+)</b>')
    for path in ("/dashboard/mail?show=held", WAITING):
        page = coordinator.get(path).text
        assert dict(pill.findall(page)) == {"Held for review": "0", "For a second reader": "1"}, path
    assert "My own subject" not in coordinator.get("/dashboard/mail?show=held").text
    ((number,),) = rows("SELECT id FROM outbox_emails WHERE subject = 'My own subject'")
    letter = coordinator.get(f"/dashboard/mail/{number}").text
    assert '<span class="tag tag--branch">For a second reader</span>' in letter
    assert "Email held for a second reader:" in coordinator.get(f"/dashboard/requests/{held}").text


def test_an_approved_letter_that_a_restored_backup_holds_is_held_for_itself(
    app: Flask, coordinator: FlaskClient, other: FlaskClient, held: int
) -> None:
    Page(other, ONE).post(f"{ONE}/approve")
    with app.app_context():
        db.session.execute(db.text("UPDATE outbox_emails SET state = 'held', next_try_at = NULL"))
        db.session.commit()
    page = coordinator.get("/dashboard/mail?show=held").text
    assert re.search(r'Held for review <b class="pill__count">2</b>', page)
    assert "My own subject" in page


def test_nobody_approves_letters_of_their_own(coordinator: FlaskClient, held: int, letter: Callable[[], Any]) -> None:
    page = Page(coordinator, ONE)
    assert "nobody approves their own letters" in page.text
    assert "Let the letter leave" not in page.text
    for act in ("approve", "send-back"):
        answer = page.post(f"{ONE}/{act}", note="Mine")
        told = coordinator.get(answer.location).text if answer.status_code == 303 else answer.text
        assert "Nobody decides on letters of their own" in told
    assert [state for state, _ in letter()] == ["held"]


def test_no_page_lets_a_letter_go_that_waits(coordinator: FlaskClient, held: int, letter: Callable[[], Any]) -> None:
    page = Page(coordinator, "/dashboard/mail/2")
    assert "Let it go" not in page.text
    assert f'href="{ONE}"' in page.text
    assert page.client.post("/dashboard/mail/2/release", data=Page(coordinator, ONE).hidden()).status_code == 404
    assert [state for state, _ in letter()] == ["held"]


def test_letters_come_back_with_a_note_and_are_mended(
    coordinator: FlaskClient, other: FlaskClient, held: int, letter: Callable[[], Any]
) -> None:
    read = Page(other, ONE)
    assert "Say what should be different" in read.post(f"{ONE}/send-back", note=" ").text
    answer = read.post(f"{ONE}/send-back", note="Thank them <b>first</b>.")
    assert "They are back with Maria Kovalenko. No letter has left." in other.get(answer.location).text
    assert letter() == [("cancelled", "My own subject")]
    assert "Taras Melnyk sent back your letters" in coordinator.get("/dashboard/my-day").text
    page = coordinator.get(ONE).text
    assert "Thank them &lt;b&gt;first&lt;/b&gt;." in page
    assert boxes(page)["subject-0"] == "My own subject"
    assert "{private link}" in boxes(page)["body-0"]
    wrong = post_all(coordinator, f"{ONE}/again", page, **{"subject-0": "", "body-0": "Kept {private link}"})
    assert "Enter a subject" in wrong.text
    assert boxes(wrong.text)["body-0"] == "Kept {private link}"
    mended = post_all(coordinator, f"{ONE}/again", wrong.text, **{"subject-0": "Thank you"})
    assert mended.status_code == 303
    assert letter() == [("cancelled", "My own subject"), ("queued", "Thank you")]
    assert "sent back your letters" not in coordinator.get("/dashboard/my-day").text
    twice = post_all(coordinator, f"{ONE}/again", wrong.text, **{"subject-0": "Once more"})
    assert twice.status_code == 409
    assert boxes(twice.text)["subject-0"] == "Once more"
    assert len(letter()) == 2


def amend(client: FlaskClient, number: int) -> None:
    """Another step of the request, made on another page."""
    path = f"/dashboard/requests/{number}/moves/ask"
    page = client.get(path).text
    letters = post_all(client, path, page, question="Has your hall a screen?").text
    assert post_all(client, path, letters, step="send").status_code == 303


def test_letters_do_not_leave_unseen_where_the_request_has_moved_on(
    coordinator: FlaskClient, other: FlaskClient, held: int, letter: Callable[[], Any]
) -> None:
    read = Page(other, ONE)
    assert "moved on or was corrected" not in read.text
    amend(coordinator, held)
    told = other.get(read.post(f"{ONE}/approve").location).text
    assert "The request has changed since you opened this page" in told
    assert "moved on or was corrected since these letters were written, so they cannot leave as they are" in told
    assert f"{ONE}/approve" not in told
    answer = Page(other, ONE).post(f"{ONE}/approve")
    assert "so they cannot leave as they are" in other.get(answer.location).text
    assert letter() == [("held", "My own subject")]
    assert Page(other, ONE).post(f"{ONE}/not-needed", why="Maria has asked them something else").status_code == 303
    assert letter() == [("cancelled", "My own subject")]
    assert "moved on or was corrected" not in other.get(ONE).text


def test_letters_that_came_back_are_not_sent_unseen_either(
    coordinator: FlaskClient, other: FlaskClient, held: int, letter: Callable[[], Any]
) -> None:
    Page(other, ONE).post(f"{ONE}/send-back", note="Warmer, please.")
    page = coordinator.get(ONE).text
    assert "moved on or was corrected" not in page
    amend(other, held)
    refused = post_all(coordinator, f"{ONE}/again", page, **{"subject-0": "Warm"})
    assert refused.status_code == 409
    assert "so these letters can never leave" in refused.text
    assert "they can never leave. Say that they are not needed" in coordinator.get("/dashboard/my-day").text
    assert "What you typed has not left" in refused.text
    assert "Warm" in refused.text
    assert "subject-0" not in boxes(refused.text)
    for typed in ({}, {"as-of": "99"}, boxes(page)):
        assert post_all(coordinator, f"{ONE}/again", refused.text, **typed).status_code == 409
    assert letter() == [("cancelled", "My own subject")]


def test_letters_are_written_anew_where_a_fact_was_corrected(
    coordinator: FlaskClient,
    other: FlaskClient,
    held: int,
    letter: Callable[[], Any],
    rows: Callable[..., list[Any]],
    app: Flask,
) -> None:
    Page(other, ONE).post(f"{ONE}/send-back", note="Warmer, please.")
    page = coordinator.get(ONE).text
    with app.app_context():
        submission = db.session.get_one(Submission, held)
        name = {"contact_name": "Morag Baird"}
        actions.amend(db.session(), submission, name, by=Mover(Actor.COORDINATOR), now=utc_now())
        db.session.commit()
    refused = post_all(coordinator, f"{ONE}/again", page, **{"subject-0": "Warm"})
    assert refused.status_code == 409
    assert "so they cannot leave as they are" in refused.text
    assert "written anew from what holds today" in refused.text
    assert "Dear Morag Baird" in boxes(refused.text)["body-0"]
    assert post_all(coordinator, f"{ONE}/again", refused.text).status_code == 303
    assert letter()[-1][0] == "queued"
    assert "Dear Morag Baird" in rows("SELECT text FROM outbox_emails ORDER BY id DESC LIMIT 1")[0][0]


def test_nothing_is_announced_that_waits_for_the_second_reader(
    coordinator: FlaskClient, other: FlaskClient, make_request: Callable[..., int]
) -> None:
    ask(coordinator, make_request("speaker"))
    path = "/dashboard/requests/1"
    held = coordinator.get(path).text
    assert "Nobody outside has been told yet." in held
    assert "It is the branch’s turn." not in held
    assert "Reminder to the branch: our question" not in held
    Page(other, ONE).post(f"{ONE}/approve")
    gone = coordinator.get(path).text
    assert "It is the branch’s turn." in gone
    assert "Reminder to the branch: our question" in gone


def test_letters_whose_day_has_passed_are_written_anew(
    coordinator: FlaskClient,
    other: FlaskClient,
    make_request: Callable[..., int],
    rows: Callable[..., list[Any]],
    app: Flask,
) -> None:
    ask(coordinator, make_request("speaker"))
    page = Page(other, ONE)
    assert "Let the letter leave" in page.text
    today = london_day(utc_now())
    with app.app_context():
        email = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "common/question")).one()
        email.queued_at -= timedelta(days=7)
        yesterday = by_in_words_of(today - timedelta(days=1), "en")
        email.text = re.sub(r"answer by [\w ]+ 20\d\d", f"answer by {yesterday}", email.text)
        db.session.commit()
    assert "Let the letter leave" not in Page(other, ONE).text
    told = other.get(page.post(f"{ONE}/approve").location).text
    assert "so they cannot leave as they are" in told
    assert rows("SELECT state FROM outbox_emails WHERE template = 'common/question'") == [("held",)]
    Page(other, ONE).post(f"{ONE}/send-back", note="Its day has passed.")
    anew = coordinator.get(ONE).text
    assert "written anew from what holds today" in anew
    promised = re.search(r"answer by \w+ (\d+ \w+ \d+)", boxes(anew)["body-0"])
    assert promised is not None
    assert understand_date(promised[1], today) > today
    assert post_all(coordinator, f"{ONE}/again", anew).status_code == 303
    assert rows("SELECT state FROM outbox_emails WHERE template = 'common/question'") == [("cancelled",), ("queued",)]


def test_mended_letters_may_be_read_once_more(
    coordinator: FlaskClient, other: FlaskClient, held: int, letter: Callable[[], Any]
) -> None:
    Page(other, ONE).post(f"{ONE}/send-back", note="Warmer, please.")
    page = coordinator.get(ONE).text
    assert 'value="yes" checked' in page
    answer = post_all(coordinator, f"{ONE}/again", page, **{"second-reader": "yes", "subject-0": "Warm"})
    assert "wait for a second reader" in coordinator.get(answer.location).text
    assert letter()[-1] == ("held", "Warm")
    assert Page(other, f"{WAITING}/2").post(f"{WAITING}/2/approve").status_code == 303
    assert letter()[-1] == ("queued", "Warm")


def test_the_writer_takes_letters_back_and_sends_them_alone(
    coordinator: FlaskClient, held: int, letter: Callable[[], Any]
) -> None:
    answer = Page(coordinator, ONE).post(f"{ONE}/take-back")
    page = coordinator.get(answer.location).text
    assert "Maria Kovalenko took these letters back" in page
    assert letter() == [("cancelled", "My own subject")]
    assert post_all(coordinator, f"{ONE}/again", page).status_code == 303
    assert letter()[-1] == ("queued", "My own subject")


def test_who_decides_second_is_told_and_keeps_the_note(
    sign_in: Callable[..., FlaskClient], other: FlaskClient, held: int, letter: Callable[[], Any]
) -> None:
    ada = sign_in("admin", name="Ada Bevan")
    late = Page(ada, ONE)
    Page(other, ONE).post(f"{ONE}/approve")
    answer = late.post(f"{ONE}/send-back", note="I would have said this.")
    assert answer.status_code == 409
    assert "Somebody was faster" in answer.text
    assert boxes(answer.text)["note"] == "I would have said this."
    assert "Somebody was faster" in ada.get(late.post(f"{ONE}/approve").location).text
    assert [state for state, _ in letter()] == ["queued"]


def test_who_is_alone_is_told_that_a_second_account_is_needed(
    coordinator: FlaskClient, make_request: Callable[..., int], letter: Callable[[], Any], look: Callable[..., Any]
) -> None:
    number = make_request("speaker")
    page = coordinator.get(f"/dashboard/requests/{number}/moves/start-matching").text
    assert "yours is the only account that works on the desk" in page
    assert 'type="checkbox"' not in page
    refused = hold(coordinator, number)
    assert "There is nobody else on the desk any more who could read the letters" in refused.text
    assert look(number, "state") == "received"
    assert letter() == []


def test_letters_are_stranded_by_nobody_leaving(
    app: Flask, coordinator: FlaskClient, held: int, letter: Callable[[], Any]
) -> None:
    with app.app_context():
        db.session.execute(db.text("UPDATE coordinators SET active = 0 WHERE email = 'taras@example.org'"))
        db.session.commit()
    page = Page(coordinator, ONE)
    assert "Nobody else can read them" in page.text
    assert page.post(f"{ONE}/take-back").status_code == 303
    assert [state for state, _ in letter()] == ["cancelled"]


def test_viewers_and_strange_numbers_see_nothing(sign_in: Callable[..., FlaskClient], held: int) -> None:
    viewer = sign_in("viewer", name="Vera Lysenko")
    for path in (WAITING, ONE):
        assert viewer.get(path).status_code == 403
    admin = sign_in("admin", name="Ada Bevan")
    for number in ("2", "9" * 20):
        assert admin.get(f"{WAITING}/{number}").status_code == 404
