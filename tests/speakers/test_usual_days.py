"""The days on which a branch meets that named none, and said in words when it meets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from portal.speakers import usual_days


@dataclass
class Branch:
    date_rule: str
    meeting_on: date | None = None


@pytest.mark.parametrize(
    ("words", "today", "expected"),
    [
        ("last Thursday of the month, 7pm", date(2026, 11, 30), ["2027-01-28", "2027-02-25"]),
        ("every Friday", date(2026, 12, 4), ["2026-12-18", "2027-01-08"]),
        ("second Tuesday, 7pm", date(2026, 11, 23), ["2026-12-08", "2027-01-12"]),
    ],
)
def test_nobody_is_invited_between_christmas_and_new_year(words: str, today: date, expected: list[str]) -> None:
    """A speaker was asked for New Year's Eve, the last Thursday of its month."""
    assert [row["on"] for row in usual_days.rows(Branch(words), today)] == expected
