"""A body that was typed in beside its branch gets a registration and a page of its own; nobody agrees for it.

What the two have agreed on stands. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from portal.directory.subjects import find_sector
from portal.directory.ukraine import find_oblast
from portal.sealed import digest
from portal.submissions import actions, private_links
from portal.submissions.history import Mover
from portal.submissions.workflow import Actor
from portal.twinning.candidate import TWINNED, YES, Candidate
from portal.twinning.candidates import session_of
from portal.twinning.models import TwinningProposal
from portal.twinning.publicity import OF_THE_REGISTER
from portal.twinning.registrations import BY_HAND, NOTHING, UkrainianRegistration, heading_of

US = Mover(Actor.COORDINATOR)


def take_in(proposal: TwinningProposal, answers: Mapping[str, str], now: datetime) -> None:
    """Enter the typed body of a proposal into the register, as the twin that it is, and write to it."""
    session = session_of(proposal)
    place, sector = find_oblast(proposal.body_oblast), find_sector(proposal.body_sector)
    told = {"oblast": place.slug if place else "", "sectors": [sector.slug] if sector else []}
    made = UkrainianRegistration(
        channel=BY_HAND,
        language=proposal.body_language,
        name_uk=proposal.body_name,
        contact_name=proposal.body_contact,
        publicity=next((own for own, shown in OF_THE_REGISTER.items() if shown == proposal.body_publicity), NOTHING),
        heading=heading_of(told) or proposal.heading,
        consents=[],
        **told,
    )
    actions.receive(session, made, now=now, by=US)
    session.add(
        Candidate(
            proposal_id=proposal.id,
            registration_id=made.id,
            is_only=True,
            proposed_at=now,
            state=TWINNED,
            body_answer=YES,
        )
    )
    if proposal.twinning is not None:
        proposal.twinning.registration_id = made.id
    session.flush()
    if proposal.body_email:
        # Its first letter is written once it is known whose twin it is.
        made.contact_email, made.email_digest = proposal.body_email, digest(proposal.body_email)
        made.turn = made.turn_in(made.WORKFLOW.state(made.state))
        private_links.send_first(session, made, by=US, now=now)
