"""Which interpreters of the register fit a meeting: both sides’ languages, free at that time, in the room or online.

They are few, so each is looked at closely; reasons come in words and earn no points. Asking one is `beside`’s.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from portal.directory import places, tongues
from portal.speakers import chosen, diary, hindrances, wish
from portal.speakers.availability import Verdict, verdict, verdict_of_day
from portal.speakers.engagements import BookedSlot, Booking
from portal.speakers.fit import said
from portal.speakers.hindrances import Way
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import IN_UK, INTERPRETER, Speaker
from portal.speakers.wish import IN_PERSON, ONLINE, Occasion, Wish

USUAL = "uk"
"""What a speaker of ours speaks where nobody of the register is asked yet."""
WITH_A_SPEAKER = ("offered", "confirmed")
WELL = ("good", "fluent")


@dataclass
class Interpreter:
    """One interpreter and one meeting: reasons, what speaks against, what forbids it (`blocks`), and days that suit."""

    speaker_id: int
    name: str
    reasons: list[str] = field(default_factory=list)
    against: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    dates: list[date] = field(default_factory=list)
    is_free: bool = False
    miles: float = 0.0


def fitting(session: Session, request: SpeakerRequest, now: datetime) -> list[Interpreter]:
    """All interpreters of the register who may be asked, those who fit first; at most five statements."""
    wanted = wish.read(request, now)
    people = session.scalars(
        select(Speaker)
        .where(Speaker.kind == INTERPRETER, Speaker.left_at.is_(None), Speaker.locked_at.is_(None))
        .where(Speaker.confirmed_at.is_not(None))
        .order_by(Speaker.id)
        .options(selectinload(Speaker.weekly), selectinload(Speaker.exceptions), selectinload(Speaker.vetoes))
    ).all()
    taken = _taken(session, [each.id for each in people], wanted.occasions)
    open_here = {each.speaker_id for each in request.offers if each.closed_at is None}
    found = [_judged(each, request, wanted, taken) for each in people if each.id not in open_here]
    return sorted(found, key=lambda each: (bool(each.blocks), not each.is_free, each.miles, each.speaker_id))


def why_not(session: Session, request: SpeakerRequest, speaker: Speaker, now: datetime) -> str:
    """Why somebody cannot interpret at a meeting, in words; empty where nothing forbids it."""
    if speaker.kind != INTERPRETER:
        return "does not interpret"
    wanted = wish.read(request, now)
    judged = _judged(speaker, request, wanted, _taken(session, [speaker.id], wanted.occasions))
    return "; ".join(judged.blocks)


def other_side(request: SpeakerRequest) -> frozenset[str]:
    """The languages of whoever speaks or is asked to, as codes; Ukrainian where nobody is, or nobody told any."""
    spoken: set[str] = set()
    for each in request.offers:
        if each.closed_at is None and each.role not in (INTERPRETER,):
            spoken |= {code for code, level in each.speaker.languages.items() if level in WELL}
    return frozenset(spoken) or frozenset((USUAL,))


def needs_one(request: SpeakerRequest) -> bool:
    """Whether a meeting wants an interpreter and nobody is asked: the branch said so, or its speaker needs one."""
    if request.has_interpreter:
        return False
    if "interpreter" in (request.needs or ()):
        return True
    if request.state not in WITH_A_SPEAKER:
        return False
    language = wish.language_of(request)
    speakers = [each.speaker for each in request.offers if each.closed_at is None and each.role != INTERPRETER]
    return any(each.languages and language not in each.languages for each in speakers)


def would_help(request: SpeakerRequest) -> bool:
    """Whether nobody interprets for whoever is asked or booked and speaks only a little of the meeting's language."""
    if request.has_interpreter or request.state not in WITH_A_SPEAKER:
        return False
    language = wish.language_of(request)
    speakers = [each.speaker for each in request.offers if each.closed_at is None and each.role != INTERPRETER]
    return any(each.languages.get(language, WELL[0]) not in WELL for each in speakers if each.languages)


def is_missing(request: SpeakerRequest) -> bool:
    """Whether a meeting that is agreed wants an interpreter and none is booked; a visitor on tour has seen to that."""
    if request.state != "confirmed" or request.tour_id is not None or request.is_interpreter_booked:
        return False
    return request.has_interpreter or needs_one(request)


def _judged(speaker: Speaker, request: SpeakerRequest, wanted: Wish, taken: dict[int, set[int]]) -> Interpreter:
    found = Interpreter(speaker.id, speaker.name)
    if chosen.is_vetoed(speaker, request):
        found.blocks.append("does not wish to visit this branch")
    if speaker.is_paused_on(wanted.today):
        found.blocks.append("has paused")
    _languages(found, speaker, request, wanted)
    _way(found, speaker, wanted)
    _days(found, speaker, wanted, taken.get(speaker.id, set()))
    return found


