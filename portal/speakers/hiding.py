"""Hiding a speaker who is in danger: their name goes from requests, histories and letters, and comes back again.

Nothing is deleted: what is hidden is kept sealed, or out of every screen. That they are hidden is a mark on the
speaker, which `keeping` sets; pages, lists and letters ask for it. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from portal.emails import outbox
from portal.emails.models import HELD, QUEUED, OutboxEmail
from portal.sealed import digest, unseal
from portal.speakers.engagements import Booking, Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker
from portal.speakers.tour_rows import INVITATION, JOINED, Tour, TourInvitation, TourStop
from portal.submissions.models import Event
from portal.submissions.work import Approval

IN_HISTORY = ("speaker_name", "speaker_email")
HIDDEN = "hidden "
"""Stands before the name of what a line of the history knows and does not tell."""


def hide(session: Session, speaker: Speaker) -> int:
    """Take a speaker's name out of sight, and keep letters to them. Returns how many letters never leave."""
    numbers = requests_with(session, speaker)
    for request in _named_in(session, speaker):
        request.speaker_name = request.speaker_email = ""
    _rewrite_history(session, speaker, numbers, IN_HISTORY, HIDDEN)
    for approval in session.scalars(select(Approval).where(Approval.submission_id.in_(numbers))):
        # Words that wait to be sent again are kept in the clear: those with their name are sent no more.
        approval.letters = [each for each in approval.letters or [] if not _names(str(each), speaker)]
    letters = _letters_about(session, speaker, numbers)
    for email in letters:
        email.is_private = True
        if _is_to(email, speaker):
            # One that is being sent at this moment finds no address either, should it have to be tried again.
            email.to_address = _in_place_of_address(speaker)
    session.flush()
    return sum(outbox.cancel(session, email) for email in letters) + cancel_invitations(session, speaker)


def cancel_invitations(session: Session, speaker: Speaker) -> int:
    """Keep letters here that invite branches to meet them on a tour: where somebody is on a day is not to be told."""
    invited = (
        select(TourInvitation.submission_id)
        .join(TourStop, TourStop.id == TourInvitation.stop_id)
        .join(Tour, Tour.id == TourStop.tour_id)
        .where(Tour.speaker_id == speaker.id)
    )
    waiting = select(OutboxEmail).where(
        OutboxEmail.state.in_((QUEUED, HELD)),
        OutboxEmail.template.in_((INVITATION, JOINED)),
        OutboxEmail.submission_id.in_(invited),
    )
    return sum(outbox.cancel(session, email) for email in session.scalars(waiting).all())


def show(session: Session, speaker: Speaker) -> None:
    """Bring back what `hide` took away. Letters that were kept from leaving stay so."""
    numbers = requests_with(session, speaker)
    for request in _named_in(session, speaker):
        request.speaker_name, request.speaker_email = speaker.name, speaker.email
    _rewrite_history(session, speaker, numbers, tuple(HIDDEN + name for name in IN_HISTORY), "")
    to_them = select(OutboxEmail).where(OutboxEmail.to_digest == digest(_in_place_of_address(speaker)))
    for email in session.scalars(to_them):
        email.to_address = speaker.email
    session.flush()
    for email in _letters_about(session, speaker, numbers):
        email.is_private = False


def requests_with(session: Session, speaker: Speaker) -> list[int]:
    """Every request that they were asked or booked for, or that names them."""
    found = (
        select(Offer.submission_id).where(Offer.speaker_id == speaker.id),
        select(Booking.submission_id).where(Booking.speaker_id == speaker.id),
        select(SpeakerRequest.id).where(SpeakerRequest.speaker_id == speaker.id),
    )
    return sorted({number for each in found for number in session.scalars(each)})


def _named_in(session: Session, speaker: Speaker) -> Iterable[SpeakerRequest]:
    """The requests on which they stand as the one who is asked or booked."""
    return session.scalars(select(SpeakerRequest).where(SpeakerRequest.speaker_id == speaker.id)).all()


def _rewrite_history(
    session: Session, speaker: Speaker, numbers: list[int], names: tuple[str, ...], before: str
) -> None:
    """Rename what lines of the history know of them: with `HIDDEN` before the name nobody reads it."""
    for event in session.scalars(select(Event).where(Event.submission_id.in_(numbers))):
        told = [unseal(event.data[name]) for name in names if event.data.get(name)]
        if any(_names(each, speaker) for each in told):
            event.data = {
                before + name.removeprefix(HIDDEN) if name in names else name: value
                for name, value in event.data.items()
            }


def _letters_about(session: Session, speaker: Speaker, numbers: list[int]) -> list[OutboxEmail]:
    """Letters to them, and those about one of these requests that name them."""
    wanted: ColumnElement[bool] = OutboxEmail.submission_id.in_(numbers)
    if speaker.email:
        wanted = or_(wanted, OutboxEmail.to_digest == digest(speaker.email))
    return [
        email
        for email in session.scalars(select(OutboxEmail).where(wanted))
        if _is_to(email, speaker) or _names(email.text, speaker)
    ]


def _is_to(email: OutboxEmail, speaker: Speaker) -> bool:
    return bool(speaker.email) and email.to_address.lower() == speaker.email.lower()


def _in_place_of_address(speaker: Speaker) -> str:
    """What stands in a letter for the address of somebody who is hidden: no address, so that nothing can leave."""
    return f"speaker {speaker.id}"


def _names(text: str, speaker: Speaker) -> bool:
    """Whether a text tells their name or their address."""
    return any(name in text for name in speaker.names) or bool(speaker.email and speaker.email.lower() in text.lower())
