"""The post on the desk: lists, one letter, sending again, failures, and the local mailbox of a demo."""

from __future__ import annotations

import email.message
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts import commands
from portal.clock import utc_now
from portal.dashboard import went_wrong
from portal.dashboard.mail import SANDBOX
from portal.dashboard.mailbox import with_links
from portal.dashboard.trouble import Trouble
from portal.emails.invites import Invite, calendar_file
from portal.emails.mailbox import local_mailbox
from portal.emails.models import OutboxEmail, WorkerPass
from portal.extensions import db
from portal.submissions import failed_letters
from portal.worker import Worker
from tests.conftest import PASSWORD, csrf_token
from tests.dashboard.conftest import Page


@pytest.fixture
def set_email(app: Flask) -> Callable[..., None]:
    """Changes columns of a letter."""

    def change(email_id: int = 1, **values: Any) -> None:
        with app.app_context():
            row = db.session.get_one(OutboxEmail, email_id)
            for name, value in values.items():
                setattr(row, name, value)
            db.session.commit()

    return change


def test_the_lists(coordinator: FlaskClient, make_request: Callable[..., int], set_email: Callable[..., None]) -> None:
    make_request()
    subject = "We have your"
    assert subject in coordinator.get("/dashboard/mail").text
    for state, show in (("held", "held"), ("sent", "sent"), ("refused", "failures"), ("given-up", "failures")):
        set_email(state=state, sent_at=utc_now() if state == "sent" else None)
        assert subject in coordinator.get(f"/dashboard/mail?show={show}").text, state
        assert 'class="empty"' in coordinator.get("/dashboard/mail?show=waiting").text


def test_the_age_of_the_oldest(
    coordinator: FlaskClient, make_request: Callable[..., int], set_email: Callable[..., None]
) -> None:
    make_request()
    set_email(queued_at=utc_now() - timedelta(hours=3, minutes=5))
    assert "The oldest letter has waited 3 hours." in coordinator.get("/dashboard/mail").text


def test_a_failure_is_on_every_page_until_somebody_deals_with_it(
    coordinator: FlaskClient, make_request: Callable[..., int], set_email: Callable[..., None]
) -> None:
    number = make_request()
    set_email(state="refused", last_error="550 5.1.1 at the address")
    pages = ("/dashboard/requests", f"/dashboard/requests/{number}", "/dashboard/branches", "/dashboard/mail")
    for path in pages:
        assert "1 letter was not delivered and need" in coordinator.get(path).text
    assert "Needs a person" in coordinator.get(f"/dashboard/requests/{number}").text
    page = Page(coordinator, "/dashboard/mail")
    assert "550 5.1.1 at the address" in page.text
    assert page.post("/dashboard/mail/1/dealt-with").status_code == 303
    assert all("not delivered" not in coordinator.get(path).text for path in pages)


@pytest.mark.parametrize(
    ("state", "reason", "shown"),
    [
        ("queued", "450 4.2.0 at the address", "The mail server asked us to come back later. We try again at "),
        ("sending", "450 4.2.0 at the address", "come back later. We are trying again now."),
        (
            "given-up",
            "451 4.7.1 at the address",
            "come back later. We tried 9 times and have given up. Telephone them, or",
        ),
        (
            "refused",
            "550 5.1.1 at the address",
            "There is no mailbox of that name. Telephone them, and correct the address",
        ),
        (
            "refused",
            "550 at the address",
            "The mail server does not take letters for this address. Telephone them, and",
        ),
        ("refused", "552 5.2.2 at the text", "The mailbox is full. Telephone them. Once there is room, send it again."),
        ("refused", "550 5.7.1 at the text", "The mail server took our letter for unwanted mail."),
        ("given-up", "535 5.7.8 at the greeting", "The mail server does not let us in. We tried 9 times"),
        (
            "refused",
            "the address is not an email address",
            "The address is not an email address. Telephone them, and correct",
        ),
        (
            "queued",
            "the mail server did not answer in time",
            "The mail server did not answer in time. We try again at ",
        ),
    ],
)
def test_what_went_wrong_stands_in_plain_words(
    coordinator: FlaskClient,
    make_request: Callable[..., int],
    set_email: Callable[..., None],
    state: str,
    reason: str,
    shown: str,
) -> None:
    make_request()
    next_try = utc_now() + timedelta(minutes=1) if state in ("queued", "sending") else None
    set_email(state=state, last_error=reason, attempts=9, next_try_at=next_try)
    show = "waiting" if next_try else "failures"
    for path in (f"/dashboard/mail?show={show}", "/dashboard/mail/1"):
        html = coordinator.get(path).text
        assert shown in html, path
        in_small_print = re.findall(r'class="small">([^<]*)<', html)
        assert any(reason in text for text in in_small_print) == reason[0].isdigit()


