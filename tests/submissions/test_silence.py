"""A request on which nobody acts goes back to the queue: when, when not, and who hears of it."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from flask import Flask

from portal.extensions import db
from portal.submissions import silence
from portal.submissions.models import reference_of
from portal.worker import Worker
from tests.submissions.clockwork import DEMO, Clockwork, london

TOLD = "coordinator/handed-back"
TEAM_TOLD = "coordinator/nobody-has-it"


def test_three_working_days_of_silence_end_the_ownership(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    # Received and taken on on Monday, promised for Thursday.
    number = clockwork.request("2026-11-23 10:00", maria)
    assert clockwork.see(number, "due_on") == date(2026, 11, 26)
    clockwork.work("2026-11-24 10:30", "2026-11-25 12:30", "2026-11-26 09:55")
    assert clockwork.see(number, "coordinator_id") == maria
    clockwork.work("2026-11-26 10:05")
    assert clockwork.see(number, "coordinator_id") is None
    assert clockwork.to(TOLD) == ["maria@example.org"]
    assert clockwork.to(TEAM_TOLD) == ["info@example.org"]
    assert f"{reference_of(number)}, speaker request, NUM Durham Area" in clockwork.letters(TOLD)[0][1]
    assert "Jean" not in clockwork.letters(TOLD)[0][1] + clockwork.letters(TEAM_TOLD)[0][1]
    line = clockwork.sql("SELECT name, actor, text FROM events ORDER BY id DESC LIMIT 1")
    assert line == [("assigned", "worker", "Nobody acted on it for 3 working days.")]
    clockwork.work("2026-11-26 10:15", "2026-11-27 09:00")
    assert len(clockwork.to(TOLD) + clockwork.to(TEAM_TOLD)) == 2, "nobody is told twice"


def test_a_second_letter_of_a_day_does_not_look_like_a_copy_of_the_first(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    clockwork.request("2026-11-23 10:00", maria)
    clockwork.request("2026-11-23 13:00", maria)
    clockwork.work("2026-11-26 10:05", "2026-11-26 13:05")
    subjects = [row for (row,) in clockwork.sql("SELECT subject FROM outbox_emails WHERE template = :name", name=TOLD)]
    assert len(set(subjects)) == 2
    assert subjects[1].startswith("More without action")
    to_team = clockwork.sql("SELECT subject FROM outbox_emails WHERE template = :name", name=TEAM_TOLD)
    assert len(set(to_team)) == 2


def test_a_search_that_may_take_ten_days_is_not_taken_away_on_the_third(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    number = clockwork.request("2026-11-23 10:00", maria)
    clockwork.act(number, "2026-11-23 11:00", maria, "start-matching")
    assert clockwork.see(number, "due_on") == date(2026, 12, 7)
    clockwork.work("2026-11-27 12:00", "2026-12-02 12:00", "2026-12-04 11:55")
    assert clockwork.see(number, "coordinator_id") == maria, "not before noon of the working day before"
    clockwork.work("2026-12-04 12:05")
    assert clockwork.see(number, "coordinator_id") is None


@pytest.mark.parametrize("who", ["the owner", "a colleague"])
def test_whatever_a_coordinator_does_begins_the_days_anew(clockwork: Clockwork, who: str) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    ben = clockwork.coordinator("Ben Okafor")
    number = clockwork.request("2026-11-23 10:00", maria)
    clockwork.act(number, "2026-11-25 15:00", maria if who == "the owner" else ben)
    clockwork.work("2026-11-26 10:05", "2026-11-27 16:00", "2026-11-30 14:55")
    assert clockwork.see(number, "coordinator_id") == maria
    clockwork.work("2026-11-30 15:05")
    assert clockwork.see(number, "coordinator_id") is None


def test_a_branch_that_asks_again_does_not_begin_the_days_anew(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    number = clockwork.request("2026-11-23 10:00", maria)
    clockwork.hear(number, "2026-11-25 15:00")
    clockwork.work("2026-11-26 10:05")
    assert clockwork.see(number, "coordinator_id") is None


def test_in_a_state_of_somebody_else_silence_begins_when_the_branch_writes(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    number = clockwork.request("2026-11-02 10:00", maria)
    clockwork.act(number, "2026-11-02 11:00", maria, "ask", question="Has your hall a screen?")
    clockwork.work("2026-11-18 10:00")
    assert clockwork.see(number, "coordinator_id") == maria, "it was the branch's turn"
    clockwork.hear(number, "2026-11-23 10:00")
    clockwork.hear(number, "2026-11-24 10:00")
    clockwork.work("2026-11-26 09:55")
    assert clockwork.see(number, "coordinator_id") == maria
    clockwork.work("2026-11-26 10:05")
    assert clockwork.see(number, "coordinator_id") is None


def test_weekends_and_bank_holidays_do_not_count_and_nothing_moves_on_them(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    # Wednesday before Christmas 2026; Friday 25 is Christmas, Monday 28 stands in for Boxing Day.
    number = clockwork.request("2026-12-23 10:00", maria)
    assert clockwork.see(number, "due_on") == date(2026, 12, 30)
    clockwork.work("2026-12-28 10:05", "2026-12-29 12:05", "2026-12-30 09:55")
    assert clockwork.see(number, "coordinator_id") == maria
    clockwork.work("2026-12-30 10:05")
    assert clockwork.see(number, "coordinator_id") is None


def test_what_was_assigned_at_a_weekend_counts_from_monday(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    number = clockwork.request("2026-11-21 15:00", maria)
    assert clockwork.see(number, "due_on") == date(2026, 11, 25)
    clockwork.work("2026-11-25 19:30")
    assert clockwork.see(number, "coordinator_id") == maria
    clockwork.work("2026-11-26 07:30")
    assert clockwork.see(number, "coordinator_id") == maria, "not while everybody sleeps"
    clockwork.work("2026-11-26 08:00")
    assert clockwork.see(number, "coordinator_id") is None


@pytest.mark.parametrize(
    ("now", "last_act"),
    [
        # The clocks go back on 25 October 2026 and forward on 28 March 2027: the hour of the wall counts.
        ("2026-10-27 09:00", "2026-10-22 09:00"),
        ("2027-03-30 09:00", "2027-03-23 09:00"),
    ],
)
def test_the_hour_of_the_wall_counts_when_clocks_change(now: str, last_act: str) -> None:
    assert silence.cutoff(london(now), 3) == london(last_act)


def test_of_somebody_away_without_cover_the_request_goes_back_before_its_day(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    number = clockwork.request("2026-11-23 10:00", maria)
    clockwork.act(number, "2026-11-24 16:00", maria)
    clockwork.away(maria, "2026-11-25", "2026-11-27")
    clockwork.work("2026-11-24 17:00")
    assert clockwork.see(number, "coordinator_id") == maria
    clockwork.work("2026-11-25 08:05")
    assert clockwork.see(number, "coordinator_id") is None
    assert (clockwork.to(TOLD), clockwork.to(TEAM_TOLD)) == ([], ["info@example.org"])
    assert clockwork.sql("SELECT text FROM events ORDER BY id DESC LIMIT 1") == [
        ("Whoever had it is away, and nobody stands in.",)
    ]


def test_who_stands_in_keeps_it_alive_and_hears_of_its_loss(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    ben = clockwork.coordinator("Ben Okafor")
    kept, lost = clockwork.request("2026-11-23 10:00", maria), clockwork.request("2026-11-23 10:00", maria)
    clockwork.away(maria, "2026-11-24", "2026-12-04", ben)
    clockwork.act(kept, "2026-11-25 16:00", ben)
    clockwork.work("2026-11-25 08:05", "2026-11-26 10:05")
    assert clockwork.see(kept, "coordinator_id") == maria
    assert clockwork.see(lost, "coordinator_id") is None
    assert clockwork.to(TOLD) == ["ben@example.org"]


def test_who_stands_in_reads_of_their_own_and_of_the_others_in_one_letter(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    ben = clockwork.coordinator("Ben Okafor")
    for owner in (maria, ben):
        clockwork.request("2026-11-23 10:00", owner)
    clockwork.away(maria, "2026-11-24", "2026-12-04", ben)
    clockwork.work("2026-11-26 10:05")
    ((_, text),) = clockwork.letters(TOLD)
    assert text.count("- USC-") == 2
    assert "were with Maria Kovalenko, for whom you stand in" in text
    assert "again" not in text
    assert clockwork.to(TEAM_TOLD) == ["info@example.org"]


def test_the_requests_of_a_closed_account_go_back(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    number = clockwork.request("2026-11-23 10:00", maria)
    clockwork.sql("UPDATE coordinators SET active = false")
    clockwork.work("2026-11-25 08:05")
    assert clockwork.see(number, "coordinator_id") is None


def test_several_requests_go_back_with_one_letter(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    numbers = [clockwork.request("2026-11-23 10:00", maria, heading=f"Branch {each}") for each in range(14)]
    clockwork.work("2026-11-26 10:05")
    assert {clockwork.see(number, "coordinator_id") for number in numbers} == {None}
    ((_, text),) = clockwork.letters(TOLD)
    assert text.count("- USC-") == 10
    assert "- and more on the desk" in text


def test_the_days_are_a_setting(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    number = clockwork.request("2026-11-23 10:00", maria)
    clockwork.sql(
        "INSERT INTO settings (name, value, set_at, set_by) VALUES ('silence_days', '5', '2026-01-01 00:00:00', '')"
    )
    clockwork.work("2026-11-26 10:05", "2026-11-30 09:55")
    assert clockwork.see(number, "coordinator_id") == maria
    clockwork.work("2026-11-30 10:05")
    assert clockwork.see(number, "coordinator_id") is None


@pytest.mark.postgres
def test_two_workers_hand_back_once(postgres_app: Flask) -> None:
    postgres_app.config.update(DEMO)
    both = Clockwork(postgres_app)
    maria = both.coordinator("Maria Kovalenko")
    for _ in range(8):
        both.request("2026-11-23 10:00", maria)
    begin = threading.Barrier(2)
    seen: list[list[int]] = []

    def work() -> None:
        begin.wait()
        with postgres_app.app_context():
            seen.append(silence.owners(db.session(), london("2026-11-26 10:05")))
            db.session.rollback()
        Worker(postgres_app, "one", now=lambda: london("2026-11-26 10:05")).one_pass()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(seen) == 2
    assert all(found in ([maria], []) for found in seen)
    assert both.sql("SELECT count(*) FROM submissions WHERE coordinator_id IS NOT NULL") == [(0,)]
    assert both.to(TOLD) == ["maria@example.org"]
    assert both.to(TEAM_TOLD) == ["info@example.org"]
    assert both.sql("SELECT count(*) FROM events WHERE actor = 'worker'") == [(8,)]
