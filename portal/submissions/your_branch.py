"""The step "Your branch", which all kinds share: which body asks, and where it is.

Finding the branch in the directory happens when the request is filed, in `intake`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from portal.directory import places
from portal.directory.folding import fold
from portal.directory.models import Union
from portal.directory.unions import UnionChoice, find_union, label_of, union_choices
from portal.extensions import db
from portal.submissions.choices import WHOLE_UK, listed, region_choices
from portal.submissions.fields import Line, OneOf, Picked, Postcode
from portal.submissions.forms import FormStep, Lines, Raw, StepForm
from portal.submissions.typed import clean_line

STEP = "your-branch"
TRADES_COUNCIL = "trades-council"
BODIES = listed(
    ("branch", _l("A branch, lodge, chapel or local association")),
    ("region", _l("A region or a regional committee")),
    ("national", _l("A national union or its executive")),
    (TRADES_COUNCIL, _l("A trades council")),
    ("other", _l("Another body")),
)

NOT_A_NAME = {
    TRADES_COUNCIL: _l("Trades council (local)"),
    "retired": _l("Retired members or pensioners"),
    "clp": _l("Labour Party, constituency (CLP)"),
    "acorn": _l("ACORN (community union)"),
    "other": _l("Other organisation (write it in)"),
}
"""Entries of the list of unions that say a kind of body: their words are translated, a union's own name never is."""


def _unions(form: Any, field: Any) -> list[SelectChoice]:
    if form.context.known_union is not None:
        slug, name = form.context.known_union
        return [SelectChoice(slug, NOT_A_NAME.get(slug, name))]
    return _as_choices(union_choices())


@lru_cache(maxsize=4)
def _as_choices(unions: tuple[UnionChoice, ...]) -> list[SelectChoice]:
    """The lines of the picker, made once for each list of unions."""
    rows = [
        SelectChoice(slug, NOT_A_NAME.get(slug, label), {"data-aliases": aliases} if aliases else {})
        for slug, label, aliases in unions
    ]
    return [SelectChoice("", _l("Choose your union")), *rows]


class UnionPicker(Picked):
    """A union, from the list or as people write it.

    `found` is the union that was understood. The list is long: it is read to be drawn, never to look one up.
    """

    found: Union | None = None

    def understand(self, form: Any) -> str:
        """The slug of the union."""
        text = clean_line(self.typed)
        self.found = find_union(text) if text else None
        if text and self.found is None:
            raise StopValidation(_l("Choose one of the answers in the list"))
        self.data = self.found.slug if self.found else ""
        return self.data

    def said(self, value: Any) -> list[str]:
        """The union as the list names it."""
        if self.found is None or self.found.slug != value:
            return super().said(value)
        return [str(NOT_A_NAME.get(self.found.slug, label_of(self.found)))]


def _region(text: str) -> str:
    """The region that is meant; nothing where more than one may be, for then the place decides or we ask."""
    return places.region_from_words(text) or ""


