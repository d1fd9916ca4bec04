"""Two who are being twinned as one of them was told of it last, while letters about a later step have not left.

What is put back is only read (see `submissions.as_told`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from portal.sealed import unseal
from portal.submissions import as_told
from portal.submissions.models import Submission
from portal.twinning import candidates, untold_to_body
from portal.twinning.call_rows import FIXED, NO_TIME, OFFER, SEND_LINK
from portal.twinning.candidate import ASKED, TWINNED
from portal.twinning.candidates import KNOW_EACH_OTHER
from portal.twinning.introductions import INTRODUCE
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import UkrainianRegistration

OF_THE_CALL = (OFFER, FIXED, NO_TIME, SEND_LINK)
"""The moves that change the first call."""


def put_back(proposal: TwinningProposal, before: Sequence[Any], since: Sequence[Any]) -> bool:
    """Let the twinning and its first call be as they were before the moves `since`; what was settled can be told."""
    twinning = proposal.twinning
    if twinning is not None and proposal.state in KNOW_EACH_OTHER:
        set_committed_value(twinning, "ended_at", None)
    names = {line.transition for line in since}
    if twinning is not None and names.intersection(OF_THE_CALL):
        _put_back_call(proposal, before, since)
    _put_back_candidate(proposal, since)
    return True


def _put_back_candidate(proposal: TwinningProposal, since: Sequence[Any]) -> None:
    """The body of the register stands where the proposal stands, where it was let go or introduced since."""
    session = candidates.session_of(proposal)
    last = candidates.last(session, proposal.id)
    as_what = {"proposed": ASKED, **dict.fromkeys(KNOW_EACH_OTHER, TWINNED)}.get(proposal.state)
    if last is None or as_what is None or not since or (last.closed_at is not None and last.closed_at < since[0].at):
        return
    set_committed_value(last, "state", as_what)
    set_committed_value(last, "closed_at", None)
    candidates.read_as_living(session, last)


def _put_back_call(proposal: TwinningProposal, before: Sequence[Any], since: Sequence[Any]) -> None:
    """The time that was fixed, and its address; times that were only offered are gone, and so is their question."""
    call = proposal.twinning.first_call if proposal.twinning is not None else None
    if call is None:
        return
    of_call = [line for line in before if line.transition in (*OF_THE_CALL, INTRODUCE)]
    was_fixed = [line.transition for line in of_call if line.transition != SEND_LINK][-1:] == [FIXED]
    is_moved = any(line.transition in (OFFER, NO_TIME) for line in since)
    links = [line.data["call_link"] for line in of_call if line.data.get("call_link")]
    set_committed_value(call, "starts_at", (call.was_at if is_moved else call.starts_at) if was_fixed else None)
    set_committed_value(call, "link", unseal(links[-1]) if links else "")
    if is_moved:
        set_committed_value(call, "slots", [])
        set_committed_value(call, "was_at", None)


def put_back_for_body(session: Session, registration: Submission) -> None:
    """The same for a body in Ukraine: each branch about which a letter to it has not left stands as it was told."""
    if not isinstance(registration, UkrainianRegistration):
        return
    # Held by the registration itself: what nobody holds is read anew.
    known = {each.proposal_id: each.proposal for each in registration.candidates}
    if not known:
        return
    for number, since in session.execute(untold_to_body.proposals(registration)).all():
        as_told.put_back(known[number], as_told.lines_of(session, number), since)
