"""While letters about a twin wait for a second reader, the body's own page says nothing of what they say."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.models import Coordinator
from portal.clock import utc_now
from portal.extensions import db
from portal.submissions import actions, approvals
from portal.submissions.history import Mover
from portal.submissions.workflow import Actor
from tests.submissions.entries import NOW
from tests.submissions.walks import move
from tests.twinning.registrations import own_page
from tests.twinning.test_candidates import proposal_of
from tests.twinning.test_papers import branch_page, introduced


def hold(number: int, name: str, answers: Mapping[str, str]) -> int:
    """Make a move whose letters wait, in the context of the caller; the number of the reading."""
    maria = Coordinator(name="Maria", email="maria@example.org", role="coordinator", created_at=NOW)
    dafydd = Coordinator(name="Dafydd", email="dafydd@example.org", role="coordinator", created_at=NOW)
    db.session.add_all([maria, dafydd])
    db.session.flush()
    proposal, now = proposal_of(number), utc_now()
    by = Mover(Actor.COORDINATOR, maria)
    done = actions.perform(db.session(), proposal, name, by=by, now=now, answers=answers)
    return approvals.ask(db.session(), proposal, name, done.sent, by=maria, now=now).id


@pytest.mark.parametrize(
    ("name", "answers", "words"),
    [("pause", {"note": ""}, ("призупинено", "пауза")), ("end", {"reason": "They have moved."}, ("Завершилося",))],
)
@pytest.mark.parametrize("decision", ["", "send-back"])
def test_a_body_reads_nothing_of_a_pause_or_an_end_before_its_letter_has_left(
    app: Flask, client: FlaskClient, name: str, answers: dict[str, str], words: tuple[str, ...], decision: str
) -> None:
    number, body, _twin = introduced(app)
    page = own_page(app, body)
    with app.app_context():
        move(proposal_of(number), "first-contact")
        move(proposal_of(number), "twin")
        reading = hold(number, name, answers)
        dafydd = db.session.query(Coordinator).filter_by(name="Dafydd").one()
        found = approvals.find(db.session(), reading)
        assert found is not None
        if decision:
            approvals.send_back(db.session(), found, "Kinder, please.", by=dafydd, now=utc_now())
        db.session.commit()
    told = client.get(page)
    assert told.status_code == 200
    assert "Ми працюємо над вашим зверненням" in told.text
    assert "Ми шукаємо для вас побратимів" not in told.text
    for word in words:
        assert word not in told.text, word
    if decision:
        return
    with app.app_context():
        found = approvals.find(db.session(), reading)
        assert found is not None
        dafydd = db.session.query(Coordinator).filter_by(name="Dafydd").one()
        approvals.approve(db.session(), found, by=dafydd, now=utc_now())
        db.session.commit()
    assert "Ми працюємо над вашим зверненням" not in client.get(page).text


def test_a_branch_can_pause_and_end_while_a_letter_of_ours_waits(app: Flask, client: FlaskClient) -> None:
    number, _body, _twin = introduced(app)
    page = branch_page(app, number)
    with app.app_context():
        hold(number, "first-contact", {})
        db.session.commit()
    told = client.get(page).text
    assert "We are working on your request" in told
    for name in ("branch-pauses", "end"):
        assert f'href="{page}/moves/{name}"' in told
        assert client.get(f"{page}/moves/{name}").status_code == 200
