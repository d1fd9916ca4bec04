"""What nobody outside has been told: letters of the state in which a request stands that wait for a second reader, or
were kept back.

Deciding on them is `approvals`'. Nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from portal.submissions import turns
from portal.submissions.approvals import HAS_NOT_LEFT, HELD_EVENT, PROMISED, SINCE
from portal.submissions.models import Event, Submission
from portal.submissions.work import Approval


def holds_letters(session: Session, submission_id: int) -> bool:
    """Whether letters of the state in which a request stands have not left: they wait, or were kept back."""
    return held_since(session, submission_id) is not None


def held_since(session: Session, submission_id: int) -> datetime | None:
    """Since when letters of the state in which a request stands have not left; None where none are held.

    Until they leave, nobody outside the campaign may learn what they say.
    """
    return session.scalar(_held(select(func.min(Approval.asked_at)), submission_id))


def not_told(session: Session, submission_id: int, *, of_state: bool = False) -> set[str]:
    """To whom letters of the state in which a request stands have not left ("branch"): they know nothing of it yet.

    With `of_state` of those letters alone that tell of the state itself: what is changed within it comes later.
    """
    statement = _held(select(Approval.letters), submission_id)
    held = session.scalars(statement.where(Approval.asked_at == Submission.state_since) if of_state else statement)
    return {letter["to"] for letters in held for letter in letters or []}


def is_untold(of: type[Submission]) -> ColumnElement[bool]:
    """Of requests in a statement: that letters which tell of their state have not left."""
    return exists().where(Approval.submission_id == of.id, Approval.asked_at == of.state_since, HAS_NOT_LEFT)


def _held(statement: Select[Any], submission_id: int) -> Select[Any]:
    """Of the decisions about a request, those whose letters tell of its state and have not left."""
    return statement.join(Submission, Submission.id == Approval.submission_id).where(
        Approval.submission_id == submission_id,
        Approval.asked_at >= Submission.state_since,
        HAS_NOT_LEFT,
    )


def promised_before(session: Session, submission: Submission) -> date | None:
    """The day by which we promised to write, as whoever waits has read it last; asked before a move changes it."""
    since = held_since(session, submission.id)
    if since is None:
        return next(iter(turns.ours(submission)), None)
    return promised_in(_kept(session, submission, since))


def written_first(session: Session, submission: Submission) -> datetime | None:
    """When the letters that have not left were written first, however often they are read; None where none are held."""
    since = held_since(session, submission.id)
    return None if since is None else first_of(since, _kept(session, submission, since))


def _kept(session: Session, submission: Submission, since: datetime) -> Sequence[Mapping[str, Any]]:
    """What the lines of history keep that say that letters are held."""
    lines = select(Event.data).where(Event.submission_id == submission.id, Event.name == HELD_EVENT, Event.at >= since)
    return session.scalars(lines.order_by(Event.id)).all()


def first_of(since: datetime, lines: Iterable[Mapping[str, Any]]) -> datetime:
    """When letters that are held `since` a moment were written first, as those lines keep it."""
    return min([since, *(datetime.fromisoformat(kept[SINCE]) for kept in lines if kept.get(SINCE))])


def promised_in(lines: Iterable[Mapping[str, Any]]) -> date | None:
    """The day that the lines of history keep which say that letters are held, the oldest first."""
    return next((date.fromisoformat(kept[PROMISED]) for kept in lines if kept.get(PROMISED)), None)
