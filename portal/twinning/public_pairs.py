"""Which twinnings may be seen in public, and how much of each: the one place that decides it, for every public page.

Only what both sides allow, and of a body of the register no more than it allows on its own page today. The place in
Ukraine is an oblast; one with occupied towns is not named. How it is drawn is the pages' own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from portal.directory.ukraine import CAUTIONS, Oblast, find_oblast
from portal.submissions import untold
from portal.submissions.models import Submission
from portal.twinning.bodies import UkrainianBody
from portal.twinning.candidate import Candidate
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import WITHDRAWN, UkrainianRegistration

TWINNED = "twinned"
PUBLIC = "public"
OF_THE_BRANCH = ("public", "name-only")
"""What a branch may have allowed, for its twinning to be seen at all."""
NAME, OBLAST, SECTOR = "name", "oblast", "sector"
NOTHING: frozenset[str] = frozenset()
OF_THE_BODY = {
    "name-only": frozenset({NAME}),
    "oblast-sector": frozenset({OBLAST, SECTOR}),
    "public": frozenset({NAME, OBLAST, SECTOR}),
}
"""What the desk noted that may be shown of a body once it was twinned."""
OF_THE_REGISTER = {"oblast-sector": frozenset({OBLAST, SECTOR}), "name": frozenset({NAME, OBLAST, SECTOR})}
"""What a body of the register allows itself, on its own page."""
NAMED = frozenset(CAUTIONS[:2])
"""The cautions under which an oblast is still named."""
WORKPLACE = "primary"
"""A body of this level is called after its workplace: under attack that is not named."""
FEW = 3
"""Of fewer bodies of one sector in an oblast than these, the sector is not told: it would be as good as a name."""


@dataclass(frozen=True)
class PublicPair:
    """One twinning as far as anybody may see it; an empty text or None is what nobody may.

    `region` is the slug of the branch's region, `body_latin` how the body writes its name in Latin letters, empty where
    that is not known. `sector` is a slug that may be told only as far as `sectors_told` lets it.
    """

    number: int
    branch: str
    region: str
    body: str
    body_latin: str
    oblast: Oblast | None
    sector: str


def public_pairs(session: Session, most: int) -> list[PublicPair]:
    """The twinnings that may be seen, the newest first, at most so many. One statement."""
    # The columns themselves: as a second kind of request beside the first the database would be asked for all of it.
    register: Any = UkrainianRegistration.__table__
    of_body = aliased(Submission)
    rows = session.execute(
        select(
            TwinningProposal.id,
            TwinningProposal.heading,
            TwinningProposal.region_slug,
            TwinningProposal.publicity,
            TwinningProposal.body_name,
            TwinningProposal.body_oblast,
            TwinningProposal.body_sector,
            TwinningProposal.body_publicity,
            Candidate.registration_id,
            of_body.state.label("registered"),
            register.c.publicity.label("allowed"),
            register.c.name_latin,
            register.c.level,
            (UkrainianBody.changed_from != "").label("is_changed"),
        )
        .outerjoin(Candidate, and_(Candidate.proposal_id == TwinningProposal.id, Candidate.closed_at.is_(None)))
        .outerjoin(register, register.c.id == Candidate.registration_id)
        .outerjoin(of_body, of_body.id == Candidate.registration_id)
        .outerjoin(UkrainianBody, UkrainianBody.registration_id == Candidate.registration_id)
        .where(
            TwinningProposal.state == TWINNED,
            ~untold.is_untold(TwinningProposal),
            TwinningProposal.held_reason.is_(None),
            TwinningProposal.publicity.in_(OF_THE_BRANCH),
            TwinningProposal.body_publicity.in_(OF_THE_BODY),
        )
        .order_by(TwinningProposal.twinned_on.desc(), TwinningProposal.id.desc())
        .limit(most)
    ).all()
    return [pair for row in rows if (pair := _pair(row)) is not None]


def sectors_told(session: Session, pairs: Collection[PublicPair]) -> dict[int, str]:
    """The sectors that may be told, by the number of the pair, in one statement; none beside a name.

    At least `FEW` bodies of the register share the sector and the oblast: beside fewer it could be a name.
    """
    asked = [pair for pair in pairs if pair.sector and pair.oblast is not None and not pair.body]
    if not asked:
        return {}
    rows = session.execute(
        select(UkrainianRegistration.oblast, UkrainianRegistration.sectors)
        .join(UkrainianBody, UkrainianBody.registration_id == UkrainianRegistration.id)
        .where(
            UkrainianRegistration.state != WITHDRAWN,
            UkrainianRegistration.oblast.in_({pair.oblast.slug for pair in asked if pair.oblast}),
        )
    ).all()
    there = [(oblast, sector) for oblast, sectors in rows for sector in sectors]
    return {
        pair.number: pair.sector
        for pair in asked
        if pair.oblast and there.count((pair.oblast.slug, pair.sector)) >= FEW
    }


def _pair(row: Any) -> PublicPair | None:
    """A pair as far as both sides allow it; None where nothing is left of the body that may be told."""
    allowed = OF_THE_BODY[row.body_publicity]
    if row.registration_id is not None:
        known = row.registered is not None and row.registered != WITHDRAWN
        allowed &= OF_THE_REGISTER.get(row.allowed, NOTHING) if known else NOTHING
    if row.is_changed:
        # Nobody has confirmed what it is called now, and where it is.
        allowed -= {NAME, OBLAST}
    if not allowed:
        return None
    oblast = find_oblast(row.body_oblast) if OBLAST in allowed else None
    if oblast is not None and oblast.caution not in NAMED:
        oblast = None
    # A body that let us show its name only is not placed; a place that we do not name hides the name as well.
    is_named = NAME in allowed and (oblast is not None or OBLAST not in allowed)
    is_named = is_named and not is_hidden(row.level, row.body_oblast)
    return PublicPair(
        number=row.id,
        branch=row.heading,
        region=row.region_slug if row.publicity == PUBLIC else "",
        body=row.body_name if is_named else "",
        body_latin=(row.name_latin or "") if is_named else "",
        oblast=oblast,
        sector=row.body_sector if SECTOR in allowed else "",
    )


def is_hidden(level: str | None, oblast: str) -> bool:
    """Whether a body of that level is named to nobody in public, whatever it allows: its name is a place of work."""
    return level == WORKPLACE and _is_dangerous(oblast)


def _is_dangerous(name: str) -> bool:
    """Whether anything is said against the place; a place that nobody knows is not taken for a safe one."""
    found = find_oblast(name)
    return found is None or bool(found.caution)
