"""What a union body in Ukraine told us when it came through its own door. The register of those confirmed: `bodies`.

Who they are, where they are and what they wrote is sealed, and stands in no search index: whatever of it is a column
of every request is kept in a sealed column of this table instead (decision 12).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.directory.subjects import find_sector
from portal.directory.ukraine import Oblast, oblast
from portal.directory.ukrainian_unions import UkrainianUnion, ukrainian_union
from portal.sealed import Sealed, digest
from portal.submissions import consents
from portal.submissions.models import Submission
from portal.submissions.workflow import State, Turn
from portal.twinning.bodies import UkrainianBody
from portal.twinning.candidate import ASKED, ENDED, RESTED, TWINNED, YES, Candidate
from portal.twinning.states import GOING_ON

REGISTER, PASS_ON = "ukrainian-register", "ukrainian-introduction"
"""The consents: that we keep and use what stands here, and that a twin hears who they are once both have said yes."""
BY_HAND = "by-hand"
"""How one came that one of us took into the register as the twin of a branch."""
BY_THEMSELVES = "web"
"""How a registration came that the body sent itself; its form cannot be sent without the first consent."""
RECEIVED, CONFIRMED, OPEN, PAUSED, WITHDRAWN = "received", "confirmed", "open", "paused", "withdrawn"
NOTHING = "nothing"
"""May be published: nothing."""
WITHDRAWN_HEADING = "Withdrawn registration"
DECLINED, DECLINED_HEADING = "declined", "Declined registration"
"""A registration that we declined, and what the desk calls it once it is forgotten."""


def _kept_sealed(name: str) -> property:
    """In the place of a column of every request, which stays empty: the same, in a sealed column of this kind’s own."""
    column = f"sealed_{name}"
    return property(lambda row: getattr(row, column), lambda row, value: setattr(row, column, value))


class UkrainianRegistration(Submission):
    """One union body in Ukraine that would like a twin.

    `languages` are codes of the languages they speak besides English, `english` how well they speak that (empty: not
    told). `needs` and `offers` are slugs of the form, `centre` is one of "fpu", "kvpu", "other" or empty: it follows
    from the union where that is known.
    """

    __tablename__ = "ukrainian_registrations"

    id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True)

    # Who they are, for nobody who has only the database.
    sealed_contact_name: Mapped[str] = mapped_column(Sealed, default="")
    sealed_contact_role: Mapped[str] = mapped_column(Sealed, default="")
    sealed_contact_email: Mapped[str] = mapped_column(Sealed, default="")
    sealed_contact_phone: Mapped[str] = mapped_column(Sealed, default="")
    email_digest: Mapped[str] = mapped_column(String(64), default="", index=True)
    sealed_second_name: Mapped[str] = mapped_column(Sealed, default="")
    sealed_second_email: Mapped[str] = mapped_column(Sealed, default="")
    sealed_second_phone: Mapped[str] = mapped_column(Sealed, default="")
    safe_way: Mapped[str] = mapped_column(Sealed, default="")
    name_uk: Mapped[str] = mapped_column(Sealed, default="")
    name_latin: Mapped[str] = mapped_column(Sealed, default="")
    sealed_town: Mapped[str] = mapped_column(Sealed, default="")
    sealed_notes: Mapped[str] = mapped_column(Sealed, default="")
    sealed_question: Mapped[str] = mapped_column(Sealed, default="")
    needs_text: Mapped[str] = mapped_column(Sealed, default="")
    offers_text: Mapped[str] = mapped_column(Sealed, default="")
    who_confirms: Mapped[str] = mapped_column(Sealed, default="")

    # What the register and the search for a twin sort and choose by.
    union_slug: Mapped[str] = mapped_column(String(40), default="")
    level: Mapped[str] = mapped_column(String(20), default="")
    centre: Mapped[str] = mapped_column(String(20), default="")
    oblast: Mapped[str] = mapped_column(String(40), default="")
    sectors: Mapped[list[str]] = mapped_column(JSON, default=list)
    size: Mapped[int | None] = mapped_column()
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    english: Mapped[str] = mapped_column(String(20), default="")
    needs: Mapped[list[str]] = mapped_column(JSON, default=list)
    offers: Mapped[list[str]] = mapped_column(JSON, default=list)
    hopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    wishes_more: Mapped[bool] = mapped_column(default=False)
    publicity: Mapped[str] = mapped_column(String(20), default=NOTHING)

    __mapper_args__: ClassVar[dict[str, Any]] = {"polymorphic_identity": "ukrainian"}

    contact_name: Any = _kept_sealed("contact_name")
    contact_role: Any = _kept_sealed("contact_role")
    contact_email: Any = _kept_sealed("contact_email")
    contact_phone: Any = _kept_sealed("contact_phone")
    second_name: Any = _kept_sealed("second_name")
    second_email: Any = _kept_sealed("second_email")
    second_phone: Any = _kept_sealed("second_phone")
    town: Any = _kept_sealed("town")
    notes: Any = _kept_sealed("notes")
    question: Any = _kept_sealed("question")

    PAGE = "body"
    IS_SEALED = True

    body: Mapped[UkrainianBody | None] = relationship(
        # Each page of a body asks whether its confirmation holds.
        back_populates="registration",
        cascade="all, delete-orphan",
        single_parent=True,
        lazy="joined",
    )

    candidates: Mapped[list[Candidate]] = relationship(
        foreign_keys=[Candidate.registration_id], order_by=Candidate.id, viewonly=True
    )

    @property
    def asked_about(self) -> Candidate | None:
        """The branch that it is asked about now, once the letter that says so has left."""
        found = self.asked_last
        return found if found is not None and found.proposal.body_knows else None

    @property
    def asked_last(self) -> Candidate | None:
        """The branch that it may still say no to, whether or not it has heard of it."""
        return next((each for each in self.candidates if each.closed_at is None and is_asked(each)), None)

    @property
    def has_twin_going_on(self) -> bool:
        """Whether it knows a twin, and the two neither pause nor have ended: its own pause changes nothing there."""
        living = (each for each in self.candidates if each.closed_at is None and each.state == TWINNED)
        return any(each.proposal.state in GOING_ON for each in living)

    @property
    def has_rested_proposal(self) -> bool:
        """Whether the last branch that it was asked about was called off because the body paused, or changed."""
        return bool(self.candidates) and self.candidates[-1].state == RESTED

    @property
    def has_diary(self) -> bool:
        """Whether it has a twin to keep a diary with, or had one."""
        return self.state != WITHDRAWN and any(each.state in (TWINNED, ENDED) for each in self.candidates)

    @property
    def has_no_twin_to_judge(self) -> bool:
        """Whether no branch is proposed to it that it could say no to."""
        return self.asked_about is None

    @property
    def has_no_twin_to_answer(self) -> bool:
        """Whether no branch is proposed to it that it has not said yes to."""
        return self.asked_about is None or self.asked_about.body_answer == YES

    @property
    def known_union(self) -> UkrainianUnion | None:
        """Its union, where that is one of our list."""
        return ukrainian_union(self.union_slug)

    @property
    def known_oblast(self) -> Oblast | None:
        """Its oblast; None once it has withdrawn."""
        return oblast(self.oblast)

    @property
    def spoken(self) -> dict[str, str]:
        """Languages by code with how well they are spoken, as the register of speakers has them."""
        english = {"en": self.english} if self.english not in ("", "none") else {}
        return dict.fromkeys(self.languages, "good") | english

    @property
    def is_forgotten(self) -> bool:
        """Whether it was declined, and all that it told is deleted since: there is nothing to open again."""
        return self.state == DECLINED and self.heading == DECLINED_HEADING

    @property
    def lacks_agreement(self) -> bool:
        """Whether one of us typed it in, and the body has not agreed that we keep and use what stands there."""
        return self.channel != BY_THEMSELVES and not consents.given(self, REGISTER)

    @property
    def is_to_agree(self) -> bool:
        """Whether it has still to agree, and has an address at which it is asked."""
        return self.lacks_agreement and bool(self.contact_email)

    def turn_in(self, state: State) -> str:
        """A new one waits for the body until it has agreed, where it can do so on its own page."""
        return Turn.BRANCH if state.name == RECEIVED and self.is_to_agree else super().turn_in(state)

    @property
    def is_confirmed(self) -> bool:
        """Whether somebody at the national union has confirmed it, as it is now."""
        return self.body is not None and not self.body.changed_from

    @property
    def is_to_confirm_anew(self) -> bool:
        """Whether it has changed who it is since it was confirmed."""
        return self.body is not None and not self.is_confirmed

    @property
    def is_not_to_confirm_anew(self) -> bool:
        """Whether nobody has to be asked about it a second time."""
        return not self.is_to_confirm_anew

    @property
    def may_not_seek(self) -> bool:
        """Whether it cannot be opened for a twin: it has not agreed, or is to be confirmed anew."""
        return self.lacks_agreement or self.is_to_confirm_anew


def is_asked(candidate: Candidate) -> bool:
    """Whether a body may still answer: also while the letters that introduce it to the branch have not left."""
    is_introduced = candidate.state == TWINNED and candidate.proposal.is_introduction_unheard
    return candidate.state == ASKED or bool(is_introduced)


def centre_of(union_slug: str, told: str) -> str:
    """The union centre: as the list of unions has it, else as it was told."""
    known = ukrainian_union(union_slug)
    if known is None:
        return told
    return known.centre or told


def heading_of(values: Mapping[str, Any]) -> str:
    """What the desk calls a registration, without a name: its oblast and its first sector, in English."""
    known = oblast(str(values.get("oblast", "")))
    if known is None:
        return ""
    sector = next((found for slug in values.get("sectors") or () if (found := find_sector(slug))), None)
    return f"{known.name}: {sector.name_en}" if sector else known.name


def heading_in(submission: Submission, language: str) -> str:
    """What people outside read of whose request it is: of a registration the same as the desk, in their language."""
    if not isinstance(submission, UkrainianRegistration) or language == "en":
        return submission.heading
    known = oblast(submission.oblast)
    sector = next((found for slug in submission.sectors or () if (found := find_sector(slug))), None)
    words = [known.name_uk if known else "", sector.label(language) if sector else ""]
    return ", ".join(filter(None, words)) or submission.heading


def sealed_values(values: dict[str, Any]) -> dict[str, Any]:
    """The answers of the contact step, with what the address is found by."""
    return values | {"email_digest": digest(values["contact_email"]) if values.get("contact_email") else ""}
