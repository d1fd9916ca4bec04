"""The register of Ukrainian union bodies that somebody at their national union has confirmed, and who has looked.

What a body told us stands in its registration (`registrations`); here is what the campaign knows besides.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Coordinator
from portal.extensions import db
from portal.sealed import Sealed


class UkrainianBody(db.Model):
    """A confirmed body: who at the national union confirmed it, how and when, and since when it waits for a twin.

    It is made when its registration is confirmed, and goes when the body withdraws. Whether it may be proposed now is
    its registration's state to say.
    """

    __tablename__ = "ukrainian_bodies"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), unique=True)
    confirmed_by_name: Mapped[str] = mapped_column(Sealed)
    confirmed_by_post: Mapped[str] = mapped_column(Sealed)
    confirmed_how: Mapped[str] = mapped_column(String(20))
    confirmed_on: Mapped[date] = mapped_column()
    confirmed_by_coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"))
    waiting_since: Mapped[datetime] = mapped_column()
    changed_from: Mapped[str] = mapped_column(Sealed, default="", server_default="")
    """What was confirmed and the body has changed since (`confirming_anew`); empty while its confirmation holds."""

    registration: Mapped[Any] = relationship("UkrainianRegistration", back_populates="body")
    confirmed_by_coordinator: Mapped[Coordinator | None] = relationship()

    # A number is never used again: what is proposed is known by it.
    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_autoincrement": True}


class ContactView(db.Model):
    """One look at how to reach a body: who of us looked, when, and at what (a word of `SEEN`); nothing of theirs."""

    __tablename__ = "ukrainian_contact_views"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"))
    at: Mapped[datetime] = mapped_column()
    what: Mapped[str] = mapped_column(String(20))

    coordinator: Mapped[Coordinator | None] = relationship()


CONTACT, CORRECTION, LETTER = "contact", "correction", "letter"
SEEN = {CONTACT: "How to reach them", CORRECTION: "The form to correct it", LETTER: "A letter that names their contact"}
