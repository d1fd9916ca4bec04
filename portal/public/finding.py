"""What a branch’s private link opens; until when, `submissions.private_links` says."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.emails import links
from portal.submissions import whole
from portal.submissions.models import Submission
from portal.submissions.private_links import is_over


class NoSuchLinkError(Exception):
    """The link is wrong, over or taken back: what its page says then is in `lost_links`."""


def opened(session: Session, token: str, now: datetime, *, page: str = "track", lock: bool = False) -> Submission:
    """The request behind the private link of whoever sent it. Raises `NoSuchLinkError`. `lock` is as in `whole.load`.

    `page` is the purpose of the link: "track" for a branch, "body" for a union body in Ukraine.
    """
    link = links.find(session, page, token, now)
    submission = whole.load(session, link.subject_id, lock=lock) if link is not None else None
    if submission is None or is_over(submission, now):
        raise NoSuchLinkError
    return submission
