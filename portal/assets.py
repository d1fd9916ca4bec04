"""Static files: served before Flask sees the request, for ever cacheable because their address carries their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

from portal.security import headers_for

STATIC = Path(__file__).resolve().parent / "static"
YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Serve `portal/static/` and give templates `asset_url`."""
    prefix = "/static/"

    def asset_url(filename: str) -> str:
        """The address of a static file, with the hash of its contents."""
        return f"{prefix}{filename}?v={fingerprint(filename)}"

    app.jinja_env.globals["asset_url"] = asset_url
    wrapped: Any = app
    wrapped.wsgi_app = WhiteNoise(
        app.wsgi_app, root=str(STATIC), prefix=prefix, max_age=YEAR, add_headers_function=_adding(headers_for(app))
    )


@lru_cache(maxsize=256)
def fingerprint(filename: str) -> str:
    """The first eight digits of the file's SHA-256; a file that is not there has none."""
    path = STATIC / filename
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8] if path.is_file() else ""


def _adding(everywhere: dict[str, str]) -> Callable[[Headers, str, str], None]:
    """What adds the headers that stand on every answer, static ones too."""

    def add(headers: Headers, path: str, url: str) -> None:
        for name, value in everywhere.items():
            headers[name] = value

    return add
