"""All twinnings and registrations at a glance, for the desk: how many stand where, and which have gone quiet.

The register of bodies as a list is `register`; nothing here opens a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.submissions.models import Submission
from portal.twinning.diary_entry import DiaryEntry
from portal.twinning.models import TwinningProposal
from portal.twinning.pulse import HELP, IN_TOUCH, QUIET, standing
from portal.twinning.states import LINKED
from portal.twinning.twinnings import Twinning

KINDS = ("twinning", "ukrainian")
QUIET_AFTER = timedelta(days=91)
"""A twinning of which nobody has told anything for a quarter has gone quiet."""
MOST = 300
ASLEEP = "dormant"
PAUSED = "paused"


@dataclass(frozen=True)
class Standing:
    """One twinning: where it stands, since when, when anything was last told of it, and whether it is quiet.

    `said` is what both said of how it goes (`pulse.standing`), empty where nobody was asked.
    """

    number: int
    branch: str
    oblast: str
    sector: str
    state: str
    since: date
    heard_on: date
    is_quiet: bool
    said: str
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

    `today` is a day in London. Two statements. Whoever needs help stands before all. A pause is nobody's silence: what
    is paused stands last.
    """
    # What was planned and has come tells nothing: nobody has written since.
    has_been = DiaryEntry.written_at >= DiaryEntry.happened_on
    noted = (
        select(func.max(DiaryEntry.happened_on))
        .where(DiaryEntry.proposal_id == TwinningProposal.id, has_been)
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
        )
        .where(TwinningProposal.state.in_(LINKED), TwinningProposal.held_reason.is_(None))
        .order_by(TwinningProposal.state_since)
        .limit(MOST)
    ).all()
    told = {
        each.proposal_id: each for each in session.scalars(select(Twinning).where(Twinning.ended_at.is_(None))).unique()
    }
    found = [_standing(row, told.get(row.id), today) for row in rows]
    return sorted(
        found, key=lambda each: (each.state == PAUSED, each.said != HELP, not each.is_quiet, each.heard_on, each.number)
    )


def _standing(row: Any, twinning: Twinning | None, today: date) -> Standing:
    since = london_day(row.state_since)
    rounds = twinning.pulses if twinning is not None else []
    answers = [at for each in rounds for at in (each.branch_said_at, each.body_said_at) if at is not None]
    heard = max([since, *([row.noted_on] if row.noted_on else []), *map(london_day, answers)])
    said = standing(twinning, today) if twinning is not None and row.state != PAUSED else ""
    silent = row.state != PAUSED and said != IN_TOUCH and today - heard > QUIET_AFTER
    return Standing(
        number=row.id,
        branch=row.heading,
        oblast=row.body_oblast,
        sector=row.body_sector,
        state=row.state,
        since=since,
        heard_on=heard,
        is_quiet=row.state == ASLEEP or said == QUIET or silent,
        said=said,
        coordinator_id=row.coordinator_id,
    )
