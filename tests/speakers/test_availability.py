"""When a speaker can speak: the week, days away and besides, other zones, and nights on which the clocks change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some

from portal.clock import KYIV, LONDON
from portal.speakers import availability
from portal.speakers.availability import Verdict, verdict, verdict_of_day
from portal.speakers.register import AvailabilityException, Speaker, WeeklyHours

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
LONDON_ZONE, KYIV_ZONE, NEW_YORK_ZONE = "Europe/London", "Europe/Kyiv", "America/New_York"


class Week(NamedTuple):
    """Hours of a weekday."""

    weekday: int
    from_minute: int
    until_minute: int


class Days(NamedTuple):
    """Days away or besides."""

    first_on: date
    last_on: date
    from_minute: int | None = None
    until_minute: int | None = None
    is_free: bool = False


EVENINGS = [Week(day, 18 * 60, 21 * 60) for day in range(5)]


def at(text: str, zone: ZoneInfo = LONDON, fold: int = 0) -> datetime:
    """A moment by the clock on a wall: "2027-01-14 19:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def talk(text: str, minutes: int = 120, zone: ZoneInfo = LONDON) -> tuple[datetime, datetime]:
    """A talk that begins then."""
    return at(text, zone), at(text, zone) + timedelta(minutes=minutes)


def test_who_told_nothing_has_not_told() -> None:
    assert verdict([], [], LONDON_ZONE, *talk("2027-01-14 19:00")) is Verdict.NOT_TOLD


@pytest.mark.parametrize(
    ("when", "minutes", "expected"),
    [
        ("2027-01-14 19:00", 120, Verdict.FREE),
        ("2027-01-14 18:00", 180, Verdict.FREE),
        ("2027-01-14 17:59", 60, Verdict.UNUSUAL),
        ("2027-01-14 18:00", 181, Verdict.UNUSUAL),
        ("2027-01-16 19:00", 60, Verdict.UNUSUAL),
        ("2027-01-14 12:00", 60, Verdict.UNUSUAL),
    ],
)
def test_the_week(when: str, minutes: int, expected: Verdict) -> None:
    assert verdict(EVENINGS, [], LONDON_ZONE, *talk(when, minutes)) is expected


def test_hours_that_go_on_into_each_other_are_one() -> None:
    week = [Week(THURSDAY, 20 * 60, 24 * 60), Week(THURSDAY, 18 * 60, 20 * 60), Week(FRIDAY, 0, 60)]
    assert verdict(week, [], LONDON_ZONE, *talk("2027-01-14 18:30", 6 * 60)) is Verdict.FREE
    assert verdict(week, [], LONDON_ZONE, *talk("2027-01-14 18:30", 7 * 60)) is Verdict.UNUSUAL


def test_hours_past_midnight_belong_to_the_day_on_which_they_begin() -> None:
    week = [Week(SUNDAY, 22 * 60, 25 * 60)]
    assert verdict(week, [], LONDON_ZONE, *talk("2027-01-18 00:00", 60)) is Verdict.FREE
    assert verdict(week, [], LONDON_ZONE, *talk("2027-01-18 00:30", 60)) is Verdict.UNUSUAL
    assert verdict(week, [], LONDON_ZONE, *talk("2027-01-19 00:00", 60)) is Verdict.UNUSUAL


def test_an_evening_in_durham_ends_past_midnight_in_kyiv() -> None:
    late = talk("2027-01-14 20:30", 150)
    assert [moment.astimezone(KYIV).strftime("%a %H:%M") for moment in late] == ["Thu 22:30", "Fri 01:00"]
    until_midnight = [Week(day, 18 * 60, 24 * 60) for day in range(5)]
    past_midnight = [Week(day, 18 * 60, 25 * 60) for day in range(5)]
    assert verdict(until_midnight, [], KYIV_ZONE, *late) is Verdict.UNUSUAL
    assert verdict(past_midnight, [], KYIV_ZONE, *late) is Verdict.FREE
    # On Friday night it is Saturday already in Kyiv, but Friday's hours still run.
    friday = tuple(moment + timedelta(days=1) for moment in late)
    assert verdict(past_midnight, [], KYIV_ZONE, friday[0], friday[1]) is Verdict.FREE
    saturday_away = [Days(date(2027, 1, 16), date(2027, 1, 16))]
    assert verdict(past_midnight, saturday_away, KYIV_ZONE, friday[0], friday[1]) is Verdict.AWAY


