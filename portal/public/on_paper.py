"""The forms on paper: a page for each, made of the form’s own fields, to be printed, filled in and sent by post.

Whoever has only the paper must be able to answer: what the pages link to or work out stands on it in full.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import campaign_words
from portal.affiliations import fees
from portal.clock import london_day, utc_now
from portal.extensions import db
from portal.public import addresses, context, language
from portal.public.blueprint import in_both_languages
from portal.submissions import registry
from portal.submissions.choosing import Tick
from portal.submissions.fields import Sentence
from portal.submissions.forms import FormContext, FormStep, StepForm
from portal.submissions.your_branch import BODIES

ON_A_LINE = frozenset({"union"})
"""Lists too long to print: the answer is written in."""
FOR_THE_SCREEN = frozenset({"union_text"})
"""Fields that stand beside a list on the screen; on paper there is one line for both."""
ON_PAPER: dict[str, Sentence] = {
    "union": _l("A trades council or another body writes its own name."),
    "minute": _l("Write it here, or send a copy with this form."),
}
"""Hints in place of those that speak of typing and lists."""
LINES = 4
"""So many lines stand for a box of several rows."""


@dataclass(frozen=True)
class Part:
    """One step on paper: what must be read before its questions is in paragraphs of lines, with their language."""

    title: Sentence
    heading: str
    paragraphs: list[list[str]]
    words_language: str
    questions: list[Question]


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
    return render_template("public/by_post.html", kinds=registry.of_branches(), titles=addresses.TITLES)


@in_both_languages("/<kind:kind>/by-post")
def paper_form(kind: str) -> ResponseReturnValue:
    """One form on paper."""
    found = registry.kind(kind)
    if found.heading is not None:
        # What a union body in Ukraine tells us is put into no envelope.
        abort(404)
    parts = [_part(step, FormContext(today=london_day(utc_now()), language=language.current())) for step in found.steps]
    return make_response(
        render_template("public/paper_form.html", kind=found, form_title=_(addresses.TITLES[kind]), parts=parts)
    )


def _part(step: FormStep, of: FormContext) -> Part:
    form = step.form(context=of)
    heading, paragraphs, words_language = "", list[list[str]](), of.language
    if "accepts_aims" in form:
        heading, paragraphs, words_language = _aims(form)
    elif "fee_wish" in form:
        heading, paragraphs = str(_("The yearly fee")), _fee_table()
    # On paper also those that a page shows only after an answer.
    asked = [each for name, each in form._fields.items() if name not in FOR_THE_SCREEN]
    return Part(step.title, heading, paragraphs, words_language, [_question(each) for each in asked])


def _aims(form: StepForm) -> tuple[str, list[list[str]], str]:
    """What a branch is asked to accept: nobody with a pen can follow a link to it."""
    words, written_in = campaign_words.shown(context.values(), "aims", language.current())
    if not words:
        return "", [[form.notice]], language.current()
    return str(_("Aims of the campaign")), campaign_words.paragraphs(words), written_in


def _fee_table() -> list[list[str]]:
    """The fees of each kind of body, from which the branch works out its own."""
    rows = fees.table(db.session())
    said = [
        [str(choice.label), *sentences]
        for choice in BODIES
        if (sentences := fees.sentences([row for row in rows if row.body_type == choice.value]))
    ]
    if any(row.is_example for row in rows):
        said.append([_("This is an example: the campaign sets the real fees.")])
    return [*said, [_("For any other body or size a coordinator will tell you the fee.")]]


def _question(field: Any) -> Question:
    label, hint = str(field.label.text), str(ON_PAPER.get(field.name, field.description or ""))
    if isinstance(field, Tick):
        return Question("", hint, (label,), 0)
    if field.name not in ON_A_LINE:
        choices = [str(choice.label) for choice in getattr(field, "choices", None) or () if choice.value]
        if choices:
            return Question(label, hint, tuple(choices), 0)
    return Question(label, hint, (), LINES if field.type == "Text" else 1)
