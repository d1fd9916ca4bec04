"""The outbox, the private links and the worker's passes, as rows.

Only columns and what they mean live here: `outbox.py` writes letters, `delivery.py` sends them, `links.py`
makes links.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, defer, mapped_column, validates

from portal.extensions import db
from portal.sealed import Sealed, SealedAddress, digest

QUEUED = "queued"
HELD = "held"
SENDING = "sending"
SENT = "sent"
REFUSED = "refused"
GIVEN_UP = "given-up"
CANCELLED = "cancelled"
STATES = (QUEUED, HELD, SENDING, SENT, REFUSED, GIVEN_UP, CANCELLED)
FAILED = (REFUSED, GIVEN_UP)
"""States that need a person until somebody has dealt with the letter."""
TOO_LATE = "the letter did not leave before the day that it names had passed"
"""The `last_error` of such a letter."""
NEEDS_A_PERSON = "state IN ('refused', 'given-up') AND dealt_with_at IS NULL"
IS_HELD = "state = 'held'"
"""Conditions of indexes. A statement must say them in these very words, or the database reads all letters."""


def _index(name: str, condition: str, *columns: Any) -> Index:
    """An index of those letters only that a condition picks."""
    return Index(f"ix_outbox_emails_{name}", *columns, sqlite_where=sql(condition))


class OutboxEmail(db.Model):
    """One letter to one address, written in full before anything is sent."""

    __tablename__ = "outbox_emails"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"), index=True)
    template: Mapped[str] = mapped_column(String(120))
    # Whom the letter is for, in one word: branch, team, coordinator, speaker, ukrainian-body, treasurer.
    role: Mapped[str] = mapped_column(String(40))
    to_address: Mapped[str] = mapped_column(SealedAddress)
    # What the address is found by: see `portal/sealed.py`. It follows the address by itself.
    to_digest: Mapped[str] = mapped_column(String(64), default="", server_default="", index=True)
    language: Mapped[str] = mapped_column(String(2), default="en")
    subject: Mapped[str] = mapped_column(Text)
    # Sealed, for they tell who is written to and what: of a speaker, where they will be on which day. The subject
    # names nobody but a branch.
    text: Mapped[str] = mapped_column(Sealed)
    html: Mapped[str] = mapped_column(Sealed)
    # The calendar file that goes with it, and what it asks of a calendar: REQUEST or CANCEL.
    calendar: Mapped[str | None] = mapped_column(Sealed)
    calendar_method: Mapped[str | None] = mapped_column(String(10))
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    # The only private links that delivery may fill into this letter.
    link_ids: Mapped[list[int]] = mapped_column(JSON, default=list)

    state: Mapped[str] = mapped_column(String(20), default=QUEUED)
    is_urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    # A private letter's body is never shown on a screen (signing in, for example).
    is_private: Mapped[bool] = mapped_column(Boolean, default=False)
    queued_at: Mapped[datetime] = mapped_column()
    # When a worker may take it: the next try, or the end of a lease. Empty means that there is nothing to do.
    next_try_at: Mapped[datetime | None] = mapped_column()
    attempts: Mapped[int] = mapped_column(default=0)
    first_tried_at: Mapped[datetime | None] = mapped_column()
    tried_at: Mapped[datetime | None] = mapped_column(index=True)
    # Who is sending it, until the next try.
    leased_by: Mapped[str | None] = mapped_column(String(120))
    sent_at: Mapped[datetime | None] = mapped_column()
    # Codes and our own words only: servers like to repeat addresses in their answers.
    last_error: Mapped[str] = mapped_column(String(200), default="")

    resend_of_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_emails.id"))
    dealt_with_at: Mapped[datetime | None] = mapped_column()
    dealt_with_by_id: Mapped[int | None] = mapped_column()
    # The second reading that a held letter waits for, if it waits for one.
    approval_id: Mapped[int | None] = mapped_column()

    __table_args__ = (
        # Nearly every letter has left: the indexes by state hold only those that somebody still asks for.
        _index("failed", NEEDS_A_PERSON, "id"),
        _index("held", IS_HELD, "submission_id"),
        _index("approval", "approval_id IS NOT NULL", "approval_id"),
        _index("copies", "resend_of_id IS NOT NULL", "resend_of_id", "id"),
        # Finding the next letter is one short walk along this index, however many letters were ever sent.
        _index("next_try", "next_try_at IS NOT NULL", sql("is_urgent DESC"), "next_try_at", "id"),
    )

    @validates("to_address")
    def _found_by(self, _name: str, address: str) -> str:
        """Keep what the address is found by beside it."""
        self.to_digest = digest(address)
        return address


WITHOUT_WORDS = tuple(
    defer(column) for column in (OutboxEmail.text, OutboxEmail.html, OutboxEmail.calendar, OutboxEmail.link_ids)
)
"""For whoever asks only what became of letters: the words of a damaged row cannot be read, and it must be shown."""


class LetterText(db.Model):
    """The words of a letter as somebody saved them: the newest row of a letter and language counts.

    A row whose words are empty goes back to the words that came with the portal.
    """

    __tablename__ = "letter_texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    template: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime] = mapped_column()
    saved_by_id: Mapped[int | None] = mapped_column()

    __table_args__ = (Index("ix_letter_texts_newest", "template", "language", "id"),)


class PrivateLink(db.Model):
    """A link that opens one thing for whoever holds it. The token itself is stored nowhere."""

    __tablename__ = "private_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column()
    nonce: Mapped[str] = mapped_column(String(32))
    generation: Mapped[int] = mapped_column(default=1)
    key_id: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime | None] = mapped_column()
    revoked_at: Mapped[datetime | None] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (Index("ix_private_links_subject", "purpose", "subject_id"),)


class WorkerPass(db.Model):
    """The last pass of one of the worker's functions, and whether it has to wait before the next."""

    __tablename__ = "worker_passes"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column()
    worker: Mapped[str] = mapped_column(String(80), default="")
    # How often in a row the function met trouble outside itself (a mail server that is down), and until when
    # it waits.
    troubles: Mapped[int] = mapped_column(default=0)
    paused_until: Mapped[datetime | None] = mapped_column()
    last_error: Mapped[str] = mapped_column(String(200), default="")
