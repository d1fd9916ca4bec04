"""Fields of forms as HTML, drawn once and from then on only filled in: a page of a form has twenty of them.

How a field looks is the macro `field` in `templates/macros/forms.html`; what it asks, in the forms. What somebody
typed is never kept here: of a box for words the HTML before and after them is kept, of choices which are chosen.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Flask, current_app
from flask_babel import get_locale
from markupsafe import Markup, escape

from portal.submissions.answered import Answered
from portal.submissions.choosing import Tick
from portal.submissions.forms import StepForm

MOST = 1500
"""When so many drawings are kept, all are forgotten: sets of ticked boxes come and go."""
MARK = "\ue000"
"""Stands where the words will be, while a box for words is drawn; nobody can type it unseen."""
EXTENSION = "portal-drawings"


class Drawing(NamedTuple):
    """What is kept of a field: what it lets people choose from (for another list it no longer holds), and the HTML."""

    choices: Any
    before: Markup
    after: Markup


def init_app(app: Flask) -> None:
    """Give templates `drawn(form)`."""
    app.extensions[EXTENSION] = {}
    app.jinja_env.globals["drawn"] = drawn


def drawn(form: StepForm) -> Markup:
    """The fields of a form, each with its label, hint, error and control, as the macro draws them."""
    locale = get_locale()
    page = (type(form), locale.language if locale is not None else "")
    drawings: dict[Any, Drawing] = current_app.extensions[EXTENSION]
    # All of it is markup: joined as plain text, nothing is looked at for the third time.
    return Markup("".join([_draw(each) if each.errors else _filled_in(each, page, drawings) for each in form]))


def _filled_in(field: Any, page: tuple[type, str], drawings: dict[Any, Drawing]) -> str:
    """A field without errors, from what is kept of it where that still holds."""
    choices = getattr(field, "choices", None)
    chosen, words = None, Markup()
    if choices is not None:
        chosen = tuple(field.data) if isinstance(field.data, list) else field.data
        if not _are_among(chosen, choices):
            return _draw(field)
    elif isinstance(field, Tick):
        chosen = field.data
    else:
        words = escape(field._value())
    # Labels and hints that are set for one page are texts; those of the form itself are lazy, and the same for all.
    key = (
        page,
        field.name,
        field.is_optional,
        field.label.text if isinstance(field.label.text, str) else None,
        field.description if isinstance(field.description, str) else None,
        chosen,
    )
    kept = drawings.get(key)
    if kept is None or kept.choices != choices:
        kept = _keep(drawings, key, field, choices)
    return "".join((kept.before, words, kept.after))


def _are_among(chosen: Any, choices: Any) -> bool:
    """Whether what is chosen stands in the list: anything else was typed by somebody and is not kept."""
    values = chosen if isinstance(chosen, tuple) else (chosen,) if chosen else ()
    return not values or {choice.value for choice in choices}.issuperset(values)


def _keep(drawings: dict[Any, Drawing], key: object, field: Answered, choices: Any) -> Drawing:
    """Draw a field for all pages to come."""
    if choices is not None or isinstance(field, Tick):
        drawing = Drawing(choices, _draw(field), Markup())
    else:
        typed, field.data = field.data, MARK
        before, _, after = _draw(field).partition(MARK)
        field.data = typed
        drawing = Drawing(None, before, after)
    if len(drawings) >= MOST:
        drawings.clear()
    drawings[key] = drawing
    return drawing


def _draw(field: Answered) -> Markup:
    """The field by the macro itself."""
    macros: Any = current_app.jinja_env.get_template("macros/forms.html").module
    found: Markup = macros.field(field, optional=field.is_optional, **field.look)
    return found
