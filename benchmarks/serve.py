"""Serves the portal or the floor for a measurement: `python -m benchmarks.serve portal|floor PORT DATABASE`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from flask import Flask

from benchmarks import floor
from portal import create_app, server

UNLIMITED = "100000000 per hour"


def settings(database: str, port: int = 0) -> dict[str, Any]:
    """The portal's settings for a measurement: production's shape, without limits in the way."""
    return {
        "PORTAL_ENV": "test",
        "TESTING": False,
        "DATA_DIR": str(Path(database).parent),
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{database}",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SECRET_KEY": "benchmark-secret-key-of-more-than-32-characters",
        "LINK_KEY": "benchmark-link-key-of-more-than-32-characters-",
        "FIELD_KEY": "benchmark-field-key-of-more-than-32-characters-",
        "FORM_MINIMUM_SECONDS": 0,
        "LIMIT_FORM_PER_ADDRESS": UNLIMITED,
        "LIMIT_FORM_IN_ALL": UNLIMITED,
        "LIMIT_DRAFTS_PER_ADDRESS": UNLIMITED,
        "LIMIT_DRAFTS_IN_ALL": UNLIMITED,
        "LIMIT_SIGN_IN": UNLIMITED,
        "LIMIT_RESEND_LINK": UNLIMITED,
        "WEB_THREADS": 2,
    }


def main() -> None:
    """Serve until terminated."""
    which, port, database = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    app: Flask = floor.make(database) if which == "floor" else create_app(**settings(database, port))
    app.config.setdefault("WEB_THREADS", 2)
    server.serve(app, server.listen("127.0.0.1", port))


if __name__ == "__main__":
    main()
