"""Letters that came back from a second reader are not forgotten: a task stays until they leave or are not needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Coordinator
from portal.emails.models import CANCELLED
from portal.extensions import db
from portal.submissions import kept_back, mail_proof, untold
from portal.submissions.approvals import DecidedAlreadyError, NotTheirsToDecideError
from portal.submissions.work import Approval, Task
from tests.submissions.test_approvals import (
    MONDAY,
    PEOPLE,
    Desk,
    again_on,
    approve,
    desk,
    reminded,
    send_back,
    take_back,
)

__all__ = ["desk"]
WHY = "I have told Jean on the telephone."
SPEAKER = {"speaker_name": "Olha", "speaker_email": "olha@example.org", "speaker_language": "en"}
MEETING = {"confirmed_on": "2027-01-14", "confirmed_time": "19:30", "agreed": "By telephone"}


def not_needed(approval: Approval, by: Coordinator) -> None:
    kept_back.not_needed(db.session(), approval, WHY, by=by, now=MONDAY + timedelta(days=1))


def open_tasks(desk: Desk) -> list[str]:
    with desk.app.app_context():
        return list(
            db.session.scalars(
                select(Task.about).where(Task.done_at.is_(None), Task.reason == "approval").order_by(Task.id)
            )
        )


@pytest.mark.parametrize(("decision", "by"), [(send_back, "taras"), (take_back, "maria")])
@pytest.mark.parametrize("who", ["maria", "taras"])
def test_letters_that_are_not_needed_end_the_task_and_the_waiting(
    desk: Desk, decision: Callable[[Approval, Coordinator], object], by: str, who: str
) -> None:
    number = desk.ask(move="decline", reason="We have nobody.")
    desk.decide(number, decision, by)
    assert len(open_tasks(desk)) == 1
    with desk.app.app_context():
        assert untold.held_since(db.session(), desk.number) is not None
        assert [each.id for each in kept_back.listed(db.session())] == [number]
    desk.decide(number, not_needed, who)
    assert open_tasks(desk) == []
    assert desk.letters() == [(CANCELLED, False)]
    assert desk.history()[-1] == "letters-not-needed"
    with desk.app.app_context():
        assert untold.held_since(db.session(), desk.number) is None
        assert kept_back.listed(db.session()) == []
    for too_late in (not_needed, again_on(2, for_reader=False)):
        with pytest.raises(DecidedAlreadyError):
            desk.decide(number, too_late, "maria")


def test_only_what_was_kept_back_can_be_not_needed(desk: Desk) -> None:
    number = desk.ask()
    with pytest.raises(DecidedAlreadyError):
        desk.decide(number, not_needed, "maria")
    desk.decide(number, send_back, "taras")
    with pytest.raises(NotTheirsToDecideError):
        desk.decide(number, not_needed, "vera")
    desk.decide(number, again_on(1, for_reader=False), "maria")
    assert desk.history()[-1] == "letters-sent-again"
    with pytest.raises(DecidedAlreadyError):
        desk.decide(number, not_needed, "maria")


def test_the_days_count_from_when_nobody_waits_for_the_letter_any_more(desk: Desk) -> None:
    number = desk.ask(move="ask", question="Has your hall a screen?")
    desk.decide(number, send_back, "taras")
    assert {template for days in range(1, 10) for template in reminded(desk, days)} == {"common/question"}
    desk.decide(
        number,
        lambda found, by: kept_back.not_needed(db.session(), found, WHY, by=by, now=MONDAY + timedelta(days=10)),
        "maria",
    )
    assert set(reminded(desk, 11)) == {"common/question"}
    assert "common/question-reminder" in reminded(desk, 14)


def test_nobody_is_told_of_a_meeting_whose_confirmation_was_kept_back(desk: Desk) -> None:
    desk.decide(desk.ask(move="offer", **SPEAKER), approve, "taras")
    number = desk.ask(move="confirm", **MEETING)
    desk.decide(number, send_back, "taras")
    before = set(reminded(desk, 1))
    assert {template for days in range(30, 56) for template in reminded(desk, days)} == before


def test_once_it_has_left_the_meeting_is_reminded_of(desk: Desk) -> None:
    desk.decide(desk.ask(move="offer", **SPEAKER), approve, "taras")
    number = desk.ask(move="confirm", **MEETING)
    desk.decide(number, send_back, "taras")
    desk.decide(number, again_on(40, for_reader=False), "maria")
    assert "speaker/meeting-soon" in reminded(desk, 45)


def test_the_proof_of_the_mail_names_what_was_forgotten(desk: Desk) -> None:
    """As it was once possible to finish the task by hand."""
    number = desk.ask(move="decline", reason="We have nobody.")
    desk.decide(number, send_back, "taras")
    prove(desk, 2)
    assert len(open_tasks(desk)) == 1, "there is a task already"
    with desk.app.app_context():
        for task in db.session.scalars(select(Task)):
            task.done_at = MONDAY
        db.session.commit()
    prove(desk, 3)
    prove(desk, 4)
    assert open_tasks(desk) == [
        "The letters of “Decline with a reason” have never left, and nobody has been told. Send them, or say that they "
        "are not needed."
    ]
    desk.decide(number, not_needed, "taras")
    assert open_tasks(desk) == []
    prove(desk, 5)
    assert open_tasks(desk) == []


def prove(desk: Desk, days: int) -> None:
    with desk.app.app_context():
        now = MONDAY + timedelta(days=days)
        mail_proof.prove(db.session(), now.date(), now)
        db.session.commit()


def test_the_same_on_both_databases(any_app: Flask) -> None:
    both = Desk(any_app, **PEOPLE)
    number = both.ask(move="decline", reason="We have nobody.")
    both.decide(number, take_back, "maria")
    prove(both, 1)
    with any_app.app_context():
        db.session.query(Task).delete()
        db.session.commit()
        assert [each.id for each in kept_back.forgotten(db.session())] == [number]
    both.decide(number, not_needed, "taras")
    with any_app.app_context():
        assert kept_back.forgotten(db.session()) == []
