"""What each side told of a meeting once it was over, as rows. Taking a report in is `reports`’."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import db
from portal.sealed import Sealed

BRANCH, SPEAKER = "branch", "speaker"
SIDES = (BRANCH, SPEAKER)

TWIN, AFFILIATE, HOST = "twin", "affiliate", "host"
WISHES = (TWIN, AFFILIATE, HOST)
"""What somebody may want next: a twin, to affiliate, another speaker."""
CARRIED, MOVED, LOST, NO_MOTION = "carried", "moved", "lost", "none"
MOTIONS = (CARRIED, MOVED, LOST, NO_MOTION)
"""What became of a motion; one that was moved is still to be voted on."""


class MeetingReport(db.Model):
    """What one side told of one meeting; empty until it has answered.

    `held` is whether the meeting took place, `motion` one of `MOTIONS` or empty, `raised_pence` what was given for
    Ukraine's unions, `wishes` some of `WISHES`, `next_step` what they wrote. `hears_more` is whether people want to
    hear more of the campaign, `more_people` how many, `more_contact` one of them who agreed to be written to.
    `thanked_at` is when that side was thanked: the branch for its report, the speaker with the result.
    """

    __tablename__ = "meeting_reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"))
    side: Mapped[str] = mapped_column(String(10))
    held: Mapped[bool | None] = mapped_column()
    attended: Mapped[int | None] = mapped_column()
    motion: Mapped[str] = mapped_column(String(20), default="")
    raised_pence: Mapped[int | None] = mapped_column()
    wishes: Mapped[list[str]] = mapped_column(JSON, default=list)
    hears_more: Mapped[bool | None] = mapped_column()
    more_people: Mapped[int | None] = mapped_column()
    more_contact: Mapped[str] = mapped_column(Sealed, default="", server_default="")
    next_step: Mapped[str] = mapped_column(Sealed, default="")
    answered_at: Mapped[datetime | None] = mapped_column()
    thanked_at: Mapped[datetime | None] = mapped_column()

    # A number is never used again: private links are made of it.
    __table_args__ = (
        UniqueConstraint("submission_id", "side", name="uq_meeting_reports_side"),
        {"sqlite_autoincrement": True},
    )
