"""The application that a command was called for."""

from __future__ import annotations

import sys
from typing import Any

from flask import Flask, current_app
from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, OperationalError

from portal.extensions import db


def running_app() -> Flask:
    """The application itself, where Flask would hand out its stand-in."""
    running: Any = current_app
    app: Flask = running._get_current_object()
    return app


def reach_database() -> None:
    """End the command with a sentence where the database does not answer. Needs an application context."""
    try:
        db.session.execute(text("SELECT 1"))
    except (OperationalError, InterfaceError):
        sys.exit("The database does not answer. Nothing was changed. Does its server run, and is DATABASE_URL right?")
    db.session.rollback()
