"""The branch's private link: until when it opens the page of its request, and a new one in place of the old.

How a link is made and found is in `emails/links`; what its page shows, in `public`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.emails import links, outbox
from portal.emails.models import OutboxEmail, PrivateLink
from portal.submissions import correspondence, history, turns
from portal.submissions.history import Mover
from portal.submissions.models import Event, Submission

OPEN_AFTER_CLOSING = timedelta(days=90)
"""A private link works until this long after its request is closed."""
LETTER = "common/new-link"


def is_over(submission: Submission, now: datetime) -> bool:
    """Whether the request was closed so long ago that its link opens nothing any more."""
    return submission.closed_at is not None and submission.closed_at < now - OPEN_AFTER_CLOSING


def can_be_renewed(submission: Submission, now: datetime) -> bool:
    """Whether a new link can be sent: there is an address, letters about the request leave, and a link opens it."""
    return bool(submission.contact_email) and submission.held_reason is None and not is_over(submission, now)


def stranded(session: Session, submission: Submission) -> Sequence[OutboxEmail]:
    """Letters with the branch's link that wait to leave for an address which is no longer the contact's."""
    ids = [link.id for link in _living(session, submission)]
    return outbox.waiting_elsewhere(session, submission.id, ids, submission.contact_email)


def send_new(session: Session, submission: Submission, *, by: Mover, now: datetime) -> Event:
    """End the branch's links at once and write to its contact with a new one.

    Letters to the contact that have not left carry the new link; those to another address are cancelled, for the new
    link is not for whoever reads there.
    """
    elsewhere = stranded(session, submission)
    living = _living(session, submission)
    old = [link.id for link in living]
    for link in living:
        links.revoke(link, now)
    session.flush()
    new = correspondence.private_link(session, submission, now)
    for email in elsewhere:
        outbox.cancel(session, email)
    outbox.bring_up_to_date(session, submission.id, dict.fromkeys(old, new.id), submission.contact_email)
    event = history.line(submission, "new-link", by, now)
    session.add(event)
    correspondence.write(session, submission, LETTER, now=now, facts={}, by=by, link=new)
    turns.touch(submission)
    return event


def _living(session: Session, submission: Submission) -> list[PrivateLink]:
    return [link for page in submission.pages_of_branch for link in links.living(session, *page)]
