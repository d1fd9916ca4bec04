"""Who waits for a twin, read from the database as the two sides that matching compares: one statement for each.

No name, address or town is read, and nothing sealed. What each side is worth to the other is the business of
`matching`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, Text, and_, bindparam, case, exists, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from portal.directory import tongues
from portal.directory.models import Union
from portal.directory.ukraine import oblast
from portal.directory.ukrainian_unions import ukrainian_union
from portal.submissions import counts
from portal.submissions.approvals import HAS_NOT_LEFT
from portal.submissions.models import Consent, Submission
from portal.submissions.work import Approval
from portal.twinning.bodies import UkrainianBody
from portal.twinning.candidate import ASKED, ENDED, TWINNED, Candidate
from portal.twinning.models import TwinningProposal
from portal.twinning.registrations import OPEN, PASS_ON, PAUSED, UkrainianRegistration
from portal.twinning.sides import BodySide, BranchSide, Languages

SEEKING, PROPOSED = "seeking", "proposed"
KNOWN = ("received", "confirmed", OPEN, "waiting", PAUSED)
"""The states of a registration that matching may see; who has withdrawn is in none of them."""

_case, _union, _body = Submission.__table__.c, Union.__table__.c, UkrainianBody.__table__.c
_proposal, _told = TwinningProposal.__table__.c, UkrainianRegistration.__table__.c


def _as_text(column: Any) -> Any:
    """A list as the database keeps it: the same few lists come again and again, and each is read once."""
    return type_coerce(column, Text)


def _as_kept(column: Any) -> Any:
    """A moment as the database keeps it, for `_aware` to read: for thousands our own type of column takes too long."""
    return type_coerce(column, DateTime(timezone=True))


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


_BRANCHES = (
    select(
        *(_case.id, _as_kept(_case.received_at), _case.state, _case.body_type, _union.slug, _union.short_name),
        *(_as_text(_proposal.sectors), _proposal.size, _proposal.languages, _as_text(_proposal.hopes)),
        *(_proposal.oblast, _proposal.centre),
    )
    .join_from(Submission.__table__, TwinningProposal.__table__, _proposal.id == _case.id)
    .outerjoin(Union.__table__, _union.id == _case.union_id)
    .where(_case.kind == "twinning", _case.state.in_((SEEKING, PROPOSED)), _case.held_reason.is_(None))
)
_candidate = Candidate.__table__.c
_IS_END_UNTOLD = and_(
    _candidate.state == ENDED,
    exists().where(
        Approval.submission_id == _candidate.proposal_id, Approval.asked_at >= _candidate.closed_at, HAS_NOT_LEFT
    ),
)
"""Whether a twinning has ended in letters that have not left: until then the body has its twin."""
_TAKEN = (
    select(
        _candidate.registration_id.label("number"),
        func.max(case((_candidate.state == ASKED, 1), else_=0)).label("is_asked"),
        func.max(case((_candidate.state.in_((TWINNED, ENDED)), 1), else_=0)).label("has_twin"),
    )
    .where(or_(_candidate.closed_at.is_(None), _IS_END_UNTOLD))
    .group_by(_candidate.registration_id)
    .subquery()
)
"""The bodies that are proposed to somebody, or linked with a branch of ours."""
_consent = Consent.__table__.c
_AGREED = (
    select(_consent.submission_id.label("number"))
    .where(_consent.recipient == PASS_ON, _consent.withdrawn_at.is_(None))
    .distinct()
    .subquery()
)
"""The bodies that agree to be named to a twin."""
_ONE_BRANCH = _BRANCHES.where(_case.id == bindparam("number"))
_BODIES = (
    select(
        *(_case.id, _as_kept(func.coalesce(_body.waiting_since, _case.received_at)), _case.state),
        # Of one that has changed who it is, the number is left out: its union has to confirm it anew.
        *(case((_body.changed_from == "", _body.id)), _told.union_slug),
        *(_told.level, _as_text(_told.sectors), _told.size, _as_text(_told.languages), _told.english),
        *(_as_text(_told.hopes), _as_text(_told.needs), _as_text(_told.offers), _told.oblast, _told.centre),
        *(_told.wishes_more, _TAKEN.c.is_asked, _TAKEN.c.has_twin, _AGREED.c.number.is_not(None)),
    )
    .join_from(Submission.__table__, UkrainianRegistration.__table__, _told.id == _case.id)
    .outerjoin(UkrainianBody.__table__, _body.registration_id == _case.id)
    .outerjoin(_TAKEN, _TAKEN.c.number == _case.id)
    .outerjoin(_AGREED, _AGREED.c.number == _case.id)
    .where(_case.kind == "ukrainian", _case.state.in_(KNOWN), _case.held_reason.is_(None))
)
_ONE_BODY = _BODIES.where(_case.id == bindparam("number"))


def branches(session: Session) -> list[BranchSide]:
    """The branches whose twin is being looked for, and those who are asked about one, in no order; in one statement."""
    return [_branch(row) for row in session.connection().execute(_BRANCHES)]


def branch(session: Session, number: int) -> BranchSide | None:
    """One of them by the number of its proposal; None where nobody looks for its twin now."""
    row = session.connection().execute(_ONE_BRANCH, {"number": number}).first()
    return _branch(row) if row is not None else None


def bodies(session: Session) -> list[BodySide]:
    """The bodies in Ukraine that matching may see, in no order; in one statement."""
    return [_body_side(row) for row in session.connection().execute(_BODIES)]


def body(session: Session, number: int) -> BodySide | None:
    """One of them by the number of its registration; None where it has withdrawn or was declined."""
    row = session.connection().execute(_ONE_BODY, {"number": number}).first()
    return _body_side(row) if row is not None else None


def _branch(row: Any) -> BranchSide:
    number, since, state, level, union, union_name, sectors, size, languages, hopes, place, centre = row
    slugs = _reader(sectors)
    return BranchSide(
        id=number,
        waiting_since=_aware(since),
        union=union or "",
        union_name=union_name or "",
        level=level,
        sectors=slugs(sectors),
        size=members(size),
        languages=_spoken_here(languages),
        hopes=slugs(hopes),
        oblast=place,
        centre=centre,
        is_asked=state == PROPOSED,
    )


def _body_side(row: Any) -> BodySide:
    number, since, state, confirmed, union, level, sectors, size, languages, english, *rest = row
    hopes, needs, offers, place, centre, wishes_more, is_asked, has_twin, may_be_named = rest
    name, counterparts = _union_of(union)
    slugs = _reader(sectors)
    return BodySide(
        id=number,
        waiting_since=_aware(since),
        union=union,
        union_name=name,
        counterparts=counterparts,
        level=level,
        sectors=slugs(sectors),
        size=size,
        languages=_spoken_there(slugs(languages), english),
        hopes=slugs(hopes),
        needs=slugs(needs),
        offers=slugs(offers),
        oblast=place,
        centre=centre,
        caution=_caution(place),
        is_confirmed=confirmed is not None,
        may_be_named=bool(may_be_named),
        is_sought=state == OPEN,
        is_paused=state == PAUSED,
        wishes_more=wishes_more,
        is_asked=bool(is_asked),
        has_twin=bool(has_twin),
    )


@lru_cache(maxsize=2000)
def members(typed: str) -> int | None:
    """How many members a branch has: the number it typed, or the middle of two; None where it typed no number."""
    found = [int(each) for each in counts.alone(typed).split("–") if each]
    return sum(found) // len(found) if found else None


def _reader(told: Any) -> Callable[[Any], frozenset[str]]:
    """What reads a list of slugs like this one: one database hands over its text, the other has read it."""
    return _slugs_in if isinstance(told, str) else frozenset


@lru_cache(maxsize=20_000)
def _slugs_in(told: str) -> frozenset[str]:
    return frozenset(json.loads(told))


@lru_cache(maxsize=2000)
def _spoken_here(typed: str) -> Languages:
    """The languages of a branch: English, and what is understood of those it wrote."""
    return tuple(sorted((tongues.heard(typed) | {"en": "fluent"}).items()))


@lru_cache(maxsize=2000)
def _spoken_there(codes: frozenset[str], english: str) -> Languages:
    """The languages of a body: Ukrainian, those it ticked, and English as well as it told us."""
    spoken = dict.fromkeys(codes - {"en"}, "good") | {"uk": "fluent"}
    if english in tongues.LEVELS:
        spoken["en"] = english
    return tuple(sorted(spoken.items()))


@lru_cache(maxsize=500)
def _union_of(slug: str) -> tuple[str, frozenset[str]]:
    known = ukrainian_union(slug)
    return (known.abbr_en or known.name_en, frozenset(known.counterparts)) if known else ("", frozenset())


@lru_cache(maxsize=100)
def _caution(slug: str) -> str:
    known = oblast(slug)
    return known.caution if known else ""
