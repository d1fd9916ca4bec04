"""A bare application with the directory's tables alone, on a database in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import Table

from portal.directory.load import load_reference_data
from portal.directory.models import Branch, Officer, Union
from portal.extensions import db

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
def directory() -> Iterator[None]:
    """The directory in an empty database with the shipped unions; the models' own context is open."""
    app = Flask("directory-tests")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(app)
    with app.app_context():
        tables = [
            table
            for table in (Union.__table__, Branch.__table__, Officer.__table__)
            if isinstance(table, Table)
        ]
        db.metadata.create_all(db.engine, tables=tables)
        load_reference_data(db.session)
        db.session.commit()
        yield
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def now() -> datetime:
    """A fixed moment."""
    return NOW
