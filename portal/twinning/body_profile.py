"""What a branch reads of a body before both have said yes: what it ticked, its size in rough bands, no own words.

Few bodies of one trade stand in one oblast: an exact number of members would be as good as a name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import object_session

from portal.submissions.choices import labels_of, listed
from portal.submissions.settled import Rows, rows_of
from portal.twinning.candidate import Candidate
from portal.twinning.forms import HOPES
from portal.twinning.models import TwinningProposal
from portal.twinning.registration_forms import NEEDS, OFFERS
from portal.twinning.registrations import UkrainianRegistration

SIZES = (
    (100, _l("Fewer than 100 members")),
    (500, _l("100 to 500 members")),
    (2_000, _l("500 to 2,000 members")),
    (10_000, _l("2,000 to 10,000 members")),
)
LARGEST = _l("More than 10,000 members")
_OF_THEM = {
    "contact": _l("Contact with people of their trade"),
    "experience": _l("Their experience of union work in wartime"),
    "talks": _l("Talks about their work, online"),
}
"""What the form says of “us” is said of them."""
_NEEDS, _OFFERS = (
    listed(*((each.value, _OF_THEM.get(each.value, each.label)) for each in told)) for told in (NEEDS, OFFERS)
)


def size(members: int | None) -> str:
    """So many members, roughly, in the present language; empty where it is not known."""
    if not members:
        return ""
    return str(next((label for most, label in SIZES if members < most), LARGEST))


def of(proposal: TwinningProposal) -> dict[str, Callable[[], str]]:
    """The facts of letters, each in the present language: all empty where no body of the register is proposed."""

    @cache
    def told() -> tuple[int | None, list[str], list[str], list[str]]:
        session = object_session(proposal)
        row = session.execute(_TOLD.where(Candidate.proposal_id == proposal.id)).first() if session else None
        return (row[0], row[1] or [], row[2] or [], row[3] or []) if row is not None else (None, [], [], [])

    return {
        "body_size": lambda: size(told()[0]),
        "body_hopes": lambda: "; ".join(labels_of(HOPES, told()[1])),
        "body_needs": lambda: "; ".join(labels_of(_NEEDS, told()[2])),
        "body_offers": lambda: "; ".join(labels_of(_OFFERS, told()[3])),
    }


def rows(proposal: TwinningProposal) -> Rows:
    """The same on a page, in the present language."""
    told = of(proposal)
    return rows_of(
        (gettext("Size"), told["body_size"]()),
        (gettext("What they hope for"), told["body_hopes"]()),
        (gettext("What they need"), told["body_needs"]()),
        (gettext("What they offer"), told["body_offers"]()),
    )


_OF_BODY = UkrainianRegistration.__table__.c
_TOLD = (
    select(_OF_BODY.size, _OF_BODY.hopes, _OF_BODY.needs, _OF_BODY.offers)
    .join(Candidate, Candidate.registration_id == _OF_BODY.id)
    .where(Candidate.closed_at.is_(None))
)
