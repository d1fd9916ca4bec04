"""My day and its tasks: what needs a person stands there, and nothing that does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import Coordinator
from portal.clock import london_day, utc_now
from portal.extensions import db
from portal.submissions import daily, tasks
from portal.submissions import day as days
from portal.submissions.models import reference_of
from portal.submissions.work import Task
from tests.conftest import counted
from tests.dashboard.conftest import Page, day

MOST_STATEMENTS = 6
Rows = Callable[..., list[Any]]


@pytest.fixture
def open_task(app: Flask) -> Callable[..., int]:
    """Opens tasks and gives their numbers."""

    def make(about: str = "Ring the secretary", *, days: int = 0, **facts: Any) -> int:
        with app.app_context():
            now = utc_now()
            task = tasks.open_task(
                db.session(),
                key=f"test:{about}:{facts}",
                reason="by-hand",
                about=about,
                due_on=london_day(now) + timedelta(days=days),
                now=now,
                **facts,
            )
            assert task is not None
            db.session.commit()
            return task.id

    return make


def number_of(app: Flask, name: str) -> int:
    with app.app_context():
        return db.session.scalars(select(Coordinator.id).where(Coordinator.name == name)).one()


def sections(html: str) -> dict[str, list[str]]:
    """The headings of the day, and what stands under each."""
    found = {}
    for part in re.split(r"<h2", html)[1:]:
        heading = re.sub(r"<[^>]*>", "", "<h2" + part.split("</h2>")[0]).strip()
        found[heading] = re.findall(r'class="day__title"><a href="[^"]*">([^<]*)</a>', part)
    return found


def ours(days: int, **facts: Any) -> dict[str, Any]:
    return {"due_on": day(days), "queue_on": day(days), **facts}


def test_the_desk_begins_with_the_day(coordinator: FlaskClient) -> None:
    assert coordinator.get("/dashboard/").headers["Location"] == "/dashboard/my-day"


def test_a_viewer_has_no_day(sign_in: Callable[..., FlaskClient]) -> None:
    viewer = sign_in("viewer")
    assert viewer.get("/dashboard/").headers["Location"] == "/dashboard/requests"
    assert viewer.get("/dashboard/my-day").status_code == 403


def test_an_empty_day_says_so(coordinator: FlaskClient) -> None:
    assert "Nothing needs you today" in coordinator.get("/dashboard/my-day").text


def test_everything_stands_in_one_place_and_broken_promises_first(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    me = number_of(app, "Maria Kovalenko")
    make_request(heading="Broken and nobody’s", **ours(-2))
    make_request(heading="Broken and mine", **ours(-1, coordinator_id=me))
    make_request(heading="Promised today", **ours(0, coordinator_id=me))
    make_request(heading="New", **ours(3))
    make_request(heading="Mine for later", **ours(4, coordinator_id=me))
    make_request(heading="Meeting soon", state="confirmed", meeting_on=day(6))
    make_request(heading="Meeting later", state="confirmed", meeting_on=day(9))
    make_request(heading="Waits for the branch", state="waiting-for-branch")
    make_request(heading="Closed", state="closed")
    make_request(heading="Looks like spam", held_reason="trap")
    assert sections(coordinator.get("/dashboard/my-day").text) == {
        "Promise broken": ["Broken and nobody’s", "Broken and mine"],
        "Promised for today": ["Promised today"],
        "Nobody’s yet": ["New"],
        "Held for review": ["Looks like spam"],
        "Meetings this week": ["Meeting soon"],
        "Waiting on you": ["Mine for later"],
    }


def test_what_is_somebody_else_s_is_not_mine(
    app: Flask, coordinator: FlaskClient, sign_in: Callable[..., FlaskClient], make_request: Callable[..., int]
) -> None:
    sign_in("admin", name="Taras Hrynko")
    with app.app_context():
        other = db.session.scalars(select(Coordinator.id).where(Coordinator.role == "admin")).one()
    make_request(heading="Broken and theirs", **ours(-2, coordinator_id=other))
    make_request(heading="Theirs", **ours(2, coordinator_id=other))
    assert "theirs" not in coordinator.get("/dashboard/my-day").text.lower()


def test_who_stands_in_sees_the_other_s_day(
    app: Flask, coordinator: FlaskClient, sign_in: Callable[..., FlaskClient], make_request: Callable[..., int]
) -> None:
    sign_in("admin", name="Taras Hrynko")
    me = number_of(app, "Maria Kovalenko")
    with app.app_context():
        other = db.session.scalars(select(Coordinator).where(Coordinator.role == "admin")).one()
        other.away_from, other.away_until, other.cover_id = day(-1), day(5), me
        name, number = other.name, other.id
        db.session.commit()
    make_request(heading="Broken and theirs", **ours(-2, coordinator_id=number))
    html = coordinator.get("/dashboard/my-day").text
    assert f"You stand in for {name}" in html
    assert sections(html)["Promise broken"] == ["Broken and theirs"]


@pytest.mark.parametrize(("ended", "is_told"), [(-1, True), (-9, False), (0, False)])
def test_whoever_comes_back_reads_once_what_went_back_to_the_queue(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], ended: int, is_told: bool
) -> None:
    me = number_of(app, "Maria Kovalenko")
    lost, back = make_request(), make_request(coordinator_id=me)
    with app.app_context():
        person = db.session.get_one(Coordinator, me)
        person.away_from, person.away_until = day(-20), day(ended)
        for number, owner, when in ((lost, me, -12), (back, me, -12), (lost, 99, -12), (99, me, -12), (99, me, -21)):
            daily.note(db.session(), f"handed-back:{number}:{owner}", day(when - number), utc_now())
        db.session.commit()
    html = coordinator.get("/dashboard/my-day").text
    line = (
        "<p>Went back to the queue while you were away: "
        f'<a class="nowrap" href="/dashboard/requests/{lost}">{reference_of(lost)}</a>.</p>'
    )
    assert (line in html, "while you were away" in html) == (is_told, is_told)


@pytest.mark.parametrize("fate", ["away without a cover", "account closed"])
def test_what_belongs_to_somebody_for_whom_nobody_looks_out_is_everybody_s(
    app: Flask,
    coordinator: FlaskClient,
    sign_in: Callable[..., FlaskClient],
    make_request: Callable[..., int],
    open_task: Callable[..., int],
    fate: str,
) -> None:
    sign_in("admin", name="Taras Hrynko")
    with app.app_context():
        other = db.session.scalars(select(Coordinator).where(Coordinator.role == "admin")).one()
        other.active = fate != "account closed"
        if other.active:
            other.away_from, other.away_until = day(-1), day(5)
        number = other.id
        db.session.commit()
    request = make_request(heading="Broken and theirs", **ours(-2, coordinator_id=number))
    open_task("Of their request", submission_id=request)
    open_task("Their own", coordinator_id=number)
    found = sections(coordinator.get("/dashboard/my-day").text)
    assert found["Promise broken"] == ["Broken and theirs"]
    assert found["Your tasks"] == ["Of their request", "Their own"]


def test_tasks_stand_with_what_is_due(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], open_task: Callable[..., int]
) -> None:
    number = make_request(heading="NUM Durham Area", **ours(9))
    open_task("Ring them today", submission_id=number)
    open_task("Late", days=-3)
    open_task("Next week", days=7)
    found = sections(coordinator.get("/dashboard/my-day").text)
    assert found["Your tasks"] == ["Late", "Ring them today"]
    assert found["Tasks to come"] == ["Next week"]


def test_a_task_is_finished_with_what_came_of_it(
    coordinator: FlaskClient, make_request: Callable[..., int], open_task: Callable[..., int], rows: Rows
) -> None:
    number = make_request()
    task = open_task(submission_id=number)
    assert "Ring the secretary" in coordinator.get(f"/dashboard/requests/{number}").text
    page = Page(coordinator, f"/dashboard/tasks/{task}")
    assert "0191 498 0000" in page.text
    assert page.post(outcome="Jean will write.").headers["Location"] == f"/dashboard/requests/{number}"
    assert rows("SELECT outcome, done_at IS NOT NULL FROM tasks") == [("Jean will write.", 1)]
    assert "Ring the secretary" not in coordinator.get("/dashboard/my-day").text
    history = coordinator.get(f"/dashboard/requests/{number}").text
    assert "Done: Ring the secretary" in history
    assert "Jean will write." in history
    done = coordinator.get(f"/dashboard/tasks/{task}").text
    assert "by Maria Kovalenko" in done
    assert "Jean will write." in done


def test_whoever_is_second_at_a_task_is_told_and_keeps_the_words(
    coordinator: FlaskClient, open_task: Callable[..., int], rows: Rows
) -> None:
    task = open_task()
    first, second = (Page(coordinator, f"/dashboard/tasks/{task}") for _ in range(2))
    first.post(outcome="I rang them.")
    answer = second.post(outcome="I wrote to them.")
    assert "Somebody has finished this task already" in answer.text
    assert "I wrote to them." in answer.text
    assert rows("SELECT outcome FROM tasks") == [("I rang them.",)]


def test_an_outcome_that_is_too_long_is_kept_on_the_page(
    coordinator: FlaskClient, open_task: Callable[..., int], rows: Rows
) -> None:
    answer = Page(coordinator, f"/dashboard/tasks/{open_task()}").post(outcome="x" * 2001)
    assert "Shorten this to 2,000 letters or fewer" in answer.text
    assert "x" * 2001 in answer.text
    assert rows("SELECT done_at FROM tasks") == [(None,)]


def test_a_task_is_set_by_hand_once(
    app: Flask, coordinator: FlaskClient, make_request: Callable[..., int], rows: Rows
) -> None:
    number, me = make_request(), number_of(app, "Maria Kovalenko")
    page = Page(coordinator, f"/dashboard/requests/{number}/tasks/new")
    for _ in range(2):
        page.post(about="Ring about the hall", due_on="tomorrow", to=str(me))
    tomorrow = london_day(utc_now()) + timedelta(days=1)
    assert rows("SELECT about, due_on, coordinator_id, submission_id FROM tasks") == [
        ("Ring about the hall", tomorrow.isoformat(), me, number)
    ]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"about": "", "due_on": "tomorrow"}, "Fill in “"),
        ({"about": "Ring", "due_on": "31 February 2027"}, "There is no 31 February 2027."),
        ({"about": "Ring", "due_on": "1 March 2020"}, "This date"),
        ({"about": "Ring", "due_on": ""}, "Enter a date"),
        ({"about": "R" * 201, "due_on": "tomorrow"}, "Shorten this to 200 letters or fewer"),
    ],
)
def test_a_task_that_cannot_be_set_keeps_what_was_typed(
    coordinator: FlaskClient, make_request: Callable[..., int], rows: Rows, typed: dict[str, str], sentence: str
) -> None:
    answer = Page(coordinator, f"/dashboard/requests/{make_request()}/tasks/new").post(to="none", **typed)
    assert answer.status_code == 200
    assert sentence in answer.text
    for value in typed.values():
        assert value in answer.text
    assert rows("SELECT count(*) FROM tasks") == [(0,)]


def test_a_task_is_given_to_somebody_and_back(
    app: Flask, coordinator: FlaskClient, open_task: Callable[..., int], rows: Rows
) -> None:
    task, me = open_task(), number_of(app, "Maria Kovalenko")
    path = f"/dashboard/tasks/{task}"
    Page(coordinator, path).post(f"{path}/owner", to=str(me), was="none")
    assert rows("SELECT coordinator_id FROM tasks") == [(me,)]
    Page(coordinator, path).post(f"{path}/owner", to="99999", was=str(me))
    assert rows("SELECT coordinator_id FROM tasks") == [(me,)]
    # From a page on which it was still nobody's: whoever gave it away first is not overruled.
    Page(coordinator, path).post(f"{path}/owner", to="none", was="none")
    assert rows("SELECT coordinator_id FROM tasks") == [(me,)]
    assert "Somebody else has given this task away" in coordinator.get(path).text
    Page(coordinator, path).post(f"{path}/owner", to="none", was=str(me))
    assert rows("SELECT coordinator_id FROM tasks") == [(None,)]


def test_an_unknown_task_is_not_found(coordinator: FlaskClient) -> None:
    for number in ("99", "99999999999999"):
        assert coordinator.get(f"/dashboard/tasks/{number}").status_code == 404


@pytest.mark.parametrize("many", [1, 30])
def test_the_day_costs_few_statements(
    app: Flask,
    coordinator: FlaskClient,
    make_request: Callable[..., int],
    open_task: Callable[..., int],
    many: int,
) -> None:
    for number in range(many):
        request = make_request(heading=f"Branch {number}", **ours(-1))
        open_task(f"Task {number}", submission_id=request)
    coordinator.get("/dashboard/my-day")
    with counted() as statements:
        assert coordinator.get("/dashboard/my-day").status_code == 200
    assert len(statements) <= MOST_STATEMENTS, statements


@pytest.mark.postgres
def test_the_day_reads_the_same_on_postgresql(postgres_app: Flask) -> None:

    with postgres_app.app_context():
        assert days.day(db.session(), utc_now(), {1, 2}) == {name: [] for name in days.SECTIONS}
        assert tasks.open_tasks(db.session(), {1}, london_day(utc_now())) == []
        assert db.session.scalars(select(Task)).all() == []
