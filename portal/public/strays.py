"""Addresses that were copied with a little too much: a slash at the end, the full stop of the sentence, a bracket.

Whoever follows one is led to the page that was meant. Only public pages are found so.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, current_app, redirect, request
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response

STRAY = "/.,;:!?()[]{}<>|*\"'“”‘’«»… \t\r\n\u00a0"
"""What letters, chats and brackets leave at the end of an address; no address of ours ends in any of these."""


def init_app(app: Flask) -> None:
    """Look at every address that no page has."""
    app.before_request(lead_back)


def lead_back() -> Response | None:
    """To the page whose address this is without what was copied along; None where there is none."""
    if not isinstance(request.routing_exception, NotFound) or request.method not in ("GET", "HEAD"):
        return None
    path = request.path.rstrip(STRAY)
    if path == request.path or not _is_public(path):
        return None
    return to(path)


def to(path: str) -> Response:
    """A redirection to a path, with whatever was asked besides."""
    query = request.query_string.decode("ascii", "ignore")
    return redirect(quote(path) + (f"?{query}" if query else ""), 308)


def _is_public(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    try:
        found = adapter.match(path, method="GET") if adapter is not None else ("", {})
    except HTTPException:
        return False
    return str(found[0]).startswith("public.")
