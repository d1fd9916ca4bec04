"""The register of speakers, as rows: who they are, what they agreed to, when they can, whom they do not visit.

Names, addresses and notes are sealed: they stand in no index and in no search. Keeping the register is `keeping`'s,
reading availability `availability`'s, choosing among speakers `matching`'s.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.directory.models import Branch, Union
from portal.extensions import db
from portal.sealed import Sealed

CAMPAIGN, UKRAINIAN, INTERPRETER = "campaign", "ukrainian", "interpreter"
KINDS = (CAMPAIGN, UKRAINIAN, INTERPRETER)
IN_UK, IN_UKRAINE, ELSEWHERE = "uk", "ukraine", "elsewhere"
NEW, STEADY, SEASONED = "new", "steady", "seasoned"
EXPERIENCE = (NEW, STEADY, SEASONED)
"""From somebody who begins to somebody who is used to hostile rooms."""


class Speaker(db.Model):
    """One person who speaks, or interprets, for the campaign.

    Of somebody in Ukraine no place is kept: they join online. `outcode` is the district of somebody in the UK.
    `languages` maps a code ("en", "uk", "pl" …) to one of `tongues.LEVELS`; `most_miles` is how far they travel one way
    (0: they do not); `most_a_month` how many talks they take on in a calendar month.
    """

    __tablename__ = "speakers"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column(String(20), default=CAMPAIGN)
    lives_in: Mapped[str] = mapped_column(String(20), default=IN_UK)

    # Who they are, for nobody who has only the database.
    name: Mapped[str] = mapped_column(Sealed)
    # As it is written in Ukrainian letters; empty where nobody has told us.
    name_uk: Mapped[str] = mapped_column(Sealed, default="", server_default="")
    email: Mapped[str] = mapped_column(Sealed, default="")
    email_digest: Mapped[str] = mapped_column(String(64), default="", index=True)
    phone: Mapped[str] = mapped_column(Sealed, default="")
    notes: Mapped[str] = mapped_column(Sealed, default="")
    language: Mapped[str] = mapped_column(String(2), default="en")

    # What they bring.
    union_id: Mapped[int | None] = mapped_column(ForeignKey("unions.id"))
    union_text: Mapped[str] = mapped_column(String(120), default="")
    ukrainian_union: Mapped[str] = mapped_column(String(40), default="")
    sector: Mapped[str] = mapped_column(String(40), default="")
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    languages: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    formats: Mapped[list[str]] = mapped_column(JSON, default=list)
    experience: Mapped[str] = mapped_column(String(20), default=STEADY)

    # Where they set out from, how far they go and how often.
    outcode: Mapped[str] = mapped_column(String(4), default="")
    region_slug: Mapped[str] = mapped_column(String(40), default="")
    latitude: Mapped[float | None] = mapped_column()
    longitude: Mapped[float | None] = mapped_column()
    time_zone: Mapped[str] = mapped_column(String(40), default="Europe/London")
    most_miles: Mapped[int] = mapped_column(default=0)
    most_a_month: Mapped[int] = mapped_column(default=2)

    # Where they stand with us.
    created_at: Mapped[datetime] = mapped_column()
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"))
    # When they said, from their own page, that we may keep and use what stands here.
    confirmed_at: Mapped[datetime | None] = mapped_column()
    paused_at: Mapped[datetime | None] = mapped_column()
    # The first day on which they can be asked again; None with `paused_at`: until they say so.
    paused_until: Mapped[date | None] = mapped_column()
    # They wish not to be asked any more, or were taken out of the register.
    left_at: Mapped[datetime | None] = mapped_column()
    # Hidden at once from every page, list and letter: somebody is in danger.
    locked_at: Mapped[datetime | None] = mapped_column()

    union: Mapped[Union | None] = relationship()
    vetoes: Mapped[list[SpeakerVeto]] = relationship(
        back_populates="speaker", order_by="SpeakerVeto.id", cascade="all, delete-orphan"
    )
    consents: Mapped[list[SpeakerConsent]] = relationship(back_populates="speaker", order_by="SpeakerConsent.id")
    weekly: Mapped[list[WeeklyHours]] = relationship(
        back_populates="speaker", order_by="WeeklyHours.weekday, WeeklyHours.from_minute", cascade="all, delete-orphan"
    )
    exceptions: Mapped[list[AvailabilityException]] = relationship(
        back_populates="speaker", order_by="AvailabilityException.first_on", cascade="all, delete-orphan"
    )

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}
    # A number is never used again: private links are made of it.
    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_autoincrement": True}

    def is_paused_on(self, today: date) -> bool:
        """Whether they cannot be asked on that day (London)."""
        return self.paused_at is not None and (self.paused_until is None or today < self.paused_until)

    def name_in(self, language: str) -> str:
        """Their name as a letter in that language writes it, as far as we know it."""
        return self.name_uk if language == "uk" and self.name_uk else self.name

    @property
    def names(self) -> list[str]:
        """Their name in each spelling that we know."""
        return [each for each in (self.name, self.name_uk) if each]

    @property
    def is_in_register(self) -> bool:
        """Whether pages and lists may show them."""
        return self.left_at is None and self.locked_at is None


class SpeakerConsent(db.Model):
    """What a speaker agreed to on their own page: for what, in which words and language, and when.

    `purpose` is "register" (we keep these details, union membership among them, and match them with requests) or
    "branches" (a branch they agreed to speak to learns their name, union and email). Those of `consenting` hold for the
    branch of one meeting alone.
    """

    __tablename__ = "speaker_consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speakers.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    text_version: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2), default="en")
    given_at: Mapped[datetime] = mapped_column()
    withdrawn_at: Mapped[datetime | None] = mapped_column()

    speaker: Mapped[Speaker] = relationship(back_populates="consents")


class SpeakerVeto(db.Model):
    """Whom a speaker does not wish to visit: a branch, or a whole union. Nobody overrides it."""

    __tablename__ = "speaker_vetoes"

    id: Mapped[int] = mapped_column(primary_key=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speakers.id", ondelete="CASCADE"), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))
    union_id: Mapped[int | None] = mapped_column(ForeignKey("unions.id"))
    words: Mapped[str] = mapped_column(Sealed, default="")

    speaker: Mapped[Speaker] = relationship(back_populates="vetoes")
    branch: Mapped[Branch | None] = relationship()
    union: Mapped[Union | None] = relationship()


class WeeklyHours(db.Model):
    """Hours of a weekday (0 is Monday) at which a speaker can usually speak.

    Minutes after midnight of their own zone; `until_minute` may lie past midnight (up to 1,800). Who has no rows has
    not told us: they may be free at any hour.
    """

    __tablename__ = "speaker_weekly_hours"

    id: Mapped[int] = mapped_column(primary_key=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speakers.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int] = mapped_column()
    from_minute: Mapped[int] = mapped_column()
    until_minute: Mapped[int] = mapped_column()

    speaker: Mapped[Speaker] = relationship(back_populates="weekly")


class AvailabilityException(db.Model):
    """Days, both ends included, on which a speaker is away, or can speak although the week says no.

    `from_minute` and `until_minute` narrow each of the days to hours of their own zone; None: the whole day.
    """

    __tablename__ = "speaker_exceptions"

    id: Mapped[int] = mapped_column(primary_key=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speakers.id", ondelete="CASCADE"))
    first_on: Mapped[date] = mapped_column()
    last_on: Mapped[date] = mapped_column()
    from_minute: Mapped[int | None] = mapped_column()
    until_minute: Mapped[int | None] = mapped_column()
    is_free: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Sealed, default="")

    speaker: Mapped[Speaker] = relationship(back_populates="exceptions")

    __table_args__ = (Index("ix_speaker_exceptions_days", "speaker_id", "last_on", "first_on"),)
