"""Days away that a speaker notes although they are booked for a meeting on one of them.

Nobody drops out by that: the speaker is asked on their page, and a task asks a coordinator. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.speakers import availability, own_page
from portal.speakers.availability import Days, Verdict
from portal.speakers.own_page import Meeting
from portal.speakers.register import Speaker
from portal.submissions import tasks

AWAY = (
    "Somebody who is booked for this meeting has noted that they are away then. Ask them whether they can still come; "
    "if not, say that they have dropped out."
)


def missed(session: Session, speaker: Speaker, days: Iterable[Days], now: datetime) -> list[Meeting]:
    """The meetings to come that somebody is booked for and that fall on days away, the next one first."""
    away = [each for each in days if not each.is_free]
    if not away:
        return []
    return [
        each
        for each in own_page.meetings_ahead(session, speaker, now)
        if availability.verdict((), away, speaker.time_zone, each.starts_at, each.ends_at) is Verdict.AWAY
    ]


def tell(session: Session, speaker: Speaker, days: Days, now: datetime) -> list[Meeting]:
    """A task for each meeting that falls on days just noted. Returns the meetings."""
    found = missed(session, speaker, [days], now)
    for each in found:
        tasks.open_task(
            session,
            key=f"away:{each.submission_id}:{speaker.id}:{now:%Y%m%d%H%M%S}",
            reason="speaker",
            about=AWAY,
            due_on=london_day(now),
            now=now,
            submission_id=each.submission_id,
        )
    return found
