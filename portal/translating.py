"""How a message becomes words, fast: a page of a form asks for over a hundred messages.

Flask-Babel would read its catalogues anew for every request. Which language is spoken is decided in
`portal.public.language`; the words stand in the catalogues under `portal/translations/`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from babel.support import NullTranslations
from flask import Flask
from flask_babel import Domain, get_locale
from markupsafe import Markup

EXTENSION = "portal-words"
MOST = 4000
"""How many messages a process keeps ready for its templates; there are about a thousand in each language."""


class KeptDomain(Domain):
    """The catalogues, read once a process."""

    def __init__(self) -> None:
        super().__init__()
        self.by_language: dict[str, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        """The catalogue of the language that is spoken; without a request, the messages themselves."""
        locale = get_locale()
        language = locale.language if locale is not None else ""
        found = self.by_language.get(language)
        if found is None:
            found = super().get_translations()
            if language:
                self.by_language[language] = found
        return found


def init_app(app: Flask) -> None:
    """Use the kept catalogues for every request, in Python and in templates. Call it after Flask-Babel's own."""
    kept = KeptDomain()
    app.before_request(kept.as_default)
    app.jinja_env.globals["_"] = speaker(kept)


def speaker(kept: KeptDomain) -> Callable[..., Markup]:
    """What templates know as `_`: like Jinja's own, but what it has said once lies ready."""

    @lru_cache(maxsize=MOST)
    def said(language: str, message: str) -> Markup:
        return Markup(kept.get_translations().ugettext(message))

    def say(message: str, **variables: Any) -> Markup:
        locale = get_locale()
        language = locale.language if locale is not None else ""
        return said(language, str(message)) % variables if variables else plain(language, str(message))

    @lru_cache(maxsize=MOST)
    def plain(language: str, message: str) -> Markup:
        return said(language, message) % {}

    return say
