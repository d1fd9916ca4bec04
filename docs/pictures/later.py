"""Runs a command of the portal as if it were later: `python -m docs.pictures.later 86400 serve` serves tomorrow.

The story of a request goes on for weeks, and its pictures are taken in minutes. The portal asks one module for the
time, and that one looks at another clock here.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, tzinfo

from flask.cli import main

from portal import clock


def run(seconds: int, arguments: list[str]) -> None:
    """Run the command with a clock that goes that many seconds ahead."""
    ahead = timedelta(seconds=seconds)

    class Later(datetime):
        """The moment as it will be."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + ahead

    clock.datetime = Later  # type: ignore[misc]
    sys.argv = ["flask", "--app", "wsgi", *arguments]
    main()


if __name__ == "__main__":
    run(int(sys.argv[1]), sys.argv[2:])
