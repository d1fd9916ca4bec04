"""Addresses of people in Ukraine on pages that are about something else: they are not shown there.

Who must write to one finds it on the page of the body (`ukraine`), where the look is noted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import false, or_, select, true
from sqlalchemy.orm import Session

from portal.accounts.models import Coordinator
from portal.emails.models import OutboxEmail
from portal.submissions.models import Submission
from portal.submissions.workflow import Recipient
from portal.twinning import register
from portal.twinning.bodies import LETTER
from portal.twinning.candidate import ENDED, TWINNED, Candidate
from portal.twinning.candidate_rows import PROPOSE
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import UkrainianRegistration

NOT_SHOWN = "an address in Ukraine"
NO_LONGER = "an address we no longer have"
INTRODUCTION, NEW_CONTACT = "twinning/introduced", "twinning/new-contact"
"""The letters that tell who is to be written to in Ukraine: all whose names begin as the first, and the second."""


def address(submission: Submission, own: str, role: str = "", move: str = "") -> str:
    """The address of a letter about a request, as a page may show it; `role` is of its reader, `move` what sends it."""
    if not own:
        return own
    if submission.IS_SEALED:
        return NOT_SHOWN
    if role != Recipient.UKRAINIAN_BODY or not isinstance(submission, TwinningProposal):
        return own
    return NOT_SHOWN if move == PROPOSE or not submission.is_body_typed else own


def addresses(session: Session, emails: Iterable[OutboxEmail]) -> dict[int, str]:
    """What lists say of the addresses of some letters, by the letter's number. One statement."""
    letters = list(emails)
    numbers = {each.submission_id for each in letters if each.submission_id is not None}
    sealed, proposed = UkrainianRegistration.__table__.c.id, Candidate.__table__.c.proposal_id
    found = (
        select(sealed, true())
        .where(sealed.in_(numbers))
        .union_all(select(proposed, false()).where(proposed.in_(numbers)))
    )
    # Of a proposal only what goes to its body is out of sight.
    hidden = {number: bool(is_all) for number, is_all in session.execute(found)} if numbers else {}
    return {each.id: _shown(each, hidden) for each in letters}


def names_contact(email: OutboxEmail) -> bool:
    """Whether it is a letter that tells who is to be written to on the other side."""
    return email.submission_id is not None and _tells_contact(email.template)


def _tells_contact(template: str) -> bool:
    return template.startswith(INTRODUCTION) or template in (NEW_CONTACT, f"{NEW_CONTACT}-lead")


def note_look(
    session: Session, submission: Submission, letters: Iterable[str], *, by: Coordinator, now: datetime
) -> bool:
    """Keep that somebody looks at letters (by their keys or names) that name a contact in Ukraine; False for none.

    Of a body that was typed in by hand nobody else knows the contact.
    """
    if not isinstance(submission, TwinningProposal):
        return False
    if not any(_tells_contact(each.partition("|")[0]) for each in letters):
        return False
    known = select(Candidate.registration_id).where(
        Candidate.proposal_id == submission.id,
        or_(Candidate.closed_at.is_(None), Candidate.state.in_((TWINNED, ENDED))),
    )
    number = session.scalar(known.order_by(Candidate.id.desc()).limit(1))
    if number is None:
        return False
    found = session.get_one(UkrainianRegistration, number)
    register.note_look(session, found, LETTER, coordinator_id=by.id, now=now)
    return True


def contact_in(session: Session, email: OutboxEmail) -> int | None:
    """The number of the registration whose contact a letter names; None for all other letters.

    Of a body that was typed in by hand nobody else knows the contact: its letter is none of these. One statement, and
    none for letters that name nobody.
    """
    if not names_contact(email) or email.is_private:
        return None
    found = select(Candidate.registration_id).where(
        Candidate.proposal_id == email.submission_id, Candidate.state.in_((TWINNED, ENDED))
    )
    return session.scalar(found.order_by(Candidate.id.desc()).limit(1))


def _shown(email: OutboxEmail, hidden: Mapping[int, bool]) -> str:
    is_all = hidden.get(email.submission_id or 0)
    if not email.to_address:
        return NO_LONGER
    is_hidden = is_all is not None and (is_all or email.role == Recipient.UKRAINIAN_BODY)
    return NOT_SHOWN if is_hidden else email.to_address
