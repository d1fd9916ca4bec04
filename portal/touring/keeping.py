"""The verbs of a tour: begun, solved again, a stop taken out or pinned, a day kept free. Nothing here commits.

Asking the visitor and confirming is `asking`’s, inviting neighbours `neighbours`’.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.accounts.models import Coordinator
from portal.directory import places
from portal.directory.places import Location
from portal.jobs import keeping as jobs
from portal.jobs import kinds
from portal.jobs.kinds import Kind
from portal.jobs.rows import FAILED, READY
from portal.speakers.register import Speaker
from portal.speakers.tour_rows import OFF, ON, OUT, Tour, TourInvitation, TourStop

KIND = "tour"
SECONDS = 90
MOST_DAYS = 35
"""A tour is no longer than this."""
MOST_TOURS = 100

kinds.register(Kind(KIND, "portal.touring.working:work", "portal.touring.working:keep", SECONDS))


@dataclass(frozen=True)
class Wanted:
    """What a coordinator says of a new tour. `end` is None where it does not matter where it ends."""

    first_on: date
    last_on: date
    start: str
    start_at: Location
    end: str
    end_at: Location | None
    most_miles: int
    rest_after: int
    has_interpreter: bool
    needs: str


class FixedError(Exception):
    """The visitor is asked or booked for this stop: it cannot be taken out or moved here."""


def place_named(text: str) -> Location | None:
    """The place that a town or a postcode means; None where it is not known, or where several towns are called so."""
    found = places.locate(text, text)
    return found if found is not None and found.precision != "region" else None


def begin(session: Session, speaker: Speaker, wanted: Wanted, *, by: Coordinator, now: datetime) -> Tour:
    """A new tour, flushed, whose route is being worked out."""
    tour = Tour(
        speaker=speaker,
        speaker_id=speaker.id,
        rests=[],
        left_out=[],
        created_at=now,
        created_by_id=by.id,
    )
    change(tour, wanted)
    tour.is_stale = False
    session.add(tour)
    session.flush()
    solve(session, tour, by=by, now=now)
    return tour


def change(tour: Tour, wanted: Wanted) -> None:
    """Put what was said in the place of what is kept. The route stays until it is worked out again."""
    tour.first_on, tour.last_on = wanted.first_on, wanted.last_on
    tour.start, tour.start_latitude, tour.start_longitude = wanted.start, wanted.start_at.lat, wanted.start_at.lon
    tour.end = wanted.end
    tour.end_latitude = wanted.end_at.lat if wanted.end_at else None
    tour.end_longitude = wanted.end_at.lon if wanted.end_at else None
    tour.most_miles, tour.rest_after = wanted.most_miles, wanted.rest_after
    tour.has_interpreter, tour.needs = wanted.has_interpreter, wanted.needs
    tour.is_stale = True


def in_the_way(session: Session, speaker: Speaker, wanted: Wanted, tour: Tour | None = None) -> Tour | None:
    """Another tour of the same visitor on some of these days; `tour` is the one that is changed."""
    rows = select(Tour).where(Tour.speaker_id == speaker.id)
    rows = rows.where(Tour.first_on <= wanted.last_on, Tour.last_on >= wanted.first_on)
    return session.scalars(rows.where(Tour.id != (tour.id if tour is not None else 0)).order_by(Tour.id)).first()


def left_outside(tour: Tour, wanted: Wanted) -> list[TourStop]:
    """The stops for which the visitor is asked or booked, and that lie outside these days."""
    return [stop for stop in tour.route if is_fixed(stop) and not wanted.first_on <= stop.on_date <= wanted.last_on]


def solve(session: Session, tour: Tour, *, by: Coordinator, now: datetime) -> bool:
    """Have the route worked out (again) by the worker; False where that is being done already."""
    if tour.job is not None and tour.job.stage not in (READY, FAILED):
        return False
    tour.job = jobs.ask(session, KIND, by.id, now)
    tour.job_id = tour.job.id
    return True


def take_out(tour: Tour, stop: TourStop) -> None:
    """Leave a stop out, also when the route is worked out again. Raises `FixedError`."""
    _insist_free(stop)
    stop.standing, stop.is_pinned, tour.is_stale = OUT, False, True


def put_back(tour: Tour, stop: TourStop) -> None:
    """What was taken out may stand on the route again."""
    if stop.standing == OUT:
        stop.standing, tour.is_stale = OFF, True


def pin(tour: Tour, stop: TourStop, *, is_pinned: bool) -> None:
    """Keep a stop on its day, or let it go where it is best."""
    if stop.standing == ON and stop.is_pinned != is_pinned:
        stop.is_pinned, tour.is_stale = is_pinned, True


def rest(tour: Tour, day: date, *, is_rest: bool) -> None:
    """Keep a day of the tour free of meetings and travel, or not any more. Raises `FixedError` for a fixed stop."""
    if not tour.first_on <= day <= tour.last_on or (day.isoformat() in tour.rests) == is_rest:
        return
    for stop in tour.route:
        if is_rest and stop.on_date == day:
            _insist_free(stop)
            stop.is_pinned = False
    tour.rests = sorted({*tour.rests} ^ {day.isoformat()})
    tour.is_stale = True


def is_fixed(stop: TourStop) -> bool:
    """Whether the visitor is asked or booked for a stop, so that only an answer or a move changes it."""
    return stop.offer is not None and stop.offer.closed_at is None


def load(session: Session, number: int, *, lock: bool = False) -> Tour | None:
    """A tour with its stops, their requests and invitations; None where there is none, or its visitor is hidden."""
    wanted = (
        select(Tour)
        .join(Tour.speaker)
        .where(Tour.id == number, Speaker.left_at.is_(None), Speaker.locked_at.is_(None))
        .options(
            selectinload(Tour.stops).options(
                joinedload(TourStop.request),
                joinedload(TourStop.offer),
                selectinload(TourStop.invitations).joinedload(TourInvitation.submission),
            )
        )
    )
    return session.scalars(wanted.with_for_update(of=Tour) if lock else wanted).unique().one_or_none()


def tours(session: Session) -> Sequence[Tour]:
    """All tours of those who may be shown, the last to begin first."""
    return (
        session.scalars(
            select(Tour)
            .join(Tour.speaker)
            .where(Speaker.left_at.is_(None), Speaker.locked_at.is_(None))
            .options(selectinload(Tour.stops))
            .order_by(Tour.first_on.desc(), Tour.id.desc())
            .limit(MOST_TOURS)
        )
        .unique()
        .all()
    )


def _insist_free(stop: TourStop) -> None:
    if is_fixed(stop):
        raise FixedError


def also_on(session: Session, tour: Tour, numbers: Collection[int], today: date) -> Sequence[tuple[int, int, str]]:
    """Which of these requests stand on the route of another tour that is not over, with its number and its visitor."""
    rows = (
        select(TourStop.submission_id, Tour.id, Speaker.name)
        .join(Tour, Tour.id == TourStop.tour_id)
        .join(Speaker, Speaker.id == Tour.speaker_id)
        .where(TourStop.submission_id.in_(numbers), TourStop.standing == ON)
        .where(Tour.id != tour.id, Tour.last_on >= today, Speaker.locked_at.is_(None))
        .order_by(TourStop.on_date, Tour.id)
    )
    return [(number, other, name) for number, other, name in session.execute(rows)] if numbers else []
