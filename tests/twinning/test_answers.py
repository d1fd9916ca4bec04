"""Both sides answer a proposal: by when, what reminds them, what a question is, and what follows from silence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import london_day
from portal.emails import links
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import actions, reminders
from portal.submissions.actions import Mover, WrongAnswerError
from portal.submissions.work import Task
from portal.submissions.workflow import Actor
from portal.twinning import answer_window, candidates
from portal.twinning.facts import facts
from portal.twinning.registrations import UkrainianRegistration
from tests.conftest import csrf_token
from tests.submissions.entries import NOW
from tests.submissions.walks import letters_of, move, text_of
from tests.twinning.registrations import own_page, register
from tests.twinning.test_candidates import OPENED, SEEKING, both, filed, living, proposal_of, propose

REMINDERS = ("twinning/answer-reminder", "twinning/answer-reminder-body")
PARTING = ("twinning/still-looking", "twinning/still-looking-body")
LAST_REMINDERS = ("twinning/answer-last-reminder", "twinning/answer-last-reminder-body")


@pytest.fixture
def pair(app: Flask) -> Iterator[tuple[int, int]]:
    """A body that is proposed to a branch: the numbers of registration and proposal, in an application context."""
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        db.session.commit()
        yield body, number


def live_until(number: int, last: datetime) -> None:
    """Let the worker pass each morning."""
    moment = NOW.replace(hour=10)
    while moment <= last:
        reminders.remind(db.session(), number, moment)
        db.session.commit()
        moment += timedelta(days=1)


def reminded(number: int) -> list[str]:
    """The letters that reminded either side of its answer."""
    return [name for name, _ in letters_of(proposal_of(number)) if name in REMINDERS + LAST_REMINDERS]


def test_the_window_is_a_setting_and_holds_for_the_proposal_that_was_made_under_it(app: Flask) -> None:
    app.config["TWIN_ANSWER_DAYS"] = 35
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        day = proposal_of(number).answers_by
        assert day is not None
        assert 30 <= (day - london_day(NOW)).days <= 35
        app.config["TWIN_ANSWER_DAYS"] = 7
        told = facts(proposal_of(number), "en")["answers_by"]
        assert told.endswith(f"{day.day} {day:%B %Y}")


def test_the_letter_to_a_body_leads_to_its_own_page(app: Flask, pair: tuple[int, int], client: FlaskClient) -> None:
    body, number = pair
    letter = text_of(proposal_of(number), "twinning/proposed-body")
    link = links.issue(db.session(), "body", body, NOW)
    assert str(links.placeholder(link)) in letter
    assert "так" in client.get(links.path_of(link)).text.lower()


def test_whoever_does_not_answer_is_reminded_twice_and_then_the_search_goes_on_with_a_task(
    pair: tuple[int, int],
) -> None:
    _, number = pair
    live_until(number, NOW + timedelta(days=21))
    assert sorted(reminded(number)) == sorted(REMINDERS + LAST_REMINDERS), "nobody reads the same letter twice"
    live_until(number, NOW + timedelta(days=26))
    proposal = proposal_of(number)
    assert proposal.state == "seeking"
    assert [name for name, _ in letters_of(proposal)[-2:]] == ["twinning/still-looking", "twinning/still-looking-body"]
    work = select(Task.about).where(Task.submission_id == number, Task.done_at.is_(None))
    assert [about for about in db.session.scalars(work) if "somebody else fits" in about]


def test_nobody_reads_on_a_saturday_that_it_did_not_come_about(pair: tuple[int, int]) -> None:
    _, number = pair
    # A Thursday.
    proposal_of(number).answers_by = date(2026, 12, 10)
    db.session.commit()
    live_until(number, datetime(2026, 12, 18, 12, tzinfo=UTC))
    parting = select(OutboxEmail.queued_at).where(OutboxEmail.template.in_(PARTING))
    assert [f"{london_day(at):%A}" for at in db.session.scalars(parting)] == ["Monday", "Monday"]


def test_who_has_answered_is_reminded_of_nothing(pair: tuple[int, int]) -> None:
    _, number = pair
    living(number).body_answer = "yes"
    move(proposal_of(number), "yes-to-twin")
    db.session.commit()
    live_until(number, NOW + timedelta(days=30))
    assert reminded(number) == []
    assert proposal_of(number).state == "proposed", "both said yes: it is for us to introduce them"


def test_a_question_is_neither_yes_nor_no_and_the_answer_carries_no_name(app: Flask, client: FlaskClient) -> None:
    body, number = both(app)
    path = own_page(app, body)
    assert "Спершу" in client.get(path).text
    asked = client.get(f"{path}/message")
    client.post(f"{path}/message", data={"csrf_token": csrf_token(asked.text), "message": "Чи є серед вас учителі?"})
    with app.app_context():
        proposal = proposal_of(number)
        assert proposal.has_open_question
        assert not living(number).body_answer
        live_until(number, NOW + timedelta(days=30))
        assert proposal_of(number).state == "proposed", "nobody runs out of time while we owe an answer"
        for words in ("We are from Haringey.", "Write to Ottoline", "ring 07700 900 123"):
            with pytest.raises(WrongAnswerError):
                move(proposal_of(number), "pass-to-body", answer=words)
            db.session.rollback()
        move(proposal_of(number), "pass-to-body", question="Чи є серед вас учителі?", answer="Most of us teach.")
        db.session.commit()
        proposal = proposal_of(number)
        assert letters_of(proposal)[-1] == ("twinning/passed-on-body", "oksana.boiko@example.org")
        assert "Most of us teach." in text_of(proposal, "twinning/passed-on-body")
        assert not proposal.has_open_question


def test_a_question_of_the_branch_is_passed_on_and_answered(pair: tuple[int, int]) -> None:
    _, number = pair
    actions.message_from_branch(db.session(), proposal_of(number), "How many are women?", now=NOW)
    db.session.commit()
    assert proposal_of(number).has_open_question
    move(proposal_of(number), "pass-to-body", question="", answer="How many are women?")
    assert proposal_of(number).has_open_question, "the branch has no answer yet"
    for words in ("They are miners of Pavlohrad.", "Пишіть Оксані", "The «Світанок» mine"):
        with pytest.raises(WrongAnswerError):
            move(proposal_of(number), "pass-to-branch", answer=words)
        db.session.rollback()
    move(proposal_of(number), "pass-to-branch", question="How many are women?", answer="About half of them.")
    db.session.commit()
    assert letters_of(proposal_of(number))[-1] == ("twinning/passed-on", "ottoline@example.org")
    assert not proposal_of(number).has_open_question
    assert not proposal_of(number).has_said_yes


def test_what_a_branch_offers_does_not_tell_who_it_is(app: Flask) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING, offers="Come to Haringey and meet Ottoline")
    with app.app_context():
        propose(number, body)
        letter = text_of(proposal_of(number), "twinning/proposed-body")
        assert "Haringey" not in letter
        assert "Ottoline" not in letter


def test_letters_that_leave_late_give_as_long_as_any(pair: tuple[int, int]) -> None:
    from_now = NOW + timedelta(days=9)
    proposal = proposal_of(pair[1])
    before = proposal.answers_by
    assert before is not None
    answer_window.wait_from(proposal, from_now)
    assert proposal.answers_by is not None
    assert proposal.answers_by > before


def test_nobody_is_reminded_of_a_twin_that_is_gone(pair: tuple[int, int]) -> None:
    body, number = pair
    made = db.session.get_one(UkrainianRegistration, body)
    actions.perform(db.session(), made, "pause", by=Mover(Actor.BRANCH), now=NOW)
    db.session.commit()
    live_until(number, NOW + timedelta(days=25))
    assert reminded(number) == []
    assert candidates.living(db.session(), number) is None
