"""What else a speaker has said yes to, or is booked for, at the time of a meeting they are asked for: said at once.

Nothing is refused here: until one of them is agreed, either may be. Who is booked twice the database refuses.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.clock import LONDON
from portal.speakers import diary, two_clocks
from portal.speakers.engagements import ACCEPTED, BOOKED, SPEAKER, Booking, Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import IN_UK, Speaker

Times = Iterable[tuple[range, dict[str, str]]]
"""The half hours that something takes, and its day and hour as a request holds them."""


def sentence(session: Session, offer: Offer, request: SpeakerRequest, language: str) -> str:
    """What stands at the same time as the days of an offer (as those they said yes to, once they did); or nothing.

    Two statements at most.
    """
    rows = [row for row in offer.dates if not offer.accepted or row.get("on") in offer.accepted]
    own = [taken for taken, _ in times(request, rows, offer.speaker)]
    if not own:
        return ""
    booked = _met(own, _booked(session, offer))
    said_yes = booked or _met(own, _said_yes(session, offer))
    met = booked or said_yes
    if not met:
        return ""
    when = two_clocks.as_told(met, language, has_kyiv=offer.speaker.lives_in != IN_UK)
    with force_locale(language):
        if booked:
            return gettext("You are booked elsewhere at that time: %(when)s.", when=when)
        return gettext(
            "You have said yes to another meeting at that time: %(when)s. Only one of the two can be agreed.", when=when
        )


def times(request: SpeakerRequest, rows: Iterable[dict[str, str]], speaker: Speaker) -> Times:
    """What of the days of a request (`rows`) whose hour is known would keep a speaker, with the way there and back."""
    travel = diary.travel_minutes(diary.miles_to(speaker, request))
    for row in rows:
        if row.get("on") and row.get("time"):
            starts_at = diary.moment_of(date.fromisoformat(row["on"]), time.fromisoformat(row["time"]))
            yield diary.half_hours(starts_at, starts_at + diary.length_of(request, row), travel), row


def _said_yes(session: Session, offer: Offer) -> Times:
    found = session.execute(
        select(Offer, SpeakerRequest)
        .join(SpeakerRequest, SpeakerRequest.id == Offer.submission_id)
        .where(Offer.speaker_id == offer.speaker_id, Offer.submission_id != offer.submission_id)
        .where(Offer.state == ACCEPTED, Offer.role == SPEAKER, Offer.closed_at.is_(None))
        .order_by(Offer.id)
    )
    for each, request in found:
        yield from times(request, [row for row in each.dates if row.get("on") in each.accepted], offer.speaker)


def _booked(session: Session, offer: Offer) -> Times:
    found = session.execute(
        select(Booking.starts_at, Booking.ends_at, Booking.travel_minutes)
        .where(Booking.speaker_id == offer.speaker_id, Booking.submission_id != offer.submission_id)
        .where(Booking.state == BOOKED)
        .order_by(Booking.starts_at)
    )
    for starts_at, ends_at, travel in found:
        there: datetime = starts_at.astimezone(LONDON)
        row = {"on": there.date().isoformat(), "time": f"{there:%H:%M}"}
        yield diary.half_hours(starts_at, ends_at, travel), row


def _met(own: list[range], others: Times) -> dict[str, str]:
    """The first of the others that meets with one of the speaker's times here; empty where none does."""
    for taken, row in others:
        if any(taken.start < each.stop and each.start < taken.stop for each in own):
            return row
    return {}
