"""How a speaker fits a meeting, as plain values: reasons with their points, what speaks against, what forbids it.

They are worked out in `matching`, and shown on the desk.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from portal.reasons import Block, Reason, number

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FAR_OFF = 300
"""A day so many days away is named with its year."""


class Partner(NamedTuple):
    """An experienced speaker who could come along with a new one."""

    speaker_id: int
    name: str


@dataclass
class Fit:
    """One speaker and one meeting. The points of `reasons` and `against` add up to `points`.

    `dates` are the days, of those that the branch named, that suit them: nothing forbids them, and they did not say
    that they usually cannot. `busy_on` are those on which they have another meeting of ours.
    """

    speaker_id: int
    name: str
    points: int
    reasons: list[Reason]
    against: list[Reason]
    blocks: list[Block]
    dates: list[date]
    busy_on: list[date] = field(default_factory=list)
    pair_with: Partner | None = None

    @property
    def may_be_asked(self) -> bool:
        """Whether nothing forbids it that nobody can override."""
        return all(block.may_be_overridden for block in self.blocks)


@dataclass
class Fitting:
    """Who fits, the best first, and who would stand among them but is blocked.

    `has_more`: there are others besides. `is_empty`: the register holds nobody who speaks.
    """

    ranked: list[Fit] = field(default_factory=list)
    blocked: list[Fit] = field(default_factory=list)
    has_more: bool = False
    is_empty: bool = False


@lru_cache(maxsize=2000)
def said(day: date, today: date) -> str:
    """A day within a reason: "Thursday 14 January", with its year where that is far off."""
    words = f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
    return words if abs((day - today).days) < FAR_OFF else f"{words} {day.year}"


def talks(count: int) -> str:
    """So many talks: "no talk", "one talk", "two talks"."""
    return f"{number(count)} talk{'s' if count > 1 else ''}"
