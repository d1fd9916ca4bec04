"""Whom a branch is named of those who come to its meeting, and how it reaches them: as far as they agreed to that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped

from portal.speakers import consenting
from portal.speakers.engagements import CONFIRMED, SPEAKER, Offer
from portal.speakers.searching import Searching


class Named(Searching):
    """A meeting whose speaker may be named."""

    __abstract__ = True

    if TYPE_CHECKING:
        speaker_email: Mapped[str]
        offers: Mapped[list[Offer]]

    @property
    def shown_speaker(self) -> str:
        """The name of the speaker as far as the branch may know it: who was booked and did not agree is not named."""
        if not self.speaker_name or not self.offers:
            return self.speaker_name
        return self.speaker_name if any(each.may_name_me for each in self.booked_to_speak) else ""

    def shown_speaker_in(self, language: str) -> str:
        """The same as a text in that language writes it, where the register knows how."""
        booked = self.booked_to_speak if self.shown_speaker else []
        return (booked[0].speaker.name_uk if booked and language == "uk" else "") or self.shown_speaker

    @property
    def shown_email(self) -> str:
        """The address of that speaker as it is today, as far as the branch may know it."""
        if not self.shown_speaker:
            # Nobody is named in most letters: the offers need not be read for them.
            return ""
        booked = self.booked_to_speak
        return booked[0].speaker.email if booked else self.speaker_email

    @property
    def shown_phone(self) -> str:
        """The telephone number of that speaker, where they agreed that this branch may ring them."""
        booked = self.booked_to_speak if self.shown_speaker else []
        return consenting.phone_for_branch(booked[0]) if booked else ""

    @property
    def booked_to_speak(self) -> list[Offer]:
        """The offers of whoever is booked to speak."""
        return [each for each in self.offers if each.state == CONFIRMED and each.role == SPEAKER]
