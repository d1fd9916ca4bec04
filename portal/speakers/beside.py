"""Who is booked beside a speaker, in a role: somebody stands by, and speaks if the first cannot; somebody interprets.

Power cuts and air-raid alarms break calls: whoever joins from Ukraine has somebody beside them, or the branch has a
plan B in writing. Whoever interprets may be asked before a speaker is: then they say which days suit them, and are
booked with the speaker once a day is agreed. Who fits is found in `matching` and `interpreters`. Every function is what
a move of the workflow calls, or what `bookings` calls when a meeting gets another day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask_babel import gettext
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.speakers import asking, chosen, diary, in_time, interpreters, offers, searching_tasks
from portal.speakers.diary import DoubleBookedError
from portal.speakers.engagements import (
    ACCEPTED,
    ASKED,
    CONFIRMED,
    DECLINED,
    EXPIRED,
    INTERPRETER,
    RELEASED,
    SPEAKER,
    STAND_BY,
    Offer,
)
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker
from portal.submissions import tasks
from portal.submissions.actions import WrongAnswerError
from portal.submissions.promises import working_days_after
from portal.submissions.workflow import N_

VETOED_SINCE = N_(
    "We have noted that this branch is not to be visited, so that nothing can be booked. Has that changed? Then the "
    "note is to be taken back first: a word to us is enough."
)
AGREED = ("confirmed",)
"""In these states a meeting has its speaker, its day and its hour."""


@dataclass(frozen=True)
class Words:
    """What a coordinator reads about a role: two refusals, and tasks where somebody is silent or booked elsewhere."""

    one_only: str
    there_is_one: str
    silent: str
    busy: str


WORDS = {
    STAND_BY: Words(
        one_only="Choose one speaker to stand by",
        there_is_one="Somebody stands by already, or is asked to",
        silent="Whoever was asked to stand by did not answer in time. Ask somebody else, or tell the branch what to do "
        "if the call breaks.",
        busy="Whoever stood by is booked elsewhere at the new time. Ask somebody else to stand by.",
    ),
    INTERPRETER: Words(
        one_only="Choose one interpreter",
        there_is_one="Somebody interprets already, or is asked to",
        silent="Whoever was asked to interpret did not answer in time. Ask another interpreter.",
        busy="Whoever was to interpret is booked elsewhere at the time that was agreed. Ask another interpreter.",
    ),
}


def ask(role: str, request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Ask one person of the register (`speakers`: their number) to come in a role, with the days in question.

    Raises `WrongAnswerError` where it is not one, where somebody is asked already, and for whom something forbids.
    """
    session, words = offers.session_of(request), WORDS[role]
    found = chosen.by_number(session, request, answers)
    if len(found) != 1:
        raise WrongAnswerError("speakers", words.one_only)
    if request.open_offers(role):
        raise WrongAnswerError("speakers", words.there_is_one)
    speaker = found[0]
    if offers.is_waiting_for(request, speaker):
        raise WrongAnswerError("speakers", offers.ASKED_ALREADY.format(name=speaker.name))
    although = answers.get("although", "")
    _insist(role, request, speaker, although, now)
    offers.put(request, speaker, role, although, now, offers.rows_to_ask(request, now))
    offers.count_days(request, session)
    return {"speaker_name": speaker.name}


