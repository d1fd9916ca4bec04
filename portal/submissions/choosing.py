"""Fields that let people choose: one of a few, one of many, any number, or a single box to tick."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import fields as wtf
from wtforms import widgets
from wtforms.validators import StopValidation

from portal.submissions.answered import Answered, Sentence
from portal.submissions.typed import clean_line


class _OneOf(Answered):
    """One of several choices; what is none of them gets a sentence."""

    read: Callable[[str], str | None] | None = None
    choices: Any

    def understand(self, form: Any) -> str:
        """The value of the choice, or an empty text."""
        text = clean_line(self.typed)
        if not text:
            self.refuse_empty()
            return ""
        if any(text == choice.value for choice in self.choices):
            return text
        meant = self.read(text) if self.read else None
        if meant is None:
            raise StopValidation(_l("Choose one of the answers in the list"))
        self.data = meant
        return meant

    def said(self, value: Any) -> list[str]:
        """The words of the choice."""
        return [str(choice.label) for choice in self.choices if choice.value == value] if value else []


class OneOf(_OneOf, wtf.RadioField):
    """A few choices, all in view."""


class Picked(_OneOf, wtf.SelectField):
    """Many choices, in a list. `read` understands what people write instead of choosing."""

    def __init__(self, label: Sentence, *, read: Callable[[str], str | None] | None = None, **kw: Any) -> None:
        self.read = read
        super().__init__(label, **kw)


class AnyOf(Answered, wtf.SelectMultipleField):
    """Any number of choices."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def keep(self) -> list[str]:
        """All that was ticked."""
        ticked = self.raw_data if self.raw_data is not None else self.data
        return [str(value) for value in ticked or [] if value]

    def understand(self, form: Any) -> list[str]:
        """The values of the choices, in the order of the list and each once."""
        ticked = {clean_line(value) for value in self.keep()} - {""}
        known = [choice.value for choice in self.choices]
        if not ticked:
            self.refuse_empty()
        if ticked - set(known):
            raise StopValidation(_l("Choose one of the answers in the list"))
        return [value for value in known if value in ticked]

    def typed_of(self, value: Any, language: str) -> str | list[str]:
        """All that was ticked."""
        return list(value or [])

    def said(self, value: Any) -> list[str]:
        """The words of each choice."""
        return [str(choice.label) for choice in self.choices if choice.value in value] if value else []


class Tick(Answered, wtf.BooleanField):
    """One box to tick; `value` is True or False."""

    def _value(self) -> str:
        """What the box sends when it is ticked, whatever was sent before: an empty text would count as not ticked."""
        return "yes"

    def keep(self) -> str:
        """ "yes" for a ticked box."""
        return "yes" if self.data else ""

    def understand(self, form: Any) -> bool:
        """Whether it is ticked."""
        if not self.data:
            self.refuse_empty()
        return bool(self.data)

    def typed_of(self, value: Any, language: str) -> str | list[str]:
        """ "yes" for a ticked box."""
        return "yes" if value else ""

    def said(self, value: Any) -> list[str]:
        """Yes, where it is ticked."""
        return [str(_l("Yes"))] if value else []
