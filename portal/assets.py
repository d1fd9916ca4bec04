"""Static files: served before Flask sees the request, for ever cacheable because their address carries their hash."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise
from wsgiref.headers import Headers

STATIC = Path(__file__).resolve().parent / "static"
YEAR = 365 * 24 * 3600
ICON = "img/emblem.svg"


def init_app(app: Flask) -> None:
    """Serve `portal/static/` and give templates `asset_url`."""
    prefix = "/static/"

    def asset_url(filename: str) -> str:
        """The address of a static file, with the hash of its contents."""
        return f"{prefix}{filename}?v={fingerprint(filename)}"

    app.jinja_env.globals["asset_url"] = asset_url
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=str(STATIC), prefix=prefix, max_age=YEAR, add_headers_function=_headers
    )


@lru_cache(maxsize=256)
def fingerprint(filename: str) -> str:
    """The first eight digits of the file's SHA-256; a file that is not there has none."""
    path = STATIC / filename
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8] if path.is_file() else ""


def _headers(headers: Headers, path: str, url: str) -> None:
    """What must stand on every answer, static ones too."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
