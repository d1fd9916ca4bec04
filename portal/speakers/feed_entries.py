"""The meetings that stand in a calendar to subscribe to, and how each is called there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from portal.clock import london_day
from portal.emails.configuration import post
from portal.emails.invites import Entry
from portal.sealed import digest
from portal.speakers import diary, unheard
from portal.speakers.engagements import BOOKED, INTERPRETER, PARTNER, SPEAKER, STAND_BY, Booking, Offer
from portal.speakers.invitations import Reader, entry_of, last_told, span
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker

MOST = 2000
"""A calendar of more meetings than these is of no use to anybody."""
TO_COME = ("confirmed", "held", "closed")
"""In these states a meeting is, or was, to be held."""
IS_BOOKED = Booking.state == BOOKED
UNNAMED = {
    SPEAKER: "Guest speaker",
    STAND_BY: "Stand-by speaker",
    INTERPRETER: "Interpreter",
    PARTNER: "Comes along with the speaker",
}
NAMED = {
    SPEAKER: "{name}",
    STAND_BY: "{name} (stand-by)",
    INTERPRETER: "{name} (interpreter)",
    PARTNER: "{name} (comes along)",
}


def of_speaker(session: Session, speaker: Speaker, since: datetime) -> list[Entry]:
    """A speaker’s own bookings that end after `since` and that they have heard of, in their own language.

    Of a change or an end that they have not heard of yet, they read what they were told last.
    """
    own = _bookings(since, or_(Booking.state == BOOKED, unheard.IS_BOOKING_BEHIND)).add_columns(
        unheard.IS_BOOKING_BEHIND
    )
    own = own.where(Booking.speaker_id == speaker.id, ~unheard.IS_OF_BOOKING)
    found = session.execute(own.options(selectinload(SpeakerRequest.consents))).all()
    _read_offers(session, [request for _, request, _ in found])
    told = last_told(session, [booking for booking, _, is_behind in found if is_behind])
    entries = [
        told.get(booking.id)
        if is_behind
        else entry_of(request, booking, Reader(booking.role, speaker.language), booking.created_at)
        for booking, request, is_behind in found
    ]
    return [entry for entry in entries if entry is not None]


def of_requests(session: Session, coordinator_id: int | None, since: datetime, *, names: bool) -> list[Entry]:
    """The bookings of the requests that a coordinator looks after (None: of all requests), in English.

    Without `names` it holds nothing that others may not read. Speakers who are hidden for their safety are left out,
    with the meetings they speak at. A meeting that was confirmed before there was a register stands there as well.
    """
    looked_after = () if coordinator_id is None else (SpeakerRequest.coordinator_id == coordinator_id,)
    found = session.execute(_bookings(since).where(*looked_after)).all()
    _read_offers(session, [request for _, request in found])
    entries = [_entry(booking, request, names) for booking, request in found if booking.speaker.locked_at is None]
    by_hand = (
        select(SpeakerRequest)
        .where(*looked_after)
        .where(SpeakerRequest.state.in_(TO_COME), SpeakerRequest.held_reason.is_(None))
        .where(SpeakerRequest.meeting_on >= london_day(since), SpeakerRequest.confirmed_time.is_not(None))
        .where(~select(Booking.id).where(Booking.submission_id == SpeakerRequest.id, Booking.state == BOOKED).exists())
        .limit(MOST)
    )
    hidden = set(session.scalars(select(Speaker.email_digest).where(Speaker.locked_at.is_not(None))))
    for request in session.scalars(by_hand):
        if not request.speaker_email or digest(request.speaker_email) not in hidden:
            entries.append(_by_hand(request, names))
    return entries


def _bookings(since: datetime, stands: ColumnElement[bool] = IS_BOOKED) -> Select[Booking, SpeakerRequest]:
    return (
        select(Booking, SpeakerRequest)
        .join(SpeakerRequest, SpeakerRequest.id == Booking.submission_id)
        .where(stands, Booking.ends_at > since)
        .options(joinedload(Booking.speaker))
        .order_by(Booking.starts_at)
        .limit(MOST)
    )


def _read_offers(session: Session, requests: Sequence[SpeakerRequest]) -> None:
    """Read at once who has still to answer about these meetings; of most nobody does, and their offers are not read."""
    asked = {each.id: each for each in requests if each.answer_by is not None or each.beside_answer_by is not None}
    if not asked:
        return
    found: dict[int, list[Offer]] = {number: [] for number in asked}
    for offer in session.scalars(select(Offer).where(Offer.submission_id.in_(asked)).order_by(Offer.id)):
        found[offer.submission_id].append(offer)
    for number, offers in found.items():
        set_committed_value(asked[number], "offers", offers)


def _entry(booking: Booking, request: SpeakerRequest, names: bool) -> Entry:
    who = NAMED[booking.role].format(name=booking.speaker.name) if names else UNNAMED[booking.role]
    return Entry(
        uid=booking.uid,
        sequence=booking.sequence,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        summary=f"{who}: {request.heading}",
        description=_description(request, booking.starts_at, booking.ends_at),
        location=_place(request, names),
        stamp=booking.created_at,
        is_tentative=request.is_in_doubt_for(booking.role),
    )


def _by_hand(request: SpeakerRequest, names: bool) -> Entry:
    starts_at = diary.moment_of(request.meeting_on or london_day(request.state_since), request.confirmed_time or time())
    ends_at = starts_at + diary.length_of(request)
    name = request.speaker_name if names else ""
    return Entry(
        uid=f"{request.reference.lower()}@{urlsplit(post().public_url).hostname}",
        sequence=request.version,
        starts_at=starts_at,
        ends_at=ends_at,
        summary=f"{name or UNNAMED[SPEAKER]}: {request.heading}",
        description=_description(request, starts_at, ends_at),
        location=_place(request, names),
        stamp=request.received_at,
    )


def _description(request: SpeakerRequest, starts_at: datetime, ends_at: datetime) -> str:
    london, kyiv = span(starts_at, ends_at, "en")
    lines = [f"London time: {london}", "" if request.is_no_call else f"Kyiv time: {kyiv}"]
    lines += [f"Reference: {request.reference}", f"{post().public_url}/dashboard/requests/{request.id}"]
    return "\n".join(line for line in lines if line)


def _place(request: SpeakerRequest, names: bool) -> str:
    """Where it is held. Whoever reads a calendar that names nobody is not given the way into an online meeting."""
    if request.meeting_format != "online":
        return request.place
    return f"Online, {request.way_in}" if names and request.way_in else "Online"
