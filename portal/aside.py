"""The process in which the worker has long work done: `python -m portal.aside`, told on standard input what to do.

It alone imports the solver. It reads with its own session, writes what it found in one short transaction, and ends
when its work is done, its time is over, another one holds the work, or the worker is gone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NoReturn

import structlog
from flask import Flask
from sqlalchemy.orm import Session

from portal import create_app
from portal.extensions import db, reading_only
from portal.jobs import keeping, kinds
from portal.jobs.rows import Job
from portal.own_transaction import own_transaction

log = structlog.get_logger(__name__)

SIGN_OF_LIFE = 10
"""Seconds between two signs that the work goes on."""
COURTESY = 10
"""Pages and letters go first."""


class OvertakenError(Exception):
    """Another process holds the work by now."""


def main() -> NoReturn:
    """Do one piece of work. The status is 0 where its row says what became of it."""
    # Ctrl-C is the worker's to answer: it ends this process, or is gone, which ends it as well.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(COURTESY)
    message = json.loads(sys.stdin.readline())
    app = create_app(**message["settings"])
    at_work = AtWork(app, message)
    threading.Thread(target=at_work.end_with_the_worker, daemon=True).start()
    threading.Thread(target=at_work.give_signs, daemon=True).start()
    try:
        with app.app_context():
            at_work.do()
    except OvertakenError:
        log.info("another one does this", job=message["job"])
    except Exception as error:
        log.warning("work came to nothing", job=message["job"], error=type(error).__name__, exc_info=True)
        leave(1)
    leave(0)


class AtWork:
    """One piece of work, from the message that it was begun with."""

    def __init__(self, app: Flask, message: dict[str, Any]) -> None:
        self.app = app
        self.number, self.holder = int(message["job"]), str(message["holder"])
        self.began_at, self.seconds = datetime.fromisoformat(message["now"]), float(message["seconds"])
        self.began = time.monotonic()

    def now(self) -> datetime:
        """The moment, counted on from the one that the worker gave: it may pretend another."""
        return self.began_at + timedelta(seconds=time.monotonic() - self.began)

    def do(self) -> None:
        """Read, work and write. Raises `OvertakenError` where another one holds the work by then."""
        reading_only.set(True)
        session = db.session()
        kind = session.get_one(Job, self.number).kind
        try:
            found = kinds.work_of(kind)(session, self.number, self.began_at, self.say)
        except kinds.CannotError as cannot:
            trouble = cannot.trouble
            self._write(lambda: keeping.fail(db.session(), self.number, self.holder, trouble, self.now()))
            return
        self._write(lambda: self._keep(kind, found))

    def say(self, doing: str) -> None:
        """Write down what the work is at. Raises `OvertakenError`."""
        with own_transaction() as connection, Session(connection) as session:
            if not keeping.hold(session, self.number, self.holder, self.now(), doing):
                raise OvertakenError

    def _keep(self, kind: str, found: Any) -> bool:
        if not keeping.finish(db.session(), self.number, self.holder, self.now()):
            return False
        kinds.keep_of(kind)(db.session(), self.number, found, self.began_at)
        return True

    def _write(self, do: Callable[[], bool]) -> None:
        """Write in one transaction, begun anew: what was read is not held meanwhile."""
        db.session.rollback()
        reading_only.set(False)
        if not do():
            db.session.rollback()
            raise OvertakenError
        db.session.commit()

    def end_with_the_worker(self) -> None:
        """Wait until the pipe closes: the worker is gone, and so is whoever would see what becomes of this."""
        sys.stdin.read()
        leave(1)

    def give_signs(self) -> None:
        """Say now and then that the work goes on; end it where its time is over, or another one has it."""
        while True:
            time.sleep(min(SIGN_OF_LIFE, max(self.began + self.seconds - time.monotonic(), 0.1)))
            is_late = time.monotonic() - self.began >= self.seconds
            with self.app.app_context(), own_transaction() as connection, Session(connection) as session:
                if is_late:
                    keeping.fail(session, self.number, self.holder, keeping.TOO_LONG, self.now())
                is_ours = not is_late and keeping.hold(session, self.number, self.holder, self.now())
            if not is_ours:
                leave(0)


def leave(status: int) -> NoReturn:
    """End at once, whatever other threads are at: a solver does not listen."""
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
