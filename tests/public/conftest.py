"""What the tests of the public pages share: a visitor who fills in forms, whole sets of answers, counted statements."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select
from werkzeug.test import TestResponse

from portal.clock import london_day, utc_now
from portal.emails import links
from portal.extensions import db
from portal.submissions import actions, registry
from portal.submissions.actions import Mover
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor
from tests.conftest import csrf_token

PATHS = {"speaker": "/invite-a-speaker", "twinning": "/twin", "affiliation": "/affiliate"}
MEETING_DAY = london_day(utc_now()) + timedelta(days=60)
YOUR_BRANCH = {
    "body_type": "branch",
    "union": "num",
    "branch_name": "Durham Area",
    "town": "Durham",
    "postcode": "DH1 4BE",
}
YOU = {
    "contact_name": "Jean Armstrong",
    "contact_role": "Branch secretary",
    "contact_email": "j.armstrong@example.org",
    "contact_phone": "0191 498 0000",
    "language": "en",
}
FORMS: dict[str, dict[str, dict[str, Any]]] = {
    "speaker": {
        "your-branch": YOUR_BRANCH,
        "meeting": {
            "event_kind": "branch-meeting",
            "title": "January meeting",
            "date_1": f"{MEETING_DAY:%-d %B %Y}",
            "time_1": "7pm for 7.30",
            "meeting_format": "in-person",
        },
        "speaker": {"wanted_speaker": "no-preference", "topics_other": "Miners in wartime"},
        "you": {**YOU, "share": "yes"},
    },
    "twinning": {
        "your-branch": YOUR_BRANCH,
        "twinning": {"sectors": ["mining"], "why": "We want to learn from each other", "hopes": ["calls"]},
        "decision": {"decision": "informal", "publicity": "private"},
        "you": YOU,
    },
    "affiliation": {
        "your-branch": YOUR_BRANCH,
        "decision": {"decision": "going", "accepts_aims": "yes", "members": "120"},
        "fee": {"fee_wish": "as-worked-out", "publish_name": "no"},
        "you": YOU,
    },
}
"""Answers that hold, for every step of every kind."""


class Visitor:
    """Somebody with a browser who fills in a form, page by page."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def post(self, path: str, data: dict[str, Any] | None = None, *, page: str = "", **more: Any) -> TestResponse:
        """Send a form with the token of the page it stands on."""
        token = csrf_token(self.client.get((page or path).partition("#")[0]).text)
        return self.client.post(path, data={"csrf_token": token, **(data or {})}, **more)

    def fill(self, kind: str, *, until: str = "", prefix: str = "", **changes: dict[str, Any]) -> TestResponse:
        """Fill in the steps of a form, up to but without `until`; the answer to the last one."""
        answer: TestResponse | None = None
        for step, answers in FORMS[kind].items():
            if step == until:
                break
            answer = self.post(f"{prefix}{PATHS[kind]}/{step}", {**answers, **changes.get(step.replace("-", "_"), {})})
            assert answer.status_code == 303, f"{step}: {errors_on(answer.text)}"
        assert answer is not None
        return answer

    def send(self, kind: str, prefix: str = "") -> TestResponse:
        """Press the last button."""
        return self.post(f"{prefix}{PATHS[kind]}/check")

    def ask(self, kind: str, **changes: dict[str, Any]) -> TestResponse:
        """Fill in and send a whole form; the page that thanks."""
        self.fill(kind, **changes)
        answer = self.send(kind)
        assert answer.status_code == 303, answer.status_code
        assert answer.location == f"{PATHS[kind]}/sent"
        return self.client.get(answer.location)


def errors_on(html: str) -> list[str]:
    """The sentences of the error summary."""
    found = re.search(r"govuk-error-summary__list.*?</ul>", html, re.DOTALL)
    return [unescape(text) for text in re.findall(r"<a [^>]*>(.*?)</a>", found[0])] if found else []


def main_of(html: str) -> str:
    """The page's main part."""
    return html[html.index('<main id="main"') :]


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    """A branch secretary with a browser."""
    return Visitor(client)


@pytest.fixture
def rows(app: Flask) -> Callable[..., list[Any]]:
    """Reads rows by SQL in a fresh context."""

    def read(sql: str, **values: Any) -> list[Any]:
        with app.app_context():
            return [tuple(row) for row in db.session.execute(db.text(sql), values)]

    return read


BRANCH_FACTS: dict[str, Any] = {
    "heading": "NUM Durham Area",
    "branch_name": "Durham Area",
    "town": "Durham",
    "region_slug": "north-east",
    "contact_name": "Jean Armstrong",
    "contact_email": "j.armstrong@example.org",
    "contact_phone": "0191 498 0000",
}
KIND_FACTS: dict[str, dict[str, Any]] = {
    "speaker": {"event_kind": "branch-meeting", "title": "January meeting", "meeting_format": "in-person"},
    "twinning": {"why": "We want to learn from each other"},
    "affiliation": {"accepts_aims": True, "members": 120, "fee_pence": 5000},
}


@pytest.fixture
def make_request(app: Flask) -> Callable[..., tuple[int, str]]:
    """Files requests and gives number and private token: kind, moves made since, and any column by name."""

    def make(kind: str = "speaker", *, moves: tuple[Any, ...] = (), **facts: Any) -> tuple[int, str]:
        with app.app_context():
            later = {name: facts.pop(name) for name in ("coordinator_id", "closed_at", "is_open") if name in facts}
            now = facts.pop("now", utc_now())
            submission = registry.kind(kind).model(**{**BRANCH_FACTS, **KIND_FACTS[kind], **facts}, consents=[])
            actions.receive(db.session, submission, now=now, by=Mover(Actor.BRANCH))
            for name, answers in moves:
                actions.perform(db.session, submission, name, by=Mover(Actor.COORDINATOR), now=now, answers=answers)
            for name, value in later.items():
                setattr(submission, name, value)
            token = links.token_of(links.issue(db.session, "track", submission.id, now))
            db.session.commit()
            return submission.id, token

    return make


@pytest.fixture
def look(app: Flask) -> Callable[..., Any]:
    """Reads columns of a request in a fresh context: one value, or a tuple of several."""

    def read(number: int, *names: str) -> Any:
        with app.app_context():
            found = db.session.scalars(select(Submission).where(Submission.id == number)).one()
            values = tuple(getattr(found, name) for name in names)
            return values[0] if len(names) == 1 else values

    return read


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent to any database within the block, but for transactions."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
