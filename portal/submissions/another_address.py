"""Another email address of whoever has a page of their own: true once somebody who reads there has pressed a button.

Until then it waits, sealed, as a draft that is swept after a day. Who may have one, and what follows once it holds, is
in `speakers/own_address` and `twinning/body_address`. Nothing here commits.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from portal.clock import KYIV, LONDON
from portal.emails import edited, letters, links, outbox
from portal.emails.configuration import CAMPAIGN_IN
from portal.emails.links import Placeholder
from portal.sealed import seal, unseal
from portal.submissions.correspondence import short_time
from portal.submissions.day_words import by_in_words_of
from portal.submissions.models import Draft
from portal.submissions.workflow import Recipient

PURPOSE = "address"
"""The purpose of the link in the letter to a new address."""
NEW, CHANGED = "register/new-address", "register/address-changed"
LETTERS = (NEW, CHANGED)
OPEN_FOR = timedelta(days=1)
SAME_PRESS = timedelta(minutes=10)
"""The same address within this time is a second press of one button."""


def kind_of(page: str) -> str:
    """The kind of the drafts in which addresses wait of whoever has that private page."""
    return f"{page}-address"


@dataclass(frozen=True)
class Holder:
    """Whoever gives another address: by their kind of draft and their number, and how letters to them begin.

    `submission_id` is the request that the letters are filed with; a speaker has none.
    """

    kind: str
    number: int
    language: str
    greeting: str
    role: Recipient
    submission_id: int | None = None


@dataclass(frozen=True)
class NewAddress:
    """An address that waits for a yes, or has had it: whose it is, by their number, and where it waits."""

    draft: Draft
    holder: int
    email: str

    @property
    def is_confirmed(self) -> bool:
        """Whether the button was pressed already."""
        return self.draft.sent_at is not None


def ask(session: Session, holder: Holder, email: str, now: datetime) -> bool:
    """Write to a new address for a yes, in the place of one that waits; False where the button was pressed twice.

    The letter names nobody, for an address may be mistyped.
    """
    if waiting(session, holder.kind, holder.number, now, SAME_PRESS) == email:
        return False
    forget(session, holder.kind, holder.number)
    draft = Draft(
        token_hash=_hash(holder.kind, holder.number),
        kind=holder.kind,
        answers={"holder": holder.number, "email": seal(email)},
        language=holder.language,
        opened_at=now,
        updated_at=now,
    )
    session.add(draft)
    session.flush()
    link = links.issue(session, PURPOSE, draft.id, now, now + OPEN_FOR)
    write(session, holder, NEW, email, now, links.placeholder(link))
    return True


def waiting(session: Session, kind: str, number: int, now: datetime, since: timedelta = OPEN_FOR) -> str:
    """The address that was asked for within this time and waits for a yes; empty where none does."""
    draft = session.scalar(select(Draft).where(Draft.token_hash == _hash(kind, number)))
    if draft is None or draft.sent_at is not None or draft.opened_at <= now - since:
        return ""
    return unseal(draft.answers["email"])


def waits(kind: str, number: int, now: datetime) -> ColumnElement[bool]:
    """The same as a column of another statement, without the address."""
    asked = Draft.token_hash == _hash(kind, number), Draft.sent_at.is_(None), Draft.opened_at > now - OPEN_FOR
    return exists().where(*asked)


def of_link(session: Session, number: int, *, lock: bool = False) -> NewAddress | None:
    """What waits behind a link, by its subject; None where nothing does any more. `lock` makes a second press wait."""
    statement = select(Draft).where(Draft.id == number)
    draft = session.scalar(statement.with_for_update() if lock else statement)
    if draft is None:
        return None
    return NewAddress(draft, int(draft.answers["holder"]), unseal(draft.answers["email"]))


def forget(session: Session, kind: str, number: int) -> None:
    """No address waits any more, and none is kept that held."""
    session.execute(delete(Draft).where(Draft.token_hash == _hash(kind, number)))


def take_back(session: Session, kind: str, number: int) -> None:
    """Nobody can say yes to an address that waits any more. One that holds stays, for a second press of its button."""
    session.execute(delete(Draft).where(Draft.token_hash == _hash(kind, number), Draft.sent_at.is_(None)))


def write(
    session: Session, holder: Holder, template: str, to: str, now: datetime, link: Placeholder | None = None
) -> None:
    """Queue one of the letters about a change of address."""
    facts: dict[str, str] = {
        "campaign": CAMPAIGN_IN[holder.language],
        "contact_email": str(current_app.config["CONTACT_EMAIL"]),
    }
    if template != NEW:
        # Whoever reads at a new address may be a stranger: no words that somebody saves can name its holder there.
        facts["greeting"] = holder.greeting
    if link is not None:
        facts["private_link"] = link
        facts["open_until"] = _until(now + OPEN_FOR, holder.language)
    letter = letters.render(template, holder.language, facts, texts=edited.texts(session))
    outbox.queue(
        session, letter, to=to, template=template, role=str(holder.role), now=now, submission_id=holder.submission_id
    )


def _hash(kind: str, number: int) -> str:
    """What somebody's waiting address is found by; no cookie has it."""
    return hashlib.sha256(f"{kind}|{number}".encode()).hexdigest()


def _until(end: datetime, language: str) -> str:
    """A day and hour by which somebody is asked to act, within a sentence; by the clock of Kyiv in Ukrainian."""
    local = end.astimezone(KYIV if language == "uk" else LONDON)
    with force_locale(language):
        day, hour = by_in_words_of(local.date(), language), short_time(local.time(), language)
        if language == "uk":
            return gettext("%(day)s, %(time)s (Kyiv time)", day=day, time=hour)
        return gettext("%(day)s, %(time)s (London time)", day=day, time=hour)
