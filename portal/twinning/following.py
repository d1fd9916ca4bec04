"""A proposal follows its body in the register: whatever a body changes of itself is true at once for its twins.

The letters and pages of a proposal need the body's name and address in its own row. Whoever changes them in the
register (the body on its own page, a successor, a coordinator), every change passes here. A branch that knows its twin
hears whom to write to now; no other branch learns anything. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from portal.emails.redirecting import redirect
from portal.submissions import actions, another_address, consents, history, turns, untold
from portal.submissions.actions import Mover
from portal.submissions.workflow import Actor, Recipient
from portal.twinning import body_address, confirming_anew, proposing
from portal.twinning.candidate import ENDED, TWINNED, Candidate
from portal.twinning.candidates import session_of
from portal.twinning.models import UNPROPOSED, TwinningProposal
from portal.twinning.publicity import OF_THE_REGISTER, PRIVATE
from portal.twinning.registrations import PASS_ON, UkrainianRegistration
from portal.twinning.standing_rows import BODY_CONTACT
from portal.twinning.states import LINKED
from portal.twinning.twinnings import was_twinned

BY_THE_BODY = Mover(Actor.UKRAINIAN_BODY)


def amended(registration: UkrainianRegistration, names: Collection[str], by: Mover, now: datetime) -> bool:
    """Let every proposal that names the body follow what was changed. Always False: we look at each change."""
    session = session_of(registration)
    confirming_anew.amended(registration, names, by, now)
    if "contact_email" in names:
        another_address.take_back(session, body_address.KIND, registration.id)
    for candidate in registration.candidates:
        if candidate.closed_at is None or candidate.state == ENDED:
            _follow(session, candidate, registration, names, now)
    return False


def _follow(
    session: Session, candidate: Candidate, registration: UkrainianRegistration, names: Collection[str], now: datetime
) -> None:
    proposal: TwinningProposal = candidate.proposal
    before, address = _read_by_branch(proposal), proposal.body_email
    for name, value in proposing.named(proposal, registration).items():
        setattr(proposal, name, value)
    if candidate.state in (TWINNED, ENDED) and proposal.state not in UNPROPOSED:
        may_be_named = consents.given(registration, PASS_ON)
        proposal.body_contact = registration.contact_name if may_be_named else ""
    if "publicity" in names and was_twinned(proposal):
        proposal.body_publicity = OF_THE_REGISTER.get(registration.publicity, PRIVATE)
    redirect(session, proposal.id, Recipient.UKRAINIAN_BODY, address, proposal.body_email)
    is_news = _read_by_branch(proposal) != before or "name_latin" in names
    if is_news and candidate.state == TWINNED and proposal.state in LINKED:
        proposal.was_read_by_branch = before
        _tell(session, proposal, now)


def _read_by_branch(proposal: TwinningProposal) -> tuple[str, str, str]:
    """What a branch that knows its twin reads of whom to write to."""
    return proposal.body_name, proposal.body_contact, proposal.body_email if proposal.body_contact else ""


def _tell(session: Session, proposal: TwinningProposal, now: datetime) -> None:
    """Write to the branch; where its introduction has not left yet, that is written anew instead."""
    if untold.held_since(session, proposal.id) is None:
        actions.perform(session, proposal, BODY_CONTACT, by=BY_THE_BODY, now=now)
        return
    # A line of history after them is what keeps letters from leaving as they were written.
    session.add(history.line(proposal, "amended", BY_THE_BODY, now, data={"fields": [], "was": {}}))
    turns.touch(proposal)
    session.flush()
