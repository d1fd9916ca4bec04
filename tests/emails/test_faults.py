"""The mail server in every mood: nothing is lost, nothing goes twice that need not, a person is told."""

from __future__ import annotations

import sqlite3
import threading
from datetime import timedelta

import pytest

from portal.emails import claims, outbox
from portal.emails.letters import Letter
from portal.emails.models import WITHOUT_WORDS, OutboxEmail
from portal.emails.transport import SmtpTransport
from portal.extensions import db
from tests.emails.conftest import NOW, deliver, put, row


def test_a_letter_arrives(app, server, clock):
    email_id = put(app)
    assert deliver(app, clock) == outbox.Delivered(sent=1)
    email = row(app, email_id)
    assert (email.state, email.sent_at, email.attempts) == ("sent", NOW, 1)
    assert (email.next_try_at, email.leased_by) == (None, None)
    assert [taken.recipients for taken in server.taken] == [["jean@example.org"]]
    assert server.taken[0].sender == "post@example.org"
    assert deliver(app, clock).sent == 0


def test_many_letters_share_one_connection(app, server, clock):
    for number in range(20):
        put(app, to=f"jean{number}@example.org")
    assert deliver(app, clock).sent == 20
    assert server.connections == 1


def test_nothing_is_connected_to_when_nothing_is_due(app, server, clock):
    put(app, held=True)
    deliver(app, clock)
    assert server.connections == 0


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("greeting-421", "421 4.3.2 at the greeting"),
        ("cut-on-connect", "the mail server cut the connection"),
        ("silent", "the mail server did not answer in time"),
        ("mail-421", "421 4.3.2 at our own address"),
        ("mail-550", "550 5.7.1 at our own address"),
    ],
)
def test_trouble_with_the_server_uses_up_no_letters_try(app, server, clock, mode, reason):
    ids = [put(app, to=f"jean{number}@example.org") for number in range(3)]
    server.mode = mode
    assert deliver(app, clock).trouble == reason
    assert [(row(app, i).state, row(app, i).attempts) for i in ids] == [("queued", 0)] * 3
    seen = server.connections
    assert deliver(app, clock) == outbox.Delivered()
    assert server.connections == seen, "a server in trouble is left alone for a moment"
    server.mode = "ok"
    clock.on(seconds=90)
    assert deliver(app, clock).sent == 3
    assert len(server.taken) == 3


def test_a_server_that_is_down_keeps_everything(app, clock, settings, request):
    ids = [put(app) for _ in range(3)]
    assert deliver(app, clock).trouble == "the mail server refused the connection"
    assert {row(app, i).state for i in ids} == {"queued"}
    server = request.getfixturevalue("server")
    clock.on(seconds=90)
    assert deliver(app, clock).sent == 3
    assert len(server.taken) == 3


def test_a_server_in_trouble_is_asked_more_and_more_seldom(app, clock):
    put(app)
    tries = 0
    for _ in range(200):
        tries += bool(deliver(app, clock).trouble)
        clock.on(seconds=3)
    assert 10 <= tries <= 18


def test_letters_are_given_up_in_time_even_if_the_server_never_comes_back(app, clock):
    ids = [put(app) for _ in range(5)]
    deliver(app, clock)
    clock.on(minutes=59)
    assert deliver(app, clock).given_up == 0
    clock.on(minutes=2)
    assert deliver(app, clock).given_up == 5
    assert {row(app, i).state for i in ids} == {"given-up"}
    with app.app_context():
        assert len(outbox.failures(db.session())) == 5


def test_a_worker_that_slept_for_a_week_gives_nothing_up(app, server, clock):
    put(app)
    clock.on(days=7)
    server.mode = "greeting-421"
    assert deliver(app, clock).given_up == 0
    clock.on(minutes=2)
    server.mode = "ok"
    assert deliver(app, clock).sent == 1


def test_days_in_which_no_worker_ran_do_not_count_as_tries(app, server, clock):
    """A letter that was tried once before a week of sleep is not given up at the first trouble afterwards."""
    server.mode = "rcpt-450"
    put(app)
    deliver(app, clock)
    server.mode = "greeting-421"
    clock.on(days=7)
    assert deliver(app, clock).given_up == 0
    clock.on(minutes=2)
    server.mode = "rcpt-450"
    assert deliver(app, clock) == outbox.Delivered(later=1)
    clock.on(minutes=10)
    server.mode = "ok"
    assert deliver(app, clock).sent == 1


