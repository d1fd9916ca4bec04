"""Whether another day than those of a meeting is talked about, as a request knows it: a speaker has named one.

Asking the branch, and what follows from its answer, is `other_day`’s.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column, object_session

from portal.clock import LONDON
from portal.speakers import two_clocks
from portal.speakers.accompanied import Accompanied
from portal.speakers.engagements import ACCEPTED, BESIDE, DROPPED_OUT, SPEAKER, STAND_BY, Offer
from portal.submissions.models import Event

KEEPS_DAY = "keeps-its-day"
"""The move by which a branch says that no other day would help it."""


class Negotiated(Accompanied):
    """A meeting whose speaker could come on another day."""

    __abstract__ = True

    if TYPE_CHECKING:
        confirmed_time: Mapped[time | None]
        dates: Mapped[list[dict[str, str]]]
        answer_by: Mapped[date | None]
        speaker_name: Mapped[str]

        @property
        def asked_now(self) -> list[Offer]:
            """The offers to speak that are still open."""

    # By when the branch was asked to say whether another day suits; None while it is asked nothing of the kind.
    other_day_by: Mapped[date | None] = mapped_column()

    @property
    def agreed(self) -> dict[str, str] | None:
        """The day and hour that are agreed, as a request holds a date; None before that."""
        if self.meeting_on is None or self.confirmed_time is None:
            return None
        return two_clocks.agreed(self.dates or [], self.meeting_on, self.confirmed_time)

    @property
    def proposals(self) -> list[Offer]:
        """The offers of those who could come on another day, said yes to none of ours, and may visit the branch."""
        named = (each for each in self.asked_now if each.other_date and each.state != ACCEPTED)
        return [each for each in named if not each.is_vetoed]

    @property
    def is_yes_still_unsaid(self) -> bool:
        """Whether somebody is asked and nobody has said yes: who is confirmed all the same agreed otherwise."""
        return bool(self.asked_now) and not self.is_yes_said

    @property
    def is_yes_said(self) -> bool:
        """Whether somebody has said yes on their page, or nobody is asked who could."""
        return not self.asked_now or any(each.state == ACCEPTED for each in self.asked_now)

    @property
    def other_day(self) -> Offer | None:
        """The offer whose other day the branch is asked about; None where it is asked about none."""
        # Few branches are: the offers of the others are not read for it.
        return self.find_other_day() if self.other_day_by is not None else None

    def find_other_day(self) -> Offer | None:
        """The same, read of the offers: what `other_day_by` is kept by. Who may not visit the branch is left out."""
        return next((each for each in self.proposals if each.role == SPEAKER and each.other_on is not None), None)

    @property
    def is_other_day_asked(self) -> bool:
        """Whether the branch has still to say if another day suits."""
        return self.other_day is not None

    @property
    def is_no_other_day_asked(self) -> bool:
        """Whether the branch is not asked about another day."""
        return not self.is_other_day_asked

    @property
    def is_no_other_day_named(self) -> bool:
        """Whether no speaker who is asked has named another day that the branch is still to be asked about."""
        return self.is_other_day_asked or not self.proposals

    @property
    def day_proposed(self) -> Offer | None:
        """The offer to a visitor on tour for a day that the branch never named, and is asked about; else None."""
        # A branch that has named a day is never asked this: the offers need not be read for it.
        return self.find_day_proposed() if self.state == "offered" and not self.dates else None

    def find_day_proposed(self) -> Offer | None:
        """The same, read of the offers, whatever the branch has named meanwhile."""
        asked = (each for each in self.asked_now if each.tour_id and each.other_on and not each.other_date)
        return next((each for each in asked if not each.is_vetoed), None)

    @property
    def is_no_day_proposed(self) -> bool:
        """Whether the branch is not asked about a day of a tour."""
        return self.day_proposed is None

    @property
    def is_no_lone_day_proposed(self) -> bool:
        """Whether it is not, or others are asked besides the visitor, who would still be asked after a no."""
        return self.is_no_day_proposed or len(self.asked_now) > 1

    @property
    def is_no_other_day_proposed(self) -> bool:
        """Whether it is not, or nobody is asked besides the visitor."""
        return self.is_no_day_proposed or len(self.asked_now) == 1

    @property
    def is_asked_for_later(self) -> bool:
        """Whether the booked speaker has dropped out, and the branch has still to say if another day would help it."""
        # The hour that was agreed stays until somebody else is confirmed, or the branch names another day.
        if self.state != "matching" or self.confirmed_time is None or not self.has_lost_speaker_since(self.state_since):
            return False
        if self.open_offers(STAND_BY):
            # Somebody may speak on the very day: nobody asks for another.
            return False
        session = object_session(self)
        said_no = select(Event.id).where(Event.submission_id == self.id, Event.transition == KEEPS_DAY)
        return session is None or session.scalar(said_no.where(Event.at >= self.state_since).limit(1)) is None

    @property
    def has_fallen_through(self) -> bool:
        """As everywhere: whoever was booked has dropped out, and nobody else is asked."""
        # Somebody was named to most branches never: their offers need not be read.
        return self.state == "matching" and bool(self.speaker_name) and self.has_lost_speaker_since(self.state_since)

    @property
    def is_not_asked_for_later(self) -> bool:
        """Whether the branch is not asked that."""
        return not self.is_asked_for_later

    def has_lost_speaker_since(self, moment: datetime) -> bool:
        """Whether whoever was booked to speak has dropped out since a moment (aware)."""
        gone = (each.closed_at for each in self.offers if each.role == SPEAKER and each.state == DROPPED_OUT)
        return any(at is not None and at >= moment for at in gone)

    @property
    def are_days_wished(self) -> bool:
        """Whether the branch wishes other days than the agreed one, and who is booked has still to say which suits.

        Their offer then holds the days that are wished; asked about anything else, it holds what is agreed.
        """
        if self.state != "confirmed" or self.answer_by is None:
            # Nobody is waited for: the offers need not be read.
            return False
        return any(each.is_asked_again and not self._is_agreed_among(each.dates) for each in self.asked_now)

    @property
    def is_change_open(self) -> bool:
        """Whether who is booked has still to say if the meeting suits them as it stands now."""
        # Nobody is waited for: the offers need not be read.
        is_waited_for = self.state == "confirmed" and self.answer_by is not None
        return is_waited_for and any(each.has_still_to_agree for each in self.asked_now)

    def is_in_doubt_for(self, role: str | None) -> bool:
        """Whether the meeting may not hold for whoever comes in a role: their speaker, or they, have still to agree."""
        if self.is_change_open:
            return True
        if role not in BESIDE or self.beside_answer_by is None:
            return False
        return any(each.has_still_to_agree for each in self.open_offers(role))

    @property
    def are_no_days_wished(self) -> bool:
        """Whether no booked speaker is asked about other days than the agreed one."""
        return not self.are_days_wished

    @property
    def is_day_open(self) -> bool:
        """Whether the agreed day may not hold, and others than us have to say: one side wishes for another."""
        return not self.is_with_us and self.state == "confirmed" and (self.are_days_wished or self.is_other_day_asked)

    @property
    def begins_at(self) -> datetime | None:
        """When the agreed meeting begins (aware), or where no hour is known its day ends; None while it is open."""
        if self.state != "confirmed" or self.meeting_on is None or self.are_days_wished or self.is_other_day_asked:
            return None
        if self.confirmed_time is None:
            return datetime.combine(self.meeting_on + timedelta(days=1), time(), LONDON)
        return datetime.combine(self.meeting_on, self.confirmed_time, LONDON)

    @property
    def is_stopped_by_branch(self) -> bool:
        """Whether the next step is ours for what the branch has told, not for what one of several speakers has said."""
        return self.is_with_us and all(each.answered_at is None for each in self.asked_now)

    @property
    def is_unsettled(self) -> bool:
        """Whether nobody may be told the agreed facts once more: the next step is ours, or the day is open."""
        return self.is_with_us or self.is_day_open

    @property
    def is_in_question(self) -> bool:
        """Whether others than us have to say if the meeting holds: its day is open, or a change has no yes yet."""
        return not self.is_with_us and (self.is_day_open or self.is_change_open)

    @property
    def may_not_have_been(self) -> bool:
        """Whether nobody is thanked for the meeting by itself: who knows whether it was held as it was agreed?"""
        return self.is_with_us or self.is_in_question

    @property
    def change_reminded_until(self) -> date | None:
        """The last day of a reminder that a change has no yes yet: on the eve of the meeting its own letter asks."""
        eve = [self.meeting_on - timedelta(days=2)] if self.meeting_on is not None else []
        return min([self.answer_by, *eve]) if self.answer_by is not None else None

    @property
    def is_no_change_to_agree(self) -> bool:
        """Whether no booked speaker can just say yes to the meeting as it stands now."""
        return self.are_days_wished or not any(each.has_still_to_agree for each in self.asked_now)

    def _is_agreed_among(self, rows: list[dict[str, str]]) -> bool:
        if self.meeting_on is None or self.confirmed_time is None:
            return True
        agreed = (self.meeting_on.isoformat(), ("", f"{self.confirmed_time:%H:%M}"))
        return any(row.get("on") == agreed[0] and row.get("time", "") in agreed[1] for row in rows)
