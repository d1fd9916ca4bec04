"""Duties that are done once a day, whichever worker comes first. Nothing here commits."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.submissions.work import DailyDuty

KEPT = timedelta(days=400)
"""More than a year: whoever comes back after long is told what happened to their requests."""


def is_done(session: Session, name: str, on_date: date) -> bool:
    """Whether the duty of that name was done for a day."""
    found = select(DailyDuty.name).where(DailyDuty.name == name, DailyDuty.on_date == on_date)
    return session.scalar(found) is not None


def note(session: Session, name: str, on_date: date, now: datetime) -> None:
    """Note that a duty is done for a day, in the transaction that does it.

    Where another worker has noted the same meanwhile the commit raises `IntegrityError`: nothing is then done twice.
    """
    session.add(DailyDuty(name=name, on_date=on_date, at=now))


def noted(session: Session, prefix: str, since: date, until: date | None = None) -> list[str]:
    """The names that begin so among the duties of a day from `since` on, up to `until` where that is given."""
    named = select(DailyDuty.name).where(DailyDuty.name.startswith(prefix, autoescape=True), DailyDuty.on_date >= since)
    return list(session.scalars(named if until is None else named.where(DailyDuty.on_date <= until)))


def sweep(session: Session, now: datetime) -> None:
    """Forget duties of days long past."""
    session.execute(delete(DailyDuty).where(DailyDuty.on_date < (now - KEPT).date()))
