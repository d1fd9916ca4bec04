"""What a speaker agreed to when they said yes: the words that were shown, with version, language and moment."""

from __future__ import annotations

from datetime import datetime

from portal.speakers.engagements import Offer
from portal.speakers.register import SpeakerConsent

MEETING = "meeting"
"""The purpose of a consent to be named to the branch of one meeting."""


def record_meeting(offer: Offer, words: str, version: str, *, language: str, now: datetime) -> SpeakerConsent:
    """Keep that the speaker of an offer may be named to its branch. A later no withdraws it: see `withdraw_meeting`."""
    consent = SpeakerConsent(
        purpose=MEETING, text_version=f"{version}/{offer.id}", text=words, language=language, given_at=now
    )
    offer.speaker.consents.append(consent)
    return consent


def withdraw_meeting(offer: Offer, now: datetime) -> None:
    """Mark the consent of one offer as withdrawn."""
    for each in offer.speaker.consents:
        if each.purpose == MEETING and each.text_version.endswith(f"/{offer.id}") and each.withdrawn_at is None:
            each.withdrawn_at = now