def test_days_away_win_over_everything_they_touch() -> None:
    away = Days(date(2027, 1, 11), date(2027, 1, 14))
    besides = Days(date(2027, 1, 14), date(2027, 1, 14), is_free=True)
    assert verdict(EVENINGS, [away], LONDON_ZONE, *talk("2027-01-14 19:00")) is Verdict.AWAY
    assert verdict([], [away], LONDON_ZONE, *talk("2027-01-11 07:00")) is Verdict.AWAY
    assert verdict(EVENINGS, [besides, away], LONDON_ZONE, *talk("2027-01-14 19:00")) is Verdict.AWAY
    assert verdict(EVENINGS, [away], LONDON_ZONE, *talk("2027-01-15 19:00")) is Verdict.FREE
    assert verdict([], [away], LONDON_ZONE, *talk("2027-01-10 23:00", 60)) is Verdict.NOT_TOLD


def test_away_for_some_hours_of_each_day() -> None:
    nights = [Days(date(2027, 1, 11), date(2027, 1, 12), 20 * 60, 26 * 60)]
    assert verdict([], nights, LONDON_ZONE, *talk("2027-01-11 18:00", 120)) is Verdict.NOT_TOLD
    assert verdict([], nights, LONDON_ZONE, *talk("2027-01-11 18:00", 121)) is Verdict.AWAY
    assert verdict([], nights, LONDON_ZONE, *talk("2027-01-13 01:30", 60)) is Verdict.AWAY
    assert verdict([], nights, LONDON_ZONE, *talk("2027-01-13 02:00", 60)) is Verdict.NOT_TOLD
    from_noon = [Days(date(2027, 1, 11), date(2027, 1, 11), 12 * 60, None)]
    assert verdict([], from_noon, LONDON_ZONE, *talk("2027-01-11 23:30", 60)) is Verdict.AWAY
    assert verdict([], from_noon, LONDON_ZONE, *talk("2027-01-11 11:00", 60)) is Verdict.NOT_TOLD


def test_days_besides_win_over_the_week() -> None:
    saturday = Days(date(2027, 1, 16), date(2027, 1, 16), is_free=True)
    afternoon = Days(date(2027, 1, 16), date(2027, 1, 16), 14 * 60, 18 * 60, is_free=True)
    assert verdict(EVENINGS, [saturday], LONDON_ZONE, *talk("2027-01-16 10:00", 360)) is Verdict.FREE
    assert verdict(EVENINGS, [afternoon], LONDON_ZONE, *talk("2027-01-16 14:00", 240)) is Verdict.FREE
    assert verdict(EVENINGS, [afternoon], LONDON_ZONE, *talk("2027-01-16 14:00", 241)) is Verdict.UNUSUAL
    assert verdict([], [afternoon], LONDON_ZONE, *talk("2027-01-16 10:00")) is Verdict.NOT_TOLD


def test_days_besides_lengthen_the_week() -> None:
    late = Days(date(2027, 1, 14), date(2027, 1, 14), 21 * 60, 23 * 60, is_free=True)
    assert verdict(EVENINGS, [late], LONDON_ZONE, *talk("2027-01-14 20:00", 180)) is Verdict.FREE


def test_a_holiday_of_weeks_and_one_of_a_night() -> None:
    summer = [Days(date(2027, 7, 24), date(2027, 9, 5))]
    assert verdict(EVENINGS, summer, LONDON_ZONE, *talk("2027-07-23 19:00")) is Verdict.FREE
    assert verdict(EVENINGS, summer, LONDON_ZONE, *talk("2027-08-12 19:00")) is Verdict.AWAY
    assert verdict(EVENINGS, summer, LONDON_ZONE, *talk("2027-09-06 19:00")) is Verdict.FREE
    # Into the first day of the holiday by one minute.
    assert verdict([], summer, LONDON_ZONE, *talk("2027-07-23 23:00", 61)) is Verdict.AWAY


