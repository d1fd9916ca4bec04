"""Walking through the public forms as a branch secretary does: page by page, with the fields that stand there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.clock import london_day, utc_now
from tests.conftest import csrf_token

MEETING_ON = london_day(utc_now()) + timedelta(days=60)
DECIDED_ON = london_day(utc_now()) - timedelta(days=30)
PATHS = {"speaker": "/invite-a-speaker", "twinning": "/twin", "affiliation": "/affiliate"}
STEPS = {
    "speaker": ("your-branch", "meeting", "speaker", "you"),
    "twinning": ("your-branch", "twinning", "decision", "you"),
    "affiliation": ("your-branch", "decision", "fee", "you"),
}
BRANCH = {"body_type": "branch", "union": "num", "branch_name": "Durham Area", "town": "Durham", "postcode": "DH1 4BE"}
YOU = {
    "contact_name": "Jean Hardcastle",
    "contact_role": "Branch secretary",
    "contact_email": "jean@example.org",
    "contact_phone": "0191 498 0123",
    "language": "en",
    "share": "yes",
}
ANSWERS: dict[str, dict[str, dict[str, Any]]] = {
    "speaker": {
        "your-branch": BRANCH,
        "meeting": {
            "event_kind": "branch-meeting",
            "date_1": f"{MEETING_ON:%d %B %Y}",
            "time_1": "7pm for 7.30",
            "meeting_format": "in-person",
            "venue": "Redhills, Flass Street",
        },
        "speaker": {"wanted_speaker": "no-preference", "topics": ["resistance"], "notes": "We are eighteen miners."},
        "you": YOU,
    },
    "twinning": {
        "your-branch": BRANCH,
        "twinning": {"why": "To stand beside miners like us."},
        "decision": {"decision": "informal"},
        "you": YOU,
    },
    "affiliation": {
        "your-branch": BRANCH,
        "decision": {
            "decision": "carried",
            "decided_on": f"{DECIDED_ON:%d %B %Y}",
            "members": "120",
            "accepts_aims": "yes",
        },
        "fee": {"fee_wish": "as-worked-out", "pay_by": "transfer"},
        "you": YOU,
    },
}


def url(kind: str, page: str = "") -> str:
    """The address of a page of a form; without a name the first one."""
    return PATHS[kind] + (f"/{page}" if page else "")


def token(client: FlaskClient, address: str = "/invite-a-speaker/your-branch") -> str:
    """A form token of this visitor's session."""
    return csrf_token(client.get(address).text)


def post(client: FlaskClient, address: str, fields: Mapping[str, Any] | None = None, **kw: Any) -> TestResponse:
    """Post fields with a good form token."""
    return client.post(address, data={**(fields or {}), "csrf_token": token(client)}, **kw)


def fill(client: FlaskClient, kind: str, answers: Mapping[str, Mapping[str, Any]] | None = None) -> None:
    """Fill in every step; each must lead to the next one."""
    given = answers or ANSWERS[kind]
    names = STEPS[kind]
    for position, name in enumerate(names):
        answer = post(client, url(kind, name), given[name])
        following = names[position + 1] if position + 1 < len(names) else "check"
        assert answer.status_code == 303, sentences(answer.text)
        assert answer.location == url(kind, following)


def send(client: FlaskClient, kind: str) -> TestResponse:
    """Press the last button."""
    return post(client, url(kind, "check"))


def apply(client: FlaskClient, kind: str, answers: Mapping[str, Mapping[str, Any]] | None = None) -> str:
    """The whole way to the thank-you page; gives its text."""
    fill(client, kind, answers)
    assert client.get(url(kind, "check")).status_code == 200
    answer = send(client, kind)
    assert answer.status_code == 303
    assert answer.location == url(kind, "sent")
    page = client.get(answer.location)
    assert page.status_code == 200
    return page.text


def sentences(html: str) -> list[str]:
    """What the error summary says."""
    found = re.search(r'<div class="govuk-error-summary__body">(.*?)</div>', html, re.S)
    return [unescape(text) for text in re.findall(r">([^<>]+)</", found.group(1))] if found else []
