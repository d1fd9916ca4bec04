"""What somebody typed, told back to them in the words of the form, on pages about something that went wrong.

Fields that people never see are left out, and so are secrets. Nothing here asks the database: it may be what failed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from flask import Flask, current_app
from flask_babel import force_locale, get_locale
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException
from wtforms import Form

from portal import settings
from portal.accounts.kept import may_be_kept
from portal.directory.tables import read_table
from portal.submissions import at_desk as desk_words
from portal.submissions import registry
from portal.submissions.fields import Sentence
from portal.submissions.forms import FormStep, StepForm, blank
from portal.submissions.moves import move_form
from portal.submissions.your_branch import UnionPicker

UNSEEN = frozenset(
    {"version", "opened", "step", "to", "once", "copy", "ids", "back", "view", "next", "kept_path", "shown", "website"}
    | {"clear", "digest", "act"}
)
"""Names of hidden fields, of buttons and of the spam trap."""
LETTER_BOX = re.compile(r"(subject|body|key)-[0-9]{1,3}")
PLAIN: Mapping[str, Sentence] = {
    "note": "Note for the team",
    "message": _l("Your message"),
    "email": _l("Your email address"),
    "reference": _l("Reference"),
    "subject": "Subject of the letter",
    "body": "Words of the letter",
    "channel": "How it came",
    "settled": "That settles what the branch wrote",
}
"""What fields are called that stand in no form of a step or a move."""
CAMPAIGN = "dashboard.campaign_settings"
APART = "--"
"""Stands between the name of a step and that of a field where several steps stand on one page."""

own_forms: dict[str, Callable[[], Form]] = {}
"""Other forms, by the endpoint they are sent to. The packages that have them say so here."""


def init_app(app: Flask) -> None:
    """Give templates `typed_back(fields, path)`."""
    app.jinja_env.globals["typed_back"] = typed_back


def typed_back(sent: list[tuple[str, str]] | tuple[tuple[str, str], ...], path: str) -> list[tuple[str, str]]:
    """Label and words of what was typed into the form that was sent to `path`, in the order of the page."""
    given: dict[str, list[str]] = {}
    for name, value in sent:
        if value.strip() and may_be_kept(name) and name not in UNSEEN and not name.startswith("key-"):
            given.setdefault(name, []).append(value)
    endpoint, args = _endpoint(path)
    language = "en" if path.startswith("/dashboard") else getattr(get_locale(), "language", "en")
    with force_locale(language):
        known = _fields(endpoint, args, set(given), language)
        return [
            (_label(name, known.get(name), endpoint), "\n".join(_words(known.get(name), values)))
            for name, values in given.items()
        ]


def _endpoint(path: str) -> tuple[str, Mapping[str, Any]]:
    """The page that a path leads to, with the parts of its address."""
    try:
        endpoint, args = current_app.url_map.bind("").match(path.partition("?")[0], method="POST")
    except HTTPException:
        return "", {}
    return str(endpoint), args


def _fields(endpoint: str, args: Mapping[str, Any], names: set[str], language: str) -> dict[str, Any]:
    """The fields of the form that was sent, by the names they were sent under.

    Where an address does not say the kind of the request, the kind whose form has most of the names is meant.
    """
    if endpoint in own_forms:
        return dict(own_forms[endpoint]()._fields)
    is_desk = endpoint.startswith("dashboard.")
    kinds = [kind for kind in registry.kinds() if args.get("kind", kind.name) == kind.name]
    if "kind" in args and "step" not in args:
        return {
            f"{step.name}{APART}{name}": field
            for kind in kinds
            for step in kind.steps
            for name, field in _blank(step, language, at_desk=is_desk)._fields.items()
        }
    found: list[dict[str, Any]] = [{}]
    for kind in kinds:
        steps = [step for step in kind.steps if step.name == args.get("step")]
        found += [dict(_blank(step, language, at_desk=is_desk)._fields) for step in steps]
        rows = [row for row in kind.workflow.transitions if row.name == args.get("name", _MOVES.get(endpoint))]
        found += [dict(move_form(row, at_desk=is_desk)()._fields) for row in rows]
    return max(found, key=lambda fields: len(names & set(fields)))


def _blank(step: FormStep, language: str, *, at_desk: bool) -> StepForm:
    """An empty step in the words in which it was shown."""
    return desk_words.blank(step.form) if at_desk else blank(step.form, language)


_MOVES = {"public.track_answer": "answer"}
"""Moves with an address of their own."""


def _label(name: str, field: Any, endpoint: str) -> str:
    """What the form called a field."""
    if field is not None:
        return str(field.label.text)
    if endpoint == CAMPAIGN and name in {each.name for each in settings.SETTINGS}:
        return settings.setting(name).label
    box = LETTER_BOX.fullmatch(name)
    plain = PLAIN.get(box[1] if box else name)
    return str(plain) if plain else name.replace("_", " ").replace("-", " ").strip().capitalize()


def _words(field: Any, values: list[str]) -> Iterator[str]:
    """The answers as the page showed them: of a list the words, not what stands for them in code."""
    if isinstance(field, UnionPicker):
        yield from (_unions().get(value, value) for value in values)
        return
    choices = {choice.value: str(choice.label) for choice in getattr(field, "choices", None) or ()}
    is_tick = getattr(field, "type", "") == "Tick"
    yield from (str(_l("Yes")) if is_tick else choices.get(value, value) for value in values)


@cache
def _unions() -> Mapping[str, str]:
    """The everyday names of the unions by their slugs."""
    return {row["slug"]: row["short_name"] for row in read_table("uk_unions")}
