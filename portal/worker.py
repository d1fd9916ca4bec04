"""The clock: one pass of each duty, again and again. Every duty is one function and safe to run twice.

A pass never holds a transaction while it talks to the mail server, and a duty that fails does not stop the others.
"""

from __future__ import annotations

import logging
import math
import os
import select
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import FrameType
from typing import TypeVar

from flask import Flask
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from portal import limits, logs
from portal.accounts import sign_in
from portal.clock import london_day, utc_now
from portal.emails.delivery import deliver_due
from portal.emails.transport import choose_transport
from portal.extensions import db
from portal.jobs.running import Aside
from portal.planning import plans
from portal.speakers import passing, wished
from portal.submissions import (
    approvals,
    daily,
    damaged_letters,
    digest,
    failed_letters,
    follow_ups,
    mail_proof,
    promise_clock,
    reminders,
    silence,
    tasks,
)
from portal.submissions.actions import NotPermittedError
from portal.submissions.models import Draft
from portal.submissions.old_letters import why_too_late
from portal.tidying import tidy_statistics
from portal.touring import telling
from portal.twinning import forgetting

log = logging.getLogger("portal.worker")
BATCH = 200
"""Letters taken in one pass before the other duties get their turn."""
FORGET_EVERY = timedelta(minutes=10)
LOOK_EVERY = timedelta(minutes=5)
"""How often it is asked whether a reminder, a letter of the morning or the like is due."""
REMINDED_AT_ONCE = 100
"""Requests reminded of in one pass before letters are sent again."""
NAP = 0.2
"""Seconds after which a resting worker looks whether it was told to stop."""

Unit = TypeVar("Unit")


