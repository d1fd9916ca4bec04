"""What a request for a speaker knows of its reports, as its workflow and its letters ask for it.

The columns of the request are in `models`, the reading of reports is in `afterwards`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from portal.speakers import addressees, afterwards
from portal.speakers.engagements import CONFIRMED, Offer
from portal.speakers.engagements import SPEAKER as SPEAKS
from portal.speakers.negotiated import Negotiated
from portal.speakers.report_rows import BRANCH, SPEAKER, MeetingReport
from portal.submissions.prepared import Party
from portal.submissions.workflow import Recipient

PARTIES = {afterwards.BRANCH_PARTY: Recipient.BRANCH, afterwards.SPEAKER_PARTY: Recipient.SPEAKER}


class Reported(Negotiated):
    """A meeting of which both sides tell how it went."""

    __abstract__ = True

    if TYPE_CHECKING:
        offers: Mapped[list[Offer]]

    # Since when everybody who was asked has told the same (London): both may still correct it for three days.
    told_on: Mapped[date | None] = mapped_column()

    @declared_attr
    def reports(cls: Any) -> Mapped[list[MeetingReport]]:
        """What each side told, or has still to tell."""
        return relationship(
            primaryjoin=lambda: MeetingReport.submission_id == cls.id,
            foreign_keys=MeetingReport.submission_id,
            order_by=MeetingReport.id,
            cascade="all, delete-orphan",
        )

    @property
    def pages_of_branch(self) -> list[tuple[str, int]]:
        """As everywhere; and the page on which the branch tells how its meeting went."""
        report = afterwards.of_side(self.reports, BRANCH)
        return [*super().pages_of_branch, *([("report", report.id)] if report is not None else [])]

    @property
    def has_branch_to_report(self) -> bool:
        """Whether the branch is asked how its meeting went, and has not said."""
        return afterwards.is_missing(self.reports, BRANCH)

    @property
    def has_speaker_to_report(self) -> bool:
        """Whether the speaker is asked the same, and has not said; nobody asks one who is hidden or has left."""
        return afterwards.is_missing(self.reports, SPEAKER) and self.is_speaker_there

    @property
    def is_speaker_there(self) -> bool:
        """Whether whoever spoke is still in the register; without an offer there is none to be in it."""
        booked = [each for each in self.offers if each.state == CONFIRMED and each.role == SPEAKS]
        return bool(booked or not self.offers) and all(each.speaker.is_in_register for each in booked)

    @property
    def has_somebody_to_report(self) -> bool:
        """Whether a side has still to say how the meeting went."""
        return self.has_branch_to_report or self.has_speaker_to_report

    @property
    def is_report_in(self) -> bool:
        """Whether a side has said how the meeting went."""
        return afterwards.is_one_in(self.reports)

    @property
    def is_no_report_in(self) -> bool:
        """Whether nobody has."""
        return not self.is_report_in

    @property
    def is_branch_to_thank(self) -> bool:
        """Whether the branch has not been thanked for its report."""
        report = afterwards.of_side(self.reports, BRANCH)
        return report is not None and report.thanked_at is None

    @property
    def is_speaker_to_thank(self) -> bool:
        """Whether the speaker can still be told what came of the talk."""
        return afterwards.is_to_hear_result(self.reports)

    @property
    def is_speaker_to_excuse(self) -> bool:
        """Whether the speaker is asked how it went, and has had the letter that tells what came of it already."""
        return self.has_speaker_to_report and not self.is_speaker_to_thank

    @property
    def has_result_to_tell(self) -> bool:
        """The same, once the branch has said that the meeting took place, and nobody says otherwise of it."""
        report = afterwards.of_side(self.reports, BRANCH)
        is_clear = report is not None and report.held is True and not afterwards.doubt(self.reports)
        return is_clear and self.is_speaker_to_thank

    @property
    def is_interpreter_to_hear(self) -> bool:
        """Whether somebody interpreted, and the speaker can still be told what came of the talk."""
        return bool(self.is_interpreter_agreed) and self.is_speaker_to_thank

    @property
    def is_partner_to_hear(self) -> bool:
        """The same of whoever came along."""
        return bool(self.is_partner_agreed) and self.is_speaker_to_thank

    @property
    def has_interpreter_result(self) -> bool:
        """Whether somebody interpreted, and there is a result to tell its speaker."""
        return bool(self.is_interpreter_agreed) and self.has_result_to_tell

    @property
    def has_partner_result(self) -> bool:
        """The same of whoever came along."""
        return bool(self.is_partner_agreed) and self.has_result_to_tell

    def with_their_report(self, recipient: str, usual: Sequence[Party]) -> Sequence[Party]:
        """The parties of a letter; while the meeting waits for its reports, each with the page of their own."""
        if self.state != afterwards.HELD:
            return usual
        return afterwards.parties(self.reports, recipient, usual, self._by_hand(recipient))

    def party_to_report(self, key: str) -> Party | None:
        """The party of that key, as `with_their_report` gives it."""
        recipient = PARTIES.get(key, Recipient.SPEAKER)
        usual = self._by_hand(recipient) if key in PARTIES else addressees.by_key(self.offers, key)
        if usual is None:
            return None
        return next(iter(self.with_their_report(recipient, [usual])), None)

    def _by_hand(self, recipient: str) -> Party:
        """Whom the request itself knows how to write to."""
        of_branch = (self.contact_email, self.language) if recipient == Recipient.BRANCH else ("", "en")
        address, language = self.address_of(recipient) or of_branch
        if recipient == Recipient.SPEAKER and not self.is_speaker_there:
            address = ""
        key = next((key for key, each in PARTIES.items() if each == recipient), "")
        return Party(key=key, address=address, language=language)