def accept(role: str, request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """They come on days of the offer (`accepted`: ISO days with commas); where one is agreed, its hours are theirs.

    Raises `WrongAnswerError` where no day is left or they do not wish to visit the branch, and `DoubleBookedError`
    where they are booked elsewhere meanwhile.
    """
    found, session = offers.answered(request, answers, role), offers.session_of(request)
    if found.is_vetoed:
        raise WrongAnswerError("accepted", gettext(VETOED_SINCE))
    known = [row["on"] for row in in_time.dates_left(found, london_day(now))]
    if found.dates and not known:
        raise WrongAnswerError("accepted", gettext("These dates have passed"))
    found.accepted = [day for day in answers.get("accepted", "").split(",") if day in known] or known[:1]
    found.state, found.answered_at = ACCEPTED, now
    found.may_name_me = answers.get("may_name_me") == "yes"
    if request.state in AGREED:
        offers.confirm(found, now)
        diary.book(session, request, found, now, role=role)
    offers.count_days(request, session)
    return {"speaker_name": found.speaker.name}


def decline(role: str, request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """They cannot come, or not any more."""
    found = offers.answered(request, answers, role)
    offers.end(found, DECLINED, now, answers.get("reason", ""))
    searching_tasks.is_let_go(request, found.speaker_id, now)
    diary.cancel(request, now, (role,))
    offers.count_days(request, offers.session_of(request))
    return {"speaker_name": found.speaker.name}


ask_to_stand_by, ask_to_interpret = partial(ask, STAND_BY), partial(ask, INTERPRETER)
accept_standing_by, accept_interpreting = partial(accept, STAND_BY), partial(accept, INTERPRETER)
decline_standing_by, decline_interpreting = partial(decline, STAND_BY), partial(decline, INTERPRETER)


def expire(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """Whoever was asked to stand by or to interpret and is silent is asked no longer; a task asks for another."""
    today, session = london_day(now), offers.session_of(request)
    for each in request.asked_beside:
        if offers.is_unanswered(each) and each.answer_by < today:
            offers.end(each, EXPIRED, now)
            tasks.open_task(
                session,
                key=f"{each.role}-silent:{request.id}:{today}",
                reason="offer",
                about=WORDS[each.role].silent,
                due_on=working_days_after(today, 1),
                now=now,
                submission_id=request.id,
            )
    offers.count_days(request, session)


def swap(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Whoever stands by speaks; the first speaker, where there still is one, is thanked and free."""
    standing = request.stand_by
    if standing is None:
        raise WrongAnswerError("reason", gettext("Nobody stands by"))
    if chosen.is_vetoed(standing.speaker, request):
        raise WrongAnswerError("reason", chosen.VETOED.format(name=standing.speaker.name))
    for each in request.asked_now:
        offers.end(each, RELEASED, now)
    diary.cancel(request, now, (SPEAKER,))
    standing.role = SPEAKER
    for booking in diary.living(request):
        if booking.role == STAND_BY:
            booking.role = SPEAKER
            diary.move(offers.session_of(request), request, booking)
    offers.name(request, standing.speaker)
    searching_tasks.somebody_is_asked(request, now)
    offers.count_days(request, offers.session_of(request))
    return {"speaker_name": standing.speaker.name}


def keep_plan_b(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """Keep what the branch was told to do if the call breaks."""
    request.fallback = answers["reason"]


def follow(request: SpeakerRequest, now: datetime) -> None:
    """A meeting has got its day: whoever said yes to it is booked, and whoever has not is asked about it as it is now.

    Those who are booked already have gone along with it, or were let go.
    """
    for each in request.asked_beside:
        if each.role == STAND_BY:
            # It is the day that was agreed with the speaker: they say yes or no to the meeting as it stands.
            each.dates = offers.dates_offered(request)
        elif each.state != CONFIRMED and request.meeting_on is not None:
            _agree_on(request.meeting_on.isoformat(), request, each, now)


def _agree_on(day: str, request: SpeakerRequest, found: Offer, now: datetime) -> None:
    """A day (ISO) is agreed for whoever was asked to interpret, perhaps on one of several, and is not booked yet."""
    session = offers.session_of(request)
    if found.state == ACCEPTED and day in found.accepted:
        try:
            offers.confirm(found, now)
            diary.book(session, request, found, now, role=INTERPRETER)
        except DoubleBookedError:
            let_go(INTERPRETER, session, request, now)
        return
    found.state, found.accepted, found.answered_at = ASKED, [], None
    found.dates, found.asked_at = offers.dates_offered(request), now
    found.answer_by = offers.last_day(session, london_day(now))


def let_go(role: str, session: Session, request: SpeakerRequest, now: datetime) -> None:
    """Whoever was to come in a role is booked elsewhere: they are free, and a task asks for another."""
    diary.cancel(request, now, (role,))
    for each in request.open_offers(role):
        offers.end(each, RELEASED, now)
    tasks.open_task(
        session,
        key=f"{role}-busy:{request.id}:{now:%Y%m%d%H%M%S}",
        reason="booking",
        about=WORDS[role].busy,
        due_on=london_day(now),
        now=now,
        submission_id=request.id,
    )


def _insist(role: str, request: SpeakerRequest, speaker: Speaker, although: str, now: datetime) -> None:
    """Refuse somebody for whom something forbids it. Who stands by is asked as speakers are."""
    if role == STAND_BY:
        asking.insist(request, [speaker.id], although, now)
    elif why := interpreters.why_not(offers.session_of(request), request, speaker, now):
        raise WrongAnswerError("speakers", asking.NOT_SO.format(name=speaker.name, why=why))
