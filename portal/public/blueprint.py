"""The blueprint of the public pages. The modules beside this one add their pages to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("public", __name__)
