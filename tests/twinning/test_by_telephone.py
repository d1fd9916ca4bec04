"""A body in Ukraine without an email address goes the whole way: one of us asks it and notes what it says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import utc_now
from portal.extensions import db
from portal.submissions import actions, intake, reminders
from portal.submissions.forms import FormContext
from portal.submissions.work import Task
from portal.twinning import calling
from tests.conftest import csrf_token
from tests.submissions.entries import COORDINATOR, NOW
from tests.submissions.walks import letters_of, move, text_of
from tests.twinning.registrations import ANSWERS, BODY, found, own_page, register
from tests.twinning.test_candidates import OPENED, SEEKING, both_say_yes, filed, proposal_of, propose
from tests.twinning.test_twinned import twinned


def unwritten(app: Flask) -> tuple[int, int]:
    """A branch whose twin is looked for, and a body without an email address; the numbers of both."""
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        actions.amend(
            db.session(), found(app, body), {"contact_email": "", "email_digest": ""}, by=COORDINATOR, now=NOW
        )
        db.session.commit()
    return number, body


def tasks_of(number: int) -> str:
    """What is to be done for a proposal, in the context of the caller."""
    return " ".join(db.session.scalars(select(Task.about).where(Task.submission_id == number, Task.done_at.is_(None))))


def next_day(number: int, days: int = 1) -> None:
    """Let the worker do what is due some days later, in the context of the caller."""
    reminders.remind(db.session(), number, NOW.replace(hour=11) + timedelta(days=days))
    db.session.commit()


def test_it_answers_and_names_its_times_by_telephone(app: Flask, sign_in: Any) -> None:
    number, body = unwritten(app)
    with app.app_context():
        propose(number, body)
        db.session.commit()
        next_day(number)
        assert "Tell it of the branch" in tasks_of(number)
        actions.perform(db.session(), found(app, body), "yes-to-twin", by=COORDINATOR, now=NOW)
        move(proposal_of(number), "yes-to-twin")
        move(proposal_of(number), "introduce")
        db.session.commit()
        next_day(number)
        assert "which of the times offered suit it" in tasks_of(number)
        assert [to for _, to in letters_of(proposal_of(number)) if "ottoline" not in to] == []
    client: FlaskClient = sign_in()
    path = f"/dashboard/requests/{number}/moves/call-times-heard"
    page = client.get(path).text
    assert "in London" in page
    with app.app_context():
        call = calling.call_of(proposal_of(number))
        assert call is not None
        slots = [slot.id for slot in call.open_slots(utc_now())]
        assert all(f'value="{slot}"' in page for slot in slots)
        calling.tick(db.session(), proposal_of(number), slots[1:], is_body=False, now=utc_now())
        db.session.commit()
    form = {"csrf_token": csrf_token(page), "side": "body", "call_suits": [str(slot) for slot in slots[:2]]}
    version = page.partition('name="version" value="')[2].partition('"')[0]
    answer = client.post(path, data={**form, "version": version, "step": "send"})
    assert answer.status_code == 303, answer.text
    with app.app_context():
        call = calling.call_of(proposal_of(number))
        assert call is not None
        assert call.starts_at == next(slot.starts_at for slot in call.slots if slot.id == slots[1])


def test_how_it_goes_is_asked_by_telephone(app: Flask) -> None:
    number, body = twinned(app)
    with app.app_context():
        actions.amend(db.session(), found(app, body), {"contact_email": ""}, by=COORDINATOR, now=NOW)
        db.session.commit()
        for day in range(91, 95):
            next_day(number, day)
        assert "how the twinning goes" in tasks_of(number)
        move(proposal_of(number), "pulse-heard", side="body", said="in-touch")
        assert not proposal_of(number).is_body_silent


def test_letters_go_where_the_body_reads_now(app: Flask) -> None:
    number, body = unwritten(app)
    with app.app_context():
        propose(number, body)
        both_say_yes(proposal_of(number))
        reach = {**ANSWERS["reach"], "contact_email": "new@example.org"}
        context = FormContext(NOW.date(), "uk")
        intake.amend_from(db.session(), found(app, body), "reach", reach, by=BODY, now=NOW, context=context)
        move(proposal_of(number), "introduce")
        assert ("twinning/introduced-body", "new@example.org") in letters_of(proposal_of(number))
        reach["contact_email"] = "newer@example.org"
        intake.amend_from(db.session(), found(app, body), "reach", reach, by=BODY, now=NOW, context=context)
        assert proposal_of(number).body_email == "newer@example.org"
        db.session.commit()
    assert own_page(app, body)


def test_a_twin_that_was_typed_in_gets_a_page_and_is_asked_there(app: Flask, client: FlaskClient) -> None:
    number = filed(app, *SEEKING, "propose", "introduce", "first-contact", "twin")
    with app.app_context():
        move(proposal_of(number), "take-into-register")
        db.session.commit()
        candidate = proposal_of(number).candidate
        assert candidate is not None
        body, made = candidate.registration_id, candidate.registration
        assert (made.consents, made.is_confirmed, made.contact_email) == ([], False, "body@example.org")
        assert proposal_of(number).state == "twinned"
        assert letters_of(made) == [("ukrainian/received", "body@example.org")]
        assert "Ваше побратимство триває" in text_of(made, "ukrainian/received")
        assert proposal_of(number).has_no_body_to_take_in
        for day in (91, 92, 93):
            next_day(number, day)
    page = client.get(own_page(app, body)).text
    assert "/change/trust" in page
    assert 'value="in-touch"' in page
    assert "/papers/agreement" in page
