"""A web process that is killed: before it has thanked nothing of a form is there, and after it all of it is."""

from __future__ import annotations

import sqlite3
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url, select

from portal.directory.load import load_reference_data
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions.models import Submission
from tests.conftest import csrf_token
from tests.emails.browser import Browser, Stay
from tests.emails.conftest import all_sent
from tests.emails.nursery import Nursery, copies, wait_until
from tests.emails.servers import Manners
from tests.processes import Portal
from tests.public.walk import Visitor, url


def press_send(web: Portal, client: FlaskClient) -> int:
    """Press the last button of the form that `client` has filled in; 0 where nobody answered any more."""
    token = csrf_token(client.get(url("affiliation", "check")).text)
    cookies = "; ".join(f"{each.decoded_key}={each.value}" for each in (client._cookies or {}).values())
    body = urlencode({"csrf_token": token}).encode()
    asked = urllib.request.Request(web.address + url("affiliation", "check"), body, {"Cookie": cookies})
    try:
        with urllib.request.build_opener(Stay).open(asked, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return (
            refusal.code if refusal.headers.get("Location", "").endswith(url("affiliation", "sent")) else -refusal.code
        )
    except OSError:
        return 0


def filed(app: Flask) -> tuple[list[int], list[tuple[int | None, str]]]:
    """The requests, and the letters with their requests and Message-IDs."""
    with app.app_context():
        letters = db.session.execute(select(OutboxEmail.submission_id, OutboxEmail.message_id)).all()
        return list(db.session.scalars(select(Submission.id))), [(row[0], row[1]) for row in letters]


def test_a_killed_web_process_files_a_form_with_its_letters_or_not_at_all(
    make_app: Callable[..., Flask],
    server: Manners,
    nursery: Callable[..., Nursery],
    serve: Callable[..., Browser],
    settings: dict[str, Any],
) -> None:
    # As the served portal has it: the names of cookies follow from the address.
    app = make_app(PUBLIC_URL="http://127.0.0.1")
    with app.app_context():
        load_reference_data(db.session)
        db.session.commit()
    client = app.test_client()
    Visitor(client).fill("affiliation")
    doomed = serve().web
    statuses: list[int] = []
    pressing = threading.Thread(target=lambda: statuses.append(press_send(doomed, client)))
    with closing(sqlite3.connect(str(make_url(settings["SQLALCHEMY_DATABASE_URI"]).database))) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        pressing.start()
        time.sleep(1.5)
        doomed.clear()
        pressing.join()
        other.execute("ROLLBACK")
    assert statuses == [0], "it was killed while it wrote"
    assert filed(app) == ([], [])
    second = serve().web
    assert press_send(second, client) == 303
    second.clear()
    [request], letters = filed(app)
    assert letters
    assert {number for number, _ in letters} == {request}
    assert len({message_id for _, message_id in letters}) == len(letters)
    nursery().begin()
    wait_until(lambda: all_sent(app), "a letter did not leave")
    assert set(copies(server)) == {message_id for _, message_id in letters}
