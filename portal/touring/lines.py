"""A tour in lines, for its visitor: what they may know of each meeting before it is agreed, and all of it afterwards.

Before, a line names no branch: its town and region, how far the way there is, and what the meeting is like.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import force_locale, gettext, ngettext

from portal.directory import places
from portal.speakers import calendar_facts, meeting_form, two_clocks
from portal.speakers.facts import offered
from portal.speakers.tour_rows import Tour, TourStop
from portal.submissions.choices import labels_of
from portal.touring import trips
from portal.touring.legs import TRAVEL
from portal.touring.routes import Leg


def row_of(stop: TourStop) -> dict[str, str]:
    """When a stop is: once its meeting is agreed, as the request has it, which may have moved since."""
    request = stop.request
    day, at = stop.on_date, stop.at
    if request.tour_id == stop.tour_id and request.meeting_on is not None and request.confirmed_time is not None:
        day, at = request.meeting_on, request.confirmed_time
    return {"on": day.isoformat(), "time": f"{at:%H:%M}" if at else ""}


def day_of(stop: TourStop) -> date:
    """The day of a stop: see `row_of`."""
    return date.fromisoformat(row_of(stop)["on"])


def in_words(stop: TourStop, language: str) -> str:
    """A stop without a word of whose it is: "Tuesday 12 January 2027, 7pm: Branch meeting, in the room, Durham".

    Whoever is on tour is in Britain: hours are London's alone.
    """
    when = two_clocks.in_words(row_of(stop), language)
    with force_locale(language):
        kind = labels_of(meeting_form.EVENT_KINDS, [stop.request.event_kind])
        what = ", ".join([*kind, gettext("in the room"), *_town_and_region(stop, language)])
        if stop.is_proposed:
            return str(gettext("%(when)s (the day is not agreed with the branch yet): %(what)s", when=when, what=what))
    return f"{when}: {what}"


def _town_and_region(stop: TourStop, language: str) -> list[str]:
    region = places.region(stop.request.region_slug) if stop.request.region_slug else None
    return [part for part in (stop.request.town, region.label(language) if region else "") if part]


def legs_of(tour: Tour, stops: Sequence[TourStop]) -> dict[int, Leg]:
    """The way to each of these stops, by its number; none where the route cannot be travelled like this."""
    route = trips.route_of(tour, list(stops))
    by_request = {leg.number: leg for leg in route.legs} if route else {}
    return {stop.id: by_request[stop.submission_id] for stop in stops if stop.submission_id in by_request}


def way(leg: Leg | None, language: str) -> str:
    """The way to a stop in words, with the days of travel before it; empty for hardly any."""
    if leg is None or not leg.miles:
        return ""
    travel = sum(what == TRAVEL for _, what in leg.days)
    with force_locale(language):
        miles = ngettext("about %(num)d mile on the way there", "about %(num)d miles on the way there", leg.miles)
        if not travel:
            return str(miles)
        days = ngettext("%(num)d day of travel before it", "%(num)d days of travel before it", travel)
        return f"{miles}, {days}"


def about(stop: TourStop, leg: Leg | None, language: str) -> list[str]:
    """What the visitor may know of a meeting before they say yes: the way, who comes, about what, what to expect."""
    known = offered(stop.request, language)
    with force_locale(language):
        labels = {
            "offered_topics": gettext("Topics"),
            "offered_expenses": gettext("What the branch can pay"),
            "offered_access": gettext("Access and other needs"),
        }
    names = ("offered_audience", "offered_topics", "is_contested", "offered_expenses", "offered_access")
    told = [f"{labels[name]}: {known[name]}" if name in labels else known[name] for name in names if known[name]]
    return [part for part in (way(leg, language), *told) if part]


def asked(tour: Tour, stops: Sequence[TourStop], language: str) -> list[str]:
    """Each of these stops in a line, as the visitor is asked about it."""
    ways = legs_of(tour, tour.route)
    told = [[in_words(stop, language), *about(stop, ways.get(stop.id), language)] for stop in stops]
    return ["; ".join(part.rstrip(".") for part in parts) for parts in told]


def booked(stop: TourStop, leg: Leg | None, language: str) -> list[str]:
    """What the visitor knows once a meeting is agreed: whose it is, where, and whom to ask, as far as was agreed."""
    known = calendar_facts.facts(stop.request, language)
    contact = ", ".join(known[name] for name in ("branch_contact", "branch_phone", "branch_email") if known[name])
    return [part for part in (stop.request.heading, known["meeting_place"], contact, way(leg, language)) if part]
