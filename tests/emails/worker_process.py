"""Workers as processes of their own, for tests that kill them. See `nursery.py`.

Each line on standard input begins one more worker and is answered by its number. They are forked from a process that
has everything loaded, so that a test can afford to kill many.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from flask import Flask

import portal
from portal import worker
from portal.clock import utc_now

LONGEST_LIFE = 60
"""Seconds after which a worker that nobody has ended ends itself."""


def main() -> None:
    """Begin workers until standard input is closed. The settings come as JSON on the command line."""
    settings = json.loads(sys.argv[1])
    clock = settings.pop("CLOCK", "")
    app = portal.create_app(**settings)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _ in sys.stdin:
        number = os.fork()
        if not number:
            try:
                signal.alarm(LONGEST_LIFE)
                work(app, clock)
            finally:
                os._exit(0)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


def work(app: Flask, clock: str) -> None:
    """What `flask worker` does; `clock` is a file with the seconds by which the clock is wrong."""
    if clock:
        wrong = worker.Worker(
            app, f"wrong-{os.getpid()}", lambda: utc_now() + timedelta(seconds=float(Path(clock).read_text()))
        )
        while True:
            worker._rest(wrong, 0 if wrong.one_pass() else app.config["WORKER_INTERVAL"])
    worker.run(app)


if __name__ == "__main__":
    main()
