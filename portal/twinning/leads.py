"""The lead of a twinning whom somebody else has named: asking them, and what they answer on their own page.

Only they can agree that their details go to the twin. Until they have, whoever wrote to us is named in their place.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session, object_session

from portal.emails import links, outbox
from portal.submissions import consents, correspondence, history, turns
from portal.submissions.history import Mover
from portal.submissions.workflow import Actor, Notification, Recipient
from portal.twinning import lead_answers
from portal.twinning.models import REFUSED, TwinningProposal
from portal.twinning.states import LINKED

LEAD = Mover(Actor.LEAD)
AGREED = "lead-agreed"
ASKING = Notification(lead_answers.ASKS, Recipient.LEAD)
NAMES = frozenset({"lead_name", "lead_email"})


def amended(proposal: TwinningProposal, names: Collection[str], by: Mover, now: datetime) -> bool:
    """Ask a lead who has just been named in another's place. The link of the one before opens nothing any more.

    Before a coordinator has checked the proposal nobody is written to. Always False: we look at each change.
    """
    session = object_session(proposal)
    if session is None or not NAMES & set(names):
        return False
    _end_the_asking(session, proposal, now)
    is_unread = "received" in (proposal.state, proposal.goes_back_to)
    if proposal.is_open and not is_unread and proposal.is_lead_to_ask:
        letters = correspondence.prepare(session, proposal, [ASKING], by=by, answers={}, now=now)
        correspondence.send(session, proposal, letters, now=now, by=by, edited={})
    return False


def agree(session: Session, proposal: TwinningProposal, *, language: str, now: datetime) -> None:
    """Keep the lead's own consent, with the words they were shown. Pressed twice, the first stands."""
    if proposal.lead_has_agreed:
        return
    consents.record(proposal, consents.LEAD, language=language, now=now, person=proposal.lead_key)
    _answered(session, proposal, AGREED, now)


def refuse(session: Session, proposal: TwinningProposal, now: datetime) -> None:
    """Keep that the lead is not to be named; what they agreed to before is over."""
    if not proposal.lead_has_agreed and not proposal.is_lead_to_ask:
        return
    consents.withdraw(proposal, consents.LEAD, now, person=proposal.lead_key)
    _answered(session, proposal, REFUSED, now)


def _answered(session: Session, proposal: TwinningProposal, name: str, now: datetime) -> None:
    session.add(history.line(proposal, name, LEAD, now, data={"lead": proposal.lead_key}, is_public=True))
    turns.touch(proposal)
    if proposal.state in LINKED:
        # The twin knows somebody else, or knows them already: only a coordinator can put that right.
        turns.hand_to_us(session, proposal, now)


def _end_the_asking(session: Session, proposal: TwinningProposal, now: datetime) -> None:
    """Take back the links that were sent to a lead, and the letters that have not left."""
    old = links.living(session, "lead", proposal.id)
    for email in outbox.waiting_elsewhere(session, proposal.id, [link.id for link in old], ""):
        outbox.cancel(session, email)
    for link in old:
        links.revoke(link, now)
    session.flush()
