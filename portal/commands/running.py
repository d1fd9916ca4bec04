"""The application that a command was called for."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app


def running_app() -> Flask:
    """The application itself, where Flask would hand out its stand-in."""
    running: Any = current_app
    app: Flask = running._get_current_object()
    return app
