"""The steps of a registration: which body it is, what it hopes for, how to reach it, and what it lets us do."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from portal.directory.ukraine import find_oblast
from portal.directory.ukrainian_unions import find_ukrainian_union
from portal.submissions import consents
from portal.submissions.choices import listed, needed_oblast_choices, sector_choices, ukrainian_union_choices
from portal.submissions.fields import AnyOf, EmailText, Line, Name, Number, OneOf, Phone, Picked, Text, Tick
from portal.submissions.forms import FormStep, Lines, Raw, StepForm
from portal.submissions.typed import clean_line
from portal.submissions.you import LANGUAGES
from portal.twinning import agreement
from portal.twinning.forms import CENTRES, HOPES
from portal.twinning.registrations import NOTHING, PASS_ON, REGISTER, centre_of, sealed_values

LEVELS = listed(*((slug, _l(label)) for slug, label in agreement.LEVELS))
SPOKEN = listed(
    ("uk", _l("Ukrainian")),
    ("pl", _l("Polish")),
    ("de", _l("German")),
    ("fr", _l("French")),
    ("es", _l("Spanish")),
    ("ru", _l("Russian")),
)
ENGLISH = listed(
    ("none", _l("Nobody speaks English")),
    ("basic", _l("A little")),
    ("good", _l("Well enough for a call")),
    ("fluent", _l("Fluently")),
)
NEEDS = listed(
    ("equipment", _l("Protective clothing and equipment for work")),
    ("medical", _l("Medicines and first aid")),
    ("power", _l("Light, warmth and electricity")),
    ("families", _l("Help for families of members")),
    ("children", _l("Rest for children")),
    ("training", _l("Training, and advice on law and bargaining")),
    ("voice", _l("Being heard abroad")),
    ("contact", _l("Contact with people of our trade")),
)
OFFERS = listed(
    ("experience", _l("Our experience of union work in wartime")),
    ("talks", _l("Talks about our work, online")),
    ("news", _l("News and greetings for your bulletin")),
    ("visits", _l("To receive visitors, once that is safe")),
    ("campaigns", _l("Support for your own disputes")),
)
PUBLICITY = listed(
    ("nothing", _l("Nothing")),
    ("oblast-sector", _l("Our oblast and sector, without a name")),
    ("name", _l("Our name and our oblast")),
)
CONTACT_STEPS = ("reach", "trust")
"""The steps that tell how to reach people: the desk notes each look at what they hold."""
SAFETY = _l("Please do not write where people are, and nothing about units, routes or dates.")


def _oblast(text: str) -> str | None:
    found = find_oblast(text)
    return found.slug if found else None


def _union(text: str) -> str | None:
    found = find_ukrainian_union(text)
    return found.slug if found else None


class Organisation(StepForm):
    """Which body it is, and where: the oblast, and a town only if they wish."""

    union_slug = Picked(
        _l("Your union"),
        choices=ukrainian_union_choices,
        read=_union,
        says_optional=False,
        hint=_l("Choose from the list."),
    )
    union_text = Line(_l("Your union, if it is not in the list"), most=120)
    centre = OneOf(
        _l("Which union centre does it belong to?"), choices=CENTRES[1:], hint=_l("If it is not in the list.")
    )
    level = OneOf(_l("What kind of organisation are you?"), choices=LEVELS, needed=_l("Choose what you are"))
    name_uk = Line(
        _l("Name of your organisation in Ukrainian"), most=200, needed=_l("Enter the name of your organisation")
    )
    name_latin = Line(
        _l("The same name in Latin letters"), most=200, hint=_l("As you write it yourselves. It can stay empty.")
    )
    oblast = Picked(
        _l("Your oblast"),
        choices=needed_oblast_choices,
        read=_oblast,
        needed=_l("Choose your oblast"),
        hint=_l("We never show a smaller place."),
    )
    town = Line(
        _l("Town"), most=80, hint=_l("Only if you wish. Only coordinators see it."), look={"autocomplete": "off"}
    )
    sectors = AnyOf(
        _l("Which sectors do your members work in?"), choices=sector_choices, needed=_l("Choose at least one sector")
    )
    size = Number(
        _l("How many members do you have?"),
        largest=5_000_000,
        smallest=1,
        hint=_l("Roughly is enough."),
        look={"width": 10},
    )

    NOT_MISSED = frozenset({"union_slug", "union_text", "centre", "name_latin", "town"})

    def validate_union_slug(self, field: Picked) -> None:
        """A union of the list, or a name written in."""
        if not field.value and not self.union_text.typed.strip():
            raise StopValidation(_l("Choose your union, or write its name in the next box"))

    def cleaned(self) -> dict[str, Any]:
        """The values for the model; a union that was written in and is known is that of the list."""
        values = super().cleaned()
        written = find_ukrainian_union(clean_line(values["union_text"])) if not values["union_slug"] else None
        if written is not None:
            values |= {"union_slug": written.slug, "union_text": ""}
        return values | {"centre": centre_of(values["union_slug"], values["centre"])}


class Together(StepForm):
    """What they speak, need, offer and hope for."""

    languages = AnyOf(_l("Which languages do you speak?"), choices=SPOKEN)
    english = OneOf(_l("And English?"), choices=ENGLISH, hint=_l("We help with translation. No English is needed."))
    hopes = AnyOf(_l("What do you hope to do together?"), choices=HOPES)
    needs = AnyOf(_l("What do your members need most?"), choices=NEEDS)
    needs_text = Text(_l("More about that"), most=2000, hint=SAFETY, look={"rows": 3})
    offers = AnyOf(_l("What could you offer a branch in the UK?"), choices=OFFERS)
    offers_text = Text(_l("More about what you offer"), most=2000, hint=SAFETY, look={"rows": 3})
    wishes_more = Tick(_l("We would be glad to have more than one twin."), says_optional=False)

    NOT_MISSED = frozenset({"needs_text", "offers_text", "wishes_more"})


class Reach(StepForm):
    """Who speaks for the body, and how to write to them safely."""

    contact_name = Name(_l("Your name"), most=120, needed=_l("Enter your name"), look={"autocomplete": "name"})
    contact_role = Line(_l("Your post in the organisation"), most=80, hint=_l("For example chair or secretary."))
    contact_email = EmailText(
        _l("Your email address"),
        needed=_l("Enter your email address"),
        hint=_l("We send our answer and your private link here."),
        look={"autocomplete": "email"},
    )
    contact_phone = Phone(
        _l("Your phone number"), region="UA", hint=_l("Only if we may ring you."), look={"autocomplete": "tel"}
    )
    safe_way = Text(
        _l("What is the safest way to reach you?"),
        most=1000,
        hint=_l("For example Signal, or only by email. Please do not write where people are, units, routes or dates."),
        look={"rows": 2},
    )
    second_name = Name(_l("Name of your deputy"), most=120, hint=_l("Please ask this person first."))
    second_email = EmailText(_l("The deputy’s email address"))
    second_phone = Phone(_l("The deputy’s phone number"), region="UA")
    language = OneOf(
        _l("Which language shall we write to you in?"), choices=LANGUAGES, says_optional=False, look={"inline": True}
    )

    NOT_MISSED = frozenset({"language", "second_email", "second_phone", "contact_phone"})

    def prepare(self) -> None:
        """Start with the language of the page; what a coordinator types in is of people who read Ukrainian."""
        if not self.language.typed:
            self.language.data = "uk" if self.context.by_hand else self.context.language
        if self.context.by_hand:
            self.contact_email.needed = None

    def validate_contact_email(self, field: EmailText) -> None:
        """By hand an email may be missing, but then a phone number must stand."""
        if self.context.by_hand and not field.value and not self.contact_phone.typed.strip():
            raise StopValidation(_l("Enter an email address or a phone number"))

    def validate_second_email(self, field: EmailText) -> None:
        """The deputy is another person, so that the link does not hang on one."""
        if field.value and str(field.value).casefold() == str(self.contact_email.value or "").casefold():
            raise StopValidation(_l("Enter another address for the deputy, or leave it empty"))

    def cleaned(self) -> dict[str, Any]:
        """The values for the model, with what the address is found by."""
        values = super().cleaned()
        values["language"] = values["language"] or self.context.language
        return sealed_values(values)


class Trust(StepForm):
    """Who confirms the body, what may be published, and what they agree to."""

    who_confirms = Text(
        _l("Who in your union can confirm your organisation?"),
        most=1000,
        needed=_l("Tell us whom at your national or oblast union we can ask"),
        hint=_l(
            "Name, post and how we reach them. We ask them before we use anything. "
            "Please do not write where people are, units, routes or dates."
        ),
        look={"rows": 3},
    )
    publicity = OneOf(
        _l("What may we publish, if you are twinned?"),
        choices=PUBLICITY,
        default=NOTHING,
        says_optional=False,
        hint=_l("Never more than the oblast, and nothing before both sides agree."),
    )
    register = Tick("", needed=_l("Without this consent we may not keep your details. Tick it, or leave this page"))
    introduce = Tick("", says_optional=False)
    notes = Text(_l("Anything else we should know?"), most=2000, hint=SAFETY, look={"rows": 3})

    FACTS_APART = frozenset({"register", "introduce"})
    NOT_MISSED = frozenset({"register", "introduce", "notes", "publicity"})
    _BY_FIELD = {"register": REGISTER, "introduce": PASS_ON}
    _CALLED = {
        "register": _l("Your consent that we keep and use this"),
        "introduce": _l("Your consent that we pass your name on at an introduction"),
    }

    def prepare(self) -> None:
        """The words of the consents, in the language of the page. What a coordinator does not know is asked later."""
        for name, recipient in self._BY_FIELD.items():
            self[name].label.text = consents.words(recipient, self.context.language)
        if self._stood("register") and not self.context.by_hand:
            self.register.needed = _l("To take it back, withdraw your registration: the link is below")
        if self.context.by_hand:
            self.who_confirms.needed = None
            if not self._stood("register"):
                self.register.needed = None

    def _stood(self, name: str) -> bool:
        """Whether a consent stands already, of a registration that is being corrected."""
        return bool(self.context.stored.get(name))

    def validate_register(self, field: Tick) -> None:
        """As `validate_introduce`."""
        self.validate_introduce(field)

    def validate_introduce(self, field: Tick) -> None:
        """Nobody agrees for a body that has an address: it is asked on its own page."""
        is_new = self.context.by_hand and bool(field.value) and not self._stood(field.short_name)
        if is_new and self.context.answer("reach", "contact_email").strip():
            raise StopValidation(_l("They have an email address, and are asked on their own page. Leave this empty"))

    def agreements(self) -> dict[str, bool]:
        """Both consents, as they are ticked."""
        return {recipient: bool(self[name].value) for name, recipient in self._BY_FIELD.items()}

    def typed_of(self, submission: Any) -> Raw:
        """As every step; the consents as they stand."""
        given = {
            name: "yes" if consents.given(submission, recipient) else "" for name, recipient in self._BY_FIELD.items()
        }
        return super().typed_of(submission) | given

    def lines(self) -> Lines:
        """As every step; of a consent the words themselves."""
        said = {name: [str(self[name].label.text)] if self[name].value else [] for name in self._BY_FIELD}
        return super().lines() | said

    def lines_of(self, submission: Any) -> Lines:
        """As every step; the consents as they stand."""
        said = {}
        for name, recipient in self._BY_FIELD.items():
            words = consents.agreed(submission, recipient, self.context.language)
            said[name] = [words] if words else []
        # Taken back or never given: who reads it must not take it for the other one.
        said["introduce"] = said["introduce"] or [str(_l("Not given"))]
        return super().lines_of(submission) | said

    def label_of(self, name: str) -> str:
        """As every step; a consent's own label is its words, so that it is called by what it is for."""
        return str(self._CALLED[name]) if name in self._CALLED else super().label_of(name)

    def cleaned(self) -> dict[str, Any]:
        """The values for the model."""
        values = super().cleaned()
        return values | {"publicity": values["publicity"] or NOTHING}


STEPS = (
    FormStep("organisation", _l("Your organisation"), Organisation, _l("Tell us what you can. Safety comes first.")),
    FormStep("together", _l("What you hope for"), Together, _l("Tell us what you know. The rest can wait.")),
    FormStep("reach", _l("How we reach you"), Reach, _l("Only coordinators see this, and we note who has looked.")),
    FormStep("trust", _l("Confirmation and consent"), Trust, _l("Nothing is used before your union confirms you.")),
)
