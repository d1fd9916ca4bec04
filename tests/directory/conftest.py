"""A bare application with the directory's tables alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import Table

from portal.directory.load import load_reference_data
from portal.directory.models import Branch, Officer, Union
from portal.extensions import db

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@contextmanager
def filled_directory(uri: str) -> Iterator[None]:
    """The directory's tables with the shipped unions; the models' own context is open."""
    app = Flask("directory-tests")
    app.config["SQLALCHEMY_DATABASE_URI"] = uri
    db.init_app(app)
    with app.app_context():
        tables = [each for each in (Union.__table__, Branch.__table__, Officer.__table__) if isinstance(each, Table)]
        db.metadata.create_all(db.engine, tables=tables)
        load_reference_data(db.session)
        db.session.commit()
        yield
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def directory() -> Iterator[None]:
    """The directory in a database in memory."""
    with filled_directory("sqlite://"):
        yield


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_directory(request: pytest.FixtureRequest) -> Iterator[None]:
    """The directory in memory, and again on a real PostgreSQL."""
    uri = request.getfixturevalue("postgres_url") if request.param == "postgres" else "sqlite://"
    with filled_directory(uri):
        yield


@pytest.fixture
def now() -> datetime:
    """A fixed moment."""
    return NOW
