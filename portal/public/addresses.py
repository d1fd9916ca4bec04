"""The words that stand in the addresses of the forms, and what their pages are called."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter

from portal.submissions.workflow import N_

PATHS = {
    "speaker": "invite-a-speaker",
    "twinning": "twin",
    "affiliation": "affiliate",
    "ukrainian": "unions-in-ukraine",
}
"""The kind's name in code and the word in its address."""

TITLES = {
    "speaker": N_("Invite a speaker"),
    "twinning": N_("Propose a twinning"),
    "affiliation": N_("Affiliate your branch"),
    "ukrainian": N_("For unions in Ukraine: find a twin"),
}
"""What the form of each kind is called."""

_KINDS = {path: kind for kind, path in PATHS.items()}


class KindConverter(BaseConverter):
    """Reads "/invite-a-speaker" as the kind "speaker", and writes it so."""

    regex = "|".join(PATHS.values())

    def to_python(self, value: str) -> str:
        """The kind's name in code."""
        return _KINDS[value]

    def to_url(self, value: str) -> str:
        """The word in the address."""
        return PATHS[value]


def init_app(app: Flask) -> None:
    """Make `<kind:…>` known. Call it before the blueprint is registered."""
    app.url_map.converters["kind"] = KindConverter