def test_the_next_try_on_another_day_has_its_date(app: Flask) -> None:
    now = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    letter = OutboxEmail(state="queued", last_error="421 at the address", next_try_at=now + timedelta(hours=14))
    said = went_wrong.of_letter(letter, now)
    assert said is not None
    assert said.sentences == "The mail server is busy or closing for a while. We try again on 23 November at 1.30pm."
    letter.next_try_at = now
    assert "We try again in a moment." in str(went_wrong.of_letter(letter, now))


def test_a_mail_server_that_takes_nothing_is_told_in_words(app: Flask, coordinator: FlaskClient) -> None:
    with app.app_context():
        row = db.session.get_one(WorkerPass, "deliver")
        row.troubles, row.last_error = 3, "535 5.7.8 at the greeting"
        db.session.commit()
    html = coordinator.get("/dashboard/mail").text
    assert "No letter leaves at the moment. The mail server does not let us in. Please tell whoever looks" in html
    assert '<span class="small">535 5.7.8 at the greeting</span>' in html


def test_a_held_letter_of_a_restored_backup_can_be_let_go(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], set_email: Callable[..., None]
) -> None:
    make_request()
    set_email(state="held", next_try_at=None)
    assert Page(coordinator, "/dashboard/mail/1").post("/dashboard/mail/1/release").status_code == 303
    with app.app_context():
        row = db.session.get_one(OutboxEmail, 1)
        assert (row.state, row.next_try_at is not None) == ("queued", True)
    assert Page(coordinator, "/dashboard/mail").post("/dashboard/mail/1/release").status_code == 404


