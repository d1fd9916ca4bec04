"""A speaker who said no to a meeting, and can come after all: the offer is open again, as long as nobody is booked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext

from portal.clock import london_day
from portal.speakers import offers, searching_tasks
from portal.speakers.engagements import ASKED, DECLINED
from portal.speakers.models import SpeakerRequest
from portal.submissions.actions import WrongAnswerError


def reopen(request: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Open the offer of a number (`offer`) once more, to which its speaker said no. Raises `WrongAnswerError`."""
    session = offers.session_of(request)
    found = next((each for each in request.offers if str(each.id) == answers.get("offer", "")), None)
    if found is None or found.state != DECLINED or offers.is_waiting_for(request, found.speaker):
        raise WrongAnswerError("offer", gettext("This offer is over"))
    if not request.asked_now:
        offers.name(request, found.speaker)
    found.state, found.closed_at, found.answered_at, found.reason = ASKED, None, None, ""
    found.answer_by = max(found.answer_by, offers.last_day(session, london_day(now)))
    searching_tasks.somebody_is_asked(request, now)
    offers.count_days(request, session)
    return {"speaker_name": found.speaker.name}
