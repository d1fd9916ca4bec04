"""Speakers, requests and plans for tests: as the register, the form and the desk write them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from portal.extensions import db
from portal.jobs import keeping
from portal.planning import making, plans
from portal.speakers.models import SpeakerRequest
from portal.speakers.plan_rows import Plan
from portal.speakers.register import Speaker
from tests.speakers.rows import DAY, NOW, a_request, a_speaker

FIRST, LAST = date(2027, 1, 1), date(2027, 1, 31)


def who_speaks(name: str = "Olha Savchenko", **more: Any) -> Speaker:
    """Somebody of the register who has agreed and joins from anywhere."""
    address = f"{name.split()[0].lower()}@example.org"
    known = {"languages": {"en": "fluent"}, "confirmed_at": NOW, "formats": ["online", "in-person"]}
    return a_speaker(name, address, **(known | more))


def wants_one(day: date | None = DAY, start: str = "19:00", **facts: Any) -> SpeakerRequest:
    """An open request with a day, online unless it says otherwise."""
    dates = [{"on": day.isoformat(), "time": start, "time_text": ""}] if day else []
    usual = {"meeting_on": None, "confirmed_time": None, "meeting_format": "online", "dates": dates}
    return a_request(**(usual | facts))


def made(now: datetime = NOW, by_id: int | None = None) -> Plan:
    """A plan of January, made at once in this process; committed."""
    job = keeping.ask(db.session(), plans.KIND, by_id, now)
    plan = Plan(job=job, first_on=FIRST, last_on=LAST)
    db.session.add(plan)
    db.session.commit()
    taken = keeping.take(db.session(), "test", now)
    assert taken is not None
    found = making.work(db.session(), job.id, now, lambda doing: None)
    assert keeping.finish(db.session(), job.id, taken[1], now)
    making.keep(db.session(), job.id, found, now)
    db.session.commit()
    db.session.refresh(job)
    return plan
