"""The blueprint of the Solidarity desk, to which the modules of this package add their pages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("dashboard", __name__, url_prefix="/dashboard")
