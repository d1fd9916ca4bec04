"""Four weeks over Christmas with one worker that never stops: who got which letter on which day."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta
from functools import partial

from sqlalchemy import select

from portal.clock import LONDON
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions.promises import is_working_day
from portal.worker import Worker
from tests.submissions.clockwork import Clockwork, london

DIGEST = "coordinator/digest"
FIRST, DAYS = date(2026, 12, 14), 26


def test_letters_among_ourselves_come_once_and_on_working_days_only(clockwork: Clockwork) -> None:
    maria, ben = clockwork.coordinator("Maria Kovalenko"), clockwork.coordinator("Ben Okafor")
    clockwork.away(maria, "2026-12-21", "2027-01-03", ben)
    worker = Worker(clockwork.app, "worker")
    owners = (maria, ben, None)
    numbers = []
    for day in (FIRST + timedelta(days=each) for each in range(DAYS)):
        if day.weekday() in (0, 3):
            owner = owners[len(numbers) % 3]
            numbers.append(clockwork.request(f"{day} 01:00", owner, heading=f"Branch {len(numbers)}"))
        for hour in ("02:10", "07:00", "07:35", "11:55", "12:10", "19:50"):
            worker.now = partial(london, f"{day} {hour}")
            worker.one_pass()
    with clockwork.app.app_context():
        rows = db.session.execute(
            select(OutboxEmail.template, OutboxEmail.to_address, OutboxEmail.queued_at, OutboxEmail.state).where(
                OutboxEmail.template.startswith("coordinator/")
            )
        ).all()
    assert {row.state for row in rows} == {"sent"}
    written: Counter[tuple[str, str, date]] = Counter()
    for row in rows:
        local = row.queued_at.astimezone(LONDON)
        assert is_working_day(local.date()), f"{row.template} on {local}"
        assert time(7, 30) <= local.time() < time(20)
        written[row.template, row.to_address, local.date()] += 1
    assert set(written.values()) == {1}
    mornings = [day for day in (FIRST + timedelta(days=each) for each in range(DAYS)) if is_working_day(day)]
    assert date(2026, 12, 28) not in mornings, "it stands in for Boxing Day"
    of_ben = {day for name, to, day in written if (name, to) == (DIGEST, "ben@example.org")}
    assert of_ben == {day for day in mornings if day >= date(2026, 12, 17)}, "before that nothing waits for him"
    of_maria = {day for name, to, day in written if (name, to) == (DIGEST, "maria@example.org")}
    assert of_maria == {day for day in mornings if not date(2026, 12, 21) <= day <= date(2027, 1, 3)}
    # Nobody ever acted: what had an owner has none any more, and each was told of once.
    assert clockwork.sql(
        "SELECT count(*) FROM submissions WHERE coordinator_id IS NOT NULL AND due_on < '2027-01-07'"
    ) == [(0,)]
    handed_back = clockwork.sql("SELECT submission_id FROM events WHERE name = 'assigned' AND actor = 'worker'")
    assert len(handed_back) == len(set(handed_back)) > 0
    assert clockwork.tasks() == []