class YourBranch(StepForm):
    """Which body asks. The union, or the name of a body that is no union's branch, is all it needs."""

    body_type = OneOf(_l("Who is asking?"), choices=BODIES, default="branch", says_optional=False)
    union = UnionPicker(
        _l("Your union"),
        choices=_unions,
        says_optional=False,
        hint=_l("Choose from the list. A trades council stands in the list, too."),
    )
    union_text = Line(
        _l("Your union, if it is not in the list"),
        most=120,
        hint=_l("Write the name of your union or organisation."),
        look={"autocomplete": "organization"},
    )
    branch_name = Line(
        _l("Name of your branch"),
        most=120,
        hint=_l("For example Durham Area, or Haringey District."),
    )
    branch_number = Line(_l("Branch number or code"), most=40, look={"width": 10})
    town = Line(
        _l("Town or city"),
        most=80,
        hint=_l("Where your branch meets. Not your home address."),
        look={"autocomplete": "off"},
    )
    postcode = Postcode(
        _l("Postcode where your branch meets"),
        hint=_l("The first half, like DH1, is enough."),
        look={"width": 10, "autocomplete": "off"},
    )
    region_slug = Picked(_l("Region or nation"), choices=region_choices, read=_region, says_optional=False)

    FACTS_APART = frozenset({"union", "region_slug"})
    NOT_MISSED = frozenset({"union", "union_text", "branch_number", "region_slug"})

    def prepare(self) -> None:
        """Hide the region unless it was asked for and answered; a coordinator may always choose it."""
        if not self.context.by_hand and not self.region_slug.typed.strip():
            self.hidden.add("region_slug")

    def validate_union(self, field: Picked) -> None:
        """A union, a name written in, or a body of its own: one of them must be known."""
        if (field.value and field.value != "other") or self.union_text.typed.strip():
            return
        is_own_body = self.body_type.typed in (TRADES_COUNCIL, "other")
        if not (is_own_body and self.branch_name.typed.strip()):
            if field.value:
                raise StopValidation(_l("Write the name of your organisation in the next box"))
            raise StopValidation(_l("Choose your union, or write its name in the next box"))

    def validate_region_slug(self, field: Picked) -> None:
        """Ask for the region only where neither the postcode nor the town says it."""
        if field.value or self.context.by_hand or self.location() is not None or self.postcode.errors:
            return
        if self.body_type.value == "national" and not (self.town.value or self.postcode.value):
            # It is everywhere: a field that was not on the page is not asked for.
            return
        self.hidden.discard("region_slug")
        town = str(self.town.value or "")
        if len(places.find_towns(town)) > 1:
            raise StopValidation(_l("There is more than one %(town)s. Choose your region", town=town))
        if town:
            raise StopValidation(_l("We could not find %(town)s on our map. Choose your region", town=town))
        raise StopValidation(_l("Enter your town or postcode above, or choose your region"))

    def typed_of(self, submission: Any) -> Raw:
        """As every step; the region only where nothing else says it."""
        union = db.session.get(Union, submission.union_id) if submission.union_id else None
        region = ""
        if places.locate(submission.town, submission.postcode) is None:
            region = submission.region_slug or WHOLE_UK
        return super().typed_of(submission) | {"union": union.slug if union else "", "region_slug": region}

    def lines(self) -> Lines:
        """As every step; a union that was written in also by the name under which we found it."""
        lines = super().lines()
        written, union = str(self.union_text.value or ""), self.found_union()
        if written and union is not None and union is not self.union.found:
            lines["union"] = [str(NOT_A_NAME.get(union.slug, label_of(union)))]
            if fold(written) in (fold(union.short_name), fold(union.full_name)):
                lines["union_text"] = []
        return lines

    def lines_of(self, submission: Any) -> Lines:
        """As every step; the union by its everyday name, the region only where nothing else says it."""
        union = db.session.get(Union, submission.union_id) if submission.union_id else None
        named = [str(NOT_A_NAME.get(union.slug, union.short_name))] if union else []
        region = []
        if places.locate(submission.town, submission.postcode) is None:
            region = self.region_slug.said(submission.region_slug or WHOLE_UK)
        return super().lines_of(submission) | {"union": named, "region_slug": region}

    def region(self) -> str:
        """The slug of the region that was chosen; empty for the whole country or none."""
        chosen = str(self.region_slug.value or "")
        return "" if chosen == WHOLE_UK else chosen

    def location(self) -> places.Location | None:
        """Where the body is, after `validate` has read the fields."""
        return places.locate(str(self.town.value or ""), str(self.postcode.value or ""), self.region() or None)

    def found_union(self) -> Union | None:
        """The union in the directory, from the list or by the name that was written in."""
        if self.union.value and self.union.value != "other":
            return self.union.found
        if written := find_union(str(self.union_text.value or "")):
            return written
        if not self.union_text.value and self.body_type.value == TRADES_COUNCIL:
            return find_union(TRADES_COUNCIL)
        return find_union(str(self.union.value or ""))

    def cleaned(self) -> dict[str, Any]:
        """The values for the model, with the place that follows from town and postcode."""
        values = super().cleaned()
        values["body_type"] = values["body_type"] or "branch"
        location, union = self.location(), self.found_union()
        if union is not None and union.kind == "council" and values["body_type"] == "branch":
            values["body_type"] = TRADES_COUNCIL
        values |= {
            "union_id": union.id if union else None,
            "outcode": location.outcode[:4] if location else "",
            "region_slug": location.region if location else self.region(),
            "latitude": location.lat if location else None,
            "longitude": location.lon if location else None,
        }
        if union is not None and fold(values["union_text"]) in (fold(union.short_name), fold(union.full_name)):
            values["union_text"] = ""
        return values


YOUR_BRANCH = FormStep(STEP, _l("Your branch"), YourBranch, _l("We use this to find your branch again."))
