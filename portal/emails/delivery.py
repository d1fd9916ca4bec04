"""Sending what is due: the worker's pass over the outbox.

One letter at a time is claimed in a short transaction of its own, sent with no transaction open, and its
outcome is written together with the next claim. A worker that dies leaves a lease that runs out; then the
letter goes again with the same Message-ID. How a letter is written is in `outbox.py`, how it travels in
`transport.py`.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.clock import utc_now
from portal.emails.configuration import Post, post
from portal.emails.links import UnknownKey, url_of
from portal.emails.models import (
    GIVEN_UP,
    QUEUED,
    REFUSED,
    SENDING,
    SENT,
    OutboxEmail,
    PrivateLink,
    WorkerPass,
)
from portal.emails.parcel import Parcel, Refused, ServerTrouble, Transport, TryAgain, Unsendable, pack
from portal.emails.passes import note_pass
from portal.emails.transport import choose_transport
from portal.extensions import db

log = logging.getLogger(__name__)

FUNCTION = "deliver"
LONGEST_PAUSE = 60.0
"""Seconds to leave a mail server alone at most, after it could not be used several times in a row."""
RECORDING_PAUSE = 0.5

_dice = secrets.SystemRandom()


@dataclass
class Delivered:
    """What one pass did."""

    sent: int = 0
    later: int = 0
    refused: int = 0
    given_up: int = 0
    trouble: str = ""
    """Why the pass had to stop early; empty when it did not."""


@dataclass
class _Claim:
    """A letter this worker holds the lease of, packed, or the reason why it cannot be."""

    id: int
    attempts: int
    first_tried_at: datetime
    leased_by: str
    parcel: Parcel | None
    reason: str = ""


@dataclass
class _Outcome:
    """What became of a claim: the columns to write."""

    claim: _Claim
    state: str
    values: dict[str, object] = field(default_factory=dict)


def deliver_due(
    now_function: Callable[[], datetime],
    transport: Transport,
    worker_name: str,
    limit: int = 500,
    *,
    stopping: Callable[[], bool] = lambda: False,
) -> Delivered:
    """Send up to `limit` letters that are due, urgent ones first, and say what became of them.

    `now_function` gives the time (aware, UTC) whenever it is needed. `stopping` is asked before each letter.
    The pass ends early where the server is in trouble; letters it did not get to are untouched. Raises
    `DBAPIError` where the database is gone: what was being sent then goes again when its lease has run out.
    """
    settings = post()
    done = Delivered()
    if not _ready(now_function(), worker_name, settings):
        return done
    try:
        transport.open()
    except ServerTrouble as trouble:
        _note_trouble(str(trouble), now_function(), settings, done)
        return done
    outcome: _Outcome | None = None
    recover = True
    try:
        for _ in range(limit):
            if stopping():
                break
            last, outcome = outcome, None
            claim = _next(last, now_function, worker_name, settings)
            if claim is None:
                break
            outcome = _send(claim, transport, now_function, settings, done)
            if recover and claim.parcel is not None and not done.trouble:
                recover = False
                _note_recovery()
            if done.trouble:
                break
    finally:
        transport.close()
        if outcome is not None:
            _next(outcome, now_function, worker_name, settings, claim_another=False)
    if done.trouble:
        _note_trouble(done.trouble, now_function(), settings, done)
    return done


def pass_once(
    app: Flask, worker_name: str, *, limit: int = 500, stopping: Callable[[], bool] = lambda: False
) -> bool:
    """One pass with the transport this installation has; True where more may be due at once."""
    done = deliver_due(utc_now, choose_transport(app.config), worker_name, limit, stopping=stopping)
    return not done.trouble and done.sent + done.later + done.refused + done.given_up >= limit


def _ready(now: datetime, worker_name: str, settings: Post) -> bool:
    """Note the pass; True where something is due and the mail server is not being left alone."""
    with Session(db.engine) as session, session.begin():
        row = note_pass(session, FUNCTION, worker_name, now)
        pause = row.paused_until
        # A pause far in the future is one that a clock, since put right, has left behind.
        if pause is not None and now < pause <= now + timedelta(seconds=2 * LONGEST_PAUSE):
            return False
        return session.scalar(select(OutboxEmail.id).where(_due(now, settings)).limit(1)) is not None


def _due(now: datetime, settings: Post) -> ColumnElement[bool]:
    """Which letters may be taken: their time has come, or it lies where no honest clock can have put it."""
    horizon = now + timedelta(seconds=max(settings.retry_seconds) * 1.5) + settings.lease
    when = OutboxEmail.next_try_at
    return and_(when.is_not(None), or_(when <= now, OutboxEmail.attempts == 0, when > horizon))


def _next(
    outcome: _Outcome | None,
    now_function: Callable[[], datetime],
    worker_name: str,
    settings: Post,
    *,
    claim_another: bool = True,
) -> _Claim | None:
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


def _record(session: Session, outcome: _Outcome) -> None:
    """Write what became of a letter. A letter that left is sent, whoever holds the lease by now."""
    claim = outcome.claim
    mine = OutboxEmail.leased_by == claim.leased_by
    if outcome.state == SENT:
        mine = OutboxEmail.state.in_((SENDING, QUEUED))
    session.execute(
        update(OutboxEmail)
        .where(OutboxEmail.id == claim.id, mine)
        .values(state=outcome.state, leased_by=None, leased_until=None, **outcome.values),
        execution_options={"synchronize_session": False},
    )


def _claim(session: Session, now: datetime, worker_name: str, settings: Post) -> _Claim | None:
    """Take the next letter for as long as the lease lasts, unless the provider's ceiling is reached."""
    if settings.per_minute and not _below_ceiling(session, now, settings.per_minute):
        return None
    email = session.scalars(
        select(OutboxEmail)
        .where(_due(now, settings))
        .order_by(OutboxEmail.is_urgent.desc(), OutboxEmail.next_try_at, OutboxEmail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if email is None:
        return None
    until = now + settings.lease
    email.state = SENDING
    email.attempts += 1
    email.first_tried_at = email.first_tried_at or now
    email.tried_at = now
    email.leased_by = f"{worker_name[:100]}:{secrets.token_hex(4)}"
    email.leased_until = email.next_try_at = until
    claim = _Claim(email.id, email.attempts, email.first_tried_at, email.leased_by, None)
    try:
        claim.parcel = pack(email, _urls(session, email), settings, copy_of=_original(session, email))
    except Unsendable as unsendable:
        claim.reason = str(unsendable)
    except Exception:
        # Whatever is wrong with one letter must not keep the others from leaving.
        log.exception("letter %s cannot be built", email.id)
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
    if email.link_ids:
        for link in session.scalars(select(PrivateLink).where(PrivateLink.id.in_(email.link_ids))):
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


def _send(
    claim: _Claim, transport: Transport, now_function: Callable[[], datetime], settings: Post, done: Delivered
) -> _Outcome:
    """Hand one letter over and judge what came of it."""
    if claim.parcel is None:
        done.refused += 1
        return _Outcome(claim, REFUSED, {"next_try_at": None, "last_error": claim.reason})
    try:
        transport.send(claim.parcel)
    except Refused as refused:
        done.refused += 1
        return _Outcome(claim, REFUSED, {"next_try_at": None, "last_error": str(refused)})
    except TryAgain as again:
        if again.connection_lost:
            done.trouble = str(again)
        return _later(claim, str(again), now_function(), settings, done)
    except ServerTrouble as trouble:
        done.trouble = str(trouble)
        # The letter was not tried at all: it stands where it stood, and the try is not counted.
        return _Outcome(claim, QUEUED, {"next_try_at": now_function(), "attempts": claim.attempts - 1})
    except Exception:
        log.exception("letter %s cannot be handed over", claim.id)
        done.refused += 1
        return _Outcome(
            claim, REFUSED, {"next_try_at": None, "last_error": "the letter cannot be handed over"}
        )
    done.sent += 1
    now = now_function()
    return _Outcome(claim, SENT, {"next_try_at": None, "sent_at": now, "last_error": ""})


def _later(claim: _Claim, reason: str, now: datetime, settings: Post, done: Delivered) -> _Outcome:
    """Put a letter back for its next try, or give it up when it has been tried for long enough."""
    last_try = claim.first_tried_at + settings.give_up_after
    if now >= last_try:
        done.given_up += 1
        return _Outcome(claim, GIVEN_UP, {"next_try_at": None, "last_error": reason})
    wait = settings.retry_seconds[min(claim.attempts, len(settings.retry_seconds)) - 1]
    done.later += 1
    at = min(now + timedelta(seconds=wait * _dice.uniform(0.8, 1.2)), last_try)
    return _Outcome(claim, QUEUED, {"next_try_at": at, "last_error": reason})


def _note_recovery() -> None:
    """The mail server takes letters again."""
    with Session(db.engine) as session, session.begin():
        session.execute(
            update(WorkerPass)
            .where(WorkerPass.name == FUNCTION, WorkerPass.troubles > 0)
            .values(troubles=0, paused_until=None, last_error="")
        )


def _note_trouble(reason: str, now: datetime, settings: Post, done: Delivered) -> None:
    """Leave the mail server alone for a while, a little longer each time.

    Everything that waits counts as tried at this moment, though no try is used up: so a letter is given up in
    time even where the server never came back.
    """
    done.trouble = reason
    with Session(db.engine) as session, session.begin():
        row = session.get_one(WorkerPass, FUNCTION)
        row.troubles += 1
        row.last_error = reason[:200]
        pause = min(LONGEST_PAUSE, settings.retry_seconds[0], 2.0 ** min(row.troubles - 1, 10))
        row.paused_until = now + timedelta(seconds=pause * _dice.uniform(0.8, 1.2))
        waiting = and_(OutboxEmail.next_try_at.is_not(None), OutboxEmail.state == QUEUED)
        session.execute(
            update(OutboxEmail)
            .where(waiting, OutboxEmail.first_tried_at.is_(None))
            .values(first_tried_at=now),
            execution_options={"synchronize_session": False},
        )
        given_up = session.execute(
            update(OutboxEmail)
            .where(waiting, OutboxEmail.first_tried_at <= now - settings.give_up_after)
            .values(state=GIVEN_UP, next_try_at=None, last_error=reason[:200])
            .returning(OutboxEmail.id),
            execution_options={"synchronize_session": False},
        )
        done.given_up += len(given_up.all())
    log.warning("the mail server is in trouble: %s", reason)
