"""Letters that a second coordinator reads: held until then, decided once, by somebody else, and never lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Coordinator
from portal.emails import outbox, second_reading
from portal.emails.models import CANCELLED, HELD, QUEUED, OutboxEmail
from portal.extensions import db
from portal.submissions import actions, approvals, kept_back, registry, reminders, untold
from portal.submissions.actions import Mover
from portal.submissions.approvals import (
    DecidedAlreadyError,
    NobodyElseError,
    NotTheirsToDecideError,
    OvertakenError,
)
from portal.submissions.models import Event, Submission
from portal.submissions.work import Approval, Task
from portal.submissions.workflow import Actor
from portal.worker import Worker
from tests.dashboard.conftest import BRANCH_FACTS, KIND_FACTS

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Desk:
    """A request whose first move waits for a second reader, and the people of the desk by first name."""

    def __init__(self, app: Flask, **roles: str) -> None:
        self.app = app
        with app.app_context():
            for name, role in roles.items():
                db.session.add(
                    Coordinator(
                        email=f"{name}@example.org", name=name.title(), password="x", role=role, created_at=MONDAY
                    )
                )
            submission = registry.kind("speaker").model(**BRANCH_FACTS, **KIND_FACTS["speaker"], consents=[])
            actions.receive(db.session(), submission, now=MONDAY, by=Mover(Actor.BRANCH))
            for email in db.session.scalars(select(OutboxEmail)):
                db.session.delete(email)
            db.session.commit()
            self.number = submission.id

    def person(self, name: str) -> Coordinator:
        """An account, in the present context."""
        return db.session.scalars(select(Coordinator).where(Coordinator.email == f"{name}@example.org")).one()

    def ask(self, author: str = "maria", move: str = "start-matching", **answers: str) -> int:
        """Make a move, with its letters held for a second reader."""
        with self.app.app_context():
            submission = db.session.get_one(Submission, self.number)
            by = self.person(author)
            done = actions.perform(
                db.session(), submission, move, by=Mover(Actor.COORDINATOR, by), now=MONDAY, answers=answers
            )
            asked = approvals.ask(db.session(), submission, move, done.sent, by=by, now=MONDAY)
            db.session.commit()
            return asked.id

    def decide(self, number: int, decision: Callable[[Approval, Coordinator], object], by: str) -> None:
        """Decide in a fresh context."""
        with self.app.app_context():
            found = approvals.find(db.session(), number)
            assert found is not None
            try:
                decision(found, self.person(by))
                db.session.commit()
            finally:
                db.session.rollback()

    def letters(self) -> list[tuple[str, bool]]:
        """State of each letter, and whether a worker may take it."""
        with self.app.app_context():
            rows = db.session.scalars(select(OutboxEmail).order_by(OutboxEmail.id))
            return [(row.state, row.next_try_at is not None) for row in rows]

    def tasks(self) -> list[tuple[str, bool]]:
        """Whose each task is ("" for everybody) and whether it is open."""
        with self.app.app_context():
            found = db.session.scalars(select(Task).where(Task.reason == "approval").order_by(Task.id)).all()
            return [(task.coordinator.name if task.coordinator else "", task.done_at is None) for task in found]

    def history(self) -> list[str]:
        """The names of the lines of history, oldest first."""
        with self.app.app_context():
            return list(db.session.scalars(select(Event.name).order_by(Event.id)))


def approve(approval: Approval, by: Coordinator) -> None:
    approvals.approve(db.session(), approval, by=by, now=MONDAY)


def send_back(approval: Approval, by: Coordinator) -> None:
    approvals.send_back(db.session(), approval, "Please be warmer.", by=by, now=MONDAY)


def take_back(approval: Approval, by: Coordinator) -> None:
    approvals.take_back(db.session(), approval, by=by, now=MONDAY)


PEOPLE = {"maria": "coordinator", "taras": "coordinator", "ada": "admin", "vera": "viewer"}


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app, **PEOPLE)


@pytest.fixture
def either_desk(any_app: Flask) -> Desk:
    """The same on both databases, for what their locks and checks decide."""
    return Desk(any_app, **PEOPLE)


def test_the_move_is_made_and_its_letters_wait(desk: Desk) -> None:
    number = desk.ask()
    assert desk.letters() == [(HELD, False)]
    assert desk.tasks() == [("Ada", True), ("Taras", True)]
    assert desk.history() == ["received", "transition", "letters-held"]
    with desk.app.app_context():
        assert db.session.get_one(Submission, desk.number).state == "matching"
        found = approvals.find(db.session(), number)
        assert found is not None
        assert found.expires_at == datetime(2026, 11, 25, 18, 0, tzinfo=UTC), "the end of the second working day"
        assert [each.id for each in approvals.waiting(db.session())] == [number]


def test_approved_letters_leave(either_desk: Desk) -> None:
    either_desk.decide(either_desk.ask(), approve, "taras")
    assert either_desk.letters() == [(QUEUED, True)]
    assert either_desk.tasks() == [("Ada", False), ("Taras", False)]
    assert either_desk.history()[-1] == "letters-approved"
    with either_desk.app.app_context():
        assert approvals.waiting(db.session()) == []


def test_letters_sent_back_stay_and_their_writer_learns_why(desk: Desk) -> None:
    number = desk.ask()
    desk.decide(number, send_back, "ada")
    assert desk.letters() == [(CANCELLED, False)]
    assert desk.tasks() == [("Ada", False), ("Taras", False), ("Maria", True)]
    with desk.app.app_context():
        task = db.session.scalars(select(Task).order_by(Task.id.desc())).first()
        assert task is not None
        assert "Please be warmer." in task.about
        found = approvals.find(db.session(), number)
        assert found is not None
        [words] = kept_back.words_of(found)
        assert "{private link}" in words.body
        assert words.address == BRANCH_FACTS["contact_email"]


@pytest.mark.parametrize("for_reader", [False, True])
def test_letters_sent_back_are_mended_and_sent_again_once(desk: Desk, for_reader: bool) -> None:
    number = desk.ask()
    desk.decide(number, send_back, "taras")

    def again(approval: Approval, by: Coordinator) -> None:
        words = kept_back.words_of(approval)
        mended = {words[0].key: ("Mended", words[0].body)}
        kept_back.send_again(db.session(), approval, words, by=by, now=MONDAY, edited=mended, for_reader=for_reader)

    desk.decide(number, again, "maria")
    assert desk.letters() == [(CANCELLED, False), (HELD, False) if for_reader else (QUEUED, True)]
    assert desk.tasks()[:3] == [("Ada", False), ("Taras", False), ("Maria", False)]
    assert desk.tasks()[3:] == ([("Ada", True), ("Taras", True)] if for_reader else [])
    with desk.app.app_context():
        newest = db.session.scalars(select(OutboxEmail).order_by(OutboxEmail.id.desc())).first()
        assert newest is not None
        assert newest.subject == "Mended"
        assert newest.link_ids
    with pytest.raises(DecidedAlreadyError):
        desk.decide(number, again, "maria")


@pytest.mark.parametrize("decision", [approve, send_back])
@pytest.mark.parametrize("by", ["maria", "vera"])
def test_nobody_decides_on_letters_of_their_own(
    desk: Desk, decision: Callable[[Approval, Coordinator], object], by: str
) -> None:
    number = desk.ask()
    with pytest.raises(NotTheirsToDecideError):
        desk.decide(number, decision, by)
    assert desk.letters() == [(HELD, False)]


def test_the_database_does_not_take_it_either(either_desk: Desk) -> None:
    number = either_desk.ask()

    def cheat(approval: Approval, by: Coordinator) -> None:
        approval.decided_by_id, approval.decided_at = by.id, MONDAY
        db.session.flush()

    with pytest.raises(IntegrityError):
        either_desk.decide(number, cheat, "maria")


def test_who_lost_the_account_decides_nothing(desk: Desk) -> None:
    number = desk.ask()
    with desk.app.app_context():
        desk.person("taras").active = False
        db.session.commit()
    with pytest.raises(NotTheirsToDecideError):
        desk.decide(number, approve, "taras")


def test_the_writer_takes_letters_back_and_nobody_else_does(desk: Desk) -> None:
    number = desk.ask()
    with pytest.raises(NotTheirsToDecideError):
        desk.decide(number, take_back, "taras")
    desk.decide(number, take_back, "maria")
    assert desk.letters() == [(CANCELLED, False)]
    assert desk.tasks() == [("Ada", False), ("Taras", False), ("Maria", True)]


@pytest.mark.parametrize("first", [approve, send_back])
@pytest.mark.parametrize("second", [approve, send_back])
def test_a_second_decision_finds_the_first(
    desk: Desk, first: Callable[[Approval, Coordinator], object], second: Callable[[Approval, Coordinator], object]
) -> None:
    number = desk.ask()
    desk.decide(number, first, "taras")
    stood = desk.letters()
    with pytest.raises(DecidedAlreadyError):
        desk.decide(number, second, "ada")
    assert desk.letters() == stood


def test_two_who_decide_at_once_meet(postgres_app: Flask) -> None:
    """One approves and one sends back at the same moment: what the first decided stands, and the second is told."""
    desk = Desk(postgres_app, **PEOPLE)
    number = desk.ask()
    told: list[str] = []

    def second() -> None:
        try:
            desk.decide(number, send_back, "ada")
        except DecidedAlreadyError:
            told.append("decided already")

    with postgres_app.app_context():
        found = approvals.find(db.session(), number)
        assert found is not None
        approve(found, desk.person("taras"))
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
        db.session.commit()
        thread.join(10)
    assert told == ["decided already"]
    assert desk.letters() == [(QUEUED, True)]


def test_letting_a_request_in_does_not_let_them_out(desk: Desk) -> None:
    desk.ask()
    with desk.app.app_context():
        assert outbox.release(db.session(), desk.number, MONDAY) == 0
        db.session.commit()
    assert desk.letters() == [(HELD, False)]


def test_nobody_reads_them_where_nobody_else_is(app: Flask) -> None:
    alone = Desk(app, maria="coordinator", vera="viewer")
    with pytest.raises(NobodyElseError):
        alone.ask()


def test_after_the_time_who_asked_is_told_once_and_nothing_leaves(either_desk: Desk) -> None:
    number = either_desk.ask()
    now = over = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
    worker = Worker(either_desk.app, "w", now=lambda: now)
    for seconds in (-600, 0, 600):
        now = over + timedelta(seconds=seconds)
        with either_desk.app.app_context():
            worker.tell_of_unread()
        assert len(either_desk.tasks()) == (2 if seconds < 0 else 3)
    assert either_desk.tasks()[-1] == ("Maria", True), "the readers have an overdue task each already"
    assert either_desk.letters() == [(HELD, False)]
    either_desk.decide(number, approve, "ada")
    assert not any(is_open for _, is_open in either_desk.tasks())
    assert either_desk.letters() == [(QUEUED, True)]


@pytest.mark.parametrize(
    ("asked_at", "until"),
    [
        # Late on a Friday evening; the end of summer time lies between asking and reading.
        (datetime(2026, 10, 23, 22, 40, tzinfo=UTC), datetime(2026, 10, 27, 18, 0, tzinfo=UTC)),
        # Long after midnight, and in summer.
        (datetime(2027, 7, 6, 1, 15, tzinfo=UTC), datetime(2027, 7, 8, 17, 0, tzinfo=UTC)),
    ],
)
def test_nobody_has_to_read_by_an_hour_in_the_night(desk: Desk, asked_at: datetime, until: datetime) -> None:
    """Letters that were held late in the evening were overdue late in an evening."""
    with desk.app.app_context():
        submission = db.session.get_one(Submission, desk.number)
        asked = approvals.ask(db.session(), submission, "start-matching", [], by=desk.person("maria"), now=asked_at)
        assert asked.expires_at == until


def test_a_letter_held_again_by_a_restored_backup_is_no_longer_waiting(desk: Desk) -> None:
    number = desk.ask()
    desk.decide(number, approve, "taras")
    with desk.app.app_context():
        assert not approvals.is_waiting(db.session(), number)
        assert [email.state for email in second_reading.letters_of(db.session(), number)] == [QUEUED]


OLHA = {"speaker_name": "Olha Savchenko", "speaker_email": "olha@example.org", "speaker_language": "en"}


def reminded(desk: Desk, days: float) -> list[str]:
    """The letters there are after the worker has looked, so many days after the move."""
    with desk.app.app_context():
        reminders.remind(db.session(), desk.number, MONDAY + timedelta(days=days))
        db.session.commit()
        written = db.session.scalars(select(OutboxEmail.template).order_by(OutboxEmail.id))
        return [template for template in written if not template.startswith("register/")]


def approve_on(days: int) -> Callable[[Approval, Coordinator], object]:
    return lambda found, by: approvals.approve(db.session(), found, by=by, now=MONDAY + timedelta(days=days))


def again_on(days: int, *, for_reader: bool) -> Callable[[Approval, Coordinator], object]:
    return lambda found, by: kept_back.send_again(
        db.session(),
        found,
        kept_back.words_of(found),
        by=by,
        now=MONDAY + timedelta(days=days),
        edited={},
        for_reader=for_reader,
    )


def test_nobody_is_reminded_of_a_letter_that_has_not_left(desk: Desk) -> None:
    """The reminder to a speaker counts from the day on which the offer itself left."""
    number = desk.ask(move="offer", **OLHA)
    assert reminded(desk, 2) == ["speaker/offer", "speaker/offered"]
    desk.decide(number, approve_on(2), "taras")
    assert reminded(desk, 2.1) == ["speaker/offer", "speaker/offered"]
    # Asked on a Wednesday, with an answer wanted by Monday.
    assert reminded(desk, 4) == ["speaker/offer", "speaker/offered", "speaker/offer-reminder"]


@pytest.mark.parametrize(("decision", "by"), [(send_back, "taras"), (take_back, "maria")])
def test_nobody_is_reminded_of_a_question_that_was_kept_back(
    desk: Desk, decision: Callable[[Approval, Coordinator], object], by: str
) -> None:
    number = desk.ask(move="ask", question="Has your hall a screen?")
    desk.decide(number, decision, by)
    assert {template for days in range(1, 20) for template in reminded(desk, days)} == {"common/question"}
    # The task to telephone has come all the same: somebody looks at the request.
    with desk.app.app_context():
        [task] = db.session.scalars(select(Task).where(Task.reason == "follow-up"))
        assert task.done_at is None
    desk.decide(number, again_on(20, for_reader=True), "maria")
    assert set(reminded(desk, 24)) == {"common/question"}
    with desk.app.app_context():
        [task] = db.session.scalars(select(Task).where(Task.reason == "follow-up"))
        assert task.outcome == "The letters have left only now."
    desk.decide(number + 1, approve_on(24), "taras")
    assert set(reminded(desk, 25)) == {"common/question"}
    assert set(reminded(desk, 29)) == {"common/question", "common/question-reminder"}


def test_letters_of_a_state_that_is_over_hold_nothing(desk: Desk) -> None:
    """A question that was kept back, and given up: the offer made since then is followed up."""
    desk.decide(desk.ask(move="ask", question="Has your hall a screen?"), send_back, "taras")
    with desk.app.app_context():
        submission = db.session.get_one(Submission, desk.number)
        by, later = Mover(Actor.COORDINATOR, desk.person("maria")), MONDAY + timedelta(days=1)
        actions.perform(db.session(), submission, "go-on", by=by, now=later)
        actions.perform(db.session(), submission, "offer", by=by, now=later, answers=OLHA)
        db.session.commit()
        assert not untold.holds_letters(db.session(), desk.number)
    assert "speaker/offer-reminder" in reminded(desk, 3)


def test_a_late_approval_moves_no_request_that_went_on(desk: Desk) -> None:
    """The question waits; the branch has answered on the telephone and the search began. Its days stay as they are."""
    number = desk.ask(move="ask", question="Has your hall a screen?")
    with desk.app.app_context():
        submission = db.session.get_one(Submission, desk.number)
        by = Mover(Actor.COORDINATOR, desk.person("maria"))
        actions.perform(db.session(), submission, "go-on", by=by, now=MONDAY + timedelta(days=1))
        db.session.commit()
        since, version = submission.state_since, submission.version
    with pytest.raises(OvertakenError):
        desk.decide(number, approve_on(2), "taras")
    with desk.app.app_context():
        submission = db.session.get_one(Submission, desk.number)
        assert (submission.state_since, submission.version) == (since, version)
    assert desk.letters() == [(HELD, False)]


@pytest.mark.parametrize("move", ["withdraw", "speaker-declined"])
@pytest.mark.parametrize(("decision", "is_told"), [(None, False), (send_back, False), (approve, True)])
def test_who_never_got_an_offer_is_not_told_that_it_is_over(
    desk: Desk, move: str, decision: Callable[[Approval, Coordinator], object] | None, *, is_told: bool
) -> None:
    number = desk.ask(move="offer", **OLHA)
    if decision is not None:
        desk.decide(number, decision, "taras")
    with desk.app.app_context():
        submission = db.session.get_one(Submission, desk.number)
        actions.perform(
            db.session(), submission, move, by=Mover(Actor.COORDINATOR), now=MONDAY, answers={"reason": "Illness"}
        )
        db.session.commit()
        told = set(db.session.scalars(select(OutboxEmail.template).where(OutboxEmail.role == "speaker")))
    # That somebody is on our register now is told at once, whatever they are asked.
    assert (told - {"speaker/offer", "register/added"} != set()) is is_told
