"""All twinnings and registrations at a glance, for the desk: how many stand where, and which have gone quiet.

The register of bodies as a list is `register`; nothing here opens a name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.submissions.models import Submission
from portal.twinning.diary_entry import DiaryEntry
from portal.twinning.models import TwinningProposal
from portal.twinning.states import LINKED
from portal.twinning.twinnings import Pulse, Twinning

KINDS = ("twinning", "ukrainian")
QUIET_AFTER = timedelta(days=91)
"""A twinning of which nobody has told anything for a quarter has gone quiet."""
MOST = 300
ASLEEP = "dormant"
PAUSED = "paused"


@dataclass(frozen=True)
class Standing:
    """One twinning: where it stands, since when, when anything was last told of it, and whether it is quiet."""

    number: int
    branch: str
    oblast: str
    sector: str
    state: str
    since: date
    heard_on: date
    is_quiet: bool
    coordinator_id: int | None


def counts(session: Session) -> Mapping[tuple[str, str], int]:
    """How many requests of both kinds stand in each state, by kind and state. One statement."""
    rows = session.execute(
        select(Submission.kind, Submission.state, func.count())
        .where(Submission.kind.in_(KINDS), Submission.held_reason.is_(None))
        .group_by(Submission.kind, Submission.state)
    )
    return {(kind, state): count for kind, state, count in rows}


def standings(session: Session, today: date) -> list[Standing]:
    """The twinnings of those who know each other, the quiet ones first, then whoever was heard of longest ago.

    `today` is a day in London. One statement. A pause is nobody's silence: what is paused stands last.
    """
    noted = (
        select(func.max(DiaryEntry.happened_on))
        .where(DiaryEntry.proposal_id == TwinningProposal.id, DiaryEntry.happened_on <= today)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            TwinningProposal.id,
            TwinningProposal.heading,
            TwinningProposal.body_oblast,
            TwinningProposal.body_sector,
            TwinningProposal.state,
            TwinningProposal.state_since,
            TwinningProposal.coordinator_id,
            noted.label("noted_on"),
            _answered(Pulse.branch_said_at).label("branch_at"),
            _answered(Pulse.body_said_at).label("body_at"),
        )
        .where(TwinningProposal.state.in_(LINKED), TwinningProposal.held_reason.is_(None))
        .order_by(TwinningProposal.state_since)
        .limit(MOST)
    ).all()
    found = [_standing(row, today) for row in rows]
    return sorted(found, key=lambda each: (each.state == PAUSED, not each.is_quiet, each.heard_on, each.number))


def _answered(said_at: Any) -> Any:
    """When a side last answered how it goes, of the twinning that lasts."""
    return (
        select(func.max(said_at))
        .join(Twinning, Twinning.id == Pulse.twinning_id)
        .where(Twinning.proposal_id == TwinningProposal.id, Twinning.ended_at.is_(None))
        .scalar_subquery()
    )


def _standing(row: Any, today: date) -> Standing:
    since = london_day(row.state_since)
    told: Sequence[datetime] = [at for at in (row.branch_at, row.body_at) if at is not None]
    heard = max([since, *([row.noted_on] if row.noted_on else []), *map(london_day, told)])
    return Standing(
        number=row.id,
        branch=row.heading,
        oblast=row.body_oblast,
        sector=row.body_sector,
        state=row.state,
        since=since,
        heard_on=heard,
        is_quiet=row.state == ASLEEP or (row.state != PAUSED and today - heard > QUIET_AFTER),
        coordinator_id=row.coordinator_id,
    )
