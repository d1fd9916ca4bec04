"""Our own reply time: the median of what is true, and nothing where too little is known."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from portal.extensions import db
from portal.submissions import answer_times
from portal.submissions.models import Submission
from tests.conftest import counted
from tests.submissions.clockwork import DEMO, Clockwork, london
from tests.test_indexes import plan_of

NOW = "2026-11-26 12:00"


@pytest.fixture
def portal(any_app: Flask) -> Clockwork:
    """A portal on SQLite and on PostgreSQL."""
    any_app.config.update(DEMO)
    return Clockwork(any_app)


def answered(portal: Clockwork, received: str, first: str | None, **facts: object) -> int:
    number = portal.request(received)
    values = {"first_answered_at": london(first) if first else None, **facts}
    with portal.app.app_context():
        db.session.execute(update(Submission).where(Submission.id == number).values(**values))
        db.session.commit()
    return number


def median(portal: Clockwork, now: str = NOW) -> int | None:
    with portal.app.app_context():
        return answer_times.median_days(db.session(), london(now))


def test_nothing_is_said_of_fewer_than_five(portal: Clockwork) -> None:
    for _ in range(4):
        answered(portal, "2026-11-09 10:00", "2026-11-10 10:00")
    answered(portal, "2026-11-09 10:00", None)
    assert median(portal) is None
    answered(portal, "2026-11-09 10:00", "2026-11-10 10:00")
    assert median(portal) == 1


@pytest.mark.parametrize(
    ("first", "days"),
    [
        ("2026-11-06 17:00", 0),
        ("2026-11-07 10:00", 0),
        ("2026-11-09 09:00", 1),
        ("2026-11-10 23:30", 2),
    ],
)
def test_it_counts_working_days_of_ours(portal: Clockwork, first: str, days: int) -> None:
    for _ in range(5):
        answered(portal, "2026-11-06 10:00", first)
    assert median(portal) == days


def test_half_of_them_is_half(portal: Clockwork) -> None:
    for first in ("2026-11-09 12:00", "2026-11-10 12:00", "2026-11-11 12:00", "2026-11-12 12:00", "2026-11-13 12:00"):
        answered(portal, "2026-11-09 10:00", first)
    assert median(portal) == 2
    answered(portal, "2026-11-09 10:00", "2026-11-17 12:00")
    assert median(portal) == 2, "three of six"
    answered(portal, "2026-11-09 10:00", None)
    assert median(portal) == 3, "one that still waits is not left out"


def test_what_has_just_arrived_neither_helps_nor_harms(portal: Clockwork) -> None:
    for _ in range(5):
        answered(portal, "2026-11-09 10:00", "2026-11-11 12:00")
    for _ in range(20):
        answered(portal, "2026-11-26 10:00", None)
    assert median(portal) == 2


def test_held_entries_spam_and_what_was_withdrawn_first_do_not_count(portal: Clockwork) -> None:
    for _ in range(5):
        answered(portal, "2026-11-09 10:00", "2026-11-12 12:00")
    early = "2026-11-09 11:00"
    for _ in range(9):
        answered(portal, "2026-11-09 10:00", early, held_reason="trap")
        answered(portal, "2026-11-09 10:00", None, closed_at=london(early), is_open=False, state="withdrawn")
    spam = [answered(portal, "2026-11-09 10:00", early, state="declined", is_open=False) for _ in range(9)]
    portal.sql(f"UPDATE outbox_emails SET state = 'cancelled' WHERE submission_id IN ({', '.join(map(str, spam))})")
    assert median(portal) == 3
    for _ in range(9):
        answered(portal, "2026-11-09 10:00", early, state="declined", is_open=False)
    assert median(portal) == 0, "who was declined was answered"


def test_what_is_older_than_ninety_days_is_forgotten(portal: Clockwork) -> None:
    for _ in range(5):
        answered(portal, "2026-08-20 10:00", "2026-08-20 12:00")
    assert median(portal) is None
    assert median(portal, "2026-11-10 12:00") == 0


def test_it_is_one_statement_along_its_index(portal: Clockwork) -> None:
    with portal.app.app_context():
        with counted() as seen:
            answer_times.median_days(db.session(), london(NOW))
        assert len(seen) == 1
        since = {"since": london(NOW) - timedelta(days=90), "newest": 300}
        assert "ix_submissions_received" in plan_of(lambda: db.session.execute(answer_times._statement(), since))
