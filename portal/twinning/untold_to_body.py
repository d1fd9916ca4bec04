"""Whether a union body in Ukraine has not been told how it stands with a branch: the letter that says so waits for a
second reader, or was kept back. Until it has left, its own page does not say it either.

That it is proposed to somebody at all is `body_knows`' of the proposal.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, select

from portal.emails.models import OutboxEmail
from portal.submissions.kept_back import HAS_NOT_LEFT
from portal.submissions.models import Submission
from portal.submissions.work import Approval
from portal.submissions.workflow import Recipient
from portal.twinning.candidate import Candidate
from portal.twinning.registrations import UkrainianRegistration

PROPOSES = "twinning/proposed-body"


def is_so(submission: Submission) -> ColumnElement[bool]:
    """The same as a column of another statement; false of whatever is no body."""
    if not isinstance(submission, UkrainianRegistration) or not submission.email_digest:
        return false()
    return exists().where(_of(submission), HAS_NOT_LEFT)


def proposals(submission: UkrainianRegistration) -> Select[int, datetime]:
    """The branches about which letters to a body have not left: their numbers, and since when."""
    first = func.min(Approval.asked_at)
    return (
        select(Candidate.proposal_id, first)
        .select_from(Candidate)
        .join(OutboxEmail, _of(submission))
        .join(Approval, HAS_NOT_LEFT)
        .group_by(Candidate.proposal_id)
    )


def _of(submission: UkrainianRegistration) -> ColumnElement[bool]:
    """Of a candidate and a letter: that the letter tells this body how it stands with the branch."""
    return and_(
        Candidate.registration_id == submission.id,
        OutboxEmail.submission_id == Candidate.proposal_id,
        OutboxEmail.role == str(Recipient.UKRAINIAN_BODY),
        OutboxEmail.to_digest == submission.email_digest,
        OutboxEmail.template != PROPOSES,
    )
