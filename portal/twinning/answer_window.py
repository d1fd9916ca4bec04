"""By when both sides answer once a twin is proposed to them: the day that their letters and pages name.

What comes by itself around that day stands in `follow_ups`; it counts from the day that is kept here, so that a window
which is set anew holds for the next proposal.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy import update
from sqlalchemy.orm import object_session

from portal.clock import london_day
from portal.submissions import deadlines, quiet_days
from portal.twinning.models import TwinningProposal

DAYS = "TWIN_ANSWER_DAYS"
"""The setting that says how many days both sides have."""


def last_day(proposal: TwinningProposal, now: datetime) -> date:
    """The day by which both are asked to answer a proposal that is made now."""
    today = london_day(now)
    usual = today + timedelta(days=int(current_app.config[DAYS]))
    return deadlines.working_day(usual, today, quiet_days.nation_of(proposal))


def to_answer_by(proposal: TwinningProposal) -> date:
    """The day by which both are asked to answer the proposal that stands."""
    return proposal.answers_by or last_day(proposal, proposal.state_since)


def wait_from(proposal: TwinningProposal, now: datetime) -> None:
    """Whoever was asked in letters that leave only now has as long to answer as anybody else."""
    session = object_session(proposal)
    if session is None or proposal.answers_by is None or proposal.state != "proposed":
        return
    table = TwinningProposal.__table__
    session.execute(update(table).where(table.c.id == proposal.id).values(answers_by=last_day(proposal, now)))
    # Nobody who looks at the request is told that it has changed: what it says is as before.
    session.refresh(proposal, ["answers_by"])
