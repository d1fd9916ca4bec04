"""The blueprint of the public pages, and how a page gets its English and its Ukrainian address.

The modules beside this one add their pages to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint

from portal.extensions import csrf
from portal.public import language

blueprint = Blueprint("public", __name__)
blueprint.url_value_preprocessor(language.take_from_address)

# The views check the token themselves: a page whose token has run out is drawn again with what was typed.
csrf.exempt(blueprint)

PRIVATE_PAGES = ("track", "body")
"""The words in the address of a private page: a branch’s, and that of a union body in Ukraine."""
blueprint.url_value_preprocessor(language.take_page_from_address)

View = TypeVar("View", bound=Callable[..., Any])


def in_both_languages(rule: str, *, method: str = "GET") -> Callable[[View], View]:
    """Put a view at `rule` for English and at `/uk` + `rule` for Ukrainian, under one endpoint."""

    def put(view: View) -> View:
        for code, prefix in (("en", ""), ("uk", "/uk")):
            blueprint.add_url_rule(prefix + rule, view_func=view, methods=[method], defaults={"lang": code})
        return view

    return put


def on_both_private_pages(rule: str, *, method: str = "GET") -> Callable[[View], View]:
    """Put a view at "/track" + `rule` and at "/body" + `rule`, under one endpoint: who sent it is another person."""

    def put(view: View) -> View:
        for page in PRIVATE_PAGES:
            blueprint.add_url_rule(f"/{page}{rule}", view_func=view, methods=[method], defaults={"page": page})
        return view

    return put
