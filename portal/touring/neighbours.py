"""Branches near a stop that can be invited to join it or to host it together, and what they answer.

We write to nobody who has not agreed to hear from us. That is so, first, where a branch waits for a speaker itself: the
letter is about its own request. Second, where the newest request of an address has ticked that it would like the
campaign’s newsletter; one that was withdrawn, declined or is held for review counts for nothing. Whoever stands on the
route already, and whom the visitor does not wish to visit, is not invited. Nothing here commits.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from portal import points, settings
from portal.speakers import diary
from portal.speakers.engagements import ACCEPTED, CONFIRMED
from portal.speakers.models import SpeakerRequest
from portal.speakers.tour_rows import COHOST, JOIN, MESSAGE, NO, Tour, TourInvitation, TourStop
from portal.submissions import actions, tasks
from portal.submissions.day_words import in_words_of
from portal.submissions.history import Mover
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor
from portal.touring import asking, legs, letters
from portal.touring.fitting import LIVING

BY_ITSELF = Mover(Actor.WORKER)
NEVER = ("withdrawn", "declined", "cancelled")
"""Who was closed so did not ask to hear more."""
MILES_A_DEGREE = 69.0
MOST = 30
SAID = {
    JOIN: "will join",
    COHOST: "would like to host it together",
    NO: "said no, thank you",
    MESSAGE: "wrote a message",
}
"""What an answer means, after the name of the branch."""


class Neighbour(NamedTuple):
    """A branch that can be invited: the request by which we know it, and how many miles away it is."""

    submission: Submission
    miles: int
    asks_itself: bool


def near(session: Session, tour: Tour, stop: TourStop) -> list[Neighbour]:
    """Who can be invited to a stop: those who wait for a speaker first, the nearest first. At most three statements."""
    place = diary.place_of(stop.request)
    if place is None:
        return []
    reach = int(settings.get(session, points.NEIGHBOURS))
    lat, lon = place
    up, across = reach / MILES_A_DEGREE, reach / (MILES_A_DEGREE * math.cos(math.radians(lat)))
    rows = session.scalars(
        select(Submission)
        .where(
            Submission.latitude.between(lat - up, lat + up), Submission.longitude.between(lon - across, lon + across)
        )
        .where(Submission.held_reason.is_(None), Submission.contact_email != "", Submission.state.not_in(NEVER))
        .order_by(Submission.id.desc())
        .limit(500)
    ).all()
    waiting = [each for each in rows if isinstance(each, SpeakerRequest) and each.is_open and each.state in LIVING]
    newest = _newest(session, [each.contact_email for each in rows])
    willing = [each for each in rows if each.wants_newsletter and newest.get(each.contact_email.lower()) == each.id]
    on_route = {each.submission_id for each in tour.route}
    hosts = [each.request for each in tour.route]
    taken = {each.contact_email.lower() for each in hosts}
    branches = {each.branch_id for each in hosts if each.branch_id is not None}
    invited = {each.submission.contact_email.lower() for other in tour.stops for each in other.invitations}
    found: list[Neighbour] = []
    for each in (*waiting, *willing):
        address = each.contact_email.lower()
        if each.id in on_route or each.branch_id in branches or address in taken | invited or _is_vetoed(tour, each):
            continue
        miles = legs.miles_between(place, (each.latitude or 0.0, each.longitude or 0.0))
        if miles <= reach:
            taken.add(address)
            found.append(Neighbour(each, miles, each in waiting))
    return sorted(found, key=lambda one: (not one.asks_itself, one.miles, one.submission.id))[:MOST]


def _newest(session: Session, addresses: list[str]) -> dict[str, int]:
    """The number of the newest request of each address, in small letters."""
    folded = func.lower(Submission.contact_email)
    wanted = {each.lower() for each in addresses}
    rows = session.execute(select(folded, func.max(Submission.id)).where(folded.in_(wanted)).group_by(folded))
    return {row[0]: row[1] for row in rows}


def _is_vetoed(tour: Tour, submission: Submission) -> bool:
    return any(
        (each.branch_id is not None and each.branch_id == submission.branch_id)
        or (each.union_id is not None and each.union_id == submission.union_id)
        for each in tour.speaker.vetoes
    )


def has_yes(stop: TourStop) -> bool:
    """Whether the visitor has said yes to a stop, so that others may hear of it."""
    offer = stop.offer
    return offer is not None and offer.closed_at is None and offer.state in (ACCEPTED, CONFIRMED)


def is_for_members(stop: TourStop) -> bool:
    """Whether the host has said that only its members can come."""
    return stop.request.audience == "members"


def invite(
    session: Session,
    tour: Tour,
    stop: TourStop,
    numbers: Collection[int],
    *,
    names_host: bool,
    by: Mover,
    now: datetime,
) -> int:
    """Invite those of these numbers (of requests) who can be invited now; how many letters leave."""
    count = 0
    for each in near(session, tour, stop):
        if each.submission.id not in numbers:
            continue
        invitation = TourInvitation(
            submission=each.submission,
            submission_id=each.submission.id,
            names_host=names_host,
            invited_at=now,
            invited_by_id=by.coordinator.id if by.coordinator else None,
            answer="",
            message="",
        )
        stop.invitations.append(invitation)
        session.flush()
        letters.invite(session, invitation, by=by, now=now)
        count += 1
    return count


def name_host(session: Session, stop: TourStop, *, by: Mover, now: datetime) -> bool:
    """The host agreed to be named to all who are invited; who joins hears it by itself. False where it was so."""
    unnamed = [each for each in stop.invitations if not each.names_host]
    for each in unnamed:
        each.names_host = True
    by_id = by.coordinator.id if by.coordinator is not None else None
    tasks.finish_all(session, f"tour-name-host:{stop.id}", by_id=by_id, now=now, outcome="The host agreed to be named.")
    return bool(unnamed)


def answer(session: Session, invitation: TourInvitation, said: str, message: str, now: datetime) -> bool:
    """Keep what a branch answers, and tell coordinators at both requests; False where it has said the same before."""
    if (invitation.answer, invitation.message) == (said, message):
        return False
    invitation.answer, invitation.message, invitation.answered_at = said, message, now
    stop, known = invitation.stop, invitation.submission
    day = in_words_of(stop.on_date, "en")
    words = f"{known.heading} was invited to this meeting of a visitor’s tour on {day}, and {SAID[said]}."
    actions.add_note(session, stop.request, words, by=BY_ITSELF, now=now)
    about = f"{known.heading} {SAID[said]}: {stop.request.heading}, {day}. Read it on the page of the tour."
    if said in (JOIN, COHOST) and known.kind == "speaker" and known.is_open:
        actions.add_note(session, known, f"{SERVED} {stop.request.heading}, {day}.", by=BY_ITSELF, now=now)
        about += (
            f" They wait for a speaker themselves ({known.reference}): ask whether this serves them both, and close it."
        )
    if said != NO or message:
        tasks.open_task(
            session,
            key=f"tour-answer:{invitation.id}:{now:%Y%m%d%H%M%S}",
            reason="offer",
            about=about,
            due_on=asking.next_day_of_ours(now),
            now=now,
            submission_id=stop.submission_id,
        )
    return True


SERVED = "They take part in a meeting of a visitor’s tour with"
"""Stands on the request of a branch that waits for a speaker itself, before whose meeting it is."""


def load(session: Session, number: int, *, lock: bool = False) -> TourInvitation | None:
    """An invitation with its stop, its tour and both requests; None where there is none of that number."""
    wanted = (
        select(TourInvitation)
        .where(TourInvitation.id == number)
        .options(
            joinedload(TourInvitation.stop).options(joinedload(TourStop.tour), joinedload(TourStop.request)),
            joinedload(TourInvitation.submission),
        )
    )
    return session.scalars(wanted.with_for_update(of=TourInvitation) if lock else wanted).unique().one_or_none()
