"""Which open requests fit a visitor’s tour, on which days, and why: by the rules of the ranked list.

Two things of that list are left aside, because they compare speakers with each other: how far the meeting is from home
(a visitor is on the road) and fair shares. So are the hours of their week at home; days away count. The monthly number
does not count either: whoever comes on a tour comes to speak, and is asked about each meeting. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from portal.clock import LONDON
from portal.directory.folding import fold
from portal.reasons import Reason
from portal.speakers import chosen, diary, earned, hindrances, offers, weights, wish
from portal.speakers.availability import Verdict
from portal.speakers.engagements import CONFIRMED, WAITING, Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.nearby import Days, Week
from portal.speakers.register import IN_UK
from portal.speakers.tour_rows import ON, OUT, Tour
from portal.speakers.weights import Weights
from portal.speakers.wish import IN_PERSON, ONLINE, Occasion, Wish
from portal.submissions import date_rules
from portal.submissions.promises import is_working_day
from portal.touring import on_the_road
from portal.touring.legs import DAY, Place

SEARCHING = ("received", "matching")
"""In these states somebody can be asked."""
LIVING = (*SEARCHING, "offered", "waiting-for-branch")
MOST = 400
"""More open requests than these are not looked at."""
NOT_AGREED = Reason("the branch has not named this day: agree it first", -15)
BY_ITS_RULE = Reason("the branch meets on such days, and has not named this one: agree it first", -5)
NO_SUCH_DAY = "the branch meets on other days than those of the tour"


@dataclass(frozen=True)
class Option:
    """A request on one day. `is_fixed`: it is asked, answered or booked already, and stays where it is."""

    number: int
    day: date
    at: time | None
    place: Place
    points: int
    reasons: tuple[tuple[Reason, bool], ...] = ()
    is_proposed: bool = False
    is_fixed: bool = False


@dataclass
class Fitting:
    """What may stand on the route, where every request is, and why others cannot stand on it (by their numbers)."""

    options: list[Option] = field(default_factory=list)
    why_not: dict[int, list[str]] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)


def fitting(session: Session, tour: Tour, now: datetime) -> Fitting:
    """All that fits a tour, at a moment (aware)."""
    found = Fitting()
    visitor = _Visitor(session, tour, now)
    for request in _requests(session, tour, visitor):
        place = diary.place_of(request)
        if place is not None:
            found.places[request.id] = place
        judged = visitor.judge(request, place)
        if isinstance(judged, list):
            found.options += judged
        elif judged:
            found.why_not[request.id] = list(judged)
    return found


def _requests(session: Session, tour: Tour, visitor: _Visitor) -> Sequence[SpeakerRequest]:
    """The open requests without those that a coordinator took out, and those at which the visitor is fixed."""
    fixed = [*visitor.fixed]
    out = [stop.submission_id for stop in tour.stops if stop.standing == OUT]
    is_open = SpeakerRequest.is_open.is_(True) & SpeakerRequest.state.in_(LIVING)
    return session.scalars(
        select(SpeakerRequest)
        .where(or_(is_open, SpeakerRequest.id.in_(fixed)), SpeakerRequest.held_reason.is_(None))
        .where(SpeakerRequest.id.not_in([number for number in out if number not in fixed]))
        .options(selectinload(SpeakerRequest.offers))
        .order_by(SpeakerRequest.id)
        .limit(MOST)
    ).all()


class _Visitor:
    """What is known of the visitor, read once, and how a request fits them."""

    def __init__(self, session: Session, tour: Tour, now: datetime) -> None:
        self._tour, self._now = tour, now
        self._weights: Weights = weights.read(session)
        speaker = self._speaker = tour.speaker
        self._candidate = on_the_road.as_candidate(speaker)
        self._names = frozenset(fold(speaker.name).split())
        # The hours of a week are those at home; days away are days away everywhere.
        self._told = (
            list[Week](),
            [
                Days(row.first_on, row.last_on, row.from_minute, row.until_minute, row.is_free)
                for row in speaker.exceptions
                if row.last_on >= tour.first_on - on_the_road.REACH and row.first_on <= tour.last_on + on_the_road.REACH
            ],
        )
        self._booked, self.fixed = on_the_road.engagements(session, tour)
        self._asked = {stop.submission_id: stop for stop in tour.stops if stop.standing == ON and _is_asked(stop.offer)}
        self.fixed |= {number: stop.on_date for number, stop in self._asked.items() if number not in self.fixed}
        self._pins = {stop.submission_id: stop.on_date for stop in tour.stops if stop.is_pinned and stop.standing == ON}
        open_offers = select(Offer).where(
            Offer.speaker_id == speaker.id, Offer.closed_at.is_(None), Offer.state.in_(WAITING)
        )
        self._held = [each for each in session.scalars(open_offers) if each.tour_id != tour.id]

    def judge(self, request: SpeakerRequest, place: Place | None) -> list[Option] | tuple[str, ...]:
        """The days on which a request can stand on the route; or why it cannot, which is nothing where no day of its
        is near."""
        if request.id in self.fixed:
            return [self._fixed(request, place)] if place is not None else ("no place is known for it",)
        wanted = self._wish(request)
        occasions = list(self._occasions(request, wanted))
        if not occasions:
            return (NO_SUCH_DAY,) if self._by_rule(request, wanted) is not None else ()
        forbidden = [*_of_request(request, place, wanted), *self._of_person(request, wanted)]
        if forbidden or place is None:
            return tuple(dict.fromkeys(forbidden))
        # The half hours of a booking count the way from home: what they would refuse does not fit.
        home = diary.miles_to(self._speaker, request)
        options, blocks = [], list[str]()
        for occasion in occasions:
            option = self._on_a_day(wanted, occasion, place, home, _to_agree(request, wanted))
            if isinstance(option, Option):
                options.append(option)
            else:
                blocks.append(option)
        return options or tuple(dict.fromkeys(blocks))

    def _wish(self, request: SpeakerRequest) -> Wish:
        wanted = wish.read(request, self._now)
        return replace(wanted, has_interpreter=wanted.has_interpreter or self._tour.has_interpreter)

    def _occasions(self, request: SpeakerRequest, wanted: Wish) -> Iterator[Occasion]:
        """The request's own days within the tour; where it names none, those on which the branch meets, as far as it
        said so, or every weekday that could be proposed."""
        first = self._first_day(wanted)
        pin = self._pins.get(request.id)
        if wanted.occasions:
            for each in wanted.occasions:
                if first <= each.day <= self._tour.last_on and pin in (None, each.day):
                    yield each
            return
        usual = self._by_rule(request, wanted)
        at = date_rules.hour_of(request.date_rule) if usual is not None else None
        day = first
        while day <= self._tour.last_on:
            if pin == day or (pin is None and (is_working_day(day) if usual is None else day in usual)):
                yield wish.occasion_of(request, day, at)
            day += DAY

    def _first_day(self, wanted: Wish) -> date:
        return max(self._tour.first_on, wanted.today + DAY)

    def _by_rule(self, request: SpeakerRequest, wanted: Wish) -> list[date] | None:
        """The days of the tour on which a branch meets that names none; None where it did not say so clearly."""
        if wanted.occasions or offers.dates_offered(request) or not request.date_rule:
            return None
        return date_rules.days_of(request.date_rule, self._first_day(wanted), self._tour.last_on)

    def _of_person(self, request: SpeakerRequest, wanted: Wish) -> Iterator[str]:
        """What forbids asking the visitor for this request at all."""
        candidate = self._candidate._replace(is_vetoed=chosen.is_vetoed(self._speaker, request))
        own = [each.state for each in request.offers if each.speaker_id == self._speaker.id]
        for block in hindrances.of_person(candidate, wanted, own[-1] if own else None):
            yield block.words
        lives_here = self._speaker.lives_in == IN_UK
        if lives_here and self._speaker.formats and IN_PERSON not in self._speaker.formats:
            yield "the visitor joins online only, and the meeting is in a room"

    def _on_a_day(
        self, wanted: Wish, occasion: Occasion, place: Place, home: float, to_agree: Reason | None
    ) -> Option | str:
        """The request on one day, with its points; or what forbids that day. `to_agree` speaks against a day that the
        branch has not named."""
        day = occasion.day
        wanted = replace(wanted, occasions=(occasion,), months=(day.replace(day=1),))
        found = hindrances.on_days(self._candidate, wanted, self._told, self._booked, home)
        if found[0].block is not None:
            return found[0].block.words
        if day in self.fixed.values():
            return "another meeting of the tour is asked or booked on that day"
        held = frozenset(
            {day} if any(row.get("on") == day.isoformat() for each in self._held for row in each.dates) else ()
        )
        told = [each for each in found if each.verdict is not Verdict.NOT_TOLD]
        is_named = bool(wanted.named) and (self._names <= wanted.named or wanted.named <= self._names)
        reasons = [
            *earned.of_days(told, held, wanted, self._weights),
            *earned.of_wish(self._candidate, is_named, wanted, self._weights),
            *earned.of_work(self._candidate, wanted, self._weights),
            *earned.of_language(self._candidate, wanted, self._weights),
            *earned.of_experience(self._candidate, wanted, self._weights),
        ]
        if to_agree is not None:
            reasons.append((to_agree, True))
        at = _hour(occasion)
        points = sum(reason.points for reason, _ in reasons)
        return Option(wanted.number, day, at, place, points, tuple(reasons), to_agree is not None)

    def _fixed(self, request: SpeakerRequest, place: Place) -> Option:
        """Where the visitor is asked or booked already: it stays, whatever it is worth."""
        day, stop = self.fixed[request.id], self._asked.get(request.id)
        at = request.confirmed_time or (stop.at if stop else None)
        if stop is None:
            return Option(request.id, day, at, place, 0, ((Reason("booked already"), False),), is_fixed=True)
        reasons = tuple((Reason(words, points), bool(against)) for words, points, against in stop.reasons)
        return Option(request.id, day, at, place, stop.points, reasons, stop.is_proposed, is_fixed=True)


def _of_request(request: SpeakerRequest, place: Place | None, wanted: Wish) -> Iterator[str]:
    """What keeps a request off any tour."""
    if request.meeting_format == ONLINE:
        yield "the meeting is online"
    elif place is None:
        yield "we do not know where the meeting is"
    if not wanted.occasions and offers.dates_offered(request):
        yield "the days that the branch named have passed: ask it for a new one"
    if request.state == "offered":
        yield "somebody is asked for it already"
    elif request.state == "waiting-for-branch":
        yield "the branch has still to answer our question"


def _to_agree(request: SpeakerRequest, wanted: Wish) -> Reason | None:
    if wanted.occasions:
        return None
    is_usual = date_rules.days_of(request.date_rule, wanted.today, wanted.today) is not None
    return BY_ITS_RULE if is_usual else NOT_AGREED


def _is_asked(offer: Offer | None) -> bool:
    """Whether the visitor is asked for a stop, has said yes, or is booked."""
    return offer is not None and offer.closed_at is None and offer.state in (*WAITING, CONFIRMED)


def _hour(occasion: Occasion) -> time | None:
    return occasion.starts_at.astimezone(LONDON).time() if occasion.starts_at is not None else None
