"""Signing in and out, new passwords and closed accounts: what happens in the database.

What the browser holds is in `browser.py`, the pages are in `views.py`. Nothing here commits.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.orm import Session

from portal.accounts import passwords
from portal.accounts.models import Coordinator, SignedIn, SignIn, plain_email
from portal.emails import letters, links, outbox
from portal.emails.models import PrivateLink

LINK_LIFE = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)
KEPT_FOR = timedelta(days=90)


# Built once, because every page of the desk asks it.
_who, _when = Coordinator.__table__.c, SignIn.__table__.c
_FIND = (
    select(
        _who.id,
        _who.name,
        _who.email,
        _who.role,
        _who.may_handle_money,
        _who.language,
        _who.fs_uniquifier,
        _when.id.label("sign_in_id"),
        _when.seen_at,
    )
    .join_from(SignIn.__table__, Coordinator.__table__, _when.coordinator_id == _who.id)
    .where(
        _when.token_hash == bindparam("token_hash"),
        _when.ended_at.is_(None),
        _when.seen_at > bindparam("seen_after"),
        _when.created_at > bindparam("begun_after"),
        _who.active,
    )
)


@dataclass(frozen=True)
class Credentials:
    """What a password is checked against, read beforehand: no transaction waits for the check."""

    coordinator_id: int
    hashed: str | None
    name: str
    email: str


@dataclass(frozen=True)
class Found:
    """A living sign-in and whose it is."""

    person: SignedIn
    sign_in_id: int
    seen_at: datetime


def credentials_for(session: Session, email: str) -> Credentials | None:
    """The credentials of the active account with this address, if there is one."""
    return _credentials(session, Coordinator.email == plain_email(email).replace("\x00", ""))


def credentials_of(session: Session, coordinator_id: int) -> Credentials | None:
    """The credentials of an active account by its number."""
    return _credentials(session, Coordinator.id == coordinator_id)


def begin(session: Session, credentials: Credentials, password: str, now: datetime) -> tuple[Coordinator, str] | None:
    """Sign somebody in whose password was right a moment ago: the account and the new token for the browser.

    None where the password was changed or the account closed in between.
    """
    coordinator = session.get(Coordinator, credentials.coordinator_id, populate_existing=True)
    if coordinator is None or not coordinator.active or coordinator.password != credentials.hashed:
        return None
    if passwords.is_outdated(coordinator.password or ""):
        coordinator.password = passwords.make_hash(password)
    return coordinator, open_for(session, coordinator, now)


def open_for(session: Session, coordinator: Coordinator, now: datetime) -> str:
    """A new sign-in for an account; the token, of 256 bits, is given out here and never again."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(coordinator_id=coordinator.id, token_hash=_hash(token), created_at=now, seen_at=now, ended_at=None)
    )
    return token


def find(session: Session, token: str, now: datetime, *, idle: timedelta, longest: timedelta) -> Found | None:
    """Who is signed in with a token: one statement, which also says that the account is still open.

    `idle` ends a sign-in that was not used for so long, `longest` ends every one.
    """
    row = (
        session.connection()
        .execute(_FIND, {"token_hash": _hash(token), "seen_after": now - idle, "begun_after": now - longest})
        .first()
    )
    return Found(SignedIn(*row[:7]), row.sign_in_id, row.seen_at) if row else None


def end(session: Session, token: str, now: datetime) -> None:
    """Sign one browser out."""
    session.execute(
        update(SignIn).where(SignIn.token_hash == _hash(token), SignIn.ended_at.is_(None)).values(ended_at=now)
    )


def end_all(session: Session, coordinator_id: int, now: datetime) -> None:
    """Sign every browser of an account out."""
    session.execute(
        update(SignIn).where(SignIn.coordinator_id == coordinator_id, SignIn.ended_at.is_(None)).values(ended_at=now)
    )


def close_account(session: Session, coordinator: Coordinator, now: datetime) -> None:
    """Shut an account and sign it out everywhere. Its name stays beside what the person did."""
    coordinator.active = False
    end_all(session, coordinator.id, now)
    _revoke_links(session, coordinator.id, now)


def ask_for_new_password(session: Session, email: str, now: datetime) -> None:
    """Write the letter with the link to choose a new password, where there is such an account."""
    coordinator = session.scalar(
        select(Coordinator).where(Coordinator.email == plain_email(email).replace("\x00", ""), Coordinator.active)
    )
    if coordinator is None:
        return
    link = links.issue(session, "sign-in", coordinator.id, now, expires_at=now + LINK_LIFE)
    facts = {"name": coordinator.name, "link": links.placeholder(link)}
    _write(session, coordinator, "accounts/new_password", facts, now)


def find_link(session: Session, token: str, now: datetime) -> tuple[PrivateLink, Credentials] | None:
    """The living link behind a token and the account it is for; None where it is wrong, spent or too old."""
    link = links.find(session, "sign-in", token, now)
    found = credentials_of(session, link.subject_id) if link else None
    return (link, found) if link and found else None


def choose_password(session: Session, token: str, hashed: str, now: datetime) -> bool:
    """Spend a link and set the new password; False where the link no longer works."""
    found = find_link(session, token, now)
    if found is None or not links.use(session, found[0], now):
        return False
    coordinator = session.get_one(Coordinator, found[1].coordinator_id)
    set_password(session, coordinator, hashed, now)
    return True


def set_password(session: Session, coordinator: Coordinator, hashed: str, now: datetime) -> None:
    """Give an account a new password (as a hash), sign it out everywhere and tell its owner by letter."""
    coordinator.password = hashed
    coordinator.password_changed_at = now
    coordinator.fs_uniquifier = secrets.token_hex(32)
    end_all(session, coordinator.id, now)
    _revoke_links(session, coordinator.id, now)
    _write(session, coordinator, "accounts/password_changed", {"name": coordinator.name}, now)


def sweep(session: Session, now: datetime) -> None:
    """Delete sign-ins that ended or were last used long ago. The worker calls this."""
    session.execute(delete(SignIn).where(SignIn.seen_at < now - KEPT_FOR))


def _credentials(session: Session, condition: ColumnElement[bool]) -> Credentials | None:
    """The credentials of the one active account that fits."""
    row = session.execute(
        select(Coordinator.id, Coordinator.password, Coordinator.name, Coordinator.email).where(
            condition, Coordinator.active
        )
    ).first()
    return Credentials(*row) if row else None


def _revoke_links(session: Session, coordinator_id: int, now: datetime) -> None:
    """End the links that were sent to choose a password."""
    session.execute(
        update(PrivateLink)
        .where(
            PrivateLink.purpose == "sign-in",
            PrivateLink.subject_id == coordinator_id,
            PrivateLink.used_at.is_(None),
            PrivateLink.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )


def _write(session: Session, coordinator: Coordinator, name: str, facts: dict[str, str], now: datetime) -> None:
    """Put a letter about signing in before all others; no screen ever shows its body."""
    letter = letters.render(name, coordinator.language, facts, english_will_do=True)
    outbox.queue(
        session,
        letter,
        to=coordinator.email,
        template=name,
        role="coordinator",
        now=now,
        is_urgent=True,
        private=True,
    )


def _hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "backslashreplace")).hexdigest()
