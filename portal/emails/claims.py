"""Claims: which letter a worker may take next, and writing down what became of the last one.

A claim is a short transaction of its own: it locks one row, leases it to the worker and packs the letter.
Nothing is sent while it is open. What is done with a claim is in `delivery.py`.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, select, update
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from portal.emails import damage
from portal.emails.configuration import Post
from portal.emails.links import UnknownKey, url_of
from portal.emails.models import QUEUED, REFUSED, SENDING, SENT, OutboxEmail, PrivateLink, WorkerPass
from portal.emails.parcel import Parcel, Unsendable, pack
from portal.extensions import db

log = logging.getLogger(__name__)

FUNCTION = "deliver"
"""The name of delivery among the worker's passes."""
RECORDING_PAUSE = 0.5
LAST_PATIENCE = 4.0
"""Seconds that a worker told to stop has waited for a database that is away before it leaves."""
AWAY = (OperationalError, InterfaceError, InternalError, PoolTimeoutError)
"""What it looks like when a database is locked, full, read-only or gone."""
MINUTE = timedelta(seconds=61)
"""A letter is taken by the server a moment after it is claimed; the ceiling must hold by the server's clock."""
KEPT_FREE = 10
"""One part of so many of the provider's ceiling is for urgent letters alone: signing in must not wait a minute."""


TooLate = Callable[[Session, OutboxEmail, datetime], str]
"""Says why a letter must not leave any more, for its `last_error`; nothing where it may."""


def never_too_late(_session: Session, _email: OutboxEmail, _now: datetime) -> str:
    """The answer where nobody knows what letters are about."""
    return ""


@dataclass
class Claim:
    """A letter this worker holds the lease of, packed, or the reason why it cannot be."""

    id: int
    attempts: int
    first_tried_at: datetime
    leased_by: str
    parcel: Parcel | None
    reason: str = ""


@dataclass
class Outcome:
    """What became of a claim: the columns to write."""

    claim: Claim
    state: str
    values: dict[str, object] = field(default_factory=dict)
    ends_trouble: bool = False
    """The mail server has just shown that it works again."""


def due(now: datetime, settings: Post) -> ColumnElement[bool]:
    """Which letters may be taken: their time has come, or a clock that has since been put right had set it."""
    when = OutboxEmail.next_try_at
    horizon = now + timedelta(seconds=max(settings.retry_seconds) * 1.5) + settings.lease
    from_the_future = and_(OutboxEmail.state == QUEUED, OutboxEmail.tried_at > now + MINUTE)
    return and_(when.is_not(None), or_(when <= now, OutboxEmail.attempts == 0, when > horizon, from_the_future))


def takeable(session: Session, now: datetime, settings: Post) -> ColumnElement[bool]:
    """Which letters may be taken now: what is due, as far as the provider's ceiling has room."""
    if not settings.per_minute:
        return due(now, settings)
    room = settings.per_minute - _tried_lately(session, now)
    if room <= 0:
        return false()
    is_for_all = room > settings.per_minute // KEPT_FREE
    return due(now, settings) if is_for_all else and_(due(now, settings), OutboxEmail.is_urgent)


def next_letter(
    outcome: Outcome | None,
    now_function: Callable[[], datetime],
    worker_name: str,
    settings: Post,
    *,
    claim_another: bool = True,
    stopping: Callable[[], bool] = lambda: False,
    too_late: TooLate = never_too_late,
) -> Claim | None:
    """Write the outcome of the last letter and take the next one, in one transaction.

    A database that is away for a while must not make us send twice what was sent: the outcome is offered until
    it is taken. Nothing is lost by waiting, for without the database nothing can be claimed either. A worker
    that is told to stop waits no longer than `LAST_PATIENCE`; then the letter goes once more, after its lease.
    """
    began = time.monotonic()
    is_told = False
    while True:
        try:
            with Session(db.engine, expire_on_commit=False) as session, session.begin():
                if outcome is not None:
                    _record(session, outcome)
                now = now_function()
                return _claim(session, now, worker_name, settings, too_late) if claim_another else None
        except AWAY as trouble:
            if outcome is None or (stopping() and time.monotonic() - began > LAST_PATIENCE):
                raise
            if not is_told:
                log.warning("what became of letter %s waits for the database: %s", outcome.claim.id, _name(trouble))
                is_told = True
            time.sleep(RECORDING_PAUSE)
        except Exception:
            if outcome is None or not claim_another:
                raise
            # Whatever is wrong with the next letter, it must not undo what became of this one.
            next_letter(outcome, now_function, worker_name, settings, claim_another=False, stopping=stopping)
            raise


def _name(trouble: SQLAlchemyError) -> str:
    """The kind of a trouble; its words may hold what was in the statement."""
    return type(trouble.orig if isinstance(trouble, DBAPIError) else trouble).__name__


