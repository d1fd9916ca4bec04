"""A speaker could come on another day: asking the branch, and what its yes and its no lead to.

Every public function but the last two is what a move calls (`then`); the rows are in `changing_rows`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from flask_babel import gettext

from portal.clock import LONDON, is_hour, london_day
from portal.speakers import bookings, changing, offers, searching_tasks, two_clocks
from portal.speakers.engagements import ACCEPTED, ASKED, Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.wish import MOST_DAYS
from portal.submissions.actions import WrongAnswerError
from portal.submissions.correspondence import short_time
from portal.submissions.day_words import in_words_of
from portal.submissions.deadlines import working_day
from portal.submissions.models import Submission

DAYS_TO_ANSWER = timedelta(days=3)
"""As long as the letter gives the branch."""
BY_NAMING_IT = "They named this day and hour themselves."
TO_CONFIRM = "The day that the speaker named suits the branch as well. Confirm the meeting."
REFUSED = "The branch cannot meet on the speaker’s other day. They are asked once more; ask somebody else too."


def propose(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """A speaker could come on another day: as they read it, with its day and hour (ISO texts, London time).

    Whoever had said yes to one of ours has changed their answer: the branch is to be asked, as we tell them. Raises
    `WrongAnswerError` where it is what they are asked for already.
    """
    found = offers.answered(request, answers)
    _name(found, answers, now)
    found.state, found.accepted = ASKED, []
    searching_tasks.has_answered(request, found, now)
    offers.count_days(request, offers.session_of(request))
    return {"speaker_name": found.speaker.name}


def note(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The same, told to a coordinator: the day and hour (ISO texts, London time), and what else was said.

    Raises `WrongAnswerError` as `propose` does, and for an hour that does not exist.
    """
    found = offers.answered(request, answers)
    day, moment = date.fromisoformat(answers["other_on"]), time.fromisoformat(answers["other_time"])
    if not is_hour(day, moment):
        raise WrongAnswerError("other_time", bookings.NO_SUCH_HOUR)
    has_kyiv = not request.is_no_call and found.tour_id is None
    words = as_read(day, moment, answers.get("other_date", ""), found.speaker.language, has_kyiv=has_kyiv)
    named = {"other_date": words, "named_on": day.isoformat(), "named_time": f"{moment:%H:%M}"}
    try:
        return propose(request, {**answers, **named}, now) | {"other_date": words}
    except WrongAnswerError as wrong:
        raise WrongAnswerError("other_on", wrong.sentence) from wrong


