"""What is remembered holds until something is written, and not a moment longer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from portal.extensions import reading_only
from portal.remembered import remembered

COUNT = text("SELECT count(*) FROM things")


@contextmanager
def page(*, reads: bool = True) -> Iterator[None]:
    before = reading_only.set(reads)
    try:
        yield
    finally:
        reading_only.reset(before)


class Counter:
    """Counts the rows, and how often it was asked to."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, connection: Connection) -> int:
        self.asked += 1
        return int(connection.execute(COUNT).scalar_one())

    def on(self, engine: Engine, key: str = "rows") -> int:
        with page(), engine.connect() as connection:
            return remembered(connection, key, self)


def add(connection: Connection) -> None:
    connection.execute(text("INSERT INTO things VALUES (1)"))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = create_engine(f"sqlite:///{tmp_path / 'things.sqlite3'}", pool_size=1, max_overflow=0)
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE things (id integer)"))
    yield made
    made.dispose()


def test_it_is_read_once_while_nothing_is_written(engine: Engine) -> None:
    count = Counter()
    assert [count.on(engine) for _page in range(5)] == [0] * 5
    assert count.asked == 1
    assert count.on(engine, "another key") == 0
    assert count.asked == 2


def test_what_the_same_connection_wrote_is_seen(engine: Engine) -> None:
    count = Counter()
    assert count.on(engine) == 0
    with page(reads=False), engine.begin() as connection:
        add(connection)
    assert count.on(engine) == 1


def test_what_another_process_wrote_is_seen(engine: Engine) -> None:
    count = Counter()
    assert count.on(engine) == 0
    other = create_engine(engine.url)
    with other.begin() as connection:
        add(connection)
    other.dispose()
    assert count.on(engine) == 1


def test_what_was_undone_was_never_there(engine: Engine) -> None:
    count = Counter()
    with page(reads=False), engine.connect() as connection:
        add(connection)
        assert remembered(connection, "rows", count) == 1
        connection.rollback()
    assert count.on(engine) == 0


def test_a_transaction_sees_its_own_writes(engine: Engine) -> None:
    count = Counter()
    assert count.on(engine) == 0
    with page(reads=False), engine.connect() as connection:
        for wanted in (1, 2, 3):
            add(connection)
            assert remembered(connection, "rows", count) == wanted


@pytest.mark.postgres
def test_postgresql_reads_every_time(postgres_url: str) -> None:
    made = create_engine(postgres_url)
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE things (id integer)"))
    count = Counter()
    assert [count.on(made) for _page in range(3)] == [0, 0, 0]
    assert count.asked == 3
    made.dispose()
