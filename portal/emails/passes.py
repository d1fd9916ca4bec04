"""The worker's passes: which function ran when, for /healthz and the dashboard."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.emails.models import WorkerPass


def note_pass(session: Session, name: str, worker: str, now: datetime) -> WorkerPass:
    """Write down that `worker` ran the function `name` at `now`; two may at once. The caller commits."""
    row = session.get(WorkerPass, name)
    if row is None:
        row = WorkerPass(name=name, at=now, worker=worker[:80], troubles=0, last_error="")
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            row = session.scalars(select(WorkerPass).where(WorkerPass.name == name)).one()
    row.at = now
    row.worker = worker[:80]
    return row
