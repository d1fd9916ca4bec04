"""Rules by which branches meet, as they write them, and what is better left to a reader."""

from __future__ import annotations

from datetime import date, time

import pytest

from portal.submissions.date_rules import days_of, hour_of

FIRST, LAST = date(2027, 1, 1), date(2027, 3, 31)


def days(words: str) -> list[str] | None:
    found = days_of(words, FIRST, LAST)
    return None if found is None else [f"{day.day}/{day.month}" for day in found]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("second Tuesday of the month, 7.30pm", ["12/1", "9/2", "9/3"]),
        ("2nd Tues, 7.30", ["12/1", "9/2", "9/3"]),
        ("every second Tuesday of the month", ["12/1", "9/2", "9/3"]),
        ("First and third Wednesdays", ["6/1", "20/1", "3/2", "17/2", "3/3", "17/3"]),
        ("last Thursday of each month except August and February", ["28/1", "25/3"]),
        ("Any Tuesday in March, at the Miners’ Hall", ["2/3", "9/3", "16/3", "23/3", "30/3"]),
        ("third Sunday in the month", ["17/1", "21/2", "21/3"]),
        ("другий вівторок місяця, 19:00", ["12/1", "9/2", "9/3"]),
        ("останню п'ятницю місяця", ["29/1", "26/2", "26/3"]),
        ("у березні щочетверга", ["4/3", "11/3", "18/3", "25/3"]),
        ("second Tuesday in September", []),
        ("every Weds in March at noon", ["3/3", "10/3", "17/3", "24/3", "31/3"]),
        ("second Tuesday of the month, 12 noon", ["12/1", "9/2", "9/3"]),
    ],
)
def test_the_days_of_a_rule(words: str, expected: list[str]) -> None:
    assert days(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        "",
        "monthly",
        "any evening",
        "by agreement",
        # Every other Tuesday, counted from a day that nobody told.
        "Every second Tuesday",
        "alternate Mondays",
        "every other Monday",
        "last working day of the month",
        "Tuesday after payday",
        "Tuesday of the first week",
        "any day but Friday",
        "usually the second Tuesday",
        "Tuesday 14 January",
        "first Tuesday and third",
        "середина місяця",
    ],
)
def test_what_is_not_quite_clear_is_left_to_a_reader(words: str) -> None:
    assert days(words) is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("second Tuesday of the month, 7.30pm", time(19, 30)),
        ("any Thursday, 7pm for 7.30", time(19, 30)),
        ("second Tuesday at 7", time(19)),
        ("щовівторка, 19:00", time(19)),
        ("every Wednesday at noon", time(12)),
        ("second Tuesday, 12 noon", time(12)),
        ("second Tuesday, midday", time(12)),
        ("every Weds afternoon", None),
        ("щовівторка опівдні", time(12)),
        ("second Tuesday", None),
    ],
)
def test_the_hour_of_a_rule(words: str, expected: time | None) -> None:
    assert hour_of(words) == expected
