"""Calendars to subscribe to: a speaker’s own bookings, and for coordinators those they look after."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import db


class CalendarFeed(db.Model):
    """One calendar behind a secret address, of a speaker or of a coordinator.

    A coordinator’s holds the requests they look after, or with `whole` all of the campaign; only with `names` does it
    name the speakers.
    """

    __tablename__ = "calendar_feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    speaker_id: Mapped[int | None] = mapped_column(
        ForeignKey("speakers.id", ondelete="CASCADE"), index=True, unique=True
    )
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"), index=True)
    whole: Mapped[bool] = mapped_column(default=False)
    names: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column()

    # A number is never used again: secret addresses are made of it.
    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_autoincrement": True}
