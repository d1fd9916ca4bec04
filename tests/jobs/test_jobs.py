"""Work done aside: taken once, held, given back, taken over; and the processes that do it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal import worker
from portal.clock import utc_now
from portal.emails.models import SENT, OutboxEmail
from portal.extensions import db
from portal.jobs import keeping, kinds
from portal.jobs.rows import FAILED, READY, WAITING, WORKING, Job
from portal.planning import plans
from portal.speakers.plan_rows import Plan
from portal.worker import Worker
from tests.planning.rows import FIRST, LAST, wants_one, who_speaks
from tests.processes import PATIENCE, ROOT, Portal
from tests.test_worker import DEMO, queue_letter

NOW = utc_now()


def waiting(app: Flask, kind: str = plans.KIND) -> int:
    """A job that waits; for a plan with its plan."""
    with app.app_context():
        job = keeping.ask(db.session(), kind, None, utc_now())
        if kind == plans.KIND:
            db.session.add(Plan(job=job, first_on=FIRST, last_on=LAST))
        db.session.commit()
        return job.id


def stands(app: Flask, number: int) -> tuple[str, str, int]:
    with app.app_context():
        job = db.session.get_one(Job, number)
        return job.stage, job.trouble, job.starts


def until(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.1)


@pytest.fixture
def demo_app(make_app: Callable[..., Flask]) -> Flask:
    """A demo on SQLite with a speaker and a request, as processes find it."""
    app = make_app(**DEMO)
    with app.app_context():
        who_speaks()
        wants_one()
        db.session.commit()
    return app


@pytest.fixture
def of_test(demo_app: Flask) -> Iterator[Worker]:
    """A worker of this process, whose own child is ended with the test."""
    one = Worker(demo_app, "one")
    yield one
    one.end_aside()


def test_work_is_taken_once_and_by_the_oldest_first(any_app: Flask) -> None:
    first, second = waiting(any_app), waiting(any_app)
    with any_app.app_context():
        taken = [keeping.take(db.session(), name, NOW) for name in ("one", "two", "three")]
        assert [each[0].id if each else None for each in taken] == [first, second, None]


def test_what_a_dead_worker_held_is_taken_over_and_only_the_second_ends_it(any_app: Flask) -> None:
    number = waiting(any_app)
    with any_app.app_context():
        _, dead = keeping.take(db.session(), "dead", NOW) or pytest.fail("nothing taken")
        assert keeping.take(db.session(), "two", NOW + keeping.LEASE) is None
        assert keeping.hold(db.session(), number, dead, NOW + keeping.LEASE)
        later = NOW + 2 * keeping.LEASE + timedelta(seconds=1)
        _, living = keeping.take(db.session(), "two", later) or pytest.fail("nothing taken over")
        assert not keeping.hold(db.session(), number, dead, later)
        assert not keeping.finish(db.session(), number, dead, later)
        assert keeping.finish(db.session(), number, living, later)
        db.session.commit()
    assert stands(any_app, number) == (READY, "", 2)


def test_work_that_workers_die_of_is_not_begun_for_ever(app: Flask) -> None:
    number = waiting(app)
    with app.app_context():
        for again in range(keeping.MOST_STARTS + 1):
            keeping.take(db.session(), "w", NOW + again * 2 * keeping.LEASE)
        db.session.commit()
    assert stands(app, number)[:2] == (FAILED, keeping.CRASHED)
    with app.app_context():
        assert keeping.again(db.session.get_one(Job, number), NOW)
        assert not keeping.again(db.session.get_one(Job, number), NOW)
        db.session.commit()
    assert stands(app, number) == (WAITING, "", 0)


def test_a_process_makes_the_plan_and_says_how_far_it_is(demo_app: Flask) -> None:
    number = waiting(demo_app)
    worker.run(demo_app, once=True)
    assert stands(demo_app, number) == (READY, "", 1)
    with demo_app.app_context():
        plan = db.session.query(Plan).one()
        assert (plan.served, plan.job.doing, plan.is_proven) == (1, "comparing", True)


@pytest.mark.postgres
def test_a_process_makes_the_plan_on_postgresql(postgres_app: Flask) -> None:
    with postgres_app.app_context():
        who_speaks()
        wants_one()
        db.session.commit()
    number = waiting(postgres_app)
    worker.run(postgres_app, once=True)
    assert stands(postgres_app, number) == (READY, "", 1)


def test_letters_leave_while_a_plan_is_made(demo_app: Flask, of_test: Worker) -> None:
    number = waiting(demo_app)
    of_test.one_pass()
    assert of_test.aside.is_busy
    queue_letter(demo_app, "mair@example.org")
    of_test.one_pass()
    with demo_app.app_context():
        assert db.session.query(OutboxEmail).filter_by(template="common/message").one().state == SENT
    assert stands(demo_app, number)[0] == WORKING, "the letter went before the plan was made"


def test_a_process_that_breaks_fails_its_work(
    demo_app: Flask, of_test: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The process knows nothing of this kind: it ends with an error.
    monkeypatch.setitem(kinds._kinds, "unknown", kinds.Kind("unknown", "nowhere:work", "nowhere:keep", 60))
    number = waiting(demo_app, "unknown")
    of_test.one_pass()
    until(lambda: of_test.one_pass() or not of_test.aside.is_busy, "it did not end")
    assert stands(demo_app, number) == (FAILED, keeping.CRASHED, 1)


def test_a_process_that_is_killed_fails_its_work(demo_app: Flask, of_test: Worker) -> None:
    number = waiting(demo_app)
    of_test.one_pass()
    assert of_test.aside.running is not None
    of_test.aside.running.process.kill()
    until(lambda: of_test.one_pass() or not of_test.aside.is_busy, "it did not end")
    assert stands(demo_app, number)[:2] == (FAILED, keeping.CRASHED)


def test_a_process_whose_time_is_over_ends_itself(
    demo_app: Flask, of_test: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = kinds.kind(plans.KIND)
    monkeypatch.setitem(kinds._kinds, plans.KIND, kind._replace(seconds=0))
    number = waiting(demo_app)
    of_test.one_pass()
    until(lambda: of_test.one_pass() or not of_test.aside.is_busy, "it did not end")
    assert stands(demo_app, number)[:2] == (FAILED, keeping.TOO_LONG)


def test_a_worker_that_is_told_to_stop_leaves_its_work_to_another(demo_app: Flask, of_test: Worker) -> None:
    number = waiting(demo_app)
    of_test.one_pass()
    assert of_test.aside.running is not None
    process = of_test.aside.running.process
    of_test.end_aside()
    assert process.poll() is not None
    assert stands(demo_app, number) == (WAITING, "", 0)


def test_real_workers_stop_take_over_and_leave_no_process(demo_app: Flask, tmp_path: Path) -> None:
    """SIGTERM ends worker and child and gives the work back; SIGKILL of a worker ends its child as well."""
    environment: dict[str, Any] = {name: demo_app.config[name] for name in ("SECRET_KEY", "LINK_KEY", "FIELD_KEY")}
    number = waiting(demo_app)
    made = []
    for name, ending in (("one", signal.SIGTERM), ("two", signal.SIGKILL)):
        one = Portal(
            "worker", output=tmp_path / f"{name}.txt", PORTAL_ENV="demo", DATA_DIR=str(tmp_path), **environment
        )
        made.append(one)
        try:
            until(lambda: stands(demo_app, number)[0] == WORKING, "nobody took it")
            until(lambda one=one: len(one.group()) == 2, "it has no process of its own")
            os.kill(one.process.pid, ending)
            until(lambda one=one: not one.group(), "a process was left behind")
        finally:
            one.clear()
        if ending == signal.SIGTERM:
            assert stands(demo_app, number) == (WAITING, "", 0), one.text
    with demo_app.app_context():
        job = db.session.get_one(Job, number)
        assert (job.stage, job.starts) == (WORKING, 1)
        job.taken_until = utc_now() - timedelta(seconds=1)
        db.session.commit()
    worker.run(demo_app, once=True)
    assert stands(demo_app, number) == (READY, "", 2)


ASK = """
import sys
from portal import create_app
from portal.worker import Worker
app = create_app()
client = app.test_client()
client.get("/healthz"), client.get("/login")
loaded = sorted({"highspy", "numpy"} & set(sys.modules))
Worker(app, "resting").one_pass()
print(loaded, sorted({"highspy", "numpy"} & set(sys.modules)))
"""


def test_web_processes_and_a_resting_worker_never_load_the_solver(demo_app: Flask, tmp_path: Path) -> None:
    settings = {name: demo_app.config[name] for name in ("SECRET_KEY", "LINK_KEY", "FIELD_KEY")}
    found = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env={**os.environ, **settings, "PORTAL_ENV": "demo", "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "[] []"
