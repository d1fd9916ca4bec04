"""The details of a speaker as a coordinator types them, on the desk or in a spreadsheet.

What follows from them (region, point, digest of the address) is `keeping`'s; a speaker's own page has its own forms.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from portal.directory import places, tongues
from portal.directory.models import Union
from portal.directory.ukrainian_unions import find_ukrainian_union, ukrainian_unions
from portal.directory.unions import UnionChoice, union_choices
from portal.extensions import db
from portal.speakers.keeping import IN_PERSON, KYIV_ZONE, LONDON_ZONE, ONLINE
from portal.speakers.register import (
    CAMPAIGN,
    ELSEWHERE,
    IN_UK,
    IN_UKRAINE,
    INTERPRETER,
    NEW,
    SEASONED,
    STEADY,
    UKRAINIAN,
)
from portal.submissions.choices import listed, sector_choices, topic_choices
from portal.submissions.fields import AnyOf, EmailText, Line, Name, Number, OneOf, Phone, Picked, Postcode, Text
from portal.submissions.forms import Raw, StepForm
from portal.submissions.you import LANGUAGES
from portal.submissions.your_branch import UnionPicker

KINDS = listed((CAMPAIGN, "Campaign speaker"), (UKRAINIAN, "Ukrainian trade unionist"), (INTERPRETER, "Interpreter"))
HOMES = listed((IN_UK, "In the UK"), (IN_UKRAINE, "In Ukraine"), (ELSEWHERE, "Elsewhere"))
WAYS = listed((IN_PERSON, "In the room"), (ONLINE, "Online"))
EXPERIENCES = listed((NEW, "New to speaking"), (STEADY, "Steady"), (SEASONED, "Used to hostile rooms"))
ZONES = listed(
    ("", "As where they live"),
    (LONDON_ZONE, "United Kingdom"),
    (KYIV_ZONE, "Ukraine"),
    ("Europe/Dublin", "Ireland"),
    ("Europe/Warsaw", "Poland"),
    ("Europe/Berlin", "Germany"),
    ("Europe/Prague", "Czechia"),
    ("Europe/Vilnius", "Lithuania"),
    ("Europe/Paris", "France"),
    ("Europe/Rome", "Italy"),
    ("Europe/Madrid", "Spain"),
    ("Europe/Stockholm", "Sweden"),
    ("America/New_York", "New York and Toronto"),
    ("America/Winnipeg", "Winnipeg and Chicago"),
    ("America/Los_Angeles", "Vancouver and Los Angeles"),
)
FARTHEST, MOST_TALKS = 800, 31
SAFETY = "Do not write where somebody in Ukraine is, nor anything about the armed forces."


def _unions(form: Any, field: Any) -> list[SelectChoice]:
    return _as_choices(union_choices()) if form.context.known_union is None else [SelectChoice("", "")]


@lru_cache(maxsize=4)
def _as_choices(unions: tuple[UnionChoice, ...]) -> list[SelectChoice]:
    rows = [SelectChoice(slug, label, {"data-aliases": aliases} if aliases else {}) for slug, label, aliases in unions]
    return [SelectChoice("", "None in the UK"), *rows]


def _ukrainian_unions(form: Any, field: Any) -> list[SelectChoice]:
    return [SelectChoice("", "None"), *(SelectChoice(row.slug, row.label("en")) for row in ukrainian_unions())]


def _sectors(form: Any, field: Any) -> list[SelectChoice]:
    return [SelectChoice("", "Not known"), *sector_choices(form, field)]


def _regions(form: Any, field: Any) -> list[SelectChoice]:
    return [SelectChoice("", "Not known"), *(SelectChoice(row.slug, row.name) for row in places.regions())]


def _read_ukrainian_union(text: str) -> str | None:
    found = find_ukrainian_union(text)
    return found.slug if found else None


class Spoken(Line):
    """Languages with how well each is spoken, as people write them; `value` maps codes to levels."""

    def understand(self, form: Any) -> dict[str, str]:
        """Codes and levels."""
        try:
            return tongues.understand(self.cleaned_text())
        except tongues.NotALanguageError as wrong:
            raise StopValidation(
                f"“{wrong.args[0]}” is not understood. Write languages like: Ukrainian (fluent), English (good)"
            ) from None

    def typed_of(self, value: Any, language: str) -> str:
        """The languages in words."""
        return tongues.in_words(value or {})

    def said(self, value: Any) -> list[str]:
        """The languages in words."""
        return [tongues.in_words(value)] if value else []


class RegisterForm(StepForm):
    """Everything the register holds of a speaker, but for vetoes and availability."""

    name = Name("Name", most=120, needed="Enter their name", look={"autocomplete": "off"})
    name_uk = Line(
        "Name in Ukrainian letters", most=120, hint="Letters in Ukrainian greet them so.", look={"autocomplete": "off"}
    )
    kind = OneOf("Who are they?", choices=KINDS, needed="Choose who they are")
    email = EmailText(
        "Email", hint="Their private link goes here. Without it they get no letter.", look={"autocomplete": "off"}
    )
    phone = Phone("Phone", look={"autocomplete": "off", "width": 20})
    language = OneOf(
        "Language for letters", choices=LANGUAGES, default="en", says_optional=False, look={"inline": True}
    )
    lives_in = OneOf(
        "Where do they live?",
        choices=HOMES,
        needed="Choose where they live",
        hint="Of somebody who is not in the UK no place is kept: they join online.",
    )
    outcode = Postcode(
        "Home district", hint="The first half of the postcode, like DH1. We keep no more.", look={"width": 5}
    )
    region_slug = Picked(
        "Region or nation", choices=_regions, read=places.region_from_words, hint="If the district is not known."
    )
    most_miles = Number(
        "How far do they travel?", largest=FARTHEST, hint="Miles one way. Leave it empty for online only.",
        look={"width": 4, "inputmode": "numeric", "suffix": "miles"},
    )  # fmt: skip
    formats = AnyOf("How do they speak?", choices=WAYS)
    time_zone = Picked("Time zone", choices=ZONES, hint="Hours are kept in their own time.")
    languages = Spoken("Languages", most=300, hint="For example: Ukrainian (fluent), English (good), Polish (basic)")
    union = UnionPicker("Union in the UK", choices=_unions)
    union_text = Line("Union or body, if it is not in the list", most=120)
    ukrainian_union = Picked("Union in Ukraine", choices=_ukrainian_unions, read=_read_ukrainian_union)
    sector = Picked("Sector", choices=_sectors)
    topics = AnyOf("What can they speak about?", choices=topic_choices)
    experience = OneOf("Experience", choices=EXPERIENCES, default=STEADY, says_optional=False)
    most_a_month = Number(
        "Most talks in a month", largest=MOST_TALKS, smallest=1, hint="Two, if you leave it empty.",
        look={"width": 3, "inputmode": "numeric"},
    )  # fmt: skip
    notes = Text("Notes for the team", most=2000, hint=SAFETY, look={"rows": 4})

    FACTS_APART = frozenset({"union"})

    def validate_outcode(self, field: Postcode) -> None:
        """The islands have postcodes, but are not on our map."""
        if field.value and places.find_outcode(str(field.value)) is None:
            raise StopValidation("This district is not on our map. Leave it empty and choose a region")

    def validate_most_miles(self, field: Number) -> None:
        """Who goes nowhere speaks online."""
        is_in_room = IN_PERSON in (self.formats.data or ())
        if self.lives_in.value == IN_UK and is_in_room and not field.value:
            raise StopValidation("Enter how far they travel, or leave “In the room” out")

    def cleaned(self) -> dict[str, Any]:
        """The details as `keeping` takes them."""
        values = super().cleaned()
        if not values["time_zone"]:
            del values["time_zone"]
        return values | {
            "union_id": self.union.found.id if self.union.found else None,
            "language": values["language"] or "en",
            "experience": values["experience"] or STEADY,
            "most_miles": values["most_miles"] or 0,
            "most_a_month": values["most_a_month"] or 2,
        }

    def typed_of(self, submission: Any) -> Raw:
        """As every step; the union by its slug, and the region only where no district says it."""
        union = db.session.get(Union, submission.union_id) if submission.union_id else None
        raw = super().typed_of(submission) | {"union": union.slug if union else ""}
        if submission.outcode:
            raw["region_slug"] = ""
        if submission.time_zone == (KYIV_ZONE if submission.lives_in == IN_UKRAINE else LONDON_ZONE):
            raw["time_zone"] = ""
        return raw


def zone_name(zone: str) -> str:
    """A time zone as the form names it; one that is not in its list as its city."""
    names = {str(choice.value): str(choice.label) for choice in ZONES if choice.value}
    return names.get(zone, str(ZoneInfo(zone)).rpartition("/")[2].replace("_", " "))
