"""The base of every request, its timeline, its consents and the drafts of the forms.

Whatever the queue shows, filters or sorts by is a column of `Submission`: the queue is one statement on one table.
Only `actions.py` assigns `state`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Coordinator
from portal.directory.models import Branch, Union
from portal.extensions import db
from portal.sealed import SealedByHand
from portal.submissions.prepared import Party
from portal.submissions.workflow import State, Turn, Workflow

FIRST_NUMBER = 1000
NO_DATE = date(9999, 12, 31)
"""Stands in `queue_on` where nothing is due: such rows come after all others, by age."""
AT_ONCE = date(1, 1, 1)
"""Stands in `queue_on` where what was agreed has fallen through: such rows come first, before late ones."""
IS_OPEN_OF_A_BRANCH = "branch_id IS NOT NULL AND closed_at IS NULL AND held_reason IS NULL"
"""The condition of an index. A statement must say it in these very words, or the database may read all open rows."""


def reference_of(number: int) -> str:
    """What people call the request of that number: "USC-1042"."""
    return f"USC-{FIRST_NUMBER + number}"


class Submission(db.Model):
    """One request of a branch, of whatever kind."""

    __tablename__ = "submissions"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column()

    # Where it stands.
    state: Mapped[str] = mapped_column(String(40))
    # The states to go back to, the nearest last: a paused twinning may be closed, and opened again as paused.
    resume_state: Mapped[str] = mapped_column(String(40), default="")
    state_since: Mapped[datetime] = mapped_column()
    turn: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date | None] = mapped_column()
    queue_on: Mapped[date] = mapped_column(default=NO_DATE)
    # Neither closed nor held for review.
    is_open: Mapped[bool] = mapped_column(default=True)
    closed_at: Mapped[datetime | None] = mapped_column()
    question: Mapped[str] = mapped_column(Text, default="")
    held_reason: Mapped[str | None] = mapped_column(String(40))
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"))
    meeting_on: Mapped[date | None] = mapped_column()

    # How and when it came.
    channel: Mapped[str] = mapped_column(String(20), default="web")
    draft_id: Mapped[int | None] = mapped_column(unique=True)
    # Of a form that made several requests, the number of the first: see `together`.
    sent_with: Mapped[int | None] = mapped_column()
    received_at: Mapped[datetime] = mapped_column()
    first_answered_at: Mapped[datetime | None] = mapped_column()

    # The branch, as it was told to us then.
    heading: Mapped[str] = mapped_column(String(200))
    body_type: Mapped[str] = mapped_column(String(20), default="branch")
    union_id: Mapped[int | None] = mapped_column(ForeignKey("unions.id"))
    union_text: Mapped[str] = mapped_column(String(120), default="")
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"), index=True)
    branch_name: Mapped[str] = mapped_column(String(120), default="")
    branch_number: Mapped[str] = mapped_column(String(40), default="")
    town: Mapped[str] = mapped_column(String(80), default="")
    postcode: Mapped[str] = mapped_column(String(12), default="")
    outcode: Mapped[str] = mapped_column(String(4), default="")
    region_slug: Mapped[str] = mapped_column(String(40), default="")
    latitude: Mapped[float | None] = mapped_column()
    longitude: Mapped[float | None] = mapped_column()

    # Who wrote.
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_role: Mapped[str] = mapped_column(String(80), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    second_name: Mapped[str] = mapped_column(String(120), default="")
    second_email: Mapped[str] = mapped_column(String(254), default="")
    second_phone: Mapped[str] = mapped_column(String(40), default="")
    language: Mapped[str] = mapped_column(String(2), default="en")
    wants_newsletter: Mapped[bool] = mapped_column(default=False)
    heard_from: Mapped[str] = mapped_column(String(120), default="")
    notes: Mapped[str] = mapped_column(Text, default="")

    coordinator: Mapped[Coordinator | None] = relationship()
    union: Mapped[Union | None] = relationship()
    branch: Mapped[Branch | None] = relationship()
    events: Mapped[list[Event]] = relationship(back_populates="submission", order_by="Event.id")
    consents: Mapped[list[Consent]] = relationship(back_populates="submission", order_by="Consent.id")

    __mapper_args__: ClassVar[dict[str, Any]] = {"polymorphic_on": "kind", "version_id_col": version}
    __table_args__ = (
        Index("ix_submissions_turn", "is_open", "turn", "queue_on", "id"),
        Index("ix_submissions_state", "is_open", "state", "queue_on", "id"),
        Index("ix_submissions_coordinator", "is_open", "coordinator_id", "queue_on", "id"),
        Index("ix_submissions_meeting", "is_open", "meeting_on"),
        Index("ix_submissions_held", "queue_on", "id", sqlite_where=text("held_reason IS NOT NULL")),
        Index("ix_submissions_open_of_branch", "branch_id", sqlite_where=text(IS_OPEN_OF_A_BRANCH)),
        Index("ix_submissions_sent_with", "sent_with", sqlite_where=text("sent_with IS NOT NULL")),
        Index("ix_submissions_open_region", "is_open", "region_slug", "queue_on", "id"),
        # For the filters of the view of everything, which shows what came last on top.
        Index("ix_submissions_union", "union_id", "id"),
        Index("ix_submissions_region", "region_slug", "id"),
        Index("ix_submissions_kind", "kind", "id"),
        Index("ix_submissions_every_state", "state", "id"),
        Index("ix_submissions_given_to", "coordinator_id", "id"),
        # For how long people wait for our first answer.
        Index("ix_submissions_received", "received_at"),
        # For whoever has lost the private link: the address is compared without regard to capitals.
        Index("ix_submissions_folded_email", text("lower(contact_email)"), "id"),
        # A number is never used again: references and private links are made of it.
        {"sqlite_autoincrement": True},
    )

    WORKFLOW: ClassVar[Workflow]
    PAGE: ClassVar[str] = "track"
    """The purpose of the private link of whoever wrote to us."""
    IS_SEALED: ClassVar[bool] = False
    """Whether who wrote, and what they say, is sealed wherever it is kept, and stands in no search index."""
    stands_as = ""
    """The state in which it really stands, while a page draws it as its reader was told of it; else empty."""

    @property
    def reference(self) -> str:
        """What people quote: "USC-" and digits from one counter (gaps are allowed)."""
        return reference_of(self.id)

    @property
    def is_with_us(self) -> bool:
        """Whether the next step is ours: after the branch has written, also in a state that waits for somebody else."""
        return self.turn == Turn.US

    @property
    def pages_of_branch(self) -> list[tuple[str, int]]:
        """What the branch's private links open, as purpose and subject: its own page, and what a kind has besides."""
        return [(self.PAGE, self.id)]

    @property
    def tells_us_from(self) -> date | None:
        """The day that the branch has named, before which it has nothing to tell us; None where there is none."""
        return None

    @property
    def waits_for_a_day(self) -> bool:
        """Whether the branch is waited for that does not know yet on which day it will have something to tell."""
        return False

    def promised_on(self, state: str, today: date) -> date | None:
        """The day by which we promise to act in `state`, or None to leave it to the state's working days."""
        return None

    def needed_by(self, state: str, today: date) -> date | None:
        """The day by which somebody of us has to act in `state` for it to be of use, where that may come first."""
        return None

    @property
    def answers_are_for(self) -> date | None:
        """The day of a meeting that is still to come: no letter asks for an answer by a later day."""
        return None

    def hears_by(self, today: date) -> date | None:
        """The day by which whoever is told `today` that we go on looking hears again; None where no letter comes."""
        return None

    def last_word_on(self, today: date) -> date | None:
        """The last day on which they can hear of a yes, where nothing comes before; None where something does."""
        return None

    @property
    def is_promised_soon(self) -> bool:
        """Whether a day of the kind's own may not be later than the state's working days would be."""
        return False

    @property
    def has_fallen_through(self) -> bool:
        """Whether what was agreed with the branch has fallen through, so that it is helped before all others."""
        return False

    @property
    def goes_back_to(self) -> str:
        """The state it is taken up in again after it was put aside; empty where it was not."""
        return (self.resume_state.split() or [""])[-1]

    def taken_up_as(self, today: date) -> str:
        """The state that a move back leads to on that day (London): where it was, unless the kind knows better."""
        return self.goes_back_to

    def turn_in(self, state: State) -> str:
        """Whose turn it is in `state`: the state's own rule, unless the kind knows better."""
        return state.turn

    @property
    def turn_told(self) -> str:
        """Whose turn people read that it is: `turn`, unless the kind knows what must come before."""
        return self.turn

    @property
    def days_of_steps(self) -> dict[int, date | None]:
        """Days that people told us, by the number of the public step; None where nobody said a day."""
        return {}

    def is_step_done(self, number: int) -> bool | None:
        """Whether that public step is done, where the kind knows it better than the state does; else None."""
        return None

    @property
    def lacks_date(self) -> bool:
        """Whether it is about a meeting whose day has passed or is not known, so that nobody can be asked for it."""
        return False

    @property
    def other_side(self) -> str:
        """Who beside the branch had been counting on it, by name; empty where nobody was, or where nobody is named."""
        return ""

    def address_of(self, recipient: str) -> tuple[str, str] | None:
        """Email and language of a recipient only this kind knows (a speaker, a treasurer); None where unknown."""
        return None

    def parties(self, recipient: str, now: datetime) -> Sequence[Party]:
        """The people whom a letter of this moment goes to, where that can be several; none where it is one."""
        return ()

    def writes_one_by_one(self, recipient: str) -> bool:
        """Whether letters to a recipient go to its parties alone, and to nobody where there is none."""
        return False

    def party(self, key: str) -> Party | None:
        """One of those people, by the key of an earlier letter; None where they are not to be written to any more."""
        return None


