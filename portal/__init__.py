"""The portal of the Ukraine Solidarity Campaign: `create_app` puts the pieces together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask

import config
from portal import (
    accounts,
    affiliations,
    assets,
    commands,
    dashboard,
    drawing,
    errors,
    health,
    limits,
    logs,
    public,
    security,
    speakers,
    translating,
    twinning,
    typed_back,
)
from portal.application import Portal
from portal.extensions import babel, csrf, db, login_manager, mail

KINDS = (speakers, twinning, affiliations)
"""The packages of the kinds of request: importing one makes its kind known."""

ROOT = Path(__file__).resolve().parent.parent


def create_app(**overrides: Any) -> Flask:
    """Build the application. `overrides` win over the environment; see `config.py` for the settings."""
    settings = config.load(**overrides)
    app = Portal(__name__, template_folder=str(ROOT / "templates"))
    app.config.update(settings)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}

    logs.init_app(app)
    security.init_app(app)
    db.init_app(app)
    csrf.init_app(app)
    mail.init_app(app)
    babel.init_app(app)
    translating.init_app(app)
    login_manager.init_app(app)

    limits.init_app(app)
    typed_back.init_app(app)
    errors.init_app(app)
    assets.init_app(app)
    drawing.init_app(app)
    health.init_app(app)
    accounts.init_app(app)
    public.init_app(app)
    dashboard.init_app(app)
    commands.init_app(app)
    return app
