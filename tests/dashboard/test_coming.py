"""What comes by itself, on the request's page: seen ahead, skipped, sent now."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import london_day, utc_now
from portal.dashboard import words
from portal.extensions import db
from portal.submissions import actions, correspondence, deadlines, follow_ups, whole
from portal.submissions.day_words import in_words_of
from portal.submissions.history import Mover
from portal.submissions.workflow import Actor, Notification, Recipient
from tests.dashboard.conftest import Page, day

Rows = Callable[..., list[Any]]


@pytest.fixture
def waiting(make_request: Callable[..., int], app: Flask) -> int:
    """A request whose branch was asked a question today."""
    number = make_request(state="waiting-for-branch", question="Is the hall step-free?", meeting_on=None)
    with app.app_context():
        submission = whole.load(db.session(), number)
        assert submission is not None
        assert submission.turn == "branch"
    return number


def links(html: str) -> dict[str, str]:
    """The names of what comes by itself, and their pages."""
    return {name: path for path, name in re.findall(r'href="(/dashboard/requests/\d+/coming/([^/]+)/[^"]+)"', html)}


def test_the_page_says_what_will_come_and_when(app: Flask, coordinator: FlaskClient, waiting: int) -> None:
    html = coordinator.get(f"/dashboard/requests/{waiting}").text
    assert list(links(html)) == ["question-reminder", "question-last-reminder", "question-unanswered"]
    today = london_day(utc_now())
    with app.app_context():
        submission = whole.load(db.session(), waiting)
        assert submission is not None
        planned = follow_ups.planned(submission, {}, today)
    assert all(words.near_day(each.on, today) in html for each in planned)


def test_the_letter_names_the_days_of_the_day_on_which_it_leaves(
    app: Flask, coordinator: FlaskClient, waiting: int
) -> None:
    """A reminder that leaves in a week asked for an answer by a day before it left."""
    today = london_day(utc_now())
    with app.app_context():
        submission = whole.load(db.session(), waiting)
        assert submission is not None
        last = next(
            each for each in follow_ups.planned(submission, {}, today) if each.row.name == "question-last-reminder"
        )
    html = coordinator.get(links(coordinator.get(f"/dashboard/requests/{waiting}").text)["question-last-reminder"]).text
    assert f"Please answer by {in_words_of(deadlines.days_from(last.on)['in_3_working_days'], 'en')}" in html
    assert in_words_of(deadlines.days_from(today)["in_3_working_days"], "en") not in html
    assert "As it will read on that day, if nothing changes. Sent now, it names days counted from today." in html


def test_a_step_without_letters_promises_none(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    """It spoke of letters that belong to the step, and there are none; one that has letters shows them."""
    known = {"speaker_name": "Olha", "speaker_email": "olha@example.org", "platform": "https://example.org/call"}
    number = make_request(state="confirmed", meeting_on=day(30), **known)
    held = links(coordinator.get(f"/dashboard/requests/{number}").text)["meeting-held"]
    html = coordinator.get(held).text
    assert "It makes the step “" in html
    assert "As it will read on that day" in html
    number = make_request(state="held", meeting_on=day(-2), speaker_name="Olha")
    found = links(coordinator.get(f"/dashboard/requests/{number}").text)
    html = coordinator.get(found["close-without-report"]).text
    assert "No letter goes with it." in html
    assert "letters that belong to it" not in html.lower()


def test_its_page_shows_the_letter_as_it_would_read(coordinator: FlaskClient, waiting: int) -> None:
    html = coordinator.get(links(coordinator.get(f"/dashboard/requests/{waiting}").text)["question-reminder"]).text
    assert "Is the hall step-free?" in html
    assert "j.armstrong@example.org" in html
    assert "[their private link]" in html
    assert "“In solidarity”, the campaign’s name" in html


def test_a_reminder_can_be_sent_now_and_then_does_not_come_again(
    coordinator: FlaskClient, waiting: int, rows: Rows
) -> None:
    path = links(coordinator.get(f"/dashboard/requests/{waiting}").text)["question-reminder"]
    answer = Page(coordinator, path).post(act="now")
    assert answer.headers["Location"] == f"/dashboard/requests/{waiting}"
    assert rows("SELECT name, outcome FROM follow_up_marks") == [("question-reminder", "done")]
    assert rows("SELECT count(*) FROM outbox_emails WHERE template = 'common/question-reminder'") == [(1,)]
    html = coordinator.get(f"/dashboard/requests/{waiting}").text
    assert "<strong>Sent before its day</strong>" in html
    assert "question-reminder" not in links(html)
    # Somebody who still has the page open is told, and nothing goes twice.
    again = coordinator.get(path, follow_redirects=True).text
    assert "It has come already" in again


def test_whoever_sends_a_second_reminder_on_one_day_is_told_so(coordinator: FlaskClient, waiting: int) -> None:
    """Two letters went within minutes, and nothing said so before."""
    found = links(coordinator.get(f"/dashboard/requests/{waiting}").text)
    assert "went today already" not in coordinator.get(found["question-last-reminder"]).text
    Page(coordinator, found["question-reminder"]).post(act="now")
    later = links(coordinator.get(f"/dashboard/requests/{waiting}").text)["question-last-reminder"]
    assert "went today already" in coordinator.get(later).text


def test_a_reminder_can_be_skipped_and_the_history_says_so(coordinator: FlaskClient, waiting: int, rows: Rows) -> None:
    path = links(coordinator.get(f"/dashboard/requests/{waiting}").text)["question-reminder"]
    Page(coordinator, path).post(act="skip")
    assert rows("SELECT name, outcome FROM follow_up_marks") == [("question-reminder", "skipped")]
    assert rows("SELECT count(*) FROM outbox_emails WHERE template = 'common/question-reminder'") == [(0,)]
    html = coordinator.get(f"/dashboard/requests/{waiting}").text
    assert "<strong>Skipped</strong> · Maria Kovalenko" in html
    assert "question-reminder" not in links(html)


def test_two_coordinators_at_one_reminder_send_it_once(coordinator: FlaskClient, waiting: int, rows: Rows) -> None:
    path = links(coordinator.get(f"/dashboard/requests/{waiting}").text)["question-reminder"]
    first, second = Page(coordinator, path), Page(coordinator, path)
    assert first.post(act="now").status_code == 303
    assert second.post(act="now").status_code == 409
    assert rows("SELECT count(*) FROM outbox_emails WHERE template = 'common/question-reminder'") == [(1,)]


def test_what_is_only_true_on_its_day_cannot_be_sent_sooner(
    coordinator: FlaskClient, make_request: Callable[..., int], rows: Rows
) -> None:
    facts = {"speaker_name": "Olha", "speaker_email": "olha@example.org", "platform": "https://example.org/call"}
    number = make_request(state="confirmed", meeting_on=day(30), **facts)
    found = links(coordinator.get(f"/dashboard/requests/{number}").text)
    assert list(found) == ["meeting-soon", "meeting-tomorrow", "meeting-held"]
    for name in ("meeting-tomorrow", "meeting-held"):
        page = Page(coordinator, found[name])
        assert "Skip it" in page.text
        assert 'value="now"' not in page.text
        page.post(act="now")
    assert rows("SELECT count(*) FROM follow_up_marks") == [(0,)]
    assert 'value="now"' in Page(coordinator, found["meeting-soon"]).text


def test_nobody_is_asked_what_came_of_a_meeting_before_it(
    coordinator: FlaskClient, make_request: Callable[..., int], rows: Rows
) -> None:
    number = make_request(kind="affiliation", state="awaiting-decision", decided_on=day(14))
    page = Page(coordinator, links(coordinator.get(f"/dashboard/requests/{number}").text)["was-it-carried"])
    assert "Skip it" in page.text
    assert 'value="now"' not in page.text
    page.post(act="now")
    assert rows("SELECT count(*) FROM outbox_emails WHERE template LIKE '%carried%'") == [(0,)]


@pytest.mark.parametrize("tail", ["question-reminder/2026-02-31", "question-reminder/x", "nothing/2026-11-22"])
def test_what_there_is_not_is_not_found(coordinator: FlaskClient, waiting: int, tail: str) -> None:
    assert coordinator.get(f"/dashboard/requests/{waiting}/coming/{tail}").status_code == 404


def test_another_day_is_gone_not_wrong(coordinator: FlaskClient, waiting: int) -> None:
    path = f"/dashboard/requests/{waiting}/coming/question-reminder/2020-01-01"
    assert coordinator.get(path).status_code == 303
    assert Page(coordinator, f"/dashboard/requests/{waiting}").post(path, act="now").status_code == 303


def test_nothing_comes_for_a_closed_request(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    html = coordinator.get(f"/dashboard/requests/{make_request(state='closed')}").text
    assert "Nothing is to come by itself." in html


def test_a_viewer_sees_none_of_it(sign_in: Callable[..., FlaskClient], waiting: int) -> None:
    viewer = sign_in("viewer")
    path = f"/dashboard/requests/{waiting}/coming/question-reminder/{day(4)}"
    assert viewer.get(path).status_code in (403, 404)
    assert viewer.post(path, data={"act": "now"}).status_code in (400, 403, 404)


def test_what_rests_for_one_side_goes_on_for_the_other(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    facts = {"contact_email": "jean@example.org", "speaker_name": "Olha", "speaker_email": "olha@example.org"}
    number = make_request(state="confirmed", meeting_on=day(30), venue="Miners’ Hall", **facts)
    with app.app_context():
        submission = whole.load(db.session(), number)
        assert submission is not None
        wanted = [Notification("speaker/confirmed", Recipient.BRANCH)]
        by, now = Mover(Actor.COORDINATOR), utc_now()
        letters = correspondence.prepare(db.session(), submission, wanted, by=by, answers={}, now=now)
        (sent,) = correspondence.send(db.session(), submission, letters, now=now, by=by, edited={})
        sent.email.state, sent.email.next_try_at = "refused", None
        db.session.commit()
    html = coordinator.get(f"/dashboard/requests/{number}").text
    found = links(html)
    assert list(found) == ["meeting-soon", "meeting-tomorrow", "meeting-untold"]
    assert "never reached the branch. Until you have seen to it, they are reminded of nothing" in html
    assert "“Send it again” goes to the new one. Nobody is thanked for the meeting until then." in html
    label = "The details once more, to both sides (not to the branch)"
    assert f">{label}</a>" in html, "the page named both sides"
    letter = coordinator.get(found["meeting-soon"]).text
    assert f"<h1>{label}</h1>" in letter
    assert "olha@example.org" in letter
    assert "jean@example.org" not in letter


def test_a_question_that_never_arrived_is_the_branchs_turn_for_nobody(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    """The page foresaw reminders that do not come, and waited for an answer to a letter that was given up."""
    number = make_request(contact_email="jean@example.org", meeting_on=None)
    with app.app_context():
        submission = whole.load(db.session(), number)
        assert submission is not None
        by = Mover(Actor.COORDINATOR)
        answers = {"question": "Which hall?"}
        done = actions.perform(db.session(), submission, "ask", by=by, now=utc_now(), answers=answers)
        question = done.sent[0].email
        question.state, question.next_try_at = "given-up", None
        db.session.commit()
        letter = question.id
    html = coordinator.get(f"/dashboard/requests/{number}").text
    assert "Next: reach the branch, for our letter has not" in html
    assert f"Our letter of {words.long_day(london_day(utc_now()))} never reached the branch" in html
    assert "It is the branch’s turn." not in html
    assert links(html) == {}
    Page(coordinator, f"/dashboard/mail/{letter}").post(f"/dashboard/mail/{letter}/dealt-with")
    html = coordinator.get(f"/dashboard/requests/{number}").text
    assert "Next: the branch answers our question" in html
    assert list(links(html)) == ["question-reminder", "question-last-reminder", "question-unanswered"]
