"""Floods, the provider's ceiling, clocks that jump and restored backups: real worker processes over them all."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select

from portal import backups, create_app
from portal.clock import utc_now
from portal.emails.models import OutboxEmail
from portal.extensions import db
from tests.conftest import TEST_SETTINGS
from tests.emails.conftest import all_sent, put, row
from tests.emails.nursery import Nursery, copies, wait_until
from tests.emails.servers import Manners


def flood(app: Flask, count: int) -> None:
    """So many letters that have waited for a while."""
    model = row(app, put(app, now=utc_now() - timedelta(minutes=5)))
    values = {column.name: getattr(model, column.name) for column in OutboxEmail.__table__.columns}
    del values["id"]
    with app.app_context():
        rows = [
            values | {"message_id": f"<{number}@example.org>", "to_address": f"jean{number}@example.org"}
            for number in range(count - 1)
        ]
        db.session.execute(insert(OutboxEmail), rows)
        db.session.commit()


def set_clock(file: Path, seconds: int) -> None:
    """Say by how much the workers' clock is wrong; they must never read half of it."""
    draft = file.with_suffix(".draft")
    draft.write_text(str(seconds))
    draft.replace(file)


def are_tried(app: Flask, server: Manners, count: int) -> bool:
    """Whether so many letters were offered to the server, and every one was put back for later."""
    if server.offered < count:
        return False
    with app.app_context():
        return set(db.session.scalars(select(OutboxEmail.state))) == {"queued"}


def stays_at(server: Manners, count: int) -> bool:
    """Whether so many letters come, and no more."""
    wait_until(lambda: len(server.taken) >= count, "too few letters came")
    time.sleep(0.6)
    return len(server.taken) == count


def test_a_letter_about_signing_in_goes_before_a_flood_of_five_thousand(
    app: Flask, server: Manners, nursery: Callable[..., Nursery]
) -> None:
    flood(app, 5000)
    workers = nursery()
    workers.begin()
    workers.begin()
    wait_until(lambda: len(server.taken) > 20, "the flood does not flow")
    put(app, to="maria@example.org", is_urgent=True, now=utc_now())
    before = len(server.taken)
    wait_until(lambda: len(server.taken) > before + 6, "the flood does not flow")
    urgent = [taken.recipients[0] for taken in server.taken].index("maria@example.org")
    assert urgent <= before + 3, "each worker finishes the letter it has, and no other"


def test_workers_together_keep_the_ceiling_of_the_provider_even_when_they_are_begun_anew(
    app: Flask, server: Manners, nursery: Callable[..., Nursery], tmp_path: Path
) -> None:
    clock = tmp_path / "clock"
    set_clock(clock, 0)
    flood(app, 200)
    workers = nursery(MAIL_PER_MINUTE=30, CLOCK=str(clock))
    began = [workers.begin() for _ in range(3)]
    assert stays_at(server, 27), "a tenth is kept for letters about signing in"
    for each in began:
        workers.kill(each)
    workers.begin()
    workers.begin()
    assert stays_at(server, 27)
    for number in range(5):
        put(app, to=f"urgent{number}@example.org", is_urgent=True, now=utc_now())
    assert stays_at(server, 30)
    set_clock(clock, 62)
    assert stays_at(server, 30 + 27), "two letters about signing in, and others until a tenth is left"
    assert sorted(len(same) for same in copies(server).values())[-1] == 1


HOUR = 3600
JUMPS = ((HOUR, -HOUR), (3 * 24 * HOUR, 0), (-3 * 24 * HOUR, 0))


@pytest.mark.parametrize("jumps", JUMPS, ids=str)
def test_a_clock_that_jumps_neither_stalls_a_running_worker_nor_makes_it_burst(
    app: Flask, server: Manners, nursery: Callable[..., Nursery], tmp_path: Path, jumps: tuple[int, int]
) -> None:
    """An hour, as with the season where a clock is set by hand; hours and days, as with a wrong zone or battery."""
    clock = tmp_path / "clock"
    set_clock(clock, 0)
    server.mode = "rcpt-450"
    for number in range(3):
        put(app, to=f"jean{number}@example.org", now=utc_now())
    nursery(CLOCK=str(clock), MAIL_GIVE_UP_AFTER=5 * 24 * HOUR).begin()
    expected = 3
    wait_until(partial(are_tried, app, server, expected), "the letters were not tried")
    for number, jump in enumerate(jumps):
        set_clock(clock, jump)
        put(app, to=f"during{number}@example.org", now=utc_now() + timedelta(seconds=jump))
        expected += 3 + number + 1
        wait_until(partial(are_tried, app, server, expected), "the letters were not tried again")
        time.sleep(0.4)
        assert server.offered == expected, "each letter is tried once for each jump"
    server.mode = "ok"
    set_clock(clock, jumps[-1] + 400)
    wait_until(lambda: all_sent(app), "a letter was stalled")
    assert sorted(len(same) for same in copies(server).values()) == [1] * 5


def test_the_letters_of_a_restored_backup_stay_until_somebody_lets_them_go(
    app: Flask, server: Manners, nursery: Callable[..., Nursery], tmp_path: Path
) -> None:
    flood(app, 5)
    backups.backup(app, tmp_path / "copy.backup")
    uri = f"sqlite:///{tmp_path / 'restored.sqlite3'}"
    restored = create_app(**TEST_SETTINGS, DATA_DIR=str(tmp_path), SQLALCHEMY_DATABASE_URI=uri)
    with restored.app_context():
        assert backups.restore(restored, tmp_path / "copy.backup") == 5
        db.session.remove()
    nursery(SQLALCHEMY_DATABASE_URI=uri).begin()
    new = put(restored, to="new@example.org", now=utc_now())
    wait_until(lambda: row(restored, new).state == "sent", "the worker does not work")
    assert stays_at(server, 1)
    with restored.app_context():
        db.engine.dispose()
