"""A booked speaker cannot come after all: their half hours are free again, and the search begins anew.

Where nobody outside has heard of the booking, since its letters wait for a second reader or came back, it is undone as
if nobody had made it: whoever said yes has said no.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from portal.clock import london_day
from portal.speakers import bookings, diary, offers, searching_tasks
from portal.speakers.engagements import DECLINED, INTERPRETER, SPEAKER
from portal.speakers.models import SpeakerRequest
from portal.submissions import tasks

SPEAKER_GONE = "The speaker has dropped out. Ask somebody else today, or let whoever stands by speak."
BEFORE_ITS_LETTER = (
    "Whoever you confirmed cannot come, and nobody outside has heard of the booking. Say that its letters are not "
    "needed, and ask somebody else today."
)


def drop_out(submission: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The booked speaker cannot come. The branch hears of it where it has heard of the booking."""
    session = offers.session_of(submission)
    is_unheard = submission.is_booking_unheard
    if is_unheard:
        _undo(submission, answers, now)
    else:
        offers.drop_out(submission, now)
        diary.cancel(submission, now, (SPEAKER,))
    # Nobody is asked any more whether they can come although they are away.
    away = f"away:{submission.id}:{submission.speaker_id}:"
    tasks.finish_all(session, away, by_id=None, now=now, outcome="They have dropped out.")
    tasks.open_task(
        session,
        key=f"{searching_tasks.SPEAKER_GONE}:{submission.id}:{now:%Y%m%d%H%M%S}",
        reason="booking",
        about=BEFORE_ITS_LETTER if is_unheard else SPEAKER_GONE,
        due_on=london_day(now),
        now=now,
        submission_id=submission.id,
    )
    return {"speaker_name": submission.speaker_name}


def _undo(submission: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """Take back a booking that nobody has heard of, with its day. Whoever interprets has still said yes to theirs."""
    for each in submission.booked_to_speak:
        offers.end(each, DECLINED, now, answers.get("reason", ""))
    offers.unbook(submission, INTERPRETER)
    diary.cancel(submission, now, (SPEAKER, INTERPRETER))
    bookings.forget_the_day(submission, london_day(now))
    offers.count_days(submission, offers.session_of(submission))
