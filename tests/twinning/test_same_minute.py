"""Two coordinators act in the same minute: one branch is introduced to one body, and one body to one branch."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import actions, whole
from portal.submissions.actions import NotPermittedError, WrongAnswerError
from portal.twinning.candidate import Candidate
from tests.submissions.entries import COORDINATOR, NOW
from tests.twinning.registrations import register
from tests.twinning.test_candidates import OPENED, SEEKING, filed


def press(app: Flask, number: int, body: int, together: Barrier, outcomes: list[str]) -> None:
    """One coordinator presses the button in a process of their own, with the page still as it was."""
    with app.app_context():
        try:
            proposal = whole.load(db.session(), number)
            assert proposal is not None
            together.wait(timeout=20)
            answers = {"body": str(body), "although": "All the same"}
            actions.perform(db.session(), proposal, "propose-body", by=COORDINATOR, now=NOW, answers=answers)
            db.session.commit()
            outcomes.append("proposed")
        except (WrongAnswerError, NotPermittedError, StaleDataError):
            db.session.rollback()
            outcomes.append("refused")
        finally:
            db.session.remove()


@pytest.mark.parametrize("which", ["two bodies to one branch", "one body to two branches"])
def test_of_two_in_the_same_minute_one_is_proposed(any_app: Flask, which: str) -> None:
    is_one_branch = which == "two bodies to one branch"
    bodies = [register(any_app, *OPENED) for _ in range(2 if is_one_branch else 1)]
    branches = [filed(any_app, *SEEKING) for _ in range(1 if is_one_branch else 2)]
    pairs = [(branch, body) for branch in branches for body in bodies]
    is_sqlite = any_app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
    # A writer of SQLite holds the one lock from its first statement: the other waits for it, not at the barrier.
    together, outcomes = Barrier(1 if is_sqlite else 2), list[str]()
    threads = [Thread(target=press, args=(any_app, *pair, together, outcomes)) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["proposed", "refused"]
    with any_app.app_context():
        living = db.session.scalars(select(Candidate).where(Candidate.closed_at.is_(None))).all()
        assert len(living) == 1
        told = select(OutboxEmail.template).where(OutboxEmail.template == "twinning/proposed-body")
        assert len(db.session.scalars(told).all()) == 1, "one body has heard of one branch"
        db.session.remove()