def test_an_all_day_school() -> None:
    saturday = [Week(SATURDAY, 9 * 60, 17 * 60)]
    assert verdict(saturday, [], LONDON_ZONE, *talk("2027-01-16 09:30", 390)) is Verdict.FREE
    assert verdict(saturday, [], LONDON_ZONE, *talk("2027-01-16 08:00", 600)) is Verdict.UNUSUAL
    weekend = [Week(SATURDAY, 0, 24 * 60), Week(SUNDAY, 0, 24 * 60)]
    assert verdict(weekend, [], LONDON_ZONE, *talk("2027-01-16 09:00", 32 * 60)) is Verdict.FREE
    assert verdict(weekend, [], LONDON_ZONE, *talk("2027-01-16 09:00", 40 * 60)) is Verdict.UNUSUAL
    # Nine in London is eleven in Kyiv, and half past four half past six.
    assert verdict([Week(SATURDAY, 660, 1110)], [], KYIV_ZONE, *talk("2027-01-16 09:00", 450)) is Verdict.FREE


@pytest.mark.parametrize("zone", [LONDON_ZONE, KYIV_ZONE])
@pytest.mark.parametrize("day", ["2027-03-27", "2027-03-28", "2027-03-29", "2027-10-30", "2027-10-31", "2027-11-01"])
def test_the_hours_stay_those_of_the_clock_when_it_changes(zone: str, day: str) -> None:
    week = [Week(weekday, 19 * 60, 21 * 60) for weekday in range(7)]
    there = ZoneInfo(zone)
    assert verdict(week, [], zone, *talk(f"{day} 19:00", 120, there)) is Verdict.FREE
    assert verdict(week, [], zone, *talk(f"{day} 18:59", 120, there)) is Verdict.UNUSUAL
    assert verdict(week, [], zone, *talk(f"{day} 19:00", 121, there)) is Verdict.UNUSUAL


@pytest.mark.parametrize(
    ("day", "free"),
    [
        # The clocks of New York change two weeks before ours in spring, and one week after them in autumn.
        ("2027-03-13", Verdict.UNUSUAL),
        ("2027-03-15", Verdict.FREE),
        ("2027-03-27", Verdict.FREE),
        ("2027-03-29", Verdict.UNUSUAL),
        ("2027-10-30", Verdict.UNUSUAL),
        ("2027-11-01", Verdict.FREE),
        ("2027-11-06", Verdict.FREE),
        ("2027-11-08", Verdict.UNUSUAL),
    ],
)
def test_weeks_in_which_only_one_clock_has_changed(day: str, free: Verdict) -> None:
    from_three = [Week(weekday, 15 * 60, 17 * 60) for weekday in range(7)]
    assert verdict(from_three, [], NEW_YORK_ZONE, *talk(f"{day} 19:00", 120)) is free


def test_a_night_that_is_shorter() -> None:
    # From one o’clock it is two o’clock in London: an hour that does not exist need not be free.
    week = [Week(SATURDAY, 22 * 60, 25 * 60), Week(SUNDAY, 120, 240)]
    assert verdict(week, [], LONDON_ZONE, *talk("2027-03-28 00:30", 60)) is Verdict.FREE
    assert verdict(week, [], LONDON_ZONE, *talk("2027-03-28 00:30", 150)) is Verdict.FREE
    assert verdict(week, [], LONDON_ZONE, *talk("2027-03-28 00:30", 151)) is Verdict.UNUSUAL
    away = [Days(date(2027, 3, 28), date(2027, 3, 28), 60, 120)]
    assert verdict(week, away, LONDON_ZONE, *talk("2027-03-28 00:30", 60)) is Verdict.FREE


def test_a_night_that_is_longer() -> None:
    # The hour from one to two comes twice in London.
    week = [Week(SUNDAY, 0, 120)]
    assert verdict(week, [], LONDON_ZONE, *talk("2027-10-31 00:00", 180)) is Verdict.FREE
    assert verdict(week, [], LONDON_ZONE, *talk("2027-10-31 00:00", 181)) is Verdict.UNUSUAL
    away = [Days(date(2027, 10, 31), date(2027, 10, 31), 90, 100)]
    second = at("2027-10-31 01:30", fold=1)
    assert verdict(week, away, LONDON_ZONE, second, second + timedelta(minutes=10)) is Verdict.AWAY
    assert (
        verdict(week, away, LONDON_ZONE, second + timedelta(minutes=10), second + timedelta(minutes=30)) is Verdict.FREE
    )