@pytest.mark.parametrize(
    ("mode", "reason"), [("rcpt-450", "450 4.2.0 at the address"), ("data-451", "451 4.3.0 at the text")]
)
def test_a_letter_that_is_not_taken_now_is_tried_later_and_later(app, server, clock, mode, reason):
    email_id = put(app)
    server.mode = mode
    assert deliver(app, clock) == outbox.Delivered(later=1)
    email = row(app, email_id)
    assert (email.state, email.attempts, email.last_error) == ("queued", 1, reason)
    assert timedelta(seconds=48) <= email.next_try_at - NOW <= timedelta(seconds=72)
    assert deliver(app, clock) == outbox.Delivered()
    clock.on(seconds=80)
    deliver(app, clock)
    assert timedelta(seconds=240) <= row(app, email_id).next_try_at - clock() <= timedelta(seconds=360)
    server.mode = "ok"
    clock.on(seconds=400)
    assert deliver(app, clock).sent == 1
    assert len(server.taken) == 1


def test_waits_are_not_all_alike(app, server, clock):
    ids = [put(app, to=f"jean{number}@example.org") for number in range(8)]
    server.mode = "rcpt-450"
    deliver(app, clock)
    assert len({row(app, i).next_try_at for i in ids}) > 4


def test_a_letter_is_given_up_when_it_was_tried_long_enough(app, server, clock):
    email_id = put(app)
    server.mode = "rcpt-450"
    for _ in range(20):
        deliver(app, clock)
        if row(app, email_id).state != "queued":
            break
        clock.now = row(app, email_id).next_try_at
    email = row(app, email_id)
    assert email.state == "given-up"
    assert clock() == NOW + timedelta(hours=1)
    assert email.next_try_at is None
    server.mode = "ok"
    clock.on(days=1)
    assert deliver(app, clock).sent == 0


@pytest.mark.parametrize(
    ("mode", "reason"), [("rcpt-550", "550 5.1.1 at the address"), ("data-554", "554 5.7.1 at the text")]
)
def test_a_refusal_is_final_and_later_letters_go_on(app, server, clock, mode, reason):
    email_id = put(app)
    server.mode = mode
    assert deliver(app, clock) == outbox.Delivered(refused=1)
    email = row(app, email_id)
    assert (email.state, email.attempts, email.last_error) == ("refused", 1, reason)
    server.mode = "ok"
    put(app, to="other@example.org")
    clock.on(days=1)
    assert deliver(app, clock).sent == 1
    assert [taken.recipients for taken in server.taken] == [["other@example.org"]]


def test_one_refused_address_among_many_stops_nobody(app, server, clock):
    server.refuse.add("jean3@example.org")
    for number in range(6):
        put(app, to=f"jean{number}@example.org")
    assert deliver(app, clock) == outbox.Delivered(sent=5, refused=1)


def test_greylisting_passes_within_the_first_wait(app, server, clock):
    server.mode = "greylist"
    put(app)
    assert deliver(app, clock).later == 1
    clock.on(seconds=80)
    assert deliver(app, clock).sent == 1


def test_a_cut_after_the_text_sends_the_very_same_bytes_again(app, server, clock):
    email_id = put(app)
    server.mode = "cut-after-data"
    done = deliver(app, clock)
    assert (done.later, done.trouble) == (1, "the mail server cut the connection")
    server.mode = "ok"
    clock.on(hours=1)
    assert deliver(app, clock).sent == 1
    first, second = server.taken
    assert first.raw == second.raw
    assert row(app, email_id).message_id.encode() in first.raw


def test_a_cut_before_the_text_was_taken_loses_nothing(app, server, clock):
    put(app)
    server.mode = "cut-before-taking"
    deliver(app, clock)
    server.mode = "ok"
    clock.on(minutes=10)
    assert deliver(app, clock).sent == 1
    assert len(server.taken) == 1


def test_one_letter_that_always_cuts_the_connection_does_not_block_the_others(app, server, clock):
    bad, good = put(app), put(app, to="good@example.org")
    server.mode = "cut-before-taking"
    deliver(app, clock, limit=1)
    server.mode = "ok"
    clock.on(seconds=5)
    deliver(app, clock)
    assert (row(app, bad).state, row(app, good).state) == ("queued", "sent")


POISON = {
    "no address": {"to": ""},
    "half an address": {"to": "jean@"},
    "two addresses": {"to": "jean@example.org, all@example.org"},
    "a command": {"to": "jean@example.org>\r\nRCPT TO:<all@example.org"},
    "an option": {"to": "-oQ/tmp@example.org"},
    "letters before the at": {"to": "жанна@example.org"},
    "a header in the subject": {"letter": Letter("Hello\r\nBcc: all@example.org", "Text", "<p>Text</p>")},
    "a link without a row": {"letter": Letter("Hello", "See [[link:999]]", "<p></p>", (999,))},
}


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON)
def test_a_letter_that_cannot_be_sent_stops_nobody(app, server, clock, poison):
    put(app, to="before@example.org")
    bad = put(app, **poison)
    put(app, to="after@example.org")
    assert deliver(app, clock) == outbox.Delivered(sent=2, refused=1)
    email = row(app, bad)
    assert email.state == "refused"
    assert email.last_error
    assert [taken.recipients[0] for taken in server.taken] == ["before@example.org", "after@example.org"]


