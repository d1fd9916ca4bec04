"""The demonstration as the browser tests use it: a real portal with its worker, and what stands in its database.

The portal is a process of its own, as a person starts it. A second application on the same data folder answers what a
test must know (numbers, links), and signs people in without a browser where signing in is not what is tested.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from portal import create_app
from portal.clock import utc_now
from portal.emails import links
from portal.emails.models import SENT, OutboxEmail
from portal.extensions import db
from portal.sealed import digest
from portal.submissions import correspondence
from portal.submissions.models import Submission
from tests.conftest import csrf_token
from tests.processes import PATIENCE, Portal

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}

PAGE_SECONDS = 20
"""How long a page may take on a slow machine."""
KINDS = ("speaker", "twinning", "affiliation")
SETTINGS = {
    "PORTAL_ENV": "demo",
    "FORM_MINIMUM_SECONDS": "0",
    "WORKER_INTERVAL": "1",
    "LIMIT_FORM_PER_ADDRESS": "1000 per hour",
    "LIMIT_SIGN_IN": "1000 per minute",
}
ACCOUNT = re.compile(r"^ *(admin|coordinator|viewer) +(\S+@example\.org) +(\S+)$", re.MULTILINE)


@dataclass
class Demonstration:
    """One running demonstration."""

    portal: Portal
    app: Flask
    accounts: dict[str, tuple[str, str]]
    cookies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where the portal answers."""
        return self.portal.address

    def look(self, ask: Callable[[], Any]) -> Any:
        """What `ask` finds in the database, in an application context of its own."""
        with self.app.app_context():
            try:
                return ask()
            finally:
                db.session.rollback()

    def number(self, branch: str, kind: str = "") -> int:
        """The number of the demonstration's request of a branch."""
        wanted = select(Submission.id).where(Submission.heading.contains(branch)).order_by(Submission.id)
        if kind:
            wanted = wanted.where(Submission.kind == kind)
        return int(self.look(lambda: db.session.scalars(wanted).first()))

    def in_state(self, kind: str, state: str) -> int:
        """The number of one request of a kind in a state, not held."""
        wanted = select(Submission.id).where(
            Submission.kind == kind, Submission.state == state, Submission.held_reason.is_(None)
        )
        found = self.look(lambda: db.session.scalars(wanted.order_by(Submission.id)).first())
        assert found is not None, f"the demonstration has no {kind} in the state {state}"
        return int(found)

    def private_page(self, number: int) -> str:
        """The path of a branch's own page."""

        def make() -> str:
            link = correspondence.private_link(db.session(), db.session.get_one(Submission, number), utc_now())
            path = links.path_of(link)
            db.session.commit()
            return path

        return str(self.look(make))

    def visitor(self, browser: Browser, who: str = "", **options: Any) -> BrowserContext:
        """A browser window of its own; `who` is "", an account's key, or somebody with drafts ("writer", "sender")."""
        options = {"viewport": WIDE, "base_url": self.address, **options}
        context = browser.new_context(**options)
        context.set_default_timeout(PAGE_SECONDS * 1000)
        if who:
            context.add_cookies(self.cookies[who])  # type: ignore[arg-type]
        return context

    def keep_cookies(self, who: str, client: FlaskClient) -> None:
        """Remember what a client of the second application holds, for browser windows."""
        names = ["session", *(f"draft-{kind}" for kind in KINDS)]
        found = {name: cookie.value for name in names if (cookie := client.get_cookie(name))}
        assert found, f"{who} has no cookie"
        self.cookies[who] = [
            {"name": name, "value": value, "domain": "127.0.0.1", "path": "/"} for name, value in found.items()
        ]

    def sign_in(self, who: str) -> None:
        """Sign an account in without a browser."""
        email, password = self.accounts[who]
        client = self.app.test_client()
        page = client.get("/login")
        answer = client.post("/login", data={"email": email, "password": password, "csrf_token": csrf_token(page.text)})
        assert answer.status_code in (302, 303), answer.text
        self.keep_cookies(who, client)

    def wait_for_letter(self, email: str, template: str) -> None:
        """Wait until the worker has delivered the newest letter of a template to somebody."""

        def state() -> str | None:
            return db.session.scalar(
                select(OutboxEmail.state)
                .where(OutboxEmail.to_digest == digest(email), OutboxEmail.template == template)
                .order_by(OutboxEmail.id.desc())
                .limit(1)
            )

        end = time.monotonic() + PATIENCE
        while self.look(state) != SENT:
            assert time.monotonic() < end, f"{template} to {email} was not delivered"
            time.sleep(0.1)


def press(page: Page, label: str) -> None:
    """Press the button with these words and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=label, exact=True).click()


def begin(folder: Path) -> Demonstration:
    """Start the demonstration in an empty folder and wait until it answers."""
    portal = Portal("up", output=folder / "output.txt", DATA_DIR=str(folder / "data"), **SETTINGS)
    portal.wait_until_up()
    portal.wait_for("The portal answers")
    accounts: dict[str, tuple[str, str]] = {}
    for role, email, password in ACCOUNT.findall(portal.text):
        key = role if role not in accounts else f"second {role}"
        accounts[key] = (email, password)
    app = create_app(
        PORTAL_ENV="demo",
        DATA_DIR=str(folder / "data"),
        PUBLIC_URL=portal.address,
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'data' / 'portal.sqlite3'}",
        FORM_MINIMUM_SECONDS=0,
        LIMIT_FORM_PER_ADDRESS="1000 per hour",
        LIMIT_SIGN_IN="1000 per minute",
    )
    return Demonstration(portal, app, accounts)
