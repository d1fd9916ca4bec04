"""Coordinators' accounts, roles and signing in."""

from __future__ import annotations

from flask import Flask

from portal.accounts import browser, views
from portal.extensions import login_manager


def init_app(app: Flask) -> None:
    """Register the pages and say how sessions are checked; `create_app` binds `login_manager`."""
    browser.init_app(app)
    login_manager.unauthorized_handler(views.ask_to_sign_in)
    app.register_blueprint(views.blueprint)
