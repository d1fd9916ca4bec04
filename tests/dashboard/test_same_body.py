"""Two registrations of one body: a coordinator is asked, and nothing is put together on a guess."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.extensions import db
from portal.submissions import tasks
from portal.submissions.work import Task
from portal.twinning import alike
from tests.conftest import csrf_token
from tests.submissions.walks import text_of
from tests.twinning.registrations import ANSWERS, NOW, found, register
from tests.twinning.test_waiting import OPENED

ASKED = "The same body twice?"
NAME = ANSWERS["organisation"]["name_uk"]
ANOTHER = {"contact_email": "taras@example.org"}


def page(client: FlaskClient, number: int) -> str:
    return client.get(f"/dashboard/ukraine/{number}").text


@pytest.mark.parametrize(
    ("organisation", "reach"),
    [
        ({"name_uk": "Профспілкова організація шахти Світанок", "name_latin": ""}, ANOTHER),
        ({"name_uk": "Шахта", "name_latin": "Svitanok mine"}, ANOTHER),
        ({"name_uk": "Зовсім інша назва", "name_latin": "", "oblast": "lviv"}, {}),
    ],
)
def test_one_body_that_came_twice_is_recognised(
    app: Flask, coordinator: FlaskClient, organisation: dict[str, Any], reach: dict[str, str]
) -> None:
    first, second = register(app, *OPENED), register(app, organisation=organisation, reach=reach)
    for here, there in ((first, second), (second, first)):
        html = page(coordinator, here)
        assert ASKED in html
        assert f'href="/dashboard/ukraine/{there}"' in html
    assert ASKED in coordinator.get(f"/dashboard/requests/{second}").text


@pytest.mark.parametrize(
    "organisation",
    [
        {"name_uk": "Первинна організація шахти «Промінь»", "name_latin": ""},
        {"name_uk": "Первинна профспілкова організація", "name_latin": ""},
        {"oblast": "lviv", "town": ""},
    ],
)
def test_others_are_not_taken_for_the_same(app: Flask, coordinator: FlaskClient, organisation: dict[str, Any]) -> None:
    first, _ = register(app), register(app, organisation=organisation, reach=ANOTHER)
    assert ASKED not in page(coordinator, first)


def test_two_bodies_stay_two_and_nobody_is_asked_again(
    app: Flask, coordinator: FlaskClient, look: Callable[..., Any]
) -> None:
    first, second = register(app), register(app)
    token = csrf_token(page(coordinator, first))
    for _ in range(2):
        answer = coordinator.post(f"/dashboard/ukraine/{first}/apart/{second}", data={"csrf_token": token})
        assert answer.status_code == 303
    for number in (first, second):
        assert ASKED not in page(coordinator, number)
        assert look(number, "state") == "received"
        history = coordinator.get(f"/dashboard/requests/{number}").text
        assert history.count("is of another body") == 1


def test_who_has_withdrawn_is_named_on_no_other_page(app: Flask, coordinator: FlaskClient) -> None:
    first, _ = register(app), register(app, ("withdraw", {}))
    assert ASKED not in page(coordinator, first)
    assert NAME in page(coordinator, first)


def tasks_of(number: int) -> list[tuple[str, bool]]:
    """What somebody is to do about a registration, and whether it is done; in the context of the caller."""
    rows = db.session.scalars(select(Task).where(Task.submission_id == number).order_by(Task.id))
    return [(row.about, row.done_at is not None) for row in rows]


def test_a_second_registration_is_a_task_until_somebody_has_looked(app: Flask, coordinator: FlaskClient) -> None:
    first = register(app)
    second = register(app, organisation={"name_uk": "Шахта", "name_latin": "Svitanok mine"}, reach=ANOTHER)
    with app.app_context():
        assert tasks_of(first) == []
        ((about, is_done),) = tasks_of(second)
        assert "registered before" in about
        assert not is_done
    token = csrf_token(page(coordinator, first))
    coordinator.post(f"/dashboard/ukraine/{first}/apart/{second}", data={"csrf_token": token})
    with app.app_context():
        assert [is_done for _, is_done in tasks_of(second)] == [True]


def test_only_who_reads_at_the_same_address_hears_that_it_came_before(app: Flask) -> None:
    register(app, *OPENED)
    again, other = register(app), register(app, reach=ANOTHER)
    with app.app_context():
        told = "З цієї адреси вже є реєстрація"
        assert told in text_of(found(app, again), "ukrainian/received")
        assert told not in text_of(found(app, other), "ukrainian/received"), "nobody finds out who is registered"
        assert "Хтось уже реєстрував вашу організацію?" in text_of(found(app, other), "ukrainian/received")


def test_what_is_settled_of_one_body_settles_no_other(app: Flask) -> None:
    number = register(app)
    with app.app_context():
        other = tasks.open_task(
            db.session(), key=f"same-body:{number}2", reason="same-body", about="Look", due_on=NOW.date(), now=NOW
        )
        db.session.flush()
        alike.settle(db.session(), found(app, number), NOW)
        db.session.commit()
        assert other is not None
        db.session.refresh(other)
        assert other.done_at is None
