"""Who is booked beside a speaker, in a role: somebody stands by, and speaks if the first cannot; somebody interprets;
somebody experienced comes along with a speaker who is new.

Power cuts and air-raid alarms break calls: whoever joins from Ukraine has somebody beside them, or the branch has a
plan B in writing. Whoever interprets may be asked before a speaker is, and whoever comes along before the speaker is
booked: they say which days suit them, and are booked with the speaker once a day is agreed. Who fits is found in
`matching` and `interpreters`. Every function is what a move of the workflow calls, or what `bookings` calls when a
meeting gets another day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask_babel import gettext
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.speakers import (
    asking,
    chosen,
    diary,
    in_time,
    interpreters,
    moved_beside,
    offers,
    searching_tasks,
    standing_by,
)
from portal.speakers.diary import DoubleBookedError
from portal.speakers.engagements import (
    ACCEPTED,
    ASKED,
    BESIDE,
    CONFIRMED,
    DECLINED,
    EXPIRED,
    INTERPRETER,
    PARTNER,
    RELEASED,
    SPEAKER,
    STAND_BY,
    WAITING,
    Offer,
)
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import NEW, Speaker
from portal.submissions import tasks
from portal.submissions.actions import WrongAnswerError
from portal.submissions.promises import working_days_after
from portal.submissions.workflow import N_

VETOED_SINCE = N_(
    "We have noted that this branch is not to be visited, so that nothing can be booked. Has that changed? Then the "
    "note is to be taken back first: a word to us is enough."
)
IS_NEW = "is new as well: somebody experienced comes along"
NOBODY_LEFT = "{name} is the only one who is asked to speak. Ask whoever is to speak first"
AGREED = ("confirmed",)
"""In these states a meeting has its speaker, its day and its hour."""


@dataclass(frozen=True)
class Words:
    """What a coordinator reads about a role: two refusals, and a task where whoever was asked is silent."""

    one_only: str
    there_is_one: str
    silent: str


WORDS = {
    STAND_BY: Words(
        one_only="Choose one speaker to stand by",
        there_is_one="Somebody stands by already, or is asked to",
        silent="Whoever was asked to stand by did not answer in time. Ask somebody else, or tell the branch what to do "
        "if the call breaks.",
    ),
    INTERPRETER: Words(
        one_only="Choose one interpreter",
        there_is_one="Somebody interprets already, or is asked to",
        silent="Whoever was asked to interpret did not answer in time. Ask another interpreter.",
    ),
    PARTNER: Words(
        one_only="Choose one speaker to come along",
        there_is_one="Somebody comes along already, or is asked to",
        silent="Whoever was asked to come along did not answer in time. Ask somebody else to come along.",
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
    if role == PARTNER:
        _comes_along_instead(session, request, speaker, now)
    if offers.is_waiting_for(request, speaker):
        raise WrongAnswerError("speakers", offers.ASKED_ALREADY.format(name=speaker.name))
    although = answers.get("although", "")
    _insist(role, request, speaker, although, now)
    rows = offers.rows_to_ask(request, now)
    if role == PARTNER:
        rows = _days_of_speaker(request, rows)
    offers.put(request, speaker, role, although, now, rows)
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
    is_booked = any(each.offer_id == found.id for each in diary.living(request))
    if request.state in AGREED or is_booked:
        offers.confirm(found, now)
    if request.state in AGREED and not is_booked:
        diary.book(session, request, found, now, role=role)
    moved_beside.is_heard(session, request, found, now)
    offers.count_days(request, session)
    return {"speaker_name": found.speaker.name}


def decline(role: str, request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """They cannot come, or not any more."""
    found = offers.answered(request, answers, role)
    offers.end(found, DECLINED, now, answers.get("reason", ""))
    diary.cancel(request, now, (role,))
    moved_beside.is_heard(offers.session_of(request), request, found, now)
    offers.count_days(request, offers.session_of(request))
    return {"speaker_name": found.speaker.name}


ask_stand_by, ask_interpreter, ask_partner = (partial(ask, role) for role in BESIDE)
accept_stand_by, accept_interpreter, accept_partner = (partial(accept, role) for role in BESIDE)
decline_stand_by, decline_interpreter, decline_partner = (partial(decline, role) for role in BESIDE)


def expire(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """Whoever was asked to come beside a speaker and is silent is asked no longer; a task asks for another.

    Whoever is booked and has not said if a change suits them stays so, until somebody has telephoned.
    """
    today, session = london_day(now), offers.session_of(request)
    for each in request.asked_beside:
        if not offers.is_unanswered(each) or each.answer_by >= today:
            continue
        if each.state == CONFIRMED:
            key, about = f"{moved_beside.unheard(request, each)}{today}", moved_beside.UNHEARD[each.role]
            # They may still answer until the meeting: nobody else’s time is over with theirs.
            each.answer_by = max(request.meeting_on or today, today)
        else:
            key, about = f"{each.role}-silent:{request.id}:{today}", WORDS[each.role].silent
            offers.end(each, EXPIRED, now)
        tasks.open_task(
            session,
            key=key,
            reason="offer",
            about=about,
            due_on=working_days_after(today, 1),
            now=now,
            submission_id=request.id,
        )
    offers.count_days(request, session)


def swap(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Whoever stands by speaks."""
    standing = request.stand_by
    if standing is None:
        raise WrongAnswerError("reason", gettext("Nobody stands by"))
    return _speaks_instead(request, standing, now)


