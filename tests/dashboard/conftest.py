"""What the desk's tests share: requests of every kind, clients that are signed in, and counted statements."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.clock import london_day, utc_now
from portal.emails.models import WorkerPass
from portal.extensions import db
from portal.submissions import actions, registry
from portal.submissions.actions import Mover
from portal.submissions.workflow import Actor
from tests.conftest import csrf_token

BRANCH_FACTS: dict[str, Any] = {
    "heading": "NUM Durham Area",
    "branch_name": "Durham Area",
    "town": "Durham",
    "region_slug": "north-east",
    "contact_name": "Jean Armstrong",
    "contact_role": "Branch secretary",
    "contact_email": "j.armstrong@example.org",
    "contact_phone": "0191 498 0000",
}
KIND_FACTS: dict[str, dict[str, Any]] = {
    "speaker": {"event_kind": "branch-meeting", "title": "January meeting", "meeting_format": "room"},
    "twinning": {"why": "We want to learn from each other", "lead_name": "Jean Armstrong"},
    "affiliation": {"accepts_aims": True, "members": 120, "fee_pence": 5000, "treasurer_email": "till@example.org"},
    "ukrainian": {"name_uk": "Первинна організація", "oblast": "lviv", "sectors": ["mining"], "level": "primary"},
}
ANSWERS = {
    "reason": "The hall is closed that month",
    "question": "Is the hall step-free?",
    "outcome": "Forty came and the motion was carried",
    "held": "yes",
    "attended": "40",
    "motion": "carried",
    "raised_pence": "120",
    "wishes": "twin",
    "hears_more": "yes",
    "more_people": "6",
    "more_contact": "Sian Pugh, sian@example.org",
    "speaker_name": "Olha Savchenko",
    "speaker_email": "olha@example.org",
    "speaker_language": "en",
    "may_name_me": "yes",
    "offer": "",
    "accepted": "",
    "although": "",
    "agreed": "By telephone this morning.",
    "yes_of_branch": "Ottoline Hill, by telephone today",
    "yes_of_body": "Their chair, in a call",
    "confirmed_on": "14 January 2027",
    "confirmed_time": "7pm",
    "other_on": "11 February 2027",
    "other_time": "5pm",
    "decided_on": "1 October 2026",
    "met_on": "1 October 2026",
    "next_on": "14 January",
    "aims": "The secretary said so by telephone.",
    "fee_pence": "50",
    "counts_as_whole": "",
    "paid_pence": "50",
    "paid_on": "2 November 2026",
    "twinned_on": f"{london_day(utc_now()):%d %B %Y}",
    "body_publicity": "name-only",
    "body_level": "primary",
    "joint_aims": "calls",
    "said": "in-touch",
    "kind_note": "thanks",
    "side": "body",
    "body_name": "Primary organisation of the Western Donbas miners",
    "body_oblast": "Lviv",
    "answer": "About half of them are women.",
    "body_sector": "Mining",
    "call_times": "",
    "call_link": "https://calls.example.org/one",
    "body_email": "miners@example.org",
    "body_language": "uk",
    "body_contact": "Olena Bondar",
    "note": "The branch is in the union’s own list",
    "confirmer_name": "Iryna Hai",
    "confirmer_post": "International department",
    "confirmed_how": "call",
    "confirmed_day": "2 November 2026",
}
"""An answer to whatever a move may ask."""


NEED_MORE = (
    *("stand-by-accepts", "stand-by-declines", "swap", "interpreter-accepts", "interpreter-declines"),
    *("partner-accepts", "partner-declines", "partner-speaks"),
    *(
        "complete",
        "offer-call-times",
        "call-times-heard",
        "send-call-link",
        "speaker-keeps",
        "speaker-takes-day",
        "ask-other-day",
        "other-day-suits",
        "other-day-does-not-suit",
    ),
    *("wake", "gone-quiet"),
    *("day-suits", "day-does-not-suit", "one-day-does-not-suit"),
)
"""Moves that need somebody who stands by, a report, or a quiet quarter: their own tests bring them about."""


@pytest.fixture
def make_request(app: Flask) -> Callable[..., int]:
    """Files requests and gives their numbers: kind, state and any column by name."""

    def make(kind: str = "speaker", *, state: str = "", now: datetime | None = None, **facts: Any) -> int:
        with app.app_context():
            values = {**BRANCH_FACTS, **KIND_FACTS[kind], **facts}
            later = {
                name: values.pop(name) for name in ("due_on", "queue_on", "coordinator_id", "turn") if name in values
            }
            known = registry.kind(kind)
            submission = known.model(**values, consents=[])
            actions.receive(db.session, submission, now=now or utc_now(), by=Mover(Actor.BRANCH))
            if state:
                row = known.workflow.state(state)
                submission.state, submission.turn, submission.is_open = row.name, row.turn, not row.is_final
                submission.resume_state = "received"
            for name, value in later.items():
                setattr(submission, name, value)
            db.session.commit()
            return submission.id

    return make


@pytest.fixture
def money_handler(app: Flask, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """A coordinator who handles money."""
    client = sign_in("coordinator", email="olha@example.org")
    with app.app_context():
        db.session.execute(db.text("UPDATE coordinators SET may_handle_money = true WHERE email = 'olha@example.org'"))
        db.session.commit()
    return client


@pytest.fixture
def coordinator(sign_in: Callable[..., FlaskClient], worker_awake: None) -> FlaskClient:
    """Maria, signed in."""
    return sign_in("coordinator")


@pytest.fixture
def worker_awake(app: Flask) -> None:
    """The worker has just passed, so no page has anything to warn of."""
    with app.app_context():
        db.session.add(WorkerPass(name="deliver", at=utc_now() + timedelta(minutes=3)))
        db.session.commit()


class Page:
    """A page and the forms on it."""

    def __init__(self, client: FlaskClient, path: str) -> None:
        self.client = client
        self.path = path
        self.answer = client.get(path)

    @property
    def text(self) -> str:
        """The page's HTML."""
        return self.answer.text

    def hidden(self) -> dict[str, str]:
        """The token, the version and the moment that the first form of a request carries."""
        found = {"csrf_token": csrf_token(self.text)}
        for name in ("version", "opened", "once", "copy"):
            match = re.search(rf'name="{name}" value="([^"]*)"', self.text)
            if match:
                found[name] = match.group(1)
        return found

    def post(self, path: str | None = None, **data: Any) -> TestResponse:
        """Send a form of the page."""
        return self.client.post(path or self.path, data={**self.hidden(), **data})


def post_all(client: FlaskClient, path: str, html: str, **more: Any) -> TestResponse:
    """Send the main form of a page as a browser would: every hidden field and every box with what stands in it."""
    return client.post(path, data={**boxes(html), **more})


def boxes(html: str) -> dict[str, str]:
    """Names and contents of the hidden fields, inputs and boxes of the page's main part."""
    main = html[html.index('<main id="main"') :]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", main):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and "checkbox" not in tag and "radio" not in tag:
            found[name[1]] = unescape(value[1]) if value else ""
    for name, value in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', main, re.DOTALL):
        found[name] = unescape(value)
    return found


def unescape(text: str) -> str:
    """The text behind Jinja's escapes."""
    for mark, letter in (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&#39;", "'"), ("&amp;", "&")):
        text = text.replace(mark, letter)
    return text


def day(offset: int) -> date:
    """Today in London, or so many days away."""
    return (datetime.now(UTC) + timedelta(days=offset)).date()
