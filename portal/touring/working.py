"""Working a tour out aside, in a process of the worker: reading what fits, solving, writing the route down.

The web imports none of this: it brings the solver. Asking for it is `keeping.solve`.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import points, settings
from portal.jobs.kinds import CannotError, Say
from portal.speakers.tour_rows import OFF, ON, OUT, Tour, TourStop
from portal.submissions.models import reference_of
from portal.touring import fitting, legs, routes, solving, trips
from portal.touring.fitting import Fitting, Option
from portal.touring.legs import Place
from portal.touring.routes import TENTHS, Choice, Route, Task

MOST_LEFT_OUT = 40
"""More requests that do not stand on the route are not listed; the nearest come first."""
READING, SOLVING = "reading", "solving"
GONE, IMPOSSIBLE = "gone", "impossible"


class Found(NamedTuple):
    """What came of it: the options that stand on the route, and [number, why] of what does not."""

    options: tuple[Option, ...]
    left_out: list[list[Any]]


def work(session: Session, job: int, now: datetime, say: Say) -> Found:
    """The best route of the tour that this piece of work is for. Raises `CannotError`."""
    say(READING)
    tour = _of(session, job)
    if tour is None or not tour.speaker.is_in_register:
        raise CannotError(GONE)
    fits = fitting.fitting(session, tour, now)
    values = settings.everything(session)
    trip = trips.of(tour)
    worth = TENTHS * int(values[points.WORTH])
    pinned = {stop.submission_id for stop in tour.stops if stop.is_pinned and stop.standing == ON}
    choices = [
        Choice(
            each.number,
            each.day,
            each.place,
            worth + TENTHS * each.points,
            each.is_fixed or each.number in pinned,
        )
        for each in fits.options
    ]
    task = Task(trip, choices, int(values[points.MILES]))
    say(SOLVING)
    chosen = solving.best(task)
    route = routes.route(trip, chosen, task.a_mile)
    if route is None:
        raise CannotError(IMPOSSIBLE)
    by_place = {(each.number, each.day): each for each in fits.options}
    return Found(tuple(by_place[stop.number, stop.day] for stop in chosen), _left_out(task, route, fits))


def keep(session: Session, job: int, found: Found, now: datetime) -> None:
    """Write the route down, unless the tour has asked for another one meanwhile."""
    tour = _of(session, job)
    if tour is None:
        return
    known = {stop.submission_id: stop for stop in tour.stops}
    chosen = {each.number: each for each in found.options}
    for number, option in chosen.items():
        stop = known.get(number)
        if stop is None:
            stop = TourStop(submission_id=number, is_pinned=False, reasons=[])
            tour.stops.append(stop)
        elif stop.standing == OUT:
            continue
        stop.standing, stop.on_date, stop.at, stop.is_proposed = ON, option.day, _whole(option.at), option.is_proposed
        stop.points = option.points
        stop.reasons = [[reason.words, reason.points, against] for reason, against in option.reasons]
    for number, stop in known.items():
        if stop.standing == ON and number not in chosen:
            _put_aside(tour, stop)
    tour.left_out = found.left_out
    tour.solved_at, tour.is_stale = now, False


def _of(session: Session, job: int) -> Tour | None:
    return session.scalars(select(Tour).where(Tour.job_id == job)).one_or_none()


def _put_aside(tour: Tour, stop: TourStop) -> None:
    """A stop that is not on the route any more; what others were told of it is kept."""
    if stop.invitations or stop.offer_id is not None or stop.is_pinned:
        stop.standing = OFF
    else:
        tour.stops.remove(stop)


def _whole(at: time | None) -> time | None:
    return at.replace(second=0, microsecond=0, tzinfo=None) if at is not None else None


def _left_out(task: Task, route: Route, fits: Fitting) -> list[list[Any]]:
    """Requests in reach that do not stand on the route, the nearest first, with why."""
    on_it = {stop.number for stop in route.stops}
    near: list[Place] = [task.trip.start, *([task.trip.end] if task.trip.end else [])]
    near += [stop.place for stop in route.stops]

    def miles(number: int) -> int:
        return min(legs.miles_between(fits.places[number], each) for each in near) if number in fits.places else 0

    numbers = {*fits.why_not, *(each.number for each in fits.options)} - on_it
    in_reach = sorted((miles(number), number) for number in numbers if miles(number) <= task.trip.most_miles)
    return [
        [
            number,
            "; ".join(fits.why_not[number])
            if number in fits.why_not
            else routes.why_not(task, route, number, reference_of),
        ]
        for _, number in in_reach[:MOST_LEFT_OUT]
    ]
