"""The steps of an affiliation: the decision and the fee; the rest is shared."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from portal import settings
from portal.affiliations import fees
from portal.extensions import db
from portal.submissions.choices import listed
from portal.submissions.dates import Leaning
from portal.submissions.fields import AnyOf, DateText, EmailText, Line, Money, Name, Number, OneOf, Text, Tick
from portal.submissions.forms import FormStep, Lines, StepForm, SummaryRow
from portal.submissions.money import pounds, understand_number
from portal.submissions.you import You, you_step
from portal.submissions.your_branch import STEP as BRANCH_STEP
from portal.submissions.your_branch import YOUR_BRANCH

MOST_MEMBERS = 2_000_000
MOST_DELEGATES = 100

DECISIONS = listed(
    ("carried", _l("Yes, it was carried")),
    ("going", _l("It is going to a meeting")),
    ("not-yet", _l("Not yet")),
)
FEE_WISHES = listed(
    ("as-worked-out", _l("We pay the fee as it is worked out")),
    ("more", _l("We would like to pay more")),
    ("waiver", _l("We cannot pay that: please ask for less, or for nothing")),
)
PAY_BY = listed(
    ("transfer", _l("Bank transfer")),
    ("standing-order", _l("Standing order")),
    ("cheque", _l("Cheque")),
    ("other", _l("Another way")),
)
INVOICE = listed(("yes", _l("Yes, please")), ("no", _l("No")), ("not-sure", _l("Not sure")))
PUBLISH = listed(
    ("yes", _l("Yes")),
    ("no", _l("No")),
)
ALSO_WANTS = listed(
    ("speaker", _l("A speaker")),
    ("twinning", _l("A twin in Ukraine")),
    ("appeal", _l("News of appeals")),
)


class Decision(StepForm):
    """What the branch has decided, and for how many members."""

    decision = OneOf(_l("Has your branch decided to affiliate?"), choices=DECISIONS)
    decided_on = DateText(
        _l("Date of that meeting"),
        leaning=Leaning.EITHER,
        hint=_l("For example 14 January 2027"),
        look={"width": 20},
    )
    decision_meeting = Line(
        _l("Which meeting was it, or will it be?"), most=120, hint=_l("For example AGM or committee")
    )
    minute = Text(_l("The motion or minute"), hint=_l("You can paste it here."))
    accepts_aims = Tick(_l("We accept the aims of the campaign"))
    members = Number(
        _l("On how many members do you affiliate?"),
        smallest=1,
        largest=MOST_MEMBERS,
        hint=_l("Your branch chooses the number."),
        look={"width": 10},
    )
    delegates = Number(
        _l("How many delegates would you send?"), largest=MOST_DELEGATES, look={"width": 5, "inputmode": "numeric"}
    )

    @property
    def notice(self) -> str:
        """What the campaign stands for: the branch is asked below to accept it."""
        if self.context.by_hand:
            return ""
        if self.notice_page:
            return gettext("Below we ask you to accept the aims of the campaign.")
        return gettext(
            "The aims of the campaign, in short: political and practical solidarity with Ukraine and its workers’ "
            "movement."
        )

    @property
    def notice_page(self) -> str:
        """The page of the aims, once somebody has written them."""
        return "aims" if self._has_aims else ""

    @cached_property
    def _has_aims(self) -> bool:
        return bool(settings.get(db.session(), "aims"))

    def moot(self) -> set[str]:
        """Without a meeting there is no day of it, and before it no minute."""
        if self.decision.value == "carried":
            return set()
        return {"minute"} if self.decision.value == "going" else {"decided_on", "decision_meeting", "minute"}

    def prepare(self) -> None:
        """A day without a year is the last one where the motion was carried, the next where it is still to come."""
        self.decided_on.leaning = {"carried": Leaning.BACK, "going": Leaning.AHEAD}.get(
            self.decision.typed, Leaning.EITHER
        )

    def lines_of(self, submission: Any) -> Lines:
        """As every step; once the motion was lost, that it was, and not what was to be decided."""
        lines = super().lines_of(submission)
        if submission.state == "not-carried":
            lines["decision"] = [gettext("No, our motion was lost")]
        return lines

    def changes_for(self, submission: Any) -> dict[str, Any]:
        """As every step; another number of members makes another fee, until a term is opened."""
        changes = self.cleaned()
        if not submission.terms and submission.fee_wish != "more" and changes["members"] != submission.members:
            worked_out = fees.work_out(db.session(), submission.body_type, changes["members"])
            changes["fee_pence"] = worked_out.pence
        return changes


class FeeStep(StepForm):
    """The fee, and who pays it how."""

    fee_wish = OneOf(
        _l("Does that suit your branch?"), choices=FEE_WISHES, default="as-worked-out", says_optional=False
    )
    offered_pence = Money(
        _l("What would you like to pay?"), hint=_l("In pounds, for example 60"), look={"width": 10, "prefix": "£"}
    )
    waiver_reason = Text(_l("Why do you ask for less?"), most=2000, look={"rows": 3})
    pay_by = OneOf(_l("How will you pay?"), choices=PAY_BY)
    treasurer_name = Name(_l("Name of your treasurer"), most=120)
    treasurer_email = EmailText(_l("Your treasurer’s email address"), hint=_l("We send the fee and the receipt here."))
    wants_invoice = OneOf(_l("Do you need an invoice?"), choices=INVOICE, look={"inline": True})
    invoice_address = Text(_l("To whom shall we make it out?"), most=1000, look={"rows": 4})
    order_number = Line(_l("Your order number"), most=60, look={"width": 20})
    publish_name = OneOf(
        _l("May we publish the name of your branch in our list?"),
        choices=PUBLISH,
        default="no",
        says_optional=False,
        look={"inline": True},
    )
    also_wants = AnyOf(_l("What else would you like?"), choices=ALSO_WANTS)
    notes = Text(_l("Anything else we should know?"), hint=_l("Please do not write where people in Ukraine are."))

    NOT_MISSED = frozenset({"notes"})

    def moot(self) -> set[str]:
        """Only who wishes for another fee names it, and only who needs an invoice says what stands on it."""
        names = set() if self.fee_wish.value in ("more", "waiver") else {"offered_pence"}
        if self.fee_wish.value != "waiver":
            names |= {"waiver_reason"}
        if self.wants_invoice.value != "yes":
            names |= {"invoice_address", "order_number"}
        return names

    def fee(self) -> fees.Fee:
        """The fee that follows from the earlier steps."""
        members = understand_number(self.context.answer("decision", "members"))
        body_type = self.context.answer(BRANCH_STEP, "body_type") or "branch"
        return fees.work_out(db.session(), body_type, members)

    @property
    def notice(self) -> str:
        """The fee in a sentence."""
        return self.fee().sentence

    def summary(self) -> list[SummaryRow]:
        """As every step; before it is sent, with the fee as it is worked out from the other steps."""
        rows = super().summary()
        if not self.context.answers:
            return rows
        sentence = fees.told(self.fee(), str(self.fee_wish.value or ""), self.offered_pence.value)
        return [*rows, SummaryRow(gettext("The fee, worked out"), [sentence], self.fee_wish.id)]

    def validate_offered_pence(self, field: Money) -> None:
        """Who wants to pay more must say how much, and mean more; who asks for less means less.

        Whoever names another sum has said which of the two it is, although the first answer still stands.
        """
        if self.fee_wish.typed == "waiver":
            self._check_that_it_is_less(field)
        if self.fee_wish.typed not in ("more", "waiver"):
            self._understand_wish(field.value)
        if self.fee_wish.typed != "more":
            return
        if field.value is None:
            raise StopValidation(_l("Enter the sum you would like to pay"))
        due = self.fee().pence
        if due is not None and field.value < due:
            raise StopValidation(
                _l("Your fee is %(fee)s. Enter a larger sum, or choose another answer above", fee=pounds(due))
            )

    def _understand_wish(self, pence: int | None) -> None:
        due = self.fee().pence if pence is not None else None
        if pence is not None and due is not None and pence != due:
            self.fee_wish.value = "more" if pence > due else "waiver"

    def _check_that_it_is_less(self, field: Money) -> None:
        due = self.fee().pence
        if due is not None and field.value is not None and field.value >= due:
            raise StopValidation(
                _l("Your fee is %(fee)s. Enter a smaller sum, or choose another answer above", fee=pounds(due))
            )

    def cleaned(self) -> dict[str, Any]:
        """The values for the model, with the fee; who pays more than the fee pays what they offer."""
        values = super().cleaned()
        values["fee_wish"] = values["fee_wish"] or "as-worked-out"
        values["publish_name"] = values["publish_name"] or "no"
        due, offered = self.fee().pence, values["offered_pence"]
        if values["fee_wish"] == "more" and offered is not None:
            due = max(due or 0, offered)
        return values | {"fee_pence": due}

    def changes_for(self, submission: Any) -> dict[str, Any]:
        """As every step; once a term is opened, its fee stands."""
        changes = self.cleaned()
        if submission.terms:
            changes.pop("fee_pence")
        return changes


class AffiliationYou(You):
    """Who writes; the consent is for the Ukraine network of their own union."""

    RECIPIENT = "union-network"
    ALSO_WRITTEN_TO = _l("Our letters to your treasurer come in this language too.")


STEPS = (
    YOUR_BRANCH,
    FormStep("decision", _l("Your decision"), Decision, _l("You can ask before your branch has decided.")),
    FormStep("fee", _l("The fee"), FeeStep),
    you_step(AffiliationYou),
)
