"""A worker as a process of its own, for tests that kill it: the settings come as JSON on the command line."""

from __future__ import annotations

import json
import sys
import time

import portal
import portal.submissions.models
from portal.clock import utc_now
from portal.emails import outbox
from portal.emails.transport import choose_transport
from portal.extensions import db


def main() -> None:
    """Deliver until nothing waits any more, or for 20 seconds."""
    app = portal.create_app(**json.loads(sys.argv[1]))
    until = time.monotonic() + 20
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    with app.app_context():
        while time.monotonic() < until:
            done = outbox.deliver_due(utc_now, choose_transport(app.config), sys.argv[2], 100)
            waiting = outbox.status(db.session()).queued
            db.session.remove()
            if not waiting:
                return
            if not done.sent:
                time.sleep(0.05)


if __name__ == "__main__":
    main()