def test_a_broken_row_is_refused_and_not_tried_for_ever(app, server, clock):
    bad = put(app)
    with app.app_context():
        db.session.execute(db.text("UPDATE outbox_emails SET link_ids = '7'"))
        db.session.commit()
    put(app, to="after@example.org")
    assert deliver(app, clock) == outbox.Delivered(sent=1, refused=1)
    with app.app_context():
        assert db.session.query(OutboxEmail.state).filter_by(id=bad).scalar() == "refused"


def test_an_international_domain_is_converted(app, server, clock):
    put(app, to="office@профспілка.укр")
    assert deliver(app, clock).sent == 1
    assert server.taken[0].recipients == ["office@xn--80atclebfj0a6p.xn--j1amh"]


def test_urgent_letters_go_first_even_in_a_flood(app, server, clock):
    for number in range(30):
        put(app, to=f"jean{number}@example.org")
    put(app, to="urgent@example.org", is_urgent=True)
    deliver(app, clock, limit=2)
    assert [taken.recipients[0] for taken in server.taken] == ["urgent@example.org", "jean0@example.org"]


def test_the_ceiling_of_the_provider_is_kept(make_app, server, clock):
    app = make_app(MAIL_PER_MINUTE=4)
    for number in range(10):
        put(app, to=f"jean{number}@example.org")
    sent = [deliver(app, clock, worker=f"worker-{number}").sent for number in range(3)]
    assert sent == [4, 0, 0]
    assert server.connections == 1, "who may send nothing does not call"
    clock.on(seconds=61)
    assert deliver(app, clock).sent == 4


def test_a_part_of_the_ceiling_is_kept_for_urgent_letters(make_app, server, clock):
    """A coordinator who signs in during a flood does not wait for the next minute."""
    app = make_app(MAIL_PER_MINUTE=20)
    for number in range(30):
        put(app, to=f"jean{number}@example.org")
    assert deliver(app, clock).sent == 18
    for number in range(3):
        put(app, to=f"urgent{number}@example.org", is_urgent=True)
    assert deliver(app, clock).sent == 2
    assert [taken.recipients[0] for taken in server.taken[18:]] == ["urgent0@example.org", "urgent1@example.org"]
    clock.on(seconds=62)
    deliver(app, clock, limit=1)
    assert server.taken[-1].recipients == ["urgent2@example.org"]


def test_another_machines_clock_does_not_lift_the_ceiling(make_app, server, clock):
    app = make_app(MAIL_PER_MINUTE=4)
    for number in range(10):
        put(app, to=f"jean{number}@example.org")
    clock.on(seconds=20)
    assert deliver(app, clock).sent == 4
    clock.on(seconds=-20)
    assert deliver(app, clock).sent == 0


def test_a_worker_asked_to_stop_finishes_its_letter_and_takes_no_other(app, server, clock):
    ids = [put(app) for _ in range(3)]
    assert deliver(app, clock, stopping=lambda: bool(server.taken)).sent == 1
    assert [row(app, i).state for i in ids] == ["sent", "queued", "queued"]


@pytest.mark.parametrize("jump", [timedelta(days=2), -timedelta(days=2), timedelta(days=400)])
def test_a_clock_that_jumps_and_is_put_right_stalls_nothing(app, server, clock, jump):
    before = put(app)
    server.mode = "rcpt-450"
    clock.now += jump
    during = put(app, to="during@example.org", now=clock())
    deliver(app, clock)
    clock.now -= jump
    server.mode = "ok"
    clock.on(minutes=5)
    deliver(app, clock)
    assert (row(app, before).state, row(app, during).state) == ("sent", "sent")


@pytest.mark.parametrize("hours", [1, -1, 3, -3])
def test_a_clock_set_right_by_hours_neither_stalls_retries_nor_bursts(make_app, server, clock, hours):
    """As when the zone was set wrong, or somebody moves the clock with the season."""
    app = make_app(MAIL_GIVE_UP_AFTER=5 * 24 * 3600)
    server.mode = "rcpt-450"
    ids = [put(app, to=f"jean{number}@example.org") for number in range(3)]
    deliver(app, clock)
    clock.on(hours=hours)
    for _ in range(5):
        deliver(app, clock)
        clock.on(seconds=2)
    assert server.offered <= 6, "each letter is tried once more at most"
    server.mode = "ok"
    clock.on(minutes=7)
    assert deliver(app, clock).sent == 3
    assert {row(app, each).state for each in ids} == {"sent"}


