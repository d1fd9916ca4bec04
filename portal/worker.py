"""The clock: one pass of each duty, again and again. Every duty is one function and safe to run twice.

A pass never holds a transaction while it talks to the mail server, and a duty that fails does not stop the others.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType

from flask import Flask
from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError

from portal import limits
from portal.clock import utc_now
from portal.emails import delivery
from portal.extensions import db
from portal.submissions.models import Draft

log = logging.getLogger("portal.worker")

BATCH = 100
"""Letters taken in one pass before the other duties get their turn."""


def run(app: Flask, *, once: bool = False) -> None:
    """Work until told to stop (SIGTERM, SIGINT), or one pass of every duty with `once`."""
    stopping = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopping.set()

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
    name = f"{socket.gethostname()}-{os.getpid()}"
    while True:
        busy = one_pass(app, name, stopping)
        if once or stopping.is_set():
            return
        stopping.wait(0 if busy else app.config["WORKER_INTERVAL"])


def one_pass(app: Flask, name: str, stopping: threading.Event | None = None) -> bool:
    """Do each duty once; True when there is more to do at once."""
    busy = False
    for duty in (deliver, forget):
        if stopping is not None and stopping.is_set():
            break
        with app.app_context():
            busy = _attempt(duty, name, app) or busy
    return busy


def _attempt(duty: Callable[[Flask, str, datetime], bool], name: str, app: Flask) -> bool:
    """One duty, with its troubles written to the log: a database that is away now may be back at the next pass."""
    try:
        return duty(app, name, utc_now())
    except SQLAlchemyError as error:
        db.session.rollback()
        log.warning("the duty %s failed: %s", duty.__name__, type(error).__name__)
        return False


def deliver(app: Flask, name: str, now: datetime) -> bool:
    """Send what is due in the outbox."""
    return delivery.pass_once(app, name, limit=BATCH)


def forget(app: Flask, name: str, now: datetime) -> bool:
    """Sweep drafts that nobody has touched for a day, and old counts of the limits."""
    before = now - timedelta(hours=app.config["DRAFT_HOURS"])
    db.session.execute(delete(Draft).where(Draft.updated_at < before))
    db.session.commit()
    limits.sweep(now)
    return False
