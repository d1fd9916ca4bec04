"""Claims: which letter a worker may take next, and writing down what became of the last one.

A claim is a short transaction of its own: it locks one row, leases it to the worker and packs the letter.
Nothing is sent while it is open. What is done with a claim is in `delivery.py`.
"""

from __future__ import annotations

import logging
import secrets
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.emails.configuration import Post
from portal.emails.links import UnknownKey, url_of
from portal.emails.models import QUEUED, REFUSED, SENDING, SENT, OutboxEmail, PrivateLink, WorkerPass
from portal.emails.parcel import Parcel, Unsendable, pack
from portal.extensions import db

log = logging.getLogger(__name__)

FUNCTION = "deliver"
"""The name of delivery among the worker's passes."""
RECORDING_PAUSE = 0.5


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
    """Which letters may be taken: their time has come, or it lies where no honest clock can have put it."""
    horizon = now + timedelta(seconds=max(settings.retry_seconds) * 1.5) + settings.lease
    when = OutboxEmail.next_try_at
    return and_(when.is_not(None), or_(when <= now, OutboxEmail.attempts == 0, when > horizon))


def next_letter(
    outcome: Outcome | None,
    now_function: Callable[[], datetime],
    worker_name: str,
    settings: Post,
    *,
    claim_another: bool = True,
) -> Claim | None:
    """Write the outcome of the last letter and take the next one, in one transaction.

    A database that is locked for a while must not make us send twice what was sent: the outcome is offered
    again until the lease has run out. Nothing is lost by waiting, for nothing else can be claimed meanwhile.
    """
    patience = time.monotonic() + settings.lease.total_seconds()
    while True:
        try:
            with Session(db.engine, expire_on_commit=False) as session, session.begin():
                if outcome is not None:
                    _record(session, outcome)
                return _claim(session, now_function(), worker_name, settings) if claim_another else None
        except DBAPIError:
            if outcome is None or time.monotonic() > patience:
                raise
            time.sleep(RECORDING_PAUSE)


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


def _claim(session: Session, now: datetime, worker_name: str, settings: Post) -> Claim | None:
    """Take the next letter for as long as the lease lasts, unless the provider's ceiling is reached."""
    if settings.per_minute and not _below_ceiling(session, now, settings.per_minute):
        return None
    while True:
        number = session.scalar(
            select(OutboxEmail.id)
            .where(due(now, settings))
            .order_by(OutboxEmail.is_urgent.desc(), OutboxEmail.next_try_at, OutboxEmail.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if number is None:
            return None
        email = _read(session, number)
        if email is not None:
            return _lease(session, email, now, worker_name, settings)


def _read(session: Session, number: int) -> OutboxEmail | None:
    """The locked row; None where it cannot even be read: it is refused, or it would block all others."""
    try:
        return session.get_one(OutboxEmail, number)
    except DBAPIError as error:
        if not (isinstance(error.orig, sqlite3.OperationalError) and "decode" in str(error.orig)):
            raise
    except (ValueError, TypeError, AttributeError):
        pass
    log.error("letter %s cannot be read", number)
    session.execute(
        update(OutboxEmail)
        .where(OutboxEmail.id == number)
        .values(state=REFUSED, next_try_at=None, last_error="the letter cannot be read"),
        execution_options={"synchronize_session": False},
    )
    return None


def _lease(session: Session, email: OutboxEmail, now: datetime, worker_name: str, settings: Post) -> Claim:
    """Take the letter for as long as the lease lasts, and pack it."""
    email.state = SENDING
    email.attempts += 1
    email.first_tried_at = email.first_tried_at or now
    email.tried_at = now
    email.leased_by = f"{worker_name[:100]}:{secrets.token_hex(4)}"
    email.next_try_at = now + settings.lease
    claim = Claim(email.id, email.attempts, email.first_tried_at, email.leased_by, None)
    try:
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


def _below_ceiling(session: Session, now: datetime, per_minute: int) -> bool:
    """Whether one more letter may leave now. Workers count one at a time, by locking the row of the pass."""
    session.execute(select(WorkerPass.name).where(WorkerPass.name == FUNCTION).with_for_update())
    tried = select(func.count(OutboxEmail.id)).where(
        OutboxEmail.tried_at > now - timedelta(minutes=1), OutboxEmail.tried_at <= now
    )
    return (session.scalar(tried) or 0) < per_minute


def _urls(session: Session, email: OutboxEmail) -> dict[int, str]:
    """The addresses of the links stored with a letter. A link whose key is gone is left out."""
    urls: dict[int, str] = {}
    numbers = [number for number in email.link_ids if isinstance(number, int)]
    if numbers:
        for link in session.scalars(select(PrivateLink).where(PrivateLink.id.in_(numbers))):
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
