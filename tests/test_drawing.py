"""What is kept of a drawn field is what the macro would draw again, whatever was typed or chosen."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from markupsafe import Markup

from portal import drawing
from portal.clock import london_day, utc_now
from portal.submissions import registry
from portal.submissions.forms import FormContext, FormStep

STEPS = [(kind.name, step) for kind in registry.kinds() for step in kind.steps]
TYPED = [
    {},
    {"contact_name": 'O’Connor <b> & "Sons"', "branch_name": "x\ue000y", "notes": "One\n\ntwo", "language": "uk"},
    {"topics": ["resistance"], "union": "unison", "share": "yes", "region_slug": "wales", "wanted_speaker": "both"},
    {"topics": ["what nobody offered"], "union": "no such union", "wanted_speaker": "<script>"},
]


def by_macro(app: Flask, form: Any) -> Markup:
    macros: Any = app.jinja_env.get_template("macros/forms.html").module
    return Markup("").join(macros.field(each, optional=each.is_optional, **each.look) for each in form)


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize(("kind", "step"), STEPS)
def test_a_kept_field_is_drawn_as_by_the_macro(app: Flask, kind: str, step: FormStep, language: str) -> None:
    context = FormContext(london_day(utc_now()), language)
    with app.test_request_context("/"), force_locale(language):
        for _twice in range(2):
            for typed in TYPED:
                form = step.form.from_raw(typed, context)
                assert drawing.drawn(form) == by_macro(app, form)
                form.validate()
                assert drawing.drawn(form) == by_macro(app, form)
            untouched = step.form(context=context)
            assert drawing.drawn(untouched) == by_macro(app, untouched)


def test_nothing_that_was_typed_is_kept(app: Flask) -> None:
    context = FormContext(london_day(utc_now()))
    secret = "Mrs Secret-Surname"
    with app.test_request_context("/"):
        for _kind, step in STEPS:
            typed = dict.fromkeys(step.form(context=context)._fields, secret)
            drawing.drawn(step.form.from_raw(typed, context))
        assert app.extensions[drawing.EXTENSION]
        assert secret not in repr(app.extensions[drawing.EXTENSION])


def test_the_drawings_do_not_grow_without_an_end(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "MOST", 20)
    context = FormContext(london_day(utc_now()))
    with app.test_request_context("/"):
        for _kind, step in STEPS:
            drawing.drawn(step.form(context=context))
            assert len(app.extensions[drawing.EXTENSION]) <= 20
