"""Several workers at once, and workers that die at the worst moment. Real processes, real databases."""

from __future__ import annotations

import collections
import json
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import portal
from portal.clock import utc_now
from portal.emails import outbox
from portal.emails.transport import choose_transport
from portal.extensions import db
from tests.emails.conftest import deliver, put, row

ROOT = Path(__file__).resolve().parents[2]


class Worker:
    """A worker process that waits for the starting signal."""

    def __init__(self, settings, name, **more):
        command = [
            sys.executable,
            "-m",
            "tests.emails.worker_process",
            json.dumps({**settings, **more}),
            name,
        ]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self):
        """Let it work."""
        assert self.process.stdout.readline().strip() == "ready"
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def wait(self):
        """Until it is done; it must end well."""
        assert self.process.wait(30) == 0
        self.close()

    def kill(self):
        """kill -9."""
        self.process.kill()
        self.process.wait(10)
        self.close()

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()


def message_ids(server):
    """How often each Message-ID was taken."""
    return collections.Counter(re.search(rb"(?m)^Message-ID: (\S+)", taken.raw)[1] for taken in server.taken)


def fill(app, count):
    """Queue letters that are due now."""
    return [put(app, to=f"jean{number}@example.org", now=utc_now()) for number in range(count)]


def test_two_workers_in_threads_send_each_letter_once(app, server):
    ids = fill(app, 40)

    def work(name):
        with app.app_context():
            while outbox.deliver_due(utc_now, choose_transport(app.config), name, 7).sent:
                pass

    threads = [threading.Thread(target=work, args=(f"worker-{n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert {row(app, i).state for i in ids} == {"sent"}
    assert sorted(message_ids(server).values()) == [1] * 40


def test_two_worker_processes_send_each_letter_once(app, server, settings):
    fill(app, 40)
    workers = [Worker(settings, f"worker-{number}") for number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.wait()
    assert sorted(message_ids(server).values()) == [1] * 40


def test_a_worker_killed_before_it_could_write_down_what_it_sent(app, server, settings, clock):
    """The server has the letter, the database does not know: one more copy, the same to the byte."""
    ids = fill(app, 3)
    server.mode = "hold"
    doomed = Worker(settings, "doomed", MAIL_TIMEOUT=8, MAIL_LEASE_SECONDS=40)
    doomed.start()
    assert server.holding.wait(15)
    doomed.kill()
    server.mode = "ok"
    server.released.set()
    assert row(app, ids[0]).state == "sending"
    clock.now = row(app, ids[0]).next_try_at
    assert deliver(app, clock, worker="heir").sent == 3
    assert deliver(app, clock, worker="heir").sent == 0
    assert {row(app, i).state for i in ids} == {"sent"}
    counted = message_ids(server)
    assert sorted(counted.values()) == [1, 1, 2]
    twice = counted.most_common(1)[0][0]
    assert len({taken.raw for taken in server.taken if twice in taken.raw}) == 1


def test_the_lease_of_a_dead_worker_runs_out_and_not_before(make_app, server, clock):
    app = make_app(MAIL_LEASE_SECONDS=60)
    email_id = put(app)
    with app.app_context(), pytest.raises(KeyboardInterrupt):
        outbox.deliver_due(clock, _Dying(), "doomed", 10)
    assert row(app, email_id).state == "sending"
    with app.app_context():
        transport = choose_transport(app.config)
        clock.on(seconds=59)
        assert outbox.deliver_due(clock, transport, "heir", 10).sent == 0
        clock.on(seconds=1)
        assert outbox.deliver_due(clock, transport, "heir", 10).sent == 1
    assert row(app, email_id).attempts == 2


class _Dying:
    """A transport in which the worker dies."""

    def is_open(self):
        return True

    def open(self):
        pass

    def send(self, parcel):
        raise KeyboardInterrupt

    def close(self):
        pass


@pytest.mark.postgres
def test_two_workers_on_postgresql_send_each_letter_once(postgres_url, server, settings):
    chosen = {**settings, "SQLALCHEMY_DATABASE_URI": postgres_url, "MAIL_PER_MINUTE": 1000}
    app = portal.create_app(**chosen)
    with app.app_context():
        db.create_all()
    ids = fill(app, 40)
    workers = [Worker(chosen, f"worker-{number}") for number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.wait()
    assert sorted(message_ids(server).values()) == [1] * 40
    assert {row(app, i).state for i in ids} == {"sent"}
    with app.app_context():
        db.engine.dispose()