def _languages(found: Interpreter, speaker: Speaker, request: SpeakerRequest, wanted: Wish) -> None:
    theirs = other_side(request) - {wanted.language}
    shared = sorted(theirs & set(speaker.languages))
    if wanted.language not in speaker.languages:
        found.blocks.append(f"speaks no {wanted.language_name}")
    if theirs and not shared:
        names = " or ".join(tongues.name_of(code) for code in sorted(theirs))
        found.blocks.append(f"speaks no {names}")
    spoken = {code: speaker.languages[code] for code in (wanted.language, *shared) if code in speaker.languages}
    if spoken:
        found.reasons.append(f"speaks {tongues.in_words(spoken)}")


def _way(found: Interpreter, speaker: Speaker, wanted: Wish) -> None:
    in_room = speaker.lives_in == IN_UK and (not speaker.formats or IN_PERSON in speaker.formats)
    online = not speaker.formats or ONLINE in speaker.formats or speaker.lives_in != IN_UK
    if wanted.takes_room and in_room:
        home = (speaker.latitude, speaker.longitude)
        known = wanted.place is not None and None not in home
        miles = (
            places.distance_miles((home[0] or 0.0, home[1] or 0.0), wanted.place) if known and wanted.place else None
        )
        way = Way(True, miles, wanted.is_place_rough or not speaker.outcode, speaker.most_miles)
        if not way.is_too_far:
            found.miles = miles or 0.0
            if miles is not None:
                found.reasons.append(f"{hindrances.said_miles(way)} away")
            return
        if not (wanted.takes_online and online):
            found.blocks.append(f"{hindrances.said_miles(way)}, farther than the {way.limit} that they travel")
            return
    if wanted.takes_online and online:
        found.reasons.append("joins online")
        return
    found.blocks.append("interprets in the room only" if in_room else "joins online only, and the meeting is in a room")


def _days(found: Interpreter, speaker: Speaker, wanted: Wish, taken: set[int]) -> None:
    words = {
        Verdict.FREE: "free",
        Verdict.NOT_TOLD: "has not told us when they can",
        Verdict.UNUSUAL: "not in their usual hours",
    }
    why = []
    for occasion in wanted.occasions:
        on = said(occasion.day, wanted.today)
        free = _free(speaker, occasion)
        if taken.intersection(_half_hours(occasion)):
            why.append(f"is booked at that time on {on}")
        elif free is Verdict.AWAY:
            why.append(f"is away on {on}")
        else:
            found.dates.append(occasion.day)
            found.is_free = found.is_free or free is Verdict.FREE
            to = found.reasons if free is Verdict.FREE else found.against
            to.append(f"{words[free]} on {on}" if free is not Verdict.NOT_TOLD else words[free])
    found.against = list(dict.fromkeys(found.against))
    if wanted.occasions and not found.dates:
        found.blocks.extend(why)


def _free(speaker: Speaker, occasion: Occasion) -> Verdict:
    if not speaker.weekly and not speaker.exceptions:
        return Verdict.NOT_TOLD
    if occasion.starts_at is None or occasion.ends_at is None:
        return verdict_of_day(speaker.weekly, speaker.exceptions, speaker.time_zone, occasion.day)
    return verdict(speaker.weekly, speaker.exceptions, speaker.time_zone, occasion.starts_at, occasion.ends_at)


def _half_hours(occasion: Occasion) -> Iterable[int]:
    if occasion.starts_at is None or occasion.ends_at is None:
        return ()
    return diary.half_hours(occasion.starts_at, occasion.ends_at, 0)


def _taken(session: Session, numbers: Sequence[int], occasions: Sequence[Occasion]) -> dict[int, set[int]]:
    """The half hours near these days for which people are booked, by their numbers, in one statement."""
    starts = [each.starts_at for each in occasions if each.starts_at is not None]
    taken: dict[int, set[int]] = {}
    if not starts or not numbers:
        return taken
    spans = diary.half_hours(min(starts), max(starts) + timedelta(days=1), 0)
    rows = session.execute(
        select(BookedSlot.speaker_id, BookedSlot.half_hour)
        .join(Booking, Booking.id == BookedSlot.booking_id)
        .where(BookedSlot.speaker_id.in_(numbers), BookedSlot.half_hour.between(spans.start, spans.stop))
    )
    for number, half_hour in rows:
        taken.setdefault(number, set()).add(half_hour)
    return taken
