"""By when a letter asks for an answer: the days that letters may name, counted from the day on which they are written.

A period ("within a week") means nothing to whoever reads the letter out at a meeting three weeks later. The rows in
`follow_ups` count in the same days: no last reminder and no telephone call comes before the day that a letter named.
"""

from __future__ import annotations

from datetime import date, timedelta

PERIODS = (2, 3, 7, 14, 21, 30, 90)
"""So many days a letter may give; each is a fact of its own, `in_7_days`."""


def days_from(today: date) -> dict[str, date]:
    """The days by the names of their facts; `today` is the day in London on which the letter is written."""
    return {f"in_{period}_days": today + timedelta(days=period) for period in PERIODS}
