"""A speaker could come on another day: asking the branch, and what its yes and its no lead to.

Every function but the last three is what a move calls (`then`); the rows are in `changing_rows`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from flask_babel import gettext

from portal.clock import LONDON, is_hour, london_day
from portal.speakers import bookings, changing, offers, two_clocks
from portal.speakers.engagements import ASKED, Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.wish import MOST_DAYS
from portal.submissions import tasks
from portal.submissions.actions import WrongAnswerError
from portal.submissions.correspondence import short_time
from portal.submissions.deadlines import working_day
from portal.submissions.models import Submission

DAYS_TO_ANSWER = timedelta(days=3)
"""As long as the letter gives the branch."""
REFUSED = "The branch cannot meet on the speaker’s other day. They are asked once more; ask somebody else too."


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
    row = {"on": day.isoformat(), "time": f"{moment:%H:%M}"}
    if row in [{name: each.get(name, "") for name in row} for each in offers.dates_offered(request)]:
        raise WrongAnswerError("other_on", "The branch named this day and hour itself. Ask the speaker about it")
    found.other_on, found.other_time = day, moment
    request.other_day_by = working_day(london_day(now) + DAYS_TO_ANSWER, london_day(now))
    return {"speaker_name": found.speaker.name}


def take(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The other day suits the branch: whoever is asked is asked for it too, whoever is booked is booked for it.

    Raises as `bookings.confirm` does, and `WrongAnswerError` where that day has passed meanwhile.
    """
    found = _asked(request)
    row = _row(found)
    if row["on"] < london_day(now).isoformat():
        raise WrongAnswerError("other_on", gettext("These dates have passed"))
    if request.state == "confirmed":
        request.dates = [row]
        before = changing.move(request, {"confirmed_on": row["on"], "confirmed_time": row["time"]}, now)
        return before | {"speaker_name": request.speaker_name}
    today = london_day(now).isoformat()
    others = [each for each in request.dates or [] if today <= each.get("on", "") and each["on"] != row["on"]]
    request.dates = [row, *others][:MOST_DAYS]
    request.confirmed_time = None
    request.meeting_on = min(date.fromisoformat(each["on"]) for each in request.dates)
    changing.ask_for(request, request.dates, now)
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
    tasks.open_task(
        session,
        key=f"other-day:{request.id}:{now:%Y%m%d%H%M%S}",
        reason="offer",
        about=REFUSED,
        due_on=london_day(now),
        now=now,
        submission_id=request.id,
    )
    return {"speaker_name": found.speaker.name}


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
    return {"on": day.isoformat(), "time": f"{moment:%H:%M}", "time_text": short_time(moment, "en")}


def in_words(submission: Submission, language: str) -> str:
    """The day and hour that a branch is asked about, in London time; empty where it is asked about none."""
    found = submission.other_day if isinstance(submission, SpeakerRequest) else None
    return two_clocks.in_words(_row(found), language) if found is not None else ""
