"""A row that is written at once is the same row that the session would have written, and is undone like it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from portal import new_rows
from portal.accounts.models import Coordinator
from portal.emails import links
from portal.extensions import db
from portal.speakers.models import SpeakerRequest
from portal.submissions import consents
from portal.submissions.models import Consent, Event, Submission

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def request(**values: Any) -> SpeakerRequest:
    given: dict[str, Any] = {
        "heading": "NUM Durham Area",
        "contact_name": "Jean Armstrong",
        "state": "received",
        "state_since": NOW,
        "turn": "us",
        "received_at": NOW,
        "meeting_on": date(2027, 1, 14),
    }
    return SpeakerRequest(**given | values)


def columns(row: Any) -> dict[str, Any]:
    return {each.key: getattr(row, each.key) for each in row.__mapper__.column_attrs if each.key != "id"}


def test_it_is_the_row_that_the_session_would_have_written(app: Flask) -> None:
    with app.app_context():
        by_itself, by_the_session = request(topics=["miners"]), request(topics=["miners"])
        new_rows.write(db.session(), by_itself)
        db.session.add(by_the_session)
        db.session.flush()
        assert by_the_session.id == by_itself.id + 1
        assert columns(by_itself) == columns(by_the_session)
        db.session.commit()
        assert columns(by_itself) == columns(by_the_session)
        assert (by_itself.kind, by_itself.version, by_itself.dates) == ("speaker", 1, [])


def test_it_asks_nothing_and_leaves_nothing_to_flush(app: Flask) -> None:
    with app.app_context():
        session = db.session()
        session.connection()
        said: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *args: said.append(str(args[2]).split(" (")[0]))
        row = request()
        new_rows.write(session, row)
        assert (row.coordinator_id, row.outcome, row.version) == (None, "", 1)
        assert row.reference == f"USC-{1000 + row.id}"
        session.flush()
        assert said == ["INSERT INTO submissions", "INSERT INTO speaker_requests"]


def test_it_can_be_changed_and_found_like_any_other(app: Flask) -> None:
    with app.app_context():
        row = request()
        new_rows.write(db.session(), row)
        assert db.session.get(Submission, row.id) is row
        row.notes = "Ring after six."
        db.session.commit()
        assert row.version == 2
        db.session.expire_all()
        assert row.notes == "Ring after six."
        assert row.events == []


def test_what_belongs_to_it_is_written_with_the_next_flush(app: Flask) -> None:
    with app.app_context():
        row = request(consents=[])
        consents.record(row, "speaker", language="en", now=NOW)
        new_rows.write(db.session(), row)
        db.session.commit()
        assert db.session.scalars(select(Consent.submission_id)).all() == [row.id]


def test_a_row_with_another_in_place_of_its_number_is_left_to_the_session(app: Flask) -> None:
    with app.app_context():
        newcomer = Coordinator(email="olena@example.org", name="Olena", role="coordinator", created_at=NOW)
        row = request(coordinator=newcomer)
        new_rows.write(db.session(), row)
        db.session.commit()
        assert row.coordinator_id == newcomer.id is not None


def test_it_is_undone_with_its_transaction(app: Flask) -> None:
    with app.app_context():
        undone = request(heading="Undone")
        new_rows.write(db.session(), undone)
        number = undone.id
        db.session.rollback()
        again = request(heading="Written again")
        new_rows.write(db.session(), again)
        db.session.commit()
        # SQLite gives the same number a second time: whoever still holds the first row must not stand in the way.
        assert again.id >= number
        assert db.session.scalars(select(Submission.heading)).all() == ["Written again"]


def test_rows_that_wait_for_each_other_are_written_in_order(app: Flask) -> None:
    with app.app_context():
        row = request()
        new_rows.write(db.session(), row)
        link = links.issue_first(db.session(), "track", row.id, NOW)
        line = Event(submission_id=row.id, at=NOW, name="received", actor="branch")
        new_rows.write(db.session(), line)
        db.session.commit()
        assert link.subject_id == line.submission_id == row.id
        assert (line.data, line.text, line.is_public) == ({}, "", False)


@pytest.mark.parametrize("wrong", [{"contact_name": None}, {"union_id": 999_999}])
def test_the_database_refuses_what_it_always_refuses(app: Flask, wrong: dict[str, Any]) -> None:
    with app.app_context():
        with pytest.raises(Exception, match="constraint"):
            new_rows.write(db.session(), request(**wrong))
        db.session.rollback()
        assert db.session.scalars(select(Submission.id)).all() == []


def test_a_row_made_of_values_is_the_row_the_constructor_makes(app: Flask) -> None:
    with app.app_context():
        values = {
            "heading": "NUM Durham Area",
            "contact_name": "Jean Armstrong",
            "state": "received",
            "state_since": NOW,
            "turn": "us",
            "received_at": NOW,
            "topics": ["miners"],
        }
        rows = [new_rows.made(SpeakerRequest, **values) for _ in range(2)] + [SpeakerRequest(**values)]
        new_rows.write(db.session(), rows[0])
        db.session.add_all(rows[1:])
        db.session.commit()
        first, *others = (columns(row) for row in rows)
        assert others == [first, first]
        with pytest.raises(TypeError, match="SpeakerRequest has no colour, wheels"):
            new_rows.made(SpeakerRequest, wheels=4, colour="red", title="Branch meeting")