@dataclass
class Worker:
    """One worker process. `now` gives the time; demo and tests may pretend another one."""

    app: Flask
    name: str
    now: Callable[[], datetime] = utc_now
    stopping: threading.Event = field(default_factory=threading.Event)
    forgot_at: datetime | None = None
    to_remind: list[int] = field(default_factory=list)
    looked_at: dict[str, datetime] = field(default_factory=dict)
    has_met_damage: bool = False
    is_resting: bool = False
    troubles: logs.Troubles = field(default_factory=lambda: logs.Troubles(log))
    aside: Aside = field(init=False)

    def __post_init__(self) -> None:
        self.aside = Aside(self.app.config, self.name)

    def one_pass(self) -> bool:
        """Do each duty once; True when there is more to do at once."""
        busy = False
        for duty in (
            self.deliver,
            self.work_aside,
            self.open_tasks,
            self.remind,
            self.hand_back,
            self.warn,
            self.write_digests,
            self.mend,
            self.prove,
            self.tell_of_unread,
            self.tell_of_tours,
            self.forget,
        ):
            if self.stopping.is_set():
                break
            with self.app.app_context():
                self.is_resting = False
                try:
                    busy = duty() or busy
                    if not self.is_resting:
                        self.troubles.done(duty.__name__)
                except Exception as error:
                    # Whatever it is, letters must go on leaving. A database that is away may be back at the next pass.
                    db.session.rollback()
                    self.troubles.met(duty.__name__, error, self.now())
                    self.has_met_damage = self.has_met_damage or damaged_letters.is_met_in(error)
        return busy

    def deliver(self) -> bool:
        """Send what is due in the outbox; True where a whole batch went and more may wait."""
        transport, stopping = choose_transport(self.app.config), self.stopping.is_set
        done = deliver_due(self.now, transport, self.name, BATCH, stopping=stopping, too_late=why_too_late)
        return done.sent + done.refused >= BATCH and not done.trouble

    def work_aside(self) -> bool:
        """See to work that takes long: a process of its own does it, and letters leave meanwhile."""
        self.aside.look(db.session(), self.now())
        return False

    def end_aside(self) -> None:
        """End the process that works aside, if there is one; another worker begins its work anew."""
        with self.app.app_context():
            self.aside.stop(db.session())

    def remind(self) -> bool:
        """Do the follow-ups that are due, each request in a transaction of its own; True where more of them wait.

        Whoever stood on the list is asked once in a round, whatever came of it: the list names a few for whom nothing
        is due after all, and they must not keep the others waiting.
        """
        if not self.to_remind:
            if not self._is_time_for("reminders"):
                return False
            self._each(passing.due(db.session(), self.now()), passing.drop)
            self._each(wished.due(db.session(), self.now()), wished.look)
            self.to_remind = reminders.ready(db.session(), self.now())
        some, self.to_remind = self.to_remind[:REMINDED_AT_ONCE], self.to_remind[REMINDED_AT_ONCE:]
        self._each(some, reminders.remind)
        return bool(self.to_remind)

    def open_tasks(self) -> bool:
        """Make a task of each letter that failed, and finish those whose letter was dealt with."""
        self._each(failed_letters.without_task(db.session()), failed_letters.open_task)
        if self._is_time_for("settled letters"):
            failed_letters.settle(db.session(), self.now())
            db.session.commit()
        return False

    def hand_back(self) -> bool:
        """Give requests on which nobody acts back to the queue, all in one transaction: each reader gets one letter."""
        if self._is_time_for("silence"):
            owners = silence.owners(db.session(), self.now())
            self._each([owners] if owners else [], silence.hand_back)
        return False

    def warn(self) -> bool:
        """Tell owners and the team of promises that fall due."""
        if self._is_time_for("promises"):
            self._each(promise_clock.to_be_told(db.session(), self.now()), promise_clock.tell)
        return False

    def write_digests(self) -> bool:
        """Write the letters of the morning about what waits."""
        if self._is_time_for("digests"):
            self._each(digest.receivers(db.session(), self.now()), digest.write)
        return False

    def mend(self) -> bool:
        """Find letters of which something cannot be read: each night, and once a duty has met one."""
        if self._is_time_for("damage"):
            self._each(damaged_letters.due(db.session(), self.now(), at_once=self.has_met_damage), damaged_letters.look)
            self.has_met_damage = False
        return False

    def prove(self) -> bool:
        """Make the nightly proof that letters have arrived."""
        if self._is_time_for("mail proof"):
            self._each(mail_proof.due(db.session(), self.now()), mail_proof.prove)
        return False

    def tell_of_unread(self) -> bool:
        """Tell who asked of letters that no second reader has read in time."""
        if self._is_time_for("second readers"):
            self._each(approvals.late(db.session(), self.now()), approvals.tell_who_asked)
        return False

    def tell_of_tours(self) -> bool:
        """Send visitors their route before it begins, and tell branches who joins which meeting."""
        if self._is_time_for("tours"):
            self._each(telling.due(db.session(), self.now()), telling.tell)
        return False

    def _is_time_for(self, what: str) -> bool:
        """Whether nobody has looked for so long; whoever asks looks now."""
        now, last = self.now(), self.looked_at.get(what)
        self.is_resting = last is not None and abs(now - last) < LOOK_EVERY
        self.looked_at |= {} if self.is_resting else {what: now}
        return not self.is_resting

    def _each(self, units: Sequence[Unit], do: Callable[[Session, Unit, datetime], object]) -> None:
        """Do something with each of what was found, each in a transaction of its own."""
        db.session.rollback()
        for unit in units:
            if self.stopping.is_set():
                return
            try:
                do(db.session(), unit, self.now())
                db.session.commit()
            except (IntegrityError, StaleDataError, NotPermittedError) as error:
                # Another worker or a coordinator was faster: the next pass sees what is left to do.
                db.session.rollback()
                log.info("%s waits: %s", do.__module__, type(error).__name__)
            except OperationalError:
                raise
            except Exception as error:
                # What is wrong with one must not keep the others waiting.
                db.session.rollback()
                log.warning("%s failed for %s: %s", do.__module__, unit, type(error).__name__)
                self._tell_of_a_fault(do.__module__.rpartition(".")[2], unit)

    def _tell_of_a_fault(self, duty: str, unit: object) -> None:
        """Open a task about what failed: it is tried again at the next pass, but somebody must know."""
        now = self.now()
        tasks.open_task(
            db.session(),
            key=f"fault:{duty}:{unit}",
            reason="fault",
            about=f"The portal could not do this by itself: {duty.replace('_', ' ')}, {unit}. Do by hand what is due, "
            "and tell whoever looks after the portal.",
            due_on=london_day(now),
            now=now,
            submission_id=unit if duty == "reminders" and isinstance(unit, int) else None,
        )
        db.session.commit()

    def forget(self) -> bool:
        """Sweep drafts that nobody has touched for a day, old counts of the limits and duties of days long past."""
        now = self.now()
        self.is_resting = self.forgot_at is not None and timedelta(0) <= now - self.forgot_at < FORGET_EVERY
        if self.is_resting:
            return False
        before = now - timedelta(hours=self.app.config["DRAFT_HOURS"])
        db.session.execute(delete(Draft).where(Draft.updated_at < before))
        for each in (sign_in, daily, plans, follow_ups):
            each.sweep(db.session(), now)
        db.session.commit()
        limits.sweep(now)
        tidy_statistics()
        self.forgot_at = now
        self._each(forgetting.due(db.session(), now), forgetting.forget)
        return False


def run(app: Flask, *, once: bool = False, at: datetime | None = None) -> None:
    """Work until told to stop (SIGTERM, SIGINT), or one pass of every duty with `once`.

    `at` (aware) pretends a moment, in demo and tests only; ValueError in production.
    """
    worker = Worker(app, f"{socket.gethostname()}-{os.getpid()}")
    if at is not None:
        if app.config["PORTAL_ENV"] == "production":
            raise ValueError("--at is for demo and tests only")
        worker.now = lambda: at

    def stop(signum: int, frame: FrameType | None) -> None:
        worker.stopping.set()

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
    try:
        while True:
            busy = worker.one_pass()
            # What one pass has begun aside is waited for.
            if worker.stopping.is_set() or (once and not worker.aside.is_busy):
                return
            _rest(worker, 0 if busy else NAP if once else app.config["WORKER_INTERVAL"])
    finally:
        worker.end_aside()


def _rest(worker: Worker, seconds: float) -> None:
    """Wait in short naps. They are counted: no clock that jumps makes a worker sleep on."""
    # An event that a signal sets must not be waited for: its lock would be held twice.
    for _ in range(math.ceil(seconds / NAP)):
        if worker.stopping.is_set():
            return
        select.select((), (), (), min(NAP, seconds))
