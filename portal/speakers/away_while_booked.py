"""Days away that a speaker notes although they are booked for a meeting on one of them, or have said yes to it.

Nobody drops out by that, and no yes ends: the speaker is asked on their page, and a task asks a coordinator. Nothing
here commits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.speakers import availability, own_page, searching_tasks, since_their_yes
from portal.speakers.availability import Days, Verdict
from portal.speakers.engagements import ACCEPTED, Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.own_page import Meeting
from portal.speakers.register import Speaker
from portal.submissions import tasks
from portal.submissions.work import TASK_IS_OPEN, Task

AWAY = (
    "Somebody who is booked for this meeting has noted that they are away then. Ask them whether they can still come; "
    "if not, say that they have dropped out."
)


YES_AND_AWAY = (
    "Somebody who said yes to this meeting has noted since that they are away then. Ask them whether they still come, "
    "before you confirm; if not, say that they cannot come, and ask somebody else."
)


def missed(speaker: Speaker, meetings: Collection[Meeting], days: Iterable[Days]) -> list[Meeting]:
    """Those of the meetings that somebody is booked for that fall on days away."""
    away = [each for each in days if not each.is_free]
    return [
        each
        for each in meetings
        if availability.verdict((), away, speaker.time_zone, each.starts_at, each.ends_at) is Verdict.AWAY
    ]


def promised(session: Session, speaker: Speaker, days: Iterable[Days]) -> list[tuple[Offer, Mapping[str, str]]]:
    """What they have said yes to and have not heard more of, with each of its days that falls on days away."""
    away = [each for each in days if not each.is_free]
    said = [each for each in own_page.offers_told(session, speaker) if each.accepted] if away else []
    if not said:
        return []
    asked = select(SpeakerRequest).where(SpeakerRequest.id.in_([each.submission_id for each in said]))
    requests = {each.id: each for each in session.scalars(asked)}
    return [
        (each, row)
        for each in said
        for row in each.dates
        if row.get("on") in each.accepted and since_their_yes.is_away(requests[each.submission_id], each, row, away)
    ]


def tell(session: Session, speaker: Speaker, days: Days, now: datetime) -> list[int]:
    """A task for each meeting that falls on days just noted. Returns the numbers of their requests."""
    booked = missed(speaker, own_page.meetings_ahead(session, speaker, now), [days])
    about = {each.submission_id: AWAY for each in booked}
    about |= {
        each.submission_id: YES_AND_AWAY for each, _ in promised(session, speaker, [days]) if each.state == ACCEPTED
    }
    for number, words in about.items():
        tasks.open_task(
            session,
            key=f"{searching_tasks.away(number, speaker.id)}{now:%Y%m%d%H%M%S}",
            reason="speaker",
            about=words,
            due_on=london_day(now),
            now=now,
            submission_id=number,
        )
    return list(about)


def taken_out(session: Session, speaker: Speaker, now: datetime) -> None:
    """Days away were taken out: nobody is asked any more whether they come on a day on which they are not away."""
    booked = missed(speaker, own_page.meetings_ahead(session, speaker, now), speaker.exceptions)
    still = {each.submission_id for each in booked}
    still |= {each.submission_id for each, _ in promised(session, speaker, speaker.exceptions)}
    asked = select(Task).where(text(TASK_IS_OPEN), Task.key.like(searching_tasks.away("%", speaker.id) + "%"))
    for task in session.scalars(asked):
        if task.submission_id not in still:
            tasks.finish(task, by_id=None, now=now, outcome="They are not away any more.")
