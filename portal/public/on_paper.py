"""The forms on paper: a page for each, made of the form’s own fields, to be printed, filled in and sent by post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.clock import london_day, utc_now
from portal.public import addresses, language
from portal.public.blueprint import in_both_languages
from portal.submissions import registry
from portal.submissions.choosing import Tick
from portal.submissions.forms import FormContext, StepForm

MOST_BOXES = 25
"""A list of more answers than these is a line to write on."""
FOR_THE_SCREEN = frozenset({"union", "minute"})
"""Fields whose hint speaks of typing and lists."""
LINES = 4
"""So many lines stand for a box of several rows."""


@dataclass(frozen=True)
class Question:
    """One field on paper: what is asked, boxes to tick (each with its words), or lines to write on."""

    label: str
    hint: str
    boxes: tuple[str, ...]
    lines: int


@in_both_languages("/by-post")
def by_post() -> ResponseReturnValue:
    """Which forms there are on paper, and where to send them."""
    return render_template("public/by_post.html", kinds=registry.kinds(), titles=addresses.TITLES)


@in_both_languages("/<kind:kind>/by-post")
def paper_form(kind: str) -> ResponseReturnValue:
    """One form on paper."""
    found = registry.kind(kind)
    context = FormContext(today=london_day(utc_now()), language=language.current())
    parts = [(step.title, [_question(each) for each in _asked(step.form(context=context))]) for step in found.steps]
    return make_response(
        render_template("public/paper_form.html", kind=found, form_title=_(addresses.TITLES[kind]), parts=parts)
    )


def _asked(form: StepForm) -> list[Any]:
    """The fields of a step; on paper also those that a page shows only after an answer."""
    return list(form._fields.values())


def _question(field: Any) -> Question:
    label, hint = str(field.label.text), "" if field.name in FOR_THE_SCREEN else str(field.description or "")
    if isinstance(field, Tick):
        return Question("", hint, (label,), 0)
    choices = [str(choice.label) for choice in getattr(field, "choices", None) or () if choice.value]
    if 0 < len(choices) <= MOST_BOXES:
        return Question(label, hint, tuple(choices), 0)
    return Question(label, hint, (), LINES if field.type == "Text" else 1)
