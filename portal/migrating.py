"""Bringing the tables up to date, by Flask-Migrate and Alembic.

Only commands load this. What the migrations do stands in `migrations/`.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate, upgrade

from portal.extensions import db

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
_migrate = Migrate(render_as_batch=True)


def init_app(app: Flask) -> None:
    """Tell Flask-Migrate where our migrations stand; its functions then work in the application's context."""
    _migrate.init_app(app, db, directory=str(MIGRATIONS))


def bring_up_to_date(app: Flask) -> None:
    """Run the migrations that the database has not seen. Needs an application context."""
    init_app(app)
    upgrade()
