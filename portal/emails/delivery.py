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
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from portal.emails.claims import FUNCTION, Claim, Outcome, TooLate, never_too_late, next_letter, takeable
from portal.emails.configuration import Post, post
from portal.emails.models import GIVEN_UP, QUEUED, REFUSED, SENT, OutboxEmail, WorkerPass
from portal.emails.parcel import Refused, ServerTrouble, Transport, TryAgain
from portal.emails.passes import note_pass
from portal.extensions import db

log = logging.getLogger(__name__)

LONGEST_PAUSE = 60.0
"""Seconds to leave a mail server alone at most, after it could not be used several times in a row."""
LONGEST_PASS = 60.0
"""Seconds after which a pass takes no further letter: a slow server must not keep the worker from its other duties."""
SLEPT = timedelta(hours=1)
"""Two passes further apart than this mean that no worker ran in between."""

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


def deliver_due(
    now_function: Callable[[], datetime],
    transport: Transport,
    worker_name: str,
    limit: int = 500,
    *,
    stopping: Callable[[], bool] = lambda: False,
    too_late: TooLate = never_too_late,
) -> Delivered:
    """Send up to `limit` letters that are due, urgent ones first, and say what became of them.

    `now_function` gives the time (aware, UTC) whenever it is needed. `stopping` is asked before each letter, `too_late`
    of each. The pass ends early where the server is in trouble; letters it did not get to are untouched. Raises
    `DBAPIError` where the database is gone: what was being sent then goes again when its lease has run out.
    """
    settings = post()
    done = Delivered()
    if not _ready(now_function(), worker_name, settings):
        return done
    write_down = partial(
        next_letter,
        now_function=now_function,
        worker_name=worker_name,
        settings=settings,
        stopping=stopping,
        too_late=too_late,
    )
    outcome: Outcome | None = None
    proved = False
    end = time.monotonic() + LONGEST_PASS
    try:
        for _ in range(limit):
            if stopping() or time.monotonic() > end:
                break
            last, outcome = outcome, None
            if not transport.is_open():
                # Connecting may take long; nobody must doubt meanwhile what became of the last letter.
                if last is not None:
                    write_down(last, claim_another=False)
                last = None
                transport.open()
            claim = write_down(last)
            if claim is None:
                break
            outcome = _send(claim, transport, now_function, settings, done)
            if not proved and claim.parcel is not None and not done.trouble:
                proved = outcome.ends_trouble = True
            if done.trouble:
                break
    except ServerTrouble as trouble:
        done.trouble = str(trouble)
    finally:
        try:
            if outcome is not None:
                write_down(outcome, claim_another=False)
        finally:
            transport.close()
    if done.trouble:
        _note_trouble(done.trouble, now_function(), settings, done)
    return done


def _ready(now: datetime, worker_name: str, settings: Post) -> bool:
    """Note the pass; True where something may be taken and the mail server is not being left alone."""
    with Session(db.engine) as session, session.begin():
        before = session.scalar(select(WorkerPass.at).where(WorkerPass.name == FUNCTION))
        row = note_pass(session, FUNCTION, worker_name, now)
        if before is not None and abs(now - before) > SLEPT:
            _begin_patience_anew(session, now)
        pause = row.paused_until
        # A pause far in the future is one that a clock, since put right, has left behind.
        if pause is not None and now < pause <= now + timedelta(seconds=2 * LONGEST_PAUSE):
            return False
        return session.scalar(select(OutboxEmail.id).where(takeable(session, now, settings)).limit(1)) is not None


def _begin_patience_anew(session: Session, now: datetime) -> None:
    """Days in which no worker ran, or by which a clock has jumped, are not days in which a letter was tried."""
    session.execute(
        update(OutboxEmail)
        .where(OutboxEmail.next_try_at.is_not(None), OutboxEmail.first_tried_at.is_not(None))
        .values(first_tried_at=now),
        execution_options={"synchronize_session": False},
    )


def _send(
    claim: Claim, transport: Transport, now_function: Callable[[], datetime], settings: Post, done: Delivered
) -> Outcome:
    """Hand one letter over and judge what came of it."""
    if claim.parcel is None:
        done.refused += 1
        return Outcome(claim, REFUSED, {"next_try_at": None, "last_error": claim.reason})
    try:
        transport.send(claim.parcel)
    except Refused as refused:
        done.refused += 1
        return Outcome(claim, REFUSED, {"next_try_at": None, "last_error": str(refused)})
    except TryAgain as again:
        if again.connection_lost:
            done.trouble = str(again)
        return _later(claim, str(again), now_function(), settings, done)
    except ServerTrouble as trouble:
        done.trouble = str(trouble)
        # The letter was not tried at all: it stands where it stood, and the try is not counted.
        return Outcome(claim, QUEUED, {"next_try_at": now_function(), "attempts": claim.attempts - 1})
    except Exception as error:
        # It may be the letter or anything else: it is tried again, on another connection, and others go on.
        log.error("letter %s cannot be handed over: %s", claim.id, type(error).__name__)
        transport.close()
        return _later(claim, "the letter cannot be handed over", now_function(), settings, done)
    done.sent += 1
    now = now_function()
    return Outcome(claim, SENT, {"next_try_at": None, "sent_at": now, "last_error": ""})


def _later(claim: Claim, reason: str, now: datetime, settings: Post, done: Delivered) -> Outcome:
    """Put a letter back for its next try, or give it up when it has been tried for long enough."""
    last_try = claim.first_tried_at + settings.give_up_after
    if now >= last_try:
        done.given_up += 1
        return Outcome(claim, GIVEN_UP, {"next_try_at": None, "last_error": reason})
    wait = settings.retry_seconds[min(claim.attempts, len(settings.retry_seconds)) - 1]
    done.later += 1
    at = min(now + timedelta(seconds=wait * _dice.uniform(0.8, 1.2)), last_try)
    return Outcome(claim, QUEUED, {"next_try_at": at, "last_error": reason})


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
            update(OutboxEmail).where(waiting, OutboxEmail.first_tried_at.is_(None)).values(first_tried_at=now),
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
