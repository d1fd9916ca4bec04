"""Questions that are asked of many rows find their answer by an index, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from portal.clock import utc_now
from portal.dashboard import mail
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.public import find_request


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
}


@pytest.mark.parametrize("index", sorted(QUESTIONS))
def test_it_is_found_by_its_index(any_app: Flask, index: str) -> None:
    with any_app.app_context():
        assert index in plan_of(QUESTIONS[index])
