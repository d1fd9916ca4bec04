"""Owners are warned the working day before a promise falls due, and the team hears of it on the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Flask

from portal.submissions.models import reference_of
from portal.submissions.promises import working_days_between
from portal.worker import Worker
from tests.submissions.clockwork import Clockwork, london

WARNING = "coordinator/promise-warning"
TODAY = "coordinator/promised-today"


def test_the_owner_is_warned_once_with_all_that_is_due_on_the_next_working_day(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    clockwork.coordinator("Ben Okafor")
    # Three working days from Wednesday, over a weekend: promised for Monday.
    first = clockwork.request("2026-11-25 10:00", maria, heading="Leeds Health")
    second = clockwork.request("2026-11-25 11:00", maria, heading="Hull Buses")
    later = clockwork.request("2026-11-26 11:00", maria, heading="Derby Rail")
    assert clockwork.see(first, "due_on") == date(2026, 11, 30)
    clockwork.work("2026-11-26 09:00", "2026-11-27 07:25")
    assert clockwork.to(WARNING) == []
    clockwork.work("2026-11-27 07:30", "2026-11-27 07:40", "2026-11-27 18:00", "2026-11-28 09:00", "2026-11-29 09:00")
    ((address, text),) = clockwork.letters(WARNING)
    assert address == "maria@example.org"
    assert "Monday 30 November 2026" in text
    for number in (first, second):
        assert f"/dashboard/requests/{number}" in text
    assert reference_of(later) not in text
    assert "Jean" not in text


def test_a_worker_that_was_asleep_warns_in_the_afternoon_but_not_at_night(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    clockwork.request("2026-11-25 10:00", maria)
    clockwork.work("2026-11-27 20:30")
    assert clockwork.to(WARNING) == []
    clockwork.work("2026-11-27 19:30")
    assert clockwork.to(WARNING) == ["maria@example.org"]


def test_nobody_is_warned_of_what_is_not_ours_any_more(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    number = clockwork.request("2026-11-23 10:00", maria)
    clockwork.act(number, "2026-11-24 10:00", maria, "ask", question="Has your hall a screen?")
    clockwork.work("2026-11-25 09:00", "2026-11-26 09:00")
    assert clockwork.to(WARNING) + clockwork.to(TODAY) == []


def test_the_team_hears_on_the_day_of_what_is_not_answered(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    owned = clockwork.request("2026-11-23 10:00", maria)
    nobodys = clockwork.request("2026-11-23 10:00")
    clockwork.act(owned, "2026-11-25 15:00", maria)
    clockwork.work("2026-11-24 09:00")
    assert clockwork.to(TODAY) == []
    clockwork.work("2026-11-25 09:00")
    ((address, text),) = clockwork.letters(TODAY)
    assert address == "info@example.org"
    assert "by the end of today" not in text
    assert reference_of(nobodys) in text, "who is nobody's is the team's"
    assert reference_of(owned) not in text
    clockwork.work("2026-11-26 07:30", "2026-11-26 08:00", "2026-11-27 07:30")
    _, (_, text) = clockwork.letters(TODAY)
    assert "by the end of today" in text
    assert "nobody looks after them" not in text
    assert reference_of(owned) in text
    assert reference_of(nobodys) in text


def test_before_bank_holidays_the_warning_comes_on_the_last_working_day(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    # 24 December 2026 is a Thursday; the next working day in London is Tuesday 29.
    number = clockwork.request("2026-12-21 10:00", maria, region_slug="scotland")
    clockwork.act(number, "2026-12-22 10:00", maria)
    clockwork.sql("UPDATE submissions SET due_on = '2026-12-29', queue_on = '2026-12-29'")
    clockwork.work("2026-12-23 09:00")
    assert clockwork.to(WARNING) == []
    clockwork.work("2026-12-24 09:00", "2026-12-25 09:00", "2026-12-28 09:00", "2026-12-29 09:00")
    assert clockwork.to(WARNING) == ["maria@example.org"]
    assert clockwork.to(TODAY) == ["info@example.org"]


def test_scottish_holidays_are_no_days_off_for_our_promises(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    # 30 November is a bank holiday in Scotland alone.
    number = clockwork.request("2026-11-25 10:00", maria, region_slug="scotland")
    assert clockwork.see(number, "due_on") == date(2026, 11, 30)
    clockwork.work("2026-11-27 09:00", "2026-11-30 09:00")
    assert len(clockwork.to(WARNING)) == len(clockwork.to(TODAY)) == 1
    # In 2027 the second of January is a Saturday: Scotland rests on Monday 4 January, London does not.
    assert working_days_between(date(2026, 12, 31), date(2027, 1, 5)) == 2


def test_who_stands_in_is_warned_and_along_a_chain(clockwork: Clockwork) -> None:
    maria, ben, olena = (clockwork.coordinator(name) for name in ("Maria Kovalenko", "Ben Okafor", "Olena Tkach"))
    clockwork.away(maria, "2026-11-20", "2026-12-04", ben)
    clockwork.away(ben, "2026-11-27", "2026-11-27", olena)
    clockwork.request("2026-11-25 10:00", maria)
    clockwork.request("2026-11-25 10:00", olena)
    clockwork.work("2026-11-27 09:00")
    ((address, text),) = clockwork.letters(WARNING)
    assert address == "olena@example.org"
    assert text.count("- USC-") == 2


def test_the_hour_is_a_setting_and_summer_time_is_kept(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    clockwork.sql(
        "INSERT INTO settings (name, value, set_at, set_by) VALUES ('morning_time', '9:15', '2026-01-01 00:00:00', '')"
    )
    # In summer time, a quarter past nine in London is a quarter past eight in UTC.
    number = clockwork.request("2026-07-06 10:00", maria)
    assert clockwork.see(number, "due_on") == date(2026, 7, 9)
    Worker(clockwork.app, "w", now=lambda: london("2026-07-08 09:14")).one_pass()
    assert clockwork.to(WARNING) == []
    clockwork.work("2026-07-08 09:15")
    assert clockwork.to(WARNING) == ["maria@example.org"]


def test_without_an_address_of_the_team_the_day_passes_quietly(make_app: Callable[..., Flask]) -> None:
    silent = Clockwork(make_app(PORTAL_ENV="demo", MAIL_SERVER="", TEAM_EMAIL=""))
    silent.request("2026-11-23 10:00")
    silent.work("2026-11-26 09:00")
    assert silent.to(TODAY) == []
