"""Interpreting: somebody of the register who is booked beside the speaker, so that both sides understand each other.

Whoever interprets may be asked before a speaker is: then they say which days suit them, and are booked with the speaker
once a day is agreed. Who fits is found in `interpreters`. Every function is what a move of the workflow calls, or what
`bookings` calls when a meeting gets another day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.speakers import chosen, diary, interpreters, offers
from portal.speakers.diary import DoubleBookedError
from portal.speakers.engagements import ACCEPTED, ASKED, CONFIRMED, DECLINED, INTERPRETER, RELEASED, Offer
from portal.speakers.models import SpeakerRequest
from portal.submissions import tasks
from portal.submissions.actions import WrongAnswerError

ONE_ONLY = "Choose one interpreter"
THERE_IS_ONE = "Somebody interprets already, or is asked to"
NOT_SO = "{name}: {why}. Choose somebody else"
BUSY = "Whoever was to interpret is booked elsewhere at the time that was agreed. Ask another interpreter."
AGREED = ("confirmed",)
"""In these states a meeting has its speaker, its day and its hour."""


def ask(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Ask one interpreter of the register (`speakers`: their number), with the days in question."""
    session = offers.session_of(request)
    found = chosen.by_number(session, request, answers)
    if len(found) != 1:
        raise WrongAnswerError("speakers", ONE_ONLY)
    if request.is_interpreter_asked:
        raise WrongAnswerError("speakers", THERE_IS_ONE)
    speaker = found[0]
    if offers.is_waiting_for(request, speaker):
        raise WrongAnswerError("speakers", offers.ASKED_ALREADY.format(name=speaker.name))
    if why := interpreters.why_not(session, request, speaker, now):
        raise WrongAnswerError("speakers", NOT_SO.format(name=speaker.name, why=why))
    offers.put(request, speaker, INTERPRETER, "", now)
    offers.count_days(request, session)
    return {"speaker_name": speaker.name}


def accept(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """They interpret on days of the offer (`accepted`: ISO days with commas); where one is agreed, it is theirs.

    Raises `WrongAnswerError` where no day is left, or they are booked elsewhere meanwhile.
    """
    found = _asked(request, answers)
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


def decline(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """They cannot interpret, or not any more."""
    found = _asked(request, answers)
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


def _asked(request: SpeakerRequest, answers: Mapping[str, str]) -> Offer:
    """The open offer to interpret; where a number is given, it must be that one."""
    found = request.interpreter
    if found is None or answers.get("offer", "") not in ("", str(found.id)):
        raise WrongAnswerError("offer", gettext("This offer is over"))
    return found
