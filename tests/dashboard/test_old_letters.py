"""Days that a letter names and that are over: found in every letter's words, on every day of the week."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.dashboard.old_letters import day_passed
from portal.submissions.day_words import in_words_of

DAYS = [date(2026, 11, 23) + timedelta(days=number) for number in range(7)]


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "We answer by {}."),
        ("uk", "Ми обіцяли відповідь. Крайній термін: {}."),
        ("uk", "Просимо відповісти не пізніше: {}."),
        ("uk", "Внесок має надійти не пізніше такої дати: {}."),
    ],
)
def test_a_promise_is_found_whatever_its_weekday(day: date, language: str, words: str) -> None:
    text = words.format(in_words_of(day, language))
    assert day_passed(text, day) == ""
    assert day_passed(text, day + timedelta(days=1)) == in_words_of(day, language)
