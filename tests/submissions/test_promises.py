"""Working days. The table of bank holidays is what the holidays library says, for as long as the table goes on.

A library that knows of a day proclaimed since then fails here. Write the table anew, and read the difference:

    REWRITE_TABLES=1 python -m pytest tests/submissions/test_promises.py
"""

from __future__ import annotations

import os
from datetime import date

import holidays
import pytest

from portal.clock import london_day, utc_now
from portal.directory.tables import TABLES
from portal.submissions.promises import bank_holidays, is_working_day, working_days_after

NATIONS = {"England": "ENG", "Wales": "WLS", "Scotland": "SCT", "Northern Ireland": "NIR"}
YEARS = range(2020, 2061)
TABLE = TABLES / "uk_bank_holidays.csv"


def table() -> str:
    """The table as it should be: a line for each day, with the nations that rest on it."""
    rows: dict[date, list[str]] = {}
    for nation, subdivision in NATIONS.items():
        for day in holidays.country_holidays("GB", subdiv=subdivision, years=YEARS):
            if day.weekday() < 5 and day.year in YEARS:
                rows.setdefault(day, []).append(nation)
    return "day,nations\n" + "".join(f"{day},{';'.join(rows[day])}\n" for day in sorted(rows))


def test_the_table_is_what_the_library_says() -> None:
    if os.environ.get("REWRITE_TABLES"):
        TABLE.write_text(table(), encoding="utf-8")
        bank_holidays.cache_clear()
    assert TABLE.read_text(encoding="utf-8") == table(), "See the top of this file."
    assert set(bank_holidays()) == set(NATIONS)


def test_the_table_goes_on_for_long() -> None:
    assert max(YEARS) - london_day(utc_now()).year >= 10, "add years to the table"


@pytest.mark.parametrize(
    ("day", "resting"),
    [
        (date(2026, 12, 25), set(NATIONS)),
        # Boxing Day is a Saturday in 2026.
        (date(2026, 12, 28), set(NATIONS)),
        (date(2027, 1, 4), {"Scotland"}),
        (date(2026, 11, 30), {"Scotland"}),
        (date(2027, 3, 17), {"Northern Ireland"}),
        (date(2027, 3, 29), {"England", "Wales", "Northern Ireland"}),
        (date(2023, 5, 8), set(NATIONS)),
        (date(2027, 1, 5), set()),
    ],
)
def test_each_nation_rests_on_its_own_days(day: date, resting: set[str]) -> None:
    assert {nation for nation in NATIONS if not is_working_day(day, nation)} == resting
    assert is_working_day(day, "Elsewhere") == ("England" not in resting)


def test_working_days_pass_over_christmas() -> None:
    assert working_days_after(date(2026, 12, 24), 1) == date(2026, 12, 29)
