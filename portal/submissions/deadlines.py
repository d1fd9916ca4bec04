"""By when a letter asks for an answer: the days that letters may name, counted from the day on which they are written.

A period ("within a week") means nothing to whoever reads the letter out at a meeting three weeks later. The rows in
`follow_ups` count in the same days: no reminder and no telephone call comes until the day that a letter named is over.
"""

from __future__ import annotations

from datetime import date, timedelta

from portal.submissions.promises import is_working_day, working_days_after
from portal.submissions.workflow import Workflow

PERIODS = (2, 3, 7, 14, 21, 30, 90)
"""So many days a letter may give; each is a fact of its own, `in_7_days`."""
ANSWER_IN_TIME = "answer_in_time"
QUESTION = "question"
"""The series of what reminds of a question."""


def days_from(today: date) -> dict[str, date]:
    """The days by the names of their facts; `today` is the day in London on which the letter is written.

    Nobody is asked for an answer by a Sunday: it is the working day before, or the next one where that would be today.
    """
    return {f"in_{period}_days": working_day(today + timedelta(days=period), today) for period in PERIODS}


def days_of(workflow: Workflow, today: date) -> dict[str, date]:
    """`days_from`, and `answer_in_time`: the day before whoever is asked a question today is reminded of it."""
    reminder = next(row for row in workflow.follow_ups if row.series == QUESTION)
    return days_from(today) | {ANSWER_IN_TIME: working_day(today + timedelta(days=reminder.days - 1), today)}


def working_day(day: date, today: date) -> date:
    """The day by which an answer is asked for that is to come by `day`: see `days_from`."""
    before = day
    while not is_working_day(before):
        before -= timedelta(days=1)
    return before if before > today else working_days_after(day, 1)
