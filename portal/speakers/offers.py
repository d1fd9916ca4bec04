"""Asking speakers: several at once, each with the dates in question, and what becomes of each offer.

Every function here is what a move of the workflow calls (`then`): it takes the request, the mover's answers and the
moment, and changes rows in the request's session. Who is booked in the end, and where nobody is booked twice, is
`bookings`’.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from flask_babel import gettext
from sqlalchemy import update
from sqlalchemy.orm import Session, object_session

from portal import settings
from portal.clock import london_day
from portal.speakers import chosen as choosing
from portal.speakers import consenting, in_time, lost_yes, searching_tasks, usual_days, whose_reason
from portal.speakers.engagements import (
    ACCEPTED,
    ASKED,
    BESIDE,
    CONFIRMED,
    DECLINED,
    DROPPED_OUT,
    EXPIRED,
    INTERPRETER,
    RELEASED,
    SPEAKER,
    WAITING,
    Offer,
)
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker
from portal.submissions.actions import WrongAnswerError
from portal.submissions.day_words import in_words_of
from portal.submissions.promises import working_day_before, working_days_after

A_DAY = timedelta(days=1)
DAYS_TO_ANSWER = "offer_days"
DAYS_TO_REMIND = "offer_reminder_days"

PASSED = (
    "{day} has passed. Take that date out under “All answers and corrections”, or ask the branch for a new one; then "
    "ask a speaker"
)
ASKED_ALREADY = "{name} has been asked for this meeting already and has not answered"


def offer(
    request: SpeakerRequest, answers: Mapping[str, str], now: datetime, hindered: Collection[int] | None = None
) -> dict[str, str]:
    """Ask speakers: those whose numbers stand in `speakers` ("3,7"), or one who is named by hand.

    Whoever is named by hand joins the register, where an address is known at most once. With `day` (ISO) the offer
    names that one of the request's days; with `until` (ISO) an answer is in time until then; `proposed` (ISO) is a day
    that the branch never named, of the tour with the number `tour`. The reason (`although`) is kept beside those who
    are `hindered` (numbers), None: beside all. Raises `WrongAnswerError` where a day that the offer would name has
    passed, or where somebody cannot be asked.
    """
    session = session_of(request)
    only = answers.get("day", "")
    # A visitor’s day that the branch never named stands in place of its own, until it has said that it suits.
    rows = [] if answers.get("proposed") else [row for row in rows_to_ask(request, now) if only in ("", row["on"])]
    if passed := in_time.passed(rows, now):
        where = "speakers" if "speakers" in answers else "speaker_name"
        raise WrongAnswerError(where, PASSED.format(day=in_words_of(min(passed), "en")))
    chosen = (
        choosing.by_number(session, request, answers)
        if "speakers" in answers
        else [choosing.by_hand(session, request, answers, now)]
    )
    for speaker in chosen:
        if is_waiting_for(request, speaker):
            raise WrongAnswerError("speakers", ASKED_ALREADY.format(name=speaker.name))
    if not request.asked_now:
        # Whoever was asked before is not who "cannot come" now.
        name(request, chosen[0] if len(chosen) == 1 else None)
    for speaker in chosen:
        is_hindered = hindered is None or speaker.id in hindered
        although = whose_reason.of(speaker.name, answers.get("although", "")) if is_hindered else ""
        put(request, speaker, SPEAKER, although, now, rows)
        if answers.get("until"):
            request.offers[-1].answer_by = date.fromisoformat(answers["until"])
        if answers.get("proposed"):
            request.offers[-1].other_on = date.fromisoformat(answers["proposed"])
            request.offers[-1].tour_id = int(answers["tour"])
    searching_tasks.somebody_is_asked(request, now)
    count_days(request, session)
    return {"speaker_name": ", ".join(each.name for each in chosen)}


def put(
    request: SpeakerRequest, speaker: Speaker, role: str, although: str, now: datetime, rows: list[dict[str, str]]
) -> None:
    """Add an offer in a role for the days in question (`rows`), with as long to answer as settings give."""
    today = london_day(now)
    request.offers.append(
        Offer(
            speaker=speaker,
            speaker_id=speaker.id,
            role=role,
            state=ASKED,
            dates=rows,
            accepted=[],
            other_date="",
            reason="",
            may_name_me=False,
            overridden=although,
            asked_at=now,
            answer_by=in_time.answer_by(last_day(session_of(request), today), rows, today),
        )
    )


def last_day(session: Session, today: date) -> date:
    """The last day on which an answer is in time, of whoever is asked today (London): a weekend takes none of it."""
    return working_days_after(today, int(settings.get(session, DAYS_TO_ANSWER)))


def accept(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """A speaker says yes to days of the offer (`accepted`: ISO days with commas), and whether they may be named."""
    found = answered(request, answers)
    known = [row["on"] for row in in_time.dates_left(found, london_day(now))]
    days = [day for day in answers.get("accepted", "").split(",") if day in known]
    if any(row.get("on") for row in found.dates) and not days:
        sentence = gettext("Choose at least one date that suits you") if known else gettext("These dates have passed")
        raise WrongAnswerError("accepted", sentence)
    found.state, found.accepted, found.answered_at = ACCEPTED, days, now
    found.may_name_me = answers.get("may_name_me") == "yes"
    if not found.may_name_me:
        consenting.withdraw_meeting(found, now)
    count_days(request, session_of(request))
    return {"speaker_name": found.speaker.name}


def decline(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """One of several says no, or the only one."""
    offers = [answered(request, answers)] if answers.get("offer") else request.asked_now
    for each in offers:
        end(each, DECLINED, now, answers.get("reason", ""))
        _remember(request, each.speaker)
        searching_tasks.has_answered(request, each, now)
    count_days(request, session_of(request))
    return {"speaker_name": ", ".join(each.speaker.name for each in offers)}


def expire(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """Those who have not answered in time are asked no longer; without a yes, a coordinator is to ask the next."""
    today = london_day(now)
    late = [each for each in request.asked_now if is_unanswered(each) and each.answer_by < today]
    for each in late:
        end(each, EXPIRED, now)
        _remember(request, each.speaker)
    count_days(request, session_of(request))
    if not lost_yes.is_one_to_confirm(request):
        searching_tasks.nobody_answered(request, now)


def release(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """The meeting is off, or the branch has gone: nobody who was asked or booked is needed any more."""
    for each in request.offers:
        end(each, RELEASED, now)
    count_days(request, session_of(request))


def drop_out(request: SpeakerRequest, now: datetime) -> None:
    """The booked speaker cannot come after all. Whoever stands by still does."""
    for each in request.offers:
        if each.role == SPEAKER:
            end(each, DROPPED_OUT, now)
    count_days(request, session_of(request))


def confirm(chosen: Offer, now: datetime) -> None:
    """A coordinator has decided on this one."""
    chosen.state, chosen.answered_at = CONFIRMED, chosen.answered_at or now


def unbook(request: SpeakerRequest, role: str) -> None:
    """Whoever is booked in a role has said yes, and is booked no more."""
    for each in request.open_offers(role):
        each.state = ACCEPTED if each.state == CONFIRMED else each.state


def end(each: Offer, state: str, now: datetime, reason: str = "") -> None:
    """Close an offer, once."""
    if each.closed_at is None:
        consenting.withdraw_meeting(each, now)
        each.state, each.closed_at = state, now
        each.reason = reason or each.reason
        each.answered_at = each.answered_at or (now if state == DECLINED else None)
        if each.is_vetoed or each.accepted:
            searching_tasks.is_let_go(each, now)


def wait_from(request: SpeakerRequest, now: datetime) -> None:
    """Those who were asked in letters that leave only now have as long to answer as anybody else."""
    session = session_of(request)
    until = last_day(session, london_day(now))
    for each in (*request.asked_now, *request.asked_beside):
        if is_unanswered(each):
            each.answer_by = max(each.answer_by, in_time.answer_by(until, each.dates, london_day(now)))
            each.asked_at = now
    remind_on, answer_by = _days(request.asked_now, session)
    beside_remind_on, beside_answer_by = _days(request.asked_beside, session)
    days = {
        "remind_on": remind_on,
        "answer_by": answer_by,
        "beside_remind_on": beside_remind_on,
        "beside_answer_by": beside_answer_by,
    }
    table = SpeakerRequest.__table__
    session.execute(update(table).where(table.c.id == request.id).values(days))
    # Nobody who looks at the request is told that it has changed: what it says is as before.
    session.refresh(request, list(days))


def is_unanswered(each: Offer) -> bool:
    """Whether a speaker has not said anything yet: to being asked, or to a change of what they are booked for."""
    is_silent = each.state == ASKED and each.answered_at is None
    return each.closed_at is None and (is_silent or each.is_asked_again)


def is_waiting_for(request: SpeakerRequest, speaker: Speaker) -> bool:
    """Whether that speaker has an open offer for this meeting."""
    return any(
        each.speaker is speaker or each.speaker_id == speaker.id for each in request.offers if each.closed_at is None
    )


def answered(request: SpeakerRequest, answers: Mapping[str, str], role: str = SPEAKER) -> Offer:
    """The open offer in a role that an answer speaks of: by its number, or the only one. Raises `WrongAnswerError`."""
    # Whoever is booked to speak drops out by a move of its own; whoever is booked beside a speaker says no by this one.
    waiting = [each for each in request.open_offers(role) if role in BESIDE or each.state in WAITING]
    number = answers.get("offer", "")
    found = [each for each in waiting if str(each.id) == number] if number else waiting
    if len(found) != 1:
        raise WrongAnswerError("offer", gettext("This offer is over"))
    return found[0]


def count_days(request: SpeakerRequest, session: Session) -> None:
    """Write down when those who have not answered are reminded, by when they answer, who interprets, who is on tour."""
    request.remind_on, request.answer_by = _days(request.asked_now, session)
    request.beside_remind_on, request.beside_answer_by = _days(request.asked_beside, session)
    request.has_interpreter, request.tour_id = bool(request.open_offers(INTERPRETER)), request.find_tour()
    request.other_day_by = request.other_day_by if request.find_other_day() else None


def _days(asked: Sequence[Offer], session: Session) -> tuple[date | None, date | None]:
    # A change without a yes keeps its day: by it a request knows, without reading its offers, that one is open.
    silent = [each for each in asked if is_unanswered(each) or each.has_still_to_agree]
    answer_by = min((each.answer_by for each in silent), default=None)
    wait = int(settings.get(session, DAYS_TO_REMIND))
    # Who was asked earlier than the others has been reminded already.
    asked_on = [london_day(each.asked_at) for each in silent if each.answer_by == answer_by and each.tour_id is None]
    if answer_by is None:
        return None, None
    # Where the meeting is so near that less time is left, the reminder still comes the day before it is over.
    eve = working_day_before(answer_by, 1)
    return min((max(day + A_DAY, min(working_days_after(day, wait), eve)) for day in asked_on), default=None), answer_by


def dates_offered(request: SpeakerRequest) -> list[dict[str, str]]:
    """The days that an offer names, as the request holds them; of an agreed one, with its hour."""
    if request.agreed is not None:
        return [request.agreed]
    return [dict(row) for row in request.dates or [] if row.get("on")]


def rows_to_ask(request: SpeakerRequest, now: datetime) -> list[dict[str, str]]:
    """The days that somebody is asked for: those of `dates_offered`, or the next on which the branch usually meets."""
    return dates_offered(request) or usual_days.rows(request, london_day(now))


def session_of(request: SpeakerRequest) -> Session:
    """The session that a request lives in."""
    session = object_session(request)
    if session is None:
        raise RuntimeError("a request outside a session has no offers")
    return session


def _remember(request: SpeakerRequest, speaker: Speaker) -> None:
    """Keep the name of one who was asked: the branch is told of "somebody else" from then on."""
    if not request.speaker_name:
        name(request, speaker)


def name(request: SpeakerRequest, speaker: Speaker | None) -> None:
    """Keep who is asked or booked on the request itself; None where it is nobody, or several."""
    request.speaker_id = speaker.id if speaker else None
    request.speaker_name = speaker.name if speaker else ""
    request.speaker_email = speaker.email if speaker else ""
    request.speaker_language = speaker.language if speaker else "en"
