"""A meeting with a speaker as its branch was told of it last, while letters about a later step have not left.

What is put back is only read (see `submissions.as_told`). What was told stands in the branch's calendar.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import object_session
from sqlalchemy.orm.attributes import set_committed_value

from portal.clock import LONDON
from portal.speakers import invitations
from portal.speakers.engagements import CONFIRMED, RELEASED, SPEAKER
from portal.speakers.models import SpeakerRequest
from portal.submissions.correspondence import short_time

KEEP_THE_SPEAKER = ("change-meeting", "speaker-takes-day", "cancel")
"""The moves that leave the name of who was booked as it was told."""


def put_back(request: SpeakerRequest, before: Sequence[Any], since: Sequence[Any]) -> bool:
    """Let day and hour be those that the branch was told; whether they, and who comes, are known."""
    session = object_session(request)
    if (
        session is None
        or request.state != "confirmed"
        or any(each.transition not in KEEP_THE_SPEAKER for each in since)
    ):
        return False
    told = invitations.told_to_branch(session, request)
    if told is None or told.is_tentative:
        return False
    starts_at = told.starts_at.astimezone(LONDON)
    for name, value in {
        "meeting_on": starts_at.date(),
        "confirmed_time": starts_at.time(),
        # Nobody was said to be waited for.
        "answer_by": None,
    }.items():
        set_committed_value(request, name, value)
    day, named = starts_at.date().isoformat(), request.dates or []
    agreed = [(request.agreed or {}) | {"time_text": short_time(starts_at.time(), "en")}]
    is_named = any(row.get("on") == day for row in named)
    set_committed_value(request, "dates", sorted(named, key=lambda row: row.get("on") != day) if is_named else agreed)
    _book_again(request, since)
    return True


def _book_again(request: SpeakerRequest, since: Sequence[Any]) -> None:
    """Whoever was booked to speak, where they were let go since."""
    for each in request.offers:
        was_booked = each.role == SPEAKER and each.state == RELEASED and each.speaker.name == request.speaker_name
        if was_booked and each.closed_at is not None and any(each.closed_at == line.at for line in since):
            set_committed_value(each, "state", CONFIRMED)
            set_committed_value(each, "closed_at", None)
