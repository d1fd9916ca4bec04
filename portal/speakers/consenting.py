"""What a speaker agreed to when they said yes: the words that were shown, with version, language and moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.speakers.engagements import Offer
from portal.speakers.register import Speaker, SpeakerConsent

MEETING = "meeting"
"""The purpose of a consent to be named to the branch of one meeting."""


def record_meeting(offer: Offer, words: str, version: str, *, language: str, now: datetime) -> SpeakerConsent:
    """Keep that the speaker of an offer may be named to its branch. A later no withdraws it: see `withdraw_meeting`."""
    consent = SpeakerConsent(
        purpose=MEETING, text_version=f"{version}/{offer.id}", text=words, language=language, given_at=now
    )
    offer.speaker.consents.append(consent)
    return consent


def withdraw_all(session: Session, speaker: Speaker, now: datetime) -> None:
    """No branch learns from now on who they are: neither those they are asked for, nor those they are booked for."""
    open_now = select(Offer).where(Offer.speaker_id == speaker.id, Offer.closed_at.is_(None), Offer.may_name_me)
    for each in session.scalars(open_now):
        each.may_name_me = False
        withdraw_meeting(each, now)


def withdraw_meeting(offer: Offer, now: datetime) -> None:
    """Mark the consent of one offer as withdrawn."""
    for each in offer.speaker.consents:
        if each.purpose == MEETING and each.text_version.endswith(f"/{offer.id}") and each.withdrawn_at is None:
            each.withdrawn_at = now
