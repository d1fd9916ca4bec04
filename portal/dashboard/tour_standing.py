"""How far a tour has come, in sentences: what is confirmed, refused or gone. The next step stands in the template."""

from __future__ import annotations

from datetime import date

from flask import url_for
from sqlalchemy.orm import Session

from portal.dashboard import words
from portal.speakers.engagements import ACCEPTED, ASKED, CONFIRMED, DECLINED, EXPIRED
from portal.speakers.tour_rows import Tour, TourStop
from portal.touring import asking, keeping

STATES = {
    ASKED: "The visitor is asked",
    ACCEPTED: "The visitor has said yes",
    CONFIRMED: "Confirmed",
    DECLINED: "The visitor has said no",
    EXPIRED: "The visitor did not answer in time",
}


def of(stop: TourStop) -> str:
    """How the visitor stands to a stop, or why there is no meeting any more; without a full stop."""
    if asking.is_gone(stop):
        return f"Gone: {asking.why_gone(stop)}"
    return STATES.get(stop.offer.state, "") if stop.offer is not None else ""


def so_far(tour: Tour) -> str:
    """What is agreed, to how many the visitor has said no, and how many are still open."""
    living = living_stops(tour)
    confirmed = sum(asking.is_confirmed(stop) for stop in living)
    refused = sum(asking.is_refused(stop) for stop in living)
    waiting = len(asking.waiting(tour))
    parts = [
        f"{_meetings(confirmed)} confirmed." if confirmed else "Nothing is agreed yet.",
        f"The visitor has said no to {_meetings(refused, is_subject=False)}." if refused else "",
        f"{_meetings(waiting)} asked about, and not confirmed." if waiting else "",
    ]
    return " ".join(part for part in parts if part)


def to_agree(tour: Tour) -> list[TourStop]:
    """The stops to which the visitor has said yes, and whose day or hour is still to be agreed with the branch."""
    return [stop for stop in asking.to_confirm(tour) if stop.is_proposed or stop.at is None]


def living_stops(tour: Tour) -> list[TourStop]:
    """The stops of the route whose branch still wants its meeting."""
    return [stop for stop in tour.route if not asking.is_gone(stop)]


def gone(tour: Tour) -> str:
    """Whose meetings on the route have fallen away or moved, and why; empty for nobody’s."""
    told = [(stop, asking.why_gone(stop) or moved(stop)) for stop in tour.route]
    return "; ".join(f"{stop.request.heading} ({why})" for stop, why in told if why)


def moved(stop: TourStop) -> str:
    """That a meeting was confirmed for this day and is on another one now; empty for all others."""
    day = stop.request.meeting_on
    if not asking.is_confirmed(stop) or day is None or day == stop.on_date:
        return ""
    return f"it has moved to {words.long_day(day)}"


def _meetings(count: int, *, is_subject: bool = True) -> str:
    if not is_subject:
        return "one meeting" if count == 1 else f"{count} meetings"
    return "One meeting is" if count == 1 else f"{count} meetings are"


def also_on(session: Session, tour: Tour, today: date) -> list[tuple[str, str, str]]:
    """Meetings of this route that stand on another tour as well: their name, whose tour that is, and its address."""
    names = {stop.submission_id: stop.request.heading for stop in tour.route}
    return [
        (names[number], name, url_for("dashboard.tour", tour_id=other))
        for number, other, name in keeping.also_on(session, tour, names, today)
    ]
