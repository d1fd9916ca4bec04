"""The application for a WSGI server and for the flask command."""

from __future__ import annotations

import sys

from config import ConfigurationError
from portal import create_app

try:
    app = create_app()
except ConfigurationError as error:
    sys.exit(f"The portal cannot start: {error}")
