"""Days that a letter names and that are over: found in every letter's words, on every day of the week."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.dashboard.old_letters import day_passed
from portal.submissions.day_words import by_in_words_of, in_words_of

DAYS = [date(2026, 11, 23) + timedelta(days=number) for number in range(7)]


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "We answer by {}."),
        ("uk", "Вам відповість Марія до {}. До того часу від вас нічого не потрібно."),
        ("uk", "Просимо написати до {}, коли чекати на внесок."),
    ],
)
def test_a_promise_is_found_whatever_its_weekday(day: date, language: str, words: str) -> None:
    text = words.format(by_in_words_of(day, language))
    assert day_passed(text, day) == ""
    assert day_passed(text, day + timedelta(days=1)) == by_in_words_of(day, language)


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize(
    "words", ["Крайній термін: {}.", "Просимо відповісти не пізніше: {}.", "Внесок – не пізніше такої дати: {}."]
)
def test_a_promise_of_an_older_letter_is_found_as_well(day: date, words: str) -> None:
    old = in_words_of(day, "uk").replace(",", "").removesuffix(" року")
    assert day_passed(words.format(old), day) == ""
    assert day_passed(words.format(old), day + timedelta(days=1)) == old
