"""What is told of a tour by itself: the route to its visitor once more, and to both sides who joins a meeting.

The worker looks every few minutes. What somebody was told last is kept with the invitation, so that whatever happens to
a meeting (confirmed, moved, called off), and whoever does it, its neighbours hear of it once. Nothing here commits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal import settings
from portal.clock import london_day
from portal.speakers import offers
from portal.speakers.engagements import ASKED, Offer
from portal.speakers.tour_rows import COHOST, JOIN, ON, Tour, TourInvitation, TourStop
from portal.submissions import daily, quiet_days, tasks
from portal.submissions.workflow import Rests
from portal.touring import asking, letters, lines

BEFORE = timedelta(days=3)
"""So long before its first day the visitor is sent the route once more."""
OFF = "off"
"""Marks a branch that was told that the meeting does not take place as it was invited to it."""
TAKES_PLACE = ("confirmed", "held", "closed")
"""The states of a request whose visitor comes, or came. Whoever was there that evening is told nothing more."""
COMES = (JOIN, COHOST)
ASK_THEM = (
    "A branch joins this meeting of a visitor’s tour, and does not know yet whose it is. Ask the hosting branch "
    "whether we may name it, and say so under “Invite neighbours” on the page of the tour."
)


def due(session: Session, now: datetime) -> Sequence[int]:
    """The numbers of tours of which something may have to be told now."""
    today = london_day(now)
    answered = select(TourStop.tour_id).join(TourStop.invitations).where(TourInvitation.answer != "")
    is_silent = Tour.asked_at.is_not(None) & (Tour.answer_by >= today)
    is_near = Tour.reminded_on.is_(None) & (Tour.first_on <= today + BEFORE) & Tour.asked_at.is_not(None)
    rows = (
        select(Tour.id).where(Tour.last_on >= today, or_(is_near, is_silent, Tour.id.in_(answered))).order_by(Tour.id)
    )
    return session.scalars(rows).all()


def tell(session: Session, number: int, now: datetime) -> None:
    """Tell what is due of one tour."""
    tour = _load(session, number)
    if tour is None:
        return
    today = london_day(now)
    _remind(session, tour, now)
    _ask_again(session, tour, now)
    for stop in tour.stops:
        if lines.day_of(stop) >= today and any(each.answer for each in stop.invitations):
            _tell_neighbours(session, stop, now)


def _load(session: Session, number: int) -> Tour | None:
    """A tour with all that is told of it; also that of a visitor who is hidden: branches hear that nobody comes."""
    wanted = (
        select(Tour)
        .where(Tour.id == number)
        .options(
            selectinload(Tour.stops).options(
                joinedload(TourStop.request),
                joinedload(TourStop.offer),
                selectinload(TourStop.invitations).joinedload(TourInvitation.submission),
            )
        )
        .with_for_update(of=Tour)
    )
    return session.scalars(wanted).unique().one_or_none()


def _remind(session: Session, tour: Tour, now: datetime) -> None:
    """Send the visitor the route once more, as far as it is agreed, some days before it begins."""
    today = london_day(now)
    is_time = tour.reminded_on is None and tour.first_on - BEFORE <= today <= tour.first_on
    is_time = is_time and quiet_days.is_waking(now, Rests.WEEKENDS)
    stops = [stop for stop in tour.route if asking.is_confirmed(stop)]
    if is_time and tour.speaker.is_in_register and stops:
        tour.reminded_on = today
        letters.remind(session, tour, stops, now=now)


def _ask_again(session: Session, tour: Tour, now: datetime) -> None:
    """Remind a visitor, once, who was asked some days ago and has not answered, as anybody is who is asked to speak."""
    today = london_day(now)
    if tour.asked_at is None or tour.answer_by is None or not tour.speaker.is_in_register:
        return
    asked_on = london_day(tour.asked_at)
    first = asked_on + timedelta(days=int(settings.get(session, offers.DAYS_TO_REMIND)))
    silent = [stop for stop in asking.waiting(tour) if stop.offer is not None and _is_silent(stop.offer)]
    if not silent or not first <= today <= tour.answer_by or not quiet_days.is_waking(now, Rests.WEEKENDS):
        return
    duty = f"tour-answer:{tour.id}"
    if not daily.is_done(session, duty, asked_on):
        daily.note(session, duty, asked_on, now)
        letters.ask_again(session, tour, silent, now=now)


def _is_silent(offer: Offer) -> bool:
    return offer.state == ASKED and offer.answered_at is None and not offer.is_resting


def takes_place(stop: TourStop) -> bool:
    """Whether the meeting of a stop is agreed, with the visitor of the tour, or was held with them."""
    return (
        stop.standing == ON
        and asking.is_confirmed(stop)
        and stop.request.state in TAKES_PLACE
        and stop.tour.speaker.is_in_register
    )


def _is_lost(stop: TourStop) -> bool:
    """Whether the visitor will not come to a meeting, as things stand."""
    is_told = any(each.told not in ("", OFF) for each in stop.invitations)
    is_over = stop.standing != ON or asking.is_gone(stop) or asking.is_refused(stop)
    return is_told or is_over or not stop.tour.speaker.is_in_register


def _tell_neighbours(session: Session, stop: TourStop, now: datetime) -> None:
    """Tell both sides of a stop what they do not know yet."""
    on = takes_place(stop)
    if not on:
        if _is_lost(stop):
            for each in stop.invitations:
                if each.told != OFF and (each.answer in COMES or each.told):
                    each.told = OFF
                    letters.call_off(session, each, now=now)
        return
    for each in stop.invitations:
        if each.answer in COMES:
            _tell_one(session, each, now)
        else:
            each.told = ""
    _tell_host(session, stop, now)


def _tell_one(session: Session, invitation: TourInvitation, now: datetime) -> None:
    """Tell a branch that joins what it may know, where that is news to it."""
    mark = hashlib.sha256(repr(sorted(letters.agreed(invitation, "en").items())).encode()).hexdigest()
    if invitation.told != mark:
        invitation.told = mark
        letters.tell_agreed(session, invitation, now=now)


def _tell_host(session: Session, stop: TourStop, now: datetime) -> None:
    """Tell the hosting branch who joins, and who does not any more, where that is news to it."""
    known = [each for each in stop.invitations if each.answer in COMES or each.host_told in COMES]
    if all(each.host_told == each.answer for each in known):
        return
    letters.tell_host(session, stop, known, now=now)
    for each in known:
        each.host_told = each.answer
    if any(each.answer in COMES and not each.names_host for each in known):
        tasks.open_task(
            session,
            key=f"tour-name-host:{stop.id}",
            reason="offer",
            about=ASK_THEM,
            due_on=asking.next_day_of_ours(now),
            now=now,
            submission_id=stop.submission_id,
        )
