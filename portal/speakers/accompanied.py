"""Who comes to a meeting beside its speaker and has still to answer, who interprets or comes along, and whether a
visitor speaks.

Whoever stands by is read in `models`, asking them is `beside`’s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import false
from sqlalchemy.orm import Mapped, mapped_column

from portal.speakers.engagements import (
    ACCEPTED,
    ASKED,
    BESIDE,
    CONFIRMED,
    INTERPRETER,
    PARTNER,
    SPEAKER,
    STAND_BY,
    Offer,
)
from portal.speakers.register import IN_UK, NEW
from portal.submissions.models import Submission


def _is_asked(request: Accompanied, role: str) -> bool:
    """Whether somebody comes in a role, or is asked to."""
    return request.beside(role) is not None


def _is_not_asked(request: Accompanied, role: str) -> bool:
    """Whether nobody does, and nobody is asked to."""
    return request.beside(role) is None


def _is_booked(request: Accompanied, role: str) -> bool:
    """Whether whoever comes in a role is booked for the day that was agreed."""
    found = request.beside(role)
    return found is not None and found.state == CONFIRMED


def _is_agreed(request: Accompanied, role: str) -> bool:
    """Whether they have said yes to it as it stands now."""
    found = request.beside(role)
    return found is not None and found.state == CONFIRMED and not found.has_still_to_agree


def _is_to_be_booked(request: Accompanied, role: str) -> bool:
    """Whether somebody is asked to come in a role, and not booked yet."""
    found = request.beside(role)
    return found is not None and found.state != CONFIRMED


def _is_not_waited_for(request: Accompanied, role: str) -> bool:
    """Whether nobody has still to say if they come in a role, or if a change of the meeting suits them.

    A yes to one of several days may still be changed; to stand by is asked of the agreed day alone, and so of nobody
    new while there is no speaker whom they could stand by.
    """
    found = request.beside(role)
    open_states: tuple[str, ...] = (ASKED, ACCEPTED)
    if role == STAND_BY:
        open_states = (ASKED,) if request.state == "confirmed" else ()
    return found is None or not (found.state in open_states or found.has_still_to_agree)


def _is_silent(request: Accompanied, role: str) -> bool:
    """Whether somebody is asked to come in a role, has not answered, and has no longer for it than anybody else."""
    last = request.beside_answer_by
    return any(each.state == ASKED and (last is None or each.answer_by <= last) for each in request.open_offers(role))


def _is_to_remind(request: Accompanied, role: str) -> bool:
    """Whether somebody has not answered that, or is booked and has not said if a change of the meeting suits them.

    Whoever was asked later than others, and has longer for it, is reminded when their own time is nearly over.
    """
    last = request.beside_answer_by
    return any(
        (each.state == ASKED or each.has_still_to_agree) and (last is None or each.answer_by <= last)
        for each in request.open_offers(role)
    )


def _asks(question: Callable[[Accompanied, str], bool], role: str) -> property:
    """A question about whoever comes in a role, as a property of the request."""
    return property(lambda request: question(request, role), doc=question.__doc__)


class Accompanied(Submission):
    """A meeting at which somebody stands by, interprets, or comes along with a speaker who is new."""

    __abstract__ = True

    if TYPE_CHECKING:
        offers: Mapped[list[Offer]]
        meeting_format: Mapped[str]

    # When those who are asked to come beside a speaker are reminded, and by when they were asked to answer.
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
        """The open offers to come beside a speaker, of those who are in the register."""
        return [each for role in BESIDE for each in self.open_offers(role)]

    def open_offers(self, role: str) -> list[Offer]:
        """The offers in a role that are still open, the oldest first.

        Whoever is hidden for their safety, or has left, is asked nothing and confirmed for nothing any more.
        """
        return [
            each for each in self.offers if each.role == role and each.closed_at is None and each.speaker.is_in_register
        ]

    def beside(self, role: str) -> Offer | None:
        """The open offer to come in a role, whatever was said to it; None where nobody is asked."""
        # Few meetings have an interpreter: the offers of the others are not read for one.
        return next(iter(self.open_offers(role)), None) if role != INTERPRETER or self.has_interpreter else None

    @property
    def interpreter(self) -> Offer | None:
        """The open offer to interpret."""
        return self.beside(INTERPRETER)

    @property
    def partner(self) -> Offer | None:
        """The open offer to come along with the speaker."""
        return self.beside(PARTNER)

    # The same questions about each role, by the names that moves, letters and follow-ups ask them by.
    is_stand_by_asked = _asks(_is_asked, STAND_BY)
    is_no_stand_by_asked = _asks(_is_not_asked, STAND_BY)
    is_stand_by_booked = _asks(_is_booked, STAND_BY)
    is_stand_by_agreed = _asks(_is_agreed, STAND_BY)
    is_no_stand_by_waited_for = _asks(_is_not_waited_for, STAND_BY)
    is_stand_by_silent = _asks(_is_silent, STAND_BY)
    is_stand_by_to_remind = _asks(_is_to_remind, STAND_BY)
    is_interpreter_asked = _asks(_is_asked, INTERPRETER)
    is_no_interpreter_asked = _asks(_is_not_asked, INTERPRETER)
    is_interpreter_booked = _asks(_is_booked, INTERPRETER)
    is_interpreter_agreed = _asks(_is_agreed, INTERPRETER)
    is_interpreter_to_be_booked = _asks(_is_to_be_booked, INTERPRETER)
    is_no_interpreter_waited_for = _asks(_is_not_waited_for, INTERPRETER)
    is_interpreter_silent = _asks(_is_silent, INTERPRETER)
    is_interpreter_to_remind = _asks(_is_to_remind, INTERPRETER)
    is_partner_asked = _asks(_is_asked, PARTNER)
    is_no_partner_asked = _asks(_is_not_asked, PARTNER)
    is_partner_booked = _asks(_is_booked, PARTNER)
    is_partner_agreed = _asks(_is_agreed, PARTNER)
    is_partner_to_be_booked = _asks(_is_to_be_booked, PARTNER)
    is_no_partner_waited_for = _asks(_is_not_waited_for, PARTNER)
    is_partner_silent = _asks(_is_silent, PARTNER)
    is_partner_to_remind = _asks(_is_to_remind, PARTNER)

    @property
    def is_partner_out_of_place(self) -> bool:
        """Whether nobody is to be asked to come along: somebody is already, or nobody speaks whom they could join."""
        return self.is_partner_asked or not self.open_offers(SPEAKER)

    @property
    def is_speaker_alone(self) -> bool:
        """Whether all who speak or are asked to are new, and nobody experienced comes along, or is asked to."""
        speaks = self.open_offers(SPEAKER)
        return bool(speaks) and all(each.speaker.experience == NEW for each in speaks) and not self.is_partner_asked
