"""A request as its reader was told of it last, while letters about a later step have not left.

A page for whoever waits for them is drawn of the request as it was before that step. What is put back here is only
read: the session does not count it as changed, and never writes it. What a kind has to put back besides is its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from portal.submissions import registry, turns, untold
from portal.submissions.approvals import HELD_EVENT
from portal.submissions.models import Event, Submission
from portal.submissions.workflow import BACK, Turn

Lines = Sequence[Row[*tuple[Any, ...]]]
"""Lines of history that say where a request went, and that letters were held; the oldest first."""
COLUMNS = (Event.at, Event.name, Event.transition, Event.from_state, Event.to_state, Event.data)
"""What of them is read."""
IS_READ = or_(Event.to_state != "", Event.name == HELD_EVENT)


@dataclass(frozen=True)
class Told:
    """What a reader knows: the steps before the one whose letters were written `first` and have not left.

    `writes_by` is the day by which we write: as it was promised, or sooner for a message since. `has_settled` says
    whether what was settled then can be told.
    """

    first: datetime
    writes_by: date | None
    before: Lines
    has_settled: bool

    @property
    def entered(self) -> list[tuple[datetime, str]]:
        """When it came into which state, as far as the reader knows."""
        return [(line.at, line.to_state) for line in self.before]


def lines_of(session: Session, submission_id: int) -> Lines:
    """Those lines of a request's history."""
    return session.execute(
        select(*COLUMNS).where(Event.submission_id == submission_id, IS_READ).order_by(Event.id)
    ).all()


def put_back(submission: Submission, lines: Lines, since: datetime) -> Told:
    """Let a request that is only read stand where it stood before the step whose letters are held `since`."""
    kept = [line.data for line in lines if line.name == HELD_EVENT and line.at >= since]
    first, promised = untold.first_of(since, kept), untold.promised_in(kept)
    writes_by = min((day for day in (promised, *turns.ours(submission)) if day is not None), default=None)
    moves = [line for line in lines if line.to_state]
    before, later = [line for line in moves if line.at < first], [line for line in moves if line.at >= first]
    if before:
        _stand(submission, before, writes_by)
    has_settled = registry.kind(submission.kind).put_back(submission, before, later)
    return Told(first, writes_by, before, has_settled)


def _stand(submission: Submission, before: Lines, writes_by: date | None) -> None:
    """Put back its state; whoever waits for our letters has nothing to do, and was promised a day or none."""
    flow, state = submission.WORKFLOW, submission.WORKFLOW.state(before[-1].to_state)
    came = next((line for line in reversed(before) if line.from_state != line.to_state), before[0])
    as_what = (flow.state(came.from_state).resumes_as or came.from_state) if came.from_state else ""
    if not submission.stands_as:
        submission.stands_as = submission.state
    told = {
        "state": state.name,
        "state_since": came.at,
        "resume_state": as_what if flow.is_aside(state.name) and as_what != BACK else "",
        "turn": Turn.NOBODY if state.is_final else Turn.US,
        "due_on": writes_by,
        "is_open": not state.is_final and submission.held_reason is None,
        "closed_at": came.at if state.is_final else None,
    }
    for name, value in told.items():
        set_committed_value(submission, name, value)
