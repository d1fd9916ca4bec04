"""What a branch wrote waits for us until it is answered; then the turn goes back, and reminders run again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.clock import london_day
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import actions, ahead, answering, follow_ups, tasks, turns, whole
from portal.submissions.day_words import in_words_of
from portal.submissions.history import Mover
from portal.submissions.models import NO_DATE, Event
from portal.submissions.planned import Came
from portal.submissions.work import FollowUpMark, Task
from portal.submissions.workflow import Actor
from tests.submissions.clockwork import Clockwork, london
from tests.submissions.entries import BRANCH, NOW
from tests.submissions.test_follow_ups import at, came, file, letters, live_through, open_tasks
from tests.submissions.walks import move

CAMPAIGN = Mover(Actor.COORDINATOR)
MONDAY = date(2026, 11, 23)
MEETING = date(2027, 1, 14)
BOTH_REMINDERS = ("common/question-reminder", "common/question-last-reminder")


@pytest.fixture
def in_context(app: Flask) -> Any:
    """As the worker asks."""
    with app.app_context():
        yield


def hear(submission: Any, now: Any) -> None:
    actions.message_from_branch(db.session(), submission, "Thank you for all this.", now=now)
    db.session.commit()


def write(submission: Any, now: Any) -> None:
    actions.message_to_branch(db.session(), submission, "With pleasure.", by=CAMPAIGN, now=now)
    db.session.commit()


def booked() -> Any:
    submission = file("speaker", decide_by=None, venue="Miners’ Hall", meeting_format="in-person")
    move(submission, "offer", now=at(date(2026, 12, 1)), by=CAMPAIGN)
    move(submission, "confirm", now=at(date(2026, 12, 1)), by=CAMPAIGN, confirmed_on=f"{MEETING:%d %B %Y}")
    db.session.commit()
    return submission


@pytest.mark.usefixtures("in_context")
def test_our_message_hands_the_turn_back_and_the_meeting_is_reminded_of() -> None:
    submission = booked()
    hear(submission, at(date(2027, 1, 4)))
    live_through(date(2027, 1, 4), date(2027, 1, 8))
    assert (submission.turn, open_tasks(submission)) == ("us", ["meeting-unsettled"])
    write(submission, at(date(2027, 1, 8), 12))
    assert (submission.turn, submission.due_on, submission.queue_on) == ("nobody", None, NO_DATE)
    assert open_tasks(submission) == []
    live_through(date(2027, 1, 9), date(2027, 1, 16))
    assert [name for name, _, _ in came(submission) if name != answering.ANSWERED] == [
        "meeting-unsettled",
        "meeting-soon",
        "meeting-tomorrow",
        "meeting-held",
    ]


@pytest.mark.usefixtures("in_context")
@pytest.mark.parametrize("settled", ["by a message", "by a call"])
def test_a_question_is_reminded_of_again_but_not_at_once(settled: str) -> None:
    submission = file("speaker", decide_by=None, meeting_on=None)
    move(submission, "ask", now=at(MONDAY), by=CAMPAIGN)
    hear(submission, at(MONDAY + timedelta(days=2)))
    asked_first = follow_ups.day_for(
        next(row for row in submission.WORKFLOW.follow_ups if row.name == "question-reminder"), MONDAY, "england"
    )
    answered_on = max(asked_first, MONDAY + timedelta(days=3))
    live_through(MONDAY, answered_on)
    assert letters(submission, *BOTH_REMINDERS) == []
    if settled == "by a message":
        write(submission, at(answered_on, 12))
    else:
        assert answering.settle(db.session(), submission, by=CAMPAIGN, now=at(answered_on, 12))
        db.session.commit()
    assert (submission.turn, submission.due_on) == ("branch", None)
    live_through(answered_on, MONDAY + timedelta(days=30))
    days = [on for _, on in letters(submission, *BOTH_REMINDERS)]
    assert days
    assert min(days) >= answered_on + timedelta(days=follow_ups.AFTER_AN_ANSWER)
    assert open_tasks(submission) == ["question-unanswered"]


@pytest.mark.usefixtures("in_context")
def test_a_treasurer_is_asked_for_the_fee_although_the_branch_said_thank_you() -> None:
    submission = file("affiliation")
    move(submission, "accept", now=at(MONDAY), by=CAMPAIGN, fee_pence="£50")
    hear(submission, at(MONDAY + timedelta(days=1)))
    write(submission, at(MONDAY + timedelta(days=2)))
    live_through(MONDAY + timedelta(days=25), MONDAY + timedelta(days=70))
    names = [name for name, outcome, _ in came(submission) if outcome == "done"]
    assert names == [answering.ANSWERED, "fee-reminder", "fee-last-reminder"]


@pytest.mark.usefixtures("in_context")
def test_in_a_state_of_ours_the_turn_stays_and_the_day_goes_back_to_what_was_promised() -> None:
    submission = file("speaker", decide_by=None, meeting_on=None)
    move(submission, "start-matching", now=at(MONDAY), by=CAMPAIGN)
    promised = submission.due_on
    hear(submission, at(MONDAY))
    assert submission.due_on < promised
    write(submission, at(MONDAY, 12))
    assert (submission.turn, submission.due_on) == ("us", promised)
    write(submission, at(MONDAY + timedelta(days=2)))
    assert submission.due_on == promised, "our own messages win us no time"
    assert answering.settle(db.session(), submission, by=CAMPAIGN, now=at(MONDAY)) is None


@pytest.mark.usefixtures("in_context")
def test_a_yes_to_a_twin_is_a_step_of_ours_that_a_message_does_not_make() -> None:
    submission = file("twinning")
    for name in ("check", "seek", "propose"):
        move(submission, name, now=at(MONDAY), by=CAMPAIGN)
    move(submission, "yes-to-twin", now=at(MONDAY), by=BRANCH)
    write(submission, at(MONDAY, 12))
    assert submission.turn == "us"
    hear(submission, at(MONDAY, 13))
    answering.settle(db.session(), submission, by=CAMPAIGN, now=at(MONDAY, 14))
    assert submission.turn == "us"


@pytest.mark.usefixtures("in_context")
def test_a_date_that_the_branch_has_changed_is_settled_by_more_than_words() -> None:
    submission = booked()
    later = [{"on": "2027-01-21", "time": ""}, {"on": "2027-01-28", "time": ""}]
    actions.amend(db.session(), submission, {"dates": later}, by=BRANCH, now=at(date(2026, 12, 7)))
    write(submission, at(date(2026, 12, 8)))
    assert submission.turn == "speaker", "whoever is booked has still to say which day suits"
    answering.settle(db.session(), submission, by=CAMPAIGN, now=at(date(2026, 12, 9)))
    assert submission.turn == "speaker", "the old day would go out once more"


@pytest.mark.usefixtures("in_context")
def test_it_is_written_down_who_said_that_all_is_settled() -> None:
    submission = booked()
    hear(submission, at(date(2026, 12, 7)))
    answering.settle(db.session(), submission, by=CAMPAIGN, now=at(date(2026, 12, 8)))
    answering.settle(db.session(), submission, by=CAMPAIGN, now=at(date(2026, 12, 8)))
    hear(submission, at(date(2026, 12, 8), 11))
    write(submission, at(date(2026, 12, 8), 12))
    db.session.commit()
    lines = db.session.scalars(select(Event).where(Event.name == answering.SETTLED)).all()
    assert [(line.actor, line.is_public) for line in lines] == [("coordinator", False)]
    marks = select(FollowUpMark.due_on).where(FollowUpMark.name == answering.ANSWERED)
    assert db.session.scalars(marks).all() == [date(2026, 12, 8)], "one a day is enough"


@pytest.mark.usefixtures("in_context")
def test_a_closed_or_held_request_owes_no_answer() -> None:
    submission = file("speaker")
    move(submission, "decline", now=NOW, by=CAMPAIGN)
    write(submission, NOW)
    assert (submission.turn, answering.is_owed(submission)) == ("nobody", False)
    assert tasks.of_request(db.session(), submission.id) == []
    assert db.session.scalars(select(Task)).all() == []
    assert london_day(NOW) == date(2026, 11, 22)


def test_who_was_answered_and_writes_again_begins_the_days_of_silence_anew(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    number = clockwork.request("2026-11-02 10:00", maria)
    clockwork.act(number, "2026-11-02 11:00", maria, "ask", question="Which room?")
    clockwork.hear(number, "2026-11-03 10:00")
    with clockwork.app.app_context():
        submission = whole.load(db.session(), number)
        assert submission is not None
        actions.message_to_branch(db.session(), submission, "Thank you.", by=CAMPAIGN, now=london("2026-11-03 11:00"))
        db.session.commit()
    clockwork.hear(number, "2026-11-23 15:00")
    assert clockwork.see(number, "due_on") == date(2026, 11, 26)
    clockwork.work("2026-11-25 12:30", "2026-11-26 12:30")
    assert clockwork.see(number, "coordinator_id") == maria, "the branch wrote three days ago, not three weeks"


def test_what_lies_ahead_reads_the_same_on_both_databases(any_app: Flask) -> None:
    with any_app.app_context():
        submission = booked()
        hear(submission, at(date(2026, 12, 7)))
        answering.settle(db.session(), submission, by=CAMPAIGN, now=at(date(2026, 12, 8)))
        db.session.commit()
        known = ahead.ahead(db.session(), submission.id)
        assert known is not None
        mark = (answering.ANSWERED, date(2026, 12, 8))
        assert known.marks == {mark: Came("done", date(2026, 12, 8))}
        assert known.marks == follow_ups.marks_of(db.session(), submission.id)


@pytest.mark.usefixtures("in_context")
@pytest.mark.parametrize(("due", "told"), [(-3, 1), (0, 1), (1, 1), (2, 2)])
def test_nobody_who_writes_in_the_evening_is_promised_an_answer_the_same_evening(due: int, told: int) -> None:
    """A form that came at 20.00 on the day that was promised before was to be answered by that same Wednesday."""
    submission = file("speaker", decide_by=None, meeting_on=None)
    wednesday = date(2026, 11, 25)
    turns.promise(submission, wednesday + timedelta(days=due))
    hear(submission, at(wednesday, 20))
    rows = select(OutboxEmail.text).where(OutboxEmail.template == "common/message-received")
    (text,) = db.session.scalars(rows).all()
    assert f"by {in_words_of(wednesday + timedelta(days=told), 'en')}" in text
    assert submission.due_on == wednesday + timedelta(days=due), "what we owe at the desk stays as near as it was"


@pytest.mark.usefixtures("in_context")
def test_nobody_is_reminded_of_a_day_that_is_in_question() -> None:
    submission = booked()

    def step(name: str, who: Actor, day: date, answers: dict[str, str] | None = None) -> None:
        actions.perform(db.session(), submission, name, by=Mover(who), now=at(day), answers=answers)
        db.session.commit()

    submission.dates = [{"on": "2027-02-11", "time": "19:00"}, {"on": "2027-02-18", "time": "19:00"}]
    actions.perform(
        db.session(),
        submission,
        "branch-names-other-days",
        by=Mover(Actor.WORKER),
        now=at(date(2027, 1, 4)),
        answers={},
    )
    db.session.commit()
    assert submission.turn == "speaker"
    live_through(date(2027, 1, 5), date(2027, 1, 16))
    names = [name for name, _, _ in came(submission)]
    assert "day-unsettled" in names
    assert not {"meeting-soon", "meeting-tomorrow", "meeting-held"}.intersection(names)
    assert (submission.state, open_tasks(submission)) == ("confirmed", ["day-over"])
    chosen = {"confirmed_on": "2027-02-11", "confirmed_time": "19:00"}
    actions.perform(
        db.session(),
        submission,
        "speaker-takes-day",
        by=Mover(Actor.SPEAKER),
        now=at(date(2027, 1, 17)),
        answers=chosen,
    )
    db.session.commit()
    live_through(date(2027, 2, 1), date(2027, 2, 12))
    names = [name for name, _, _ in came(submission)]
    assert [name for name in names if name.startswith("meeting-")] == [
        "meeting-soon",
        "meeting-tomorrow",
        "meeting-held",
    ]
