"""What differs between two texts, as a coordinator reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.dashboard import differences


def told(before: str, after: str) -> list[str]:
    """Each line with [what was taken out] and {what was put in}."""
    marks = {"same": "%s", "out": "[%s]", "in": "{%s}"}
    return ["".join(marks[part.kind] % part.text for part in line) for line in differences.lines(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("Same.", "Same.", []),
        ("A volunteer reads it.", "One of us reads it.", ["[A volunteer]{One of us} reads it."]),
        ("Thank you for speaking, Olena", "Thank you, Olena", ["Thank you[ for speaking], Olena"]),
        ("By {{ promise }}.", "By {{ who }}.", ["By [{{ promise }}]{{{ who }}}."]),
        ("One.\n\nTwo.", "One.\n\nTwo.\n\nThree.", ["One.", "", "Two.", "{}", "{Three.}"]),
        ("Gone.\nStays.", "Stays.", ["[Gone.]", "Stays."]),
        ("Nothing alike here", "Щиро дякуємо", ["[Nothing alike here]", "{Щиро дякуємо}"]),
    ],
)
def test_a_reader_sees_what_was_taken_out_and_put_in(before: str, after: str, lines: list[str]) -> None:
    assert told(before, after) == lines


@given(st.text(alphabet="ab {}%.\n", max_size=40), st.text(alphabet="ab {}%.\n", max_size=40))
def test_nothing_of_either_text_is_lost(before: str, after: str) -> None:
    lines = differences.lines(before, after)
    if before == after:
        assert lines == []
        return
    for kind, text in (("out", before), ("in", after)):
        kept = [[part.text for part in line if part.kind in ("same", kind)] for line in lines]
        assert "\n".join("".join(parts) for parts in kept if parts) == text
