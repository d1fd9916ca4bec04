"""Finding one request for a public page, whole and in one statement, and what a private link opens."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload, with_polymorphic

from portal.emails import links
from portal.submissions.models import Submission

OPEN_AFTER_CLOSING = timedelta(days=90)
"""A private link works until this long after its request is closed."""


class NoSuchLinkError(Exception):
    """The link is wrong, over or taken back: which of these, nobody is told."""


def opened(session: Session, token: str, now: datetime, *, lock: bool = False) -> Submission:
    """The request behind a branch's private link. Raises `NoSuchLinkError`. `lock` is as in `load`."""
    link = links.find(session, "track", token, now)
    submission = load(session, link.subject_id, lock=lock) if link is not None else None
    if submission is None or is_over(submission, now):
        raise NoSuchLinkError
    return submission


def is_over(submission: Submission, now: datetime) -> bool:
    """Whether the request was closed so long ago that its link opens nothing any more."""
    return submission.closed_at is not None and submission.closed_at < now - OPEN_AFTER_CLOSING


def load(session: Session, number: int, *, lock: bool = False) -> Submission | None:
    """A request with its kind's columns, its coordinator, union and consents.

    With `lock` a second press of the same button waits until the first one is done.
    """
    return session.scalars(_statement(lock=lock), {"number": number}).unique().one_or_none()


@cache
def _statement(*, lock: bool) -> Select[Any]:
    """The statement that finds a request whole, put together once all kinds are known."""
    whole = with_polymorphic(Submission, "*")
    statement = (
        select(whole)
        .where(whole.id == bindparam("number"))
        .options(joinedload(whole.coordinator), joinedload(whole.union), joinedload(whole.consents))
    )
    return statement.with_for_update(of=Submission.__table__) if lock else statement
