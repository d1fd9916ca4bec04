"""The application for a WSGI server and for the flask command."""

from __future__ import annotations

import sys

from flask import Flask

from config import ConfigurationError
from portal import commands, create_app

try:
    app = create_app()
except ConfigurationError as error:
    if "--help" not in sys.argv:
        sys.exit(f"The portal cannot start: {error}")
    # What the commands are for can be read before anything is set.
    app = Flask("portal")
    commands.init_app(app)
