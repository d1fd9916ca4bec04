"""What a step of a form is: fields that keep what was typed, and the value each has for the model.

The steps that all kinds share are in `your_branch` and `you`, the others in the kinds' `forms`; filing is in `intake`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.fields.core import Field, Label, UnboundField
from wtforms.meta import DefaultMeta

from portal.submissions.fields import Answered, Sentence

Raw = dict[str, Any]
"""The answers of one step exactly as typed: texts, or lists of texts."""
Lines = dict[str, list[str]]
"""The answers of one step in words, each in as many lines as it takes."""


@dataclass(frozen=True)
class FormContext:
    """What a step must know to read its answers.

    `today` is the day in London, `answers` the raw answers of all steps by name; `by_hand` is set where a
    coordinator types in what came by telephone or letter. `stored` are the raw answers of this step as they stand in
    the database, where it is being changed: a date that is left alone may have passed since. `known_union` is slug
    and name where only that union can be meant, which spares the whole list.
    """

    today: date
    language: str = "en"
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    by_hand: bool = False
    stored: Mapping[str, Any] = field(default_factory=dict)
    known_union: tuple[str, str] | None = None
    now: datetime | None = None
    """The moment (aware), where an hour of today that has passed is refused."""

    def answer(self, step: str, name: str) -> str:
        """One raw answer of another step; an empty text where there is none."""
        given = self.answers.get(step, {}).get(name, "")
        if isinstance(given, list):
            given = given[0] if given else ""
        return str(given)


@dataclass(frozen=True)
class SummaryRow:
    """One line of a summary: the label, the answer in lines, and the id of the field's control."""

    label: str
    value: list[str]
    field_id: str


_made: dict[UnboundField[Any], Field] = {}


class _MadeOnce(DefaultMeta):
    """Makes each field of a step once, and from then on copies of it: a form that is sent has fifty of them."""

    def bind_field(self, form: Any, unbound_field: UnboundField[Any], options: Any) -> Field:
        """A field of `form`'s own. Nobody has filled in the one that is copied, and it is of no form."""
        made = _made.get(unbound_field)
        if made is None:
            made = _made[unbound_field] = unbound_field.bind(form=None, _meta=self, **options)
        field = object.__new__(type(made))
        label = Label(made.label.field_id, made.label.text)
        vars(field).update(vars(made), _form=form, meta=self, label=label)
        return field


class StepForm(Form):
    """One step. Iterating gives the fields to draw; those in `hidden` are read but not drawn.

    `notice` is a sentence that depends on earlier answers (the fee), to be shown above the fields, and `notice_page`
    the public page that says more.
    """

    FACTS_APART: frozenset[str] = frozenset()
    """Fields that are no column of the model; `cleaned` leaves them out."""
    NOT_MISSED: frozenset[str] = frozenset()
    """Fields that may be empty without a word about it."""
    Meta = _MadeOnce

    def __init__(self, formdata: Any = None, data: Mapping[str, Any] | None = None, *, context: FormContext) -> None:
        self.context = context
        self.hidden: set[str] = set()
        super().__init__(formdata=formdata, data=dict(data) if data else None)
        self.prepare()

    def prepare(self) -> None:
        """Set what depends on the context or on the answers. For the kinds to override."""

    @property
    def notice(self) -> str:
        """A sentence above the fields; empty for most steps."""
        return ""

    @property
    def notice_page(self) -> str:
        """The name of the page that says more; empty for most steps."""
        return ""

    def __iter__(self) -> Iterator[Any]:
        """The fields to draw."""
        return iter([each for each in self._fields.values() if each.short_name not in self.hidden])

    @classmethod
    def from_raw(cls, raw: Mapping[str, Any], context: FormContext) -> StepForm:
        """The step as it was typed; answers it does not know are left aside."""
        return cls(_as_posted(raw), context=context)

    def raw(self) -> Raw:
        """What was typed, never cleaned, as JSON can hold it."""
        return {name: each.keep() for name, each in self._fields.items() if isinstance(each, Answered)}

    def cleaned(self) -> dict[str, Any]:
        """The values for the model, after `validate`."""
        return {
            name: each.value
            for name, each in self._fields.items()
            if isinstance(each, Answered) and name not in self.FACTS_APART
        }

    def typed_of(self, submission: Any) -> Raw:
        """The answers of a stored request as somebody would have typed them; the form itself stays as it is."""
        return {
            name: each.typed_of(getattr(submission, name), self.context.language)
            for name, each in self._fields.items()
            if isinstance(each, Answered) and name not in self.FACTS_APART
        }

    def agreements(self) -> dict[str, bool]:
        """The consents that the step asks for, by recipient, and whether each is given; after `validate`."""
        return {}

    def changes_for(self, submission: Any) -> dict[str, Any]:
        """The values, after `validate`, by which a stored request is to be corrected."""
        return self.cleaned()

    def summary(self) -> list[SummaryRow]:
        """The answers in words, after `validate`. Empty ones are left out, but for what coordinators look for."""
        return self._rows(self.lines())

    def told(self, submission: Any) -> list[SummaryRow]:
        """What is stored of a request, as `summary` would say it. The form, made by `blank`, stays as it is."""
        return self._rows(self.lines_of(submission))

    def unanswered(self) -> list[Answered]:
        """The fields that were drawn and left empty, after `validate`, but for those that nobody misses."""
        moot = self.NOT_MISSED | self.moot()
        return [
            each for each in self if isinstance(each, Answered) and each.short_name not in moot and not each.shown()
        ]

    def moot(self) -> set[str]:
        """Fields that the other answers leave no need for. For the kinds to override."""
        return set()

    def lines(self) -> Lines:
        """The answers in lines by the names of their fields, after `validate`. For the kinds to add to."""
        return {name: each.shown() for name, each in self._fields.items() if isinstance(each, Answered)}

    def lines_of(self, submission: Any) -> Lines:
        """What is stored of a request in lines by the names of the fields. For the kinds to add to."""
        return {
            name: each.said(getattr(submission, name))
            for name, each in self._fields.items()
            if isinstance(each, Answered) and name not in self.FACTS_APART
        }

    def _rows(self, lines: Lines) -> list[SummaryRow]:
        rows = []
        for name, each in self._fields.items():
            if name in self.hidden or name not in lines:
                continue
            value = lines[name]
            if not value and each.needed is None:
                continue
            rows.append(SummaryRow(self.label_of(name), value or [str(_l("Not given"))], each.id))
        return rows

    def label_of(self, name: str) -> str:
        """What a summary calls a field."""
        return str(self._fields[name].label.text)


_blanks: dict[tuple[type[StepForm], str], StepForm] = {}


def blank(form: type[StepForm], language: str) -> StepForm:
    """An empty step that tells what is stored of requests. It is made once, and nobody may fill it in."""
    made = _blanks.get((form, language))
    if made is None:
        made = form(context=FormContext(date.min, language, by_hand=True, known_union=("", "")))
        _blanks[form, language] = made
    return made


def _as_posted(raw: Mapping[str, Any]) -> MultiDict[str, str]:
    """Raw answers as a browser posts them."""
    return MultiDict(
        {
            name: [each for each in given if isinstance(each, str) and each] if isinstance(given, list) else [given]
            for name, given in raw.items()
            if isinstance(given, str | list)
        }
    )


@dataclass(frozen=True)
class FormStep:
    """One page of a form. `name` stands in its address, `title` is its heading."""

    name: str
    title: Sentence
    form: type[StepForm]
    intro: Sentence = ""
