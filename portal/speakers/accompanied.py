"""Who comes to a meeting beside its speaker and has still to answer, who interprets, and whether a visitor speaks.

Whoever stands by is read in `models`, asking them is `beside`’s.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import false
from sqlalchemy.orm import Mapped, mapped_column

from portal.speakers.engagements import ACCEPTED, ASKED, BESIDE, CONFIRMED, INTERPRETER, SPEAKER, STAND_BY, Offer
from portal.speakers.register import IN_UK
from portal.submissions.models import Submission


class Accompanied(Submission):
    """A meeting at which somebody stands by, or interprets."""

    __abstract__ = True

    if TYPE_CHECKING:
        offers: Mapped[list[Offer]]
        meeting_format: Mapped[str]

    # When those who are asked to stand by or to interpret are reminded, and by when they were asked to answer.
    beside_remind_on: Mapped[date | None] = mapped_column()
    beside_answer_by: Mapped[date | None] = mapped_column()
    # Whether somebody interprets, or is asked to: read of many requests at once, so it stands here.
    has_interpreter: Mapped[bool] = mapped_column(default=False, server_default=false())
    # The tour on which whoever is booked to speak comes: read of many requests at once, too.
    tour_id: Mapped[int | None] = mapped_column()

    @property
    def agreed_format(self) -> str:
        """In the room or online, as it is agreed: a visitor on tour comes in person, whatever the branch left open."""
        return "in-person" if self.tour_id is not None and self.meeting_format != "online" else self.meeting_format

    @property
    def is_no_call(self) -> bool:
        """Whether everybody is in the room, so that no call can break."""
        return self.agreed_format == "in-person"

    @property
    def may_join_from_ukraine(self) -> bool:
        """Whether the booked speaker may join a call from there: who has not told us where they live may, too."""
        booked = [each.speaker for each in self.offers if each.state == CONFIRMED and each.role == SPEAKER]
        is_known_here = any(each.lives_in == IN_UK and each.confirmed_at is not None for each in booked)
        return not self.is_no_call and not is_known_here

    @property
    def town_to_travel_to(self) -> str:
        """The town as whoever is asked to come in person reads it; empty where nobody travels."""
        return "" if self.meeting_format == "online" else self.town

    def find_tour(self) -> int | None:
        """The tour on which whoever is booked comes, read of the offers: what `tour_id` is written down from."""
        return next(
            (
                each.tour_id
                for each in self.offers
                if each.state == CONFIRMED and each.closed_at is None and each.tour_id
            ),
            None,
        )

    @property
    def asked_beside(self) -> Sequence[Offer]:
        """The open offers to stand by or to interpret, of those who are in the register."""
        return [each for role in BESIDE for each in self.open_offers(role)]

    def open_offers(self, role: str) -> list[Offer]:
        """The offers in a role that are still open, the oldest first.

        Whoever is hidden for their safety, or has left, is asked nothing and confirmed for nothing any more.
        """
        return [
            each for each in self.offers if each.role == role and each.closed_at is None and each.speaker.is_in_register
        ]

    @property
    def interpreter(self) -> Offer | None:
        """The open offer to interpret, whatever was said to it; None where nobody is asked."""
        # Few meetings have one: the offers of the others are not read for it.
        return self.find_interpreter() if self.has_interpreter else None

    def find_interpreter(self) -> Offer | None:
        """The same, read of the offers: what `has_interpreter` is written down from."""
        return next(iter(self.open_offers(INTERPRETER)), None)

    @property
    def is_interpreter_asked(self) -> bool:
        """Whether somebody interprets, or is asked to."""
        return self.interpreter is not None

    @property
    def is_no_interpreter_asked(self) -> bool:
        """Whether nobody interprets, and nobody is asked to."""
        return self.interpreter is None

    @property
    def is_interpreter_booked(self) -> bool:
        """Whether whoever interprets is booked for the day that was agreed."""
        return self.interpreter is not None and self.interpreter.state == CONFIRMED

    @property
    def is_no_interpreter_waited_for(self) -> bool:
        """Whether nobody has still to say whether they interpret."""
        return self.interpreter is None or self.interpreter.state not in (ASKED, ACCEPTED)

    @property
    def is_interpreter_silent(self) -> bool:
        """Whether somebody is asked to interpret and has not answered."""
        return self._is_silent(INTERPRETER)

    @property
    def is_stand_by_silent(self) -> bool:
        """Whether somebody is asked to stand by and has not answered."""
        return self._is_silent(STAND_BY)

    @property
    def is_stand_by_booked(self) -> bool:
        """Whether somebody stands by, and has said so."""
        return any(each.state == CONFIRMED for each in self.open_offers(STAND_BY))

    def _is_silent(self, role: str) -> bool:
        return any(each.state == ASKED for each in self.open_offers(role))