class Event(db.Model):
    """One line of a request's history. `is_public` lines are the ones the branch may read."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column()
    name: Mapped[str] = mapped_column(String(40))
    transition: Mapped[str] = mapped_column(String(40), default="")
    from_state: Mapped[str] = mapped_column(String(40), default="")
    to_state: Mapped[str] = mapped_column(String(40), default="")
    actor: Mapped[str] = mapped_column(String(20))
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id"))
    text: Mapped[str] = mapped_column(SealedByHand, default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_public: Mapped[bool] = mapped_column(default=False)

    submission: Mapped[Submission] = relationship(back_populates="events")
    coordinator: Mapped[Coordinator | None] = relationship()


class Consent(db.Model):
    """A consent as it was given: to whom details may go, the words that were shown, and when."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    recipient: Mapped[str] = mapped_column(String(40))
    text_version: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2), default="en")
    given_at: Mapped[datetime] = mapped_column()
    withdrawn_at: Mapped[datetime | None] = mapped_column()

    submission: Mapped[Submission] = relationship(back_populates="consents")


class Draft(db.Model):
    """A form half filled in: found by an opaque cookie, swept after a day."""

    __tablename__ = "drafts"
    # A number is never used again: the request made of a draft is known by it after the draft is swept.
    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    steps_done: Mapped[list[str]] = mapped_column(JSON, default=list)
    language: Mapped[str] = mapped_column(String(2), default="en")
    opened_at: Mapped[datetime] = mapped_column()
    updated_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None] = mapped_column()
