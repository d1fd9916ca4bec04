"""Duties that are done once a day, whichever worker comes first. Nothing here commits."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.submissions.work import DailyDuty

KEPT = timedelta(days=60)


def is_done(session: Session, name: str, on_date: date) -> bool:
    """Whether the duty of that name was done for a day."""
    found = select(DailyDuty.name).where(DailyDuty.name == name, DailyDuty.on_date == on_date)
    return session.scalar(found) is not None


def note(session: Session, name: str, on_date: date, now: datetime) -> None:
    """Note that a duty is done for a day, in the transaction that does it.

    Where another worker has noted the same meanwhile the commit raises `IntegrityError`: nothing is then done twice.
    """
    session.add(DailyDuty(name=name, on_date=on_date, at=now))


def noted(session: Session, prefix: str, since: date) -> list[str]:
    """The names that begin so among the duties of a day from `since` on."""
    named = select(DailyDuty.name).where(DailyDuty.name.startswith(prefix, autoescape=True), DailyDuty.on_date >= since)
    return list(session.scalars(named))


def sweep(session: Session, now: datetime) -> None:
    """Forget duties of days long past."""
    session.execute(delete(DailyDuty).where(DailyDuty.on_date < (now - KEPT).date()))
