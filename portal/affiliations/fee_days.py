"""Since when a fee is asked for, and the day by which it is to be paid: the one that our last letter about it named.

The page of the branch, the desk, the reminders and the end of a paid year all follow that one day.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import object_session

from portal.clock import london_day
from portal.submissions import deadlines, quiet_days
from portal.submissions.models import Event, Submission
from portal.submissions.planned import DONE
from portal.submissions.work import FollowUpMark, Task

if TYPE_CHECKING:
    from portal.affiliations.models import Affiliation

DAYS_TO_PAY = 30
"""So many days after it was asked for the fee is due, as the letters to the treasurer say."""
DAYS_MORE = 14
"""So many days a reminder gives."""
ASKED_BY = ("renew", "part-paid")
"""The moves whose letters ask for a fee, or for the rest of it, and leave the state as it is."""
REMINDERS = ("fee-reminder", "fee-last-reminder")
"""What comes by itself and names a later day."""
FIRST = "awaiting-payment"
"""In this state the fee is asked for since the state began."""


def invoice_owed_since(submission: Affiliation) -> datetime | None:
    """When we promised an invoice that we have still to write; None where none is owed."""
    session = object_session(submission)
    if session is None or submission.wants_invoice != "yes":
        return None
    is_owed = and_(Task.submission_id == submission.id, Task.reason == "invoice", Task.done_at.is_(None))
    return session.scalar(select(func.max(Task.created_at)).where(is_owed))


def asked_at(submission: Affiliation) -> datetime:
    """Since when the fee is to be paid: since its invoice was sent, else since we last asked for it."""
    return _last_asked_and_reminded(submission)[0]


def asked_at_in_sql(of: type[Affiliation]) -> ColumnElement[datetime]:
    """The same as SQL."""
    asked = func.coalesce(_in_sql(_last_move(of.id, of.state, of.state_since), of), of.state_since)
    return func.coalesce(_in_sql(_last_invoice(of.id).where(Task.done_at > asked), of), asked)


def pay_by(submission: Affiliation) -> date:
    """The day that the last letter about the fee named, of a fee that is asked for and needs no invoice first."""
    asked, reminded = _last_asked_and_reminded(submission)
    is_later = reminded is not None and reminded > asked
    written_on = london_day(reminded if reminded is not None and is_later else asked)
    days = timedelta(days=DAYS_MORE if is_later else DAYS_TO_PAY)
    return deadlines.working_day(written_on + days, written_on, quiet_days.nation_of(submission))


def late_from(submission: Affiliation) -> date | None:
    """The first day on which a renewal is late: the paid year is over, and so is the day to pay the next one by."""
    over_on = submission.term_over_on
    if over_on is None or not submission.has_renewed:
        return over_on
    return max(over_on, pay_by(submission) + timedelta(days=1))


def _last_asked_and_reminded(submission: Affiliation) -> tuple[datetime, datetime | None]:
    session, since = object_session(submission), submission.state_since
    if session is None:
        return since, None
    number = submission.id
    is_reminder = and_(FollowUpMark.submission_id == number, FollowUpMark.name.in_(REMINDERS))
    row = session.execute(
        select(
            _last_move(number, submission.state, since).scalar_subquery(),
            _last_invoice(number).scalar_subquery(),
            select(func.max(FollowUpMark.at)).where(is_reminder, FollowUpMark.outcome == DONE).scalar_subquery(),
        )
    ).one()
    moved_at, invoiced_at, reminded_at = row
    asked = moved_at or since
    return (invoiced_at if invoiced_at is not None and invoiced_at > asked else asked), reminded_at


def _last_move(number: Any, state: Any, since: Any) -> Select[Any]:
    """When a move last asked for the fee; what was asked before the first fee of a year was, is of another one."""
    is_of_this_fee = or_(state != FIRST, Event.at >= since)
    is_ask = and_(Event.submission_id == number, Event.transition.in_(ASKED_BY), is_of_this_fee)
    return select(func.max(Event.at)).where(is_ask)


def _last_invoice(number: Any) -> Select[Any]:
    """When the last invoice for a request was sent."""
    return select(func.max(Task.done_at)).where(Task.submission_id == number, Task.reason == "invoice")


def _in_sql(statement: Select[Any], of: type[Affiliation]) -> ScalarSelect[Any]:
    return statement.correlate(of, Submission).scalar_subquery()
