"""Private links: made from a key, found by their hash, put into letters as placeholders.

No table, backup or screen holds a living token: a row keeps what the token is made from (but for the key) and
its hash. What a link opens is decided by the pages behind it, not here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal import new_rows
from portal.emails.configuration import post
from portal.emails.models import PrivateLink

PURPOSES = {
    "track": "/track/",
    "offer": "/offer/",
    "tour": "/tour/",
    "join": "/join/",
    "body": "/body/",
    "lead": "/lead/",
    "pay": "/pay/",
    "speak": "/speak/",
    "address": "/new-address/",
    "report": "/report/",
    "feed": "/feed/",
    "handover": "/handover/",
    "sign-in": "/new-password/",
}
"""What links exist for, and the path each begins with. Each opens one thing only."""

TOKEN_LENGTH = 22


class UnknownKey(LookupError):
    """The key a link was made with is no longer configured, so its token cannot be written again."""


class Placeholder(str):
    """The text that stands for a private link in a letter until it is delivered.

    It is a type of its own: a text that merely looks like a placeholder, typed by somebody, is not one.
    """

    __slots__ = ()

    @property
    def link_id(self) -> int:
        """The id of the link it stands for."""
        return int(self.removeprefix("[[link:").removesuffix("]]"))


def issue(
    session: Session, purpose: str, subject_id: int, now: datetime, expires_at: datetime | None = None
) -> PrivateLink:
    """The living link of this purpose to this thing, or a new one; flushed, so that it has an id.

    Sending again gives the same link; its end is moved later where asked (None: it does not expire), never
    earlier. Raises `KeyError` for an unknown purpose.
    """
    if purpose not in PURPOSES:
        raise KeyError(purpose)
    same = (PrivateLink.purpose == purpose, PrivateLink.subject_id == subject_id)
    living = session.scalars(
        select(PrivateLink)
        .where(*same, PrivateLink.revoked_at.is_(None), PrivateLink.used_at.is_(None))
        .where((PrivateLink.expires_at.is_(None)) | (PrivateLink.expires_at > now))
        .where(PrivateLink.key_id.in_(list(post().link_keys)))
        .order_by(PrivateLink.id.desc())
        .limit(1)
    ).first()
    if living is not None:
        if living.expires_at is not None and (expires_at is None or expires_at > living.expires_at):
            living.expires_at = expires_at
        return living
    generation = session.scalar(select(func.max(PrivateLink.generation)).where(*same)) or 0
    link = _made(purpose, subject_id, now, expires_at, generation + 1)
    new_rows.write(session, link)
    return link


def issue_first(session: Session, purpose: str, subject_id: int, now: datetime) -> PrivateLink:
    """As `issue`, for a thing that was made a moment ago: nobody need look whether it has a link already.

    The link is only told, and no row of the session.
    """
    if purpose not in PURPOSES:
        raise KeyError(purpose)
    link = _made(purpose, subject_id, now, None, 1)
    new_rows.leave(session, link)
    return link


def _made(purpose: str, subject_id: int, now: datetime, expires_at: datetime | None, generation: int) -> PrivateLink:
    """A link that is not written yet."""
    link = new_rows.made(
        PrivateLink,
        purpose=purpose,
        subject_id=subject_id,
        nonce=secrets.token_hex(16),
        generation=generation,
        key_id=post().key_id,
        created_at=now,
        expires_at=expires_at,
    )
    link.token_hash = _hash(token_of(link))
    return link


def token_of(link: PrivateLink) -> str:
    """The token of a link, 22 characters. Raises `UnknownKey` where its key is gone."""
    key = post().link_keys.get(link.key_id)
    if key is None:
        raise UnknownKey(link.key_id)
    parts = (link.purpose, str(link.subject_id), link.nonce, str(link.generation))
    digest = hmac.new(key, "|".join(parts).encode("ascii"), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii")[:TOKEN_LENGTH]


def path_of(link: PrivateLink) -> str:
    """The path of the page a link opens, token and all."""
    return PURPOSES[link.purpose] + token_of(link)


def url_of(link: PrivateLink) -> str:
    """The whole address of a link, built from PUBLIC_URL alone."""
    return post().public_url + path_of(link)


def find(session: Session, purpose: str, token: str, now: datetime) -> PrivateLink | None:
    """The living link behind a token; None where it is wrong, for another purpose, expired, used or revoked.

    The work is the same in every case: one hash, one look into an index.
    """
    link = ever_made(session, purpose, token)
    if link is None:
        return None
    if link.revoked_at is not None or link.used_at is not None:
        return None
    if link.expires_at is not None and link.expires_at <= now:
        return None
    return link


def ever_made(session: Session, purpose: str, token: str) -> PrivateLink | None:
    """The link behind a token, living or ended: whoever holds it was once sent it."""
    link = session.scalars(select(PrivateLink).where(PrivateLink.token_hash == _hash(token))).first()
    return link if link is not None and link.purpose == purpose else None


def revoke(link: PrivateLink, now: datetime) -> None:
    """End a link for good. The next one issued for the same thing is of a higher generation."""
    if link.revoked_at is None:
        link.revoked_at = now


def living(session: Session, purpose: str, subject_id: int) -> Sequence[PrivateLink]:
    """All links of this purpose to this thing that nobody has ended or spent; more than one after a change of key."""
    return session.scalars(
        select(PrivateLink)
        .where(PrivateLink.purpose == purpose, PrivateLink.subject_id == subject_id)
        .where(PrivateLink.revoked_at.is_(None), PrivateLink.used_at.is_(None))
        .order_by(PrivateLink.id)
    ).all()


def successors(session: Session, link_ids: Iterable[int], now: datetime) -> dict[int, int]:
    """For each of these links that was revoked, the living one to the same thing, which is made where there is none."""
    revoked = session.scalars(
        select(PrivateLink).where(PrivateLink.id.in_(list(link_ids)), PrivateLink.revoked_at.is_not(None))
    ).all()
    return {link.id: issue(session, link.purpose, link.subject_id, now).id for link in revoked}


def replaced(text: str, by: Mapping[int, int]) -> str:
    """A letter's text with the placeholders of some links, by id, in the place of others'."""
    for old, new in by.items():
        text = text.replace(f"[[link:{old}]]", f"[[link:{new}]]")
    return text


def use(session: Session, link: PrivateLink, now: datetime) -> bool:
    """Spend a link that opens once; False where somebody was faster."""
    spent = session.execute(
        update(PrivateLink)
        .where(PrivateLink.id == link.id, PrivateLink.used_at.is_(None), PrivateLink.revoked_at.is_(None))
        .values(used_at=now)
        .returning(PrivateLink.id)
    )
    return spent.first() is not None


def placeholder(link: PrivateLink) -> Placeholder:
    """What stands in a letter for this link until it is delivered: "[[link:7]]"."""
    return Placeholder(f"[[link:{link.id}]]")


def _hash(token: str) -> str:
    """What is stored of a token. Anything at all may be asked for, so nothing here may fail."""
    return hashlib.sha256(token.encode("utf-8", "backslashreplace")).hexdigest()
