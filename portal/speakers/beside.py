"""Who is booked beside a speaker: somebody stands by, and speaks if the first cannot; somebody interprets.

Power cuts and air-raid alarms break calls: whoever joins from Ukraine has somebody beside them, or the branch has a
plan B in writing. Whoever interprets may be asked before a speaker is: then they say which days suit them, and are
booked with the speaker once a day is agreed. Who fits is found in `matching` and `interpreters`. Every function is what
a move of the workflow calls, or what `bookings` calls when a meeting gets another day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.speakers import asking, chosen, diary, interpreters, offers
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
from portal.submissions import tasks
from portal.submissions.actions import WrongAnswerError
from portal.submissions.promises import working_days_after

ONE_STAND_BY = "Choose one speaker to stand by"
THERE_IS_A_STAND_BY = "Somebody stands by already, or is asked to"
ONE_INTERPRETER = "Choose one interpreter"
THERE_IS_AN_INTERPRETER = "Somebody interprets already, or is asked to"
NOT_SO = "{name}: {why}. Choose somebody else"
BUSY = "Whoever was to interpret is booked elsewhere at the time that was agreed. Ask another interpreter."
AGREED = ("confirmed",)
"""In these states a meeting has its speaker, its day and its hour."""

SILENT = {
    STAND_BY: "Whoever was asked to stand by did not answer in time. Ask somebody else, or tell the branch what to do "
    "if the call breaks.",
    INTERPRETER: "Whoever was asked to interpret did not answer in time. Ask another interpreter.",
}
"""What a coordinator reads of silence, by what somebody was asked to do."""


def ask_to_stand_by(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Ask one speaker of the register (`speakers`: their number) to stand by for the meeting as it is agreed."""
    found = chosen.by_number(offers.session_of(request), request, answers)
    if len(found) != 1:
        raise WrongAnswerError("speakers", ONE_STAND_BY)
    if any(each.role == STAND_BY and each.closed_at is None for each in request.offers):
        raise WrongAnswerError("speakers", THERE_IS_A_STAND_BY)
    speaker = found[0]
    if offers.is_waiting_for(request, speaker):
        raise WrongAnswerError("speakers", offers.ASKED_ALREADY.format(name=speaker.name))
    asking.insist(request, [speaker.id], answers.get("although", ""), now)
    offers.put(request, speaker, STAND_BY, answers.get("although", ""), now)
    offers.count_days(request, offers.session_of(request))
    return {"speaker_name": speaker.name}


