"""Two bodies that know each other, from their introduction to the end, and what each said to our questions since.

The state of the link is the state of the branch's proposal; what the two agreed on stands here. Nothing here is a name
or an address: those stand with the proposal and in the register.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from portal.extensions import db
from portal.submissions.models import Event
from portal.twinning.candidates import KNOW_EACH_OTHER
from portal.twinning.first_calls import FirstCall

LIVING = "ended_at IS NULL"


class Pulse(db.Model):
    """What either side answered when it was asked how the twinning goes; empty texts while a side is silent."""

    __tablename__ = "twinning_pulses"

    id: Mapped[int] = mapped_column(primary_key=True)
    twinning_id: Mapped[int] = mapped_column(ForeignKey("twinnings.id", ondelete="CASCADE"))
    asked_on: Mapped[date] = mapped_column()
    branch_said: Mapped[str] = mapped_column(String(20), default="")
    branch_said_at: Mapped[datetime | None] = mapped_column()
    body_said: Mapped[str] = mapped_column(String(20), default="")
    body_said_at: Mapped[datetime | None] = mapped_column()

    __table_args__: ClassVar[Any] = (UniqueConstraint("twinning_id", "asked_on"),)


class Twinning(db.Model):
    """One link between a branch and a body in Ukraine; `registration_id` is empty where that is not in the register.

    `body_level` is the level of the Ukrainian side, `aims` are slugs of what both hope to do together. What either
    side said up to `revived_on` no longer counts. `kind_note` is the slug of the word with a pause or an end.
    """

    __tablename__ = "twinnings"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id", ondelete="SET NULL"), index=True)
    introduced_at: Mapped[datetime] = mapped_column()
    body_level: Mapped[str] = mapped_column(String(20), default="")
    aims: Mapped[list[str]] = mapped_column(JSON, default=list)
    kind_note: Mapped[str] = mapped_column(String(20), default="")
    revived_on: Mapped[date | None] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()

    first_call: Mapped[FirstCall | None] = relationship(viewonly=True)
    pulses: Mapped[list[Pulse]] = relationship(order_by=Pulse.asked_on, lazy="joined", cascade="all, delete-orphan")

    __table_args__: ClassVar[Any] = (
        Index(
            "uq_twinnings_living_of_proposal",
            "proposal_id",
            unique=True,
            sqlite_where=text(LIVING),
        ),
    )


def begin(session: Session, proposal: Any, now: datetime) -> Twinning:
    """The two have just been introduced. A body of the register tells its level itself."""
    candidate = proposal.candidate
    made = Twinning(
        registration_id=candidate.registration_id if candidate is not None else None,
        introduced_at=now,
        body_level=candidate.registration.level if candidate is not None else "",
        aims=[],
        pulses=[],
    )
    proposal.twinnings.append(made)
    session.flush()
    return made


def follow(proposal: Any, now: datetime) -> None:
    """Let the twinning stand where the proposal stands, once a move is made: what has ended may go on."""
    last = proposal.twinning
    if last is not None:
        last.ended_at = None if proposal.state in KNOW_EACH_OTHER else (last.ended_at or now)


def was_twinned(proposal: Any) -> bool:
    """Whether it was agreed that they are twinned, since they were introduced: else they only got acquainted."""
    session, twinning = object_session(proposal), proposal.twinning
    if session is None or twinning is None:
        return proposal.twinned_on is not None
    made = (Event.submission_id == proposal.id, Event.to_state == "twinned", Event.at >= twinning.introduced_at)
    return session.scalar(select(Event.id).where(*made).limit(1)) is not None
