"""Plans of many meetings at once, as rows: what was proposed, what else was possible, and what became of it.

No name stands here: speakers are numbers, and whoever leaves the register vanishes (`leaving`). Plans are made in the
package `planning`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.extensions import db
from portal.jobs.rows import Job

# What was done with a line of a plan.
OPEN, ASKED, LEFT_OUT = "", "asked", "left-out"


class Plan(db.Model):
    """One plan for the open requests of a window, both days included, and how good it is.

    `job` is the work of making it. `score` is what the plan is worth in points, each meeting's `meeting_worth`
    included; `points` is the sum of its pairs, `shared` what fair shares took from it, `bound` what no plan can
    exceed; `greedy_score` what came of giving each the best who was left. Its facts are of the moment `read_at`.
    """

    __tablename__ = "plans"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), unique=True)
    first_on: Mapped[date] = mapped_column()
    last_on: Mapped[date] = mapped_column()
    read_at: Mapped[datetime | None] = mapped_column()
    speakers: Mapped[int] = mapped_column(default=0)
    # Requests of the window whose speaker is asked already, and has not answered.
    in_hand: Mapped[int] = mapped_column(default=0)
    # How many pairs of a request and a speaker on a day could be asked.
    possible: Mapped[int] = mapped_column(default=0)
    # How many engagements of one speaker on neighbouring days no travel allows together.
    conflicts: Mapped[int] = mapped_column(default=0)
    meeting_worth: Mapped[int] = mapped_column(default=0)
    served: Mapped[int] = mapped_column(default=0)
    points: Mapped[int] = mapped_column(default=0)
    shared: Mapped[int] = mapped_column(default=0)
    score: Mapped[int] = mapped_column(default=0)
    bound: Mapped[float] = mapped_column(default=0.0)
    is_proven: Mapped[bool] = mapped_column(default=False)
    greedy_served: Mapped[int] = mapped_column(default=0)
    greedy_score: Mapped[int] = mapped_column(default=0)
    # Seconds of CPU that it took.
    read_seconds: Mapped[float] = mapped_column(default=0.0)
    solve_seconds: Mapped[float] = mapped_column(default=0.0)
    greedy_seconds: Mapped[float] = mapped_column(default=0.0)

    job: Mapped[Job] = relationship(lazy="joined", innerjoin=True)
    lines: Mapped[list[PlanLine]] = relationship(
        back_populates="plan", order_by="PlanLine.place", cascade="all, delete-orphan", passive_deletes=True
    )

    __table_args__ = ({"sqlite_autoincrement": True},)


class PlanLine(db.Model):
    """One request in a plan. `version` is the request's, when its facts were read.

    `why` says where nobody is proposed: [words, how many speakers], the commonest first. `outcome` is what was done.
    """

    __tablename__ = "plan_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), index=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    place: Mapped[int] = mapped_column()
    version: Mapped[int] = mapped_column()
    is_served: Mapped[bool] = mapped_column(default=False)
    why: Mapped[list[Any]] = mapped_column(JSON, default=list)
    outcome: Mapped[str] = mapped_column(String(20), default=OPEN)
    decided_at: Mapped[datetime | None] = mapped_column()
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"))

    plan: Mapped[Plan] = relationship(back_populates="lines")
    choices: Mapped[list[PlanChoice]] = relationship(
        back_populates="line", order_by="PlanChoice.place", cascade="all, delete-orphan", passive_deletes=True
    )


class PlanChoice(db.Model):
    """One speaker and day for a line: in place 0 the one that the plan proposes, then others with what they cost.

    `points` are those of the ranked list. `loses` is what the whole plan would lose by it; with `is_least` at least so
    much. `reasons` are [words, points, whether they are small, whether they speak against]. `speaker_version` is the
    speaker's, when the facts were read.
    """

    __tablename__ = "plan_choices"

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("plan_lines.id", ondelete="CASCADE"), index=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speakers.id"), index=True)
    speaker_version: Mapped[int] = mapped_column()
    place: Mapped[int] = mapped_column()
    day: Mapped[date] = mapped_column()
    points: Mapped[int] = mapped_column()
    loses: Mapped[int] = mapped_column(default=0)
    is_least: Mapped[bool] = mapped_column(default=False)
    reasons: Mapped[list[Any]] = mapped_column(JSON, default=list)

    line: Mapped[PlanLine] = relationship(back_populates="choices")
