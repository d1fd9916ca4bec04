"""The addresses of our own pages, remembered: a page names thirty of them, and putting one together is slow.

Which page stands where is decided by the routes; the language of an address by `portal.public.language`.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, has_request_context

from portal.public import language

MOST = 2000
"""When so many are remembered, all are forgotten: addresses with numbers of requests in them come and go."""


class Portal(Flask):
    """The application, whose `url_for` remembers what it answered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remembered: dict[tuple[Any, ...], str] = {}

    def url_for(self, endpoint: str, **values: Any) -> str:
        """The address of a page, as Flask makes it. It depends on its values and on the page's language only."""
        if endpoint.startswith(".") or not has_request_context():
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
