"""A day of a visitor’s tour that the branch never named: it is asked whether that day suits, and what its answer does.

Every public function but the last two is what a move calls (`then`); the rows are in `tour_moves`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from flask_babel import gettext
from sqlalchemy import select

from portal.clock import LONDON, is_hour
from portal.speakers import bookings, offers, searching_tasks
from portal.speakers.engagements import ACCEPTED, RELEASED, Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.tour_rows import OUT, Tour, TourStop
from portal.submissions.actions import WrongAnswerError
from portal.submissions.correspondence import short_time
from portal.submissions.day_words import in_words_of
from portal.submissions.models import Submission

ABOUT = "proposed-day"
"""How the keys of its tasks begin."""
TO_CONFIRM = "The visitor’s day suits the branch as well. Confirm the meeting."
REFUSED = "The branch cannot meet on the visitor’s day. Ask it for another day, or ask somebody else."


def suits(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The day suits the branch, from this hour on (ISO text, London time): it is the day of the meeting from then on.

    Raises `WrongAnswerError` for an hour that is over or does not exist.
    """
    found = _asked(request)
    day, moment = _day(found), time.fromisoformat(answers["other_time"])
    if not is_hour(day, moment):
        raise WrongAnswerError("other_time", bookings.NO_SUCH_HOUR)
    if datetime.combine(day, moment, LONDON) <= now:
        raise WrongAnswerError("other_time", gettext("This date has passed. Enter a date that is still to come"))
    row = {"on": day.isoformat(), "time": f"{moment:%H:%M}", "time_text": short_time(moment, "en")}
    request.dates, request.meeting_on = [row], day
    _agree(request, found, row, now)
    return {"speaker_name": found.speaker.name}


def does_not_suit(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The day does not suit: the visitor keeps it free no longer, and the meeting leaves the route."""
    found, session = _asked(request), offers.session_of(request)
    # Their letter names the day that they need not keep.
    found.dates, found.other_on = [{"on": _day(found).isoformat()}], None
    offers.end(found, RELEASED, now)
    offers.count_days(request, session)
    for stop in session.scalars(select(TourStop).where(TourStop.offer_id == found.id)):
        stop.standing, stop.is_pinned = OUT, False
        session.get_one(Tour, stop.tour_id).is_stale = True
    searching_tasks.about_a_day(request, ABOUT, REFUSED, now)
    return {"speaker_name": found.speaker.name}


def named(request: SpeakerRequest, now: datetime) -> None:
    """The branch has named days in its form: that is its answer, with a yes where the visitor’s day is among them."""
    found = request.find_day_proposed()
    if found is None:
        return
    row = next((row for row in offers.dates_offered(request) if row["on"] == _day(found).isoformat()), None)
    if row is not None:
        _agree(request, found, row, now)
    else:
        found.other_on = None


def _agree(request: SpeakerRequest, found: Offer, row: dict[str, str], now: datetime) -> None:
    """Both sides speak of the same day now; who has said yes to it already waits for nothing but a coordinator."""
    session = offers.session_of(request)
    found.dates, found.other_on = [row], None
    if found.state == ACCEPTED:
        found.accepted = [row["on"]]
        searching_tasks.about_a_day(request, ABOUT, TO_CONFIRM, now, reason="follow-up")
    for stop in session.scalars(select(TourStop).where(TourStop.offer_id == found.id)):
        stop.is_proposed = False
        stop.at = time.fromisoformat(row["time"]) if row.get("time") else None
    offers.count_days(request, session)


def _asked(request: SpeakerRequest) -> Offer:
    found = request.find_day_proposed()
    if found is None:
        raise WrongAnswerError("other_time", gettext("This question is over"))
    return found


def _day(found: Offer) -> date:
    if found.other_on is None:
        raise RuntimeError("the branch was asked about no day")
    return found.other_on


def in_words(submission: Submission, language: str) -> str:
    """The day of a tour that a branch is asked about; empty where it is asked about none."""
    found = submission.day_proposed if isinstance(submission, SpeakerRequest) else None
    return in_words_of(found.other_on, language) if found is not None else ""
