"""The application itself, spared two slow things: putting the addresses of its pages together (a page names thirty),
and the globals of its templates.

Which page stands where is decided by the routes; the language of an address by `portal.public.language`.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from flask import Flask, has_request_context
from flask.templating import Environment

from portal.public import language

MOST = 2000
"""When so many are remembered, all are forgotten: addresses with numbers of requests in them come and go."""


PASSING = frozenset({"token", "q", "back", "after"})
"""Values that are somebody's own or never come again: an address with one of them is not remembered."""


class Templates(Environment):
    """The templates' environment. All templates have the same globals, so each may hold the very ones.

    Jinja lays an empty map over them for each template, and then looks through both for every import on a page.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template: ours, unless it has some of its own."""
        return super().make_globals(d) if d else self.globals


class Portal(Flask):
    """The application, whose `url_for` remembers what it answered."""

    jinja_environment = Templates

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remembered: dict[tuple[Any, ...], str] = {}

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: none of ours is asynchronous, and Flask asks of twenty on each page."""
        return func

    def url_for(self, endpoint: str, **values: Any) -> str:
        """The address of a page, as Flask makes it. It depends on its values and on the page's language only."""
        if endpoint.startswith(".") or not has_request_context() or not PASSING.isdisjoint(values):
            return super().url_for(endpoint, **values)
        # Values of different types may be equal (1 and True), and yet give different addresses.
        key = (endpoint, language.current(), *((name, type(value), value) for name, value in values.items()))
        try:
            known = self.remembered.get(key)
        except TypeError:
            # A list of values, as for the filters of a page, is no key.
            return super().url_for(endpoint, **values)
        if known is None:
            known = super().url_for(endpoint, **values)
            if len(self.remembered) >= MOST:
                self.remembered.clear()
            self.remembered[key] = known
        return known
