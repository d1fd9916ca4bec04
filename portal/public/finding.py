"""What a branch’s private link opens, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.emails import links
from portal.submissions import whole
from portal.submissions.models import Submission

OPEN_AFTER_CLOSING = timedelta(days=90)
"""A private link works until this long after its request is closed."""


class NoSuchLinkError(Exception):
    """The link is wrong, over or taken back: which of these, nobody is told."""


def opened(session: Session, token: str, now: datetime, *, lock: bool = False) -> Submission:
    """The request behind a branch's private link. Raises `NoSuchLinkError`. `lock` is as in `whole.load`."""
    link = links.find(session, "track", token, now)
    submission = whole.load(session, link.subject_id, lock=lock) if link is not None else None
    if submission is None or is_over(submission, now):
        raise NoSuchLinkError
    return submission


def is_over(submission: Submission, now: datetime) -> bool:
    """Whether the request was closed so long ago that its link opens nothing any more."""
    return submission.closed_at is not None and submission.closed_at < now - OPEN_AFTER_CLOSING
