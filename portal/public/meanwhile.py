"""Two people at one request, as far as its branch is concerned: what a page showed, and what has changed under it.

A page to change details carries a mark of each answer that it was drawn from. A field that somebody else has changed
since is never overwritten unseen: the page is drawn again, with what was typed and what stands now.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from portal.public import language
from portal.submissions import intake
from portal.submissions.forms import FormContext, Raw, StepForm
from portal.submissions.models import Submission
from portal.submissions.typed import clean_text

FIELD = "shown"
"""The name of the hidden field that holds the marks."""
LENGTH = 12


def marks(submission: Submission, step: str, form: StepForm) -> str:
    """The marks of what stands in a step now, for the fields that are drawn, in the page's language."""
    return marks_of(intake.answers_of(submission, language.current())[step], form)


def marks_of(stored: Raw, form: StepForm) -> str:
    """The same for a form about anything else, by what stands now."""
    names = [field.short_name for field in form]
    return " ".join([language.current(), *(f"{name}={_mark(stored[name])}" for name in names if name in stored)])


def changed(submission: Submission, step: str, raw: Raw, shown: str) -> dict[str, bool]:
    """The fields that somebody else has changed since a page was drawn, and for each whether it was typed into.

    `shown` is what `marks` gave then; without it nothing is compared. Who typed what stands now anyway agrees.
    """
    return changed_in(lambda tongue: intake.answers_of(submission, tongue)[step], raw, shown)


def changed_in(stored_in: Callable[[str], Raw], raw: Raw, shown: str) -> dict[str, bool]:
    """The same for a form about anything else; `stored_in` gives what stands now, in a language."""
    tongue, *pairs = shown.split() or [""]
    if tongue not in language.LANGUAGES:
        return {}
    stored = stored_in(tongue)
    found = {}
    for name, was in (pair.split("=", 1) for pair in pairs if "=" in pair):
        if name not in stored or name not in raw:
            continue
        now, typed = _mark(stored[name]), _mark(raw[name])
        if now not in (was, typed):
            found[name] = typed != was
    return found


def drawn_again(
    submission: Submission, step: str, raw: Raw, moved: Mapping[str, bool], context: FormContext, button: str
) -> StepForm:
    """The step with what was typed, and beside each field that has changed meanwhile what stands there now."""
    stored = intake.answers_of(submission, context.language)[step]
    kept = {name: given if moved.get(name, True) else stored[name] for name, given in raw.items()}
    form = intake.change_form(submission, step, kept, context)
    told = {
        row.field_id: "; ".join(row.value)
        for each, rows in intake.summary_of(submission, context.language)
        if each.name == step
        for row in rows
    }
    say_what_stands(form, {name: told.get(name) or as_words(stored[name]) for name in moved}, moved, button)
    return form


def say_what_stands(form: StepForm, now_says: Mapping[str, str], moved: Mapping[str, bool], button: str) -> None:
    """Put beside each field that has changed meanwhile what stands there now."""
    form.form_errors = [
        _("What you typed is kept. Look at what stands now, then press “%(button)s” again.", button=button)
    ]
    for name, is_typed in moved.items():
        now = now_says[name] or _("nothing")
        words = _("You typed something else. Now it says: %(words)s", words=now)
        form[name].errors = [words if is_typed else _("Now it says: %(words)s", words=now)]
        form[name].is_unnamed = True


def as_words(given: Any) -> str:
    """An answer as it was typed, in one line."""
    return "; ".join(given) if isinstance(given, list) else str(given)


def _mark(given: Any) -> str:
    """A short mark of an answer; blanks and line ends that a browser makes of its own do not count."""
    plain = sorted(given) if isinstance(given, list) else clean_text(str(given))
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:LENGTH]
