"""What a second reader has not read yet, the branch does not read on its own page either."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.models import Coordinator
from portal.clock import utc_now
from portal.emails import links
from portal.extensions import db
from portal.submissions import actions, approvals, intake, kept_back
from portal.submissions.history import Mover
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor
from tests.public.conftest import main_of
from tests.submissions.entries import BRANCH, NOW, affiliation_answers, speaker_answers

REASON = "We only serve unions."


def make_coordinators() -> None:
    """Maria, who decides, and Petro, who reads what she decided."""
    for name in ("maria", "petro"):
        db.session.add(Coordinator(name=name.title(), email=f"{name}@example.org", role="coordinator", created_at=NOW))


def declined(app: Flask) -> tuple[str, int]:
    """A request that was declined, its letter held for a second reader: its private page, and the reading."""
    with app.app_context():
        make_coordinators()
        found: Any = intake.file(db.session(), "speaker", speaker_answers(), now=NOW, language="en", by=BRANCH)
        db.session.flush()
        maria, now = person("maria"), utc_now()
        done = actions.perform(
            db.session(), found, "decline", by=Mover(Actor.COORDINATOR, maria), now=now, answers={"reason": REASON}
        )
        approval = approvals.ask(db.session(), found, "decline", done.sent, by=maria, now=now)
        page = links.url_of(links.issue(db.session(), "track", found.id, now))
        db.session.commit()
        return page[page.index("/track/") :], approval.id


def person(name: str) -> Coordinator:
    return db.session.query(Coordinator).filter_by(email=f"{name}@example.org").one()


def test_a_decision_that_nobody_has_read_yet_does_not_stand_on_the_page(app: Flask, client: FlaskClient) -> None:
    path, number = declined(app)
    page = client.get(path)
    assert page.status_code == 200
    assert "We are working on your request" in page.text
    for word in (REASON, "could not take", "declined", "Begin a new form", "Maria"):
        assert word not in page.text
    assert "Request received" in page.text
    with app.app_context():
        approval = approvals.find(db.session(), number)
        assert approval is not None
        approvals.approve(db.session(), approval, by=person("petro"), now=utc_now())
        db.session.commit()
    page = client.get(path)
    assert "We could not take this request on" in page.text
    assert REASON in page.text


def test_a_branch_can_leave_meanwhile(app: Flask, client: FlaskClient) -> None:
    declined(app)
    with app.app_context():
        maria, now = person("maria"), utc_now()
        found: Any = intake.file(db.session(), "affiliation", affiliation_answers(), now=NOW, language="en", by=BRANCH)
        by = Mover(Actor.COORDINATOR, maria)
        actions.perform(db.session(), found, "accept", by=by, now=now, answers={"fee_pence": "5000"})
        paid = {"paid_pence": "5000", "paid_on": now.date().isoformat()}
        done = actions.perform(db.session(), found, "paid", by=by, now=now, answers=paid)
        approvals.ask(db.session(), found, "paid", done.sent, by=maria, now=now)
        page = links.url_of(links.issue(db.session(), "track", found.id, now))
        db.session.commit()
    path = page[page.index("/track/") :]
    assert "We are working on your request" in client.get(path).text
    told = client.get(path).text
    assert f'href="{path}/moves/leave"' in told
    assert "End our affiliation" not in told + client.get(f"{path}/moves/leave").text
    assert "Withdraw this request" in told


def test_a_decision_that_was_sent_back_stays_unread(app: Flask, client: FlaskClient) -> None:
    path, number = declined(app)
    with app.app_context():
        approval = approvals.find(db.session(), number)
        assert approval is not None
        approvals.send_back(db.session(), approval, "Kinder, please.", by=person("petro"), now=utc_now())
        db.session.commit()
    assert REASON not in client.get(path).text


def test_letters_that_are_not_needed_let_the_page_go_on(app: Flask, client: FlaskClient) -> None:
    path, number = declined(app)
    with app.app_context():
        approval = approvals.find(db.session(), number)
        assert approval is not None
        approvals.send_back(db.session(), approval, "Ring them.", by=person("petro"), now=utc_now())
        kept_back.not_needed(db.session(), approval, "I have rung them.", by=person("petro"), now=utc_now())
        db.session.commit()
    page = client.get(path)
    assert "We could not take this request on" in page.text
    assert "rung them" not in page.text


def test_the_fee_that_was_worked_out_stays_on_the_page(app: Flask, client: FlaskClient) -> None:
    """It vanished while the acceptance waited, though the branch had read it when it applied."""
    with app.app_context():
        make_coordinators()
        found: Any = intake.file(db.session(), "affiliation", affiliation_answers(), now=NOW, language="en", by=BRANCH)
        db.session.flush()
        page = links.path_of(links.issue(db.session(), "track", found.id, utc_now()))
        number = found.id
        db.session.commit()
    before = client.get(page).text
    assert "The fee, worked out" in before
    with app.app_context():
        found = db.session.get_one(Submission, number)
        maria, now = person("maria"), utc_now()
        by = Mover(Actor.COORDINATOR, maria)
        done = actions.perform(db.session(), found, "accept", by=by, now=now, answers={"fee_pence": "50"})
        approvals.ask(db.session(), found, "accept", done.sent, by=maria, now=now)
        db.session.commit()
    held = client.get(page).text
    assert "The fee, worked out" in held
    assert "The fee is due" not in main_of(held)