def accept_standing_by(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """They stand by, and the hours are theirs. Raises `WrongAnswerError` where they are booked elsewhere meanwhile."""
    found = _asked_to_stand_by(request, answers)
    found.may_name_me = answers.get("may_name_me") == "yes"
    found.accepted = [row["on"] for row in found.dates]
    offers.confirm(found, now)
    diary.book(offers.session_of(request), request, found, now, role=STAND_BY)
    offers.count_days(request, offers.session_of(request))
    return {"speaker_name": found.speaker.name}


def decline_standing_by(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """They cannot stand by, or not any more."""
    found = _asked_to_stand_by(request, answers)
    offers.end(found, DECLINED, now, answers.get("reason", ""))
    diary.cancel(request, now, (STAND_BY,))
    offers.count_days(request, offers.session_of(request))
    return {"speaker_name": found.speaker.name}


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
                about=SILENT[each.role],
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
    for each in request.asked_now:
        offers.end(each, RELEASED, now)
    diary.cancel(request, now, (SPEAKER,))
    standing.role = SPEAKER
    for booking in diary.living(request):
        if booking.role == STAND_BY:
            booking.role = SPEAKER
            diary.move(offers.session_of(request), request, booking)
    offers.name(request, standing.speaker)
    offers.somebody_is_asked(request, now)
    offers.count_days(request, offers.session_of(request))
    return {"speaker_name": standing.speaker.name}


def keep_plan_b(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """Keep what the branch was told to do if the call breaks."""
    request.fallback = answers["reason"]


def _asked_to_stand_by(request: SpeakerRequest, answers: Mapping[str, str]) -> Offer:
    """The open offer to stand by: by its number, or the only one."""
    found = [
        each
        for each in request.offers
        if each.role == STAND_BY and each.closed_at is None and each.state in (ASKED, CONFIRMED)
    ]
    number = answers.get("offer", "")
    found = [each for each in found if str(each.id) == number] if number else found
    if len(found) != 1:
        raise WrongAnswerError("offer", gettext("This offer is over"))
    return found[0]


def ask_to_interpret(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Ask one interpreter of the register (`speakers`: their number), with the days in question."""
    session = offers.session_of(request)
    found = chosen.by_number(session, request, answers)
    if len(found) != 1:
        raise WrongAnswerError("speakers", ONE_INTERPRETER)
    if request.is_interpreter_asked:
        raise WrongAnswerError("speakers", THERE_IS_AN_INTERPRETER)
    speaker = found[0]
    if offers.is_waiting_for(request, speaker):
        raise WrongAnswerError("speakers", offers.ASKED_ALREADY.format(name=speaker.name))
    if why := interpreters.why_not(session, request, speaker, now):
        raise WrongAnswerError("speakers", NOT_SO.format(name=speaker.name, why=why))
    offers.put(request, speaker, INTERPRETER, "", now)
    offers.count_days(request, session)
    return {"speaker_name": speaker.name}


def accept_interpreting(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """They interpret on days of the offer (`accepted`: ISO days with commas); where one is agreed, it is theirs.

    Raises `WrongAnswerError` where no day is left, or they are booked elsewhere meanwhile.
    """
    found = _asked_to_interpret(request, answers)
    known = [row["on"] for row in offers.dates_left(found, london_day(now))]
    days = [day for day in answers.get("accepted", "").split(",") if day in known] or known[:1]
    if found.dates and not known:
        raise WrongAnswerError("accepted", gettext("These dates have passed"))
    found.state, found.accepted, found.answered_at = ACCEPTED, days, now
    found.may_name_me = answers.get("may_name_me") == "yes"
    if request.state in AGREED:
        _book(offers.session_of(request), request, found, now)
    offers.count_days(request, offers.session_of(request))
    return {"speaker_name": found.speaker.name}


def decline_interpreting(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """They cannot interpret, or not any more."""
    found = _asked_to_interpret(request, answers)
    offers.end(found, DECLINED, now, answers.get("reason", ""))
    diary.cancel(request, now, (INTERPRETER,))
    offers.count_days(request, offers.session_of(request))
    return {"speaker_name": found.speaker.name}


def follow(request: SpeakerRequest, now: datetime) -> None:
    """A meeting has got its day: whoever said yes to it is booked, and whoever has not is asked about it anew."""
    found = request.interpreter
    if found is None or found.state == CONFIRMED or request.meeting_on is None:
        return
    session = offers.session_of(request)
    if found.state == ACCEPTED and request.meeting_on.isoformat() in found.accepted:
        try:
            _book(session, request, found, now)
        except DoubleBookedError:
            let_go(session, request, now)
        return
    found.state, found.accepted, found.answered_at = ASKED, [], None
    found.dates, found.asked_at = offers.dates_offered(request), now
    found.answer_by = offers.last_day(session, london_day(now))


def let_go(session: Session, request: SpeakerRequest, now: datetime) -> None:
    """Whoever was to interpret is booked elsewhere: they are free, and a task asks for another."""
    diary.cancel(request, now, (INTERPRETER,))
    found = request.interpreter
    if found is not None:
        offers.end(found, RELEASED, now)
    tasks.open_task(
        session,
        key=f"interpreter-busy:{request.id}:{now:%Y%m%d%H%M%S}",
        reason="booking",
        about=BUSY,
        due_on=london_day(now),
        now=now,
        submission_id=request.id,
    )


def _book(session: Session, request: SpeakerRequest, found: Offer, now: datetime) -> None:
    offers.confirm(found, now)
    diary.book(session, request, found, now, role=INTERPRETER)


def _asked_to_interpret(request: SpeakerRequest, answers: Mapping[str, str]) -> Offer:
    """The open offer to interpret; where a number is given, it must be that one."""
    found = request.interpreter
    if found is None or answers.get("offer", "") not in ("", str(found.id)):
        raise WrongAnswerError("offer", gettext("This offer is over"))
    return found
