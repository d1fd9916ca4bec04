"""The step "You", which all kinds share: who writes, and what we may do with their details."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from portal.submissions import consents
from portal.submissions.answered import Sentence
from portal.submissions.fields import EmailText, Line, Name, OneOf, Phone, Tick
from portal.submissions.forms import FormStep, Lines, Raw, StepForm

STEP = "you"
LANGUAGES = [SelectChoice("en", "English", {"lang": "en"}), SelectChoice("uk", "Українська", {"lang": "uk"})]

KEPT = _l("Please ask them first. We keep their details for when we cannot reach you, and pass them on to nobody.")
"""What becomes of the details of somebody who is named besides: they have no letter from us."""


class You(StepForm):
    """Who writes. Each kind says in `RECIPIENT` to whom the consent lets us pass details."""

    RECIPIENT = ""

    contact_name = Name(_l("Your name"), most=120, needed=_l("Enter your name"), look={"autocomplete": "name"})
    contact_role = Line(
        _l("Your role in the branch"),
        most=80,
        hint=_l("For example branch secretary or treasurer."),
        look={"autocomplete": "organization-title"},
    )
    contact_email = EmailText(
        _l("Your email address"),
        needed=_l("Enter your email address"),
        hint=_l("We send our answer and your private link here."),
        look={"autocomplete": "email"},
    )
    contact_phone = Phone(
        _l("Your phone number"),
        hint=_l("We ring only if something is urgent."),
        look={"autocomplete": "tel", "width": 20},
    )
    second_name = Name(_l("Name of a second contact"), most=120, hint=KEPT, look={"autocomplete": "off"})
    second_email = EmailText(_l("Their email address"), look={"autocomplete": "off"})
    second_phone = Phone(_l("Their phone number"), look={"autocomplete": "off", "width": 20})
    language = OneOf(
        _l("Which language shall we write to you in?"), choices=LANGUAGES, says_optional=False, look={"inline": True}
    )
    share = Tick("", says_optional=False)
    wants_newsletter = Tick(_l("Send me the campaign’s newsletter. I can stop it at any time."), says_optional=False)
    heard_from = Line(
        _l("How did you hear of us?"), most=120, hint=_l("For example from a leaflet, your union or a conference.")
    )

    FACTS_APART = frozenset({"share"})
    NOT_MISSED = frozenset({"share", "language", "wants_newsletter", "heard_from", "second_email", "second_phone"})

    ALSO_WRITTEN_TO: Sentence = ""
    """Who else has letters of ours in the language that is chosen here, in a sentence."""

    def prepare(self) -> None:
        """Name the recipient of the consent, and start with the language of the page."""
        if self.RECIPIENT:
            self.share.label.text = consents.words(self.RECIPIENT, self.context.language)
        else:
            self.hidden.add("share")
        self.language.description = "" if self.context.by_hand else self.ALSO_WRITTEN_TO
        if not self.language.typed:
            self.language.data = self.context.language
        if self.context.by_hand:
            self.contact_email.needed = None
        elif self.is_in_person():
            self.contact_phone.needed = _l("Enter a phone number. The speaker may need to reach you on the day")

    def is_in_person(self) -> bool:
        """Whether somebody will travel to the branch; only then is a phone number needed."""
        return self.context.answer("meeting", "meeting_format") == "in-person"

    def validate_contact_email(self, field: EmailText) -> None:
        """By hand an email may be missing, but then a phone number must stand."""
        if self.context.by_hand and not field.value and not self.contact_phone.typed.strip():
            raise StopValidation(_l("Enter an email address or a phone number"))

    def validate_second_email(self, field: EmailText) -> None:
        """A second contact is another person, so that we reach somebody when the first is away."""
        first = str(self.contact_email.value or "")
        if field.value and str(field.value).casefold() == first.casefold():
            raise StopValidation(_l("This is your own address. Enter that of another person, or leave this empty"))

    def typed_of(self, submission: Any) -> Raw:
        """As every step; the consent as it stands."""
        return super().typed_of(submission) | {"share": "yes" if consents.given(submission, self.RECIPIENT) else ""}

    def cleaned(self) -> dict[str, Any]:
        """The values for the model."""
        values = super().cleaned()
        values["language"] = values["language"] or self.context.language
        return values

    def lines(self) -> Lines:
        """As every step; of the consent the words themselves, which are too long for a label."""
        return super().lines() | {"share": self._said_of_consent(str(self.share.label.text) if self.shares else "")}

    def lines_of(self, submission: Any) -> Lines:
        """As every step; the consent as it stands."""
        agreed = consents.agreed(submission, self.RECIPIENT, self.context.language) if self.RECIPIENT else ""
        return super().lines_of(submission) | {"share": self._said_of_consent(agreed)}

    def _said_of_consent(self, agreed: str) -> list[str]:
        """The words that were agreed to; that nothing was agreed to is said as well, for much hangs on it."""
        return [agreed or str(_l("You have not agreed that we pass on your details"))]

    def label_of(self, name: str) -> str:
        """As every step; the consent's own label is its words."""
        return str(_l("What you agreed to")) if name == "share" else super().label_of(name)

    def agreements(self) -> dict[str, bool]:
        """The kind's own consent."""
        return {self.RECIPIENT: self.shares} if self.RECIPIENT else {}

    @property
    def shares(self) -> bool:
        """Whether the consent was ticked."""
        return bool(self.RECIPIENT) and bool(self.share.value)


def you_step(form: type[You]) -> FormStep:
    """The step with the kind's own consent."""
    return FormStep(STEP, _l("You"), form, _l("Only the volunteers who deal with your request see this."))
