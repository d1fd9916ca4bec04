"""What a speaker does on their own page: changing details, telling their time, pausing, saying whom they avoid.

Consents are in `agreements`, another address in `own_address`, leaving the register in `leaving`. Nothing here
commits, and nothing of what somebody wrote goes into a task or a log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from portal.clock import london_day
from portal.emails import links
from portal.emails.models import PrivateLink
from portal.speakers import invitations, keeping, unheard
from portal.speakers.availability import Span
from portal.speakers.engagements import BOOKED, CONFIRMED, RELEASED, WAITING, Booking, Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import AvailabilityException, Speaker, SpeakerVeto, WeeklyHours
from portal.submissions import tasks

MOST_EXCEPTIONS = 60
"""More entries of days away and besides than these nobody means."""
MOST_MEETINGS = 30


@dataclass(frozen=True)
class Meeting:
    """A meeting somebody is booked for: when (UTC), whose, how to find the request, and the offer it came of.

    Whoever comes on a tour comes in person, whatever the branch left open.
    """

    starts_at: datetime
    ends_at: datetime
    heading: str
    submission_id: int
    offer_id: int | None
    meeting_format: str
    tour_id: int | None

    @property
    def is_in_room(self) -> bool:
        """Whether they stand in the room: then the clock there is theirs."""
        return self.meeting_format == "in-person" or (self.tour_id is not None and self.meeting_format != "online")


class TooManyError(Exception):
    """There are as many entries as anybody may have."""


def load(session: Session, number: int, *, lock: bool = False) -> Speaker | None:
    """A speaker with all that their page shows; None who has left or is locked. `lock` makes a second press wait."""
    statement = (
        select(Speaker)
        .where(Speaker.id == number, Speaker.left_at.is_(None), Speaker.locked_at.is_(None))
        .options(
            selectinload(Speaker.consents),
            selectinload(Speaker.weekly),
            selectinload(Speaker.exceptions),
            selectinload(Speaker.vetoes).joinedload(SpeakerVeto.branch),
            selectinload(Speaker.vetoes).joinedload(SpeakerVeto.union),
        )
    )
    return session.scalars(statement.with_for_update(of=Speaker) if lock else statement).one_or_none()


def meetings_ahead(session: Session, speaker: Speaker, now: datetime) -> Sequence[Meeting]:
    """The meetings they are booked for that are not over, the next one first."""
    return [Meeting(*row) for row in session.execute(_ahead(speaker, now).where(Booking.state == BOOKED))]


def meetings_told(session: Session, speaker: Speaker, now: datetime) -> Sequence[Meeting]:
    """The same as far as they have heard of it: what has changed since, and waits for a second reader, is not told."""
    behind = unheard.IS_BOOKING_BEHIND
    rows = session.execute(
        _ahead(speaker, now)
        .where(or_(Booking.state == BOOKED, behind), ~unheard.IS_OF_BOOKING)
        .add_columns(Booking, behind)
    )
    found, behind_or_not = [], rows.all()
    told = invitations.last_told(session, [booking for *_, booking, is_behind in behind_or_not if is_behind])
    for *row, booking, is_behind in behind_or_not:
        meeting, last = Meeting(*row), told.get(booking.id)
        if last is not None:
            meeting = replace(meeting, starts_at=last.starts_at, ends_at=last.ends_at)
        if last is not None or not is_behind:
            found.append(meeting)
    return sorted(found, key=lambda each: each.starts_at)


def _ahead(speaker: Speaker, now: datetime) -> Select[Any]:
    return (
        select(Booking.starts_at, Booking.ends_at, SpeakerRequest.heading, SpeakerRequest.id, Booking.offer_id)
        .add_columns(SpeakerRequest.meeting_format, SpeakerRequest.tour_id)
        .join(SpeakerRequest, SpeakerRequest.id == Booking.submission_id)
        .where(Booking.speaker_id == speaker.id, Booking.ends_at > now)
        .order_by(Booking.starts_at, Booking.id)
        .limit(MOST_MEETINGS)
    )


def addresses_of(session: Session, offer_ids: Iterable[int]) -> dict[int, str]:
    """The paths of the pages on which offers are answered, by their number, where they were sent already."""
    wanted = select(PrivateLink).where(
        PrivateLink.purpose == "offer",
        PrivateLink.subject_id.in_(list(offer_ids)),
        PrivateLink.revoked_at.is_(None),
        PrivateLink.used_at.is_(None),
    )
    found = {}
    for link in session.scalars(wanted):
        with suppress(links.UnknownKey):
            found[link.subject_id] = links.path_of(link)
    return found


def open_offers(session: Session, speaker: Speaker) -> Sequence[Offer]:
    """The offers to them that nobody has decided about."""
    return session.scalars(select(Offer).where(*_waiting(speaker)).order_by(Offer.id)).all()


def offers_told(session: Session, speaker: Speaker) -> Sequence[Offer]:
    """The same as far as they have heard of it: with those that were decided about, which no letter has told yet."""
    is_unheard = and_(Offer.speaker_id == speaker.id, Offer.state.in_((CONFIRMED, RELEASED)), unheard.IS_OF_OFFER)
    return session.scalars(select(Offer).where(or_(and_(*_waiting(speaker)), is_unheard)).order_by(Offer.id)).all()


def _waiting(speaker: Speaker) -> tuple[Any, ...]:
    return Offer.speaker_id == speaker.id, Offer.closed_at.is_(None), Offer.state.in_(WAITING)


def save(session: Session, speaker: Speaker, details: Mapping[str, Any]) -> bool:
    """Keep changed details; False where nothing was different. Raises as `keeping.change` does."""
    different = {name: value for name, value in details.items() if not _is_same(getattr(speaker, name), value)}
    if different:
        keeping.change(session, speaker, different)
    return bool(different)


def _is_same(before: Any, now: Any) -> bool:
    """Whether a detail stays as it is; a list of choices has no order."""
    if isinstance(before, list) and isinstance(now, list):
        return sorted(before) == sorted(now)
    return bool(before == now)


def set_week(speaker: Speaker, week: Iterable[tuple[int, int, int]]) -> bool:
    """Put usual hours (weekday, from, until) in the place of those that stand; False where they are the same."""
    wanted = sorted(week)
    if wanted == sorted((row.weekday, row.from_minute, row.until_minute) for row in speaker.weekly):
        return False
    speaker.weekly[:] = [
        WeeklyHours(weekday=weekday, from_minute=first, until_minute=until) for weekday, first, until in wanted
    ]
    keeping.touch(speaker)
    return True


def add_days(
    speaker: Speaker, days: tuple[date, date], span: Span | None, *, is_free: bool, today: date
) -> AvailabilityException | None:
    """Note days away, or besides (`is_free`), both ends included; None where that stands already.

    Days that are over on `today` (London) are forgotten. Raises `TooManyError`.
    """
    minutes: tuple[int | None, int | None] = span if span is not None else (None, None)
    for row in speaker.exceptions:
        if (row.first_on, row.last_on, row.from_minute, row.until_minute, row.is_free) == (*days, *minutes, is_free):
            return None
    for row in [row for row in speaker.exceptions if row.last_on < today]:
        speaker.exceptions.remove(row)
    if len(speaker.exceptions) >= MOST_EXCEPTIONS:
        raise TooManyError
    added = AvailabilityException(
        first_on=days[0], last_on=days[1], from_minute=minutes[0], until_minute=minutes[1], is_free=is_free
    )
    speaker.exceptions.append(added)
    keeping.touch(speaker)
    return added


def remove_days(speaker: Speaker, number: int) -> bool:
    """Take an entry of days away or besides back; False where there is none of that number."""
    found = next((row for row in speaker.exceptions if row.id == number), None)
    if found is None:
        return False
    speaker.exceptions.remove(found)
    keeping.touch(speaker)
    return True


def rather_not(session: Session, speaker: Speaker, words: str, now: datetime) -> bool:
    """Keep whom they would rather not visit, in their words, until a coordinator makes a rule of it.

    False where the same words wait already. The task that asks a coordinator says nothing of the words.
    """
    if any(veto.words == words and is_waiting(veto) for veto in speaker.vetoes):
        return False
    veto = SpeakerVeto(words=words)
    speaker.vetoes.append(veto)
    keeping.touch(speaker)
    session.flush()
    tasks.open_task(
        session,
        key=f"speaker-veto:{speaker.id}:{veto.id}",
        reason="speaker",
        about=f"A speaker (number {speaker.id} in the register) told us whom they would rather not visit. Read it on "
        "their page, and note the branch or union there before they are asked again.",
        due_on=london_day(now),
        now=now,
    )
    return True


def is_waiting(veto: SpeakerVeto) -> bool:
    """Whether nobody has made a rule of a speaker's words yet."""
    return veto.branch_id is None and veto.union_id is None


def counted_on_by(session: Session, speaker: Speaker, now: datetime) -> set[int]:
    """The numbers of the requests that they are asked or booked for."""
    asked = {offer.submission_id for offer in open_offers(session, speaker)}
    return asked | {meeting.submission_id for meeting in meetings_ahead(session, speaker, now)}


def tell_coordinators(session: Session, speaker: Speaker, what: str, about: str, now: datetime) -> int:
    """A task for each meeting they are asked or booked for: `about` says what to do. Returns how many there were."""
    numbers = counted_on_by(session, speaker, now)
    for number in sorted(numbers):
        tasks.open_task(
            session,
            key=f"{what}:{number}:{speaker.id}:{now:%Y%m%d%H%M%S}",
            reason="speaker",
            about=about,
            due_on=london_day(now),
            now=now,
            submission_id=number,
        )
    return len(numbers)
