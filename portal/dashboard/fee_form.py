"""The form for one row of the fee table. Amounts are typed in pounds and stored in pence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import Form
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from portal.affiliations.fees import FLAT
from portal.affiliations.models import FeeBand
from portal.submissions.fields import Money, Number, OneOf, Picked
from portal.submissions.money import pounds

BODY_TYPES = (
    ("branch", "Branch"),
    ("region", "Region"),
    ("national", "National body"),
    ("trades-council", "Trades council"),
    ("other", "Any other body"),
)
BASES = (("flat", "One sum a year"), ("per-member", "A sum for each member"))
MOST_MEMBERS = 5_000_000


class FeeForm(Form):
    """One row of the fee table."""

    body_type = Picked(
        "Kind of body", needed="Choose the kind of body", choices=[SelectChoice(*pair) for pair in BODY_TYPES]
    )
    basis = OneOf(
        "How it is worked out",
        needed="Choose how the fee is worked out",
        choices=[SelectChoice(*pair) for pair in BASES],
    )
    up_to_members = Number(
        "Up to how many members",
        hint="Leave it empty where there is no upper end",
        smallest=1,
        largest=MOST_MEMBERS,
        look={"width": 10},
    )
    pence = Money(
        "Sum in pounds",
        hint="A year, or for each member: 50 or 0.15",
        needed="Enter the sum in pounds, like 50 or 0.15",
        look={"width": 10, "prefix": "£"},
    )
    minimum_pence = Money(
        "Least fee in pounds",
        hint="Only for a sum for each member",
        look={"width": 10, "prefix": "£"},
    )

    def validate_minimum_pence(self, field: Money) -> None:
        """One sum a year has no least sum beside it."""
        if field.value and self.basis.value == FLAT:
            raise StopValidation("Leave this empty: it belongs to a sum for each member")

    def apply(self, band: FeeBand) -> None:
        """Write what was typed to a row; a row that somebody has set is no example any more."""
        band.body_type = self.body_type.value
        band.basis = self.basis.value
        band.up_to_members = self.up_to_members.value
        band.pence = self.pence.value
        band.minimum_pence = self.minimum_pence.value or 0
        band.is_example = False


def form_of(band: FeeBand) -> FeeForm:
    """The form filled in from a row."""
    data: dict[str, Any] = {
        "body_type": band.body_type,
        "basis": band.basis,
        "up_to_members": str(band.up_to_members or ""),
        "pence": f"{band.pence / 100:.2f}",
        "minimum_pence": f"{band.minimum_pence / 100:.2f}" if band.minimum_pence else "",
    }
    return FeeForm(data=data)


def clashing(form: FeeForm, bands: Iterable[FeeBand], own: FeeBand | None) -> str:
    """The sentence that names the row which speaks of the same bodies already; nothing where there is none."""
    wanted = (form.body_type.value, form.up_to_members.value)
    for band in bands:
        if band is not own and (band.body_type, band.up_to_members) == wanted:
            kind = dict(BODY_TYPES)[band.body_type]
            what = f"{kind}, {members_of(band)}: {words_of(band)}"
            return f"There is a row for this already ({what}). Change that one, or enter another number here"
    return ""


def members_of(band: FeeBand) -> str:
    """For how many members a row holds."""
    return f"up to {band.up_to_members:,} members" if band.up_to_members else "any number of members"


def words_of(band: FeeBand) -> str:
    """A row of the table in words: "£50.00 a year", "£0.15 for each member, at least £15.00"."""
    if band.basis == "flat":
        return f"{pounds(band.pence)} a year"
    least = f", at least {pounds(band.minimum_pence)}" if band.minimum_pence else ""
    return f"{pounds(band.pence)} for each member{least}"
