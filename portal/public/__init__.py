"""What a branch sees, and whoever holds a private link.

Each module adds its pages to the one blueprint; what requests are and may become is decided in the data packages.
"""

from __future__ import annotations

from flask import Flask

from portal.public.blueprint import blueprint

PAGES = ()
"""The modules that add pages; naming them here is what loads them."""


def init_app(app: Flask) -> None:
    """Register the public pages."""
    app.register_blueprint(blueprint)
