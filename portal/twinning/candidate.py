"""One body of the register proposed to one branch, as the database keeps it. What becomes of it: `candidates`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.extensions import db
from portal.sealed import Sealed

ASKED, TWINNED, PARTED, ENDED = "asked", "twinned", "parted", "ended"
"""Both sides are asked; they know each other; one said no, or nothing came of it; they knew each other."""
RESTED = "rested"
"""The body paused while it was asked, or is to be confirmed anew: nobody has said no, and the two may be proposed to
each other again."""
YES, NO = "yes", "no"


class Candidate(db.Model):
    """One body of the register that was proposed to one branch.

    `is_only`: the body wished for one twin only when it was proposed. `although` is why it was proposed although
    something spoke against it. `body_answer` is "yes", "no" or empty; the branch's own yes stands in the history.
    """

    __tablename__ = "twin_candidates"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(20), default=ASKED)
    is_only: Mapped[bool] = mapped_column(default=True)
    proposed_at: Mapped[datetime] = mapped_column()
    although: Mapped[str] = mapped_column(Sealed, default="")
    body_answer: Mapped[str] = mapped_column(String(10), default="")
    body_answered_at: Mapped[datetime | None] = mapped_column()
    closed_at: Mapped[datetime | None] = mapped_column()

    proposal: Mapped[Any] = relationship("TwinningProposal", foreign_keys=[proposal_id])
    registration: Mapped[Any] = relationship("UkrainianRegistration", foreign_keys=[registration_id])

    __table_args__: ClassVar[Any] = (
        Index(
            "uq_twin_candidates_living_of_proposal",
            "proposal_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
        ),
        Index(
            "uq_twin_candidates_living_of_body",
            "registration_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL AND is_only"),
        ),
    )