def _record(session: Session, outcome: Outcome) -> None:
    """Write what became of a letter. A letter that left is sent, whoever holds the lease by now."""
    claim = outcome.claim
    mine = OutboxEmail.leased_by == claim.leased_by
    if outcome.state == SENT:
        mine = OutboxEmail.state.in_((SENDING, QUEUED))
    session.execute(
        update(OutboxEmail)
        .where(OutboxEmail.id == claim.id, mine)
        .values(state=outcome.state, leased_by=None, **outcome.values),
        execution_options={"synchronize_session": False},
    )
    if outcome.ends_trouble:
        session.execute(
            update(WorkerPass)
            .where(WorkerPass.name == FUNCTION, WorkerPass.troubles > 0)
            .values(troubles=0, paused_until=None, last_error="")
        )


def _claim(session: Session, now: datetime, worker_name: str, settings: Post, too_late: TooLate) -> Claim | None:
    """Take the next letter for as long as the lease lasts, if there is one that may be taken."""
    may_be_taken = takeable(session, now, settings)
    while True:
        number = session.scalar(
            select(OutboxEmail.id)
            .where(may_be_taken)
            .order_by(OutboxEmail.is_urgent.desc(), OutboxEmail.next_try_at, OutboxEmail.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if number is None:
            return None
        claim = _take(session, number, now, worker_name, settings, too_late)
        if claim is not None:
            return claim


def _take(
    session: Session, number: int, now: datetime, worker_name: str, settings: Post, too_late: TooLate
) -> Claim | None:
    """Lease a locked row; None where it is damaged: then it is refused, or it would block all others."""
    try:
        email = session.get_one(OutboxEmail, number)
        return _lease(session, email, now, worker_name, settings, too_late)
    except DBAPIError as error:
        if not damage.is_damage(error):
            raise
    except Exception as error:
        log.error("letter %s is damaged: %s", number, type(error).__name__)
    session.expunge_all()
    damage.mend(session, number, now)
    session.execute(
        update(OutboxEmail)
        .where(OutboxEmail.id == number)
        .values(state=REFUSED, next_try_at=None, leased_by=None, last_error=damage.LAST_ERROR),
        execution_options={"synchronize_session": False},
    )
    return None


def _lease(
    session: Session, email: OutboxEmail, now: datetime, worker_name: str, settings: Post, too_late: TooLate
) -> Claim:
    """Take the letter for as long as the lease lasts, and pack it unless it is too late for it."""
    email.attempts += 1
    email.state = SENDING
    email.first_tried_at = email.first_tried_at or now
    email.tried_at = now
    email.leased_by = f"{worker_name[:100]}:{secrets.token_hex(4)}"
    email.next_try_at = now + settings.lease
    claim = Claim(email.id, email.attempts, email.first_tried_at, email.leased_by, None)
    try:
        claim.reason = too_late(session, email, now)
        if not claim.reason:
            claim.parcel = pack(email, _urls(session, email), settings, copy_of=_original(session, email))
    except Unsendable as unsendable:
        claim.reason = str(unsendable)
    except DBAPIError:
        raise
    except Exception as error:
        # Whatever is wrong with one letter must not keep the others from leaving.
        log.error("letter %s cannot be built: %s", email.id, type(error).__name__)
        claim.reason = "the letter cannot be built"
    return claim


def _tried_lately(session: Session, now: datetime) -> int:
    """How many letters left within a minute. Workers count one at a time, by locking the row of the pass.

    Letters just ahead of our clock are counted too: they are another machine's.
    """
    session.execute(select(WorkerPass.name).where(WorkerPass.name == FUNCTION).with_for_update())
    tried = select(func.count(OutboxEmail.id)).where(
        OutboxEmail.tried_at > now - MINUTE, OutboxEmail.tried_at <= now + MINUTE
    )
    return session.scalar(tried) or 0


def _urls(session: Session, email: OutboxEmail) -> dict[int, str]:
    """The addresses of the links stored with a letter. One whose key is gone is left out, or that was revoked.

    A private letter goes all the same: the one about signing in that was written after it has the living link.
    """
    urls: dict[int, str] = {}
    numbers = [number for number in email.link_ids if isinstance(number, int)]
    if numbers:
        for link in session.scalars(select(PrivateLink).where(PrivateLink.id.in_(numbers))):
            if link.revoked_at is not None and not email.is_private:
                continue
            try:
                urls[link.id] = url_of(link)
            except UnknownKey:
                continue
    return urls


def _original(session: Session, email: OutboxEmail) -> str:
    """The Message-ID of the letter that this one repeats, if it repeats one."""
    if email.resend_of_id is None:
        return ""
    return session.scalar(select(OutboxEmail.message_id).where(OutboxEmail.id == email.resend_of_id)) or ""
