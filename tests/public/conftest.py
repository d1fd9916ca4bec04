"""What the tests of the public pages share: a visitor who fills in forms, whole sets of answers, counted statements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.emails import links
from portal.extensions import db
from portal.submissions import actions, registry
from portal.submissions.actions import Mover
from portal.submissions.workflow import Actor
from tests.public.walk import Visitor


def main_of(html: str) -> str:
    """The page's main part."""
    return html[html.index('<main id="main"') :].partition("</main>")[0]


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    """A branch secretary with a browser."""
    return Visitor(client)


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
    "ukrainian": {"name_uk": "Первинна організація", "oblast": "lviv", "sectors": ["mining"], "level": "primary"},
}


@pytest.fixture
def make_request(app: Flask) -> Callable[..., tuple[int, str]]:
    """Files requests and gives number and private token: kind, moves made since (and days later), columns by name."""

    def make(kind: str = "speaker", *, moves: tuple[Any, ...] = (), **facts: Any) -> tuple[int, str]:
        with app.app_context():
            later = {name: facts.pop(name) for name in ("coordinator_id", "closed_at", "is_open") if name in facts}
            now = facts.pop("now", utc_now())
            submission = registry.kind(kind).model(**{**BRANCH_FACTS, **KIND_FACTS[kind], **facts}, consents=[])
            actions.receive(db.session, submission, now=now, by=Mover(Actor.BRANCH))
            for name, answers, *days in moves:
                at = now + timedelta(days=sum(days))
                actions.perform(db.session, submission, name, by=Mover(Actor.COORDINATOR), now=at, answers=answers)
            for name, value in later.items():
                setattr(submission, name, value)
            token = links.token_of(links.issue(db.session, "track", submission.id, now))
            db.session.commit()
            return submission.id, token

    return make
