"""Which body of the register is proposed to which branch, and what became of it.

The database lets one candidate of a proposal live at a time, and one of a body that wishes for no second twin: two
coordinators in the same minute cannot introduce two bodies to one branch. Choosing one is `proposing`'s; a body that is
typed in by hand has no candidate.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased, joinedload, object_session

from portal.remembered import read_as, while_reading
from portal.submissions import tasks
from portal.twinning.candidate import ASKED, ENDED, PARTED, RESTED, TWINNED, Candidate
from portal.twinning.states import LINKED

KNOW_EACH_OTHER = (*LINKED, "closed")
"""The states of a proposal in which the two have been introduced."""


NEXT_TWIN = "next-twin:"
"""Begins the key of the task to look for another twin."""
MOVED_ON = "The request moved on."


def session_of(submission: Any) -> Session:
    """The session in which a request stands."""
    session = object_session(submission)
    if session is None:
        raise RuntimeError("a request is moved in a session")
    return session


def living(session: Session, proposal_id: int) -> Candidate | None:
    """The body of the register that is proposed to a branch now, or linked with it; None for one typed in by hand."""
    found = (
        select(Candidate)
        .where(Candidate.proposal_id == proposal_id, Candidate.closed_at.is_(None))
        .options(joinedload(Candidate.registration))
    )
    return while_reading(session, ("living", proposal_id), lambda: session.scalar(found))


def last(session: Session, proposal_id: int) -> Candidate | None:
    """The body of the register that was proposed to a branch last, whatever became of it."""
    found = select(Candidate).where(Candidate.proposal_id == proposal_id).options(joinedload(Candidate.registration))
    return session.scalar(found.order_by(Candidate.id.desc()).limit(1))


def read_as_living(session: Session, candidate: Candidate) -> None:
    """Let a page that only reads find that body where it asks who is proposed or linked now."""
    read_as(session, ("living", candidate.proposal_id), candidate)


def asked(session: Session, registration_id: int) -> Candidate | None:
    """The proposal that a body is asked about now."""
    found = select(Candidate).where(
        Candidate.registration_id == registration_id, Candidate.state == ASKED, Candidate.closed_at.is_(None)
    )
    first = found.order_by(Candidate.id).limit(1)
    return while_reading(session, ("asked", registration_id), lambda: session.scalar(first))


def refused(session: Session, proposal_id: int) -> frozenset[int]:
    """The registrations of the bodies that were proposed to a branch before, and nothing came of it."""
    found = select(Candidate.registration_id).where(
        Candidate.proposal_id == proposal_id, Candidate.state.in_((PARTED, ENDED))
    )
    return frozenset(session.scalars(found))


def refused_by(session: Session, registration_id: int) -> frozenset[int]:
    """The proposals that a body was asked about before, and nothing came of it."""
    found = select(Candidate.proposal_id).where(
        Candidate.registration_id == registration_id, Candidate.state.in_((PARTED, ENDED))
    )
    return frozenset(session.scalars(found))


def came_to_nothing(session: Session) -> Sequence[Candidate]:
    """All who were proposed to each other before without becoming twins, or are no longer; the newest first."""
    found = select(Candidate).where(Candidate.state.in_((PARTED, ENDED)))
    return session.scalars(found.order_by(Candidate.id.desc())).all()


def forget_earlier(session: Session, proposal_id: int) -> None:
    """Somebody else is proposed: whoever the branch knew before is no longer to be taken up again."""
    session.execute(
        update(Candidate).where(Candidate.proposal_id == proposal_id, Candidate.state == ENDED).values(state=PARTED),
        execution_options={"synchronize_session": "fetch"},
    )


def follow(session: Session, proposal: Any, now: datetime) -> None:
    """Let the candidate of a proposal stand where the proposal stands, once a move is made."""
    if proposal.state != "seeking":
        tasks.finish_all(session, f"{NEXT_TWIN}{proposal.id}:", by_id=None, now=now, outcome=MOVED_ON)
    candidate = living(session, proposal.id)
    if candidate is None:
        if proposal.state in KNOW_EACH_OTHER:
            _take_up_again(session, proposal.id)
        return
    if proposal.state == "proposed":
        return
    if proposal.state in KNOW_EACH_OTHER:
        candidate.state = TWINNED
    else:
        candidate.state = ENDED if candidate.state == TWINNED else PARTED
        candidate.closed_at = now
    # What matching reads it reads past the session.
    session.flush()


def rest(candidate: Candidate) -> None:
    """The body paused while it was asked, or is to be confirmed anew: that is no refusal."""
    candidate.state = RESTED


def ask_still(candidate: Candidate) -> None:
    """As if nobody had introduced the body: no letter has said so."""
    candidate.state = ASKED


def _take_up_again(session: Session, proposal_id: int) -> None:
    """A twinning that had ended goes on, unless its body has found another twin meanwhile."""
    last = session.scalar(
        select(Candidate)
        .where(Candidate.proposal_id == proposal_id, Candidate.state == ENDED)
        .order_by(Candidate.id.desc())
        .limit(1)
    )
    if last is None:
        return
    other = aliased(Candidate)
    is_taken = select(exists().where(other.registration_id == last.registration_id, other.closed_at.is_(None)))
    if not session.scalar(is_taken):
        last.state, last.closed_at = TWINNED, None
        session.flush()
