"""Fills a database with many invented submissions, fast: 97 of 100 closed, as in life."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from portal.directory.folding import search_words
from portal.directory.places import regions
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers.models import SpeakerRequest
from portal.submissions.models import NO_DATE, Event, Submission

CHUNK = 5000
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
OPEN_STATES = (("received", "us"), ("matching", "us"), ("waiting-for-branch", "branch"), ("confirmed", "nobody"))
CLOSED_STATES = ("closed", "declined", "withdrawn", "no-match")
TOWNS = ("Durham", "Leeds", "Cardiff", "Glasgow", "Belfast", "Truro", "Norwich", "Luton", "Hull", "Derby")
TRADES = ("Health", "Rail", "Local Government", "Schools", "Mines", "Buses", "Fire", "Post", "Theatre", "Energy")
WORDS = (
    "meeting evening motion branch hospital railway teacher council solidarity winter fund visit question "
    "steward ballot picket bulletin banner conference region delegate treasurer minutes agenda welcome"
).split(" ")


def fill(count: int) -> None:
    """Make `count` speaker requests with two lines of history, one letter and their search words each."""
    rng = random.Random(count)
    for start in range(1, count + 1, CHUNK):
        numbers = range(start, min(start + CHUNK, count + 1))
        rows = [_submission(number, rng) for number in numbers]
        base = {column.key for column in Submission.__table__.columns}
        db.session.execute(insert(Submission.__table__), [{k: v for k, v in row.items() if k in base} for row in rows])
        db.session.execute(insert(SpeakerRequest.__table__), [_speaker_part(row) for row in rows])
        db.session.execute(insert(Event.__table__), list(_events(rows)))
        db.session.execute(insert(OutboxEmail.__table__), [_letter(row) for row in rows])
        db.session.execute(
            text("INSERT INTO submission_search (rowid, words) VALUES (:id, :words)"),
            [{"id": row["id"], "words": _words(row)} for row in rows],
        )
        db.session.commit()
    db.session.execute(text("ANALYZE"))
    db.session.commit()
    db.session.remove()
    with db.engine.connect() as connection:
        # What is measured afterwards must not pay for moving these rows out of the write-ahead log.
        raw = connection.connection.dbapi_connection
        if raw is not None:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _submission(number: int, rng: random.Random) -> dict[str, Any]:
    is_open = rng.random() < 0.03
    state, turn = rng.choice(OPEN_STATES) if is_open else (rng.choice(CLOSED_STATES), "nobody")
    received = NOW - timedelta(days=rng.randint(0, 40) if is_open else rng.randint(40, 2000))
    due = date(2026, 11, 22) + timedelta(days=rng.randint(-5, 20)) if turn == "us" else None
    town, trade = rng.choice(TOWNS), rng.choice(TRADES)
    # One request in a hundred has the rare word, and twenty in all have the rarest.
    notes = " ".join(rng.choices(WORDS, k=20)) + (" accordion" if number % 100 == 0 else "")
    notes += " zeppelin" if number <= 20 else ""
    return {
        "id": number,
        "kind": "speaker",
        "version": 1,
        "state": state,
        "resume_state": "",
        "state_since": received,
        "turn": turn,
        "due_on": due,
        "queue_on": due or NO_DATE,
        "is_open": is_open,
        "closed_at": None if is_open else received,
        "question": "",
        "held_reason": None,
        "coordinator_id": rng.choice((1, None)),
        "meeting_on": date(2026, 11, 22) + timedelta(days=rng.randint(1, 90)),
        "channel": "web",
        "draft_id": None,
        "received_at": received,
        "first_answered_at": None,
        "heading": f"UNISON {town} {trade}",
        "body_type": "branch",
        "union_id": rng.randint(1, 60),
        "union_text": "",
        "branch_id": None,
        "branch_name": f"{town} {trade}",
        "branch_number": "",
        "town": town,
        "postcode": "",
        "outcode": "",
        "region_slug": rng.choice(regions()).slug,
        "latitude": None,
        "longitude": None,
        "contact_name": f"Invented Person {number}",
        "contact_role": "secretary",
        "contact_email": f"person{number}@example.org",
        "contact_phone": "",
        "second_name": "",
        "second_email": "",
        "second_phone": "",
        "language": "en",
        "wants_newsletter": False,
        "heard_from": "",
        "notes": notes,
    }


def _speaker_part(row: dict[str, Any]) -> dict[str, Any]:
    texts = {
        column.key: ""
        for column in SpeakerRequest.__table__.columns
        if not column.nullable and str(column.type).startswith(("VARCHAR", "TEXT"))
    }
    return texts | {
        "id": row["id"],
        "title": "Branch meeting",
        "event_kind": "branch-meeting",
        "topics": ["miners"],
        "needs": [],
        "can_pay": [],
        "dates": [{"on": row["meeting_on"].isoformat(), "time_text": "7pm", "time": "19:00"}],
        "speaker_language": "en",
        "wanted_speaker": "no-preference",
    }


def _events(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    common = {"transition": "", "from_state": "", "coordinator_id": None, "data": {}}
    for row in rows:
        at = row["received_at"]
        yield common | {
            "submission_id": row["id"],
            "at": at,
            "name": "received",
            "to_state": "received",
            "actor": "branch",
            "text": "",
            "is_public": True,
        }
        yield common | {
            "submission_id": row["id"],
            "at": at,
            "name": "note",
            "to_state": "",
            "actor": "coordinator",
            "text": "Rang them. The hall has a projector.",
            "is_public": False,
        }


def _letter(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "submission_id": row["id"], "template": "speaker/received", "role": "branch",
        "to_address": row["contact_email"], "language": "en", "subject": f"We have your request {row['id']}",
        "text": "Dear friend,\n\nWe have your request.\n" * 10, "html": "<p>We have your request.</p>" * 20,
        "message_id": f"<{row['id']}@example.org>", "link_ids": [], "state": "sent", "is_urgent": False,
        "is_private": False, "queued_at": row["received_at"], "next_try_at": None, "attempts": 1,
        "sent_at": row["received_at"], "last_error": "",
    }  # fmt: skip


def _words(row: dict[str, Any]) -> str:
    texts = (row["heading"], row["contact_name"], row["contact_email"], row["notes"], str(row["id"]))
    return " ".join(dict.fromkeys(word for each in texts for word in search_words(each)))