def test_seconds_do_not_matter_where_a_talk_begins() -> None:
    begin = at("2027-01-14 18:00") + timedelta(seconds=30)
    assert verdict(EVENINGS, [], LONDON_ZONE, begin, at("2027-01-14 21:00")) is Verdict.FREE


def test_a_talk_ends_after_it_begins() -> None:
    begin, end = talk("2027-01-14 19:00")
    for first, last in ((end, begin), (begin, begin)):
        with pytest.raises(ValueError, match="ends after it starts"):
            verdict(EVENINGS, [], LONDON_ZONE, first, last)


ZONES = (LONDON_ZONE, KYIV_ZONE, NEW_YORK_ZONE, "Europe/Warsaw", "Asia/Tbilisi", "Australia/Lord_Howe")
NIGHTS = ("2027-03-13 20:00", "2027-03-27 20:00", "2027-10-30 20:00", "2027-11-06 20:00", "2027-04-03 08:00")
minutes = some.integers(0, 119).map(lambda quarter: quarter * 15)
weeks = some.lists(
    some.builds(lambda day, begin, length: Week(day, begin, min(begin + length, 1800)), some.integers(0, 6),
                some.integers(0, 95).map(lambda n: n * 15), minutes.filter(bool)),
    max_size=6,
)  # fmt: skip
days = some.integers(0, 5).map(lambda n: date(2027, 3, 25) + timedelta(days=n)) | some.integers(0, 12).map(
    lambda n: date(2027, 10, 28) + timedelta(days=n)
)


@some.composite
def exceptions(draw: some.DrawFn) -> Days:
    """Some days near a night on which clocks change."""
    first = draw(days)
    last = first + timedelta(days=draw(some.integers(0, 3)))
    begin = draw(some.none() | some.integers(0, 95).map(lambda n: n * 15))
    until = None if begin is None else min(begin + draw(minutes.filter(bool)), 1800)
    return Days(first, last, begin, until, draw(some.booleans()))


def minute_by_minute(
    weekly: Sequence[Week], told: Sequence[Days], zone: str, starts_at: datetime, ends_at: datetime
) -> Verdict:
    """The same answer by looking at the clock on the wall in every minute."""

    def on_the_wall() -> Iterable[tuple[date, int]]:
        moment = starts_at
        while moment < ends_at:
            local = moment.astimezone(ZoneInfo(zone))
            yield local.date(), local.hour * 60 + local.minute
            moment += timedelta(minutes=1)

    def holds(row: Days, day: date, minute: int) -> bool:
        begin, until = row.from_minute or 0, 1440 if row.until_minute is None else row.until_minute
        before = day - timedelta(days=1)
        return (row.first_on <= day <= row.last_on and begin <= minute < until) or (
            row.first_on <= before <= row.last_on and begin <= minute + 1440 < until
        )

    def is_usual(day: date, minute: int) -> bool:
        before = (day.weekday() - 1) % 7
        return any(
            (row.weekday == day.weekday() and row.from_minute <= minute < row.until_minute)
            or (row.weekday == before and row.from_minute <= minute + 1440 < row.until_minute)
            for row in weekly
        )

    wall = list(on_the_wall())
    if any(holds(row, day, minute) for row in told if not row.is_free for day, minute in wall):
        return Verdict.AWAY
    besides = [row for row in told if row.is_free]
    if besides and all(any(holds(row, day, minute) for row in besides) for day, minute in wall):
        return Verdict.FREE
    if not weekly:
        return Verdict.NOT_TOLD
    free = all(is_usual(day, minute) or any(holds(row, day, minute) for row in besides) for day, minute in wall)
    return Verdict.FREE if free else Verdict.UNUSUAL