def test_the_letters_of_an_entry_under_review_go_only_with_it(
    coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    make_request(held_reason="trap")
    assert "Let it go" not in coordinator.get("/dashboard/mail/1").text
    assert Page(coordinator, "/dashboard/mail").post("/dashboard/mail/1/release").status_code == 404


def test_a_worker_that_sleeps_is_told_on_every_page(app: Flask, coordinator: FlaskClient) -> None:
    with app.app_context():
        db.session.get_one(WorkerPass, "deliver").at = utc_now() - timedelta(minutes=6)
        db.session.commit()
    assert "No letter is leaving" in coordinator.get("/dashboard/requests").text


def test_a_worker_that_never_ran_is_told_too(sign_in: Callable[..., FlaskClient]) -> None:
    assert "The worker has not run yet" in sign_in("coordinator").get("/dashboard/requests").text


def test_viewers_are_told_nothing_about_letters(sign_in: Callable[..., FlaskClient]) -> None:
    assert "The worker" not in sign_in("viewer").get("/dashboard/requests").text


def test_sending_again_makes_one_copy(
    coordinator: FlaskClient,
    make_request: Callable[..., int],
    set_email: Callable[..., None],
    rows: Callable[..., list[Any]],
) -> None:
    make_request()
    set_email(state="refused", next_try_at=None)
    page = Page(coordinator, "/dashboard/mail/1")
    assert page.post("/dashboard/mail/1/again").status_code == 303
    assert page.post("/dashboard/mail/1/again").status_code == 303
    copies = rows("SELECT state, resend_of_id FROM outbox_emails WHERE resend_of_id IS NOT NULL")
    assert copies == [("queued", 1)]
    assert rows("SELECT count(DISTINCT message_id) FROM outbox_emails") == [(2,)]
    assert rows("SELECT dealt_with_by_id FROM outbox_emails WHERE id = 1") == [(1,)]
    assert "a copy of" in coordinator.get("/dashboard/mail/2").text


def test_a_letter_shows_its_words_but_no_link(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    make_request(contact_name="<script>alert(1)</script>")
    page = coordinator.get("/dashboard/mail/1").text
    assert "[their private link]" in page
    assert "[[link:" not in page
    assert "<script>alert" not in page


def test_the_html_part_may_do_nothing(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    make_request()
    answer = coordinator.get("/dashboard/mail/1/html")
    assert answer.headers.getlist("Content-Security-Policy") == [SANDBOX]
    assert "[[link:" not in answer.text
    assert ">#<" not in answer.text
    assert ">[their private link]<" in answer.text
    assert 'href="[their' not in answer.text
    assert "<script" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_private_letter_keeps_its_words_to_itself(
    coordinator: FlaskClient, make_request: Callable[..., int], set_email: Callable[..., None]
) -> None:
    make_request()
    set_email(is_private=True, text="the secret link", html="<p>the secret link</p>")
    page = Page(coordinator, "/dashboard/mail/1")
    assert "the secret link" not in page.text
    assert "Send it again" not in page.text
    assert coordinator.get("/dashboard/mail/1/html").status_code == 404
    assert page.post("/dashboard/mail/1/again").status_code == 404


@pytest.mark.parametrize("path", ["/dashboard/mail/99", "/dashboard/mail/99/html", "/dashboard/mail/99999999999999999"])
def test_an_unknown_letter_is_not_found(coordinator: FlaskClient, path: str) -> None:
    assert coordinator.get(path).status_code == 404


INVITE = Invite(
    method="CANCEL",
    uid="5f1c@example.org",
    sequence=1,
    starts_at=datetime(2027, 1, 14, 19, tzinfo=UTC),
    ends_at=datetime(2027, 1, 14, 21, tzinfo=UTC),
    summary="Our guest speaker",
    organizer_name="Ukraine Solidarity Campaign",
    organizer_address="info@example.org",
    attendee_address="j.armstrong@example.org",
    stamp=datetime(2026, 11, 22, tzinfo=UTC),
)


def test_a_calendar_file_is_named_on_the_letter_s_page_and_can_be_kept(
    coordinator: FlaskClient, make_request: Callable[..., int], set_email: Callable[..., None]
) -> None:
    make_request()
    assert "invite.ics" not in coordinator.get("/dashboard/mail/1").text
    assert coordinator.get("/dashboard/mail/1/calendar").status_code == 404
    set_email(calendar=calendar_file(INVITE), calendar_method="CANCEL")
    page = coordinator.get("/dashboard/mail/1").text
    assert "With it goes a calendar file that takes the invitation back" in page
    assert "/dashboard/mail/1/calendar" in page
    answer = coordinator.get("/dashboard/mail/1/calendar")
    assert answer.data.decode("utf-8") == calendar_file(INVITE)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename=invite.ics"
    assert answer.headers["Cache-Control"] == "no-store"
    set_email(calendar_method="REQUEST")
    assert "With it goes a calendar file that invites them" in coordinator.get("/dashboard/mail/1").text
    set_email(is_private=True)
    assert "invite.ics" not in coordinator.get("/dashboard/mail/1").text
    assert coordinator.get("/dashboard/mail/1/calendar").status_code == 404


def test_not_for_viewers(sign_in: Callable[..., FlaskClient], make_request: Callable[..., int]) -> None:
    make_request()
    viewer = sign_in("viewer")
    for path in ("/mail", "/mail/1", "/mail/1/html", "/mail/1/calendar", "/mailbox", "/mailbox/1/calendar"):
        assert viewer.get(f"/dashboard{path}").status_code == 403


class TestMailbox:
    """The local mailbox."""

    def test_is_only_there_in_a_demo(self, coordinator: FlaskClient) -> None:
        assert coordinator.get("/dashboard/mailbox").status_code == 404
        assert "Mailbox" not in coordinator.get("/dashboard/requests").text

    @pytest.mark.parametrize("server", ["", "mail.example.org"])
    def test_lists_and_shows_letters(self, make_app: Callable[..., Flask], server: str) -> None:
        app = make_app(PORTAL_ENV="demo", MAIL_SERVER=server)
        message = email.message.EmailMessage()
        message["To"] = "jean@example.org"
        message["Subject"] = "Your <b>link</b>"
        message.set_content("Open it:\nhttp://127.0.0.1/track/abc-DEF_1\nnot http://evil.example/x <i>")
        message.add_alternative("<p>Open it</p>", subtype="html")
        with app.app_context():
            from_config = local_mailbox(app.config)
        assert (from_config is None) == bool(server)
        client = signed_in(app)
        if from_config is None:
            assert client.get("/dashboard/mailbox").status_code == 404
            return
        key = from_config.deliver(message.as_bytes())
        listed = client.get("/dashboard/mailbox").text
        assert "Your &lt;b&gt;link" in listed
        assert '<a href="/dashboard/mailbox" aria-current="page">Mailbox</a>' in listed
        address = re.search(r'href="(/dashboard/mailbox/[^"]+)"', listed)
        assert address
        assert key in address[1]
        page = client.get(address[1]).text
        assert '<a href="http://127.0.0.1/track/abc-DEF_1">' in page
        assert "evil.example/x &lt;i&gt;" in page
        assert client.get(f"{address[1]}/html").headers["Content-Security-Policy"] == SANDBOX
        assert "invite.ics" not in page
        assert client.get(f"{address[1]}/calendar").status_code == 404
        assert client.get("/dashboard/mailbox/..%2F..%2Fetc").status_code == 404

    def test_shows_the_calendar_file_that_came_with_a_letter(self, make_app: Callable[..., Flask]) -> None:
        app = make_app(PORTAL_ENV="demo", MAIL_SERVER="")
        message = email.message.EmailMessage()
        message["Subject"] = "You are booked to speak"
        message.set_content("Dear Olha")
        invite = calendar_file(INVITE).encode("utf-8")
        message.add_attachment(invite, maintype="text", subtype="calendar", filename="invite.ics")
        with app.app_context():
            key = local_mailbox(app.config).deliver(message.as_bytes())
        client = signed_in(app)
        assert f"/dashboard/mailbox/{key}/calendar" in client.get(f"/dashboard/mailbox/{key}").text
        answer = client.get(f"/dashboard/mailbox/{key}/calendar")
        assert answer.data == invite
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"


def signed_in(app: Flask) -> FlaskClient:
    """A coordinator of an application of one's own."""
    with app.app_context():
        commands.create_coordinator(
            email="m@example.org", name="Maria Kovalenko", role="coordinator", password=PASSWORD, now=utc_now()
        )
        db.session.commit()
    client = app.test_client()
    token = csrf_token(client.get("/login").text)
    client.post("/login", data={"email": "m@example.org", "password": PASSWORD, "csrf_token": token})
    return client


def test_only_our_own_addresses_become_links() -> None:
    text = with_links(
        "https://desk.example.org/track/a1 and https://other.example.org/track/b2 <x>", "https://desk.example.org"
    )
    assert str(text).count("<a ") == 1
    assert "&lt;x&gt;" in text


@pytest.mark.parametrize(
    ("failed", "sentence"),
    [
        (1, "1 letter was not delivered and needs a person."),
        (2, "2 letters were not delivered and need a person."),
        (100, "More than 99 letters were not delivered and need a person."),
    ],
)
def test_the_band_counts_in_good_english(failed: int, sentence: str) -> None:
    assert Trouble(failed, False, None).failed_words == sentence


@pytest.mark.parametrize(
    ("text", "warns"),
    [
        ("Maria Kovalenko will answer by Monday 2 November 2020. You do not", "Monday 2 November 2020"),
        ("Вам відповість Марія. Крайній термін: понеділок 2 листопада 2020. До того", "понеділок 2 листопада 2020"),
        ("Maria Kovalenko will answer by Monday 2 November 2099.", ""),
        ("Date it arrived: Monday 2 November 2020", ""),
        ("Please answer by 31 February 2020.", ""),
    ],
)
def test_a_promise_that_is_over_is_pointed_out_before_it_is_sent_again(
    coordinator: FlaskClient, make_request: Callable[..., int], set_email: Callable[..., None], text: str, warns: str
) -> None:
    make_request()
    set_email(text=text, state="sent")
    page = coordinator.get("/dashboard/mail/1").text
    assert ("that day has passed" in page) == bool(warns)
    assert f"by {warns}" in page or not warns


DAMAGE = {
    "a text that is none": "UPDATE outbox_emails SET text = CAST(x'c328' AS TEXT)",
    "a page that is none": "UPDATE outbox_emails SET html = CAST(x'ff' AS TEXT)",
    "a text whose key is gone": "UPDATE outbox_emails SET text = 'sealed:2:AAAA'",
    "everything of it": "UPDATE outbox_emails SET to_address = 'sealed:2:AAAA', html = 'sealed:AAAA'",
    "links that are none": "UPDATE outbox_emails SET link_ids = '[1,'",
    "one link for a list": "UPDATE outbox_emails SET link_ids = '7'",
}


OUTSIDE = (
    "subject = CAST(x'c328' AS TEXT)",
    "to_address = CAST(x'c328' AS TEXT)",
    "queued_at = 'never', tried_at = 'then'",
    "last_error = CAST(x'ff' AS TEXT), template = CAST(x'ff' AS TEXT)",
)


@pytest.mark.parametrize("damage", OUTSIDE)
def test_a_letter_damaged_on_its_outside_keeps_no_other_from_its_task(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], rows: Callable[..., list[Any]], damage: str
) -> None:
    """Such a row stopped the duty of tasks, and shut the list, the request and what stood behind it."""
    number, other = make_request(contact_email="jean@example.org"), make_request(contact_email="ann@example.org")
    with app.app_context():
        db.session.execute(db.text("UPDATE outbox_emails SET state = 'refused', next_try_at = NULL"))
        db.session.execute(db.text(f"UPDATE outbox_emails SET {damage} WHERE submission_id = {number}"))
        db.session.commit()
        Worker(app, "one").open_tasks()
    assert {row[0] for row in rows("SELECT submission_id FROM tasks WHERE reason = 'letter'")} == {number, other}
    for path in ("/dashboard/mail", f"/dashboard/requests/{number}", "/dashboard/my-day"):
        assert coordinator.get(path).status_code == 200


LEFT = (*OUTSIDE, "to_digest = CAST(x'ff' AS TEXT)", "sent_at = 'once', attempts = x'ff'", "role = CAST(x'ff' AS TEXT)")


@pytest.mark.parametrize("damage", LEFT)
def test_a_letter_damaged_after_it_left_shuts_no_page_and_a_person_is_told(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], rows: Callable[..., list[Any]], damage: str
) -> None:
    """Only letters that failed were mended: one that had left shut its lists and its request, and nobody heard."""
    number, other = make_request(contact_email="jean@example.org"), make_request(contact_email="ann@example.org")
    with app.app_context():
        sent = "UPDATE outbox_emails SET state = 'sent', next_try_at = NULL, sent_at = queued_at"
        db.session.execute(db.text(sent))
        db.session.execute(db.text(f"UPDATE outbox_emails SET {damage} WHERE submission_id = {number}"))
        db.session.commit()
    [(letter,)] = rows(f"SELECT id FROM outbox_emails WHERE submission_id = {number}")
    for path in (f"/dashboard/requests/{number}", "/dashboard/mail?show=sent", f"/dashboard/mail/{letter}"):
        assert coordinator.get(path, follow_redirects=True).status_code == 200
    with app.app_context():
        Worker(app, "one").one_pass()
    told = rows("SELECT submission_id, about FROM tasks WHERE reason = 'fault'")
    assert [row[0] for row in told] == [number]
    assert f"Letter {letter}" in told[0][1]
    assert rows("SELECT DISTINCT state FROM outbox_emails WHERE submission_id IS NOT NULL") == [("sent",)]
    assert coordinator.get(f"/dashboard/requests/{other}").status_code == 200


@pytest.mark.parametrize("damage", LEFT)
def test_a_damaged_letter_that_nobody_looks_at_is_found_at_night(
    app: Flask, make_request: Callable[..., int], rows: Callable[..., list[Any]], damage: str
) -> None:
    number = make_request(contact_email="jean@example.org")
    with app.app_context():
        db.session.execute(db.text(f"UPDATE outbox_emails SET state = 'sent', next_try_at = NULL, {damage}"))
        db.session.commit()
    Worker(app, "one", now=lambda: utc_now().replace(hour=12) + timedelta(days=1)).one_pass()
    assert [row[0] for row in rows("SELECT submission_id FROM tasks WHERE reason = 'fault'")] == [number]


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_letter_is_shown_and_dealt_with(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], rows: Callable[..., list[Any]], damage: str
) -> None:
    """A damaged row shut the whole list, so that no other failed letter could be dealt with either."""
    number = make_request(contact_email="jean@example.org")
    with app.app_context():
        failed = (
            "UPDATE outbox_emails SET state = 'refused', next_try_at = NULL, last_error = 'the letter cannot be read'"
        )
        db.session.execute(db.text(failed))
        db.session.execute(db.text(damage))
        db.session.commit()
        [letter] = failed_letters.without_task(db.session())
        failed_letters.open_task(db.session(), letter, utc_now())
        db.session.commit()
    for path in ("/dashboard/mail", f"/dashboard/requests/{number}", "/dashboard/my-day"):
        assert coordinator.get(path).status_code == 200
    page = Page(coordinator, f"/dashboard/mail/{letter}")
    assert page.answer.status_code == 200
    assert "This letter is damaged, and nobody can read it." in page.text
    assert "Send it again" not in page.text
    assert coordinator.get(f"/dashboard/mail/{letter}/html").status_code == 404
    assert page.post(f"/dashboard/mail/{letter}/again").status_code == 404
    assert page.post(f"/dashboard/mail/{letter}/dealt-with").status_code == 303
    assert rows("SELECT count(*) FROM outbox_emails WHERE dealt_with_at IS NULL") == [(0,)]
    assert rows("SELECT count(*) FROM tasks WHERE done_at IS NULL") == [(0,)]
