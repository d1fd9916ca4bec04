"""The form on which a branch, or its speaker, tells in a minute how a meeting went."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.speakers.report_rows import WISHES, MeetingReport
from portal.speakers.reports import Told
from portal.speakers.told import MOTIONS
from portal.speakers.told import WISHES as WISHED
from portal.submissions.choices import listed
from portal.submissions.choosing import AnyOf, OneOf
from portal.submissions.fields import Line, Money, Number, Text
from portal.submissions.forms import StepForm

YES, NO = "yes", "no"
MOST_PEOPLE = 1_000_000
LONGEST = 2000


class ReportForm(StepForm):
    """Held or not, how many, the motion, the sum, what next. Whoever tells how many came need not say that it was held.

    Of a branch a report with nothing in it is no report; a speaker may know no more than that the meeting took place.
    """

    held = OneOf(
        _l("Did the meeting take place?"),
        choices=listed((YES, _l("Yes")), (NO, _l("No, it did not take place"))),
        says_optional=False,
    )
    attended = Number(_l("How many came?"), largest=MOST_PEOPLE, look={"width": 5})
    motion = OneOf(_l("Was there a motion?"), choices=listed(*MOTIONS.items()))
    raised_pence = Money(
        _l("What was raised for Ukraine’s unions?"), hint=_l("In pounds"), look={"width": 10, "prefix": "£"}
    )
    wishes = AnyOf(_l("What would your branch like next?"), choices=listed(*((each, WISHED[each]) for each in WISHES)))
    hears_more = OneOf(
        _l("Does anybody want to hear more?"),
        choices=listed((YES, _l("Yes")), (NO, _l("No"))),
        look={"inline": True},
    )
    more_people = Number(_l("How many people?"), largest=MOST_PEOPLE, look={"width": 5})
    more_contact = Line(
        _l("Whom of them may we write to?"),
        most=200,
        hint=_l("One name with an email address, and only if that person agreed. Please name nobody else."),
    )
    outcome = Text(
        _l("What happens next?"),
        most=LONGEST,
        hint=_l("In a sentence or two. Please do not name members, or say where people in Ukraine are."),
        look={"rows": 3},
    )
    is_of_branch = True

    def of_speaker(self) -> ReportForm:
        """The form in a speaker's words."""
        self.is_of_branch = False
        self.wishes.label.text = str(_l("Did the branch say what it would like next?"))
        return self

    def is_enough(self) -> bool:
        """Whether the answers, after `validate`, make a report; what is missing is said beside its field."""
        details = (
            self.attended.value is not None,
            self.motion.value,
            self.raised_pence.value is not None,
            self.wishes.value,
            self.hears_more.value,
            self.more_people.value is not None,
            self.more_contact.value,
            self.outcome.value,
        )
        if any(details) or self.held.value == NO or (self.held.value and not self.is_of_branch):
            return True
        if self.held.value:
            self.attended.errors = [gettext("Tell us how many came, or write a sentence")]
        else:
            self.held.errors = [gettext("Say whether the meeting took place")]
        return False

    def answers(self) -> Told:
        """What the answers tell, after `is_enough`. Of a meeting that was not held only the words count."""
        if self.held.value == NO:
            return Told(held=False, next_step=self.outcome.value or "")
        return Told(
            held=True,
            attended=self.attended.value,
            motion=self.motion.value or "",
            raised_pence=self.raised_pence.value,
            wishes=list(self.wishes.value or []),
            next_step=self.outcome.value or "",
            hears_more=self._hears_more(),
            more_people=self.more_people.value,
            more_contact=self.more_contact.value or "",
        )

    def _hears_more(self) -> bool | None:
        """Whether people want to hear more; whoever names a number or a person has said yes."""
        if self.more_people.value or self.more_contact.value:
            return True
        return {YES: True, NO: False}.get(self.hears_more.value or "")


def typed_of(report: MeetingReport) -> dict[str, object]:
    """What stands in a report, as the fields of its form take it."""
    if report.answered_at is None:
        return {}
    return {
        "held": YES if report.held else NO,
        "attended": "" if report.attended is None else str(report.attended),
        "motion": report.motion,
        "raised_pence": "" if report.raised_pence is None else f"{report.raised_pence / 100:.2f}",
        "wishes": list(report.wishes or []),
        "hears_more": "" if report.hears_more is None else YES if report.hears_more else NO,
        "more_people": "" if report.more_people is None else str(report.more_people),
        "more_contact": report.more_contact,
        "outcome": report.next_step,
    }
