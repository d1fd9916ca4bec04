"""Nobody is confirmed in two places at once: also when two coordinators act in the same second, on both databases."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from portal.extensions import db
from portal.speakers import diary
from portal.speakers.diary import DoubleBookedError
from portal.speakers.engagements import BOOKED, BookedSlot, Booking
from portal.submissions import actions, intake, whole
from tests.submissions.entries import BRANCH, COORDINATOR, NOW, speaker_answers
from tests.submissions.walks import registered

SAME_SECOND = 6
"""So many requests want the same speaker for the same evening."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_app(request: pytest.FixtureRequest) -> Flask:
    """An application on either database."""
    return request.getfixturevalue("app" if request.param == "sqlite" else "postgres_app")


def confirm(app: Flask, number: int, together: Barrier, outcomes: list[str]) -> None:
    """One coordinator presses the button in a process of their own."""
    with app.app_context():
        try:
            request = whole.load(db.session(), number)
            assert request is not None
            together.wait(timeout=20)
            answers = {"confirmed_on": "2027-01-14", "confirmed_time": "19:00", "agreed": "By telephone"}
            actions.perform(db.session(), request, "confirm", by=COORDINATOR, now=NOW, answers=answers)
            db.session.commit()
            outcomes.append("booked")
        except DoubleBookedError:
            db.session.rollback()
            outcomes.append("refused")
        finally:
            db.session.remove()


def test_of_several_in_the_same_second_one_gets_the_speaker(any_app: Flask) -> None:
    with any_app.app_context():
        speaker = registered(NOW)
        numbers = []
        for _ in range(SAME_SECOND):
            request = intake.file(db.session(), "speaker", speaker_answers(), now=NOW, language="en", by=BRANCH)
            chosen = {"speakers": str(speaker.id)}
            actions.perform(db.session(), request, "ask-speakers", by=COORDINATOR, now=NOW, answers=chosen)
            numbers.append(request.id)
        db.session.commit()
    together, outcomes = Barrier(SAME_SECOND), list[str]()
    is_sqlite = any_app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
    if is_sqlite:
        # A writer holds the one lock from its first statement: the others wait, so that nobody waits at the barrier.
        together = Barrier(1)
    threads = [Thread(target=confirm, args=(any_app, number, together, outcomes)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["booked", *["refused"] * (SAME_SECOND - 1)]
    with any_app.app_context():
        living = db.session.scalars(select(Booking).where(Booking.state == BOOKED)).all()
        assert len(living) == 1
        slots = db.session.scalars(select(BookedSlot.half_hour)).all()
        assert len(slots) == len(set(slots)) >= 2
        states = [whole.load(db.session(), number).state for number in numbers]
        assert sorted(states) == ["confirmed", *["offered"] * (SAME_SECOND - 1)]
        db.session.remove()


def test_travel_between_two_meetings_counts(app: Flask) -> None:
    with app.app_context():
        speaker = registered(NOW, latitude=51.51, longitude=-0.12, most_miles=500)
        requests = []
        for start in ("18:00", "20:00"):
            request = intake.file(
                db.session(),
                "speaker",
                speaker_answers(meeting_format="in-person", contact_phone="0191 498 0171"),
                now=NOW,
                language="en",
                by=BRANCH,
            )
            chosen = {"speakers": str(speaker.id)}
            actions.perform(db.session(), request, "ask-speakers", by=COORDINATOR, now=NOW, answers=chosen)
            requests.append((request, start))
        (first, early), (second, late) = requests
        day = {"confirmed_on": "2027-01-14"}
        actions.perform(
            db.session(),
            first,
            "confirm",
            by=COORDINATOR,
            now=NOW,
            answers=day | {"confirmed_time": early, "agreed": "By telephone"},
        )
        # Durham is some 230 miles from London: one hour after the first talk nobody can be anywhere else.
        with pytest.raises(DoubleBookedError, match="is booked already"):
            actions.perform(
                db.session(),
                second,
                "confirm",
                by=COORDINATOR,
                now=NOW,
                answers=day | {"confirmed_time": late, "agreed": "By telephone"},
            )


def test_a_cancelled_meeting_gives_the_evening_back(app: Flask) -> None:
    with app.app_context():
        speaker = registered(NOW)
        answers = {"confirmed_on": "2027-01-14", "confirmed_time": "19:00", "agreed": "By telephone"}
        for _ in range(2):
            request = intake.file(db.session(), "speaker", speaker_answers(), now=NOW, language="en", by=BRANCH)
            chosen = {"speakers": str(speaker.id)}
            actions.perform(db.session(), request, "ask-speakers", by=COORDINATOR, now=NOW, answers=chosen)
            actions.perform(db.session(), request, "confirm", by=COORDINATOR, now=NOW, answers=answers)
            booked = db.session.scalars(select(BookedSlot)).all()
            assert booked
            actions.perform(db.session(), request, "cancel", by=COORDINATOR, now=NOW, answers={"reason": "No hall"})
            assert db.session.scalars(select(BookedSlot)).all() == []


def test_a_moved_meeting_moves_the_half_hours_over_the_change_of_the_clock(app: Flask) -> None:
    with app.app_context():
        speaker = registered(NOW)
        request = intake.file(
            db.session(),
            "speaker",
            speaker_answers(meeting_format="online"),
            now=NOW,
            language="en",
            by=BRANCH,
        )
        chosen = {"speakers": str(speaker.id)}
        actions.perform(db.session(), request, "ask-speakers", by=COORDINATOR, now=NOW, answers=chosen)
        for move, on in (("confirm", "2027-03-27"), ("change-meeting", "2027-03-28")):
            answers = {"confirmed_on": on, "confirmed_time": "19:00", "agreed": "By telephone"}
            actions.perform(db.session(), request, move, by=COORDINATOR, now=NOW, answers=answers)
        booking = request.bookings[0]
        # The clocks go forward that Sunday: 7pm in London is 18:00 UTC, not 19:00.
        assert booking.starts_at.hour == 18
        assert booking.sequence == 1
        kept = sorted(db.session.scalars(select(BookedSlot.half_hour)))
        assert kept == list(diary.half_hours(booking.starts_at, booking.ends_at, 0))
