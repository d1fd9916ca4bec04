"""A booked speaker cannot come after all: their half hours are free again, and the search begins anew.

Where nobody outside has heard of the booking, since its letters wait for a second reader or came back, it is undone as
if nobody had made it: whoever said yes has said no.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from portal.clock import LONDON, london_day
from portal.reasons import listed
from portal.speakers import bookings, diary, moved_beside, offers, searching_tasks, unheard
from portal.speakers.engagements import CANCELLED, DECLINED, INTERPRETER, PARTNER, SPEAKER, Offer
from portal.speakers.models import SpeakerRequest
from portal.submissions import tasks

SPEAKER_GONE = "The speaker has dropped out. Ask somebody else today, or let whoever stands by speak."
BEFORE_ITS_LETTER = (
    "Whoever you confirmed cannot come, and nobody outside has heard of the booking. Say that its letters are not "
    "needed, and ask somebody else today."
)
ALSO_SAID_YES = (
    " {names} said yes as well, and would have been let go in those letters: ask them first, or tell them that they "
    "need keep nothing free."
)
HAD_NOT_ANSWERED = " {names} had not answered yet, and hears nothing of this: ask again, or tell them that it is over."


def drop_out(submission: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The booked speaker cannot come. The branch hears of it where it has heard of the booking."""
    session = offers.session_of(submission)
    about = SPEAKER_GONE
    if submission.is_booking_unheard:
        about = BEFORE_ITS_LETTER
        about += _let_go(unheard.let_go(session, submission.id))
        _undo(session, submission, answers, now)
    else:
        offers.drop_out(submission, now)
        diary.cancel(submission, now, (SPEAKER,))
    # Nobody is asked any more whether they can come although they are away.
    away = searching_tasks.away(submission.id, submission.speaker_id or 0)
    tasks.finish_all(session, away, by_id=None, now=now, outcome="They have dropped out.")
    tasks.open_task(
        session,
        key=f"{searching_tasks.SPEAKER_GONE}:{submission.id}:{now:%Y%m%d%H%M%S}",
        reason="booking",
        about=about,
        due_on=london_day(now),
        now=now,
        submission_id=submission.id,
    )
    return {"speaker_name": submission.speaker_name}


def _let_go(found: Sequence[Offer]) -> str:
    """Who would have heard in those letters that somebody else speaks, and what they had said."""
    by_answer = {
        sentence: [each.speaker.name for each in found if bool(each.accepted) is said_yes]
        for sentence, said_yes in ((ALSO_SAID_YES, True), (HAD_NOT_ANSWERED, False))
    }
    return "".join(sentence.format(names=listed(names)) for sentence, names in by_answer.items() if names)


def _undo(session: Session, submission: SpeakerRequest, answers: Mapping[str, str], now: datetime) -> None:
    """Take back a booking that nobody has heard of, with its day; the day that was told before stands again.

    Who interprets or comes along and was booked with it has still said yes.
    """
    before = _told_before(submission)
    since = min((each.created_at for each in diary.living(submission) if each.role == SPEAKER), default=now)
    with_it = {each.role for each in diary.living(submission) if each.created_at >= since} & {INTERPRETER, PARTNER}
    for each in submission.booked_to_speak:
        offers.end(each, DECLINED, now, answers.get("reason", ""))
    for role in with_it:
        offers.unbook(submission, role)
    diary.cancel(submission, now, (SPEAKER, *with_it))
    if before is None or before < now:
        bookings.forget_the_day(submission, london_day(now))
    else:
        there = before.astimezone(LONDON)
        submission.meeting_on, submission.confirmed_time = there.date(), there.time()
        moved_beside.bring_along(session, submission, now, is_undone=True)
    offers.count_days(submission, session)


def _told_before(submission: SpeakerRequest) -> datetime | None:
    """When the meeting was to begin as it stood with a speaker before; None where none but those undone was booked."""
    undone = {each.id for each in submission.offers if each.state == DECLINED}
    ended = [
        each
        for each in submission.bookings
        if each.role == SPEAKER and each.state == CANCELLED and each.offer_id not in undone
    ]
    return ended[-1].starts_at if ended else None
