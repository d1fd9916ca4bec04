"""A branch's request for a speaker. Speakers are in `register`, who is asked and booked in `engagements`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from portal.clock import LONDON
from portal.emails import second_reading
from portal.sealed import Sealed
from portal.speakers import addressees, afterwards
from portal.speakers.engagements import ACCEPTED, CONFIRMED, SPEAKER, STAND_BY, Booking, Offer
from portal.speakers.named import Named
from portal.speakers.register import IN_UKRAINE
from portal.submissions import untold
from portal.submissions.prepared import Party
from portal.submissions.workflow import Recipient, State, Turn


class SpeakerRequest(Named):
    """One meeting that wants a speaker. Its `dates` are alternatives for that one meeting.

    Each entry of `dates` is {"on": ISO date, "time_text": as typed, "time": "HH:MM" or ""}, local time in London; with
    "doors" and "until": "HH:MM" where that was said.
    """

    __tablename__ = "speaker_requests"

    id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True)
    event_kind: Mapped[str] = mapped_column(String(30), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    dates: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    date_rule: Mapped[str] = mapped_column(String(300), default="")
    decide_by: Mapped[date | None] = mapped_column()
    meeting_format: Mapped[str] = mapped_column(String(20), default="")
    platform: Mapped[str] = mapped_column(String(80), default="")
    joining_link: Mapped[str] = mapped_column(String(500), default="", server_default="")
    venue: Mapped[str] = mapped_column(String(300), default="")
    venue_postcode: Mapped[str] = mapped_column(String(12), default="")
    venue_access: Mapped[str] = mapped_column(Text, default="")
    audience_size: Mapped[str] = mapped_column(String(60), default="")
    audience: Mapped[str] = mapped_column(String(20), default="")
    wanted_speaker: Mapped[str] = mapped_column(String(20), default="no-preference")
    named_speaker: Mapped[str] = mapped_column(String(200), default="")
    sector: Mapped[str] = mapped_column(String(40), default="")
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    topics_other: Mapped[str] = mapped_column(String(300), default="")
    talk_minutes: Mapped[int | None] = mapped_column()
    question_minutes: Mapped[int | None] = mapped_column()
    contested: Mapped[str] = mapped_column(String(20), default="")
    contested_note: Mapped[str] = mapped_column(Text, default="")
    press: Mapped[str] = mapped_column(String(20), default="")
    recording: Mapped[str] = mapped_column(String(20), default="")
    needs: Mapped[list[str]] = mapped_column(JSON, default=list)
    needs_note: Mapped[str] = mapped_column(Text, default="")
    can_pay: Mapped[list[str]] = mapped_column(JSON, default=list)
    pay_note: Mapped[str] = mapped_column(String(300), default="")
    collection: Mapped[str] = mapped_column(String(20), default="")

    # The speaker who is asked or booked, and the meeting as agreed.
    speaker_name: Mapped[str] = mapped_column("sealed_name", Sealed, default="", server_default="")
    speaker_email: Mapped[str] = mapped_column("sealed_email", Sealed, default="", server_default="")
    speaker_language: Mapped[str] = mapped_column(String(2), default="en")
    # Who of the register that is. What the database should refuse, it refuses in the tables of bookings.
    speaker_id: Mapped[int | None] = mapped_column()
    # When those who were asked and have not answered are reminded, and by when they were asked to answer.
    remind_on: Mapped[date | None] = mapped_column()
    answer_by: Mapped[date | None] = mapped_column()
    confirmed_time: Mapped[time | None] = mapped_column()
    # What the branch does if the call breaks and nobody stands by, as it was written to it.
    fallback: Mapped[str] = mapped_column(Text, default="", server_default="")
    attended: Mapped[int | None] = mapped_column()
    outcome: Mapped[str] = mapped_column(Text, default="")

    __mapper_args__ = {"polymorphic_identity": "speaker"}

    # The kind's own key is the request's.
    offers: Mapped[list[Offer]] = relationship(
        primaryjoin=lambda: Offer.submission_id == SpeakerRequest.id,
        foreign_keys=Offer.submission_id,
        order_by=Offer.id,
    )
    bookings: Mapped[list[Booking]] = relationship(
        primaryjoin=lambda: Booking.submission_id == SpeakerRequest.id,
        foreign_keys=Booking.submission_id,
        order_by=Booking.id,
    )

    def parties(self, recipient: str, now: datetime) -> Sequence[Party]:
        """As everywhere: speakers are written to one by one, and each side has a page to report on."""
        of_speakers = recipient in addressees.SPEAKERS
        return self.with_their_report(recipient, self._speakers_of(recipient, now) if of_speakers else ())

    def _speakers_of(self, recipient: str, now: datetime) -> Sequence[Party]:
        meeting = addressees.Meeting(not self.is_no_call, self.town_to_travel_to, self.agreed)
        return addressees.of(self.offers, recipient, now, meeting)

    def writes_one_by_one(self, recipient: str) -> bool:
        """As everywhere: where speakers of the register are asked, no letter goes past their offers."""
        return recipient in addressees.SPEAKERS and bool(self.offers)

    def party(self, key: str) -> Party | None:
        """As everywhere."""
        return self.party_to_report(key)

    def turn_in(self, state: State) -> str:
        """Once a speaker has said yes, the next step is ours; after the meeting it is that of who has to report.

        A branch that is asked whether another day suits, or one of a tour, has the turn until a speaker has said yes.
        """
        if state.name == afterwards.HELD:
            return afterwards.turn(self.reports) or state.turn
        if state.name == "offered" and any(each.state == ACCEPTED and not each.closed_at for each in self.offers):
            return Turn.US
        if state.name in ("offered", "confirmed") and self.is_other_day_asked:
            return Turn.BRANCH
        if state.name == "offered" and not self.dates and self.find_day_proposed() is not None:
            return Turn.BRANCH
        if state.name == "confirmed" and self.is_speaker_asked_again:
            return Turn.SPEAKER
        return state.turn

    @property
    def may_be_over_at(self) -> datetime | None:
        """An hour after the meeting that was agreed begins (aware); where no hour is known, its whole day."""
        if self.meeting_on is None:
            return None
        begins = datetime.combine(self.meeting_on, self.confirmed_time or time(), LONDON)
        return begins + timedelta(hours=1) if self.confirmed_time else begins

    def address_of(self, recipient: str) -> tuple[str, str] | None:
        """The speaker's email and language, once somebody was asked."""
        if recipient == "speaker" and self.speaker_email:
            return self.speaker_email, self.speaker_language
        return None

    @property
    def lacks_date(self) -> bool:
        """As everywhere, once no day that the branch named is to come; a rule ("any Tuesday") is as good as a day."""
        return self.meeting_on is None and bool(self.dates) and not self.date_rule

    @property
    def other_side(self) -> str:
        """The speaker who is asked or booked."""
        return self.speaker_name

    @property
    def was_another_asked(self) -> bool:
        """Whether somebody was asked before, so that a branch is told of somebody else."""
        return bool(self.speaker_name) and not self.is_somebody_asked

    @property
    def is_first_asked(self) -> bool:
        """Whether nobody was asked before."""
        return not self.speaker_name and not self.is_somebody_asked

    @property
    def is_somebody_asked(self) -> bool:
        """Whether an offer to speak is open."""
        return bool(self.asked_now)

    @property
    def has_yes(self) -> bool:
        """Whether a speaker has said yes, and hears from us next; whether they can be confirmed is `lost_yes`’s."""
        return self.state == "offered" and any(each.state == ACCEPTED for each in self.asked_now)

    @property
    def has_somebody_to_remind(self) -> bool:
        """Whether somebody who is asked is silent, and has not paused."""
        return any(each.answered_at is None and not each.is_resting for each in self.asked_now)

    @property
    def are_several_asked(self) -> bool:
        """Whether more than one speaker is asked now: then one no is not the end of it."""
        return len(self.asked_now) > 1

    @property
    def is_one_asked(self) -> bool:
        """Whether nobody but one speaker is asked now."""
        return not self.are_several_asked

    @property
    def is_speaker_asked_again(self) -> bool:
        """Whether who is booked has still to say if a change of the meeting suits them."""
        return any(each.is_asked_again for each in self.asked_now)

    @property
    def is_nobody_asked_again(self) -> bool:
        """Whether nobody who is booked is asked about a change."""
        return not self.is_speaker_asked_again

    @property
    def is_somebody_in_time(self) -> bool:
        """Whether somebody has said yes, or has longer to answer than those whose time is over first."""
        return any(each.answered_at is not None or each.answer_by != self.answer_by for each in self.asked_now)

    @property
    def asked_now(self) -> list[Offer]:
        """The offers to speak that are still open, the oldest first; to come beside a speaker is another matter."""
        return self.open_offers(SPEAKER)

    @property
    def stand_by(self) -> Offer | None:
        """The offer of whoever stands by; None where nobody does."""
        return next((each for each in self.open_offers(STAND_BY) if each.state == CONFIRMED), None)

    @property
    def cannot_swap(self) -> bool:
        """Whether nobody can speak in the place of another: nobody stands by who may come and to whom the meeting suits
        as it stands now, or no hour is set."""
        is_there = self.is_stand_by_agreed and self.stand_by is not None and not self.stand_by.is_vetoed
        return not is_there or self.meeting_on is None or self.confirmed_time is None

    @property
    def cannot_partner_speak(self) -> bool:
        """The same of whoever comes along, once somebody spoke beside whom they were booked."""
        is_there = self.partner is not None and self.partner.state == CONFIRMED and not self.partner.is_vetoed
        return not is_there or self.meeting_on is None or self.confirmed_time is None

    @property
    def needs_stand_by(self) -> bool:
        """Whether the speaker joins from Ukraine, where power cuts and alarms break calls, and there is no plan B."""
        is_in_ukraine = any(each.speaker.lives_in == IN_UKRAINE for each in self.booked_to_speak)
        return (
            is_in_ukraine and self.tour_id is None and not self.is_no_call and not self.fallback and not self.stand_by
        )

    @property
    def knows_of_offer(self) -> bool:
        """Whether the speaker has heard of it: no letter with the offer was kept back."""
        session = object_session(self)
        return session is None or not second_reading.is_kept_back(session, self.id, "speaker/offer")

    @property
    def is_booking_unheard(self) -> bool:
        """Whether nobody outside has heard that it is confirmed: the letters that say so wait, or were kept back."""
        session = object_session(self)
        return session is not None and Recipient.BRANCH in untold.not_told(session, self.id, of_state=True)

    @property
    def is_booking_known(self) -> bool:
        """Whether those letters have left."""
        return not self.is_booking_unheard

    @property
    def is_partner_news(self) -> bool:
        """Whether a yes of whoever is asked to come along would be news at a meeting known to be confirmed."""
        return bool(self.is_partner_to_be_booked) and self.is_booking_known

    @property
    def is_interpreter_news(self) -> bool:
        """Whether a yes of whoever is asked to interpret would be news at a meeting known to be confirmed."""
        return bool(self.is_interpreter_to_be_booked) and self.is_booking_known

    @property
    def is_partner_told(self) -> bool:
        """Whether somebody comes along to a meeting of which the branch has heard that it is confirmed."""
        return bool(self.is_partner_booked) and self.is_booking_known

    @property
    def is_interpreter_told(self) -> bool:
        """Whether somebody interprets at a meeting of which the branch has heard that it is confirmed."""
        return bool(self.is_interpreter_booked) and self.is_booking_known

    @property
    def lacks_details(self) -> bool:
        """Whether the branch has still to tell where the meeting is, or how to join it."""
        is_in_room, is_online = (self.agreed_format in (each, "either", "") for each in ("in-person", "online"))
        return (is_in_room and not self.venue) or (is_online and not self.has_link)

    @property
    def has_link(self) -> bool:
        """Whether the branch has told how to join online; some write the link beside the platform."""
        return bool(self.joining_link) or "://" in self.platform

    @property
    def lacks_address(self) -> bool:
        """Whether the branch has not told where its room is: the name of its town alone is no address."""
        return (self.venue or "").strip().casefold() in ("", (self.town or "").strip().casefold())

    @property
    def way_in(self) -> str:
        """The platform and the link, letter by letter as they were typed: capitals count in a link."""
        return ", ".join(part for part in (self.platform, self.joining_link) if part)

    @property
    def place(self) -> str:
        """Where it is held, in words, as far as we know; what the venue names already is not said again."""
        more = [part for part in (self.town, self.venue_postcode) if part and not _names(self.venue, part)]
        return ", ".join(part for part in (self.venue, *more) if part)


def _names(text: str, part: str) -> bool:
    """Whether a text holds `part` as words of its own, capitals or not."""
    return re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text, re.IGNORECASE) is not None
