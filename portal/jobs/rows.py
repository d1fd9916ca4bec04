"""A piece of work that somebody waits for, as a row. What may happen to it is `keeping`'s."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import db

# How far a piece of work has come.
WAITING, WORKING, READY, FAILED = "waiting", "working", "ready", "failed"
STAGES = (WAITING, WORKING, READY, FAILED)
UNDONE = (WAITING, WORKING)
TO_DO = "stage IN ('waiting', 'working')"


class Job(db.Model):
    """One piece of work of a kind, asked for by a coordinator and done by a process of a worker.

    `doing` is a word of the kind for what it is at now. Whoever does it holds it as `taken_by` until `taken_until`
    (UTC) and says again and again that it goes on; after that moment another worker takes it over. `starts` counts
    how often it was begun. `trouble` is a word for why it failed.
    """

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20), default=WAITING)
    doing: Mapped[str] = mapped_column(String(40), default="")
    trouble: Mapped[str] = mapped_column(String(40), default="")
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"))
    asked_at: Mapped[datetime] = mapped_column()
    started_at: Mapped[datetime | None] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()
    taken_by: Mapped[str | None] = mapped_column(String(120))
    taken_until: Mapped[datetime | None] = mapped_column()
    starts: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        # The worker asks at each pass whether there is anything to do; what is done stays out of its way.
        Index("ix_jobs_to_do", "id", sqlite_where=text(TO_DO)),
        {"sqlite_autoincrement": True},
    )
