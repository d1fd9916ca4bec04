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
    "contact_name": "Jean Armstrong",
    "contact_role": "Branch secretary",
    "contact_email": "j.armstrong@example.org",
    "contact_phone": "0191 498 0000",
    "language": "en",
    "share": "yes",
}
ANSWERS: dict[str, dict[str, dict[str, Any]]] = {
    "speaker": {
        "your-branch": BRANCH,
        "meeting": {
            "event_kind": "branch-meeting",
            "title": "January meeting",
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


class Visitor:
    """Somebody with a browser who fills in a form, page by page."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def post(self, path: str, data: dict[str, Any] | None = None, *, page: str = "", **more: Any) -> TestResponse:
        """Send a form with the token of the page it stands on."""
        token = csrf_token(self.client.get((page or path).partition("#")[0]).text)
        return seen(self.client, self.client.post(path, data={"csrf_token": token, **(data or {})}, **more))

    def fill(self, kind: str, *, until: str = "", prefix: str = "", **changes: Mapping[str, Any]) -> TestResponse:
        """Fill in the steps of a form, up to but without `until`; the answer to the last one."""
        answer: TestResponse | None = None
        for step, following in zip(STEPS[kind], (*STEPS[kind][1:], "check"), strict=True):
            if step == until:
                break
            answers = {**ANSWERS[kind][step], **changes.get(step.replace("-", "_"), {})}
            answer = self.post(f"{prefix}{url(kind, step)}", answers)
            assert answer.status_code == 303, f"{step}: {errors_on(answer.text)}"
            assert answer.location == f"{prefix}{url(kind, following)}"
        assert answer is not None
        return answer

    def send(self, kind: str, prefix: str = "") -> TestResponse:
        """Press the last button."""
        return self.post(f"{prefix}{url(kind, 'check')}")

    def ask(self, kind: str, **changes: dict[str, Any]) -> TestResponse:
        """Fill in and send a whole form; the page that thanks."""
        self.fill(kind, **changes)
        answer = self.send(kind)
        assert answer.status_code == 303, answer.status_code
        assert answer.location == url(kind, "sent")
        return self.client.get(answer.location)


def post(client: FlaskClient, address: str, fields: Mapping[str, Any] | None = None, **kw: Any) -> TestResponse:
    """Post fields with a good form token."""
    return seen(client, client.post(address, data={**(fields or {}), "csrf_token": token(client)}, **kw))


def seen(client: FlaskClient, answer: TestResponse) -> TestResponse:
    """What a browser shows after a step with a mistake: the step again, with what is wrong. Else the answer itself."""
    path, _, query = (answer.location or "").partition("?")
    return client.get(answer.location) if path == answer.request.path and "look=" in query else answer


def fill(client: FlaskClient, kind: str, answers: Mapping[str, Mapping[str, Any]] | None = None) -> None:
    """Fill in every step, with answers of one's own for some."""
    Visitor(client).fill(kind, **{step.replace("-", "_"): given for step, given in (answers or {}).items()})


def send(client: FlaskClient, kind: str) -> TestResponse:
    """Press the last button."""
    return Visitor(client).send(kind)


def apply(client: FlaskClient, kind: str, answers: Mapping[str, Mapping[str, Any]] | None = None) -> str:
    """The whole way to the thank-you page; gives its text."""
    fill(client, kind, answers)
    answer = send(client, kind)
    assert answer.status_code == 303
    assert answer.location == url(kind, "sent")
    page = client.get(answer.location)
    assert page.status_code == 200
    return page.text


def errors_on(html: str) -> list[str]:
    """The sentences of the error summary."""
    found = re.search(r"govuk-error-summary__list.*?</ul>", html, re.DOTALL)
    return [unescape(text) for text in re.findall(r"<a [^>]*>(.*?)</a>", found[0])] if found else []
