"""What a body in Ukraine changes of itself reaches its twin at once: whom letters go to, and what the twin reads."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts import commands as accounts
from portal.accounts.models import Coordinator
from portal.clock import london_day
from portal.dashboard import out_of_sight
from portal.emails.models import HELD, OutboxEmail
from portal.extensions import db
from portal.sealed import digest
from portal.submissions import actions, approvals, intake
from portal.submissions.actions import Mover
from portal.submissions.forms import FormContext
from portal.submissions.models import Event
from portal.submissions.workflow import Actor
from portal.twinning import leads, public_pairs
from portal.twinning.facts import settled
from tests.conftest import csrf_token
from tests.submissions.entries import NOW, TODAY
from tests.submissions.walks import letters_of, move, text_of
from tests.twinning.registrations import ANSWERS, BODY, US, found, own_page, register
from tests.twinning.test_candidates import OPENED, SEEKING, both_say_yes, filed, proposal_of, propose
from tests.twinning.test_twinned import twinned

NEW_REACH = {"contact_name": "Віра Нова", "contact_email": "vira.safe@example.org"}


def change(app: Flask, body: int, step: str = "reach", by: Mover = BODY, **changed: Any) -> None:
    """What the body changes on its own page, or a coordinator corrects."""
    with app.app_context():
        typed = {**ANSWERS[step], **changed}
        made = found(app, body)
        intake.amend_from(
            db.session(), made, step, typed, by=by, now=NOW, context=FormContext(today=london_day(NOW), language="uk")
        )
        db.session.commit()


@pytest.mark.parametrize("by", [BODY, US], ids=["on its own page", "by a coordinator"])
def test_a_twin_reads_the_new_contact_and_letters_go_to_the_new_address(app: Flask, by: Mover) -> None:
    number, body = twinned(app)
    change(app, body, by=by, **NEW_REACH)
    with app.app_context():
        proposal = proposal_of(number)
        page = str(settled(proposal, "en", TODAY).rows)
        assert "Віра Нова" in page
        assert "vira.safe@example.org" in page
        assert letters_of(proposal)[-1] == ("twinning/new-contact", "ottoline@example.org")
        told = text_of(proposal, "twinning/new-contact")
        assert "Віра Нова (Vira Nova)" in told
        assert "vira.safe@example.org (until now: oksana.boiko@example.org)" in " ".join(told.split())
        assert "until now: Первинна" not in told, "the name is what it was"
        letters = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "twinning/new-contact")).all()
        behind = [out_of_sight.contact_in(db.session(), each) for each in letters]
        assert behind == [body], "its words stand behind a button at the desk"
        move(proposal, "pause")
        assert ("twinning/paused-body", "vira.safe@example.org") in letters_of(proposal)


def test_on_the_own_page_all_but_the_address_does_the_same(app: Flask, client: FlaskClient) -> None:
    number, body = twinned(app)
    page = f"{own_page(app, body)}/change/reach"
    form = client.get(page).text
    data = {"csrf_token": csrf_token(form), **ANSWERS["reach"], **NEW_REACH}
    assert client.post(page, data=data).status_code == 303
    with app.app_context():
        proposal = proposal_of(number)
        assert (proposal.body_contact, proposal.body_email) == ("Віра Нова", "oksana.boiko@example.org")


def test_the_lead_whom_the_twin_knows_hears_of_it_too(app: Flask) -> None:
    number, body = twinned(app, lead_name="Siân Lead", lead_email="sian@example.org")
    with app.app_context():
        leads.agree(db.session(), proposal_of(number), language="en", now=NOW)
        db.session.commit()
    change(app, body, **NEW_REACH)
    with app.app_context():
        proposal = proposal_of(number)
        assert letters_of(proposal)[-2:] == [
            ("twinning/new-contact", "ottoline@example.org"),
            ("twinning/new-contact-lead", "sian@example.org"),
        ]
        assert "vira.safe@example.org" in text_of(proposal, "twinning/new-contact-lead")


def test_another_name_of_the_body_is_its_name_for_the_twin(app: Flask) -> None:
    number, body = twinned(app)
    change(app, body, "organisation", name_uk="Первинна організація «Зоря»", name_latin="Zoria")
    with app.app_context():
        proposal = proposal_of(number)
        assert proposal.body_name == "Первинна організація «Зоря»"
        assert "Zoria" in text_of(proposal, "twinning/new-contact")


def test_the_twin_is_not_written_to_about_what_it_does_not_see(app: Flask) -> None:
    number, body = twinned(app)
    change(app, body, safe_way="Лише пошта", contact_phone="+380 44 111 1111")
    change(app, body, "together", needs_text="Ліки")
    with app.app_context():
        assert "twinning/new-contact" not in [name for name, _ in letters_of(proposal_of(number))]


def test_before_the_introduction_letters_follow_and_the_branch_learns_nothing(app: Flask) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        db.session.commit()
    change(app, body, **NEW_REACH)
    with app.app_context():
        proposal = proposal_of(number)
        assert (proposal.body_email, proposal.body_contact) == ("vira.safe@example.org", "")
        assert [name for name, _ in letters_of(proposal)].count("twinning/new-contact") == 0
        both_say_yes(proposal)
        move(proposal, "introduce")
        assert "Віра Нова" in text_of(proposal, "twinning/introduced")


def test_a_letter_that_has_not_left_goes_to_the_new_address(app: Flask) -> None:
    number, body = twinned(app)
    change(app, body, **NEW_REACH)
    with app.app_context():
        waiting = select(OutboxEmail).where(
            OutboxEmail.submission_id == number, OutboxEmail.to_digest == digest("oksana.boiko@example.org")
        )
        assert db.session.scalars(waiting).all() == []


def test_an_introduction_that_waits_for_a_second_reader_never_leaves_with_the_old_contact(app: Flask) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        for name in "ab":
            accounts.create_coordinator(f"{name}@example.org", name, "coordinator", now=NOW)
        db.session.commit()
        author, reader = db.session.scalars(select(Coordinator).order_by(Coordinator.id)).all()
        propose(number, body)
        proposal = proposal_of(number)
        both_say_yes(proposal)
        by = Mover(Actor.COORDINATOR, author)
        done = actions.perform(db.session(), proposal, "introduce", by=by, now=NOW)
        approval = approvals.ask(db.session(), proposal, "introduce", done.sent, by=author, now=NOW)
        db.session.commit()
        number_of_it, number_of_reader = approval.id, reader.id
    change(app, body, **NEW_REACH)
    with app.app_context():
        proposal = proposal_of(number)
        assert "twinning/new-contact" not in [name for name, _ in letters_of(proposal)], "it knows nobody yet"
        approval = db.session.get_one(approvals.Approval, number_of_it)
        with pytest.raises(approvals.OvertakenError):
            approvals.approve(db.session(), approval, by=db.session.get_one(Coordinator, number_of_reader), now=NOW)
        held = db.session.scalars(select(OutboxEmail).where(OutboxEmail.state == HELD)).all()
        assert "oksana.boiko@example.org" not in [each.to_address for each in held]


def test_who_takes_back_the_consent_to_be_passed_on_is_shown_no_longer(app: Flask) -> None:
    number, body = twinned(app)
    change(app, body, "trust", introduce="")
    with app.app_context():
        proposal = proposal_of(number)
        page = str(settled(proposal, "en", TODAY).rows)
        assert "Оксана" not in page
        assert "oksana.boiko" not in page
        told = text_of(proposal, "twinning/new-contact")
        assert "oksana.boiko" not in told
        assert "write no more" in told
        assert proposal.body_email == "oksana.boiko@example.org", "our own letters still reach it"


def test_what_may_be_shown_follows_the_body(app: Flask) -> None:
    number, body = twinned(app)
    change(app, body, "trust", publicity="name")
    with app.app_context():
        assert proposal_of(number).body_publicity == "public"


def shown(app: Flask) -> list[tuple[str, str]]:
    """Branch and body of each twinning that the public reads."""
    with app.app_context():
        return [(pair.branch, pair.body) for pair in public_pairs.public_pairs(db.session(), 9)]


def test_what_is_public_is_never_more_than_both_allow_today(app: Flask) -> None:
    where = {"level": "regional", "oblast": "lviv", "name_uk": "Обласна організація"}
    number, body = twinned(app, organisation=where, trust={"publicity": "oblast-sector"}, publicity="private")
    assert shown(app) == []
    change(app, body, "trust", publicity="name")
    assert shown(app) == [], "one side alone raises nothing"
    change_branch(app, number, publicity="public")
    [(branch, name)] = shown(app)
    assert name == "Обласна організація", "both allow it now"
    change(app, body, "trust", publicity="oblast-sector")
    assert shown(app) == [(branch, "")], "lower at once"
    change(app, body, "trust", publicity="name")
    change_branch(app, number, publicity="private")
    assert shown(app) == []
    change_branch(app, number, publicity="name-only")
    change(app, body, "trust", publicity="nothing")
    assert shown(app) == []


def change_branch(app: Flask, number: int, **changed: Any) -> None:
    """What the branch changes of its decision on its own page."""
    with app.app_context():
        typed = {"decision": "informal", "notes": "", **changed}
        made = proposal_of(number)
        known = FormContext(today=london_day(NOW), language="en")
        intake.amend_from(db.session(), made, "decision", typed, by=BODY, now=NOW, context=known)
        db.session.commit()


def test_a_change_leaves_no_name_in_the_history_of_the_branch(app: Flask) -> None:
    number, body = twinned(app)
    change(app, body, **NEW_REACH)
    with app.app_context():
        lines = db.session.scalars(select(Event).where(Event.submission_id == number)).all()
        said = " ".join(f"{each.text} {each.data}" for each in lines)
        assert [word for word in ("Віра", "vira", "Оксана", "oksana") if word in said] == []
