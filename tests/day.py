"""The day on which tests run, which is not today.

A test that asks for "in three weeks" meets Christmas on some days of the year, and a run that begins before midnight
ends on another day: a run that fails must fail again, so every run begins at the same moment, and its clock goes on
from there. TEST_DAY=2027-03-26 chooses another day. Processes that tests start live on the same day: see
pretended_day/sitecustomize.py. Browsers, files and PostgreSQL keep their own clocks.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time
from pathlib import Path

import time_machine

DAY = "2026-11-23"
"""A Monday, far from holidays and from the days on which clocks change."""
BEGINNING = time(10, tzinfo=UTC)
SHIFT = "TESTS_CLOCK_SHIFT"
"""The variable that tells processes by how many seconds their clock is to be moved."""
FOR_PROCESSES = (SHIFT, "PYTHONPATH")
"""What a process needs in its environment to live on the same day."""


def begin() -> None:
    """Move the clock of this process, and of all that it starts, to the day of the tests."""
    moment = datetime.combine(date.fromisoformat(os.environ.get("TEST_DAY", DAY)), BEGINNING)
    os.environ[SHIFT] = str((moment - datetime.now(UTC)).total_seconds())
    os.environ["PYTHONPATH"] = str(Path(__file__).parent / "pretended_day")
    time_machine.travel(moment, tick=True).start()
