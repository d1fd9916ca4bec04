"""What either side of a pair is told of its next step: each letter true of its reader, and with the way to do it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import london_day, utc_now
from portal.extensions import db
from portal.submissions import actions
from portal.submissions.actions import Mover
from portal.submissions.day_words import by_in_words_of
from portal.submissions.workflow import Actor
from portal.twinning import leads
from tests.submissions.entries import BRANCH, NOW
from tests.submissions.walks import move, text_of
from tests.twinning.registrations import own_page, register
from tests.twinning.test_candidates import OPENED, SEEKING, both_say_yes, filed, living, proposal_of, propose
from tests.twinning.test_papers import branch_page


def letter(number: int, name: str) -> str:
    """The words of the last letter of that name, in the context of the caller."""
    return " ".join(text_of(proposal_of(number), f"twinning/{name}").split())


@pytest.mark.parametrize("is_second", [True, False])
def test_whoever_says_yes_as_the_second_reads_that_we_introduce_them_now(
    app: Flask, client: FlaskClient, is_second: bool
) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        living(number).body_answer = "yes" if is_second else ""
        actions.perform(db.session(), proposal_of(number), "yes-to-twin", by=BRANCH, now=NOW)
        db.session.commit()
        assert ("We introduce you now" in letter(number, "yes-noted")) is is_second
        assert ("even if the other side needs longer" in letter(number, "yes-noted")) is not is_second
        proposal_of(number).due_on = day = london_day(utc_now())
        db.session.commit()
    page, by = client.get(branch_page(app, number)).text, by_in_words_of(day, "en")
    assert (f"You have both said yes, and we introduce you by {by}." in page) is is_second
    assert ("we wait for the other side" in page) is not is_second


def test_a_body_whose_branch_has_said_yes_too_reads_by_which_day_we_introduce_them(
    app: Flask, client: FlaskClient
) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        living(number).body_answer = "yes"
        db.session.commit()
    page = own_page(app, body)
    assert "Ви погодилися, тепер чекаємо на другу сторону." in client.get(page).text
    with app.app_context():
        actions.perform(db.session(), proposal_of(number), "yes-to-twin", by=BRANCH, now=NOW)
        proposal_of(number).due_on = day = london_day(utc_now())
        db.session.commit()
    told = client.get(page).text
    assert f"ми познайомимо вас до {by_in_words_of(day, 'uk')}" in told
    assert "чекаємо на другу сторону" not in told


def test_a_lead_reads_the_times_offered_and_who_ticks_them(app: Flask) -> None:
    body = register(app, *OPENED)
    number = filed(app, *SEEKING, lead_name="Hanna Lead", lead_email="hanna@example.org")
    with app.app_context():
        leads.agree(db.session(), proposal_of(number), language="en", now=NOW)
        propose(number, body)
        both_say_yes(proposal_of(number))
        move(proposal_of(number), "introduce")
        told = letter(number, "introduced-lead")
        assert "Ottoline Hill ticks for your branch on its page" in told
        assert "5pm in London, 7pm in Kyiv" in told
        assert "Suggest a video call" not in told, "one call is arranged in one way"


def test_twinned_says_where_the_certificate_is_and_a_body_changes_what_is_shown_on_its_page(app: Flask) -> None:
    body = register(app, *OPENED)
    number = filed(app, *SEEKING, lead_name="Hanna Lead", lead_email="hanna@example.org")
    with app.app_context():
        leads.agree(db.session(), proposal_of(number), language="en", now=NOW)
        propose(number, body)
        both_say_yes(proposal_of(number))
        for name in ("introduce", "first-contact", "twin"):
            move(proposal_of(number), name)
        for name in ("twinned", "twinned-lead"):
            assert "certificate of your twinning" in letter(number, name)
        told = letter(number, "twinned-body")
        assert "свідоцтво про побратимство" in told
        assert "Там само можна будь-коли змінити" in told
        assert "[[link:" in text_of(proposal_of(number), "twinning/twinned-body")


def test_a_body_of_the_register_reads_that_we_go_on_looking_and_has_its_link(app: Flask) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        actions.perform(db.session(), proposal_of(number), "unanswered", by=Mover(Actor.WORKER), now=NOW)
        assert "Ми шукаємо для вас іншу організацію" in letter(number, "still-looking-body")
        assert "[[link:" in text_of(proposal_of(number), "twinning/still-looking-body")
