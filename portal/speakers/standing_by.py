"""Standing by: a second speaker who is booked beside the first, and speaks if the first cannot.

Power cuts and air-raid alarms break calls: whoever joins from Ukraine has somebody beside them, or the branch has a
plan B in writing. Every function is what a move of the workflow calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext

from portal.clock import london_day
from portal.speakers import asking, chosen, diary, offers
from portal.speakers.engagements import (
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

ONE_ONLY = "Choose one speaker to stand by"
THERE_IS_ONE = "Somebody stands by already, or is asked to"

SILENT = {
    STAND_BY: "Whoever was asked to stand by did not answer in time. Ask somebody else, or tell the branch what to do "
    "if the call breaks.",
    INTERPRETER: "Whoever was asked to interpret did not answer in time. Ask another interpreter.",
}
"""What a coordinator reads of silence, by what somebody was asked to do."""


def ask(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Ask one speaker of the register (`speakers`: their number) to stand by for the meeting as it is agreed."""
    found = chosen.by_number(offers.session_of(request), request, answers)
    if len(found) != 1:
        raise WrongAnswerError("speakers", ONE_ONLY)
    if any(each.role == STAND_BY and each.closed_at is None for each in request.offers):
        raise WrongAnswerError("speakers", THERE_IS_ONE)
    speaker = found[0]
    if offers.is_waiting_for(request, speaker):
        raise WrongAnswerError("speakers", offers.ASKED_ALREADY.format(name=speaker.name))
    asking.insist(request, [speaker.id], answers.get("although", ""), now)
    offers.put(request, speaker, STAND_BY, answers.get("although", ""), now)
    offers.count_days(request, offers.session_of(request))
    return {"speaker_name": speaker.name}


def accept(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """They stand by, and the hours are theirs. Raises `WrongAnswerError` where they are booked elsewhere meanwhile."""
    found = _asked(request, answers)
    found.may_name_me = answers.get("may_name_me") == "yes"
    found.accepted = [row["on"] for row in found.dates]
    offers.confirm(found, now)
    diary.book(offers.session_of(request), request, found, now, role=STAND_BY)
    offers.count_days(request, offers.session_of(request))
    return {"speaker_name": found.speaker.name}


def decline(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """They cannot stand by, or not any more."""
    found = _asked(request, answers)
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


def _asked(request: SpeakerRequest, answers: Mapping[str, str]) -> Offer:
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
