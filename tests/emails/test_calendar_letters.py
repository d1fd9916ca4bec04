"""A calendar file that goes with a letter: whole on the wire, the same at every try, and read where it is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.emails import letters, outbox
from portal.emails.invites import CANCEL, calendar_file
from portal.emails.mailbox import local_mailbox
from portal.emails.models import OutboxEmail
from portal.extensions import db
from tests.emails.conftest import deliver, put, row
from tests.emails.lint import lint
from tests.emails.test_invites import INVITE, UKRAINIAN


@pytest.mark.parametrize(
    "invite",
    [INVITE, replace(INVITE, method=CANCEL), replace(INVITE, description=UKRAINIAN * 40, language="uk")],
    ids=["request", "cancel", "ukrainian"],
)
def test_it_arrives_whole_beside_the_words_and_as_an_attachment(app, server, clock, invite):
    letter = letters.compose("You are booked", f"Dear Olha,\n\n{UKRAINIAN}", "en", {})
    email_id = put(app, to="olha@example.org", letter=letter, calendar=invite)
    assert deliver(app, clock).sent == 1
    message = lint(server.taken[-1].raw, server.taken[-1].recipients)
    assert message.get_content_type() == "multipart/mixed"
    (calendar,) = (part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert calendar.get_payload(decode=True).decode("utf-8") == calendar_file(invite) == row(app, email_id).calendar
    assert calendar["Content-Type"].params["method"] == invite.method == row(app, email_id).calendar_method
    assert UKRAINIAN in message.get_body(("plain",)).get_content()


def test_a_letter_without_one_has_two_parts_as_ever(app, server, clock):
    put(app)
    deliver(app, clock)
    message = lint(server.taken[-1].raw, server.taken[-1].recipients)
    assert message.get_content_type() == "multipart/alternative"


def test_each_try_sends_the_very_same_bytes(app, server, clock):
    put(app, calendar=INVITE)
    server.mode = "cut-after-data"
    deliver(app, clock)
    server.mode = "ok"
    clock.on(minutes=10)
    assert deliver(app, clock).sent == 1
    first, second = server.taken
    assert first.raw == second.raw


def test_a_copy_carries_the_same_file(app, server, clock):
    email_id = put(app, calendar=INVITE)
    deliver(app, clock)
    with app.app_context():
        email = db.session.get_one(OutboxEmail, email_id)
        outbox.send_again(db.session(), email, clock())
        db.session.commit()
    deliver(app, clock)
    files = []
    for taken in server.taken:
        message = lint(taken.raw, taken.recipients)
        files += [part.get_content_type() for part in message.walk() if part.get_payload(decode=True) and
                  part.get_payload(decode=True).decode("utf-8", "replace") == calendar_file(INVITE)]  # fmt: skip
    assert files == ["text/calendar", "application/ics"] * 2


def test_the_local_mailbox_shows_it(make_app, clock):
    app = make_app(PORTAL_ENV="demo", MAIL_SERVER="")
    put(app, calendar=INVITE)
    put(app)
    assert deliver(app, clock).sent == 2
    without, with_it = local_mailbox(app.config).messages()
    assert with_it.calendar == calendar_file(INVITE)
    assert without.calendar == ""
    assert "Thank you." in with_it.text
    assert "Thank you." in with_it.html
