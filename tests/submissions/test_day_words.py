"""Days in words: with their weekday, and in Ukrainian in the case that «до» asks for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.submissions.dates import Leaning, understand_date
from portal.submissions.day_words import by_in_words_of, in_words_of

MONDAY = date(2026, 11, 23)
WEEK = [MONDAY + timedelta(days=number) for number in range(7)]
MONTHS = [
    (1, "січня"),
    (2, "лютого"),
    (3, "березня"),
    (4, "квітня"),
    (5, "травня"),
    (6, "червня"),
    (7, "липня"),
    (8, "серпня"),
    (9, "вересня"),
    (10, "жовтня"),
    (11, "листопада"),
    (12, "грудня"),
]


def test_an_english_day_is_the_same_behind_by() -> None:
    assert in_words_of(date(2027, 1, 14), "en") == "Thursday 14 January 2027"
    assert by_in_words_of(date(2027, 1, 14), "en") == "Thursday 14 January 2027"
    assert by_in_words_of(None, "en") == by_in_words_of(None, "uk") == ""


def test_a_ukrainian_day_has_its_comma_and_its_year() -> None:
    assert in_words_of(date(2027, 1, 14), "uk") == "четвер, 14 січня 2027 року"
    assert in_words_of(date(2027, 1, 15), "uk") == "п’ятниця, 15 січня 2027 року"


def test_each_weekday_stands_in_the_genitive_behind_do() -> None:
    assert [by_in_words_of(day, "uk") for day in WEEK] == [
        "понеділка, 23 листопада 2026 року",
        "вівторка, 24 листопада 2026 року",
        "середи, 25 листопада 2026 року",
        "четверга, 26 листопада 2026 року",
        "п’ятниці, 27 листопада 2026 року",
        "суботи, 28 листопада 2026 року",
        "неділі, 29 листопада 2026 року",
    ]


@pytest.mark.parametrize(("month", "name"), MONTHS)
def test_each_month_stands_in_the_genitive(month: int, name: str) -> None:
    assert by_in_words_of(date(2027, month, 1), "uk").endswith(f", 1 {name} 2027 року")
    assert in_words_of(date(2027, month, 1), "uk").endswith(f", 1 {name} 2027 року")


@pytest.mark.parametrize("day", WEEK, ids=str)
def test_what_we_write_is_understood_again(day: date) -> None:
    for words in (in_words_of(day, "uk"), by_in_words_of(day, "uk"), in_words_of(day, "en")):
        assert understand_date(words, MONDAY, Leaning.AHEAD) == day
