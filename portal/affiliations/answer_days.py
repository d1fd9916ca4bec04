"""By when a branch is asked to tell what it decided, or whether it renews: the day that our last letter about it named.

By when a fee is to be paid is in `fee_days`.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import object_session

from portal.affiliations.follow_ups import (
    GRACE_OVER,
    GRACE_REMINDER,
    WAS_IT_CARRIED,
    WAS_IT_CARRIED_AGAIN,
)
from portal.affiliations.models import Affiliation
from portal.clock import london_day
from portal.submissions import deadlines, follow_ups, quiet_days
from portal.submissions.planned import DONE
from portal.submissions.work import FollowUpMark
from portal.submissions.workflow import FollowUp

DAYS_TO_TELL = 7
"""So many days after its meeting we ask a branch to have told us what it decided."""
DAYS_TO_RENEW = 30
"""So many days a branch has to renew once its year has run out, as the letters say."""


def to_tell_by(submission: Affiliation) -> date | None:
    """By when we expect to hear what a meeting decided; None where none is waited for, or nobody knows its day."""
    decided_on = submission.tells_us_from
    if decided_on is None:
        return None
    asked_on = _last_of(submission, (WAS_IT_CARRIED, WAS_IT_CARRIED_AGAIN), decided_on)
    if asked_on is None:
        return decided_on + timedelta(days=DAYS_TO_TELL)
    return deadlines.working_day(asked_on + timedelta(days=DAYS_TO_TELL), asked_on, quiet_days.nation_of(submission))


def to_renew_by(submission: Affiliation) -> date | None:
    """By when a branch whose year has run out is asked whether it renews; None where it has, or is not late."""
    ends_on = submission.term_ends_on
    if submission.state != "grace" or submission.has_renewed or ends_on is None:
        return None
    asked_on = _last_of(submission, (GRACE_REMINDER,), ends_on) or london_day(submission.state_since)
    return deadlines.working_day(asked_on + timedelta(days=DAYS_TO_RENEW), asked_on, quiet_days.nation_of(submission))


def lapses_from(submission: Affiliation) -> date | None:
    """From when on a task says to telephone a branch that is late, and to let it lapse; None as in `to_renew_by`."""
    ends_on = submission.term_ends_on
    if submission.state != "grace" or submission.has_renewed or ends_on is None:
        return None
    nation = quiet_days.nation_of(submission)
    return follow_ups.day_for(GRACE_OVER, ends_on + timedelta(days=GRACE_OVER.days), nation)


def _last_of(submission: Affiliation, rows: tuple[FollowUp, ...], since: date) -> date | None:
    """When the last of some letters left that come by themselves and were due after a day."""
    session = object_session(submission)
    if session is None:
        return None
    which = (FollowUpMark.submission_id == submission.id, FollowUpMark.name.in_([row.name for row in rows]))
    at = session.scalar(
        select(func.max(FollowUpMark.at)).where(*which, FollowUpMark.outcome == DONE, FollowUpMark.due_on > since)
    )
    return london_day(at) if at is not None else None
