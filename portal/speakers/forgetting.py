"""Taking somebody who leaves the register out of letters and histories.

Of a letter to them stay its row, its state and its Message-ID, which prove that it was sent: the address, the words
and the calendar file go. Elsewhere their name and address go, and the rest stays. Nothing here commits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.emails import outbox
from portal.emails.models import OutboxEmail
from portal.sealed import digest, seal, unseal
from portal.speakers import hiding
from portal.speakers.register import Speaker
from portal.submissions import search, whole
from portal.submissions.models import Event
from portal.submissions.work import Approval

IN_PLACE = "[…]"
"""What stands where their name or address stood."""
THEIRS = ("other_date", "reason", "although", "agreed")
"""What lines of the history that name them hold beside it: their own words, and words about them."""


def forget(session: Session, speaker: Speaker, other_addresses: Iterable[str] = ()) -> None:
    """Take their name, their address and all letters to them out of what is kept about requests.

    `other_addresses` are theirs as well: one that waited for a yes, for example. Letters that name them and have not
    left never leave: what they tell is no longer so.
    """
    numbers = hiding.requests_with(session, speaker)
    addresses = [each for each in (speaker.email, *other_addresses) if each]
    secrets = [*speaker.names, *addresses]
    if not secrets:
        return
    pattern = re.compile("|".join(re.escape(each) for each in secrets), re.IGNORECASE)
    _forget_letters(session, numbers, [digest(each) for each in addresses], pattern)
    for event in session.scalars(select(Event).where(Event.submission_id.in_(numbers))):
        event.text = pattern.sub(IN_PLACE, event.text)
        event.data = _without(event.data, pattern)
    for approval in session.scalars(select(Approval).where(Approval.submission_id.in_(numbers))):
        approval.letters = [each for each in approval.letters or [] if not pattern.search(str(each))]
    session.flush()
    for number in numbers:
        request = whole.load(session, number)
        if request is not None:
            search.index(session, request)


def _forget_letters(session: Session, numbers: Sequence[int], digests: Sequence[str], pattern: re.Pattern[str]) -> None:
    wanted = or_(OutboxEmail.submission_id.in_(numbers), OutboxEmail.to_digest.in_(digests))
    for email in session.scalars(select(OutboxEmail).where(wanted)).all():
        is_theirs = email.to_digest in digests
        names = is_theirs or any(pattern.search(each or "") for each in _words(email))
        if names:
            outbox.cancel(session, email)
        if is_theirs:
            email.to_address = email.text = email.html = ""
            email.calendar, email.is_private = None, True
        elif names:
            email.text, email.html = (pattern.sub(IN_PLACE, each) for each in (email.text, email.html))
            # A file without its names is none that a calendar knows again.
            email.calendar = None if pattern.search(email.calendar or "") else email.calendar
        email.subject = pattern.sub(IN_PLACE, email.subject)


def _words(email: OutboxEmail) -> tuple[str | None, ...]:
    return email.subject, email.text, email.html, email.calendar


def _without(data: dict[str, Any], pattern: re.Pattern[str]) -> dict[str, Any]:
    """What a line of the history knows, without their name; of somebody else who was asked with them the name stays."""
    texts = {name: unseal(value) for name, value in data.items() if isinstance(value, str)}
    if not any(pattern.search(text) for text in texts.values()):
        return data
    kept = {name: value for name, value in data.items() if name not in THEIRS}
    for name in texts.keys() - set(THEIRS):
        if pattern.search(texts[name]):
            left = [each for each in texts[name].split(", ") if not pattern.search(each)]
            kept[name] = seal(", ".join(left)) if left else ""
    return kept
