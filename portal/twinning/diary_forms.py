"""What an entry of a diary asks: what it was, when, in words, how it went, and who may see it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from portal.directory.named_towns import towns_named
from portal.submissions.choices import listed
from portal.submissions.dates import Leaning
from portal.submissions.fields import DateText, OneOf, Text
from portal.submissions.forms import StepForm
from portal.twinning import unnamed
from portal.twinning.diary_entry import (
    AID,
    BOTH,
    CALL,
    COORDINATORS,
    MESSAGE,
    PUBLIC,
    STATEMENT,
    VISIT_HERE,
    VISIT_THERE,
)
from portal.twinning.models import TwinningProposal

WARNING = _l("Please do not write where people are, and nothing about units or routes.")
KINDS = listed(
    (MESSAGE, _l("A message or a greeting")),
    (CALL, _l("A call")),
    (VISIT_THERE, _l("A visit to Ukraine")),
    (VISIT_HERE, _l("A visit to the UK")),
    (AID, _l("Aid that was sent")),
    (STATEMENT, _l("A joint statement")),
)
NAMES = {choice.value: choice.label for choice in KINDS}
AUDIENCES = listed(
    (BOTH, _l("Both sides, and our coordinators")),
    (COORDINATORS, _l("Only you and our coordinators")),
    (PUBLIC, _l("Anybody, once a coordinator has read it")),
)


SEEN_BY = {choice.value: choice.label for choice in AUDIENCES}


class _Words(Text):
    """Words that name no town, nobody and no address where anybody is to read them."""

    def understand(self, form: Any) -> Any:
        """The words; refused where they are for the public and name a town of Ukraine, or either side."""
        text = super().understand(form)
        if form["audience"].data != PUBLIC:
            return text
        if towns := towns_named(str(text or "")):
            raise StopValidation(_l("Anybody could read this. Leave out %(town)s, and name the oblast", town=towns[0]))
        told = unnamed.for_anybody(form.twin)(str(text or "")) if form.twin is not None else ()
        if told:
            raise StopValidation(_l("Anybody could read this. Leave out “%(words)s”", words=told[0]))
        return text


class EntryForm(StepForm):
    """One entry. `twin` is the proposal it is about, whose names stay out of the public."""

    twin: TwinningProposal | None = None

    kind = OneOf(_l("What was it?"), choices=KINDS, needed=_l("Choose what it was"))
    happened_on = DateText(
        _l("On which day?"),
        leaning=Leaning.EITHER,
        needed=_l("Enter the day"),
        hint=_l("For example 14 January 2027. In public only the month is shown, and a visit only long after it."),
    )
    words = _Words(
        _l("What do you want to remember?"), most=2000, hint=WARNING, needed=_l("Write a few words"), look={"rows": 4}
    )
    report = _Words(
        _l("How did it go?"),
        most=4000,
        hint=_l("For a visit or a delegation: a short report, once everybody is home. It can be added later."),
        look={"rows": 4},
    )
    audience = OneOf(
        _l("Who may see it?"),
        choices=AUDIENCES,
        default=BOTH,
        says_optional=False,
        hint=_l("Of a visit anybody sees only that it took place, and in which month."),
    )

    def cleaned(self) -> dict[str, Any]:
        """The values for the entry."""
        values = super().cleaned()
        return values | {"audience": values["audience"] or BOTH}


class EntryAtDesk(EntryForm):
    """The same, written by a coordinator."""

    audience = OneOf(
        _l("Who may see it?"),
        choices=listed((BOTH, _l("Both sides")), (COORDINATORS, _l("Only coordinators")), (PUBLIC, _l("Anybody"))),
        default=BOTH,
        says_optional=False,
        hint=_l("Of a visit anybody sees only that it took place, and in which month."),
    )
