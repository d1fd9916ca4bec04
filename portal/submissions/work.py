"""What has to be done about requests, as rows: work for a person, what came by itself, decisions for a second reader.

Only columns and what they mean live here: `tasks`, `follow_ups` and `approvals` work with them.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Coordinator
from portal.extensions import db
from portal.submissions.models import Submission

TASK_IS_OPEN = "done_at IS NULL"
APPROVAL_IS_OPEN = "decided_at IS NULL"
"""Conditions of indexes. A statement must say them in these very words, or the database reads all rows."""


class Task(db.Model):
    """One piece of work for a person: what, about which request, until when, and whose it is.

    A task without an owner is for whoever has the request, else for everybody. The same `key` never stands twice: a
    duty that runs again makes no second task of one cause.
    """

    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    email_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_emails.id", ondelete="CASCADE"))
    # Why it is there, in one word: follow-up, letter, proof, approval, invoice, money, offer, report, by-hand.
    reason: Mapped[str] = mapped_column(String(40))
    # What is to be done, as a sentence for a coordinator.
    about: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date] = mapped_column()
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"))
    created_at: Mapped[datetime] = mapped_column()
    done_at: Mapped[datetime | None] = mapped_column()
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"))
    # What came of it, in the words of who did it.
    outcome: Mapped[str] = mapped_column(Text, default="")

    submission: Mapped[Submission | None] = relationship()
    coordinator: Mapped[Coordinator | None] = relationship(foreign_keys=[coordinator_id])

    __table_args__ = (
        Index("ix_tasks_open", "due_on", "id", sqlite_where=text(TASK_IS_OPEN)),
        Index("ix_tasks_email", "email_id"),
    )


class FollowUpMark(db.Model):
    """That one follow-up of a request has come, for one day: it never comes twice for the same."""

    __tablename__ = "follow_up_marks"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40))
    # The day it was due by its row, before weekends and holidays were counted.
    due_on: Mapped[date] = mapped_column()
    # done, skipped (by a coordinator), superseded (a later one of its series went instead).
    outcome: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column()
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"))

    __table_args__ = (UniqueConstraint("submission_id", "name", "due_on"),)


class DailyDuty(db.Model):
    """That a duty of one day was done (a digest written, the letters of a day proved). Old rows are swept."""

    __tablename__ = "daily_duties"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    on_date: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column()


class Approval(db.Model):
    """Letters of one move that wait for a second reader: always another person than the one who asks."""

    __tablename__ = "approvals"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    # The move whose letters wait.
    action: Mapped[str] = mapped_column(String(40))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("coordinators.id"))
    asked_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"))
    decided_at: Mapped[datetime | None] = mapped_column()
    # approved, refused, taken-back (by who asked), or empty while it waits.
    decision: Mapped[str] = mapped_column(String(20), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    # The words of the letters, so that those sent back can be mended; and when that was done, which is once.
    letters: Mapped[list[dict[str, str]] | None] = mapped_column(JSON)
    sent_again_at: Mapped[datetime | None] = mapped_column()

    submission: Mapped[Submission] = relationship()
    asked_by: Mapped[Coordinator] = relationship(foreign_keys=[asked_by_id])

    __table_args__ = (
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="two_people"),
        Index("ix_approvals_open", "id", sqlite_where=text(APPROVAL_IS_OPEN)),
    )
