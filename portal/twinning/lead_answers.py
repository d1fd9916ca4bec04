"""What the lead of a twinning whom somebody else has named was asked, and what they answered.

Asking them, and keeping their answer, is in `leads`. Nothing here changes anything.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import object_session

from portal.clock import london_day
from portal.emails import links, second_reading
from portal.submissions.day_words import in_words_of

if TYPE_CHECKING:
    from portal.twinning.models import TwinningProposal


ASKS = "twinning/lead-asked"
"""The letter that asks."""


def has_refused(proposal: TwinningProposal) -> bool:
    """Whether a lead who did not write to us has said that they are not to be named."""
    is_asked = proposal.has_another_lead and bool(proposal.lead_email) and not proposal.lead_has_agreed
    return is_asked and not proposal.is_lead_to_ask


def asked_on(proposal: TwinningProposal) -> date | None:
    """The day (London) on which a lead who has not answered was asked first; None where nobody was."""
    session = object_session(proposal)
    if session is None or not proposal.is_lead_to_ask:
        return None
    asked = links.living(session, "lead", proposal.id)
    return london_day(asked[0].created_at) if asked else None


def desk_rows(proposal: TwinningProposal) -> list[tuple[str, str]]:
    """For the desk: what a lead who did not write to us has answered; nothing where nobody has to be asked."""
    if not proposal.has_another_lead:
        return []
    label = f"The lead, {proposal.lead_name or proposal.lead_email}"
    if not proposal.lead_email:
        return [(label, "is not named: there is no address to ask them at")]
    if proposal.lead_has_agreed:
        return [(label, "has agreed to be named")]
    if has_refused(proposal):
        return [(label, "said no, and is named to nobody. Ask the branch who leads it instead")]
    asked = asked_on(proposal)
    return [(label, f"was asked on {in_words_of(asked, 'en')}, and has not answered" if asked else "is not asked yet")]


def has_letter_of_today(proposal: TwinningProposal, now: datetime) -> bool:
    """Whether a lead who has not answered was asked on this very day: the same letter a second time tells nothing."""
    session = object_session(proposal)
    if session is None or asked_on(proposal) != london_day(now):
        return False
    return not second_reading.is_kept_back(session, proposal.id, ASKS)
