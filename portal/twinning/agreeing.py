"""A twinning is a promise of two: which side has said that both agreed, and when; and a yes that one of us heard.

A model takes these questions as its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import object_session

from portal.remembered import while_reading
from portal.submissions import untold
from portal.submissions.models import Event
from portal.submissions.workflow import Actor

PAUSED = "paused"
MOVES = BRANCH_AGREES, BODY_AGREES = "agreed", "body-agrees"
"""The moves by which either side says so on its own page."""


class AgreedByBoth:
    """What a proposal knows of the yes of both: to be introduced, and to be twinned."""

    id: Any
    twinning: Any
    twinned_on: Any
    state: Any
    stands_as: Any
    candidate: Any
    lacks_a_yes: Any

    @property
    def has_both_yes(self) -> bool:
        """Whether a body of the register is proposed, and both have said yes: the introduction is all that is left."""
        return self.state == "proposed" and self.candidate is not None and not self.lacks_a_yes

    @property
    def is_introduction_unheard(self) -> bool:
        """Whether the two were introduced in letters that have not left: either may still say no to the other."""
        session = object_session(self)
        # Whoever was told that they are introduced has heard it.
        if session is None or self.state != "introduced" or self.stands_as:
            return False
        key = "introduction", self.id
        return bool(while_reading(session, key, lambda: untold.not_told(session, self.id, of_state=True)))

    @property
    def is_introduced(self) -> bool:
        """Whether the two were introduced, and those letters have left."""
        return self.state == "introduced" and not self.is_introduction_unheard

    @property
    def agreed_at(self) -> tuple[datetime | None, datetime | None]:
        """When the branch, and when the Ukrainian side, last said that both have agreed, since they were introduced.

        None for a side that has not. One statement.
        """
        session, twinning = object_session(self), self.twinning
        if session is None or twinning is None:
            return None, None
        said = (Event.submission_id == self.id, Event.transition.in_(MOVES), Event.at >= twinning.introduced_at)
        last = select(Event.transition, func.max(Event.at).label("last_at")).where(*said).group_by(Event.transition)
        at = {row.transition: row.last_at for row in session.execute(last)}
        return at.get(BRANCH_AGREES), at.get(BODY_AGREES)

    @property
    def branch_has_agreed(self) -> bool:
        """Whether the branch has said so."""
        return self.agreed_at[0] is not None

    @property
    def body_has_agreed(self) -> bool:
        """Whether the Ukrainian side has said so."""
        return self.agreed_at[1] is not None

    @property
    def lacks_yes_of_branch(self) -> bool:
        """Whether the branch has not said on its page that both have agreed."""
        return not self.branch_has_agreed

    @property
    def lacks_yes_of_body(self) -> bool:
        """Whether the Ukrainian side has not said so."""
        return not self.body_has_agreed

    @property
    def lacks_day_of_agreement(self) -> bool:
        """Whether neither has named the day."""
        return self.twinned_on is None

    @property
    def agreed_by_both(self) -> bool:
        """Whether both have said so: it only remains to be confirmed."""
        return None not in self.agreed_at


def next_step(proposal: Any) -> tuple[str, str]:
    """What a page calls the present step once both have said that they agreed, and its hint, in the present language.

    Empty before that.
    """
    if proposal.state != "getting-acquainted" or not proposal.agreed_by_both:
        return "", ""
    return gettext("We confirm your twinning"), gettext("Both sides have said that you agreed")


def facts_of(proposal: Any) -> Mapping[str, Callable[[], str]]:
    """What letters name of both sides' yes, and of who paused, took up again or ended it."""
    return {
        "is_agreed_by_both": lambda: "yes" if proposal.has_both_yes else "",
        "is_promised_by_both": lambda: "yes" if proposal.agreed_by_both else "",
        "ended_by_branch": lambda: "yes" if ended_by(proposal) == Actor.BRANCH else "",
        "ended_by_body": lambda: "yes" if ended_by(proposal) == Actor.UKRAINIAN_BODY else "",
        "body_rests": lambda: "yes" if _body_rests(proposal) else "",
        "by_branch": lambda: "yes" if last_moved_by(proposal) == Actor.BRANCH else "",
    }


def _body_rests(proposal: Any) -> bool:
    """Whether the registration of the body is paused: it wishes for no other branch now."""
    return proposal.candidate is not None and proposal.candidate.registration.state == PAUSED


def ended_by(proposal: Any) -> str:
    """Who ended it, one of `Actor`; empty while it has not ended."""
    return last_moved_by(proposal) if proposal.state == "ended" else ""


def last_moved_by(proposal: Any) -> str:
    """Who brought it where it stands, one of `Actor`; empty while that is only looked at, as in a preview."""
    session = object_session(proposal)
    if session is None:
        return ""
    moves = Event.submission_id == proposal.id, Event.to_state != "", Event.to_state != Event.from_state
    last = session.execute(select(Event.actor, Event.to_state).where(*moves).order_by(Event.id.desc()).limit(1)).first()
    return last.actor if last is not None and last.to_state == proposal.state else ""
