"""The first call of two who were introduced, as the database keeps it: the times offered, and the one that is fixed.

Offering, ticking and fixing are `calling`’s. The address of a video call is no place, and is sealed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.extensions import db
from portal.sealed import Sealed

LENGTH = timedelta(minutes=40)
"""So long a first call is: half an hour, and ten minutes until everybody is there."""


class CallSlot(db.Model):
    """One time that is offered (aware, UTC), and which side could then."""

    __tablename__ = "call_slots"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("first_calls.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime] = mapped_column()
    branch_can: Mapped[bool] = mapped_column(default=False)
    body_can: Mapped[bool] = mapped_column(default=False)

    __table_args__: ClassVar[Any] = (UniqueConstraint("call_id", "starts_at"),)


class FirstCall(db.Model):
    """The first call of a twinning. `starts_at` is empty until both have ticked a time that suits both.

    `was_at` is the time that was fixed before, while others are offered in its place.

    `uid` names the entry in both calendars, whenever the time changes.
    """

    __tablename__ = "first_calls"

    id: Mapped[int] = mapped_column(primary_key=True)
    twinning_id: Mapped[int] = mapped_column(ForeignKey("twinnings.id", ondelete="CASCADE"), unique=True)
    uid: Mapped[str] = mapped_column(String(80))
    offered_at: Mapped[datetime] = mapped_column()
    rounds: Mapped[int] = mapped_column(default=1)
    branch_ticked_at: Mapped[datetime | None] = mapped_column()
    body_ticked_at: Mapped[datetime | None] = mapped_column()
    link: Mapped[str] = mapped_column(Sealed, default="")
    starts_at: Mapped[datetime | None] = mapped_column()
    was_at: Mapped[datetime | None] = mapped_column()

    slots: Mapped[list[CallSlot]] = relationship(order_by=CallSlot.starts_at, cascade="all, delete-orphan")

    @property
    def has_both(self) -> bool:
        """Whether both sides have ticked the times that are offered now."""
        return self.branch_ticked_at is not None and self.body_ticked_at is not None

    def open_slots(self, now: datetime) -> Sequence[CallSlot]:
        """The times that are still to come at a moment, while none is fixed."""
        return [each for each in self.slots if each.starts_at > now] if self.starts_at is None else []
