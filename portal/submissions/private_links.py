"""The branch's private link: until when it opens the page of its request, and a new one in place of the old.

How a link is made and found is in `emails/links`; what its page shows, in `public`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.emails import links, outbox
from portal.emails.models import OutboxEmail, PrivateLink
from portal.submissions import another_address, correspondence, history, turns
from portal.submissions.history import Mover
from portal.submissions.models import Event, Submission
from portal.submissions.workflow import Recipient

OPEN_AFTER_CLOSING = timedelta(days=90)
"""A private link works until this long after its request is closed."""
LETTER = "common/new-link"
FIRST_LETTER = "common/first-link"
"""For a contact who has had no letter yet: nothing old is to be spoken of."""


def is_over(submission: Submission, now: datetime) -> bool:
    """Whether the request was closed so long ago that its link opens nothing any more."""
    return submission.closed_at is not None and submission.closed_at < now - OPEN_AFTER_CLOSING


def can_be_renewed(submission: Submission, now: datetime) -> bool:
    """Whether a new link can be sent: there is an address, letters about the request leave, and a link opens it."""
    return bool(submission.contact_email) and submission.held_reason is None and not is_over(submission, now)


def is_first(session: Session, submission: Submission) -> bool:
    """Whether no letter with the branch's link was ever written: the request came without an address."""
    return not outbox.has_written(session, submission.id, Recipient.BRANCH)


def letter_of(session: Session, submission: Submission) -> str:
    """The letter that brings a new link."""
    return FIRST_LETTER if is_first(session, submission) else LETTER


def send_first(session: Session, submission: Submission, *, by: Mover, now: datetime) -> bool:
    """Write to a contact who has an address only now: that the request has come, or where it stands. False: not now.

    Nothing goes by itself for a request that is closed.
    """
    flow = submission.WORKFLOW
    is_over = flow.state(submission.state).is_final
    if not submission.contact_email or is_over or not is_first(session, submission):
        return False
    rows = [row for row in flow.acknowledge if row.to == Recipient.BRANCH and submission.state == flow.initial]
    for template in [row.template for row in rows] or [FIRST_LETTER]:
        correspondence.write(session, submission, template, now=now, facts={}, by=by if not rows else None)
    return True


def stranded(session: Session, submission: Submission) -> Sequence[OutboxEmail]:
    """Letters with the branch's link that wait to leave for an address which is no longer the contact's."""
    ids = [link.id for link in _living(session, submission)]
    return outbox.waiting_elsewhere(session, submission.id, ids, submission.contact_email)


def send_new(
    session: Session,
    submission: Submission,
    *,
    by: Mover,
    now: datetime,
    letter: str = "",
    facts: Mapping[str, str] | None = None,
) -> Event:
    """End the branch's links at once and write to its contact with a new one.

    Letters to the contact that have not left carry the new link; those to another address are cancelled, for the new
    link is not for whoever reads there. Another address that waits for a yes was perhaps asked for by whoever should
    not have the old link: nobody can say yes to it any more. `letter` stands in place of that about a lost link, with
    `facts` of its own.
    """
    letter = letter or letter_of(session, submission)
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
    another_address.take_back(session, another_address.kind_of(submission.PAGE), submission.id)
    event = history.line(submission, "new-link", by, now)
    session.add(event)
    correspondence.write(session, submission, letter, now=now, facts=facts or {}, by=by, link=new)
    turns.touch(submission)
    return event


def _living(session: Session, submission: Submission) -> list[PrivateLink]:
    return [link for page in submission.pages_of_branch for link in links.living(session, *page)]
