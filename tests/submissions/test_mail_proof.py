"""The nightly proof: which letters must have arrived, and what becomes of those that have not."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Coordinator
from portal.emails import letters, outbox
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import actions, approvals, failed_letters, mail_proof, registry, whole
from portal.submissions.history import Mover
from portal.submissions.workflow import Actor, Recipient
from portal.worker import Worker
from tests.conftest import counted
from tests.submissions.clockwork import DEMO, Clockwork, london

DAY_1, NIGHT_2, NIGHT_3 = "2026-11-25 10:00", "2026-11-26 02:10", "2026-11-27 02:10"
MEETING = {"confirmed_on": "2027-01-14", "confirmed_time": "19:00", "agreed": "By telephone"}
SPEAKER = {"speaker_name": "Olena Tkach", "speaker_email": "olena@example.org", "speaker_language": "en"}


def stop(clockwork: Clockwork, where: str = "true", state: str = "queued") -> None:
    """Letters stay where they are, as if no mail server took them."""
    clockwork.sql(f"UPDATE outbox_emails SET state = '{state}', next_try_at = NULL, sent_at = NULL WHERE {where}")


CHANGES = (
    "change-meeting",
    "branch-moves-meeting",
    "branch-changes-format",
    "speaker-takes-day",
    "branch-changes-details",
    "we-change-details",
    "other-day-suits",
)
"""Moves of a meeting that somebody is booked for."""


def test_whatever_is_proved_is_a_letter_that_some_move_sends() -> None:
    sorts = [sort for kind in registry.kinds() for sort in mail_proof.sorts_of(kind)]
    named = {name for sort in sorts for name in sort.templates}
    assert named >= mail_proof.RELIED_ON
    assert all(letters.exists(name, "en") for name in named)
    found = {(sort.kind, sort.to, sort.moves, sort.states) for sort in sorts}
    assert found == {
        ("speaker", Recipient.BRANCH, (), ()),
        ("speaker", Recipient.BRANCH, ("confirm", "change-meeting", "speaker-takes-day"), ("confirmed",)),
        ("speaker", Recipient.SPEAKER, ("confirm", *CHANGES), ("confirmed",)),
        ("twinning", Recipient.BRANCH, (), ()),
        ("twinning", Recipient.BRANCH, ("introduce",), ("introduced",)),
        ("twinning", Recipient.UKRAINIAN_BODY, ("introduce",), ("introduced",)),
        ("affiliation", Recipient.BRANCH, (), ()),
        ("ukrainian", Recipient.BRANCH, (), ()),
        (
            "affiliation",
            Recipient.TREASURER,
            ("accept", "renew", "rejoin"),
            ("awaiting-payment", "renewal-due", "grace"),
        ),
    }


def test_what_has_arrived_needs_nobody(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    number = clockwork.request(DAY_1, maria)
    clockwork.act(number, "2026-11-25 11:00", maria, "offer", **SPEAKER)
    clockwork.act(number, "2026-11-25 12:00", maria, "confirm", **MEETING)
    clockwork.work("2026-11-25 12:01", NIGHT_2, NIGHT_3)
    assert clockwork.tasks() == []
    assert clockwork.sql("SELECT count(*) FROM outbox_emails WHERE state <> 'sent'") == [(0,)]


@pytest.mark.parametrize(
    ("state", "happened"),
    [("queued", "has not left for more than a day"), ("cancelled", "was cancelled"), ("held", "is held back")],
)
def test_an_acknowledgement_that_did_not_arrive_within_a_day_is_a_task(
    clockwork: Clockwork, state: str, happened: str
) -> None:
    number = clockwork.request(DAY_1)
    stop(clockwork, state=state)
    clockwork.work("2026-11-26 01:30", NIGHT_2)
    assert clockwork.tasks() == [], "it is not a day old"
    clockwork.work("2026-11-27 01:55")
    assert clockwork.tasks() == [], "it is not yet two o'clock"
    clockwork.work(NIGHT_3, "2026-11-27 09:00", "2026-11-28 02:10")
    assert clockwork.tasks() == [
        f"The letter to the branch that acknowledges their request {happened}: telephone them."
    ]
    assert clockwork.sql("SELECT reason, submission_id, due_on FROM tasks") == [("proof", number, "2026-11-30")]


def test_without_an_address_somebody_must_telephone(clockwork: Clockwork) -> None:
    clockwork.request(DAY_1, contact_email="", contact_phone="0191 498 0000")
    clockwork.work(NIGHT_3)
    assert clockwork.tasks() == [
        "The letter to the branch that acknowledges their request was not written, for we know no address: "
        "telephone them."
    ]


def test_a_confirmation_must_have_reached_both_sides(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    number = clockwork.request(DAY_1, maria)
    clockwork.act(number, "2026-11-25 11:00", maria, "offer", **SPEAKER)
    clockwork.work("2026-11-25 11:30")
    clockwork.act(number, "2026-11-25 12:00", maria, "confirm", **MEETING)
    stop(clockwork, "template IN ('speaker/confirmed', 'speaker/booked')")
    clockwork.work(NIGHT_3)
    assert sorted(clockwork.tasks()) == [
        "The letter to the branch that confirms the meeting has not left for more than a day: telephone them.",
        "The letter to the speaker that confirms the meeting has not left for more than a day: telephone them.",
    ]
    # The day is moved, and the new letters arrive: nobody needs to ring any more.
    clockwork.act(number, "2026-11-27 10:00", maria, "change-meeting", **{**MEETING, "confirmed_on": "2027-01-21"})
    clockwork.work("2026-11-27 10:05", "2026-11-28 02:10")
    assert clockwork.tasks() == []
    # Moved once more, and this time the letter to the branch stays.
    clockwork.act(number, "2026-11-30 10:00", maria, "change-meeting", **{**MEETING, "confirmed_on": "2027-01-28"})
    stop(clockwork, "id = (SELECT max(id) FROM outbox_emails WHERE template = 'speaker/changed')")
    clockwork.work("2026-11-30 10:05", "2026-12-02 02:10")
    assert len(clockwork.tasks()) == 1
    # A meeting that is cancelled needs no confirmation.
    clockwork.act(number, "2026-12-02 10:00", maria, "cancel", reason="The hall burnt down.")
    clockwork.work("2026-12-03 02:10")
    assert clockwork.tasks() == []


def test_a_confirmation_that_was_never_written_is_found(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    number = clockwork.request(DAY_1, maria)
    clockwork.act(number, "2026-11-25 11:00", maria, "offer", **SPEAKER)
    clockwork.act(number, "2026-11-25 12:00", maria, "confirm", **MEETING)
    clockwork.work("2026-11-25 12:01")
    clockwork.sql("DELETE FROM outbox_emails WHERE template = 'speaker/booked'")
    clockwork.work(NIGHT_3)
    assert clockwork.tasks() == [
        "The letter to the speaker that confirms the meeting was never written: telephone them."
    ]


def test_nobody_is_rung_about_what_a_second_reader_has_not_let_go(clockwork: Clockwork) -> None:
    """The day was moved before its confirmation was read: then no letter of that move is written at all."""
    maria, _ = clockwork.coordinator("Maria Kovalenko"), clockwork.coordinator("Taras Melnyk")
    number = clockwork.request(DAY_1, maria)
    clockwork.act(number, "2026-11-25 11:00", maria, "offer", **SPEAKER)
    clockwork.work("2026-11-25 11:30")
    with clockwork.app.app_context():
        submission = whole.load(db.session(), number)
        assert submission is not None
        by, now = db.session.get_one(Coordinator, maria), london("2026-11-25 12:00")
        done = actions.perform(
            db.session(), submission, "confirm", by=Mover(Actor.COORDINATOR, by), now=now, answers=MEETING
        )
        approvals.ask(db.session(), submission, "confirm", done.sent, by=by, now=now)
        db.session.commit()
    clockwork.act(
        number, "2026-11-25 13:00", maria, "change-meeting", confirmed_on="2027-01-21", confirmed_time="19:00"
    )
    clockwork.work(NIGHT_3, "2026-12-04 10:00", "2026-12-10 10:00")
    assert [each for each in clockwork.tasks() if "never written" in each or "has not said" in each] == []
    assert any("Nobody has read the letters" in each for each in clockwork.tasks()), "it is not forgotten"


def test_each_meeting_to_come_is_proved_however_long_ago_it_was_confirmed(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    number = clockwork.request(DAY_1, maria)
    clockwork.act(number, "2026-11-25 11:00", maria, "offer", **SPEAKER)
    clockwork.act(number, "2026-11-25 12:00", maria, "confirm", **MEETING)
    clockwork.work("2026-11-25 12:01", NIGHT_3, "2026-12-28 02:10")
    assert clockwork.tasks() == []
    clockwork.sql("DELETE FROM outbox_emails WHERE template = 'speaker/booked'")
    clockwork.work("2026-12-29 02:10")
    assert clockwork.tasks() == [
        "The letter to the speaker that confirms the meeting was never written: telephone them."
    ]


def test_a_fee_letter_must_have_reached_the_treasurer(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    number = clockwork.request(
        DAY_1, maria, "affiliation", accepts_aims=True, fee_pence=5000, treasurer_email="till@example.org"
    )
    clockwork.act(number, "2026-11-25 11:00", maria, "accept")
    stop(clockwork, "template = 'affiliation/fee-due'")
    clockwork.work(NIGHT_3)
    assert clockwork.tasks() == [
        "The letter to the treasurer about the fee has not left for more than a day: telephone them."
    ]
    clockwork.act(number, "2026-11-27 10:00", maria, "paid", paid_pence="5000", paid_on="2026-11-27")
    clockwork.work("2026-11-28 02:10")
    assert clockwork.tasks() == []


def test_an_introduction_must_have_reached_both_sides(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    number = clockwork.request(DAY_1, maria, "twinning", why="We want to learn", lead_name="Jean Armstrong")
    clockwork.work("2026-11-25 10:05")
    body = {
        "body_name": "Western Donbas miners",
        "body_oblast": "Dnipropetrovsk",
        "body_sector": "Mining",
        "body_email": "miners@example.org",
        "body_language": "uk",
    }
    for move, answers in (("check", {}), ("seek", {}), ("propose", body), ("introduce", {"body_contact": "Olena"})):
        clockwork.act(number, "2026-11-25 11:00", maria, move, **answers)
    stop(clockwork, "template LIKE 'twinning/introduced%'")
    clockwork.work(NIGHT_3)
    assert sorted(clockwork.tasks()) == [
        "The letter to the Ukrainian side that introduces the twins has not left for more than a day: "
        "reach them in another safe way.",
        "The letter to the branch that introduces the twins has not left for more than a day: telephone them.",
    ]


def test_spam_and_what_is_held_for_review_is_left_alone(clockwork: Clockwork) -> None:
    clockwork.request(DAY_1, held_reason="trap")
    spam = clockwork.request(DAY_1)
    clockwork.sql("UPDATE submissions SET state = 'declined', is_open = false WHERE id = :spam", spam=spam)
    stop(clockwork, state="cancelled")
    clockwork.work(NIGHT_3)
    assert clockwork.tasks() == []


def test_a_letter_that_failed_has_one_task_only(clockwork: Clockwork) -> None:
    clockwork.request(DAY_1)
    stop(clockwork)
    clockwork.work(NIGHT_3)
    clockwork.sql("UPDATE outbox_emails SET state = 'given-up', next_try_at = NULL")
    clockwork.work("2026-11-27 10:00", "2026-11-28 02:10")
    assert len(clockwork.tasks()) == 1
    assert "could not be delivered" in clockwork.tasks()[0]
    clockwork.sql("UPDATE outbox_emails SET dealt_with_at = '2026-11-28 10:00:00'")
    clockwork.work("2026-11-28 11:00", "2026-11-29 02:10")
    assert clockwork.tasks() == []


def test_a_copy_that_waits_for_the_server_goes_on_with_the_task_of_the_letter_that_failed(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    clockwork.request(DAY_1, maria)
    stop(clockwork, state="refused")
    clockwork.work("2026-11-25 10:10")
    assert len(clockwork.tasks()) == 1
    with clockwork.app.app_context():
        email = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "speaker/received")).one()
        again = outbox.send_again(db.session(), email, london("2026-11-25 10:20"), by_id=maria)
        db.session.flush()
        failed_letters.goes_with_copy(db.session(), email.id, again.id)
        db.session.commit()
    stop(clockwork, "state = 'queued'")
    clockwork.work(NIGHT_3)
    assert len(clockwork.tasks()) == 1
    assert "could not be delivered" in clockwork.tasks()[0]


def test_a_person_who_telephoned_is_not_asked_again(clockwork: Clockwork) -> None:
    clockwork.request(DAY_1)
    stop(clockwork)
    clockwork.work(NIGHT_3)
    clockwork.sql("UPDATE tasks SET done_at = '2026-11-27 10:00:00'")
    clockwork.work("2026-11-28 02:10", "2026-11-29 02:10")
    assert clockwork.tasks() == []


def test_an_exception_stays_until_it_is_mended_however_old(clockwork: Clockwork) -> None:
    clockwork.request(DAY_1)
    stop(clockwork)
    clockwork.work(NIGHT_3, "2027-01-20 02:10", "2027-03-20 02:10")
    assert len(clockwork.tasks()) == 1
    clockwork.sql("UPDATE outbox_emails SET state = 'sent', sent_at = '2027-03-20 10:00:00'")
    clockwork.work("2027-03-21 02:10")
    assert clockwork.tasks() == []


def test_after_a_long_sleep_it_looks_further_back(clockwork: Clockwork) -> None:
    clockwork.work("2026-11-20 02:10")
    clockwork.request(DAY_1)
    stop(clockwork)
    clockwork.work("2026-12-20 02:10")
    assert len(clockwork.tasks()) == 1


def test_the_hour_that_comes_twice_makes_no_second_proof(clockwork: Clockwork) -> None:
    # On 25 October 2026 the hour from one to two comes twice; on 28 March 2027 it never comes.
    proofs = "SELECT count(*) FROM daily_duties WHERE name = 'mail-proof'"
    clockwork.work(*(f"2026-10-25 {hour}" for hour in ("00:30", "01:30", "02:30", "03:30")))
    assert clockwork.sql(proofs) == [(1,)]
    clockwork.sql("DELETE FROM daily_duties")
    clockwork.work("2027-03-28 00:30", "2027-03-28 02:30", "2027-03-28 03:30")
    assert clockwork.sql(proofs) == [(1,)]


def test_it_takes_as_many_statements_for_many_requests_as_for_few(clockwork: Clockwork) -> None:
    def statements(night: str) -> int:
        with clockwork.app.app_context(), counted() as seen:
            mail_proof.prove(db.session(), london(night).date(), london(night))
        return len(seen)

    clockwork.request(DAY_1)
    clockwork.work("2026-11-25 10:05")
    few = statements(NIGHT_3)
    for _ in range(30):
        clockwork.request(DAY_1)
    clockwork.work("2026-11-25 10:15", "2026-11-25 10:25")
    assert statements("2026-11-28 02:10") == few


@pytest.mark.postgres
def test_two_workers_open_one_task(postgres_app: Flask) -> None:
    postgres_app.config.update(DEMO)
    both = Clockwork(postgres_app)
    both.request(DAY_1)
    both.request(DAY_1, contact_email="")
    stop(both)
    begin = threading.Barrier(2)

    def work(name: str) -> None:
        begin.wait()
        Worker(postgres_app, name, now=lambda: london(NIGHT_3)).one_pass()

    threads = [threading.Thread(target=work, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(both.tasks()) == 2
