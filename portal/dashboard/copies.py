"""A letter that is sent once more: what can still be read of it, and its copy. The buttons are in `mail` and
`mail_spells`.
"""

from __future__ import annotations

from datetime import datetime

from flask_login import current_user
from sqlalchemy.exc import DBAPIError

from portal.emails import outbox
from portal.emails.models import FAILED, OutboxEmail
from portal.extensions import db
from portal.sealed import UnreadableError
from portal.submissions import approvals, failed_letters, tasks, whole
from portal.submissions.models import Submission
from portal.submissions.workflow import Recipient, Turn


def words_of(email: OutboxEmail) -> str | None:
    """The text of a letter; None for a damaged row, whose words or links nobody can read."""
    try:
        db.session.refresh(email, ("text", "html", "calendar", "link_ids"))
    except (DBAPIError, ValueError, UnreadableError):
        return None
    return email.text if isinstance(email.link_ids, list) else None


def once_more(email: OutboxEmail, now: datetime) -> bool:
    """Queue a copy of a letter. Returns whether the task about it stays until the copy is delivered."""
    if email.state in FAILED:
        _begin_to_wait(email, now)
    again = outbox.send_again(db.session, email, now, to=address_now(email), by_id=current_user.id)
    db.session.flush()
    if again.to_address.casefold() == email.to_address.casefold():
        return failed_letters.goes_with_copy(db.session(), email.id, again.id)
    tasks.finish_for_letter(db.session, email.id, by_id=current_user.id, now=now, outcome="It was sent again.")
    return False


def _begin_to_wait(email: OutboxEmail, now: datetime) -> None:
    """Count from now what whoever is waited for has to do, where this letter told of it and has never reached them."""
    submission = whole.load(db.session(), email.submission_id, lock=True) if email.submission_id else None
    if submission is None:
        return
    waits_for = submission.turn_in(submission.WORKFLOW.state(submission.state))
    if waits_for in (email.role, Turn.BOTH_SIDES):
        approvals.begin_to_wait(db.session(), submission, email.queued_at, now)


def address_now(email: OutboxEmail) -> str:
    """Where a copy goes: a letter to the branch to the address that stands on its request now."""
    submission = db.session.get(Submission, email.submission_id) if email.submission_id else None
    is_to_branch = email.role == Recipient.BRANCH and submission is not None
    return (submission.contact_email if is_to_branch and submission else "") or email.to_address
