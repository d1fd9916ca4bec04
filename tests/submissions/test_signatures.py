"""Under a letter stands whoever pressed the button or wrote the words; where nobody did, the campaign alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.accounts.models import Coordinator
from portal.clock import london_day
from portal.extensions import db
from portal.submissions import actions, follow_ups, intake
from portal.submissions.history import Mover
from portal.submissions.workflow import Actor
from tests.submissions.entries import BRANCH, NOW, speaker_answers
from tests.submissions.walks import move, text_of

CAMPAIGN_ALONE = "In solidarity,\nUkraine Solidarity Campaign"


@pytest.fixture
def request_of_maria(app: Flask) -> Any:
    """A request that Maria looks after, and Petro, who makes a move for her; in an application context."""
    with app.app_context():
        maria, petro = (
            Coordinator(name=name, email=f"{name.split()[0]}@example.org", role="coordinator", created_at=NOW)
            for name in ("Maria Kovalenko", "Petro Lys")
        )
        db.session.add_all([maria, petro])
        request = intake.file(db.session(), "speaker", speaker_answers(), now=NOW, language="en", by=BRANCH)
        request.coordinator = maria
        db.session.flush()
        yield request, Mover(Actor.COORDINATOR, petro)


def test_the_mover_signs_not_whoever_looks_after_it(request_of_maria: Any) -> None:
    request, petro = request_of_maria
    move(request, "start-matching", by=petro)
    letter = text_of(request, "speaker/matching")
    assert "In solidarity,\nPetro Lys\nUkraine Solidarity Campaign" in letter
    assert "Maria Kovalenko will write again" in letter


def test_who_wrote_a_message_signs_it(request_of_maria: Any) -> None:
    request, petro = request_of_maria
    actions.message_to_branch(db.session(), request, "The hall is fine.", by=petro, now=NOW)
    assert "In solidarity,\nPetro Lys\n" in text_of(request, "common/message")


def test_what_the_branch_does_itself_is_answered_by_the_campaign(request_of_maria: Any) -> None:
    request, _ = request_of_maria
    actions.message_from_branch(db.session(), request, "We have moved.", now=NOW)
    assert CAMPAIGN_ALONE in text_of(request, "common/message-received")
    move(request, "withdraw", by=BRANCH)
    assert CAMPAIGN_ALONE in text_of(request, "common/withdrawn")


def test_what_comes_by_itself_is_signed_by_whoever_looks_after_the_request(request_of_maria: Any) -> None:
    request, _ = request_of_maria
    move(request, "ask", by=Mover(Actor.COORDINATOR))
    first = follow_ups.planned(request, {}, london_day(NOW))[0]
    follow_ups.carry_out(db.session(), request, first, by=follow_ups.BY_ITSELF, now=NOW)
    assert "In solidarity,\nMaria Kovalenko\nUkraine Solidarity Campaign" in text_of(
        request, "common/question-reminder"
    )


def test_a_move_that_comes_by_itself_is_signed_by_whoever_looks_after_the_request(request_of_maria: Any) -> None:
    request, petro = request_of_maria
    move(request, "offer", by=petro)
    move(request, "confirm", by=petro)
    held_on = datetime.combine(request.meeting_on + timedelta(days=1), NOW.timetz())
    move(request, "held", by=follow_ups.BY_ITSELF, now=held_on)
    for template in ("speaker/how-did-it-go", "speaker/thanks"):
        assert "\nMaria Kovalenko\n" in text_of(request, template)
    request.coordinator = None
    move(request, "close-without-report", by=follow_ups.BY_ITSELF, now=held_on)
