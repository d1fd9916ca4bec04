"""By when a letter asks for an answer: the days that letters may name, counted from the day on which they are written.

A period ("within a week") means nothing to whoever reads the letter out at a meeting three weeks later. The rows in
`follow_ups` count in the same days: no reminder and no telephone call comes until the day that a letter named is over.
A branch is asked for nothing by a bank holiday of its own nation.
"""

from __future__ import annotations

from datetime import date, timedelta

from portal.submissions.promises import LONDON, is_working_day, working_days_after, working_days_between
from portal.submissions.workflow import Workflow

PERIODS = (2, 3, 7, 14, 21, 30, 90)
"""So many days a letter may give; each is a fact of its own, `in_7_days`."""
ANSWER_IN_TIME = "answer_in_time"
IN_WORKING_DAYS = "in_3_working_days"
WORKING_DAYS = 3
"""So many working days whoever is reminded for the last time has before somebody telephones."""
NAMES = (ANSWER_IN_TIME, IN_WORKING_DAYS, *(f"in_{period}_days" for period in PERIODS))
"""What these days are called as facts."""
QUESTION = "question"
"""The series of what reminds of a question."""


def days_from(today: date, nation: str = LONDON) -> dict[str, date]:
    """The days by the names of their facts; `today` is the day in London on which the letter is written.

    `nation` ("Scotland") is that of the branch that is to answer.

    Nobody is asked for an answer by a Sunday: it is the working day before, or the next one where that would be today,
    or the day after although three were meant.
    """
    days = {f"in_{period}_days": working_day(today + timedelta(days=period), today, nation) for period in PERIODS}
    three = days["in_3_days"]
    if three < today + timedelta(days=3) and working_days_between(today, three, nation) < 2:
        days["in_3_days"] = working_days_after(three, 1, nation)
    return days | {IN_WORKING_DAYS: working_days_after(today, WORKING_DAYS, nation)}


def is_over_from(written_on: date, nation: str = LONDON) -> date:
    """The first of our working days on which a last reminder has had its time: with a branch there, and elsewhere."""
    last = max(working_days_after(written_on, WORKING_DAYS, each) for each in (nation, LONDON))
    return working_days_after(last, 1)


def days_of(workflow: Workflow, today: date, meeting_on: date | None = None, nation: str = LONDON) -> dict[str, date]:
    """`days_from`, and `answer_in_time`: the day before whoever is asked a question today is reminded of it.

    Of a meeting that is still to come, `meeting_on`, an answer is wanted by the day before it, or at once.
    """
    reminder = next(row for row in workflow.follow_ups if row.series == QUESTION)
    in_time = working_day(today + timedelta(days=reminder.days - 1), today, nation)
    days = days_from(today, nation) | {ANSWER_IN_TIME: in_time}
    if meeting_on is None or meeting_on < today:
        return days
    latest = max(meeting_on - timedelta(days=1), today)
    return {name: before_a_meeting(day, latest, today, nation) for name, day in days.items()}


def before_a_meeting(day: date, latest: date, today: date, nation: str = LONDON) -> date:
    """A day to answer by that is not later than `latest`: a working day where one is left."""
    if day <= latest:
        return day
    before = latest
    while not is_working_day(before, nation) and before > today:
        before -= timedelta(days=1)
    return before if before > today else latest


def working_day(day: date, today: date, nation: str = LONDON) -> date:
    """The day by which an answer is asked for that is to come by `day`: see `days_from`."""
    before = day
    while not is_working_day(before, nation):
        before -= timedelta(days=1)
    return before if before > today else working_days_after(day, 1, nation)
