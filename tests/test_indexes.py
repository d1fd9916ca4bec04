"""Questions that are asked of many rows find their answer by an index, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, insert, select, text

from portal.clock import utc_now
from portal.dashboard import mail
from portal.emails import edited, second_reading
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.public import find_request
from portal.submissions import ahead, approvals, intake
from portal.submissions.models import Submission
from tests.submissions.entries import BRANCH, NOW, speaker_answers


def plan_of(ask: Callable[[], Any]) -> str:
    """How the database goes about the last statement that `ask` sends."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        sent.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    connection = db.session.connection()
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        # Reading a table of no rows from end to end is never dear.
        connection.exec_driver_sql("SET enable_seqscan = off")
        connection.exec_driver_sql("SET enable_bitmapscan = off")
    statement, values = sent[-1]
    lines = connection.exec_driver_sql(("EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN ") + statement, values)
    plan = "\n".join(str(line[-1]) for line in lines)
    db.session.remove()
    return plan


QUESTIONS: dict[str, Callable[[], Any]] = {
    "ix_submissions_folded_email": lambda: db.session.execute(find_request._numbers("jean@example.org", "", utc_now())),
    "ix_outbox_emails_copies": lambda: mail._last_copy(OutboxEmail(id=1)),
    "ix_outbox_emails_approval": lambda: second_reading.letters_of(db.session(), 1),
    "ix_approvals_open": lambda: approvals.waiting(db.session()),
    "ix_letter_texts_newest": lambda: edited.newest(db.session(), "speaker/received", "en"),
}


@pytest.mark.parametrize("index", sorted(QUESTIONS))
def test_it_is_found_by_its_index(any_app: Flask, index: str) -> None:
    with any_app.app_context():
        assert index in plan_of(QUESTIONS[index])


def test_other_requests_of_a_branch_are_found_by_it_also_where_few_requests_have_one(app: Flask) -> None:
    """Statistics of requests without a branch made SQLite walk along all open ones for every page of a request."""
    with app.app_context():
        found = intake.file(db.session(), "speaker", speaker_answers(), now=NOW, language="en", by=BRANCH)
        db.session.flush()
        table = Submission.__table__
        row = dict(db.session.execute(select(table).where(table.c.id == found.id)).mappings().one())
        bare = {**row, "branch_id": None, "draft_id": None}
        del bare["id"]
        db.session.execute(insert(table), [bare] * 500)
        db.session.commit()
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        db.engine.dispose()
        assert "ix_submissions_open_of_branch" in plan_of(lambda: ahead.ahead(db.session(), found.id))
