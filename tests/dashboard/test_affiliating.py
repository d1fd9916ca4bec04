"""At the desk an affiliation rests on the aims and on a decision: what the form or the meeting left open is said."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from portal.affiliations.models import FeeBand, Term
from portal.clock import london_day, utc_now
from portal.extensions import db
from portal.submissions import actions
from portal.submissions.actions import Mover
from portal.submissions.day_words import in_words_of
from portal.submissions.models import Submission
from portal.submissions.work import Task
from portal.submissions.workflow import Actor
from tests.dashboard.conftest import Page
from tests.dashboard.test_panel import panel

HOW = "How do you know that the branch accepts our aims?"


@pytest.fixture
def silent(make_request: Callable[..., int]) -> int:
    """An affiliation whose form does not say that the branch accepts the aims."""
    return make_request("affiliation", accepts_aims=False, decision="carried")


def test_what_the_form_leaves_out_stands_on_the_page(
    coordinator: FlaskClient, make_request: Callable[..., int], silent: int
) -> None:
    html = coordinator.get(f"/dashboard/requests/{silent}").text
    assert "Next: ask whether the branch accepts the aims" in panel(html)
    assert "The branch has not said that it accepts the aims." in panel(html)
    assert "The form does not say that the branch accepts them" in html
    first, second = re.findall(r'<a class="button button--(\w+)" href="([^"]+)"', html[html.index('class="moves"') :])[
        :2
    ]
    assert first == ("primary", f"/dashboard/requests/{silent}/moves/ask")
    assert second[0] == "quiet"
    html = coordinator.get(f"/dashboard/requests/{make_request('affiliation', decision='carried')}").text
    assert "Next: read it and accept" in panel(html)
    assert "The form does not say" not in html


def test_who_decides_on_a_fee_reads_why_and_what_is_usual(
    coordinator: FlaskClient, app: Flask, make_request: Callable[..., int]
) -> None:
    with app.app_context():
        db.session.execute(delete(FeeBand))
        db.session.add(FeeBand(body_type="branch", basis="flat", pence=3500))
        db.session.commit()
    facts = {"fee_wish": "waiver", "waiver_reason": "Half of us are on strike", "offered_pence": 0}
    number = make_request("affiliation", accepts_aims=True, decision="carried", **facts)
    html = coordinator.get(f"/dashboard/requests/{number}/moves/accept").text
    assert "The branch asks to pay nothing. It writes: “Half of us are on strike”. The table gives £35.00" in html


def test_it_is_accepted_once_somebody_says_how_we_know(
    coordinator: FlaskClient, make_request: Callable[..., int], silent: int, look: Callable[..., Any]
) -> None:
    path = f"/dashboard/requests/{silent}/moves/accept"
    page = Page(coordinator, path)
    assert re.search(rf"<label[^>]*>\s*{re.escape(HOW)}\s*</label>", page.text), "it is not optional"
    answer = page.post(fee_pence="50", aims="")
    assert "There is a problem" in answer.text
    assert "The branch has not said that it accepts the aims" in answer.text
    assert look(silent, "state") == "received"
    answer = page.post(fee_pence="50", aims="The secretary said so by telephone.", step="send")
    assert answer.status_code == 303, answer.text
    assert look(silent, "state") == "awaiting-payment"
    assert look(silent, "aims_noted_on")
    assert not look(silent, "accepts_aims")
    html = coordinator.get(f"/dashboard/requests/{silent}").text
    assert "The secretary said so by telephone." in html
    assert f"Accepted, as we noted on {in_words_of(london_day(utc_now()), 'en')}" in html
    other = make_request("affiliation", decision="carried", branch_name="Tyne", heading="Tyne")
    assert HOW not in coordinator.get(f"/dashboard/requests/{other}/moves/accept").text


@pytest.mark.parametrize("facts", [{"fee_wish": "waiver"}, {"fee_pence": None, "members": None}])
def test_a_fee_that_is_still_to_be_agreed_is_not_called_optional(
    coordinator: FlaskClient, make_request: Callable[..., int], look: Callable[..., Any], facts: dict[str, Any]
) -> None:
    number = make_request("affiliation", decision="carried", **facts)
    page = Page(coordinator, f"/dashboard/requests/{number}/moves/accept")
    assert re.search(r"<label[^>]*>\s*Fee for this year\s*</label>", page.text)
    assert "Leave this empty" not in page.text
    answer = page.post(fee_pence="", step="send")
    assert "Enter the fee that you have agreed on with the branch." in answer.text
    assert look(number, "state") == "received"
    assert page.post(fee_pence="20", step="send").status_code == 303


def test_nor_is_its_fee_waived_before(money_handler: FlaskClient, silent: int, look: Callable[..., Any]) -> None:
    path = f"/dashboard/requests/{silent}/moves/waive"
    answer = Page(money_handler, path).post(reason="A strike", aims="", step="send")
    assert "The branch has not said that it accepts the aims" in answer.text
    assert look(silent, "state") == "received"


def test_a_branch_that_was_affiliated_is_not_asked_again(app: Flask, coordinator: FlaskClient, silent: int) -> None:
    with app.app_context():
        request = db.session.get_one(Submission, silent)
        request.state, request.turn = "active", "nobody"
        db.session.commit()
    assert "accepts the aims" not in panel(coordinator.get(f"/dashboard/requests/{silent}").text)


def test_nobody_asks_for_the_renewal_before_the_year_nears_its_end(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number, today = make_request("affiliation", state="active"), london_day(utc_now())
    with app.app_context():
        term = Term(affiliation_id=number, starts_on=today, ends_on=today + timedelta(days=364), fee_pence=5000)
        term.paid_pence = 5000
        db.session.add(term)
        db.session.commit()
    page, path = f"/dashboard/requests/{number}", f"/dashboard/requests/{number}/moves/renewal-due"
    html = coordinator.get(page).text
    assert "You can say “Ask for the renewal” from " in panel(html)
    assert f'href="{path}"' not in html
    assert "You can say “Ask for the renewal” from " in coordinator.get(path).text
    with app.app_context():
        db.session.get_one(Term, 1).ends_on = today + timedelta(days=90)
        db.session.commit()
    assert f'href="{path}"' in coordinator.get(page).text


def test_a_branch_that_has_put_its_decision_off_is_waited_for_without_the_old_meeting(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request("affiliation", decision="going", decision_meeting="AGM")
    with app.app_context():
        request = db.session.get_one(Submission, number)
        for name in ("await-decision", "put-off"):
            actions.perform(db.session(), request, name, by=Mover(Actor.COORDINATOR), now=utc_now())
        db.session.commit()
    html = coordinator.get(f"/dashboard/requests/{number}").text
    assert "Next: the branch tells us when it decides" in panel(html)
    assert "AGM" not in html


def test_the_affiliation_of_an_affiliated_branch_is_ended_and_not_withdrawn(
    coordinator: FlaskClient, make_request: Callable[..., int], look: Callable[..., Any]
) -> None:
    still_asked = coordinator.get(f"/dashboard/requests/{make_request('affiliation')}").text
    assert "Withdraw the request" in panel(still_asked)
    number = make_request("affiliation", state="active", branch_name="Tyne", heading="Tyne")
    assert "End the affiliation" in panel(coordinator.get(f"/dashboard/requests/{number}").text)
    page = Page(coordinator, f"/dashboard/requests/{number}/moves/leave")
    assert "<h1>End the affiliation</h1>" in page.text
    assert "withdraw" not in re.sub(r'action="[^"]*"', "", page.text.lower())
    assert "<h1>End the affiliation</h1>" in page.post(reason="").text
    assert page.post(reason="", step="send").status_code == 303
    desk = coordinator.get(f"/dashboard/requests/{number}").text
    assert "The affiliation was ended." in desk
    assert "withdrawn" not in desk.lower(), "nor does its history say so"
    assert look(number, "state") == "ended"
    lists = coordinator.get("/dashboard/requests?view=everything&state=ended").text
    assert "Tyne" in lists
    assert '<span class="tag tag--done">Ended</span>' in lists


def test_it_is_our_turn_while_we_owe_the_invoice(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request("affiliation", decision="carried", wants_invoice="yes")
    path = f"/dashboard/requests/{number}"
    assert Page(coordinator, f"{path}/moves/accept").post(step="send").status_code == 303
    said = panel(coordinator.get(path).text)
    assert "Next: write the invoice, and send it" in said
    assert "It is our turn." in said
    assert "treasurer’s turn" not in said
    with app.app_context():
        db.session.query(Task).filter_by(reason="invoice").one().done_at = utc_now()
        db.session.commit()
    said = panel(coordinator.get(path).text)
    assert "Next: the fee arrives" in said
    assert "It is the treasurer’s turn." in said
