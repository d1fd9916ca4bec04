"""The little form of a move, built from what its row in the workflow asks for; the same for desk and public.

What the answers do is the business of the row's `then`. Views hand `answers()` to `actions.perform`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from portal.clock import london_day, utc_now
from portal.directory.subjects import find_sector
from portal.submissions.choices import any_sector_choices
from portal.submissions.choosing import AnyOf
from portal.submissions.dates import Leaning
from portal.submissions.fields import (
    Answered,
    DateText,
    EmailText,
    Line,
    Money,
    Name,
    Number,
    OneOf,
    Picked,
    Text,
    TimeText,
)
from portal.submissions.forms import FormContext, StepForm
from portal.submissions.workflow import Answer, Ask, Transition
from portal.submissions.you import LANGUAGES

LEANINGS = {
    "confirmed_on": Leaning.AHEAD,
    "other_on": Leaning.AHEAD,
    "decided_on": Leaning.BACK,
    "met_on": Leaning.BACK,
    "paid_on": Leaning.BACK,
    "twinned_on": Leaning.BACK,
    "due_on": Leaning.AHEAD,
    "next_on": Leaning.AHEAD,
}
"""Which way each date lies; every other date may lie on either side of today."""

LENGTHS = {
    "speaker_name": 120,
    "body_name": 200,
    "body_oblast": 60,
    "body_contact": 120,
}
NOT_NOTHING = {
    "paid_pence": _l("Enter the sum that arrived. Is nothing due? Then waive the fee"),
    "fee_pence": _l("Enter the fee that was agreed. Is nothing due? Then waive the fee"),
}
"""The sums that cannot be nothing, with what to do instead."""
LINE_LENGTH = 200
LARGEST_NUMBER = 1_000_000
LONGEST_CHOSEN = 1000
FORMS_KEPT = 500
"""Far more forms than there are moves: those that offer the days of one meeting come and go."""
NEEDED = {
    Answer.DATE: _l("Enter a date, like 14 January 2027"),
    Answer.TIME: _l("Enter a time, like 7pm or 19:30"),
    Answer.EMAIL: _l("Enter an email address, like name@example.org"),
    Answer.NUMBER: _l("Enter a number in figures, like 40"),
    Answer.MONEY: _l("Enter a sum in pounds, like 50 or 50.00"),
    Answer.CHOICE: _l("Choose one of the answers"),
    Answer.LANGUAGE: _l("Choose a language"),
    Answer.SECTOR: _l("Choose a sector"),
}

NEEDED_BY_NAME = {
    "accepted": "Choose at least one date that suits the speaker",
    "aims": "The branch has not said that it accepts the aims. Write how you know that it does, or ask it first",
    "agreed": "The speaker has not said yes. Write how and when they agreed, or wait for their answer",
    "fee_pence": "Enter the fee that you have agreed on with the branch. Is nothing due? Then go back and waive it",
}
"""What is said instead where one answer is missing; only the desk is asked for these."""


class MoveForm(StepForm):
    """The form of one move. Without a context it takes today in London."""

    def __init__(
        self, formdata: Any = None, data: Mapping[str, Any] | None = None, *, context: FormContext | None = None
    ) -> None:
        super().__init__(formdata, data, context=context or FormContext(today=london_day(utc_now())))

    def answers(self) -> dict[str, str]:
        """The answers as `perform` takes them, after `validate`: ISO dates and times, pence, plain texts."""
        return {name: _as_text(each) for name, each in self._fields.items() if isinstance(each, Answered)}


@lru_cache(maxsize=FORMS_KEPT)
def move_form(transition: Transition, *, at_desk: bool = False) -> type[MoveForm]:
    """The form for what `transition` asks, `at_desk` in a coordinator's words; no fields where nothing is asked."""
    fields = {ask.name: _field(_at_desk(ask) if at_desk else ask) for ask in transition.asks}
    return type("MoveForm", (MoveForm,), fields)


