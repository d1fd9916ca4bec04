"""One entry in the diary of a twinning, as the database keeps it. Who reads which, and what follows: `diary`."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import db
from portal.sealed import Sealed

MESSAGE, CALL, VISIT_THERE, VISIT_HERE, AID, STATEMENT = (
    "message", "call", "visit-to-ukraine", "visit-to-uk", "aid", "statement",
)  # fmt: skip
BOTH, COORDINATORS, PUBLIC = "both", "coordinators", "public"
"""Who may see an entry: both sides and we, we and who wrote it, or anybody once a coordinator has read it."""
BRANCH, BODY, US = "branch", "body", "us"
"""Who wrote it."""


class DiaryEntry(db.Model):
    """Something that two twins did together, or plan: on which day, in whose words, and how it went.

    `registration_id` is the body of the register, empty for one that was typed in by hand: entries with one twin are
    none of another's. `let_out_at` is when a coordinator let a public entry out.
    """

    __tablename__ = "diary_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    happened_on: Mapped[date] = mapped_column()
    words: Mapped[str] = mapped_column(Sealed, default="")
    report: Mapped[str] = mapped_column(Sealed, default="")
    audience: Mapped[str] = mapped_column(String(20), default=BOTH)
    side: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(2), default="en")
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"))
    written_at: Mapped[datetime] = mapped_column()
    let_out_at: Mapped[datetime | None] = mapped_column()
    let_out_by_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"))
