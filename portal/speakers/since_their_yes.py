"""What somebody told of their time after their yes to a meeting, a pause or days away: it takes nothing back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time

from portal.speakers import availability, diary, two_clocks
from portal.speakers.availability import Days, Verdict
from portal.speakers.engagements import Offer
from portal.speakers.models import SpeakerRequest


def paused(each: Offer) -> str:
    """The end of a sentence on somebody who has paused on a day they said yes to; empty where they have not."""
    rows = [row for row in each.dates if row.get("on") in each.accepted]
    if not any(each.speaker.is_paused_on(date.fromisoformat(row["on"])) for row in rows):
        return ""
    until = each.speaker.paused_until
    return f"has paused until {until:%-d %B %Y}" if until else "has paused"


def against(request: SpeakerRequest, each: Offer) -> Iterator[str]:
    """What they told that speaks against days they said yes to, as ends of sentences. Reads their days away."""
    if words := paused(each):
        yield words
    away = [days for days in each.speaker.exceptions if not days.is_free]
    for row in each.dates:
        if row.get("on") in each.accepted and is_away(request, each, row, away):
            yield f"is away on {two_clocks.in_words(row, 'en')}"


def is_away(request: SpeakerRequest, each: Offer, row: Mapping[str, str], away: Sequence[Days]) -> bool:
    """Whether a day of an offer falls on some days away."""
    if not away:
        return False
    day, zone = date.fromisoformat(row["on"]), each.speaker.time_zone
    if not row.get("time"):
        return availability.verdict_of_day((), away, zone, day) is Verdict.AWAY
    starts_at = diary.moment_of(day, time.fromisoformat(row["time"]))
    ends_at = starts_at + diary.length_of(request, row)
    return availability.verdict((), away, zone, starts_at, ends_at) is Verdict.AWAY
