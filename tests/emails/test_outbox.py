"""What people do with the outbox, and what it tells of itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text

from portal.emails import outbox, passes
from portal.emails.letters import Letter
from portal.emails.models import OutboxEmail, WorkerPass
from portal.extensions import db
from tests.emails.conftest import LETTER, NOW, a_submission, deliver, put, row


def test_a_letter_is_a_row_with_its_message_id_before_it_is_post(app):
    one, other = row(app, put(app)), row(app, put(app))
    assert one.state == "queued"
    assert one.message_id.endswith("@example.org>")
    assert one.message_id != other.message_id
    assert (one.subject, one.text, one.html) == (LETTER.subject, LETTER.text, LETTER.html)


def test_a_letter_that_is_not_committed_never_was(app, server, clock):
    with app.app_context():
        outbox.queue(db.session(), LETTER, to="jean@example.org", template="t", role="branch", now=NOW)
        db.session.flush()
        db.session.rollback()
    assert deliver(app, clock).sent == 0
    assert server.taken == []


def test_what_no_database_stores_is_replaced(app):
    email = row(app, put(app, letter=Letter("A\x00", "B\ud800", "C\x00"), to="a\x00@example.org"))
    assert (email.subject, email.text, email.html) == ("A\ufffd", "B\ufffd", "C\ufffd")


def test_held_letters_wait_for_their_release(app, server, clock):
    submission = a_submission(app)
    held = put(app, submission_id=submission, held=True)
    other = put(app, held=True)
    assert deliver(app, clock).sent == 0
    clock.on(hours=5)
    with app.app_context():
        assert outbox.release(db.session(), submission, clock()) == 1
        db.session.commit()
    assert row(app, held).queued_at == clock()
    assert deliver(app, clock).sent == 1
    assert (row(app, held).state, row(app, other).state) == ("sent", "held")


def test_send_again_is_a_new_letter_marked_as_a_copy(app, server, clock):
    first = put(app, is_urgent=True, private=True)
    deliver(app, clock)
    with app.app_context():
        again = outbox.send_again(db.session(), db.session.get(OutboxEmail, first), NOW)
        db.session.commit()
        again_id = again.id
    deliver(app, clock)
    was, now = row(app, first), row(app, again_id)
    assert now.resend_of_id == first
    assert now.message_id != was.message_id
    assert (now.is_urgent, now.is_private, now.text) == (True, True, was.text)
    assert f"References: {was.message_id}".encode() in server.taken[1].raw
    assert b"References" not in server.taken[0].raw


def test_sending_a_failed_letter_to_a_better_address_deals_with_it(app, server, clock):
    server.refuse.add("jean@example.org")
    first = put(app)
    deliver(app, clock)
    with app.app_context():
        session = db.session()
        assert [email.id for email in outbox.failures(session)] == [first]
        email = session.get(OutboxEmail, first)
        outbox.send_again(session, email, clock(), to="jean.smith@example.org", by_id=3)
        session.commit()
        assert list(outbox.failures(session)) == []
    assert (row(app, first).dealt_with_by_id, row(app, first).dealt_with_at) == (3, NOW)
    deliver(app, clock)
    assert server.taken[0].recipients == ["jean.smith@example.org"]


def test_a_failure_stays_on_the_list_until_somebody_deals_with_it(app, server, clock):
    server.mode = "rcpt-550"
    first = put(app)
    deliver(app, clock)
    with app.app_context():
        session = db.session()
        assert outbox.status(session).failed == 1
        outbox.deal_with(session.get(OutboxEmail, first), 5, NOW)
        session.commit()
        assert outbox.status(session).failed == 0
        assert list(outbox.failures(session)) == []


def test_a_waiting_letter_can_be_cancelled_and_a_sent_one_cannot(app, server, clock):
    waiting, held = put(app), put(app, held=True)
    with app.app_context():
        for email_id in (waiting, held):
            assert outbox.cancel(db.session(), db.session.get(OutboxEmail, email_id))
        db.session.commit()
    sent = put(app)
    deliver(app, clock)
    with app.app_context():
        assert not outbox.cancel(db.session(), db.session.get(OutboxEmail, sent))
    assert len(server.taken) == 1
    assert [row(app, email_id).state for email_id in (waiting, held, sent)] == [
        "cancelled",
        "cancelled",
        "sent",
    ]


def test_the_status_says_what_waits_and_whether_the_worker_is_awake(app, server, clock):
    with app.app_context():
        empty = outbox.status(db.session())
    assert empty == outbox.MailStatus(None, 0, 0, 0, None, "")
    put(app)
    put(app, held=True)
    clock.on(minutes=10)
    server.mode = "greeting-421"
    deliver(app, clock)
    with app.app_context():
        status = outbox.status(db.session())
    assert status.oldest_queued_at == NOW
    assert (status.queued, status.held, status.failed) == (1, 1, 0)
    assert status.last_pass_at == clock()
    assert status.trouble == "421 4.3.2 at the greeting"
    server.mode = "ok"
    clock.on(minutes=2)
    deliver(app, clock)
    with app.app_context():
        after = outbox.status(db.session())
    assert (after.queued, after.trouble, after.oldest_queued_at) == (0, "", None)


def test_every_function_of_the_worker_has_one_row(app):
    with app.app_context():
        for minutes in (0, 1):
            passes.note_pass(db.session(), "remind", "w", NOW + timedelta(minutes=minutes))
            db.session.commit()
        rows = db.session.scalars(select(WorkerPass)).all()
        assert [(row.name, row.at) for row in rows] == [("remind", NOW + timedelta(minutes=1))]


@pytest.fixture
def full_app(app):
    """An outbox that has seen 20,000 letters."""
    with app.app_context():
        filler = row(app, put(app, held=True))
        values = {c.name: getattr(filler, c.name) for c in OutboxEmail.__table__.columns if c.name != "id"}
        values |= {"state": "sent", "next_try_at": None, "html": "", "text": "", "tried_at": NOW}
        db.session.execute(insert(OutboxEmail), [{**values, "message_id": f"<{n}@example.org>"} for n in range(20_000)])
        db.session.commit()
    return app


def test_the_next_letter_is_found_by_index_however_many_were_sent(full_app, server, clock):
    put(full_app)
    statements: list[tuple[str, object]] = []
    with full_app.app_context():
        engine = db.engine

    def note(connection, cursor, statement, parameters, context, many):
        if statement.startswith("SELECT") and "ORDER BY" in statement:
            statements.append((statement, parameters))

    db.event.listen(engine, "before_cursor_execute", note)
    assert deliver(full_app, clock).sent == 1
    statement, parameters = statements[0]
    with full_app.app_context(), db.engine.connect() as connection:
        plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters).all()
        counts = connection.execute(
            text("EXPLAIN QUERY PLAN SELECT count(*) FROM outbox_emails WHERE next_try_at IS NOT NULL")
        )
        assert "ix_outbox_emails_next_try" in str(counts.all())
    assert "ix_outbox_emails_next_try" in str(plan)
    assert "TEMP B-TREE" not in str(plan)
