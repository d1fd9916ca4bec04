"""What comes by itself, as `follow_ups` works it out: one that is to come, and what became of one that has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from portal.submissions.workflow import FollowUp

DONE = "done"
SKIPPED = "skipped"
SUPERSEDED = "superseded"
"""A later follow-up of the same series went instead."""
Mark = tuple[str, date]
"""The name of a follow-up and the day it was due by its row."""


class Came(NamedTuple):
    """What became of a follow-up, and on which day in London."""

    outcome: str
    on: date

    @property
    def is_done(self) -> bool:
        """Whether it came, and was neither skipped nor overtaken."""
        return self.outcome == DONE


@dataclass(frozen=True)
class Planned:
    """One follow-up that is to come: `due_on` is its day by the row, `on` the day on which it will go."""

    row: FollowUp
    due_on: date
    on: date

    @property
    def mark(self) -> Mark:
        """By what it is known once it has come."""
        return self.row.name, self.due_on
