"""The promise clock: who is warned that a promise falls due, and what the team hears on the day itself.

Promises are made in `turns`; what goes back to the queue is `silence`'s. A promise is a working day in London. On the
working day before it its owner gets one letter with all that is due then, on the day itself the team gets one; where
nobody has the request, the team is the owner and hears of it on both days. All are written once, in the morning, or
when the worker is awake again that day. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.orm import Session

from portal.accounts import absence
from portal.accounts.models import Coordinator
from portal.clock import london_day
from portal.submissions import colleagues, daily
from portal.submissions.day_words import by_in_words_of
from portal.submissions.models import Submission
from portal.submissions.promises import working_days_after
from portal.submissions.workflow import Turn

TEAM = 0
"""Stands for the team among the numbers of coordinators to whom a letter is due."""
TEAM_DUTY = "promised-today"
WARNING_DUTY = "promise-warning"

_table = Submission.__table__.c
OURS = and_(_table.is_open == true(), _table.turn == str(Turn.US))
LISTED = (_table.id, _table.kind, _table.heading, _table.due_on, _table.coordinator_id)


def to_be_told(session: Session, now: datetime) -> list[int]:
    """To whom a letter about promises is due now: numbers of coordinators, and `TEAM`.

    Whoever is away is stood in for; where nobody is, the team hears of it on the day.
    """
    if not colleagues.is_morning(session, now, until=colleagues.EVENING):
        return []
    today = london_day(now)
    told = [] if daily.is_done(session, TEAM_DUTY, today) else [TEAM]
    for number in sorted(_warned(session, today)):
        if not daily.is_done(session, f"{WARNING_DUTY}:{number}", today):
            told.append(number)
    return told


def tell(session: Session, number: int, now: datetime) -> None:
    """Write the letter that is due to one coordinator or to the `TEAM`, and note that it is written."""
    today = london_day(now)
    if number == TEAM:
        daily.note(session, TEAM_DUTY, today, now)
        facts = {
            "requests": colleagues.listed(_promised(session, _table.queue_on == today), "en"),
            "nobodys": colleagues.listed(_promised(session, _due_next(today), _table.coordinator_id.is_(None)), "en"),
        }
        if any(facts.values()):
            colleagues.write_to_team(session, "coordinator/promised-today", facts, now=now)
        return
    daily.note(session, f"{WARNING_DUTY}:{number}", today, now)
    person = session.get_one(Coordinator, number)
    rows = _warned(session, today).get(number, [])
    if rows:
        facts = {
            "promised_on": by_in_words_of(working_days_after(today, 1), person.language),
            "requests": colleagues.listed(rows, person.language),
        }
        colleagues.write(session, person, "coordinator/promise-warning", facts, now=now)


def _warned(session: Session, today: date) -> dict[int, list[Any]]:
    """What is promised for the next working day, by the number of whoever looks after it today."""
    roster = absence.roster(session)
    found: dict[int, list[Any]] = {}
    for row in _promised(session, _due_next(today), _table.coordinator_id.is_not(None)):
        number = roster.standing_in(row.coordinator_id, today)
        if number is not None:
            found.setdefault(number, []).append(row)
    return found


def _due_next(today: date) -> ColumnElement[bool]:
    """Whether something is promised for the working day after `today`, or for a day between."""
    return and_(_table.queue_on > today, _table.queue_on <= working_days_after(today, 1))


def _promised(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Any]:
    """What waits on us and fits the conditions, in the order of the queue."""
    statement = select(*LISTED).where(OURS, *conditions).order_by(_table.queue_on, _table.id)
    return session.execute(statement).all()
