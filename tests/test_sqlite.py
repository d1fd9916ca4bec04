"""SQLite as every part of the portal has it: who writes has the lock from the start, who reads never waits."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from portal.extensions import reading_only


@pytest.fixture(params=["sqlite", "sqlite+pysqlite"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    made = create_engine(f"{request.param}:///{tmp_path / 'things.sqlite3'}")
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE things (id integer)"))
    yield made
    made.dispose()


def other_can_write(engine: Engine) -> bool:
    other = sqlite3.connect(str(engine.url.database), timeout=0)
    try:
        with other:
            other.execute("INSERT INTO things VALUES (2)")
    except sqlite3.OperationalError:
        return False
    finally:
        other.close()
    return True


def test_a_transaction_has_the_write_lock_before_it_writes(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("SELECT * FROM things"))
        assert not other_can_write(engine)
    assert other_can_write(engine)


def test_a_page_that_only_reads_keeps_nobody_from_writing_and_sees_one_moment(engine: Engine) -> None:
    before = reading_only.set(True)
    try:
        with engine.begin() as connection:
            assert connection.execute(text("SELECT count(*) FROM things")).scalar() == 0
            assert other_can_write(engine)
            assert connection.execute(text("SELECT count(*) FROM things")).scalar() == 0
    finally:
        reading_only.reset(before)


def test_what_is_written_is_undone_with_its_transaction(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("INSERT INTO things VALUES (1)"))
        connection.rollback()
        assert connection.execute(text("SELECT count(*) FROM things")).scalar() == 0


def test_a_lock_that_somebody_else_has_is_trouble_with_the_database(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
    other = sqlite3.connect(str(engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"), engine.begin() as connection:
        connection.execute(text("SELECT 1"))
    other.close()


def test_a_thank_you_page_means_that_the_data_is_on_disk(engine: Engine) -> None:
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "temp_store")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "temp_store": 2}
