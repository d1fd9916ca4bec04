"""Who is asked to speak where, and who is booked, as rows. Asking is `offers`’, booking `bookings`’.

That nobody is in two places at once is a rule of the database: each half hour of a booking, travel included, is a
row of its own, and a speaker has any half hour once.
"""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import JSON, ForeignKey, Index, String, or_, select, text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from portal.extensions import db
from portal.sealed import Sealed
from portal.speakers.register import Speaker, SpeakerVeto
from portal.submissions.models import Submission

# What has become of an offer.
ASKED = "asked"
ACCEPTED = "accepted"
CONFIRMED = "confirmed"
DECLINED = "declined"
EXPIRED = "expired"
RELEASED = "released"
DROPPED_OUT = "dropped-out"
WAITING = (ASKED, ACCEPTED)
"""Nobody has decided about these yet."""

OFFER_IS_OPEN = "closed_at IS NULL"

SPEAKER, STAND_BY, INTERPRETER, PARTNER = "speaker", "stand-by", "interpreter", "partner"
BESIDE = (STAND_BY, INTERPRETER, PARTNER)
"""Who is booked beside a speaker."""
BOOKED, CANCELLED = "booked", "cancelled"
_veto, _submission = SpeakerVeto.__table__.c, Submission.__table__.c
_same_body = or_(_veto.branch_id == _submission.branch_id, _veto.union_id == _submission.union_id)


class Offer(db.Model):
    """One speaker asked to speak at one meeting.

    `dates` are the alternatives as the branch's request holds them, `accepted` the ISO days that suit the speaker.
    `other_date` is what they proposed instead, as they read it, with `named_on` and `named_time` (London) the day of
    it; `reason` why they said no, in their own words; `other_on` and `other_time` (London) are what the branch was
    asked of it, or what a visitor on tour is asked for and the branch never named. With `may_name_me` they agreed that
    this branch learns their name, union and email. `overridden` is why a coordinator asked them although something
    spoke against it.
    """

    __tablename__ = "offers"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speakers.id"))
    role: Mapped[str] = mapped_column(String(20), default=SPEAKER)
    state: Mapped[str] = mapped_column(String(20), default=ASKED)
    dates: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    accepted: Mapped[list[str]] = mapped_column(JSON, default=list)
    other_date: Mapped[str] = mapped_column(Sealed, default="")
    named_on: Mapped[date | None] = mapped_column()
    named_time: Mapped[time | None] = mapped_column()
    other_on: Mapped[date | None] = mapped_column()
    other_time: Mapped[time | None] = mapped_column()
    reason: Mapped[str] = mapped_column(Sealed, default="")
    may_name_me: Mapped[bool] = mapped_column(default=False)
    overridden: Mapped[str] = mapped_column(Sealed, default="")
    asked_at: Mapped[datetime] = mapped_column()
    # The last day (London) on which an answer is in time.
    answer_by: Mapped[date] = mapped_column()
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"))
    # The tour whose visitor was asked about all its meetings in one letter.
    tour_id: Mapped[int | None] = mapped_column()
    answered_at: Mapped[datetime | None] = mapped_column()
    # When it ended, for whatever reason; a booked speaker's offer ends with the booking.
    closed_at: Mapped[datetime | None] = mapped_column()
    # Whether they do not wish to visit this branch, or its union, as it stood when the offer was read.
    is_vetoed: Mapped[bool] = column_property(
        select(_veto.id)
        .join(Submission.__table__, _same_body)
        .where(_veto.speaker_id == speaker_id, _submission.id == submission_id)
        .correlate_except(SpeakerVeto.__table__, Submission.__table__)
        .exists()
    )

    # Whoever looks at offers wants to know whose they are.
    speaker: Mapped[Speaker] = relationship(lazy="joined", innerjoin=True)

    @property
    def named_day(self) -> dict[str, str] | None:
        """The day and hour (London) that they named instead, as requests hold a date; None where there is none."""
        if not self.other_date or self.named_on is None or self.named_time is None:
            return None
        return {"on": self.named_on.isoformat(), "time": f"{self.named_time:%H:%M}"}

    @property
    def has_still_to_agree(self) -> bool:
        """Whether who is booked has not said yes to a change of the meeting: silent, or with another day named instead.

        Whoever is confirmed has a moment at which they answered: asking about a change empties it, nothing else does.
        """
        return self.state == CONFIRMED and self.answered_at is None

    @property
    def is_asked_again(self) -> bool:
        """Whether who is booked has still to say anything of a change of the meeting."""
        return self.has_still_to_agree and not self.other_date

    @property
    def is_resting(self) -> bool:
        """Whether who is asked has paused, as long as they were given to answer: a pause is no answer, nor chased."""
        return self.speaker.is_paused_on(self.answer_by)

    __table_args__ = (
        # Nobody is asked twice at once for one meeting.
        Index("uq_offers_open", "submission_id", "speaker_id", unique=True, sqlite_where=text(OFFER_IS_OPEN)),
        # Few offers wait for an answer, and many stay open until their meeting is over.
        Index("ix_offers_waiting", "state", "speaker_id", sqlite_where=text(OFFER_IS_OPEN)),
        # Who was asked when and said what is read of all speakers at once: from the index alone.
        Index("ix_offers_of_speaker", "speaker_id", "asked_at", "state"),
        {"sqlite_autoincrement": True},
    )


class Booking(db.Model):
    """Somebody (a speaker, or one beside them) booked for a meeting, from `starts_at` until `ends_at`, both UTC.

    `travel_minutes` are kept free before and after. `uid` and `sequence` are the calendar invitation's (RFC 5545): the
    first never changes, the second rises with each change that people are told of.
    """

    __tablename__ = "bookings"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speakers.id"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"))
    role: Mapped[str] = mapped_column(String(20), default=SPEAKER)
    state: Mapped[str] = mapped_column(String(20), default=BOOKED)
    starts_at: Mapped[datetime] = mapped_column()
    ends_at: Mapped[datetime] = mapped_column()
    travel_minutes: Mapped[int] = mapped_column(default=0)
    uid: Mapped[str] = mapped_column(String(80), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column()
    cancelled_at: Mapped[datetime | None] = mapped_column()

    speaker: Mapped[Speaker] = relationship()
    slots: Mapped[list[BookedSlot]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        Index("ix_bookings_of_speaker", "speaker_id", "starts_at"),
        Index("ix_bookings_starts", "starts_at", "state", "speaker_id"),
        {"sqlite_autoincrement": True},
    )


class BookedSlot(db.Model):
    """One half hour of a speaker, counted from 1970 in UTC. The primary key is the promise: nobody is booked twice."""

    __tablename__ = "booked_slots"

    speaker_id: Mapped[int] = mapped_column(ForeignKey("speakers.id"), primary_key=True, autoincrement=False)
    half_hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id", ondelete="CASCADE"), index=True)
