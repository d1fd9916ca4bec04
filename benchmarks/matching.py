"""What the ranked list of one request costs: `python -m benchmarks.matching` (`make bench-matching`).

A database in a temporary folder gets 2,000 invented speakers with hours and days away, and 20,000 past and future
bookings with the offers they came from. What must hold: 60 ms of CPU and 6 statements for one request.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, insert, text

from benchmarks import seed
from benchmarks.serve import settings
from portal import create_app
from portal.accounts import commands
from portal.clock import LONDON
from portal.directory.gazetteer import outcode_table
from portal.directory.load import load_reference_data
from portal.directory.places import sectors, topics
from portal.extensions import db, reading_only
from portal.speakers import diary, matching
from portal.speakers.engagements import Booking, Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import AvailabilityException, Speaker, WeeklyHours

PASSWORD = "a long walk by the Dnipro 1892"
MOST_MS = 60
MOST_STATEMENTS = 6
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CHUNK = 1000


def main() -> None:
    """Seed, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speakers", type=int, default=2000)
    parser.add_argument("--bookings", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=30)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(**settings(str(Path(folder) / "bench.sqlite3")))
        with app.app_context():
            db.create_all()
            load_reference_data(db.session)
            commands.create_coordinator(
                email="maria@example.org", name="Maria Kovalenko", role="coordinator", password=PASSWORD, now=NOW
            )
            db.session.commit()
            started = time.perf_counter()
            fill(arguments.speakers, arguments.bookings)
            print(f"seeded in {time.perf_counter() - started:.1f} s")
            print(f"{'request':<34} {'CPU ms':>7} {'target':>6} {'statements':>10} {'target':>6}  shown, blocked")
            for name, changes in REQUESTS.items():
                measure(name, wanting(changes), arguments.times)
            db.session.remove()
            db.engine.dispose()


MEETING: dict[str, Any] = {
    "dates": [{"on": "2027-01-14", "time": "19:00", "time_text": "7pm"}],
    "meeting_format": "either", "topics": ["miners", "energy"], "sector": "mining", "wanted_speaker": "ukrainian",
    "venue_postcode": "DH1 4BE", "contested": "yes", "talk_minutes": 20, "named_speaker": "", "date_rule": "",
}  # fmt: skip
OTHERS = [
    {"on": "2027-01-19", "time": "19:30", "time_text": ""},
    {"on": "2027-02-02", "time": "13:00", "time_text": ""},
]
REQUESTS: dict[str, dict[str, Any]] = {
    "one date, panel of five": {},
    "three dates": {"dates": MEETING["dates"] + OTHERS},
    "three dates, no hour": {"dates": [{"on": row["on"], "time": ""} for row in MEETING["dates"] + OTHERS]},
    "in a room": {"meeting_format": "in-person"},
    "a rule in words": {"dates": [], "date_rule": "second Tuesday of the month"},
    "somebody named (opens all names)": {"wanted_speaker": "named", "named_speaker": "Invented Person 77"},
}


def wanting(changes: dict[str, Any]) -> int:
    """File the first of the invented requests as one that wants this; returns its number."""
    request = db.session.get_one(SpeakerRequest, 1)
    for column, value in (MEETING | changes).items():
        setattr(request, column, value)
    request.meeting_on = request.confirmed_time = None
    db.session.commit()
    return request.id


def measure(name: str, number: int, times: int) -> None:
    """CPU of one list, as the page of the request shows it, and its statements."""
    spent, sent = [], 0
    for _ in range(times + 3):
        reading_only.set(True)
        request = db.session.get_one(SpeakerRequest, number)
        assert request.dates is not None
        with counted() as statements:
            before = time.process_time()
            found = matching.fitting(db.session(), request, NOW, most=5)
            spent.append(1000 * (time.process_time() - before))
        sent = max(sent, len(statements))
        db.session.remove()
    reading_only.set(False)
    took = statistics.median(spent[3:])
    print(
        f"{name:<34} {took:>7.1f} {MOST_MS:>6} {sent:>10} {MOST_STATEMENTS:>6}  {len(found.ranked)}, {len(found.blocked)}"
        f"{'' if took <= MOST_MS and sent <= MOST_STATEMENTS else '  TOO MUCH'}"
    )


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent within the block, but for transactions."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def fill(speakers: int, bookings: int) -> None:
    """Make the register, its hours, and meetings from two years ago until half a year from now."""
    rng = random.Random(speakers)
    seed.fill(bookings)
    _in_chunks(Speaker, [_speaker(number, rng) for number in range(1, speakers + 1)])
    _in_chunks(WeeklyHours, [row for number in range(1, speakers + 1) for row in _week(number, rng)])
    _in_chunks(AvailabilityException, [row for number in range(1, speakers + 1) for row in _days(number, rng)])
    offers, rows = _engagements(speakers, bookings, rng)
    # Of few speakers one may be drawn twice for a meeting; nobody is asked twice at once.
    offers = list({(row["submission_id"], row["speaker_id"]): row for row in offers}.values())
    kept = {row["id"] for row in offers}
    rows = [row for row in rows if row["offer_id"] in kept]
    _in_chunks(Offer, offers)
    _in_chunks(Booking, rows)
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def _in_chunks(model: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), CHUNK):
        db.session.execute(insert(model.__table__), rows[start : start + CHUNK])
    db.session.commit()


