"""A mail server in one bad mood after the other, and a real worker that goes on: in the end everything has arrived."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from portal.clock import utc_now
from portal.emails.models import OutboxEmail
from portal.extensions import db
from tests.emails import servers
from tests.emails.browser import Browser
from tests.emails.conftest import put, row
from tests.emails.nursery import Nursery, copies, wait_until
from tests.emails.servers import Manners

MOODS = (
    "greeting-421",
    "cut-on-connect",
    "mail-421",
    "mail-550",
    "rcpt-450",
    "data-451",
    "cut-before-taking",
    "cut-after-data",
    "silent",
    "greylist",
)


def states(app: Flask) -> dict[str, set[str]]:
    """The states of all letters by address."""
    found: dict[str, set[str]] = {}
    with app.app_context():
        for address, state in db.session.execute(select(OutboxEmail.to_address, OutboxEmail.state)):
            found.setdefault(address, set()).add(state)
    return found


def test_a_worker_outlasts_every_mood_of_the_mail_server(
    app: Flask, server: Manners, nursery: Callable[..., Nursery]
) -> None:
    server.refuse.add("gone@example.org")
    workers = nursery(MAIL_TIMEOUT=0.3, MAIL_RETRY_SECONDS=[0.3, 0.5])
    workers.begin()
    workers.begin()
    addresses = []
    cuts = 0
    for number, mood in enumerate(MOODS):
        server.mode = mood
        taken = len(server.taken)
        for which in range(2):
            addresses.append(f"jean{number}{which}@example.org")
            put(app, to=addresses[-1], now=utc_now())
        time.sleep(0.5)
        cuts += len(server.taken) - taken if mood == "cut-after-data" else 0
    server.mode = "ok"
    refused = [put(app, to=address, now=utc_now()) for address in ("gone@example.org", "жанна@example.org", "nobody")]
    damaged = put(app, to="damaged@example.org", held=True)
    with app.app_context():
        # Damaged and let go in one transaction: no worker may have it while it is still whole.
        let_go = update(OutboxEmail).where(OutboxEmail.id == damaged).values(state="queued", next_try_at=utc_now())
        db.session.execute(let_go)
        db.session.execute(db.text(f"UPDATE outbox_emails SET attempts = 'many' WHERE id = {damaged}"))
        db.session.commit()
    wait_until(lambda: all(states(app)[address] == {"sent"} for address in addresses), "not all letters arrived")
    wait_until(lambda: {row(app, each).state for each in refused} == {"refused"}, "no person was told")
    wait_until(lambda: states(app)["damaged@example.org"] == {"refused"}, "the damaged letter is still tried")
    found = copies(server)
    assert len(found) == len(addresses)
    assert sum(len(same) - 1 for same in found.values()) <= cuts
    assert all(len(set(same)) == 1 for same in found.values())
    assert all(row(app, each).attempts == 1 for each in refused), "a refusal is final"


def test_a_mail_server_that_is_down_and_comes_up_gets_everything(
    app: Flask, nursery: Callable[..., Nursery], settings: dict[str, Any]
) -> None:
    ids = [put(app, to=f"jean{number}@example.org", now=utc_now()) for number in range(5)]
    nursery(MAIL_RETRY_SECONDS=[0.3]).begin()
    time.sleep(0.5)
    assert {row(app, each).state for each in ids} == {"queued"}
    controller, manners = servers.start(port=settings["MAIL_PORT"])
    try:
        wait_until(lambda: {row(app, each).state for each in ids} == {"sent"}, "not all letters arrived")
        assert [len(same) for same in copies(manners).values()] == [1] * 5
    finally:
        controller.stop()


def test_pages_notice_nothing_of_a_silent_mail_server(
    app: Flask, server: Manners, nursery: Callable[..., Nursery], serve: Callable[..., Browser]
) -> None:
    """The worker waits for ten seconds; a visitor does not."""
    visitor = serve()
    visitor.open_form()
    server.mode = "hold-mail"
    put(app, now=utc_now())
    nursery().begin()
    assert server.holding.wait(20)
    began = time.monotonic()
    assert visitor.send_form()[0] in (302, 303)
    assert visitor.web.get("/healthz")[0] == 200
    assert time.monotonic() - began < 4
    server.let_go()
