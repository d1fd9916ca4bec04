"""What every field of a form can do, and the two plainest ones: a line and several lines of text.

A field's `keep()` is what was typed, its `value` (after validation) what the model stores, its `shown()` what a
summary says; `said(value)` says the same of a value that is stored. Sentences are lazy: they are translated where
they are shown. Dates, addresses and sums are in `fields`, choices in `choosing`.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from flask_babel import LazyString, format_decimal
from flask_babel import lazy_gettext as _l
from wtforms import fields as wtf
from wtforms import widgets
from wtforms.validators import StopValidation

from portal.submissions.typed import clean_line, clean_text

Sentence: TypeAlias = "str | LazyString"
_NO_NAME = re.compile(r"^[=+@\-]|://|\bwww\.|<|>", re.IGNORECASE)
TEXT_LENGTH = 4000
"""The most letters of a long answer; their columns have no end of their own."""


class Answered(wtf.Field):
    """What all our fields can do.

    `needed` is the sentence that asks for an answer; without it an empty answer is fine. `says_optional` is False
    where an answer is not needed by itself but the word "optional" would mislead. `look` holds what the template's
    field macro may take (width, autocomplete, inputmode, rows, inline).
    """

    value: Any = None
    raw_data: Any = None
    is_unnamed = False
    """Whether the sentence about a wrong answer would fit many fields: a list of sentences then names this one."""

    def __init__(
        self,
        label: Sentence,
        *,
        hint: Sentence = "",
        needed: Sentence | None = None,
        says_optional: bool = True,
        look: dict[str, Any] | None = None,
        **kw: Any,
    ) -> None:
        self.look = look or {}
        self.says_optional = says_optional
        self.needed = needed
        super().__init__(label, description=hint, **kw)

    @property
    def is_optional(self) -> bool:
        """Whether the label says "(optional)"."""
        return self.needed is None and self.says_optional

    @property
    def typed(self) -> str:
        """What was typed into a field of one value; of repeated fields the first counts."""
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def keep(self) -> str | list[str]:
        """What was typed, for the draft."""
        return self.typed

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """As of any field, in one go: a form that is sent has fifty of them."""
        self.errors = list(self.process_errors)
        try:
            self.pre_validate(form)
            for check in (*self.validators, *extra_validators):
                check(form, self)
        except StopValidation as refusal:
            self.errors.append(refusal.args[0])
        return not self.errors

    def pre_validate(self, form: Any) -> None:
        """Understand the answer, or say what to do."""
        self.is_unnamed = False
        try:
            self.value = self.understand(form)
        except StopValidation as refusal:
            self.is_unnamed = refusal.args[0] is not self.needed
            raise

    def understand(self, form: Any) -> Any:
        """The value for the model, for most fields more than what was typed. Raises `StopValidation` (a sentence)."""
        return self.typed

    def shown(self) -> list[str]:
        """The answer in lines, for a summary; nothing where there is none."""
        return self.said(self.value)

    def said(self, value: Any) -> list[str]:
        """A stored value in lines. It does not touch the field: one blank form serves all requests."""
        return [str(value)] if value not in (None, "", False) else []

    def typed_of(self, value: Any, language: str) -> str | list[str]:
        """A stored value as somebody would have typed it."""
        return "" if value is None else str(value)

    def refuse_empty(self) -> None:
        """Stop with the sentence that asks for an answer, where one is needed."""
        if self.needed is not None:
            raise StopValidation(self.needed)


class Line(Answered, wtf.StringField):
    """One line of text. `most` is the length of its column."""

    def __init__(self, label: Sentence, *, most: int, **kw: Any) -> None:
        self.most = most
        super().__init__(label, **kw)

    def cleaned_text(self) -> str:
        """What was typed, without what nobody sees. Raises `StopValidation` where it is empty or too long."""
        text = self.clean(self.typed)
        if not text:
            self.refuse_empty()
        if len(text) > self.most:
            raise StopValidation(_l("Shorten this to %(most)s letters or fewer", most=format_decimal(self.most)))
        return text

    def clean(self, text: str) -> str:
        """One line, nothing unseen."""
        return clean_line(text)

    def understand(self, form: Any) -> Any:
        """The text itself."""
        return self.cleaned_text()


class Name(Line):
    """A person's name: letters greet by it, so it is neither the address of a web page nor a formula."""

    def understand(self, form: Any) -> Any:
        """The name. Raises `StopValidation` for what a mail program makes a link of, or a spreadsheet reckons."""
        text = self.cleaned_text()
        if _NO_NAME.search(text):
            raise StopValidation(_l("Enter the name alone, without a web address and without signs like < or ="))
        return text


class Text(Line):
    """Several lines of text."""

    widget = widgets.TextArea()

    def __init__(self, label: Sentence, *, most: int = TEXT_LENGTH, **kw: Any) -> None:
        super().__init__(label, most=most, **kw)
        self.flags.maxlength = most

    def clean(self, text: str) -> str:
        """Lines stay lines."""
        return clean_text(text)

    def said(self, value: Any) -> list[str]:
        """One entry for each line that was typed."""
        return [line for line in str(value or "").split("\n") if line]
