"""What forbids asking a speaker: as a whole, or on single days. Nothing here asks the database.

A booking, a veto and a missing consent stand; whatever else is found here a coordinator may override with a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from portal.clock import london_day
from portal.directory import places
from portal.reasons import Block
from portal.speakers.availability import Verdict, verdict, verdict_of_day
from portal.speakers.candidates import Candidate, read
from portal.speakers.diary import half_hours, travel_minutes
from portal.speakers.engagements import CONFIRMED, DECLINED, DROPPED_OUT, EXPIRED, WAITING
from portal.speakers.fairness import month_name, talks_in
from portal.speakers.fit import said, talks
from portal.speakers.nearby import Days, Engagement, Week
from portal.speakers.register import IN_UK
from portal.speakers.wish import IN_PERSON, ONLINE, Occasion, Wish

NOT_AGREED = Block("has not agreed yet to be in the register", False)
ASKED_HERE = Block("is asked for this meeting already", False)
BOOKED_HERE = Block("is booked for this meeting already", False)
OVER = {
    CONFIRMED: BOOKED_HERE,
    DECLINED: Block("has said no to this meeting"),
    DROPPED_OUT: Block("could not come to this meeting in the end"),
    EXPIRED: Block("did not answer when asked for this meeting"),
}
"""What an offer of the same meeting means for another one, by how it ended."""
A_LITTLE = 1.25
"""Who travels 40 miles may be asked for 50."""


class Way(NamedTuple):
    """How somebody would join: in the room or online. `miles` as the crow flies; None: not known, or no matter.

    `is_rough` says that the distance is measured from the middle of a region; `limit` is 0 where they told none.
    """

    is_in_room: bool
    miles: float | None
    is_rough: bool
    limit: int

    @property
    def is_beyond(self) -> bool:
        """Whether the meeting is farther than they travel."""
        return self.is_in_room and self.miles is not None and 0 < self.limit < round(self.miles)

    @property
    def is_too_far(self) -> bool:
        """Whether it is so much farther that nobody should be asked."""
        return self.is_beyond and not self.is_rough and (self.miles or 0) > self.limit * A_LITTLE


class OnADay(NamedTuple):
    """One day: what the register says of it, what forbids it, and whether they have another meeting of ours on it."""

    occasion: Occasion
    verdict: Verdict
    block: Block | None
    has_another: bool


def of_person(candidate: Candidate, wish: Wish, asked: str | None) -> list[Block]:
    """What forbids asking somebody whatever the day. `asked` is how an offer of this very request stands."""
    found = []
    if candidate.is_vetoed:
        found.append(Block("does not wish to visit this branch", False))
    if not candidate.has_agreed:
        found.append(NOT_AGREED)
    if asked in WAITING:
        found.append(ASKED_HERE)
    elif asked in OVER:
        found.append(OVER[asked])
    if candidate.has_paused and candidate.paused_until is None:
        found.append(Block("has paused"))
    languages = read(candidate.languages_told)
    if languages and wish.language not in languages and not wish.has_interpreter:
        found.append(Block(f"speaks no {wish.language_name}, and no interpreter is planned"))
    return found


def way(candidate: Candidate, wish: Wish, miles: float | None) -> tuple[Way, Block | None]:
    """How they would join, and why they cannot. `miles` is how far the meeting is; None: not known, or no matter."""
    lives_here = candidate.lives_in == IN_UK
    formats = read(candidate.formats_told)
    in_room = lives_here and (not formats or IN_PERSON in formats)
    online = not formats or ONLINE in formats or not lives_here
    if wish.takes_room and in_room:
        found = Way(True, miles, wish.is_place_rough or not candidate.outcode, candidate.most_miles)
        if not found.is_too_far:
            return found, None
        if not (wish.takes_online and online):
            return found, Block(f"{said_miles(found)}, farther than the {found.limit} that they travel")
    apart = Way(False, None, False, 0)
    if wish.takes_online and online:
        return apart, None
    return apart, Block("speaks in the room only" if in_room else "joins online only, and the meeting is in a room")


def said_miles(found: Way) -> str:
    """A distance in words."""
    whole = round(found.miles or 0)
    about = "about " if found.is_rough else ""
    return f"{about}{whole} mile{'' if whole == 1 else 's'}" if whole else "less than a mile"


def on_days(
    candidate: Candidate,
    wish: Wish,
    told: tuple[Sequence[Week], Sequence[Days]],
    booked: Sequence[Engagement],
    miles: float | None,
) -> list[OnADay]:
    """Each day of the meeting: whether they are free, and what forbids it."""
    found = []
    for occasion in wish.occasions:
        free = _verdict(candidate, told, occasion)
        block = _taken(booked, wish, occasion, miles) if booked else None
        has_another = any(london_day(each.starts_at) == occasion.day for each in booked)
        found.append(OnADay(occasion, free, block or _of_day(candidate, wish, occasion.day, free), has_another))
    return found


def _verdict(candidate: Candidate, told: tuple[Sequence[Week], Sequence[Days]], occasion: Occasion) -> Verdict:
    weekly, days = told
    if not weekly and not days:
        return Verdict.NOT_TOLD
    if occasion.starts_at is None or occasion.ends_at is None:
        return verdict_of_day(weekly, days, candidate.time_zone, occasion.day)
    return verdict(weekly, days, candidate.time_zone, occasion.starts_at, occasion.ends_at)


def _of_day(candidate: Candidate, wish: Wish, day: date, free: Verdict) -> Block | None:
    # A pause with an end says nothing of the meetings after it.
    if candidate.has_paused and candidate.paused_until is not None and day < candidate.paused_until:
        return Block(f"has paused until {said(candidate.paused_until, wish.today)}")
    if free is Verdict.AWAY:
        return Block(f"is away on {said(day, wish.today)}")
    month = day.replace(day=1)
    count = talks_in(candidate, wish, month)
    if count >= candidate.most_a_month:
        when = month_name(month, wish.today)
        return Block(f"has {talks(count)} {when} already, and wants no more than {candidate.most_a_month}")
    return None


def _taken(booked: Sequence[Engagement], wish: Wish, occasion: Occasion, miles: float | None) -> Block | None:
    """Whether a booking, or the way to it and back, takes the time of the meeting."""
    if occasion.starts_at is None or occasion.ends_at is None:
        return None
    day = said(occasion.day, wish.today)
    for each in booked:
        if each.starts_at < occasion.ends_at and occasion.starts_at < each.ends_at:
            return Block(f"is booked at that time on {day}", False)
    own = half_hours(occasion.starts_at, occasion.ends_at, travel_minutes(miles or 0))
    for each in booked:
        theirs = half_hours(each.starts_at, each.ends_at, each.travel_minutes)
        is_met = theirs.start < own.stop and own.start < theirs.stop
        if is_met or _is_too_soon(each, wish, occasion):
            when = "on the same day" if london_day(each.starts_at) == occasion.day else "the day before or after"
            return Block(f"speaks elsewhere {when} as {day}, with no time to travel between")
    return None


def _is_too_soon(other: Engagement, wish: Wish, occasion: Occasion) -> bool:
    """Whether the way from one place to the other takes longer than what lies between the two meetings."""
    if wish.place is None or occasion.starts_at is None or occasion.ends_at is None:
        return False
    there = _place_of(other)
    if there is None:
        return False
    gap = occasion.starts_at - other.ends_at if other.ends_at <= occasion.starts_at else None
    gap = gap if gap is not None else other.starts_at - occasion.ends_at
    return gap.total_seconds() < 60 * travel_minutes(places.distance_miles(wish.place, there))


def _place_of(other: Engagement) -> tuple[float, float] | None:
    if other.meeting_format == ONLINE:
        return None
    venue = places.find_outcode(other.postcode) if other.postcode else None
    if venue is not None:
        return venue.lat, venue.lon
    if other.latitude is None or other.longitude is None:
        return None
    return other.latitude, other.longitude