def propose_while_booked(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The same of the booked speaker; the booking stands until that is settled.

    A change of the meeting that they have not said yes to has no yes by that either: it stays open.
    """
    is_open = request.is_change_open and not request.are_days_wished
    for each in changing.booked(request):
        is_agreed = not (is_open and each.has_still_to_agree)
        _name(each, answers, now)
        each.answered_at = now if is_agreed else None
    offers.count_days(request, offers.session_of(request))
    return {"speaker_name": request.speaker_name}


def _name(found: Offer, answers: Mapping[str, str], now: datetime) -> None:
    day, moment = answers.get("named_on", ""), answers.get("named_time", "")
    if (day, moment) in [(row.get("on"), row.get("time")) for row in found.dates]:
        sentence = gettext("This day and hour are in question already. You can say yes to them")
        raise WrongAnswerError("date_other", sentence)
    found.named_on = date.fromisoformat(day) if day else None
    found.named_time = time.fromisoformat(moment) if moment else None
    found.other_date, found.answered_at = answers["other_date"], now
    found.other_on = found.other_time = None


def ask(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Put one day and hour (ISO texts, London time) to the branch, for a speaker who has named another day.

    Raises `WrongAnswerError` for a day or an hour that is over, does not exist or is in question already.
    """
    found = request.proposals[0]
    day, moment = date.fromisoformat(answers["other_on"]), time.fromisoformat(answers["other_time"])
    if not is_hour(day, moment):
        raise WrongAnswerError("other_time", bookings.NO_SUCH_HOUR)
    if datetime.combine(day, moment, LONDON) <= now:
        raise WrongAnswerError("other_on", gettext("This date has passed. Enter a date that is still to come"))
    row = _as_row(day, moment)
    if row in [{name: each.get(name, "") for name in row} for each in offers.dates_offered(request)]:
        raise WrongAnswerError("other_on", "The branch named this day and hour itself. Ask the speaker about it")
    found.other_on, found.other_time = day, moment
    request.other_day_by = working_day(london_day(now) + DAYS_TO_ANSWER, london_day(now))
    return {"speaker_name": found.speaker.name}


def take(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The other day suits the branch: whoever is asked is asked for it alone, whoever is booked is booked for it.

    Who named that very day and hour has said yes to it by that, and is not asked again.

    Raises as `bookings.confirm` does, and `WrongAnswerError` where that day has passed meanwhile.
    """
    found = _asked(request)
    row = _row(found)
    if row["on"] < london_day(now).isoformat():
        raise WrongAnswerError("other_on", gettext("These dates have passed"))
    is_own = row["on"] == str(found.named_on) and found.named_time == found.other_time
    if request.state == "confirmed":
        request.dates = [row]
        agreed = {"confirmed_on": row["on"], "confirmed_time": row["time"]}
        before = changing.move(request, agreed | ({"agreed": BY_NAMING_IT} if is_own else {}), now)
        return before | {"speaker_name": request.speaker_name}
    others = _others(request, row, london_day(now))[: MOST_DAYS - 1]
    request.dates = sorted([row, *others], key=lambda each: each["on"])
    request.confirmed_time = None
    request.meeting_on = min(date.fromisoformat(each["on"]) for each in request.dates)
    changing.ask_for(request, request.dates, now)
    # They have said that the branch's own days do not suit: one day is left, and one button, or none.
    found.dates, found.other_date, found.accepted = [row], "", []
    if is_own:
        found.state, found.accepted, found.answered_at = ACCEPTED, [row["on"]], now
        # Nobody outside has anything left to say: the meeting waits for whoever confirms it.
        searching_tasks.about_a_day(request, "own-day", TO_CONFIRM, now, reason="follow-up")
    offers.count_days(request, offers.session_of(request))
    return {"speaker_name": found.speaker.name}


def leave(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The other day does not suit the branch: its speaker is asked once more, for the days that stand."""
    found, session = _asked(request), offers.session_of(request)
    if request.state == "confirmed":
        changing.ask_again(request, answers, now)
        return {"speaker_name": request.speaker_name}
    found.state, found.answered_at, found.other_date = ASKED, None, ""
    found.asked_at, found.answer_by = now, offers.last_day(session, london_day(now))
    offers.count_days(request, session)
    searching_tasks.about_a_day(request, "other-day", REFUSED, now, due_on=london_day(now))
    return {"speaker_name": found.speaker.name}


def given_up(request: SpeakerRequest, language: str, today: date) -> list[str]:
    """The days of the branch, in words, for which its request has no room once it has said yes to the other day."""
    found = request.other_day
    if found is None or request.state == "confirmed":
        return []
    left = _others(request, _row(found), today)[MOST_DAYS - 1 :]
    return [in_words_of(date.fromisoformat(row["on"]), language) for row in left]


def _others(request: SpeakerRequest, row: Mapping[str, str], today: date) -> list[dict[str, str]]:
    """The days to come that the branch named, but for that of `row`."""
    named = [each for each in request.dates or [] if each.get("on")]
    return [each for each in named if today.isoformat() <= each["on"] != row["on"]]


def _asked(request: SpeakerRequest) -> Offer:
    found = request.other_day
    if found is None:
        raise WrongAnswerError("other_on", gettext("This question is over"))
    return found


def _row(found: Offer) -> dict[str, str]:
    """The day that the branch was asked about, as requests hold their dates."""
    day, moment = found.other_on, found.other_time
    if day is None or moment is None:
        raise RuntimeError("the branch was asked about no day")
    return _as_row(day, moment) | {"time_text": short_time(moment, "en")}


def _as_row(day: date, moment: time) -> dict[str, str]:
    """A day and hour as requests hold their dates, to compare."""
    return {"on": day.isoformat(), "time": f"{moment:%H:%M}"}


def as_read(day: date, moment: time, words: str, language: str, *, has_kyiv: bool) -> str:
    """A day and hour (London) that a speaker names, with what they add, as their page and letter say it."""
    told = two_clocks.as_told(_as_row(day, moment), language, has_kyiv=has_kyiv)
    return "; ".join(part for part in (told, words) if part)


def named_in_words(found: Offer, language: str) -> str:
    """The day and hour that a speaker has named, in London time; empty where they named it in words alone."""
    return two_clocks.in_words(found.named_day, language) if found.named_day is not None else ""


def added_by(found: Offer) -> str:
    """What a speaker wrote themselves: beside the day that they chose, or all of it where they chose none."""
    if found.named_day is None:
        return found.other_date
    return found.other_date.partition("; ")[2]


def in_words(submission: Submission, language: str) -> str:
    """The day and hour that a branch is asked about, in London time; empty where it is asked about none."""
    found = submission.other_day if isinstance(submission, SpeakerRequest) else None
    return two_clocks.in_words(_row(found), language) if found is not None else ""
