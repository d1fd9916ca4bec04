"""A branch's proposal for a twinning. The register of Ukrainian bodies has its own issue and tables."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from portal.directory.folding import fold
from portal.emails import second_reading
from portal.remembered import while_reading
from portal.sealed import Sealed
from portal.submissions import answering, consents
from portal.submissions.models import Event, Submission
from portal.submissions.prepared import Party
from portal.submissions.workflow import Actor, Recipient
from portal.twinning import agreeing, candidates, lead_answers, pulse
from portal.twinning.act_rows import CalendarDays
from portal.twinning.by_telephone import HeardByTelephone
from portal.twinning.candidate import YES, Candidate
from portal.twinning.closed_file import ClosedFile
from portal.twinning.states import BEFORE_THE_AGREEMENT, LINKED
from portal.twinning.twinnings import Pulse, Twinning

PROPOSALS = ("propose", "propose-body")
"""The moves that propose a twin: by hand, and from the register."""
SENDERS = "twin"
"""The consent of whoever wrote to us, to be named to the twin."""
UNPROPOSED = ("received", "checked", "seeking", "waiting")
"""The states in which nobody is proposed."""
BODY = "body"
"""The key of a body of the register among those whom letters go to."""
REFUSED = "lead-refused"
"""The line of history that says that the lead is not to be named."""


class TwinningProposal(CalendarDays, HeardByTelephone, agreeing.AgreedByBoth, ClosedFile, Submission):
    """One branch that looks for a twin, and the Ukrainian body it is being matched with."""

    __tablename__ = "twinning_proposals"

    id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True)
    sectors: Mapped[list[str]] = mapped_column(JSON, default=list)
    employers: Mapped[str] = mapped_column(String(300), default="")
    size: Mapped[str] = mapped_column(String(60), default="")
    why: Mapped[str] = mapped_column(Text, default="")
    hopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    offers: Mapped[str] = mapped_column(Text, default="")
    learns: Mapped[str] = mapped_column(Text, default="")
    in_mind: Mapped[str] = mapped_column(Text, default="")
    oblast: Mapped[str] = mapped_column(String(40), default="")
    centre: Mapped[str] = mapped_column(String(20), default="")
    languages: Mapped[str] = mapped_column(String(200), default="")
    how_often: Mapped[str] = mapped_column(String(20), default="")
    lead_name: Mapped[str] = mapped_column(String(120), default="")
    lead_email: Mapped[str] = mapped_column(String(254), default="")
    deputy_name: Mapped[str] = mapped_column(String(120), default="")
    deputy_email: Mapped[str] = mapped_column(String(254), default="")
    decision: Mapped[str] = mapped_column(String(20), default="")
    decided_on: Mapped[date | None] = mapped_column()
    decision_note: Mapped[str] = mapped_column(Text, default="")
    national_told: Mapped[str] = mapped_column(String(20), default="")
    national_contact: Mapped[str] = mapped_column(String(200), default="")
    publicity: Mapped[str] = mapped_column(String(20), default="private")

    # The Ukrainian body of the present candidate. The place is an oblast, never finer.
    body_name: Mapped[str] = mapped_column(Sealed, default="")
    body_oblast: Mapped[str] = mapped_column(String(60), default="")
    body_sector: Mapped[str] = mapped_column(String(60), default="")
    body_email: Mapped[str] = mapped_column(Sealed, default="")
    was_read_by_branch = ("", "", "")  # Name, contact, address: set while a letter says what has changed.
    body_language: Mapped[str] = mapped_column(String(2), default="uk")
    body_contact: Mapped[str] = mapped_column(Sealed, default="")
    body_publicity: Mapped[str] = mapped_column(String(20), default="private")
    twinned_on: Mapped[date | None] = mapped_column()
    answers_by: Mapped[date | None] = mapped_column()
    """The day by which both sides were asked to answer the twin that was proposed last."""
    call_on: Mapped[date | None] = mapped_column()
    """The day (London) of the first call that is fixed."""
    # From when on a quarter is counted until both are asked how it goes, and when they were asked last.
    pulse_from: Mapped[date | None] = mapped_column()
    pulse_asked_on: Mapped[date | None] = mapped_column()

    twinnings: Mapped[list[Twinning]] = relationship(
        foreign_keys=[Twinning.proposal_id], order_by=Twinning.id, cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"polymorphic_identity": "twinning"}

    @property
    def is_decision_to_come(self) -> bool:
        """Whether the branch has named a day on which it decides, and has not told us what came of it."""
        return self.decision == "going"

    @property
    def body_knows(self) -> bool:
        """Whether the Ukrainian body has heard of it: no letter with the proposal was kept back."""
        session = object_session(self)
        return session is None or not second_reading.is_kept_back(session, self.id, "twinning/proposed-body")

    @property
    def has_said_yes(self) -> bool:
        """Whether the branch has said yes to the twin that is proposed now."""
        session = object_session(self)
        if session is None or self.state != "proposed":
            return False
        said = Event.submission_id == self.id, Event.transition.in_((*PROPOSALS, "yes-to-twin"))
        last = select(Event.transition).where(*said).order_by(Event.id.desc()).limit(1)
        return while_reading(session, ("last said", self.id), lambda: session.scalar(last)) == "yes-to-twin"

    @property
    def candidate(self) -> Candidate | None:
        """The body of the register that is proposed or linked; None for one that was typed in by hand."""
        session = object_session(self)
        return candidates.living(session, self.id) if session is not None and self.state not in UNPROPOSED else None

    @property
    def twinning(self) -> Twinning | None:
        """What stands between the two since they were introduced: the present twinning, or the last that ended."""
        return self.twinnings[-1] if self.twinnings else None

    @property
    def paused_by(self) -> str:
        """Who paused it, one of `Actor`; empty while it is not paused."""
        return agreeing.last_moved_by(self) if self.state == "paused" else ""

    @property
    def is_paused_elsewhere(self) -> bool:
        """Whether somebody else than the branch paused it."""
        return self.paused_by != Actor.BRANCH

    @property
    def is_not_paused_by_body(self) -> bool:
        """Whether somebody else than the Ukrainian side paused it."""
        return self.paused_by != Actor.UKRAINIAN_BODY

    @property
    def open_round(self) -> Pulse | None:
        """The round in which both are asked now how it goes; None before the first, and after a revival."""
        twinning = self.twinning
        return twinning.pulses[-1] if self.pulse_asked_on and twinning is not None and twinning.pulses else None

    @property
    def is_branch_silent(self) -> bool:
        """Whether the branch has not said how it goes since it was asked."""
        return self.open_round is not None and not self.open_round.branch_said

    @property
    def is_body_silent(self) -> bool:
        """Whether the Ukrainian side has not said how it goes since it was asked."""
        return self.open_round is not None and not self.open_round.body_said

    @property
    def is_a_side_silent(self) -> bool:
        """Whether one of the two has not said how it goes since both were asked."""
        return self.is_branch_silent or self.is_body_silent

    @property
    def is_quiet_for_long(self) -> bool:
        """Whether it has been quiet so often that it is dormant, once the present round is over."""
        return self.twinning is not None and pulse.is_quiet_for_long(self.twinning)

    dormant_from = property(pulse.dormant_from)

    @property
    def is_lively(self) -> bool:
        """Whether there is nothing to revive: both are in touch, or were not asked yet."""
        return self.open_round is None or pulse.is_good(self.open_round)

    @property
    def lacks_a_yes(self) -> bool:
        """Whether a body of the register is proposed, and it or the branch has not said yes."""
        candidate = self.candidate
        return candidate is not None and not (candidate.body_answer == YES and self.has_said_yes)

    @property
    def branch_owes_answer(self) -> bool:
        """Whether a body of the register is proposed, and the branch has neither answered nor asked us something."""
        return self.lacks_a_yes and not self.has_said_yes and not self.has_open_question

    @property
    def body_owes_answer(self) -> bool:
        """Whether a body of the register has heard of the branch, and has neither answered nor asked us something."""
        candidate = self.candidate
        if candidate is None or candidate.body_answer or not self.body_knows:
            return False
        return not self.has_open_question

    @property
    def has_open_question(self) -> bool:
        """Whether either side has written to us about the twin that is proposed, and we owe an answer."""
        session, candidate = object_session(self), self.candidate
        if session is None or candidate is None:
            return False
        asked = (answering.unanswered_since(session, each) for each in (self, candidate.registration))
        return any(since is not None and since >= candidate.proposed_at for since in asked)

    @property
    def has_sign_of_life(self) -> bool:
        """Whether the branch has written to us, or a first call is fixed."""
        return self.call_on is not None or self.is_with_us

    @property
    def has_no_call_fixed(self) -> bool:
        """Whether no first call is fixed."""
        return self.call_on is None

    @property
    def lacks_call_link(self) -> bool:
        """Whether a first call is fixed, and nobody has told the two its address."""
        call = self.twinning.first_call if self.twinning is not None else None
        return call is not None and call.starts_at is not None and not call.link

    @property
    def has_another_lead(self) -> bool:
        """Whether somebody else leads the twinning than who wrote to us: nobody can agree for them."""
        is_another = fold(self.lead_name) not in ("", fold(self.contact_name))
        return is_another or self.lead_email.lower() not in ("", self.contact_email.lower())

    @property
    def lead_key(self) -> str:
        """A mark of the lead, by name and address: who is named in their place is asked afresh."""
        return hashlib.sha256(f"{fold(self.lead_name)} {self.lead_email.lower()}".encode()).hexdigest()[:12]

    @property
    def lead_has_agreed(self) -> bool:
        """Whether a lead who did not write to us has agreed to be named to the twin."""
        return self.has_another_lead and consents.given(self, consents.LEAD, person=self.lead_key)

    @property
    def lead_counts_on_call(self) -> bool:
        """Whether a lead who has agreed was told of a first call that is fixed."""
        return self.call_on is not None and self.lead_has_agreed

    @property
    def is_lead_to_ask(self) -> bool:
        """Whether there is a lead to be asked who has neither agreed nor refused."""
        if not self.has_another_lead or not self.lead_email or self.lead_has_agreed:
            return False
        session = object_session(self)
        refused = select(Event.data).where(Event.submission_id == self.id, Event.name == REFUSED)
        return session is None or all(data.get("lead") != self.lead_key for data in session.scalars(refused))

    @property
    def named_to_twin(self) -> tuple[str, str]:
        """Name and email of whoever is named to the twin: the lead, else who wrote, else nobody; all have agreed."""
        if self.lead_has_agreed:
            return self.lead_name, self.lead_email
        return (self.contact_name, self.contact_email) if consents.given(self, SENDERS) else ("", "")

    def parties(self, recipient: str, now: datetime) -> Sequence[Party]:
        """The lead, where that is not who wrote to us, and a body of the register: each with a page of their own."""
        keys = {Recipient.LEAD.value: self.lead_key, Recipient.UKRAINIAN_BODY.value: BODY}
        found = self.party(keys[recipient]) if recipient in keys else None
        if found is None or (recipient == Recipient.LEAD and lead_answers.has_letter_of_today(self, now)):
            return ()
        return (found,)

    def party(self, key: str) -> Party | None:
        """The body of the register; the lead as long as it is still the same person."""
        if key == BODY:
            session = object_session(self)
            # Its last letter is written once the state says that nobody is proposed any more.
            known = candidates.living(session, self.id) if session is not None else None
            if known is None or not self.body_email:
                return None
            links = {"body_link": ("body", known.registration_id)}
            # A body quotes its own number, which stands on its page.
            facts = {"reference": known.registration.reference}
            return Party(key=BODY, address=self.body_email, language=self.body_language, links=links, facts=facts)
        if key != self.lead_key or not self.has_another_lead or not self.lead_email:
            return None
        return Party(key=key, address=self.lead_email, language=self.language, link=("lead", self.id))

    @property
    def days_of_steps(self) -> dict[int, date | None]:
        """They know each other, and are twinned, since the day of their agreement, not since we heard of it."""
        last = len(self.WORKFLOW.steps) - 1
        # Before the other side has confirmed it, the day is only what the branch has told us.
        is_settled = self.twinned_on is not None and (self.goes_back_to or self.state) not in BEFORE_THE_AGREEMENT
        return {last - 1: self.twinned_on, last: self.twinned_on} if is_settled else {}

    @property
    def has_diary(self) -> bool:
        """Whether it has a twin to keep a diary with, or had one."""
        return self.state in LINKED or self.was_linked

    @property
    def other_side(self) -> str:
        """The Ukrainian body that is proposed or linked."""
        return self.body_name

    def address_of(self, recipient: str) -> tuple[str, str] | None:
        """The Ukrainian body's email and language, once a candidate stands."""
        if recipient == "ukrainian-body" and self.body_email:
            return self.body_email, self.body_language
        return None
