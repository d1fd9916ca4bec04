"""A yes that cannot be kept: who said it is booked elsewhere for that very time since, or will not visit this branch.

Nothing is refused here, and nobody loses their offer: the desk reads of it at once, and a task says what to do. What a
speaker reads on their own page is `twice`’s.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from portal.clock import london_day
from portal.speakers import diary, searching_tasks, twice, two_clocks
from portal.speakers.engagements import ACCEPTED, BOOKED, SPEAKER, Booking, Offer
from portal.speakers.models import SpeakerRequest
from portal.submissions import tasks
from portal.submissions.promises import working_days_after

ABOUT = (
    "{name} said yes, and is booked elsewhere at that time now. Ask whether another day suits them: they can name one "
    "on their own page. Or say that they cannot come, and ask somebody else."
)


def days_lost(session: Session, request: SpeakerRequest) -> Mapping[int, list[dict[str, str]]]:
    """Of open offers to speak (by number) the days said yes to, or named instead, when the speaker is booked elsewhere.

    As requests hold their dates; who can keep every day is not named. One statement, and none where nobody said either.
    """
    asked = request.asked_now if request.state in ("offered", "confirmed") else []
    said = {each.id: rows for each in asked if (rows := _said(each))}
    if not said:
        return {}
    booked = session.execute(
        select(Booking.speaker_id, Booking.starts_at, Booking.ends_at, Booking.travel_minutes)
        .where(Booking.speaker_id.in_([each.speaker_id for each in asked if each.id in said]), Booking.state == BOOKED)
        .where(Booking.submission_id != request.id)
    ).all()
    found = {}
    for each in asked:
        theirs = [row for row in booked if row.speaker_id == each.speaker_id]
        taken = [diary.half_hours(row.starts_at, row.ends_at, row.travel_minutes) for row in theirs]
        if lost := _met(request, each, said.get(each.id, []), taken):
            found[each.id] = lost
    return found


def is_lost(each: Offer, lost: Mapping[int, list[dict[str, str]]]) -> bool:
    """Whether a yes cannot be kept: the branch is vetoed since, or no day is left of those it was said to."""
    if each.state != ACCEPTED:
        return False
    return each.is_vetoed or (bool(each.accepted) and len(lost.get(each.id, ())) == len(each.accepted))


def is_one_to_confirm(request: SpeakerRequest, lost: Mapping[int, list[dict[str, str]]] | None = None) -> bool:
    """Whether somebody has said yes who can be confirmed.

    `lost` is what `days_lost` gives; without it, it is asked for where somebody has said yes.
    """
    session = object_session(request)
    if not request.has_yes or session is None:
        return False
    known = days_lost(session, request) if lost is None else lost
    return any(each.state == ACCEPTED and not is_lost(each, known) for each in request.asked_now)


def in_words(rows: Iterable[Mapping[str, str]]) -> str:
    """The days, as coordinators read them."""
    return " and ".join(two_clocks.in_words(row, "en") for row in rows)


def tell(session: Session, booked: Offer, now: datetime) -> None:
    """Somebody is booked: where they said yes to another meeting at that time, a task tells the desk."""
    for each, request in _said_elsewhere(session, {booked.speaker_id}, booked.submission_id):
        if is_lost(each, days_lost(session, request)):
            tasks.open_task(
                session,
                key=f"{searching_tasks.yes_lost(request, each)}{now:%Y%m%d%H%M%S}",
                reason="booking",
                about=ABOUT.format(name=each.speaker.name),
                due_on=working_days_after(london_day(now), 1),
                now=now,
                submission_id=request.id,
            )


def look_again(session: Session, request: SpeakerRequest, now: datetime) -> None:
    """After a move of a meeting: whoever was booked for it may keep a yes to another now, and no task asks any more."""
    booked = {each.speaker_id for each in request.bookings}
    if not booked:
        return
    for each, other in _said_elsewhere(session, booked, request.id):
        if not is_lost(each, days_lost(session, other)):
            searching_tasks.can_keep(other, each, now)


def _said_elsewhere(session: Session, speakers: Collection[int], request_id: int) -> list[tuple[Offer, SpeakerRequest]]:
    """What those speakers have said yes to besides one meeting, and are not booked for yet."""
    found = session.execute(
        select(Offer, SpeakerRequest)
        .join(SpeakerRequest, SpeakerRequest.id == Offer.submission_id)
        .where(Offer.speaker_id.in_(speakers), Offer.submission_id != request_id)
        .where(Offer.state == ACCEPTED, Offer.role == SPEAKER, Offer.closed_at.is_(None))
        .order_by(Offer.id)
    )
    return [(offer, request) for offer, request in found]


def _said(each: Offer) -> list[dict[str, str]]:
    """The days that somebody said yes to; else the one that they named instead of ours."""
    if each.state == ACCEPTED:
        return [row for row in each.dates if row.get("on") in each.accepted]
    return [each.named_day] if each.named_day is not None else []


def _met(
    request: SpeakerRequest, each: Offer, rows: Iterable[dict[str, str]], others: Collection[range]
) -> list[dict[str, str]]:
    return [row for own, row in twice.times(request, rows, each.speaker) if any(_meet(own, other) for other in others)]


def _meet(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop
