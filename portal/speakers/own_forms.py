"""The small forms of a speaker's own page; those about their time are in `own_times`.

What a coordinator types in of a speaker is in `register_form`.

Each knows the speaker it is about, for not everything is asked of everybody: of somebody in Ukraine no place at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from portal.directory import places, tongues
from portal.directory.models import Union
from portal.directory.ukrainian_unions import find_ukrainian_union, ukrainian_unions
from portal.directory.unions import UnionChoice, find_union, union_choices
from portal.extensions import db
from portal.speakers.keeping import IN_PERSON, ONLINE
from portal.speakers.register import IN_UK, IN_UKRAINE, INTERPRETER, NEW, SEASONED, STEADY, UKRAINIAN, Speaker
from portal.submissions.choices import listed, sector_choices, topic_choices
from portal.submissions.fields import (
    AnyOf,
    EmailText,
    Line,
    Name,
    Number,
    OneOf,
    Phone,
    Picked,
    Postcode,
    Text,
    Tick,
)
from portal.submissions.forms import FormContext, Raw, StepForm
from portal.submissions.you import LANGUAGES
from portal.submissions.your_branch import NOT_A_NAME, UnionPicker

WAYS = listed((IN_PERSON, _l("In the room")), (ONLINE, _l("Online, by video call")))
EXPERIENCES = listed(
    (NEW, _l("New to it")), (STEADY, _l("I have done it before")), (SEASONED, _l("Used to hostile rooms"))
)
HOW_WELL = listed(("", _l("Not at all")), ("basic", _l("A little")), ("good", _l("Well")), ("fluent", _l("Fluently")))
FARTHEST, MOST_TALKS = 800, 31


def _unions(form: Any, field: Any) -> list[SelectChoice]:
    return _as_choices(union_choices())


@lru_cache(maxsize=4)
def _as_choices(unions: tuple[UnionChoice, ...]) -> list[SelectChoice]:
    rows = [
        SelectChoice(slug, NOT_A_NAME.get(slug, label), {"data-aliases": aliases} if aliases else {})
        for slug, label, aliases in unions
    ]
    return [SelectChoice("", _l("No union in the UK")), *rows]


def _ukrainian_unions(form: Any, field: Any) -> list[SelectChoice]:
    language = form.context.language
    return [
        SelectChoice("", _l("Not in the list")),
        *(SelectChoice(row.slug, row.label(language)) for row in ukrainian_unions()),
    ]


def _read_ukrainian_union(text: str) -> str | None:
    found = find_ukrainian_union(text)
    return found.slug if found else None


def _sectors(form: Any, field: Any) -> list[SelectChoice]:
    return [SelectChoice("", _l("None of these")), *sector_choices(form, field)]


class OwnForm(StepForm):
    """A form about a speaker. `for_speaker` hides what is not asked of them."""

    def for_speaker(self, speaker: Speaker) -> None:
        """Hide what is not asked of this speaker. For the forms to override."""

    def kept(self) -> dict[str, Any]:
        """The values of what was asked, after `validate`."""
        return {name: value for name, value in self.cleaned().items() if name not in self.hidden}


def filled(form: type[OwnForm], speaker: Speaker, raw: Mapping[str, Any] | None, context: FormContext) -> OwnForm:
    """A form with what was typed, or with what stands now."""
    if raw is None:
        empty = form(context=context)
        empty.for_speaker(speaker)
        raw = empty.typed_of(speaker)
    made = form.from_raw(raw, context)
    assert isinstance(made, OwnForm)
    made.for_speaker(speaker)
    return made


class About(OwnForm):
    """Who somebody is and how to reach them; the address has a form of its own."""

    name = Name(_l("Your name"), most=120, needed=_l("Enter your name"), look={"autocomplete": "name"})
    name_uk = Line(_l("Your name in Ukrainian letters"), most=120, hint=_l("Our letters in Ukrainian greet you so."))
    phone = Phone(
        _l("Your phone number"),
        hint=_l("We ring only if something is urgent."),
        look={"autocomplete": "tel", "width": 20},
    )
    union = UnionPicker(_l("Your union in the UK"), choices=_unions)
    ukrainian_union = Picked(_l("Your union in Ukraine"), choices=_ukrainian_unions, read=_read_ukrainian_union)
    union_text = Line(_l("Your union, if it is not in the list"), most=120, look={"autocomplete": "organization"})
    sector = Picked(_l("Your sector of work"), choices=_sectors)
    language = OneOf(
        _l("Which language shall we write to you in?"), choices=LANGUAGES, says_optional=False, look={"inline": True}
    )

    FACTS_APART = frozenset({"union"})

    def for_speaker(self, speaker: Speaker) -> None:
        """The unions of the country somebody lives in; of a Ukrainian trade unionist in the UK those of both."""
        if speaker.language != "uk" and not speaker.name_uk:
            self.hidden.add("name_uk")
        if speaker.lives_in != IN_UK:
            self.hidden.add("union")
        if speaker.kind != UKRAINIAN and speaker.lives_in != IN_UKRAINE:
            self.hidden.add("ukrainian_union")

    def typed_of(self, submission: Any) -> Raw:
        """As every step; the union by its slug."""
        union = db.session.get(Union, submission.union_id) if submission.union_id else None
        return super().typed_of(submission) | {"union": union.slug if union else ""}

    def kept(self) -> dict[str, Any]:
        """The union by its number, also where its name was written in."""
        values = super().kept()
        values["language"] = values["language"] or self.context.language
        if "union" not in self.hidden:
            found = self.union.found or find_union(str(self.union_text.value or ""))
            values["union_id"] = found.id if found else None
        return values


class Talks(OwnForm):
    """What somebody speaks about, in which languages and how often."""

    topics = AnyOf(_l("What can you speak about?"), choices=topic_choices)
    english = OneOf(_l("How well do you speak English?"), choices=HOW_WELL, says_optional=False)
    ukrainian = OneOf(_l("How well do you speak Ukrainian?"), choices=HOW_WELL, says_optional=False)
    other_languages = Line(
        _l("Other languages, and how well"), most=300, hint=_l("For example: Polish (fluent), German (basic)")
    )
    experience = OneOf(_l("How used are you to speaking at meetings?"), choices=EXPERIENCES, says_optional=False)
    most_a_month = Number(
        _l("How many meetings a month at most?"),
        largest=MOST_TALKS,
        smallest=1,
        needed=_l("Enter how many meetings a month you can take on at most"),
        look={"width": 3, "inputmode": "numeric"},
    )

    FACTS_APART = frozenset({"english", "ukrainian", "other_languages"})
    others: Mapping[str, str] = {}

    def for_speaker(self, speaker: Speaker) -> None:
        """An interpreter is asked for no topics."""
        if speaker.kind == INTERPRETER:
            self.hidden.add("topics")

    def validate_other_languages(self, field: Line) -> None:
        """Languages we know, each with how well."""
        try:
            self.others = tongues.understand(str(field.value or ""))
        except tongues.NotALanguageError as wrong:
            raise StopValidation(
                _l(
                    "We do not understand “%(words)s”. Write languages like: Polish (fluent), German (basic)",
                    words=str(wrong.args[0])[:60],
                )
            ) from None

    def typed_of(self, submission: Any) -> Raw:
        """As every step; the languages in their boxes."""
        spoken = dict(submission.languages or {})
        raw = super().typed_of(submission) | {"english": spoken.pop("en", ""), "ukrainian": spoken.pop("uk", "")}
        return raw | {"other_languages": tongues.in_words(spoken, self.context.language)}

    def kept(self) -> dict[str, Any]:
        """The languages as one mapping of codes to levels."""
        both = {"uk": self.ukrainian.value, "en": self.english.value}
        spoken = dict(self.others) | {code: level for code, level in both.items() if level in tongues.LEVELS}
        return super().kept() | {"languages": spoken, "experience": self.experience.value or STEADY}


class Where(OwnForm):
    """Whether somebody in the UK travels, from where and how far."""

    formats = AnyOf(_l("How do you speak?"), choices=WAYS, needed=_l("Choose one of them, or both"))
    outcode = Postcode(
        _l("Your postcode district"),
        hint=_l("The first half of your postcode, like DH1. We keep no more of it."),
        look={"width": 5, "autocomplete": "off"},
    )
    most_miles = Number(
        _l("How many miles do you travel, one way?"),
        largest=FARTHEST,
        look={"width": 4, "inputmode": "numeric"},
    )

    def validate_outcode(self, field: Postcode) -> None:
        """A district that stands on our map, where somebody sets out from it."""
        if field.value and places.locate("", str(field.value)) is None:
            raise StopValidation(_l("Enter a UK postcode, like DH1 4BE, or its first half"))
        if not field.value and IN_PERSON in (self.formats.data or ()):
            raise StopValidation(_l("Enter your postcode district, so that we ask you about meetings near you"))

    def validate_most_miles(self, field: Number) -> None:
        """Who speaks in the room goes there."""
        if IN_PERSON in (self.formats.data or ()) and not field.value:
            raise StopValidation(_l("Enter how many miles you travel, or leave out “In the room”"))

    def typed_of(self, submission: Any) -> Raw:
        """As every step; no miles are an empty box."""
        return super().typed_of(submission) | {"most_miles": str(submission.most_miles or "")}

    def kept(self) -> dict[str, Any]:
        """Who does not travel goes no mile."""
        values = super().kept()
        return values | {"most_miles": (values["most_miles"] or 0) if IN_PERSON in values["formats"] else 0}


class NewAddress(OwnForm):
    """Another address for letters."""

    email = EmailText(
        _l("Your new email address"),
        needed=_l("Enter your new email address"),
        hint=_l("We send a letter there. The address holds once you press the button in it."),
        look={"autocomplete": "email"},
    )


class RatherNot(OwnForm):
    """Whom somebody would rather not visit, in their own words."""

    words = Text(
        _l("Which branches or unions?"),
        most=1000,
        needed=_l("Write which branches or unions you would rather not visit"),
        hint=_l("You need not say why. Only our coordinators read this."),
        look={"rows": 4},
    )


class Agree(OwnForm):
    """The consents that do not stand yet; each has its own box."""

    register = Tick("", says_optional=False, needed=_l("Tick this box if we may keep and use your details"))
    branches = Tick("", says_optional=False)
