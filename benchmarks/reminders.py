"""What a pass over the follow-ups costs when little is due. Printed by `make bench`; the target is 2 s of CPU."""

from __future__ import annotations

import time
from datetime import timedelta

from benchmarks.serve import settings
from portal import create_app
from portal.clock import utc_now
from portal.extensions import db
from portal.submissions import reminders

MOST_SECONDS = 2.0


def measured_pass(database: str) -> tuple[float, int, float]:
    """CPU seconds of a pass that finds nothing new, how many requests the first pass had, and its seconds for each.

    The invented requests come without a past: on the first pass all that is due by now comes at once.
    """
    app = create_app(**settings(database))
    # A Wednesday morning: neither the hour nor the day holds anything back.
    now = utc_now().replace(hour=10) + timedelta(days=(2 - utc_now().weekday()) % 7)
    with app.app_context():
        first = reminders.ready(db.session(), now)
        started = time.process_time()
        for number in first:
            reminders.remind(db.session(), number, now)
            db.session.commit()
        each = (time.process_time() - started) / max(len(first), 1)
        # A move opens the way for what follows it.
        for number in reminders.ready(db.session(), now):
            reminders.remind(db.session(), number, now)
            db.session.commit()
        started = time.process_time()
        reminders.ready(db.session(), now)
        took = time.process_time() - started
        db.session.remove()
        db.engine.dispose()
    return took, len(first), each