def _speaker(number: int, rng: random.Random) -> dict[str, Any]:
    place = rng.choice(list(outcode_table().values()))
    is_abroad = rng.random() < 0.25
    return {
        "id": number, "version": 1, "kind": rng.choice(["campaign", "ukrainian"]),
        "lives_in": "ukraine" if is_abroad else "uk", "name": f"Invented Person {number}",
        "email": "", "email_digest": "", "phone": "", "notes": "", "language": "en",
        "union_id": rng.randint(1, 60), "union_text": "", "ukrainian_union": "", "sector": rng.choice(sectors()).slug,
        "topics": [topic.slug for topic in rng.sample(topics(), rng.randint(1, 5))],
        "languages": {"uk": "fluent", "en": rng.choice(["basic", "good", "fluent"])} if rng.random() < 0.9 else {"uk": "fluent"},
        "formats": ["online"] if is_abroad else rng.choice([["in-person"], ["online"], ["in-person", "online"]]),
        "experience": rng.choice(["new", "steady", "seasoned"]), "outcode": "" if is_abroad else place.outcode,
        "region_slug": "" if is_abroad else place.region, "latitude": None if is_abroad else place.lat,
        "longitude": None if is_abroad else place.lon, "time_zone": "Europe/Kyiv" if is_abroad else "Europe/London",
        "most_miles": rng.choice([20, 40, 80, 200]), "most_a_month": rng.randint(1, 6), "created_at": NOW,
        "created_by_id": None, "confirmed_at": NOW if rng.random() < 0.9 else None,
        "paused_at": NOW if rng.random() < 0.05 else None, "paused_until": None, "left_at": None, "locked_at": None,
    }  # fmt: skip


def _week(number: int, rng: random.Random) -> Iterator[dict[str, Any]]:
    if rng.random() < 0.2:
        return
    for weekday in rng.sample(range(7), rng.randint(2, 6)):
        begin = rng.choice([540, 600, 720, 1020, 1050, 1080])
        yield {
            "speaker_id": number,
            "weekday": weekday,
            "from_minute": begin,
            "until_minute": begin + rng.choice([180, 240, 360]),
        }


def _days(number: int, rng: random.Random) -> Iterator[dict[str, Any]]:
    for _ in range(rng.randint(0, 4)):
        first = NOW.date() + timedelta(days=rng.randint(-300, 120))
        yield {
            "speaker_id": number, "first_on": first, "last_on": first + timedelta(days=rng.randint(0, 14)),
            "from_minute": None, "until_minute": None, "is_free": rng.random() < 0.2, "note": "",
        }  # fmt: skip


def _engagements(speakers: int, bookings: int, rng: random.Random) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Offers, three for two bookings, and the bookings of those that were confirmed."""
    offers: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for number in range(1, bookings * 3 // 2 + 1):
        on = NOW.date() + timedelta(days=rng.randint(-730, 180))
        asked_at = min(NOW, _at(on, 12) - timedelta(days=rng.randint(20, 60)))
        is_booked = number % 3 != 0
        is_waiting = not is_booked and on > NOW.date() and rng.random() < 0.2
        state = "confirmed" if is_booked else "asked" if is_waiting else rng.choice(["declined", "expired", "released"])
        is_closed = not is_waiting and not (is_booked and on > NOW.date())
        common = {"submission_id": rng.randint(1, bookings), "speaker_id": rng.randint(1, speakers)}
        offers.append(common | {
            "id": number, "role": "speaker", "state": state,
            "dates": [{"on": on.isoformat(), "time": "19:00", "time_text": "7pm"}], "accepted": [], "other_date": "",
            "reason": "", "may_name_me": False, "overridden": "", "asked_at": asked_at, "answer_by": on,
            "asked_by_id": None, "answered_at": None, "closed_at": asked_at if is_closed else None,
        })  # fmt: skip
        if is_booked:
            starts_at = _at(on, rng.randint(11, 20))
            rows.append(common | {
                "id": len(rows) + 1, "offer_id": number, "role": "speaker", "state": "booked", "starts_at": starts_at,
                "ends_at": starts_at + timedelta(minutes=90),
                "travel_minutes": diary.travel_minutes(rng.choice([0, 0, 10, 40])),
                "uid": f"{number}@example.org", "sequence": 0, "created_at": asked_at, "cancelled_at": None,
            })  # fmt: skip
    return offers, rows


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, clock_time(hour), LONDON).astimezone(UTC)


if __name__ == "__main__":
    main()
