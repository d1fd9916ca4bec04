"""Asking a visitor about the whole route at once, what they answer, and confirming stop by stop. Nothing here commits.

Each stop is an ordinary offer, made, answered and confirmed by the moves of its request; only the letter and the page
are one for all.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from portal import points, settings
from portal.clock import london_day
from portal.speakers import consenting, offers, tour_moves
from portal.speakers.bookings import MeetingHasPassedError
from portal.speakers.engagements import ACCEPTED, CONFIRMED, DECLINED, WAITING
from portal.speakers.models import SpeakerRequest
from portal.speakers.tour_rows import Tour, TourStop
from portal.submissions import actions, turns
from portal.submissions.actions import MissingAnswerError, NotPermittedError, WrongAnswerError
from portal.submissions.deadlines import working_day
from portal.submissions.history import Mover
from portal.submissions.promises import is_working_day, working_days_after
from portal.submissions.workflow import Actor
from portal.touring import letters
from portal.touring.fitting import SEARCHING, fitting

VISITOR = Mover(Actor.SPEAKER)
MOVED_ON = "the request has moved on meanwhile"
NO_DAY = "the branch has changed its dates meanwhile: work the route out again"
NOT_ACCEPTED = "the visitor has not said yes"
NOT_ASKED = "the visitor has not been asked"
REFUSED = "the visitor has said no"
GONE = {
    "withdrawn": "the branch has withdrawn its request",
    "declined": "we have declined the request",
    "cancelled": "the meeting is called off",
}
"""The states of a request without a meeting to go to, and what each means for the tour."""
TAKEN = {
    "offered": "somebody else is asked to speak there",
    "confirmed": "somebody else speaks there",
    "held": "somebody else spoke there",
    "closed": "somebody else spoke there",
    "no-match": "we have told the branch that nobody can come",
}
"""The same where the visitor is neither asked nor booked: a colleague has found somebody else meanwhile."""
CONFIRMED_ALREADY = "it is confirmed already"
NO_HOUR = "agree the hour with the branch first, and enter it"
NOT_AGREED = "agree the day with the branch first, and tick the box"


class Trouble(NamedTuple):
    """A stop with which something could not be done, and why, in words that follow "not done:"."""

    stop: TourStop
    why: str


class Naming(NamedTuple):
    """The consent to be named to the branches: whether it was given, in which words, version and language."""

    is_given: bool
    words: str
    version: str
    language: str


class CannotConfirmError(Exception):
    """A stop cannot be confirmed; the text says why."""


def to_ask(tour: Tour) -> list[TourStop]:
    """The stops of the route about which the visitor is to be asked; none to which they have said no."""
    free = [stop for stop in tour.route if stop.offer is None or stop.offer.closed_at is not None]
    return [stop for stop in free if _can_ask(stop) and not is_refused(stop)]


def is_refused(stop: TourStop) -> bool:
    """Whether the visitor has said no to a stop: we do not ask them a second time."""
    return stop.offer is not None and stop.offer.state == DECLINED


def is_confirmed(stop: TourStop) -> bool:
    """Whether the meeting of a stop is agreed with both sides."""
    return stop.offer is not None and stop.offer.closed_at is None and stop.offer.state == CONFIRMED


def why_gone(stop: TourStop) -> str:
    """Why there is no meeting for the visitor any more, in words that follow "not asked:"; empty where there is one."""
    is_theirs = stop.offer is not None and (stop.offer.closed_at is None or stop.offer.state == CONFIRMED)
    return GONE.get(stop.request.state, "") or ("" if is_theirs else TAKEN.get(stop.request.state, ""))


def is_gone(stop: TourStop) -> bool:
    """Whether the branch no longer asks for a speaker, so that there is no meeting to go to."""
    return bool(why_gone(stop))


def _can_ask(stop: TourStop) -> bool:
    return stop.request.state in SEARCHING and stop.request.held_reason is None


def last_day_to_answer(session: Session, tour: Tour, today: date) -> date:
    """By when the visitor is asked to answer: in the days that are set, but before the tour begins."""
    until = working_day(today + timedelta(days=int(settings.get(session, points.ANSWER))), today)
    return max(today, min(until, tour.first_on - timedelta(days=1)))


def put(session: Session, tour: Tour, *, by: Mover, now: datetime) -> tuple[list[TourStop], list[Trouble]]:
    """Ask the visitor about all stops that are left to ask, in one letter. Gives those asked, and what hindered others.

    No letter leaves where nobody could be asked.
    """
    asked, troubles = [], []
    until = last_day_to_answer(session, tour, london_day(now))
    fits = fitting(session, tour, now)
    can = {(option.number, option.day) for option in fits.options}
    for stop in to_ask(tour):
        # The route may be days old: whoever has paused, is away or booked since is not asked.
        if (stop.submission_id, stop.on_date) not in can:
            troubles.append(Trouble(stop, "; ".join(fits.why_not.get(stop.submission_id, ())) or NO_DAY))
            continue
        try:
            with session.begin_nested():
                _ask(session, tour, stop, until, by=by, now=now)
        except (WrongAnswerError, NotPermittedError) as error:
            troubles.append(Trouble(stop, _said(error)))
        else:
            asked.append(stop)
    if asked:
        tour.asked_at, tour.answer_by = now, until
        letters.ask(session, tour, by=by.coordinator, now=now)
    return asked, troubles


def _ask(session: Session, tour: Tour, stop: TourStop, until: date, *, by: Mover, now: datetime) -> None:
    request = stop.request
    if not _still_wants(request, stop):
        raise WrongAnswerError("speakers", NO_DAY)
    given = {"speakers": str(tour.speaker_id), "until": until.isoformat()}
    if stop.is_proposed:
        given |= {"proposed": stop.on_date.isoformat(), "tour": str(tour.id)}
    else:
        given["day"] = stop.on_date.isoformat()
    actions.perform(session, request, tour_moves.ASK, by=by, now=now, answers=given)
    offer = next(each for each in reversed(request.offers) if each.speaker_id == tour.speaker_id)
    offer.tour_id, offer.answer_by = tour.id, until
    offers.count_days(request, session)
    stop.offer = offer


def _still_wants(request: SpeakerRequest, stop: TourStop) -> bool:
    """Whether the branch still names the day of a stop, or still leaves it open."""
    days = {row["on"] for row in offers.dates_offered(request)}
    return not days if stop.is_proposed else stop.on_date.isoformat() in days


def waiting(tour: Tour) -> list[TourStop]:
    """The stops about which the visitor can still answer, in the order of the route."""
    return [
        stop
        for stop in tour.route
        if stop.offer is not None
        and stop.offer.closed_at is None
        and stop.offer.state in WAITING
        and stop.request.state == "offered"
    ]


def refused(tour: Tour, today: date) -> list[TourStop]:
    """The stops to which the visitor has said no, and can still say yes: the branch asks, and nobody is booked."""
    return [
        stop
        for stop in tour.route
        if is_refused(stop)
        and stop.request.state in ("matching", "offered")
        and stop.request.held_reason is None
        and stop.on_date > today
        and _still_wants(stop.request, stop)
    ]


def to_answer(tour: Tour, today: date) -> list[TourStop]:
    """The stops about which the visitor can say something now, also those refused, in the order of the route."""
    return sorted([*waiting(tour), *refused(tour, today)], key=lambda stop: stop.on_date)


def answer(
    session: Session, tour: Tour, yes: Collection[int], seen: Collection[int], naming: Naming, now: datetime
) -> tuple[int, int]:
    """The visitor says yes to the stops of these numbers, and no to the others that they have seen. How many of each.

    A yes to what was refused takes the no back. Raises what `actions.perform` raises.
    """
    kept = said_no = 0
    for stop in refused(tour, london_day(now)):
        if stop.id in yes and stop.offer is not None:
            move = tour_moves.ONE_AFTER_ALL if stop.request.state == "offered" else tour_moves.AFTER_ALL
            actions.perform(session, stop.request, move, by=VISITOR, now=now, answers={"offer": str(stop.offer.id)})
    for stop in waiting(tour):
        offer, request = stop.offer, stop.request
        if offer is None or stop.id not in seen:
            continue
        if stop.id not in yes:
            move = tour_moves.ONE_NO if request.are_several_asked else tour_moves.NO
            actions.perform(session, request, move, by=VISITOR, now=now, answers={"offer": str(offer.id)})
            said_no += 1
            continue
        kept += 1
        if offer.state == ACCEPTED and offer.may_name_me == naming.is_given:
            continue
        given = {
            "offer": str(offer.id),
            "accepted": "" if stop.is_proposed else stop.on_date.isoformat(),
            "may_name_me": "yes" if naming.is_given else "no",
        }
        actions.perform(session, request, tour_moves.YES, by=VISITOR, now=now, answers=given)
        if naming.is_given:
            consenting.record_meeting(offer, naming.words, naming.version, language=naming.language, now=now)
    return kept, said_no


def to_confirm(tour: Tour) -> list[TourStop]:
    """The stops to which the visitor has said yes, and that nobody has confirmed."""
    return [stop for stop in waiting(tour) if stop.offer is not None and stop.offer.state == ACCEPTED]


def not_confirmed(tour: Tour) -> list[Trouble]:
    """The stops of the route that nobody can confirm now, and that are not confirmed, each with why."""
    can = to_confirm(tour)
    return [Trouble(stop, _why_not(stop)) for stop in tour.route if stop not in can and not is_confirmed(stop)]


def _why_not(stop: TourStop) -> str:
    if is_gone(stop):
        return why_gone(stop)
    if stop.offer is None:
        return NOT_ASKED
    if is_refused(stop):
        return REFUSED
    return NOT_ACCEPTED if stop.offer.closed_at is None and stop.offer.state != ACCEPTED else MOVED_ON


def confirm(session: Session, stop: TourStop, *, at: time | None, is_agreed: bool, by: Mover, now: datetime) -> None:
    """Confirm one stop by the move of its request, with all its checks and letters. Raises `CannotConfirmError`.

    `at` is the hour in London where the branch has not named it; `is_agreed` says that the branch agreed to a day that
    it had not named.
    """
    offer, request = stop.offer, stop.request
    if is_gone(stop):
        raise CannotConfirmError(why_gone(stop))
    if offer is None or offer.closed_at is not None or offer.state != ACCEPTED:
        is_done = offer is not None and offer.closed_at is None and offer.state == CONFIRMED
        raise CannotConfirmError(CONFIRMED_ALREADY if is_done else NOT_ACCEPTED)
    if request.state != "offered":
        raise CannotConfirmError(MOVED_ON)
    if stop.is_proposed and not is_agreed:
        raise CannotConfirmError(NOT_AGREED)
    if not stop.is_proposed and not _still_wants(request, stop):
        raise CannotConfirmError(NO_DAY)
    hour = stop.at or at
    if hour is None:
        raise CannotConfirmError(NO_HOUR)
    given = {"offer": str(offer.id), "confirmed_on": stop.on_date.isoformat(), "confirmed_time": f"{hour:%H:%M}"}
    try:
        actions.perform(session, request, "confirm", by=by, now=now, answers=given)
    except MeetingHasPassedError:
        raise CannotConfirmError("that day has passed") from None
    except (WrongAnswerError, NotPermittedError, MissingAnswerError) as error:
        raise CannotConfirmError(_said(error)) from None
    turns.touch(request)
    stop.at = hour


def fallen(tour: Tour) -> Sequence[TourStop]:
    """Stops of the route that were asked and came to nothing: said no, did not answer, were released."""
    return [stop for stop in tour.route if stop.offer is not None and stop.offer.closed_at is not None]


def next_day_of_ours(now: datetime) -> date:
    """Today, or the next working day where today is none: when something is due that has just arisen."""
    today = london_day(now)
    return today if is_working_day(today) else working_days_after(today, 1)


def _said(error: Exception) -> str:
    sentence = error.sentence if isinstance(error, WrongAnswerError) else MOVED_ON
    return sentence[:1].lower() + sentence[1:] if sentence in (MOVED_ON, NO_DAY) else sentence