def let_partner_speak(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Whoever was to come along has agreed to speak (`agreed`: how)."""
    found = request.partner
    if found is None or found.state != CONFIRMED:
        raise WrongAnswerError("agreed", gettext("Nobody comes along"))
    moved_beside.is_heard(offers.session_of(request), request, found, now)
    found.answered_at = now
    return _speaks_instead(request, found, now)


def _speaks_instead(request: SpeakerRequest, standing: Offer, now: datetime) -> dict[str, str]:
    """Whoever is booked beside the speaker speaks; the first, where there still is one, is thanked and free."""
    if chosen.is_vetoed(standing.speaker, request):
        raise WrongAnswerError("reason", chosen.VETOED.format(name=standing.speaker.name))
    for each in request.asked_now:
        offers.end(each, RELEASED, now)
    diary.cancel(request, now, (SPEAKER,))
    was, standing.role = standing.role, SPEAKER
    for booking in diary.living(request):
        if booking.role == was:
            booking.role = SPEAKER
            diary.move(offers.session_of(request), request, booking)
    offers.name(request, standing.speaker)
    searching_tasks.somebody_is_asked(request, now)
    standing_by.swapped(offers.session_of(request), request, now)
    offers.count_days(request, offers.session_of(request))
    return {"speaker_name": standing.speaker.name}


def keep_plan_b(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """Keep what the branch was told to do if the call breaks."""
    request.fallback = answers["reason"]


def follow(request: SpeakerRequest, now: datetime) -> None:
    """A meeting has got its day: whoever said yes to it is booked, and whoever has not is asked about it as it is now.

    Those who are booked already are asked by `moved_beside`, or were let go.
    """
    for each in request.asked_beside:
        if each.role == STAND_BY:
            # It is the day that was agreed with the speaker: they say yes or no to the meeting as it stands.
            each.dates = offers.dates_offered(request)
        elif each.state != CONFIRMED and request.meeting_on is not None:
            _agree_on(request.meeting_on.isoformat(), request, each, now)


def _agree_on(day: str, request: SpeakerRequest, found: Offer, now: datetime) -> None:
    """A day (ISO) is agreed for who was asked to interpret or come along, perhaps on one of several; not yet booked."""
    session = offers.session_of(request)
    if found.state == ACCEPTED and day in found.accepted:
        try:
            offers.confirm(found, now)
            diary.book(session, request, found, now, role=found.role)
        except DoubleBookedError:
            moved_beside.let_go(found.role, session, request, now)
        return
    found.state, found.accepted, found.answered_at = ASKED, [], None
    found.dates, found.asked_at = offers.dates_offered(request), now
    found.answer_by = offers.last_day(session, london_day(now))


def _days_of_speaker(request: SpeakerRequest, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Of the days in question, those to which somebody has said yes who would speak; all before anybody has."""
    suits = {day for each in request.asked_now if each.state == ACCEPTED for day in each.accepted}
    return [row for row in rows if row["on"] in suits] or rows


def _comes_along_instead(session: Session, request: SpeakerRequest, speaker: Speaker, now: datetime) -> None:
    """Whoever is asked to speak beside somebody else is asked to come along with them instead."""
    theirs = [each for each in request.asked_now if each.speaker_id == speaker.id and each.state in WAITING]
    if len(theirs) == len(request.asked_now):
        raise WrongAnswerError("speakers", NOBODY_LEFT.format(name=speaker.name))
    for each in theirs:
        offers.end(each, RELEASED, now)
    # Their open offer is closed before another is written: the database holds one of each person.
    session.flush()


def _insist(role: str, request: SpeakerRequest, speaker: Speaker, although: str, now: datetime) -> None:
    """Refuse somebody for whom something forbids it. Who stands by or comes along is asked as speakers are."""
    if role == PARTNER and speaker.experience == NEW:
        raise WrongAnswerError("speakers", asking.NOT_SO.format(name=speaker.name, why=IS_NEW))
    if role != INTERPRETER:
        asking.insist(request, [speaker.id], although, now)
    elif why := interpreters.why_not(offers.session_of(request), request, speaker, now):
        raise WrongAnswerError("speakers", asking.NOT_SO.format(name=speaker.name, why=why))
