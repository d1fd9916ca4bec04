"""What a speaker agreed to when they said yes: the words that were shown, with version, language and moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.speakers.engagements import Offer
from portal.speakers.register import Speaker, SpeakerConsent

MEETING, RINGING = "meeting", "ringing"
"""The purposes of consents that hold for the branch of one meeting: to be named to it, and to be rung by it."""


def record_meeting(
    offer: Offer, words: str, version: str, *, language: str, now: datetime, purpose: str = MEETING
) -> SpeakerConsent:
    """Keep that the speaker of an offer may be named to its branch, or rung by it.

    A later no withdraws it: see `withdraw_meeting`.
    """
    consent = SpeakerConsent(
        purpose=purpose, text_version=f"{version}/{offer.id}", text=words, language=language, given_at=now
    )
    offer.speaker.consents.append(consent)
    return consent


def may_be_rung(offer: Offer) -> bool:
    """Whether the branch of an offer may learn the speaker’s phone number: only whoever may be named is rung."""
    return offer.may_name_me and any(each.purpose == RINGING for each in _standing(offer))


def phone_for_branch(offer: Offer) -> str:
    """The speaker’s phone number as far as the branch of the offer may learn it."""
    return offer.speaker.phone if offer.speaker.phone and may_be_rung(offer) else ""


def withdraw_all(session: Session, speaker: Speaker, now: datetime) -> None:
    """No branch learns from now on who they are: neither those they are asked for, nor those they are booked for."""
    open_now = select(Offer).where(Offer.speaker_id == speaker.id, Offer.closed_at.is_(None), Offer.may_name_me)
    for each in session.scalars(open_now):
        each.may_name_me = False
        withdraw_meeting(each, now)


def withdraw_meeting(offer: Offer, now: datetime) -> None:
    """Mark the consents of one offer as withdrawn."""
    for each in _standing(offer):
        each.withdrawn_at = now


def _standing(offer: Offer) -> list[SpeakerConsent]:
    """The consents for the meeting of one offer that have not been taken back."""
    return [
        each
        for each in offer.speaker.consents
        if each.purpose in (MEETING, RINGING)
        and each.text_version.endswith(f"/{offer.id}")
        and each.withdrawn_at is None
    ]
