"""Letters to a speaker about the register itself: that they were added, and their link again.

They are about no request. Their words can be edited, and which facts they name is told in the book of letters
(`submissions/letter_book`, the kind `REGISTER`). Nothing here commits.
"""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from portal.accounts.models import Coordinator
from portal.emails import edited, letters, links, outbox
from portal.emails.configuration import CAMPAIGN_IN
from portal.emails.models import OutboxEmail
from portal.speakers import keeping
from portal.speakers.register import Speaker
from portal.submissions.greetings import to_name
from portal.submissions.workflow import Recipient

ADDED, LINK = "register/added", "register/link"
LETTERS = (ADDED, LINK)


def welcome(session: Session, speaker: Speaker, *, by: Coordinator | None, now: datetime) -> OutboxEmail | None:
    """Tell somebody that they were added, by whom, what is kept and why, and bring their link. None without an email.

    `by` signs; None where a program has added them.
    """
    return _write(session, speaker, ADDED, by=by, now=now)


def send_link(session: Session, speaker: Speaker, *, by: Coordinator | None, now: datetime) -> OutboxEmail | None:
    """Send the link to their own page again. None without an email."""
    return _write(session, speaker, LINK, by=by, now=now)


def _write(
    session: Session, speaker: Speaker, template: str, *, by: Coordinator | None, now: datetime
) -> OutboxEmail | None:
    if not speaker.email:
        return None
    language = speaker.language
    facts = {
        "greeting": to_name(speaker.name_in(language), language),
        "added_by": by.name if by is not None else "",
        "sender": by.name if by is not None else "",
        "campaign": CAMPAIGN_IN[language],
        "contact_email": str(current_app.config["CONTACT_EMAIL"]),
        "has_agreed": "yes" if speaker.confirmed_at else "",
        "private_link": links.placeholder(keeping.own_link(session, speaker, now)),
    }
    return outbox.queue(
        session,
        letters.render(template, language, facts, texts=edited.texts(session)),
        to=speaker.email,
        template=template,
        role=str(Recipient.SPEAKER),
        now=now,
    )
