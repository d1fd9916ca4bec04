"""Another email address of a speaker: asked for on their page, true once somebody who reads there has pressed a button.

How it waits is `submissions/another_address`’s. Nothing here commits.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.sealed import digest
from portal.speakers import keeping, register_letters
from portal.speakers.register import Speaker
from portal.submissions import another_address
from portal.submissions.another_address import CHANGED, Holder, NewAddress
from portal.submissions.greetings import to_name
from portal.submissions.workflow import Recipient

KIND = "speaker-address"


def ask(session: Session, speaker: Speaker, email: str, now: datetime) -> bool:
    """Write to a new address for a yes; False where it is the present one, and none waits any more.

    Whether somebody else has the address is not told: whoever reads there would learn it on confirming.
    """
    if digest(email) == speaker.email_digest:
        forget(session, speaker)
        return False
    another_address.ask(session, _holder(speaker), email, now)
    return True


def waiting(session: Session, speaker: Speaker, now: datetime) -> str:
    """The address that waits for a yes; empty where none does."""
    return another_address.waiting(session, KIND, speaker.id, now)


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
        another_address.write(session, _holder(speaker), CHANGED, old, now)


def forget(session: Session, speaker: Speaker) -> None:
    """No address waits any more."""
    another_address.forget(session, KIND, speaker.id)


def _holder(speaker: Speaker) -> Holder:
    greeting = to_name(speaker.name_in(speaker.language), speaker.language)
    return Holder(KIND, speaker.id, speaker.language, greeting, Recipient.SPEAKER)
