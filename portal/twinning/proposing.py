"""Proposing a body of the register to a branch: the one check before it, and what the letters need of the body.

The branch learns no name until both have said yes: `body_profile` is all it reads. What the letters name is copied
from the register, is sealed where it stands, and follows the register (`following`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.directory.subjects import OTHER_SECTOR
from portal.reasons import Block
from portal.submissions import consents
from portal.submissions.actions import WrongAnswerError
from portal.twinning import answer_window, candidates, diary, fitting, hindrances, waiting
from portal.twinning.candidate import Candidate
from portal.twinning.candidates import session_of
from portal.twinning.models import TwinningProposal
from portal.twinning.publicity import PRIVATE
from portal.twinning.registrations import PASS_ON, UkrainianRegistration
from portal.twinning.sides import BodySide

GONE = "This body is not in the register any more. Choose another"
NOT_SO = "Not this one: {why}. Choose another"
WHY_THEN = "Write why you propose it all the same: {why}"
JUST_NOW = "Somebody has just proposed a twin to this branch, or proposed this body. Look at the list again"
NO_CONSENT = "The body has not agreed that its contact is passed on. Ask it first"


def chosen(session: Session, typed: str) -> BodySide | None:
    """The body whose number was chosen, as matching sees it; None for none that may be seen."""
    return waiting.body(session, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def against(session: Session, proposal: TwinningProposal, body: BodySide) -> list[Block]:
    """What forbids proposing a body to a branch as things stand."""
    branch = fitting.branch(session, proposal.id)
    if branch is None:
        return [Block("nobody looks for a twin for this branch now", False)]
    return hindrances.blocks(branch, body)


def propose(proposal: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """Propose a body of the register. Raises `WrongAnswerError` where something forbids it that no reason overrides,
    where a reason is missing, and where somebody else was faster: the database has the last word.
    """
    session = session_of(proposal)
    body = chosen(session, answers["body"])
    registration = session.get(UkrainianRegistration, body.id) if body is not None else None
    if body is None or registration is None:
        raise WrongAnswerError("although", GONE)
    although = answers.get("although", "").strip()
    for block in against(session, proposal, body):
        if not block.may_be_overridden:
            raise WrongAnswerError("although", NOT_SO.format(why=block.words))
        if not although:
            raise WrongAnswerError("although", WHY_THEN.format(why=block.words))
    candidates.forget_earlier(session, proposal.id)
    diary.forget_public(session, proposal.id, now)
    candidate = Candidate(
        proposal_id=proposal.id,
        registration_id=body.id,
        is_only=not registration.wishes_more,
        proposed_at=now,
        although=although,
    )
    try:
        with session.begin_nested():
            session.add(candidate)
            session.flush()
    except IntegrityError:
        raise WrongAnswerError("although", JUST_NOW) from None
    # Whoever has read before whom the body is asked about reads it anew.
    session.expire(registration, ["candidates"])
    for name, value in named(proposal, registration).items():
        setattr(proposal, name, value)
    proposal.body_contact, proposal.body_publicity, proposal.twinned_on = "", PRIVATE, None
    proposal.answers_by = answer_window.last_day(proposal, now)


def named(proposal: TwinningProposal, registration: UkrainianRegistration) -> dict[str, str]:
    """What a proposal keeps of its body for letters and pages, as the register has it now: columns and values."""
    place = registration.known_oblast
    common = [slug for slug in registration.sectors if slug in (proposal.sectors or ())]
    return {
        "body_name": registration.name_uk or registration.name_latin,
        "body_oblast": place.name if place else "",
        "body_sector": next(iter([*common, *registration.sectors]), OTHER_SECTOR.slug),
        "body_email": registration.contact_email,
        "body_language": registration.language,
    }


def contact_of(proposal: TwinningProposal) -> str | None:
    """Whom the branch is to write to, of a body of the register; None for one that was typed in by hand.

    Raises `WrongAnswerError` without the body's own yes to be named.
    """
    candidate = candidates.living(session_of(proposal), proposal.id)
    if candidate is None:
        return None
    if not consents.given(candidate.registration, PASS_ON):
        raise WrongAnswerError("body_contact", NO_CONSENT)
    return str(candidate.registration.contact_name)