def _at_desk(ask: Ask) -> Ask:
    return replace(ask, label=ask.desk_label or ask.label, hint=ask.desk_hint or ask.hint)


def _field(ask: Ask) -> Any:
    return _MAKERS[ask.answer](ask, label=_l(ask.label), hint=_l(ask.hint) if ask.hint else "", needed=_needed(ask))


def _needed(ask: Ask) -> Any:
    if not ask.is_required:
        return None
    if ask.name == "answer":
        return _l("Write an answer under “%(label)s”", label=_l(ask.label))
    return NEEDED_BY_NAME.get(ask.name) or NEEDED.get(ask.answer) or _l("Fill in “%(label)s”", label=_l(ask.label))


def _line(ask: Ask, **kw: Any) -> Any:
    kind = Name if ask.name == "speaker_name" else Line
    return kind(most=LENGTHS.get(ask.name, LINE_LENGTH), **kw)


def _text(ask: Ask, **kw: Any) -> Any:
    return Text(look={"rows": 4}, **kw)


def _date(ask: Ask, **kw: Any) -> Any:
    return DateText(leaning=LEANINGS.get(ask.name, Leaning.EITHER), look={"width": 20}, **kw)


def _time(ask: Ask, **kw: Any) -> Any:
    return TimeText(is_strict=True, look={"width": 10}, **kw)


def _email(ask: Ask, **kw: Any) -> Any:
    return EmailText(look={"autocomplete": "off"}, **kw)


def _number(ask: Ask, **kw: Any) -> Any:
    return Number(largest=LARGEST_NUMBER, look={"width": 10}, **kw)


def _money(ask: Ask, **kw: Any) -> Any:
    nothing = NOT_NOTHING.get(ask.name)
    validators = [_more_than_nothing(nothing)] if nothing else []
    return Money(look={"width": 10, "prefix": "£"}, validators=validators, **kw)


def _more_than_nothing(sentence: Any) -> Callable[[Any, Money], None]:
    def check(form: Any, field: Money) -> None:
        if field.value == 0:
            raise StopValidation(sentence)

    return check


def _choice(ask: Ask, **kw: Any) -> Any:
    return OneOf(choices=[SelectChoice(value, _l(label)) for value, label in ask.choices], **kw)


def _several(ask: Ask, **kw: Any) -> Any:
    return AnyOf(choices=[SelectChoice(value, _l(label)) for value, label in ask.choices], **kw)


def _language(ask: Ask, **kw: Any) -> Any:
    default = "uk" if ask.name.startswith("body") else "en"
    return OneOf(choices=LANGUAGES, default=default, look={"inline": True}, **kw)


def _chosen(ask: Ask, **kw: Any) -> Any:
    return Line(most=LONGEST_CHOSEN, look={"is_carried": True}, **kw)


def _sector(ask: Ask, **kw: Any) -> Any:
    return Picked(choices=any_sector_choices, read=_sector_meant, **kw)


def _sector_meant(text: str) -> str | None:
    found = find_sector(text)
    return found.slug if found else None


_MAKERS: dict[Answer, Callable[..., Any]] = {
    Answer.LINE: _line,
    Answer.TEXT: _text,
    Answer.DATE: _date,
    Answer.TIME: _time,
    Answer.EMAIL: _email,
    Answer.NUMBER: _number,
    Answer.MONEY: _money,
    Answer.CHOICE: _choice,
    Answer.SEVERAL: _several,
    Answer.LANGUAGE: _language,
    Answer.CHOSEN: _chosen,
    Answer.SECTOR: _sector,
}


def _as_text(field: Answered) -> str:
    if isinstance(field, TimeText):
        return f"{field.moment.start:%H:%M}" if field.moment.start else ""
    value = field.value
    if value is None or value is False:
        return ""
    if isinstance(value, list):
        return ",".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)
