"""What the page of a tour shows: every day of it in order, the way between, and what did not find a place.

The route itself is worked out in `touring`; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.dashboard import tour_standing, words
from portal.jobs import keeping as jobs
from portal.jobs.rows import FAILED, READY
from portal.speakers import diary
from portal.speakers.engagements import ACCEPTED
from portal.speakers.tour_rows import COHOST, JOIN, MESSAGE, NO, OUT, Tour, TourInvitation, TourStop
from portal.speakers.workflow import KIND
from portal.submissions.models import Submission, reference_of
from portal.submissions.times import as_said
from portal.touring import asking, keeping, neighbours, trips
from portal.touring.legs import REST, TRAVEL
from portal.touring.routes import Route

ANSWERS = {
    "": "has not answered yet",
    JOIN: "will join",
    COHOST: "would like to host it together",
    NO: "said no, thank you",
    MESSAGE: "wrote a message",
}
TROUBLES = {
    "gone": "The visitor has left the register.",
    "impossible": "No route was found that can be travelled. Change the days or the miles, and try again.",
    jobs.TOO_LONG: "It took too long. Try again, or make the tour shorter.",
    jobs.CRASHED: "The worker broke off. Try again.",
}
KINDS = {TRAVEL: "A day of travel", REST: "A day without a meeting"}


@dataclass(frozen=True)
class Shown:
    """A stop, ready to print. `state` says how the visitor stands to it; with `to_agree` day or hour is still open."""

    stop: TourStop
    name: str
    url: str
    when: str
    where: str
    state: str
    tag: Markup
    points: str
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    sums: tuple[tuple[str, str], ...]
    is_fixed: bool
    is_gone: bool
    may_invite: bool
    can_confirm: bool
    lacks_hour: bool
    pays: str
    invited: tuple[str, ...]


@dataclass(frozen=True)
class Day:
    """One day of the tour: how one gets there, and what it is for."""

    iso: str
    words: str
    way: str
    kind: str
    is_kept_free: bool
    is_fixed: bool
    stop: Shown | None


@dataclass(frozen=True)
class Page:
    """All that the page prints."""

    days: tuple[Day, ...]
    facts: tuple[tuple[str, str], ...]
    total: str
    is_being_solved: bool
    trouble: str
    is_broken: bool
    home: str
    to_ask: int
    to_confirm: int
    to_agree: tuple[Shown, ...]
    so_far: str
    gone: str
    waiting: int
    left_out: tuple[tuple[str, str, str], ...]
    also_on: tuple[tuple[str, str, str], ...]
    taken_out: tuple[Shown, ...]


@dataclass(frozen=True)
class Row:
    """One tour in the list."""

    url: str
    name: str
    dates: str
    start: str
    meetings: str


def rows(found: Iterable[Tour]) -> list[Row]:
    """The list of tours."""
    return [
        Row(
            url_for("dashboard.tour", tour_id=each.id),
            each.speaker.name,
            dates(each),
            each.start,
            _count(len(each.route), "meeting"),
        )
        for each in found
    ]


def dates(tour: Tour) -> str:
    """From when to when."""
    return f"{words.long_day(tour.first_on)} to {words.long_day(tour.last_on)}"


def page(session: Session, tour: Tour, now: datetime) -> Page:
    """The page of a tour. Two statements of its own: for the requests without a place, and for other tours."""
    today = london_day(now)
    route = trips.route_of(tour, tour.route)
    stage = tour.job.stage if tour.job is not None else READY
    return Page(
        days=tuple(_days(tour, route, today)),
        facts=tuple(_facts(tour)),
        total=_total(tour, route),
        is_being_solved=stage not in (READY, FAILED),
        trouble=TROUBLES.get(tour.job.trouble, "It went wrong. Try again.") if tour.job and stage == FAILED else "",
        is_broken=route is None and bool(tour.route),
        home=_home(route),
        to_ask=len(asking.to_ask(tour)),
        to_confirm=len(asking.to_confirm(tour)) - len(tour_standing.to_agree(tour)),
        to_agree=tuple(_shown(stop, today) for stop in tour_standing.to_agree(tour)),
        so_far=tour_standing.so_far(tour),
        gone=tour_standing.gone(tour),
        waiting=len(asking.waiting(tour)) - len(asking.to_confirm(tour)),
        left_out=tuple(_left_out(session, tour)),
        also_on=tuple(tour_standing.also_on(session, tour, today)),
        taken_out=tuple(_shown(stop, today) for stop in tour.stops if stop.standing == OUT),
    )


def _facts(tour: Tour) -> list[tuple[str, str]]:
    rest = f"after {_count(tour.rest_after, 'day')} on the road" if tour.rest_after else "not needed"
    found = [
        ("From", f"{tour.start}, {words.long_day(tour.first_on)}"),
        ("Until", f"{words.long_day(tour.last_on)}{', ' + tour.end if tour.end else ''}"),
        ("Longest day’s travel", _count(tour.most_miles, "mile")),
        ("A day of rest", rest),
        ("Interpreter", "travels along" if tour.has_interpreter else ""),
        ("What the visitor needs", tour.needs),
    ]
    return [row for row in found if row[1]]


def _days(tour: Tour, route: Route | None, today: date) -> list[Day]:
    """Every day, as long as the route can be travelled; else its meetings alone."""
    stops = {stop.on_date: stop for stop in tour.route}
    kinds = dict(route.days) if route else {}
    ways = {leg.number: leg for leg in route.legs} if route else {}
    found = []
    for count in range((tour.last_on - tour.first_on).days + 1):
        day = tour.first_on + timedelta(days=count)
        stop = stops.get(day)
        if stop is None and route is None:
            continue
        leg = ways.get(stop.submission_id) if stop is not None else None
        found.append(
            Day(
                iso=day.isoformat(),
                words=words.near_day(day, today),
                way=way_in_words(leg.miles, [what for _, what in leg.days].count(TRAVEL) + 1) if leg else "",
                kind="" if stop is not None else KINDS.get(kinds.get(day, REST), KINDS[REST]),
                is_kept_free=day.isoformat() in tour.rests,
                is_fixed=stop is not None and keeping.is_fixed(stop),
                stop=_shown(stop, today) if stop is not None else None,
            )
        )
    return found


def way_in_words(miles: int, days: int) -> str:
    """A leg: "About 30 miles, an hour and a half kept for it"; a long one says on how many days."""
    if not miles:
        return "Hardly any way"
    on_days = f", on {days} days" if days > 1 else ""
    return f"About {_count(miles, 'mile')}, {_hours(diary.travel_minutes(miles))} kept for it{on_days}"


def _hours(minutes: int) -> str:
    hours, half = minutes // 60, minutes % 60 >= 30
    if not hours:
        return "half an hour"
    if half:
        return "an hour and a half" if hours == 1 else f"{hours}½ hours"
    return "an hour" if hours == 1 else f"{hours} hours"


def _total(tour: Tour, route: Route | None) -> str:
    living = len(tour_standing.living_stops(tour))
    if not tour.route:
        return ""
    free = sum(what == REST for _, what in route.days) if route else 0
    parts = [_count(living, "meeting")]
    parts += [_count(route.miles, "mile") + " in all"] if route else []
    parts += [_count(free, "day") + " without meeting or travel"] if free else []
    return ", ".join(parts)


def _home(route: Route | None) -> str:
    """The way to where the tour ends; empty where that does not matter."""
    if route is None or not route.stops or not route.legs[-1].miles:
        return ""
    last = route.legs[-1]
    return way_in_words(last.miles, max([what for _, what in last.days].count(TRAVEL), 1))


def _shown(stop: TourStop, today: date) -> Shown:
    request, offer = stop.request, stop.offer
    is_fixed = keeping.is_fixed(stop)
    can_confirm = offer is not None and offer.closed_at is None and offer.state == ACCEPTED
    return Shown(
        stop=stop,
        name=request.heading,
        url=url_for("dashboard.request_page", number=request.id),
        when=_when(stop, today),
        where=request.town or words.region_name(request.region_slug),
        state=tour_standing.of(stop),
        tag=words.tag(KIND, request.state, is_answered=request.first_answered_at is not None),
        points=_count(stop.points, "point"),
        reasons=tuple(_sentence(row[0]) for row in stop.reasons if not row[2]),
        against=tuple(_sentence(row[0]) for row in stop.reasons if row[2]),
        sums=tuple((_sentence(row[0]), _signed(row[1])) for row in stop.reasons if row[1]),
        is_fixed=is_fixed,
        is_gone=asking.is_gone(stop),
        may_invite=neighbours.has_yes(stop),
        can_confirm=can_confirm,
        lacks_hour=stop.at is None,
        pays="a bed for the night" if "bed" in (request.can_pay or ()) else "",
        invited=tuple(invited(each) for each in stop.invitations),
    )


def _when(stop: TourStop, today: date) -> str:
    day = words.near_day(stop.on_date, today) + words.if_holiday(stop.on_date)
    return f"{day}, {as_said(stop.at, 'en')}" if stop.at else day


def invited(each: TourInvitation) -> str:
    """What a branch that is invited has said, as a sentence."""
    said = f"{each.submission.heading} {ANSWERS[each.answer]}"
    return f"{said}: “{each.message}”" if each.message else f"{said}."


def _left_out(session: Session, tour: Tour) -> list[tuple[str, str, str]]:
    """Name, address and why of the requests in reach that are not on the route."""
    numbers = [number for number, _ in tour.left_out]
    headings = {
        row.id: row.heading
        for row in session.execute(select(Submission.id, Submission.heading).where(Submission.id.in_(numbers)))
    }
    return [
        (f"{headings[number]}, {reference_of(number)}", url_for("dashboard.request_page", number=number), why)
        for number, why in tour.left_out
        if number in headings
    ]


def _count(number: int, what: str) -> str:
    shown = f"−{-number}" if number < 0 else f"{number:,}"
    return f"{shown} {what}{'' if number == 1 else 's'}"


def _signed(points: int) -> str:
    return f"+{points}" if points > 0 else f"−{-points}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
