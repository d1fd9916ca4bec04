"""What the tests of tours share: a tour of five days on disk, and clients."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.emails.models import WorkerPass
from portal.extensions import db
from tests.touring.people import a_tour, a_visitor, five_requests, work_out


@pytest.fixture
def maria(app: Flask, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """A coordinator, signed in; the worker has just passed."""
    client = sign_in("coordinator", email="maria@example.org")
    with app.app_context():
        db.session.add(WorkerPass(name="deliver", at=utc_now() + timedelta(minutes=3)))
        db.session.commit()
    return client


@pytest.fixture
def tour(app: Flask, maria: FlaskClient) -> int:
    """The number of a tour with a route of five days."""
    with app.app_context():
        five_requests()
        by = int(db.session.execute(db.text("SELECT max(id) FROM coordinators")).scalar_one())
        found = a_tour(a_visitor(), by)
        db.session.commit()
        number = found.id
        work_out(number)
    return number


@pytest.fixture
def stops(app: Flask, tour: int) -> list[tuple[Any, ...]]:
    """Number, request and standing of each stop, in the order of days."""
    with app.app_context():
        rows = db.session.execute(
            db.text("SELECT id, submission_id, standing FROM tour_stops WHERE tour_id = :t ORDER BY on_date"),
            {"t": tour},
        )
        return [tuple(row) for row in rows]
