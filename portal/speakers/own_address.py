"""Another email address of a speaker: asked for on their page, true once somebody who reads there has pressed a button.

Until then the new address waits, sealed, as a draft that is swept after a day. Nothing here commits.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.clock import LONDON
from portal.emails import edited, letters, links, outbox
from portal.emails.configuration import CAMPAIGN_IN
from portal.emails.links import Placeholder
from portal.sealed import digest, seal, unseal
from portal.speakers import keeping, register_letters
from portal.speakers.register import Speaker
from portal.submissions.correspondence import short_time
from portal.submissions.day_words import by_in_words_of
from portal.submissions.greetings import to_name
from portal.submissions.models import Draft
from portal.submissions.workflow import Recipient

PURPOSE = "address"
"""The purpose of the link in the letter to a new address."""
KIND = "speaker-address"
NEW, CHANGED = "register/new-address", "register/address-changed"
LETTERS = (NEW, CHANGED)
OPEN_FOR = timedelta(days=1)
SAME_PRESS = timedelta(minutes=10)
"""The same address within this time is a second press of one button."""


@dataclass(frozen=True)
class NewAddress:
    """An address that waits for a yes, or has had it: whose it is and where it waits."""

    draft: Draft
    speaker_id: int
    email: str

    @property
    def is_confirmed(self) -> bool:
        """Whether the button was pressed already."""
        return self.draft.sent_at is not None


def ask(session: Session, speaker: Speaker, email: str, now: datetime) -> bool:
    """Write to a new address for a yes; False where it is the present one.

    Pressed twice, one letter goes. Whether somebody else has the address is not told: whoever reads there would learn
    it on confirming. The letter names nobody, for an address may be mistyped.
    """
    is_present = digest(email) == speaker.email_digest
    if not is_present and waiting(session, speaker, now, SAME_PRESS) == email:
        return True
    forget(session, speaker)
    if is_present:
        return False
    draft = Draft(
        token_hash=_own_hash(speaker),
        kind=KIND,
        answers={"speaker": speaker.id, "email": seal(email)},
        language=speaker.language,
        opened_at=now,
        updated_at=now,
    )
    session.add(draft)
    session.flush()
    link = links.issue(session, PURPOSE, draft.id, now, now + OPEN_FOR)
    _write(session, speaker, NEW, email, now, links.placeholder(link))
    return True


def waiting(session: Session, speaker: Speaker, now: datetime, since: timedelta = OPEN_FOR) -> str:
    """The address that was asked for within this time and waits for a yes; empty where none does."""
    draft = session.scalar(select(Draft).where(Draft.token_hash == _own_hash(speaker)))
    if draft is None or draft.sent_at is not None or draft.opened_at <= now - since:
        return ""
    return unseal(draft.answers["email"])


def of_link(session: Session, number: int, *, lock: bool = False) -> NewAddress | None:
    """What waits behind a link, by its subject; None where nothing does any more. `lock` makes a second press wait."""
    statement = select(Draft).where(Draft.id == number, Draft.kind == KIND)
    draft = session.scalar(statement.with_for_update() if lock else statement)
    if draft is None:
        return None
    return NewAddress(draft, int(draft.answers["speaker"]), unseal(draft.answers["email"]))


def confirm(session: Session, speaker: Speaker, new: NewAddress, now: datetime) -> None:
    """The new address holds from now on. Raises `keeping.AlreadyKnownError`.

    The old address is told of it, but not of the new one. The old link is over: the new address gets another.
    """
    old = speaker.email
    keeping.change(session, speaker, {"email": new.email})
    new.draft.sent_at = now
    keeping.end_link(session, speaker, now)
    register_letters.send_link(session, speaker, by=None, now=now)
    if old:
        _write(session, speaker, CHANGED, old, now)


def forget(session: Session, speaker: Speaker) -> None:
    """No address waits any more."""
    session.execute(delete(Draft).where(Draft.token_hash == _own_hash(speaker)))


def _own_hash(speaker: Speaker) -> str:
    """What a speaker's waiting address is found by; no cookie has it."""
    return hashlib.sha256(f"{KIND}|{speaker.id}".encode()).hexdigest()


def _until(end: datetime, language: str) -> str:
    """A day and hour in London by which somebody is asked to act, within a sentence."""
    local = end.astimezone(LONDON)
    with force_locale(language):
        day, hour = by_in_words_of(local.date(), language), short_time(local.time(), language)
        return gettext("%(day)s, %(time)s (London time)", day=day, time=hour)


def _write(
    session: Session, speaker: Speaker, template: str, to: str, now: datetime, link: Placeholder | None = None
) -> None:
    facts: dict[str, str] = {
        "campaign": CAMPAIGN_IN[speaker.language],
        "contact_email": str(current_app.config["CONTACT_EMAIL"]),
    }
    if template != NEW:
        # Whoever reads at a new address may be a stranger: no words that somebody saves can name the speaker there.
        facts["greeting"] = to_name(speaker.name_in(speaker.language), speaker.language)
    if link is not None:
        facts["private_link"] = link
        facts["open_until"] = _until(now + OPEN_FOR, speaker.language)
    letter = letters.render(template, speaker.language, facts, texts=edited.texts(session))
    outbox.queue(session, letter, to=to, template=template, role=str(Recipient.SPEAKER), now=now)
