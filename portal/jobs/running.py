"""The worker's side of work done aside: it starts a process for it, sees how it ended, and ends it when told to stop.

The process (`portal.aside`) reads and writes the database itself. It lives no longer than the worker: it ends when the
pipe from the worker closes, whatever the worker died of.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from portal.jobs import keeping, kinds

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent.parent
MODULE = "portal.aside"
PASSED_ON = (
    *("PORTAL_ENV", "DATA_DIR", "SQLALCHEMY_DATABASE_URI", "PUBLIC_URL"),
    *("SECRET_KEY", "LINK_KEY", "FIELD_KEY"),
)
"""Settings that the process is told through the pipe, where nobody else reads them; the rest is in the environment."""
GRACE = 10
"""Seconds over its time after which a process that did not end by itself is ended."""


@dataclass
class Running:
    """A piece of work, the name it is held by, and the process that does it."""

    number: int
    holder: str
    process: subprocess.Popen[bytes]
    ends_by: float


@dataclass
class Aside:
    """What one worker has done aside: one piece of work at a time."""

    settings: Mapping[str, Any]
    worker: str
    begin: Callable[[dict[str, Any]], subprocess.Popen[bytes]] = field(default=lambda message: start(message))
    running: Running | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a process is at work."""
        return self.running is not None

    def look(self, session: Session, now: datetime) -> None:
        """See whether the process has ended, and start one where work waits. Commits what it writes."""
        if self.running is not None and not self._has_ended(session, self.running, now):
            return
        found = keeping.take(session, self.worker, now)
        if found is None:
            session.commit()
            return
        job, holder = found
        number, seconds = job.id, kinds.kind(job.kind).seconds
        message = {"job": number, "holder": holder, "now": now.isoformat(), "seconds": seconds}
        session.commit()
        passed = {name: self.settings[name] for name in PASSED_ON if name in self.settings}
        process = self.begin(message | {"settings": passed})
        self.running = Running(number, holder, process, time.monotonic() + seconds + GRACE)

    def stop(self, session: Session) -> None:
        """End the process and leave its work to another worker. Commits."""
        if self.running is None:
            return
        one, self.running = self.running, None
        end(one.process)
        keeping.give_back(session, one.number, one.holder)
        session.commit()

    def _has_ended(self, session: Session, one: Running, now: datetime) -> bool:
        """Whether the process has ended; where it did so without a word, its work has failed."""
        status = one.process.poll()
        if status is None and time.monotonic() < one.ends_by:
            return False
        self.running = None
        end(one.process)
        if status != 0:
            trouble = keeping.TOO_LONG if status is None else keeping.CRASHED
            log.warning("work %s came to nothing: %s (%s)", one.number, trouble, status)
            keeping.fail(session, one.number, one.holder, trouble, now)
        session.commit()
        return True


def start(message: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Start a process and tell it what to do. The pipe stays open: when it closes, the process ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", MODULE], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    if process.stdin is not None:
        process.stdin.write(json.dumps(message).encode() + b"\n")
        process.stdin.flush()
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process, if it has not ended, and wait until it is gone."""
    if process.poll() is None:
        process.kill()
    process.wait()
    if process.stdin is not None:
        process.stdin.close()
