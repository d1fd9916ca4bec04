"""The outbox: writing letters into it, and what people do with them there.

A letter is a row before it is post. `queue` writes it in the caller's transaction, with its Message-ID;
sending is the worker's (`delivery.py`). Nothing here commits.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from portal import new_rows
from portal.emails import links
from portal.emails.configuration import post
from portal.emails.delivery import Delivered, deliver_due
from portal.emails.invites import Invite, calendar_file
from portal.emails.letters import Letter
from portal.emails.models import (
    CANCELLED,
    FAILED,
    HELD,
    IS_HELD,
    NEEDS_A_PERSON,
    QUEUED,
    SENDING,
    WITHOUT_WORDS,
    OutboxEmail,
    WorkerPass,
)
from portal.sealed import digest

__all__ = [
    "Delivered",
    "MailStatus",
    "bring_up_to_date",
    "cancel",
    "deal_with",
    "deliver_due",
    "failures",
    "has_written",
    "queue",
    "release",
    "release_one",
    "send_again",
    "status",
    "waiting_elsewhere",
]

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class MailStatus:
    """How the post is doing: for /healthz and the dashboard."""

    oldest_queued_at: datetime | None
    queued: int
    held: int
    failed: int
    """Refused or given up, and nobody has dealt with it yet."""
    last_pass_at: datetime | None
    trouble: str
    """What keeps the mail server from taking letters at the moment; empty when nothing does."""


def has_written(session: Session, submission_id: int, role: str) -> bool:
    """Whether a letter about a request was ever written to whoever holds that role."""
    found = select(OutboxEmail.id).where(OutboxEmail.submission_id == submission_id, OutboxEmail.role == role)
    return session.scalar(found.limit(1)) is not None


def queue(
    session: Session,
    letter: Letter,
    *,
    to: str,
    template: str,
    role: str,
    now: datetime,
    submission_id: int | None = None,
    language: str | None = None,
    is_urgent: bool = False,
    held: bool = False,
    private: bool = False,
    link_ids: Iterable[int] = (),
    calendar: Invite | None = None,
) -> OutboxEmail:
    """Put a letter into the outbox for the address `to`; it leaves once the caller has committed.

    `held` keeps it until `release`. `private` hides its body from every screen. `link_ids` adds to the links
    that the letter itself knows. `calendar` is an invitation that goes with it as a file. An address that cannot be
    right is kept too: the worker refuses it and a person is told.
    """
    address = _storable(to).strip()
    email = new_rows.made(
        OutboxEmail,
        submission_id=submission_id,
        template=template,
        role=role,
        to_address=address,
        to_digest=digest(address),
        language=language or letter.language,
        subject=_storable(letter.subject),
        text=_storable(letter.text),
        html=_storable(letter.html),
        calendar=calendar_file(calendar) if calendar else None,
        calendar_method=calendar.method if calendar else None,
        message_id=_new_message_id(),
        link_ids=sorted({*letter.link_ids, *link_ids}),
        state=HELD if held else QUEUED,
        is_urgent=is_urgent,
        is_private=private,
        queued_at=now,
        next_try_at=None if held else now,
        attempts=0,
        last_error="",
    )
    new_rows.write(session, email)
    return email


def release(session: Session, submission_id: int, now: datetime) -> int:
    """Let the held letters of a request go, but for those a second reader has. Returns how many there were."""
    released = session.execute(
        update(OutboxEmail)
        .where(OutboxEmail.submission_id == submission_id, text(IS_HELD), OutboxEmail.approval_id.is_(None))
        .values(state=QUEUED, queued_at=now, next_try_at=now)
        .returning(OutboxEmail.id)
    )
    return len(released.all())


def release_one(session: Session, email: OutboxEmail, now: datetime) -> bool:
    """Let one held letter go, for example after a restored backup. False where it was not held."""
    released = session.execute(
        update(OutboxEmail)
        .where(OutboxEmail.id == email.id, text(IS_HELD))
        .values(state=QUEUED, queued_at=now, next_try_at=now)
        .returning(OutboxEmail.id)
    )
    return released.first() is not None


def send_again(
    session: Session, email: OutboxEmail, now: datetime, *, to: str | None = None, by_id: int | None = None
) -> OutboxEmail:
    """Queue the same letter once more, with a Message-ID of its own and marked as a copy.

    `to` is a better address, if there is one. A private link that was revoked since is replaced by the living one.
    Where the first letter had failed, that counts as having dealt with it.
    """
    newer = links.successors(session, email.link_ids, now)
    again = OutboxEmail(
        submission_id=email.submission_id,
        template=email.template,
        role=email.role,
        to_address=_storable(to).strip() if to else email.to_address,
        language=email.language,
        subject=email.subject,
        text=links.replaced(email.text, newer),
        html=links.replaced(email.html, newer),
        calendar=email.calendar,
        calendar_method=email.calendar_method,
        message_id=_new_message_id(),
        link_ids=[newer.get(number, number) for number in email.link_ids],
        state=QUEUED,
        is_urgent=email.is_urgent,
        is_private=email.is_private,
        queued_at=now,
        next_try_at=now,
        attempts=0,
        last_error="",
        resend_of_id=email.id,
    )
    session.add(again)
    if email.state in FAILED and email.dealt_with_at is None:
        deal_with(email, by_id, now)
    return again


def cancel(session: Session, email: OutboxEmail) -> bool:
    """Keep a waiting letter from leaving. False where it is being sent or has left already."""
    cancelled = session.execute(
        update(OutboxEmail)
        .where(OutboxEmail.id == email.id, OutboxEmail.state.in_((QUEUED, HELD)))
        .values(state=CANCELLED, next_try_at=None, leased_by=None)
        .returning(OutboxEmail.id)
    )
    return cancelled.first() is not None


def waiting_elsewhere(
    session: Session, submission_id: int, link_ids: Collection[int], address: str
) -> Sequence[OutboxEmail]:
    """Letters about a request that hold one of these links and wait to leave for another address than `address`."""
    return [
        email
        for email in _unsent_with(session, submission_id, link_ids, (QUEUED, HELD))
        if not _is_same_address(email.to_address, address)
    ]


def bring_up_to_date(session: Session, submission_id: int, newer: Mapping[int, int], address: str) -> None:
    """Let the letters to `address` that have not left carry newer links, named by the ids of those they replace.

    One that is being sent at this moment is among them: should its try fail, the next one has the newer link.
    """
    for email in _unsent_with(session, submission_id, newer, (QUEUED, HELD, SENDING)):
        if _is_same_address(email.to_address, address):
            email.text, email.html = links.replaced(email.text, newer), links.replaced(email.html, newer)
            email.link_ids = [newer.get(number, number) for number in email.link_ids]


def _unsent_with(
    session: Session, submission_id: int, link_ids: Collection[int], states: tuple[str, ...]
) -> list[OutboxEmail]:
    unsent = select(OutboxEmail).where(OutboxEmail.submission_id == submission_id, OutboxEmail.state.in_(states))
    return [email for email in session.scalars(unsent) if not set(link_ids).isdisjoint(email.link_ids)]


def _is_same_address(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def deal_with(email: OutboxEmail, by_id: int | None, now: datetime) -> None:
    """Write down that a coordinator has dealt with a letter that failed; it leaves the list of failures."""
    email.dealt_with_at = now
    email.dealt_with_by_id = by_id


def failures(session: Session, limit: int = 100) -> Sequence[OutboxEmail]:
    """Letters that were refused or given up and that nobody has dealt with yet, newest first."""
    return session.scalars(
        select(OutboxEmail)
        .options(*WITHOUT_WORDS)
        .where(text(NEEDS_A_PERSON))
        .order_by(OutboxEmail.id.desc())
        .limit(limit)
    ).all()


def unreached(session: Session, submission_id: int) -> set[str]:
    """The roles to which a letter about a request was refused or given up, and nobody has dealt with it yet."""
    rows = session.scalars(
        select(OutboxEmail.role).where(OutboxEmail.submission_id == submission_id, text(NEEDS_A_PERSON))
    )
    return set(rows)


def status(session: Session) -> MailStatus:
    """How many letters wait and since when, how many need a person, and whether the worker is awake."""
    waiting = OutboxEmail.next_try_at.is_not(None)
    queued, oldest = session.execute(
        select(func.count(OutboxEmail.id), func.min(OutboxEmail.queued_at)).where(
            waiting, OutboxEmail.state.in_((QUEUED, SENDING))
        )
    ).one()
    held = session.scalar(select(func.count(OutboxEmail.id)).where(text(IS_HELD)))
    failed = session.scalar(select(func.count(OutboxEmail.id)).where(text(NEEDS_A_PERSON)))
    last = session.get(WorkerPass, "deliver")
    return MailStatus(
        oldest_queued_at=oldest,
        queued=queued,
        held=held or 0,
        failed=failed or 0,
        last_pass_at=last.at if last else None,
        trouble=last.last_error if last and last.troubles else "",
    )


def _new_message_id() -> str:
    """A Message-ID at the sender's own domain; it stays with the letter through every try."""
    return f"<{secrets.token_hex(16)}@{post().sender_domain}>"


def _storable(text: str) -> str:
    """Text that every database takes: PostgreSQL refuses NUL, and no encoding has lone surrogates."""
    try:
        # Nearly every text: to encode it is a hundredth of the work of looking at each letter.
        is_storable = b"\0" not in text.encode()
    except UnicodeEncodeError:
        is_storable = False
    return text if is_storable else _UNSTORABLE.sub("\ufffd", text)
