"""Letters that were refused or given up become tasks, and the task and the letter are dealt with together."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from portal.emails import outbox
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import failed_letters, tasks
from portal.submissions.work import Task
from tests.submissions.clockwork import DEMO, Clockwork, london

FAILS = "UPDATE outbox_emails SET state = :state, next_try_at = NULL, last_error = '550 at the address'"
NOW = "2026-11-27 15:00"


def fail(clockwork: Clockwork, state: str = "refused") -> None:
    clockwork.sql(FAILS, state=state)


def test_a_letter_that_failed_becomes_one_task_of_its_request(any_app: Flask) -> None:
    any_app.config.update(DEMO)
    clockwork = Clockwork(any_app)
    maria = clockwork.coordinator("Maria Kovalenko")
    number = clockwork.request("2026-11-27 14:00", maria)
    fail(clockwork)
    clockwork.work(NOW, NOW, "2026-11-27 15:10")
    (row,) = clockwork.sql("SELECT reason, about, due_on, submission_id, coordinator_id, email_id FROM tasks")
    assert row[0] == "letter"
    assert row[1].startswith("The letter “")
    assert row[1].endswith("” to the branch could not be delivered: telephone them.")
    assert str(row[2]) == "2026-11-30", "the next working day"
    assert (row[3], row[4], row[5]) == (number, None, 1), "it is of whoever has the request"


def test_letters_given_up_to_the_team_and_about_signing_in_are_told_too(clockwork: Clockwork) -> None:
    clockwork.request("2026-11-27 14:00", meeting_on=london("2026-11-30 10:00").date())
    clockwork.sql(
        "INSERT INTO outbox_emails (template, role, to_address, language, subject, text, html, message_id, link_ids,"
        " state, is_urgent, is_private, queued_at, attempts, last_error) VALUES ('accounts/new_password',"
        " 'coordinator', 'maria@example.org', 'en', 'Choose a new password', '', '', '<1@example.org>', '[]',"
        " 'queued', 1, 1, '2026-11-27 14:00:00', 0, '')"
    )
    fail(clockwork, "given-up")
    clockwork.work(NOW)
    to_team, sign_in = clockwork.tasks()[1:]
    assert "to the team could not be delivered" in to_team
    assert sign_in == (
        "The letter “Choose a new password” to a colleague could not be delivered: tell them, and check their address."
    )


def test_doing_the_task_deals_with_the_letter(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    clockwork.request("2026-11-27 14:00", maria)
    fail(clockwork)
    clockwork.work(NOW)
    with clockwork.app.app_context():
        task = db.session.scalars(select(Task)).one()
        assert tasks.finish(task, by_id=maria, now=london("2026-11-27 16:00"), outcome="They know.")
        db.session.commit()
        assert outbox.failures(db.session()) == []
    assert clockwork.sql("SELECT dealt_with_by_id FROM outbox_emails") == [(maria,)]
    clockwork.work("2026-11-27 16:30", "2026-12-04 09:00")
    assert clockwork.tasks() == []


def test_a_letter_that_was_dealt_with_elsewhere_finishes_its_task(any_app: Flask) -> None:
    any_app.config.update(DEMO)
    clockwork = Clockwork(any_app)
    clockwork.request("2026-11-27 14:00")
    fail(clockwork)
    clockwork.work(NOW)
    with clockwork.app.app_context():
        email = db.session.scalars(select(OutboxEmail)).one()
        outbox.deal_with(email, None, london(NOW))
        db.session.commit()
    clockwork.work("2026-11-27 15:10")
    assert clockwork.tasks() == []
    assert len(clockwork.tasks(are_open=False)) == 1


def test_a_copy_that_fails_as_well_is_a_task_of_its_own(clockwork: Clockwork) -> None:
    clockwork.request("2026-11-27 14:00")
    fail(clockwork)
    clockwork.work(NOW)
    with clockwork.app.app_context():
        email = db.session.scalars(select(OutboxEmail)).one()
        outbox.send_again(db.session(), email, london(NOW), by_id=None)
        db.session.commit()
    clockwork.sql(FAILS + " WHERE resend_of_id IS NOT NULL", state="given-up")
    clockwork.work("2026-11-27 15:10")
    assert (len(clockwork.tasks()), len(clockwork.tasks(are_open=False))) == (1, 1)


def test_every_role_of_a_letter_has_its_sentence() -> None:
    for role in ("branch", "speaker", "treasurer", "ukrainian-body", "team", "coordinator", "somebody-else"):
        words = failed_letters.about(OutboxEmail(role=role, subject="{0} {x}"))
        assert "“{0} {x}”" in words, "what stands in a subject is never read as a format"
