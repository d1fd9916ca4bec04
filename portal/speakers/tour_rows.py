"""Tours of a visitor as rows: who comes from when to when, where they speak, and which branches were invited to join.

No name stands here: the visitor is a number, and whoever leaves the register takes their tours along (`leaving`). What
the visitor needs and what a branch wrote is sealed. Tours are made in the package `touring`.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.extensions import db
from portal.jobs.rows import Job
from portal.sealed import Sealed
from portal.speakers.engagements import Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker
from portal.submissions.models import Submission

# Where a stop stands.
ON, OFF, OUT = "on", "off", "out"
"""On the route; not on it as it was last worked out; taken out by a coordinator."""

# What a branch answered that was invited.
JOIN, COHOST, NO, MESSAGE = "join", "co-host", "no", "message"
ANSWERS = (JOIN, COHOST, NO, MESSAGE)

INVITATION, JOINED = "common/join-tour", "common/tour-joined"
"""The letters that invite a branch, and that tell it what is agreed: they say where the visitor is on a day."""


class Tour(db.Model):
    """One visitor's tour, from the morning of `first_on` to the evening of `last_on`.

    `start` is how the place was typed; without an `end` it does not matter where the tour ends. Nobody travels more
    than `most_miles` on a day (as the crow flies), and after `rest_after` days on the road comes one of rest (0: none
    is needed). `rests` are the ISO days that a coordinator keeps free. `left_out` holds what was in reach and does not
    stand on the route: [number of the request, why]. `job` works the route out.
    """

    __tablename__ = "tours"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speakers.id"), index=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"), index=True)
    first_on: Mapped[date] = mapped_column()
    last_on: Mapped[date] = mapped_column()
    start: Mapped[str] = mapped_column(String(80))
    start_latitude: Mapped[float] = mapped_column()
    start_longitude: Mapped[float] = mapped_column()
    end: Mapped[str] = mapped_column(String(80), default="")
    end_latitude: Mapped[float | None] = mapped_column()
    end_longitude: Mapped[float | None] = mapped_column()
    most_miles: Mapped[int] = mapped_column()
    rest_after: Mapped[int] = mapped_column(default=0)
    has_interpreter: Mapped[bool] = mapped_column(default=False)
    needs: Mapped[str] = mapped_column(Sealed, default="")
    rests: Mapped[list[str]] = mapped_column(JSON, default=list)
    left_out: Mapped[list[Any]] = mapped_column(JSON, default=list)
    solved_at: Mapped[datetime | None] = mapped_column()
    # Whether a coordinator has changed something since the route was worked out.
    is_stale: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column()
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"))
    # When the visitor was last asked about the route, and by when they were asked to answer.
    asked_at: Mapped[datetime | None] = mapped_column()
    answer_by: Mapped[date | None] = mapped_column()
    # When the visitor was sent the whole route once more, before it begins.
    reminded_on: Mapped[date | None] = mapped_column()

    speaker: Mapped[Speaker] = relationship(lazy="joined", innerjoin=True)
    job: Mapped[Job | None] = relationship(lazy="joined")
    stops: Mapped[list[TourStop]] = relationship(
        back_populates="tour", order_by="TourStop.on_date, TourStop.id", cascade="all, delete-orphan"
    )

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}
    # A number is never used again: private links are made of it.
    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_autoincrement": True}

    @property
    def route(self) -> list[TourStop]:
        """The stops of the route, in their order."""
        return sorted((each for each in self.stops if each.standing == ON), key=lambda stop: stop.on_date)


class TourStop(db.Model):
    """One request that stands on a tour, stood on it, or was taken out of it: at most once for each request.

    `is_proposed` marks a day that the branch has not named. `points` are those of the ranked list; `reasons` are
    [words, points, whether they speak against]. `offer` is what the visitor was asked.
    """

    __tablename__ = "tour_stops"

    id: Mapped[int] = mapped_column(primary_key=True)
    tour_id: Mapped[int] = mapped_column(ForeignKey("tours.id", ondelete="CASCADE"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"))
    standing: Mapped[str] = mapped_column(String(10), default=ON)
    on_date: Mapped[date] = mapped_column()
    at: Mapped[time | None] = mapped_column("starts", nullable=True)
    is_proposed: Mapped[bool] = mapped_column(default=False)
    is_pinned: Mapped[bool] = mapped_column(default=False)
    points: Mapped[int] = mapped_column(default=0)
    reasons: Mapped[list[Any]] = mapped_column(JSON, default=list)

    tour: Mapped[Tour] = relationship(back_populates="stops")
    request: Mapped[SpeakerRequest] = relationship(
        primaryjoin=lambda: TourStop.submission_id == SpeakerRequest.id,
        foreign_keys=lambda: TourStop.submission_id,
        viewonly=True,
    )
    offer: Mapped[Offer | None] = relationship()
    invitations: Mapped[list[TourInvitation]] = relationship(
        back_populates="stop", order_by="TourInvitation.id", cascade="all, delete-orphan"
    )

    __table_args__ = (UniqueConstraint("tour_id", "submission_id", name="uq_tour_stops_request"),)


class TourInvitation(db.Model):
    """One branch invited to join a stop of a tour, or to host it together with the branch that does.

    `submission` is the request by which we know the branch and may write to it. With `names_host` the letter and the
    page name the hosting branch, because that branch has agreed to it. `told` marks what the branch was last told of
    the meeting that it joins, `host_told` the answer of which the hosting branch was told.
    """

    __tablename__ = "tour_invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    stop_id: Mapped[int] = mapped_column(ForeignKey("tour_stops.id", ondelete="CASCADE"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    names_host: Mapped[bool] = mapped_column(default=False)
    invited_at: Mapped[datetime] = mapped_column()
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"))
    answer: Mapped[str] = mapped_column(String(10), default="")
    message: Mapped[str] = mapped_column(Sealed, default="")
    answered_at: Mapped[datetime | None] = mapped_column()
    told: Mapped[str] = mapped_column(String(64), default="", server_default="")
    host_told: Mapped[str] = mapped_column(String(10), default="", server_default="")

    stop: Mapped[TourStop] = relationship(back_populates="invitations")
    submission: Mapped[Submission] = relationship()

    __table_args__: Any = (
        UniqueConstraint("stop_id", "submission_id", name="uq_tour_invitations_branch"),
        {"sqlite_autoincrement": True},
    )
