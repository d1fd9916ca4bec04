"""The panel of a request says what stands beside the next step, and its history says who was asked and what changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import london_day, utc_now
from portal.dashboard.next_step import next_step
from portal.dashboard.words import long_day
from portal.extensions import db
from portal.submissions import actions, deadlines, intake
from portal.submissions.actions import Mover
from portal.submissions.models import Submission, reference_of
from portal.submissions.workflow import Actor
from tests.dashboard.conftest import Page
from tests.submissions.entries import NOW, affiliation_answers, speaker_answers
from tests.submissions.walks import move

BRANCH, DESK = Mover(Actor.BRANCH), Mover(Actor.COORDINATOR)


def panel(html: str) -> str:
    """The text of the gold panel."""
    found = re.search(r'<section class="next">.*?</section>', html, re.DOTALL)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def test_a_message_of_the_branch_is_answered_with_the_first_button(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request(state="offered", speaker_name="Olha Savchenko")
    html = coordinator.get(f"/dashboard/requests/{number}").text
    assert f'class="button button--primary" href="/dashboard/requests/{number}/message"' not in html
    with app.app_context():
        actions.message_from_branch(db.session(), db.session.get_one(Submission, number), "Any news?", now=utc_now())
        db.session.commit()
    html = coordinator.get(f"/dashboard/requests/{number}").text
    buttons = re.findall(r'class="button button--(\w+)" href="([^"]+)"', html[html.index('class="moves"') :])
    assert buttons[0] == ("primary", f"/dashboard/requests/{number}/message")
    assert "primary" not in [kind for kind, _ in buttons[1:]]
    assert "Next: answer the branch" in panel(html)


WAITS = "A message of the branch waits for our answer."


def test_what_the_branch_writes_is_not_lost_behind_a_step_that_is_ours_anyway(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request()
    assert WAITS not in panel(coordinator.get(f"/dashboard/requests/{number}").text)
    with app.app_context():
        submission = db.session.get_one(Submission, number)
        actions.message_from_branch(db.session(), submission, "Could it be online too?", now=utc_now())
        db.session.commit()
    html = coordinator.get(f"/dashboard/requests/{number}").text
    assert "Next: answer the branch, then read it and look for a speaker" in panel(html)
    assert WAITS in panel(html)
    assert f'class="button button--primary" href="/dashboard/requests/{number}/message"' in html
    with app.app_context():
        submission = db.session.get_one(Submission, number)
        actions.message_to_branch(db.session(), submission, "Yes.", by=DESK, now=utc_now())
        db.session.commit()
    assert WAITS not in panel(coordinator.get(f"/dashboard/requests/{number}").text)


def test_a_step_that_is_no_answer_does_not_make_us_forget_the_message(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], look: Callable[..., Any]
) -> None:
    number = make_request()
    with app.app_context():
        submission = db.session.get_one(Submission, number)
        actions.message_from_branch(db.session(), submission, "Could it be online too?", now=utc_now())
        promised = submission.due_on
        actions.perform(db.session(), submission, "start-matching", by=DESK, now=utc_now())
        db.session.commit()
    page = f"/dashboard/requests/{number}"
    assert look(number, "due_on") == promised
    html = coordinator.get(page).text
    assert "Next: answer the branch, then ask" in panel(html)
    assert WAITS in panel(html)
    assert Page(coordinator, page).post(f"{page}/settle").status_code == 303
    assert look(number, "due_on") > promised
    assert WAITS not in panel(coordinator.get(page).text)


def test_an_answer_is_read_before_anything_else_is_done(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request()
    with app.app_context():
        submission = db.session.get_one(Submission, number)
        asked, said = {"question": "Which room?"}, {"answer": "The large one."}
        actions.perform(db.session(), submission, "ask", by=DESK, now=utc_now(), answers=asked)
        actions.perform(db.session(), submission, "answer", by=BRANCH, now=utc_now(), answers=said)
        db.session.commit()
    said_there = panel(coordinator.get(f"/dashboard/requests/{number}").text)
    assert "Next: read the answer, then look for a speaker" in said_there
    assert "The branch has answered our question." in said_there
    assert "The branch answered: “The large one.”" in said_there


def test_the_history_says_what_a_change_has_changed(app: Flask, coordinator: FlaskClient) -> None:
    with app.app_context():
        request = intake.file(db.session(), "speaker", speaker_answers(), now=utc_now(), language="en", by=BRANCH)
        raw = intake.answers_of(request)["meeting"] | {"audience_size": "60", "title": "January meeting"}
        context = intake.FormContext(utc_now().date())
        intake.amend_from(db.session(), request, "meeting", raw, by=BRANCH, now=utc_now(), context=context)
        raw = intake.answers_of(request)["meeting"] | {"audience_size": "45"}
        intake.amend_from(db.session(), request, "meeting", raw, by=BRANCH, now=utc_now(), context=context)
        db.session.commit()
        number = request.id
    html = coordinator.get(f"/dashboard/requests/{number}").text
    assert "45 (before: 60)" in html
    assert "January meeting" in html


def test_a_second_affiliation_of_a_branch_is_told_and_cannot_be_accepted(app: Flask, coordinator: FlaskClient) -> None:
    """A form that was held for review is not merged into the first: nobody had looked at it yet."""
    with app.app_context():
        first = intake.file(db.session(), "affiliation", affiliation_answers(), now=utc_now(), language="en", by=BRANCH)
        actions.perform(db.session(), first, "accept", by=DESK, now=utc_now(), answers={"fee_pence": "7500"})
        held = affiliation_answers(
            contact_name="Second Person",
            contact_email="second@example.org",
            decision="going",
            decided_on=f"{utc_now() + timedelta(days=40):%d %B %Y}",
            fee_wish="waiver",
        )
        second = intake.file(
            db.session(), "affiliation", held, now=utc_now(), language="en", by=BRANCH, held_reason="too-fast"
        )
        assert second is not first
        actions.release(db.session(), second, by=DESK, now=utc_now())
        db.session.commit()
        numbers, reference = (first.id, second.id), first.reference
    html = coordinator.get(f"/dashboard/requests/{numbers[1]}").text
    assert f"Affiliation {reference}: Awaiting payment" in panel(html)
    assert "This branch has an affiliation already" in panel(html)
    assert "Next: decline it, and renew the affiliation that stands" in panel(html)
    for words in ("has not decided yet", "Enter the fee"):
        assert words not in panel(html)
    for name in ("accept", "waive", "await-decision"):
        assert f"/moves/{name}" not in html
    assert coordinator.get(f"/dashboard/requests/{numbers[1]}/moves/accept").status_code == 409
    assert "/moves/decline" in html
    assert reference_of(numbers[1]) in panel(coordinator.get(f"/dashboard/requests/{numbers[0]}").text)


def test_the_panel_says_the_wish_the_meeting_and_the_invoice(
    coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request(
        "affiliation",
        decision="going",
        decided_on=utc_now().date() + timedelta(days=18),
        fee_wish="waiver",
        offered_pence=1000,
        wants_invoice="yes",
        invoice_address="The Treasurer, Redhills",
    )
    html = coordinator.get(f"/dashboard/requests/{number}").text
    said = panel(html)
    assert "The branch asks to pay £10.00 a year." in said
    assert "The branch has not decided yet. Its meeting:" in said
    assert "The branch asked for an invoice" in said
    assert "Next: wait for the branch’s decision" in said
    assert "Yes<br>The Treasurer, Redhills" in html[html.index(">Invoice<") :][:200]


@pytest.mark.parametrize("decision", ["", "carried"])
def test_who_has_not_said_that_it_will_still_decide_is_accepted_first(
    coordinator: FlaskClient, make_request: Callable[..., int], decision: str
) -> None:
    html = coordinator.get(f"/dashboard/requests/{make_request('affiliation', decision=decision)}").text
    assert html.index("/moves/accept") < html.index("/moves/await-decision")
    assert "Next: read it and accept" in panel(html)


def test_waiting_is_counted_since_the_request_stands_where_it_stands(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], look: Callable[..., Any]
) -> None:
    number = make_request("affiliation", now=utc_now() - timedelta(days=398))
    with app.app_context():
        request = db.session.get_one(Submission, number)
        actions.perform(db.session(), request, "await-decision", by=DESK, now=utc_now() - timedelta(days=9))
        db.session.commit()
    assert "Waiting 9 days." in coordinator.get(f"/dashboard/requests/{number}").text
    assert 'queue__wide">398 days' not in coordinator.get("/dashboard/requests?view=everything").text


def test_the_panel_of_an_introduction_names_the_day_for_the_first_greeting(
    coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    shown = panel(coordinator.get(f"/dashboard/requests/{make_request('twinning', state='introduced')}").text)
    by = deadlines.working_day(london_day(utc_now()) + timedelta(days=14), london_day(utc_now()))
    assert f"The branch was asked to write first by {long_day(by)}." in shown
    later = panel(coordinator.get(f"/dashboard/requests/{make_request('twinning', state='getting-acquainted')}").text)
    assert "asked to write first" not in later
    asked_on = london_day(utc_now()) + timedelta(days=90)
    assert f"We ask whether they would like to be twinned on {long_day(asked_on)}." in later


def test_of_several_days_none_is_said_to_be_fixed_and_a_yes_is_followed(app: Flask) -> None:
    with app.app_context():
        answers = speaker_answers(date_2="21 January 2027", time_2="18:00")
        request = intake.file(db.session(), "speaker", answers, now=NOW, language="en", by=BRANCH)
        move(request, "offer")
        line = (
            "The day is not fixed yet: Thursday 14 January 2027 or Thursday 21 January 2027. The first is in 7 weeks."
        )
        assert line in next_step(request, NOW).lines
        actions.perform(
            db.session(), request, "speaker-accepts", by=Mover(Actor.SPEAKER), now=NOW,
            answers={"accepted": "2027-01-21", "may_name_me": "yes", "offer": str(request.offers[0].id)},
        )  # fmt: skip
        said = "on Thursday 21 January 2027: a speaker has said yes to that day."
        assert [each for each in next_step(request, NOW).lines if said in each]