@given(
    weekly=weeks,
    told=some.lists(exceptions(), max_size=3),
    zone=some.sampled_from(ZONES),
    night=some.sampled_from(NIGHTS),
    later=some.integers(0, 80).map(lambda n: n * 15),
    length=some.integers(1, 64).map(lambda n: n * 15),
)
def test_it_agrees_with_a_look_at_the_clock_in_every_minute(
    weekly: list[Week], told: list[Days], zone: str, night: str, later: int, length: int
) -> None:
    begin = at(night) + timedelta(minutes=later)
    end = begin + timedelta(minutes=length)
    assert verdict(weekly, told, zone, begin, end) is minute_by_minute(weekly, told, zone, begin, end)


def test_a_day_whose_hour_nobody_has_told() -> None:
    thursday, saturday = date(2027, 1, 14), date(2027, 1, 16)
    assert verdict_of_day(EVENINGS, [], LONDON_ZONE, thursday) is Verdict.FREE
    assert verdict_of_day(EVENINGS, [], LONDON_ZONE, saturday) is Verdict.UNUSUAL
    assert verdict_of_day([], [], LONDON_ZONE, saturday) is Verdict.NOT_TOLD
    away, besides = Days(thursday, thursday), Days(saturday, saturday, is_free=True)
    assert verdict_of_day(EVENINGS, [away], LONDON_ZONE, thursday) is Verdict.AWAY
    assert verdict_of_day([], [away], LONDON_ZONE, thursday) is Verdict.AWAY
    assert verdict_of_day(EVENINGS, [besides], LONDON_ZONE, saturday) is Verdict.FREE
    morning = Days(thursday, thursday, 0, 12 * 60)
    assert verdict_of_day(EVENINGS, [morning], LONDON_ZONE, thursday) is Verdict.FREE
    assert verdict_of_day([], [morning], LONDON_ZONE, thursday) is Verdict.NOT_TOLD
    evening = Days(thursday, thursday, 17 * 60, 20 * 60 + 15)
    assert verdict_of_day(EVENINGS, [evening], LONDON_ZONE, thursday) is Verdict.AWAY
    # An hour in the night is no hour for a meeting.
    assert verdict_of_day([Week(THURSDAY, 0, 6 * 60)], [], LONDON_ZONE, thursday) is Verdict.UNUSUAL


@pytest.fixture
def speaker(app: Flask) -> Speaker:
    """Somebody in Ukraine who told much."""
    weekly = [
        *(WeeklyHours(weekday=day, from_minute=18 * 60, until_minute=21 * 60 + 30) for day in (0, 1, 2)),
        WeeklyHours(weekday=FRIDAY, from_minute=9 * 60, until_minute=12 * 60),
        WeeklyHours(weekday=FRIDAY, from_minute=20 * 60, until_minute=25 * 60),
        WeeklyHours(weekday=SUNDAY, from_minute=0, until_minute=1440),
    ]
    told = [
        AvailabilityException(first_on=date(2027, 8, 12), last_on=date(2027, 8, 12), is_free=True, from_minute=600,
                              until_minute=720),
        AvailabilityException(first_on=date(2027, 8, 3), last_on=date(2027, 8, 17), is_free=False),
        AvailabilityException(first_on=date(2026, 8, 3), last_on=date(2026, 8, 4), is_free=False),
    ]  # fmt: skip
    return Speaker(name="Olena Example", time_zone=KYIV_ZONE, weekly=weekly, exceptions=told)


def test_availability_in_english(app: Flask, speaker: Speaker) -> None:
    with app.app_context():
        assert availability.in_words(speaker, "en", date(2027, 1, 1)) == [
            "Monday – Wednesday: 6pm–9.30pm",
            "Friday: 9am–12pm, 8pm–1am",
            "Sunday: the whole day",
            "All hours are Kyiv time.",
            "Away: 3 August 2027 – 17 August 2027",
            "Free besides: 12 August 2027, 10am–12pm",
        ]


def test_who_told_nothing_of_their_week_in_words(app: Flask) -> None:
    with app.app_context():
        nothing = Speaker(name="Jean Example", time_zone=LONDON_ZONE, weekly=[], exceptions=[])
        assert availability.in_words(nothing, "en") == ["No usual hours were told."]
        late = Speaker(
            time_zone="America/New_York", weekly=[WeeklyHours(weekday=3, from_minute=1200, until_minute=1440)]
        )
        assert availability.in_words(late, "en") == ["Thursday: 8pm–midnight", "All hours are in the time of New York."]
