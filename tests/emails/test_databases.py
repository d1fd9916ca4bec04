"""A database that is locked, full or gone: real processes, real faults. Forms say so and keep what was typed; the
worker waits, and sends nothing twice.

The full disk is a limit on the size of files that a running process may write (RLIMIT_FSIZE), set and lifted again.
"""

from __future__ import annotations

import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import make_url

import portal
from portal.clock import utc_now
from portal.directory.load import load_reference_data
from portal.extensions import db
from tests.emails.browser import Browser
from tests.emails.conftest import all_sent, put, row
from tests.emails.nursery import Nursery, copies, wait_until
from tests.emails.proxy import Proxy
from tests.emails.servers import Manners


def says_so_and_keeps_what_was_typed(answer: tuple[int, str]) -> bool:
    """Whether the page is the 503 that it should be."""
    status, page = answer
    return status == 503 and "We cannot save anything just now" in page and "Westoe’s Lodge" in page


def drafts(app: Flask) -> int:
    """How many forms are kept."""
    with app.app_context():
        return int(db.session.execute(db.text("SELECT count(*) FROM drafts")).scalar_one())


def a_letter_whose_yes_is_held(app: Flask, server: Manners, workers: Nursery) -> tuple[int, int]:
    """Numbers of a worker and of a letter that the server has, while it has not said so yet."""
    email_id = put(app, now=utc_now())
    server.ready_to("hold")
    worker = workers.begin()
    assert server.holding.wait(20)
    return worker, email_id


def test_a_locked_database_is_waited_for_and_forms_say_so(
    app: Flask,
    server: Manners,
    nursery: Callable[..., Nursery],
    serve: Callable[..., Browser],
    settings: dict[str, Any],
) -> None:
    path = make_url(settings["SQLALCHEMY_DATABASE_URI"]).database
    visitor = serve()
    visitor.open_form()
    _, email_id = a_letter_whose_yes_is_held(app, server, nursery())
    with closing(sqlite3.connect(str(path), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        server.let_go()
        assert says_so_and_keeps_what_was_typed(visitor.send_form())
        assert visitor.web.get("/healthz")[0] == 200, "pages that only read go on"
        other.execute("ROLLBACK")
    assert drafts(app) == 0
    wait_until(lambda: row(app, email_id).state == "sent", "the worker did not come back")
    assert visitor.send_form()[0] in (302, 303)
    put(app, to="after@example.org", now=utc_now())
    wait_until(lambda: all_sent(app), "the worker did not go on")
    assert [len(same) for same in copies(server).values()] == [1, 1]


@contextmanager
def full_disk(*processes: int) -> Iterator[None]:
    """While it lasts none of the processes can write beyond the first pages of any file."""
    before = {each: resource.prlimit(each, resource.RLIMIT_FSIZE) for each in processes}
    for each, (_, hard) in before.items():
        resource.prlimit(each, resource.RLIMIT_FSIZE, (16 * 1024, hard))
    try:
        yield
    finally:
        for each, limits in before.items():
            resource.prlimit(each, resource.RLIMIT_FSIZE, limits)


def test_a_full_disk_loses_nothing_and_forms_say_so(
    app: Flask,
    server: Manners,
    nursery: Callable[..., Nursery],
    serve: Callable[..., Browser],
    settings: dict[str, Any],
) -> None:
    path = make_url(settings["SQLALCHEMY_DATABASE_URI"]).database
    visitor = serve()
    visitor.open_form()
    worker, email_id = a_letter_whose_yes_is_held(app, server, nursery())
    with full_disk(worker, visitor.web.process.pid):
        server.let_go()
        put(app, to="after@example.org", now=utc_now())
        assert says_so_and_keeps_what_was_typed(visitor.send_form())
        time.sleep(0.7)
        assert row(app, email_id).state == "sending"
        assert len(server.taken) == 1, "nothing leaves that could not be written down"
    assert drafts(app) == 0
    wait_until(lambda: all_sent(app), "the worker did not go on")
    assert visitor.send_form()[0] in (302, 303)
    assert [len(same) for same in copies(server).values()] == [1, 1]
    with closing(sqlite3.connect(str(path))) as other:
        assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def set_write_version(path: str, version: int) -> None:
    """Say in the header of a database who may write it: from 3 on nobody whom we know (see the format of SQLite)."""
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with open(path, "r+b") as file:
        file.seek(18)
        file.write(bytes([version]))


def test_a_database_that_cannot_be_written_keeps_what_was_typed(
    app: Flask,
    server: Manners,
    nursery: Callable[..., Nursery],
    serve: Callable[..., Browser],
    settings: dict[str, Any],
) -> None:
    """As after a disk that was mounted again to be read only: pages are shown, nothing is half written or sent."""
    path = str(make_url(settings["SQLALCHEMY_DATABASE_URI"]).database)
    visitor = serve()
    visitor.open_form()
    email_id = put(app, now=utc_now())
    with app.app_context():
        db.engine.dispose()
    set_write_version(path, 3)
    worker = nursery().begin()
    assert says_so_and_keeps_what_was_typed(visitor.send_form())
    assert visitor.web.get("/invite-a-speaker")[0] in (200, 302, 303), "pages that only read go on"
    time.sleep(0.5)
    assert server.taken == [], "nothing leaves that could not be written down"
    assert Path(f"/proc/{worker}").exists(), "the worker waits"
    set_write_version(path, 2)
    assert drafts(app) == 0
    # A connection that has seen it stays as it is: whoever mends the disk starts the portal anew.
    visitor.web.clear()
    again = serve()
    visitor.web = again.web
    assert visitor.send_form()[0] in (302, 303)
    nursery().begin()
    wait_until(lambda: row(app, email_id).state == "sent", "the letter did not leave")
    assert [len(same) for same in copies(server).values()] == [1]


@pytest.fixture
def postgres(postgres_url: str, settings: dict[str, Any]) -> Iterator[Flask]:
    """The application with the reference data over a PostgreSQL database."""
    settings["SQLALCHEMY_DATABASE_URI"] = postgres_url
    app = portal.create_app(**settings)
    with app.app_context():
        db.create_all()
        load_reference_data(db.session)
        db.session.commit()
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("fault", ["cut", "swallow"])
def test_postgresql_that_goes_and_comes_back(
    postgres: Flask,
    postgres_url: str,
    server: Manners,
    nursery: Callable[..., Nursery],
    serve: Callable[..., Browser],
    fault: str,
) -> None:
    address = make_url(postgres_url)
    proxy = Proxy(int(address.port or 0))
    through = address.set(port=proxy.port).render_as_string(hide_password=False)
    try:
        visitor = serve(DATABASE_URL=through, DATABASE_TIMEOUT="1")
        visitor.open_form()
        workers = nursery(SQLALCHEMY_DATABASE_URI=through, DATABASE_TIMEOUT=1)
        _, email_id = a_letter_whose_yes_is_held(postgres, server, workers)
        getattr(proxy, fault)()
        server.let_go()
        began = time.monotonic()
        assert says_so_and_keeps_what_was_typed(visitor.send_form())
        assert visitor.web.get("/healthz")[0] == 503
        assert time.monotonic() - began < 20
        proxy.mend()
        assert visitor.send_form()[0] in (302, 303), "the first page after it is answered"
        wait_until(lambda: row(postgres, email_id).state == "sent", "the worker did not come back")
        put(postgres, to="after@example.org", now=utc_now())
        wait_until(lambda: all_sent(postgres), "the worker did not go on")
        assert [len(same) for same in copies(server).values()] == [1, 1]
    finally:
        proxy.close()
