"""A branch's affiliation, its yearly terms and the fee table that coordinators set."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    ScalarSelect,
    String,
    Text,
    or_,
    select,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from portal.affiliations import fee_days, held
from portal.affiliations.follow_ups import RENEWAL_DUE
from portal.affiliations.states import AFFILIATED
from portal.affiliations.workflow import DECIDED
from portal.extensions import db
from portal.submissions import follow_ups, quiet_days
from portal.submissions.models import Submission
from portal.submissions.workflow import State, Turn

BEFORE_ACCEPTANCE = ("received", "awaiting-decision", "not-carried")
STILL_TO_DECIDE = ("going", "not-yet")
"""What a branch answers that has not decided yet."""


class Affiliation(Submission):
    """One branch's affiliation: one per branch for ever, with one term for each year."""

    __tablename__ = "affiliations"

    id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True)
    of_branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"), unique=True)
    decision: Mapped[str] = mapped_column(String(20), default="")
    decided_on: Mapped[date | None] = mapped_column()
    decision_meeting: Mapped[str] = mapped_column(String(120), default="")
    minute: Mapped[str] = mapped_column(Text, default="")
    accepts_aims: Mapped[bool] = mapped_column(default=False)
    aims_noted_on: Mapped[date | None] = mapped_column()
    members: Mapped[int | None] = mapped_column()
    fee_pence: Mapped[int | None] = mapped_column()
    fee_wish: Mapped[str] = mapped_column(String(20), default="as-worked-out")
    offered_pence: Mapped[int | None] = mapped_column()
    waiver_reason: Mapped[str] = mapped_column(Text, default="")
    pay_by: Mapped[str] = mapped_column(String(20), default="")
    treasurer_name: Mapped[str] = mapped_column(String(120), default="")
    treasurer_email: Mapped[str] = mapped_column(String(254), default="")
    wants_invoice: Mapped[str] = mapped_column(String(20), default="")
    invoice_address: Mapped[str] = mapped_column(Text, default="")
    order_number: Mapped[str] = mapped_column(String(60), default="")
    delegates: Mapped[int | None] = mapped_column()
    publish_name: Mapped[str] = mapped_column(String(20), default="no")
    also_wants: Mapped[list[str]] = mapped_column(JSON, default=list)

    terms: Mapped[list[Term]] = relationship(
        back_populates="affiliation", order_by="Term.starts_on", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"polymorphic_identity": "affiliation"}

    @property
    def current_term(self) -> Term | None:
        """The newest term, paid or not."""
        return self.terms[-1] if self.terms else None

    @property
    def open_term(self) -> Term | None:
        """The newest term where its fee, or a part of it, has still to come."""
        return self.terms[-1] if self.terms and self.terms[-1].is_open else None

    @property
    def running_term(self) -> Term | None:
        """The newest term whose fee has come or was waived: until its end the branch is affiliated."""
        return next((term for term in reversed(self.terms) if not term.is_open), None)

    @property
    def term_over_on(self) -> date | None:
        """The first day after the running term; None where there is none."""
        return self.running_term.ends_on + timedelta(days=1) if self.running_term else None

    @property
    def renewal_opens_on(self) -> date | None:
        """The day on which the branch would be asked to renew by itself; None where there is no running term."""
        if self.running_term is None:
            return None
        ends_on, nation = self.running_term.ends_on, quiet_days.nation_of(self)
        return follow_ups.day_for(RENEWAL_DUE, ends_on + timedelta(days=RENEWAL_DUE.days), nation)

    @hybrid_property
    def term_ends_on(self) -> date | None:
        """The last day of the running term; None where there is none."""
        return self.running_term.ends_on if self.running_term else None

    @term_ends_on.inplace.expression
    @classmethod
    def _term_ends_on(cls) -> ScalarSelect[Any]:
        """The same as SQL: the last day of the newest term whose fee has come or was waived."""
        is_settled = or_(Term.waived_reason != "", Term.paid_pence >= Term.fee_pence)
        newest = select(Term.ends_on).where(Term.affiliation_id == cls.id, is_settled)
        return newest.order_by(Term.starts_on.desc()).limit(1).correlate(cls).scalar_subquery()

    @property
    def has_own_treasurer(self) -> bool:
        """Whether letters about money go to another address than the contact's."""
        return bool(self.treasurer_email) and self.treasurer_email.lower() != self.contact_email.lower()

    @property
    def hears_of_the_reminder(self) -> bool:
        """Whether the branch hears that we remind its treasurer; it has just read so where its renewal is late."""
        return self.has_own_treasurer and self.state != "grace"

    @property
    def is_renewal_settled(self) -> bool:
        """Whether there is no point in asking the branch to renew: it has, or it has written to us."""
        return self.has_renewed or self.is_with_us

    @property
    def has_renewed(self) -> bool:
        """Whether an affiliated branch was asked for the next year's fee already."""
        return self.state in AFFILIATED and self.open_term is not None

    @property
    def is_invoice_owed(self) -> bool:
        """Whether the branch waits for an invoice that we have still to write."""
        return self.invoice_owed_since is not None

    invoice_owed_since = property(fee_days.invoice_owed_since)
    late_from = property(fee_days.late_from)

    @property
    def is_fee_due(self) -> bool:
        """Whether a fee is to be paid now: the first one, or that of the next year."""
        return self.state == fee_days.FIRST or self.has_renewed

    @property
    def is_renewal_to_be_invoiced(self) -> bool:
        """Whether the branch has renewed and waits for our invoice: nothing is late before that has come."""
        return self.has_renewed and self.is_invoice_owed

    @property
    def turn_told(self) -> str:
        """As everywhere; while we owe the invoice nothing is due, and the turn is ours."""
        return Turn.US if self.turn == Turn.TREASURER and self.is_invoice_owed else self.turn

    @hybrid_property
    def fee_asked_at(self) -> datetime:
        """Since when the fee is to be paid: since its invoice was sent, where one was wanted, else since we asked."""
        return fee_days.asked_at(self)

    @fee_asked_at.inplace.expression
    @classmethod
    def _fee_asked_at(cls) -> ColumnElement[datetime]:
        """The same as SQL."""
        return fee_days.asked_at_in_sql(cls)

    @property
    def is_not_reminded_of_fee(self) -> bool:
        """Whether a reminder of the fee would be wrong: it is our turn, or we owe the invoice first."""
        return self.is_with_us or self.is_invoice_owed

    @property
    def lacks_aims(self) -> bool:
        """Whether it is still to be accepted, and nobody has said that the branch accepts the aims."""
        return self.state in BEFORE_ACCEPTANCE and not self.accepts_aims and self.aims_noted_on is None

    @property
    def has_fee_to_agree(self) -> bool:
        """Whether nobody knows its first fee before it is agreed: the branch asks to pay less, or nothing tells it."""
        return not self.terms and (self.fee_wish == "waiver" or self.fee_pence is None)

    @property
    def has_known_fee(self) -> bool:
        """Whether its fee is worked out, unless another one was agreed."""
        return not self.has_fee_to_agree

    @property
    def was_asked_to_pay(self) -> bool:
        """Whether the treasurer holds a letter that asks for a fee which has not come."""
        return self.state != "received" and self.open_term is not None

    held_pence = property(held.pence)
    has_treasurer_paid = property(held.is_the_treasurers_to_hear)
    has_treasurer_to_hear = property(held.has_not_heard)
    has_fee_kept_ready = property(held.is_kept_ready)

    @property
    def is_replaced(self) -> bool:
        """Whether another affiliation stands for the same branch: two branches turned out to be one."""
        session = object_session(self)
        if session is None or self.branch_id is None or self.of_branch_id is not None:
            return False
        other = select(Affiliation.id).where(Affiliation.of_branch_id == self.branch_id)
        return session.scalar(other) is not None

    @property
    def tells_us_from(self) -> date | None:
        """The day of the meeting that decides, while we wait for it."""
        is_awaited = self.state == "awaiting-decision" and self.decision in STILL_TO_DECIDE
        return self.decided_on if is_awaited else None

    @property
    def waits_for_a_day(self) -> bool:
        """Whether its meeting has put the decision off, or has still to decide, and nobody knows the day."""
        return self.state == "awaiting-decision" and self.decision == "not-yet" and self.decided_on is None

    def turn_in(self, state: State) -> str:
        """As everywhere; a branch that has renewed waits for its treasurer alone."""
        is_renewed = state.name in AFFILIATED and self.open_term is not None
        return Turn.TREASURER if is_renewed else state.turn

    def taken_up_as(self, today: date) -> str:
        """As everywhere; a closed one whose paid year still runs counts as affiliated again, any other begins anew."""
        back = self.goes_back_to
        if not self.WORKFLOW.state(self.state).is_final:
            return back
        if self.term_over_on is None or today >= self.term_over_on:
            return self.WORKFLOW.initial
        return back if back in AFFILIATED else "active"

    @property
    def days_of_steps(self) -> dict[int, date | None]:
        """The branch decided on the day of its meeting, not on the day on which we heard of it."""
        return {DECIDED: self.decided_on if self.decision == "carried" else None}

    def is_step_done(self, number: int) -> bool | None:
        """As everywhere; that a branch has decided is what it told us, whatever else is done."""
        if number != DECIDED:
            return None
        if self.decision in STILL_TO_DECIDE:
            # A branch that pays its fee has decided, also where nobody told us.
            return self.running_term is not None
        return True if self.decision == "carried" else None

    def address_of(self, recipient: str) -> tuple[str, str] | None:
        """The treasurer's email, or the contact's where no treasurer was named; always in the branch's language."""
        if recipient == "treasurer":
            return (self.treasurer_email or self.contact_email), self.language
        return None


