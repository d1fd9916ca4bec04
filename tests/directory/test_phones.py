"""Telephone numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.directory.phones import understand_phone


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("07700 900 143", "+447700900143"),
        ("+44 7700 900143", "+447700900143"),
        ("0044 7700 900143", "+447700900143"),
        ("+44 (0)1632 960 143", "+441632960143"),
        ("44 7700 900143", "+447700900143"),
        ("01632 960 157", "+441632960157"),
        ("020 7946 0138", "+442079460138"),
        ("0800 1111", "+448001111"),
        ("016977 3555", "+44169773555"),
        ("0191 498 0171", "+441914980171"),
        ("028 9649 6109", "+442896496109"),
        ("+380 67 123 45 67", "+380671234567"),
        ("00380671234567", "+380671234567"),
        ("380 67 123-45-67", "+380671234567"),
        ("０７７００ ９００１４３", "+447700900143"),
    ],
)
def test_numbers_are_understood_and_kept_as_typed(typed: str, e164: str) -> None:
    phone = understand_phone(typed)
    assert (phone.as_typed, phone.e164) == (typed, e164)


def test_a_number_of_ukraine_without_its_prefix_is_read_for_ukraine() -> None:
    assert understand_phone("067 123 45 67", region="UA").e164 == "+380671234567"


@pytest.mark.parametrize(
    "typed",
    [
        *("", "12", "ask Dave", "07700 900 143 143 143 143", "+", "\x00"),
        *("+44 7700 900", "07700 90012", "020 7946 0", "960123", "+380 67 123 45"),
    ],
)
def test_what_is_no_number_is_kept_and_not_understood(typed: str) -> None:
    phone = understand_phone(typed)
    assert (phone.as_typed, phone.e164) == (typed, None)


@given(st.one_of(st.text(), st.text(alphabet=st.sampled_from("0+443807 ()-x;\x00🙂\u200f"))))
def test_no_text_breaks_it(text: str) -> None:
    assert understand_phone(text).as_typed == text
