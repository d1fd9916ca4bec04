"""The diary of a twinning on the desk: everything is read there, and nothing is public that nobody has let out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.extensions import db
from portal.twinning import diary
from portal.twinning.diary_entry import DiaryEntry
from portal.twinning.models import TwinningProposal
from tests.conftest import counted, csrf_token

MOST_STATEMENTS = 8


@pytest.fixture
def number(make_request: Callable[..., int]) -> int:
    """A branch that is twinned."""
    return make_request("twinning", state="twinned", body_name="Western Donbas miners")


def entry(app: Flask, number: int, **changed: Any) -> int:
    """An entry of the branch; its number."""
    values = {"kind": "call", "happened_on": utc_now().date(), "words": "We sang", "report": "", "audience": "public"}
    with app.app_context():
        proposal = db.session.get_one(TwinningProposal, number)
        made = diary.write(db.session(), proposal, {**values, **changed}, side="branch", now=utc_now())
        db.session.commit()
        return made.id


def decide(client: FlaskClient, number: int, made: int, act: str, **changed: str) -> Any:
    """Press one of the buttons under an entry."""
    html = client.get(f"/dashboard/requests/{number}/diary").text
    mark = re.search(r'name="written" value="([^"]+)"', html)
    assert mark
    given = {"csrf_token": csrf_token(html), "written": mark[1].replace("&#43;", "+"), "act": act, **changed}
    return client.post(f"/dashboard/requests/{number}/diary/{made}", data=given)


def state_of(app: Flask, made: int) -> tuple[str, bool]:
    """Who may see an entry, and whether it was let out."""
    with app.app_context():
        found = db.session.get_one(DiaryEntry, made)
        return found.audience, found.let_out_at is not None


def test_whoever_lets_an_entry_out_sees_what_it_tells(app: Flask, coordinator: FlaskClient, number: int) -> None:
    path = f"/dashboard/requests/{number}/diary"
    entry(app, number, words="We sang at the river")
    assert "Found in these words" not in coordinator.get(path).text
    entry(app, number, words="Ми співали в Києві, пишіть на a@example.org")
    assert "Found in these words: a@example.org, Києві." in coordinator.get(path).text


def test_the_page_of_the_request_and_the_task_lead_to_the_diary(
    app: Flask, coordinator: FlaskClient, number: int
) -> None:
    entry(app, number)
    path = f"/dashboard/requests/{number}/diary"
    assert f'href="{path}"' in coordinator.get(f"/dashboard/requests/{number}").text
    day = coordinator.get("/dashboard/").text + coordinator.get("/dashboard/my-day").text
    task = re.search(r"/dashboard/tasks/\d+", day)
    assert task
    assert f'href="{path}"' in coordinator.get(task[0]).text


def test_an_entry_is_let_out_or_kept_between_both(app: Flask, coordinator: FlaskClient, number: int) -> None:
    made = entry(app, number)
    page = coordinator.get(f"/dashboard/requests/{number}/diary").text
    assert "We sang" in page
    assert "Waits to be read" in page
    assert decide(coordinator, number, made, "let-out").status_code == 303
    assert state_of(app, made) == ("public", True)
    decide(coordinator, number, made, "keep")
    assert state_of(app, made) == ("both", False)


def test_what_was_written_anew_is_read_anew(app: Flask, coordinator: FlaskClient, number: int) -> None:
    made = entry(app, number)
    decide(coordinator, number, made, "let-out", written="2026-01-01T00:00:00+00:00")
    assert state_of(app, made) == ("public", False)


def test_an_entry_of_ours_is_kept_once(app: Flask, coordinator: FlaskClient, number: int) -> None:
    path = f"/dashboard/requests/{number}/diary"
    given = {"kind": "aid", "happened_on": "2 November 2026", "words": "Batteries", "audience": "both"}
    for _ in range(2):
        coordinator.post(path, data={"csrf_token": csrf_token(coordinator.get(path).text), **given})
    assert coordinator.get(path).text.count("Batteries") == 1
    answer = coordinator.post(path, data={"csrf_token": csrf_token(coordinator.get(path).text), "words": "Half"})
    assert "There is a problem" in answer.text
    assert "Half" in answer.text


def test_a_dangerous_entry_is_taken_out(app: Flask, coordinator: FlaskClient, number: int) -> None:
    made = entry(app, number, audience="both")
    decide(coordinator, number, made, "take-out")
    assert "We sang" not in coordinator.get(f"/dashboard/requests/{number}/diary").text
    gone = coordinator.post(f"/dashboard/requests/{number}/diary/{made}", data={"act": "take-out"})
    assert gone.status_code in (303, 400)


def test_without_a_twin_there_is_none(coordinator: FlaskClient, make_request: Callable[..., int]) -> None:
    for kind, state in (("twinning", "seeking"), ("speaker", "received")):
        assert coordinator.get(f"/dashboard/requests/{make_request(kind, state=state)}/diary").status_code == 404


def test_the_page_sends_few_statements(app: Flask, coordinator: FlaskClient, number: int) -> None:
    for words in ("One", "Two", "Three"):
        entry(app, number, words=words)
    path = f"/dashboard/requests/{number}/diary"
    coordinator.get(path)
    with counted() as statements:
        coordinator.get(path)
    assert len(statements) <= MOST_STATEMENTS, statements