class Term(db.Model):
    """One year of an affiliation. The fee is in pence, as agreed; a waiver is a fact of the term, with its reason."""

    __tablename__ = "terms"

    id: Mapped[int] = mapped_column(primary_key=True)
    affiliation_id: Mapped[int] = mapped_column(ForeignKey("affiliations.id", ondelete="CASCADE"), index=True)
    starts_on: Mapped[date] = mapped_column()
    ends_on: Mapped[date] = mapped_column()
    fee_pence: Mapped[int] = mapped_column()
    paid_pence: Mapped[int | None] = mapped_column()
    paid_on: Mapped[date | None] = mapped_column()
    waived_reason: Mapped[str] = mapped_column(Text, default="")

    affiliation: Mapped[Affiliation] = relationship(back_populates="terms")

    @property
    def is_open(self) -> bool:
        """Whether the term waits for its fee, or for the rest of it."""
        return not self.waived_reason and (self.paid_pence is None or self.paid_pence < self.fee_pence)

    @property
    def still_open_pence(self) -> int:
        """How much of the fee has still to come."""
        return self.fee_pence - (self.paid_pence or 0) if self.is_open else 0

    @property
    def waived_pence(self) -> int:
        """How much of the fee was waived: all of it, or what a payment that counts as the whole left open."""
        return max(self.fee_pence - (self.paid_pence or 0), 0) if self.waived_reason else 0


class FeeBand(db.Model):
    """One row of the fee table. `basis` is flat or per-member; a row holds up to `up_to_members` (None: no end).

    Amounts are pence a year. `is_example` rows came with the demonstration and are marked as such where shown.
    """

    __tablename__ = "fee_bands"

    id: Mapped[int] = mapped_column(primary_key=True)
    body_type: Mapped[str] = mapped_column(String(20), default="branch")
    basis: Mapped[str] = mapped_column(String(20), default="flat")
    up_to_members: Mapped[int | None] = mapped_column()
    pence: Mapped[int] = mapped_column()
    minimum_pence: Mapped[int] = mapped_column(default=0)
    is_example: Mapped[bool] = mapped_column(default=False)