def test_a_fault_of_our_own_in_sending_refuses_nothing(app, server, clock):
    """Whatever breaks, it is hardly the fault of every letter in the queue."""
    ids = [put(app), put(app)]
    with app.app_context():
        assert outbox.deliver_due(clock, _Broken(app.config), "worker", 10).later == 2
    assert [row(app, each).state for each in ids] == ["queued", "queued"]
    clock.on(minutes=2)
    assert deliver(app, clock).sent == 2


class _Broken(SmtpTransport):
    """A transport with a fault in it."""

    def send(self, parcel):
        raise RuntimeError("jean@example.org")


def test_a_damaged_letter_does_not_undo_what_became_of_the_last(app, server, clock, monkeypatch):
    """The outcome of one letter and the claim of the next are one transaction."""
    first = put(app)
    put(app, to="second@example.org")
    claim = claims._claim

    def fail_once_it_has_left(*arguments):
        if server.taken:
            raise RuntimeError
        return claim(*arguments)

    monkeypatch.setattr(claims, "_claim", fail_once_it_has_left)
    with pytest.raises(RuntimeError):
        deliver(app, clock)
    assert row(app, first).state == "sent"


def test_nobody_waits_for_a_slow_goodbye_to_learn_that_a_letter_was_sent(app, server, clock, monkeypatch):
    """A worker that dies while it says goodbye has written down what it sent."""
    email_id = put(app)
    states = []
    close = SmtpTransport.close

    def note_and_close(transport):
        states.append(row(app, email_id).state)
        close(transport)

    monkeypatch.setattr(SmtpTransport, "close", note_and_close)
    deliver(app, clock, limit=1)
    assert states[-1] == "sent"


def test_reasons_repeat_nothing_the_server_said(app, server, clock, caplog):
    server.mode = "rcpt-550"
    email_id = put(app, to="jean@example.org")
    put(app, to="Жанна")
    deliver(app, clock)
    assert "jean" not in row(app, email_id).last_error
    # The mail server of this test writes a log of its own; only ours is meant.
    ours = " ".join(each.getMessage() for each in caplog.records if each.name != "mail.log").lower()
    assert "jean" not in ours
    assert "жанна" not in ours


def test_a_database_locked_just_after_the_letter_left_does_not_send_it_twice(app, server, clock):
    email_id = put(app)
    with app.app_context():
        engine = db.engine
    db.event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=50"), insert=False)
    engine.dispose()
    other = sqlite3.connect(engine.url.database, check_same_thread=False)
    timers: list[threading.Timer] = []

    def lock_once_it_has_left() -> bool:
        if server.taken and not timers:
            other.execute("BEGIN EXCLUSIVE")
            timers.append(threading.Timer(0.8, other.rollback))
            timers[0].start()
        return bool(server.taken)

    assert deliver(app, clock, stopping=lock_once_it_has_left).sent == 1
    timers[0].join()
    other.close()
    assert row(app, email_id).state == "sent"
    clock.on(days=1)
    assert deliver(app, clock).sent == 0
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    "damage",
    [
        "link_ids = 'no'",
        "queued_at = 'never'",
        "text = CAST(x'ff00fe' AS TEXT)",
        "attempts = 'many'",
        "next_try_at = 'soon'",
        "first_tried_at = 'long ago'",
        "tried_at = x'00', attempts = 1",
        "attempts = x'ff', is_urgent = 'very'",
        "subject = CAST(x'c328' AS TEXT)",
        "to_address = CAST(x'c328' AS TEXT)",
    ],
)
def test_a_row_that_cannot_be_read_is_refused_and_the_queue_moves_on(app, server, clock, damage):
    bad = put(app)
    put(app, to="after@example.org")
    with app.app_context():
        db.session.execute(db.text(f"UPDATE outbox_emails SET {damage} WHERE id = {bad}"))
        db.session.commit()
    assert deliver(app, clock).sent == 1
    assert [taken.recipients for taken in server.taken] == [["after@example.org"]]
    with app.app_context():
        found = db.session.execute(db.select(OutboxEmail.state, OutboxEmail.last_error).filter_by(id=bad)).one()
        # Whatever else was wrong with it, a person can be told of it.
        assert db.session.get(OutboxEmail, bad, options=WITHOUT_WORDS).queued_at
    assert tuple(found) == ("refused", "the letter cannot be read")
