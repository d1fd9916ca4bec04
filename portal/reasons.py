"""What a ranked list says, as plain values: reasons with their points, what forbids something, and words for both.

What earns points, and what forbids, is decided where two things are compared: speakers and meetings in `speakers`,
branches and bodies in Ukraine in `twinning`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


class Reason(NamedTuple):
    """Something that speaks for somebody, or against: in words, with its points (negative, or none).

    `is_small` marks what only explains a few points, and is left out where there is little room.
    """

    words: str
    points: int = 0
    is_small: bool = False


class Block(NamedTuple):
    """Why somebody cannot be asked; a coordinator may override most of it, with a reason that is kept."""

    words: str
    may_be_overridden: bool = True


def listed(words: Iterable[str]) -> str:
    """Words in a row: "a, b and c"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def number(count: int) -> str:
    """A small number in words."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def share(points: int, part: float) -> int:
    """A part (0 to 1) of some points, as a whole number; halves go up."""
    if part >= 1:
        return points
    return int(points * part + 0.5) if part > 0 else 0
