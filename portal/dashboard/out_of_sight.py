"""Addresses of people in Ukraine on pages that are about something else: they are not shown there.

Who must write to one finds it on the page of the body (`ukraine`), where the look is noted.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.emails.models import OutboxEmail
from portal.submissions.models import Submission
from portal.twinning.registrations import UkrainianRegistration

NOT_SHOWN = "an address in Ukraine"
NO_LONGER = "an address we no longer have"


def address(submission: Submission, own: str) -> str:
    """The address of a letter about a request, as a page may show it."""
    return NOT_SHOWN if submission.IS_SEALED and own else own


def addresses(session: Session, emails: Iterable[OutboxEmail]) -> dict[int, str]:
    """What lists say of the addresses of some letters, by the letter's number. One statement."""
    letters = list(emails)
    numbers = {each.submission_id for each in letters if each.submission_id is not None}
    table = UkrainianRegistration.__table__.c
    hidden = set(session.scalars(select(table.id).where(table.id.in_(numbers)))) if numbers else set()
    return {
        each.id: NOT_SHOWN if each.submission_id in hidden and each.to_address else each.to_address or NO_LONGER
        for each in letters
    }
