"""A request that nobody had taken is looked after by whoever makes the first move on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from tests.dashboard.conftest import Page, post_all


def test_whoever_makes_a_move_takes_the_request_on(
    coordinator: FlaskClient, make_request: Callable[..., int], rows: Callable[..., list[Any]]
) -> None:
    number = make_request()
    path = f"/dashboard/requests/{number}/moves/start-matching"
    Page(coordinator, path)
    assert rows("SELECT coordinator_id FROM submissions") == [(None,)], "looking at the letters takes nothing on"
    assert post_all(coordinator, path, coordinator.get(path).text).status_code == 303
    ((name,),) = rows("SELECT c.name FROM submissions s JOIN coordinators c ON c.id = s.coordinator_id")
    assert name == "Maria Kovalenko"
    ((letter,),) = rows("SELECT text FROM outbox_emails WHERE template = 'speaker/matching'")
    assert "Maria Kovalenko will write again" in letter


def test_what_is_closed_by_a_move_is_taken_on_by_nobody(
    coordinator: FlaskClient, make_request: Callable[..., int], rows: Callable[..., list[Any]]
) -> None:
    number = make_request()
    Page(coordinator, f"/dashboard/requests/{number}/moves/decline").post(reason="We cannot")
    assert rows("SELECT coordinator_id FROM submissions") == [(None,)]
