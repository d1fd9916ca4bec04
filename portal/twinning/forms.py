"""The steps of a twinning proposal: the twinning, and what the branch has decided; the rest is shared."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from portal.submissions.choices import listed, oblast_choices, sector_choices
from portal.submissions.dates import Leaning
from portal.submissions.fields import AnyOf, Count, DateText, EmailText, Line, Name, OneOf, Picked, Text
from portal.submissions.forms import FormStep, StepForm
from portal.submissions.you import KEPT, You, you_step
from portal.submissions.your_branch import YOUR_BRANCH
from portal.twinning.agreement import AIMS
from portal.twinning.models import SENDERS

HOPES = listed(*((slug, _l(label)) for slug, label in AIMS))
CENTRES = listed(
    ("no-preference", _l("No preference")),
    ("fpu", _l("Federation of Trade Unions of Ukraine (FPU)")),
    ("kvpu", _l("Confederation of Free Trade Unions of Ukraine (KVPU)")),
    ("other", _l("An independent union")),
)
OFTEN = listed(
    ("monthly", _l("About every month")),
    ("quarterly", _l("About four times a year")),
    ("yearly", _l("Once or twice a year")),
    ("not-sure", _l("Not sure yet")),
)
DECISIONS = listed(
    ("carried", _l("Yes, a meeting agreed it")),
    ("going", _l("It is going to a meeting")),
    ("informal", _l("Not yet, we are asking informally")),
)
TOLD = listed(("yes", _l("Yes")), ("no", _l("No")), ("not-sure", _l("Not sure")))
PUBLICITY = listed(
    ("public", _l("You may write about the twinning")),
    ("name-only", _l("Only the name of our branch")),
    ("private", _l("Keep it private")),
)
SAFETY = _l("Please do not write where people in Ukraine are. An oblast is enough.")


class TwinningStep(StepForm):
    """What the branch is, and what it hopes for."""

    sectors = AnyOf(_l("Which sectors do your members work in?"), choices=sector_choices)
    employers = Line(_l("Main employers"), most=300)
    size = Count(_l("How many members do you have?"), hint=_l("Roughly is enough."), look={"width": 20})
    why = Text(_l("Why would you like to twin?"), look={"rows": 4})
    hopes = AnyOf(_l("What do you hope to do together?"), choices=HOPES)
    offers = Text(_l("What can you offer?"), hint=SAFETY, look={"rows": 3})
    learns = Text(_l("What would you like to learn?"), look={"rows": 3})
    in_mind = Text(
        _l("A union, place or contact already in mind?"),
        hint=_l("Please give no address, and no place smaller than a town."),
        look={"rows": 3},
    )
    oblast = Picked(_l("Which oblast would you like?"), choices=oblast_choices)
    centre = OneOf(_l("Which union centre?"), choices=CENTRES)
    languages = Line(_l("Which languages do your members speak?"), most=200)
    how_often = OneOf(_l("How often could you meet your twin online?"), choices=OFTEN)


class Decision(StepForm):
    """Who leads, and what the branch and its union have decided."""

    lead_name = Name(
        _l("Who will lead the twinning for your branch?"), most=120, hint=_l("Leave this empty if it is you.")
    )
    lead_email = EmailText(
        _l("Their email address"),
        hint=_l("We write to them first. Without their own yes we pass nothing of theirs on."),
    )
    deputy_name = Name(_l("Who will be their deputy?"), most=120, hint=KEPT)
    deputy_email = EmailText(_l("The deputy’s email address"))
    decision = OneOf(_l("Has your branch decided?"), choices=DECISIONS)
    decided_on = DateText(
        _l("Date of that meeting"),
        leaning=Leaning.EITHER,
        hint=_l("For example 14 January 2027"),
        look={"width": 20},
    )
    decision_note = Text(_l("What was decided, or what will be asked?"), most=2000, look={"rows": 3})
    national_told = OneOf(
        _l("Does your national or regional union know?"),
        choices=TOLD,
        hint=_l("We never go round your union. It often has links of its own."),
        look={"inline": True},
    )
    national_contact = Line(_l("Who knows of it there?"), most=200)
    publicity = OneOf(
        _l("What may we make public, if you are twinned?"),
        choices=PUBLICITY,
        default="private",
        says_optional=False,
        hint=_l("Nothing is public before both sides agree."),
    )
    notes = Text(_l("Anything else we should know?"), hint=SAFETY)

    NOT_MISSED = frozenset({"lead_name", "lead_email", "deputy_email", "national_contact", "decision_note", "notes"})

    def moot(self) -> set[str]:
        """Without a meeting there is no day of it."""
        return set() if self.decision.value in ("carried", "going") else {"decided_on"}

    def prepare(self) -> None:
        """A day without a year is the last one where the motion was carried, the next where it is still to come."""
        self.decided_on.leaning = {"carried": Leaning.BACK, "going": Leaning.AHEAD}.get(
            self.decision.typed, Leaning.EITHER
        )

    def validate_deputy_email(self, field: EmailText) -> None:
        """Lead and deputy are two people, so that the link does not hang on one."""
        if field.value and field.value == self.lead_email.value:
            raise StopValidation(_l("Enter another address for the deputy, or leave it empty"))

    def cleaned(self) -> dict[str, Any]:
        """The values for the model."""
        values = super().cleaned()
        values["publicity"] = values["publicity"] or "private"
        return values


class TwinningYou(You):
    """Who writes; the consent is for the Ukrainian body they are introduced to."""

    RECIPIENT = SENDERS
    ALSO_WRITTEN_TO = _l("Our letters to your lead come in this language too.")


STEPS = (
    YOUR_BRANCH,
    FormStep("twinning", _l("Your twinning"), TwinningStep, _l("Tell us what you know. The rest can wait.")),
    FormStep("decision", _l("Your branch’s decision"), Decision, _l("You can ask before your branch has decided.")),
    you_step(TwinningYou),
)
