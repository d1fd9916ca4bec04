"""What coordinators set themselves: which texts become a value, and which are refused."""

from __future__ import annotations

import pytest

from portal import settings


@pytest.mark.parametrize(("typed", "value"), [("7", 7), (" 60 ", 60), ("007", 7), ("00000000007", 7)])
def test_a_whole_number_is_understood(typed: str, value: int) -> None:
    assert settings.setting("reply_days").read(typed) == value


@pytest.mark.parametrize("typed", ["", "0", "61", "-3", "3.5", "²", "٣", "00000000399999", "9" * 5000])
def test_a_number_out_of_bounds_is_refused_however_it_is_written(typed: str) -> None:
    with pytest.raises(ValueError, match="from 1 to 60"):
        settings.setting("reply_days").read(typed)


def test_every_default_is_within_its_own_bounds() -> None:
    for each in settings.SETTINGS:
        assert each.read(str(each.default)) == each.default


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("contact_email", " Maria@Example.org ", "Maria@example.org"),
        ("contact_email", "", ""),
        ("contact_phone", "+44 20 7946 0000", "+44 20 7946 0000"),
        ("contact_phone", "(020) 7946-0000", "(020) 7946-0000"),
        ("contact_phone", "", ""),
    ],
)
def test_an_address_and_a_number_are_understood(name: str, typed: str, value: str) -> None:
    assert settings.setting(name).read(typed) == value


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("contact_email", "write to us", "one email address"),
        ("contact_email", "a@example.org, b@example.org", "one email address"),
        ("contact_email", "javascript:alert(1)", "one email address"),
        ("contact_phone", "ring the bell", "one phone number"),
        ("contact_phone", "12", "one phone number"),
        ("contact_phone", "020 7946 0000 or 0191 498 0000", "one phone number"),
    ],
)
def test_what_nobody_can_write_to_or_ring_is_refused(name: str, typed: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        settings.setting(name).read(typed)


@pytest.mark.parametrize(
    ("typed", "value"),
    [("7:30", "7:30"), ("07.30", "7:30"), ("8", "8:00"), ("9am", "9:00"), ("11.30 a.m.", "11:30"), ("", "")],
)
def test_a_time_of_the_morning_is_understood(typed: str, value: str) -> None:
    assert settings.setting("morning_time").read(typed) == value


@pytest.mark.parametrize("typed", ["7:60", "4:59", "11:31", "half seven", "7:30pm", "19:30", "٧:30", "7:30:00"])
def test_other_times_are_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="from 5am to 11"):
        settings.setting("morning_time").read(typed)
