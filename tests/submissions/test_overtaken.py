"""Letters that wait while their request moves on: never sent as they are, and nobody hears of what they never heard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Coordinator
from portal.emails.models import CANCELLED, HELD, QUEUED, OutboxEmail
from portal.extensions import db
from portal.submissions import actions, approvals, kept_back, overtaken
from portal.submissions.approvals import DecidedAlreadyError, OvertakenError
from portal.submissions.history import Mover
from portal.submissions.models import Event, Submission
from portal.submissions.work import Approval
from portal.submissions.workflow import Actor
from tests.submissions.test_approvals import MONDAY, PEOPLE, Desk, again_on, approve, desk, send_back, take_back
from tests.submissions.test_kept_back import MEETING, SPEAKER, not_needed

__all__ = ["desk"]
Decision = Callable[[Approval, Coordinator], object]


def move(desk: Desk, name: str, **answers: str) -> list[str]:
    """Another move a day later; the templates of the letters that left with it."""
    with desk.app.app_context():
        submission = db.session.get_one(Submission, desk.number)
        by = Mover(Actor.COORDINATOR, desk.person("maria"))
        now = MONDAY + timedelta(days=1)
        done = actions.perform(db.session(), submission, name, by=by, now=now, answers=answers)
        db.session.commit()
        return [each.words.template for each in done.sent]


def anew(found: Approval, by: Coordinator) -> None:
    now = MONDAY + timedelta(days=2)
    letters = overtaken.written_anew(db.session(), found, by=by, now=now)
    as_of, _ = approvals.changed_since(db.session(), found)
    kept_back.send_again(db.session(), found, letters, by=by, now=now, edited={}, for_reader=False, as_of=as_of)


def read_by_branch(desk: Desk) -> list[str]:
    with desk.app.app_context():
        found = select(Event.transition).where(Event.is_public, Event.name == "transition").order_by(Event.id)
        return list(db.session.scalars(found))


@pytest.mark.parametrize(("decision", "by"), [(None, ""), (send_back, "taras"), (take_back, "maria")])
def test_a_decline_that_is_undone_never_leaves(desk: Desk, decision: Decision | None, by: str) -> None:
    number = desk.ask(move="decline", reason="We have nobody.")
    if decision is not None:
        desk.decide(number, decision, by)
    assert move(desk, "reopen", reason="Somebody is free after all.") == []
    assert read_by_branch(desk) == []
    for late in (approve, again_on(2, for_reader=False), anew):
        with pytest.raises((OvertakenError, DecidedAlreadyError)):
            desk.decide(number, late, "taras" if late is approve else "maria")
    assert [state for state, _ in desk.letters()] == [CANCELLED if decision else HELD]
    desk.decide(number, not_needed, "taras")
    assert [state for state, _ in desk.letters()] == [CANCELLED]


def test_who_heard_of_the_decline_hears_that_it_is_open_again(desk: Desk) -> None:
    desk.decide(desk.ask(move="decline", reason="We have nobody."), approve, "taras")
    assert move(desk, "reopen", reason="Somebody is free after all.") == ["common/reopened"]
    assert read_by_branch(desk) == ["decline", "reopen"]


@pytest.mark.parametrize("is_decided", [False, True])
def test_a_confirmation_kept_back_tells_the_date_of_today(desk: Desk, *, is_decided: bool) -> None:
    desk.decide(desk.ask(move="offer", **SPEAKER), approve, "taras")
    number = desk.ask(move="confirm", **MEETING)
    if is_decided:
        desk.decide(number, send_back, "taras")
    assert move(desk, "change-meeting", confirmed_on="2027-01-16", confirmed_time="18:00") == []
    for late in (approve, again_on(2, for_reader=False)):
        with pytest.raises((OvertakenError, DecidedAlreadyError)):
            desk.decide(number, late, "taras" if late is approve else "maria")
    if not is_decided:
        desk.decide(number, take_back, "maria")
    desk.decide(number, anew, "maria")
    with desk.app.app_context():
        left = db.session.scalars(
            select(OutboxEmail).where(OutboxEmail.state == QUEUED, OutboxEmail.template != "speaker/offer")
        )
        told = {letter.template: letter.text for letter in left}
    for template in ("speaker/confirmed", "speaker/booked"):
        assert "Saturday 16 January 2027" in told[template]
        assert "14 January" not in told[template]
    # The speaker has said yes to another day than this, and no letter asked them about it.
    assert "You are now booked" not in told["speaker/booked"]
    assert "Please say on your page whether the change suits you." in told["speaker/booked"]
    assert "will speak at your meeting" not in told["speaker/confirmed"]
    assert "they have still to say whether that suits them" in told["speaker/confirmed"]
    assert not {"speaker/changed", "speaker/changed-speaker"} & set(told)
    for late in (anew, not_needed):
        with pytest.raises(DecidedAlreadyError):
            desk.decide(number, late, "maria")


def test_who_decides_a_moment_after_a_move_is_told(any_app: Flask) -> None:
    both = Desk(any_app, **PEOPLE)
    number = both.ask(move="decline", reason="We have nobody.")
    move(both, "reopen", reason="Somebody is free after all.")
    with pytest.raises(OvertakenError):
        both.decide(number, approve, "taras")
    both.decide(number, not_needed, "maria")
    with pytest.raises(DecidedAlreadyError):
        both.decide(number, not_needed, "taras")
    assert [state for state, _ in both.letters()] == [CANCELLED]


def test_a_decision_and_a_move_at_the_same_moment_meet_in_the_version_of_the_request(desk: Desk) -> None:
    number = desk.ask()
    with desk.app.app_context():
        version = db.session.get_one(Submission, desk.number).version
    desk.decide(number, approve, "taras")
    with desk.app.app_context():
        assert db.session.get_one(Submission, desk.number).version == version + 1
