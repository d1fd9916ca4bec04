"""What speaks against another day for those who are booked, as the ranked list would say it. Nothing is written.

That nobody is in two places at once is the database's to refuse, and `bookings`’ to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from portal.speakers import candidates, diary, hindrances, judging, nearby, two_clocks, weights, wish
from portal.speakers.availability import Verdict
from portal.speakers.candidates import Candidate
from portal.speakers.engagements import CONFIRMED, SPEAKER, STAND_BY, Offer
from portal.speakers.fit import said
from portal.speakers.judging import Judge
from portal.speakers.models import SpeakerRequest
from portal.speakers.wish import Occasion, Wish

WHO = {SPEAKER: "{name}", STAND_BY: "{name}, who stands by,"}


def against(session: Session, request: SpeakerRequest, day: date, moment: time, now: datetime) -> list[str]:
    """Sentences on why that day and hour (London) do not suit who speaks or stands by; none where nothing is known."""
    booked = {each.speaker_id: each for each in request.offers if _is_booked(each)}
    if not booked:
        return []
    wanted = _wish(request, day, moment, now)
    rows = [_without_this(row, request, wanted) for row in candidates.candidates(session, wanted) if row.id in booked]
    told, engaged = nearby.hours(session, wanted), nearby.engaged(session, wanted)
    judge = Judge(rows, wanted, weights.read(session), told, engaged, judging.meant(rows, wanted))
    found = []
    for row in rows:
        who = WHO[booked[row.id].role].format(name=booked[row.id].speaker.name)
        days = hindrances.on_days(row, wanted, told.of(row.id), engaged.booked.get(row.id, ()), judge.miles(row))
        found += [f"{who} {words}." for words in _words(row, days, wanted)]
    return found


def _is_booked(each: Offer) -> bool:
    return each.closed_at is None and each.state == CONFIRMED and each.role in WHO


def _words(row: Candidate, days: list[hindrances.OnADay], wanted: Wish) -> Iterator[str]:
    """What is found against the one day, as the end of a sentence that begins with a name."""
    if row.has_paused and row.paused_until is None:
        yield "has paused"
    for each in days:
        if each.block is not None:
            yield each.block.words
        elif each.verdict is Verdict.UNUSUAL:
            yield f"is not usually free at that time on {said(each.occasion.day, wanted.today)}"


def _wish(request: SpeakerRequest, day: date, moment: time, now: datetime) -> Wish:
    """What the meeting wants of its speaker, were it on that day."""
    starts_at = diary.moment_of(day, moment)
    row = two_clocks.agreed(request.dates or [], day, moment)
    occasion = Occasion(day, starts_at, starts_at + diary.length_of(request, row))
    return replace(wish.read(request, now), occasions=(occasion,), months=(day.replace(day=1),))


def _without_this(row: Candidate, request: SpeakerRequest, wanted: Wish) -> Candidate:
    """The speaker without this very talk, which counts in the month of the day that was agreed."""
    is_counted = request.meeting_on is not None and request.meeting_on.replace(day=1) == wanted.months[0]
    return row._replace(in_month_1=row.in_month_1 - 1) if is_counted and row.in_month_1 else row
