"""Two branches that turn out to be one, each with an affiliation of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.directory.models import Branch
from portal.extensions import db
from tests.dashboard.conftest import post_all


@pytest.fixture
def two(app: Flask, make_request: Callable[..., int]) -> tuple[int, int, int]:
    """A request of a new branch, that branch, and a known one."""
    with app.app_context():
        new, known = (
            Branch(body_type="branch", name=name, folded=name.casefold(), created_at=utc_now())
            for name in ("Durham Area", "Durham Area Branch")
        )
        db.session.add_all([new, known])
        db.session.commit()
        ids = new.id, known.id
    return make_request(branch_id=ids[0]), *ids


@pytest.mark.parametrize("closed", ["withdrawn", "declined", "lapsed"])
@pytest.mark.parametrize("which", [0, 1])
def test_a_closed_affiliation_stands_back(
    coordinator: FlaskClient,
    two: tuple[int, int, int],
    make_request: Callable[..., int],
    rows: Callable[..., list[Any]],
    closed: str,
    which: int,
) -> None:
    number, new, known = two
    states = [closed, "active"] if which == 0 else ["active", closed]
    made = [
        make_request("affiliation", state=state, branch_id=branch, of_branch_id=branch)
        for state, branch in zip(states, (new, known), strict=True)
    ]
    path = f"/dashboard/requests/{number}/merge/{known}"
    assert post_all(coordinator, path, coordinator.get(path).text).status_code == 303
    standing = rows("SELECT id FROM affiliations WHERE of_branch_id = :branch", branch=known)
    assert [tuple(row) for row in standing] == [(made[1 - which],)]
    page = coordinator.get(f"/dashboard/requests/{made[which]}").text
    assert "/moves/reopen" not in page
    assert "/moves/rejoin" not in page
