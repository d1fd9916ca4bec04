"""What may happen to a piece of work: asked for, taken by a worker, held, ended or given back, tried again.

Whoever takes it holds it by a name of its own for a while. All that is written later is written under that name, so
that of two who believe to hold it only one can end it. Nothing here commits.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, text, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from portal.jobs.rows import FAILED, READY, TO_DO, WAITING, WORKING, Job

LEASE = timedelta(seconds=60)
"""How long a piece of work is held without a sign of life; then another worker takes it over."""
MOST_STARTS = 3
"""Work that so many processes died of is not begun again by itself."""
# Words for why it failed that every kind may have; others are the kind's own.
CRASHED, TOO_LONG = "crashed", "too-long"

_jobs = Job.__table__


def ask(session: Session, kind: str, by_id: int | None, now: datetime) -> Job:
    """Write down that somebody wants a piece of work; flushed, so that it has its number."""
    job = Job(kind=kind, stage=WAITING, doing="", trouble="", asked_by_id=by_id, asked_at=now, starts=0)
    session.add(job)
    session.flush()
    return job


def take(session: Session, worker: str, now: datetime) -> tuple[Job, str] | None:
    """The oldest piece of work that nobody does, and the name under which it is held; None where there is none.

    A held one whose time is over is taken as well: whoever held it is dead.
    """
    is_left = and_(Job.stage == WORKING, Job.taken_until < now)
    # Said as the index of what is to be done says it.
    free = select(Job).where(text(TO_DO), or_(Job.stage == WAITING, is_left))
    for job in session.scalars(free.order_by(Job.id).limit(10).with_for_update(skip_locked=True)):
        if job.starts >= MOST_STARTS:
            _end(session, job.id, job.taken_by, FAILED, now, trouble=CRASHED)
            continue
        holder = f"{worker[:100]}:{secrets.token_hex(4)}"
        job.stage, job.taken_by, job.taken_until = WORKING, holder, now + LEASE
        job.started_at, job.ended_at, job.doing, job.trouble = now, None, "", ""
        job.starts += 1
        session.flush()
        return job, holder
    return None


def hold(session: Session, number: int, holder: str, now: datetime, doing: str | None = None) -> bool:
    """Say that the work goes on, and what it is at; False where another one holds it by now."""
    values: dict[str, Any] = {"taken_until": now + LEASE}
    if doing is not None:
        values["doing"] = doing
    return _write(session, number, holder, values)


def finish(session: Session, number: int, holder: str, now: datetime) -> bool:
    """The work is done; False where another one holds it by now, and nothing may be written."""
    return _end(session, number, holder, READY, now)


def fail(session: Session, number: int, holder: str, trouble: str, now: datetime) -> bool:
    """The work came to nothing."""
    return _end(session, number, holder, FAILED, now, trouble=trouble)


def give_back(session: Session, number: int, holder: str) -> bool:
    """Leave the work to another one: this worker was told to stop. It does not count as begun."""
    given = {"stage": WAITING, "taken_by": None, "taken_until": None, "doing": "", "starts": Job.starts - 1}
    return _write(session, number, holder, given)


def again(job: Job, now: datetime) -> bool:
    """Put work that failed back among what waits; False where it has not failed (any more)."""
    if job.stage != FAILED:
        return False
    job.stage, job.trouble, job.doing, job.starts, job.asked_at = WAITING, "", "", 0, now
    return True


def sweep(session: Session, kind: str, before: datetime) -> int:
    """Forget work asked for before a moment, with all that hangs on it; how many pieces."""
    old = delete(Job).where(Job.kind == kind, Job.asked_at < before, Job.stage.in_((READY, FAILED)))
    return _rows(session.execute(old, execution_options={"synchronize_session": False}))


def _end(session: Session, number: int, holder: str | None, stage: str, now: datetime, *, trouble: str = "") -> bool:
    values = {"stage": stage, "trouble": trouble, "ended_at": now, "taken_until": None}
    return _write(session, number, holder, values)


def _write(session: Session, number: int, holder: str | None, values: dict[str, Any]) -> bool:
    """Change a piece of work under the name that it is held by."""
    mine = (_jobs.c.id == number, _jobs.c.stage == WORKING, _jobs.c.taken_by == holder)
    done = session.execute(update(Job).where(*mine).values(**values), execution_options={"synchronize_session": False})
    return _rows(done) == 1


def _rows(done: Any) -> int:
    return done.rowcount if isinstance(done, CursorResult) else 0
