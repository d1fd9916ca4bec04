"""A twinning is a promise of two: each side says so on its own page, and the desk sees whose yes is missing."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.extensions import db
from portal.submissions import actions, turns
from portal.submissions.actions import MissingAnswerError
from portal.submissions.day_words import by_in_words_of
from portal.twinning.facts import arranged
from tests.conftest import csrf_token
from tests.submissions.entries import BRANCH, COORDINATOR, NOW
from tests.submissions.walks import letters_of, move, text_of
from tests.twinning.registrations import own_page
from tests.twinning.test_candidates import proposal_of
from tests.twinning.test_papers import branch_page, introduced
from tests.twinning.test_pause_and_end import press


def acquainted(app: Flask) -> tuple[int, int, int]:
    """Two who get acquainted: the numbers of proposal, registration and twinning."""
    number, body, twin = introduced(app)
    with app.app_context():
        move(proposal_of(number), "first-contact")
        db.session.commit()
    return number, body, twin


def asked_at_desk(number: int) -> set[str]:
    """What the desk must give to note that two are twinned, in the context of the caller."""
    proposal = proposal_of(number)
    return {ask.name for ask in turns.asks_of(proposal, proposal.WORKFLOW.transition("twin")).asks}


def test_a_body_says_on_its_page_that_both_agreed_and_the_branch_is_asked(app: Flask, client: FlaskClient) -> None:
    number, body, twin = acquainted(app)
    path = own_page(app, body)
    page = press(client, f"{path}/twinnings/{twin}/body-agrees", twinned_on="22 листопада 2026")
    assert "чекаємо на їхню згоду" in page
    with app.app_context():
        proposal = proposal_of(number)
        assert {name for name, _ in letters_of(proposal)[-2:]} == {
            "twinning/agreed-noted-body", "twinning/asked-to-agree",
        }  # fmt: skip
        assert "on Sunday 22 November 2026" in " ".join(text_of(proposal, "twinning/asked-to-agree").split())
        assert dict(arranged(proposal))["The branch says that both agreed"] == "not yet"
        assert dict(arranged(proposal))["The Ukrainian side says so"].startswith("told us on")
        assert "yes_of_branch" in asked_at_desk(number)
        assert "yes_of_body" not in asked_at_desk(number)
    here = branch_page(app, number)
    assert "Your twin says that you both agreed on Sunday 22 November 2026" in client.get(here).text
    before = client.get(f"{here}/moves/agreed").text
    assert "The other side has said so already: we confirm the twinning to you both." in before
    assert "ask the other side" not in before
    told = press(client, f"{here}/moves/agreed")
    with app.app_context():
        by = by_in_words_of(proposal_of(number).due_on, "en")
        assert f"You have both said that you agreed. We confirm the twinning to you both by {by}." in told
        assert "We confirm your twinning" in told
        assert "Take the time that you both need" not in told
        assert not {"yes_of_branch", "yes_of_body"} & asked_at_desk(number)
        assert [name for name, _ in letters_of(proposal_of(number))].count("twinning/asked-to-agree-body") == 0
        assert proposal_of(number).twinned_on.isoformat() == "2026-11-22"


def test_when_the_branch_says_so_the_body_is_asked_with_a_link(app: Flask, client: FlaskClient) -> None:
    number, body, twin = acquainted(app)
    with app.app_context():
        move(proposal_of(number), "agreed", by=BRANCH)
        db.session.commit()
        letter = text_of(proposal_of(number), "twinning/asked-to-agree-body")
        assert "[[link:" in letter
        assert "неділя, 22 листопада 2026 року" in " ".join(letter.split())
    path = own_page(app, body)
    assert "неділя, 22 листопада 2026 року" in client.get(path).text
    before = client.get(f"{path}/twinnings/{twin}/body-agrees").text
    assert "Друга сторона вже" in before
    told = press(client, f"{path}/twinnings/{twin}/body-agrees")
    assert "Ми підтверджуємо ваше побратимство" in told
    assert "Не поспішайте: часу скільки завгодно" not in told
    with app.app_context():
        assert proposal_of(number).agreed_by_both


def test_a_body_that_agreed_before_it_was_introduced_reads_what_to_do(app: Flask, client: FlaskClient) -> None:
    number, body, twin = acquainted(app)
    address = f"{own_page(app, body)}/twinnings/{twin}/body-agrees"
    page = client.get(address).text
    answer = client.post(address, data={"csrf_token": csrf_token(page), "twinned_on": "20 листопада 2026"})
    assert answer.status_code == 422
    assert "Вкажіть цей день або пізніший" in answer.text
    assert 'value="20 листопада 2026"' in answer.text
    with app.app_context():
        assert not proposal_of(number).agreed_by_both


def test_the_desk_notes_a_yes_it_heard_with_whose_it_was(app: Flask) -> None:
    number, _, _ = acquainted(app)
    with app.app_context():
        assert {"yes_of_branch", "yes_of_body"} <= asked_at_desk(number)
        answers = {"twinned_on": "2026-11-22", "yes_of_branch": "Ottoline Hill, by telephone", "joint_aims": ""}
        with pytest.raises(MissingAnswerError):
            actions.perform(db.session(), proposal_of(number), "twin", by=COORDINATOR, now=NOW, answers=answers)
        answers["yes_of_body"] = "Their chair, in a call"
        actions.perform(db.session(), proposal_of(number), "twin", by=COORDINATOR, now=NOW, answers=answers)
        assert proposal_of(number).state == "twinned"


def test_the_letter_about_the_next_steps_leads_a_body_to_its_page(app: Flask) -> None:
    number, _, _ = acquainted(app)
    with app.app_context():
        assert "[[link:" in text_of(proposal_of(number), "twinning/first-contact-body")
