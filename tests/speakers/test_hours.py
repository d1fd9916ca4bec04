"""Hours of a day as people write them."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from portal.speakers.hours import HoursNotUnderstood, as_typed, understand_hours


def at(hour: int, minute: int = 0) -> int:
    """Minutes after midnight."""
    return hour * 60 + minute


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6pm–9pm", [(at(18), at(21))]),
        ("6 pm - 9 pm", [(at(18), at(21))]),
        ("6.30pm to 9.30pm", [(at(18, 30), at(21, 30))]),
        ("18:00-21:00", [(at(18), at(21))]),
        ("18.00–21.30", [(at(18), at(21, 30))]),
        ("1800-2130", [(at(18), at(21, 30))]),
        ("18-21", [(at(18), at(21))]),
        ("6-9", [(at(18), at(21))]),
        ("6-9pm", [(at(18), at(21))]),
        ("9-11pm", [(at(21), at(23))]),
        ("10-2pm", [(at(10), at(14))]),
        ("9 to 5", [(at(9), at(17))]),
        ("9-17", [(at(9), at(17))]),
        ("8-17", [(at(8), at(17))]),
        ("8am-10am", [(at(8), at(10))]),
        ("10am–noon", [(at(10), at(12))]),
        ("10am–12pm", [(at(10), at(12))]),
        ("from 7pm until 10pm", [(at(19), at(22))]),
        ("between 7 and 9", [(at(19), at(21))]),
        ("half past 6 to 8", [(at(18, 30), at(20))]),
        ("10pm–1am", [(at(22), at(25))]),
        ("22-1", [(at(22), at(25))]),
        ("22:00–01:30", [(at(22), at(25, 30))]),
        ("6pm-midnight", [(at(18), at(24))]),
        ("18:00-24:00", [(at(18), at(24))]),
        ("18:00-00:00", [(at(18), at(24))]),
        ("00:00-24:00", [(0, at(24))]),
        ("all day", [(0, at(24))]),
        ("Any time", [(0, at(24))]),
        ("весь день", [(0, at(24))]),
        ("будь-коли", [(0, at(24))]),
        ("з 18:00 до 21:00", [(at(18), at(21))]),
        ("від 18 до 21", [(at(18), at(21))]),
        ("6pm to 9pm sharp", [(at(18), at(21))]),
        ("about 18-21 год", [(at(18), at(21))]),
        ("о 18:00 до 21:00 вечора", [(at(18), at(21))]),
        ("18:00–північ", [(at(18), at(24))]),
        ("10–12, 18–21", [(at(10), at(12)), (at(18), at(21))]),
        ("18:00–21:00 та 10:00–12:00", [(at(10), at(12)), (at(18), at(21))]),
        ("10am-12pm and 6pm-9pm", [(at(10), at(12)), (at(18), at(21))]),
        ("6pm-8pm, 7pm-9pm", [(at(18), at(21))]),
        ("6pm-8pm, 8pm-9pm", [(at(18), at(21))]),
        ("", []),
        ("  ", []),
        ("-", []),
        ("–", []),
        ("no", []),
        ("не можу", []),
    ],
)
def test_hours_are_understood(text: str, expected: list[tuple[int, int]]) -> None:
    assert understand_hours(text) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("evenings", "Enter hours like"),
        ("when the kids are asleep", "Enter hours like"),
        ("25:00-26:00", "Enter hours like"),
        ("6pm-", "Enter hours like"),
        ("18:75-19:00", "Enter hours like"),
        ("6pm", "Say until when"),
        ("after 6pm", "Say until when"),
        ("після 18:00", "Say until when"),
        ("9pm-6pm", "The end is before the beginning"),
        ("21:00-20:00", "The end is before the beginning"),
        ("6pm-6pm", "The end is before the beginning"),
        ("8-9, 10-11, 12-13", "at most two times"),
        ("x" * 5000, "Enter hours like"),
        ("<script>", "Enter hours like"),
        ("18:00–21:00 крім канікул", "Enter the hours alone"),
        ("18:00-21:00 except half-term", "Enter the hours alone"),
        ("18.00 - 21.00 or 22", "Enter the hours alone"),
        ("6pm-9pm but never in August", "Enter the hours alone"),
        ("6-9pm term time", "Enter the hours alone"),
        ("6pm (Mondays 7pm) to 9pm", "Enter the hours alone"),
    ],
)
def test_what_is_no_hours_gets_its_sentence(app: Flask, text: str, sentence: str) -> None:
    with app.app_context(), pytest.raises(HoursNotUnderstood) as refusal:
        understand_hours(text)
    with app.app_context():
        assert sentence in str(refusal.value.sentence)


quarters = some.integers(0, 95).map(lambda n: n * 15)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=quarters, length=some.integers(1, 72).map(lambda n: n * 15), language=some.sampled_from(("en", "uk")))
def test_what_is_shown_can_be_typed_again(app: Flask, first: int, length: int, language: str) -> None:
    span = (first, min(first + length, 30 * 60))
    with app.app_context():
        assert understand_hours(as_typed([span], language)) == [span]


@given(some.text(max_size=60))
def test_anything_at_all_is_hours_or_gets_a_sentence(text: str) -> None:
    try:
        found = understand_hours(text)
    except HoursNotUnderstood:
        return
    assert all(0 <= first < until <= 30 * 60 for first, until in found)
