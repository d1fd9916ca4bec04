"""How a message becomes words, fast: a page of a form asks for over a hundred messages.

Flask-Babel would read its catalogues anew for every request. Which language is spoken is decided in
`portal.public.language`; the words stand in the catalogues under `portal/translations/`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import cache, lru_cache
from typing import Any

from babel.support import NullTranslations
from flask import Flask
from flask_babel import Domain, force_locale, get_locale
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
        language = _language()
        found = self.by_language.get(language)
        if found is None:
            found = super().get_translations()
            if language:
                self.by_language[language] = found
        return found


def init_app(app: Flask) -> None:
    """Use the kept catalogues for every request, in Python and in templates. Call it after Flask-Babel's own."""
    kept = KeptDomain()
    says = speaker(kept)
    app.before_request(kept.as_default)

    def say(message: str, **variables: Any) -> Markup:
        return says(_language())(message, **variables)

    def spoken_here() -> dict[str, Any]:
        """A page has one language: what it says itself need not ask which. Macros, which serve all pages, do."""
        return {"_": says(_language())}

    app.jinja_env.globals["_"] = say
    app.context_processor(spoken_here)


def speaker(kept: KeptDomain) -> Callable[[str], Callable[..., Markup]]:
    """What templates know as `_`, for each language: like Jinja's own, but what it has said once lies ready."""

    @cache
    def in_language(language: str) -> Callable[..., Markup]:
        @lru_cache(maxsize=MOST)
        def plain(message: str) -> Markup:
            return said(message) % {}

        @lru_cache(maxsize=MOST)
        def said(message: str) -> Markup:
            with force_locale(language) if language else nullcontext():
                return Markup(kept.get_translations().ugettext(message))

        def say(message: str, **variables: Any) -> Markup:
            return said(str(message)) % variables if variables else plain(str(message))

        return say

    return in_language


def _language() -> str:
    """The language that is spoken now; empty without a request."""
    locale = get_locale()
    return locale.language if locale is not None else ""
