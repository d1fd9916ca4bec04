"""For which day somebody is asked to speak, as the branch reads it: one of its own, or one of a visitor’s tour."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import object_session

from portal.speakers import meeting_times
from portal.speakers.models import SpeakerRequest
from portal.speakers.tour_rows import ON, Tour, TourStop
from portal.submissions.day_words import in_words_of

NOTHING = {"asked_for": "", "asked_days": "", "are_usual_days": "", "proposed_day": ""}
OF_ONE = {"own_day_suits": "", "offered_town": "", "along_with": ""}
"""What `addressees` says to each who is asked, and to nobody else."""


def facts(request: SpeakerRequest, language: str) -> dict[str, str]:
    """`asked_for` is the one day for which all were asked, `asked_days` all of them; `proposed_day` is none of its own.

    All are empty before somebody is asked, and after.
    """
    if request.state != "offered":
        return NOTHING | OF_ONE
    rows = {row["on"]: row for each in request.asked_now for row in each.dates if row.get("on")}
    only = date.fromisoformat(min(rows)) if len(rows) == 1 else None
    proposed = _proposed(request) if not rows and not request.dates else None
    return {
        "asked_for": in_words_of(only, language),
        "asked_days": "\n".join(f"- {meeting_times.day_and_time(rows[day], language)}" for day in sorted(rows)),
        "are_usual_days": "yes" if rows and not request.dates and not request.agreed else "",
        "proposed_day": in_words_of(proposed, language),
    } | OF_ONE


def _proposed(request: SpeakerRequest) -> date | None:
    """The day on which the request stands on the tour of somebody who is asked."""
    session = object_session(request)
    asked = [each.speaker_id for each in request.asked_now]
    if session is None or not asked:
        return None
    rows = select(TourStop.on_date).join(Tour, Tour.id == TourStop.tour_id)
    rows = rows.where(TourStop.submission_id == request.id, TourStop.standing == ON, TourStop.is_proposed.is_(True))
    return session.scalars(rows.where(Tour.speaker_id.in_(asked)).order_by(TourStop.id.desc())).first()
