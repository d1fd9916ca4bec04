"""Several workers at once, and workers that are killed at the worst moment. Real processes, real databases.

None of what was acknowledged is lost, and a kill costs at most one extra copy: the same Message-ID, the same bytes.
"""

from __future__ import annotations

import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import portal
from portal.clock import utc_now
from portal.emails import outbox
from portal.emails.transport import choose_transport
from portal.extensions import db
from tests.emails.conftest import Clock, all_sent, deliver, end_leases, put, row
from tests.emails.nursery import Nursery, copies, wait_until
from tests.emails.servers import Manners
from tests.processes import Running


def fill(app: Flask, count: int) -> list[int]:
    """Queue letters that are due now."""
    return [put(app, to=f"jean{number}@example.org", now=utc_now()) for number in range(count)]


def each_once(server: Manners, count: int) -> bool:
    """Whether the server has taken so many letters, and none twice."""
    return sorted(len(same) for same in copies(server).values()) == [1] * count


def test_two_workers_in_threads_send_each_letter_once(app: Flask, server: Manners) -> None:
    fill(app, 40)

    def work(name: str) -> None:
        with app.app_context():
            while outbox.deliver_due(utc_now, choose_transport(app.config), name, 7).sent:
                pass

    threads = [threading.Thread(target=work, args=(f"worker-{n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert all_sent(app)
    assert each_once(server, 40)


@pytest.mark.parametrize("count", [2, 4])
def test_worker_processes_send_each_letter_once(
    app: Flask, server: Manners, nursery: Callable[..., Nursery], count: int
) -> None:
    many = nursery()
    for _ in range(count):
        many.begin()
    fill(app, 60)
    wait_until(lambda: all_sent(app), "not all letters were sent")
    assert each_once(server, 60)
    assert server.connections > 1, "only one of them worked"


@pytest.fixture
def postgres(postgres_url: str, settings: dict[str, Any]) -> Iterator[Flask]:
    """The application over a PostgreSQL database."""
    settings["SQLALCHEMY_DATABASE_URI"] = postgres_url
    app = portal.create_app(**settings)
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.postgres
def test_worker_processes_on_postgresql_send_each_letter_once(
    postgres: Flask, server: Manners, nursery: Callable[..., Nursery]
) -> None:
    many = nursery(MAIL_PER_MINUTE=1000)
    for _ in range(3):
        many.begin()
    fill(postgres, 60)
    wait_until(lambda: all_sent(postgres), "not all letters were sent")
    assert each_once(server, 60)


KILLS = ("hold-greeting", "hold-mail", "hold", "after its 250", "hold")
"""Before the server has spoken, before it has the letter, before it says that it has it, and before we know it."""


class Lock:
    """Keeps everybody from writing into a SQLite database."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=20, check_same_thread=False)

    def take(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def give_back(self) -> None:
        self._connection.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def lock(settings: dict[str, Any]) -> Iterator[Lock]:
    """A lock on this test's database."""
    one = Lock(Path(settings["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")))
    yield one
    one.close()


def test_ten_kills_at_the_worst_moments_lose_nothing(
    app: Flask, server: Manners, nursery: Callable[..., Nursery], lock: Lock
) -> None:
    ids = fill(app, 15)
    sent_as = {row(app, each).message_id for each in ids}
    workers = nursery()
    for when in (*KILLS, *KILLS):
        end_leases(app)
        server.ready_to("hold" if when == "after its 250" else when)
        worker = workers.begin()
        assert server.holding.wait(20), f"no worker came to the moment {when}"
        if when == "after its 250":
            lock.take()
            server.let_go()
            time.sleep(0.2)
        workers.kill(worker)
        if when == "after its 250":
            lock.give_back()
        server.let_go()
    end_leases(app)
    workers.begin()
    wait_until(lambda: all_sent(app), "not all letters were sent")
    found = copies(server)
    assert set(found) == sent_as
    assert sum(len(same) - 1 for same in found.values()) <= 10
    assert sum(len(same) - 1 for same in found.values()) == 6, "the server had each of six letters when a worker died"
    assert all(len(set(same)) == 1 for same in found.values()), "a copy differs from the letter"


@pytest.mark.postgres
def test_a_kill_between_the_servers_yes_and_our_commit_on_postgresql(
    postgres: Flask, server: Manners, nursery: Callable[..., Nursery]
) -> None:
    fill(postgres, 3)
    workers = nursery()
    server.ready_to("hold")
    worker = workers.begin()
    assert server.holding.wait(20)
    with postgres.app_context(), db.engine.begin() as connection:
        connection.execute(db.text("LOCK TABLE outbox_emails IN EXCLUSIVE MODE"))
        server.let_go()
        time.sleep(0.2)
        workers.kill(worker)
    end_leases(postgres)
    workers.begin()
    wait_until(lambda: all_sent(postgres), "not all letters were sent")
    assert sorted(len(same) for same in copies(server).values()) == [1, 1, 2]
    assert all(len(set(same)) == 1 for same in copies(server).values())


def test_the_command_is_killed_and_its_letter_leaves_when_the_lease_is_over(
    app: Flask, server: Manners, settings: dict[str, Any], tmp_path: Path
) -> None:
    """The shipped command itself, and the lease in real time."""
    environment = {
        "PORTAL_ENV": "test",
        "DATA_DIR": settings["DATA_DIR"],
        "SECRET_KEY": settings["SECRET_KEY"],
        "LINK_KEY": settings["LINK_KEY"],
        "FIELD_KEY": settings["FIELD_KEY"],
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(settings["MAIL_PORT"]),
        "MAIL_LEASE_SECONDS": "3",
        "WORKER_INTERVAL": "1",
    }
    command = ["-m", "flask", "--app", "wsgi", "worker"]
    first = fill(app, 2)[0]
    server.ready_to("hold")
    doomed = Running(command, tmp_path / "doomed.txt", **environment)
    heir: Running | None = None
    try:
        assert server.holding.wait(40), doomed.text
        leased_at = time.monotonic()
        doomed.clear()
        server.let_go()
        assert row(app, first).state == "sending"
        heir = Running(command, tmp_path / "heir.txt", **environment)
        wait_until(lambda: all_sent(app), "not all letters were sent")
        assert time.monotonic() - leased_at > 2, "the lease was not kept"
        assert heir.stop() == 0
        assert sorted(len(same) for same in copies(server).values()) == [1, 2]
    finally:
        doomed.clear()
        if heir is not None:
            heir.clear()


def test_a_worker_told_to_stop_while_it_sends_finishes_its_letter(
    app: Flask, server: Manners, nursery: Callable[..., Nursery]
) -> None:
    ids = fill(app, 3)
    workers = nursery()
    server.ready_to("hold")
    worker = workers.begin()
    assert server.holding.wait(20)
    threading.Timer(0.3, server.let_go).start()
    workers.kill(worker, signal.SIGTERM)
    assert [row(app, each).state for each in ids] == ["sent", "queued", "queued"]
    assert each_once(server, 1)


def test_a_worker_told_to_stop_while_the_server_is_silent_gives_its_letter_back(
    app: Flask, server: Manners, nursery: Callable[..., Nursery]
) -> None:
    ids = fill(app, 2)
    workers = nursery(MAIL_TIMEOUT=1)
    server.ready_to("hold-mail")
    worker = workers.begin()
    assert server.holding.wait(20)
    began = time.monotonic()
    workers.kill(worker, signal.SIGTERM)
    assert time.monotonic() - began < 8
    assert [(row(app, each).state, row(app, each).attempts) for each in ids] == [("queued", 0), ("queued", 0)]


def test_a_worker_told_to_stop_does_not_wait_for_a_locked_database_for_ever(
    app: Flask, server: Manners, nursery: Callable[..., Nursery], lock: Lock
) -> None:
    fill(app, 1)
    workers = nursery()
    server.ready_to("hold")
    worker = workers.begin()
    assert server.holding.wait(20)
    lock.take()
    server.let_go()
    time.sleep(0.1)
    began = time.monotonic()
    workers.kill(worker, signal.SIGTERM)
    assert time.monotonic() - began < 15
    lock.give_back()
    end_leases(app)
    workers.begin()
    wait_until(lambda: all_sent(app), "the letter was not sent")
    assert [len(set(same)) for same in copies(server).values()] == [1]


def test_the_lease_of_a_dead_worker_runs_out_and_not_before(
    make_app: Callable[..., Flask], server: Manners, clock: Clock
) -> None:
    app = make_app(MAIL_LEASE_SECONDS=60)
    email_id = put(app)
    with app.app_context(), pytest.raises(KeyboardInterrupt):
        outbox.deliver_due(clock, _Dying(), "doomed", 10)
    assert row(app, email_id).state == "sending"
    clock.on(seconds=59)
    assert deliver(app, clock, worker="heir").sent == 0
    clock.on(seconds=1)
    assert deliver(app, clock, worker="heir").sent == 1
    assert row(app, email_id).attempts == 2


class _Dying:
    """A transport in which the worker dies."""

    def is_open(self) -> bool:
        return True

    def open(self) -> None:
        pass

    def send(self, parcel: object) -> None:
        raise KeyboardInterrupt

    def close(self) -> None:
        pass
