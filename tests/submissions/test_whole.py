"""Reading one request whole, while somebody else writes it."""

from __future__ import annotations

import threading

import pytest
from flask import Flask

from portal.clock import utc_now
from portal.extensions import db
from portal.speakers.models import SpeakerRequest
from portal.submissions import intake, whole
from portal.submissions.history import Mover
from portal.submissions.workflow import Actor
from tests.submissions.entries import speaker_answers


@pytest.mark.postgres
def test_who_waited_for_the_lock_reads_all_of_what_was_written_meanwhile(postgres_app: Flask) -> None:
    with postgres_app.app_context():
        filed = intake.file(
            db.session(), "speaker", speaker_answers(), now=utc_now(), language="en", by=Mover(Actor.BRANCH)
        )
        db.session.commit()
        number = filed.id
    seen: list[tuple[str, str]] = []

    def second() -> None:
        with postgres_app.app_context():
            found = whole.load(db.session(), number, lock=True)
            assert isinstance(found, SpeakerRequest)
            seen.append((found.heading, found.venue))

    with postgres_app.app_context():
        first = whole.load(db.session(), number, lock=True)
        assert isinstance(first, SpeakerRequest)
        first.heading, first.venue = "Another heading", "Another venue"
        db.session.flush()
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(timeout=0.7)
        assert waiting.is_alive()
        db.session.commit()
    waiting.join(timeout=10)
    assert seen == [("Another heading", "Another venue")]


def test_no_number_is_too_large_to_be_asked_for(any_app: Flask) -> None:
    with any_app.app_context():
        assert whole.load(db.session(), 10**30) is None
        assert whole.load(db.session(), 77) is None
