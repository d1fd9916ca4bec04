"""A branch without a fixed day is asked whether the day of a tour suits: it answers on its page, and that flows on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.emails import links
from portal.extensions import db
from portal.submissions.day_words import in_words_of
from tests.conftest import csrf_token
from tests.public.conftest import main_of
from tests.public.speaker import fields_on
from tests.touring.people import a_day, a_request, a_tour, a_visitor, work_out
from tests.touring.test_pages import answer, ask, path_of, press, states

ROWS = Callable[..., list[Any]]
RULE = "an evening on which our hall is free"
TURN = "SELECT turn FROM submissions"
TASKS = "SELECT about FROM tasks WHERE done_at IS NULL AND about LIKE '%visitor%'"


@pytest.fixture
def asked(app: Flask, maria: FlaskClient) -> tuple[int, str]:
    """The number of a tour whose visitor is asked for a day that the branch never named, and the branch’s own page."""
    with app.app_context():
        number = a_request("Durham", (), date_rule=RULE).id
        by = int(db.session.execute(db.text("SELECT max(id) FROM coordinators")).scalar_one())
        tour = a_tour(a_visitor(), by).id
        page = links.path_of(links.issue(db.session(), "track", number, utc_now()))
        db.session.commit()
        work_out(tour)
    ask(maria, tour)
    return tour, page


def proposed(app: Flask) -> str:
    with app.app_context():
        on = db.session.execute(db.text("SELECT on_date FROM tour_stops")).scalar_one()
        return in_words_of(next(a_day(n) for n in range(1, 8) if a_day(n).isoformat() == str(on)), "en")


def say(client: FlaskClient, page: str, name: str, **typed: str) -> Any:
    html = client.get(f"{page}/moves/{name}").text
    return client.post(f"{page}/moves/{name}", data={"csrf_token": csrf_token(html)} | typed, follow_redirects=True)


def test_the_branch_finds_on_its_page_what_the_letter_asks(
    app: Flask, client: FlaskClient, maria: FlaskClient, asked: tuple[int, str], rows: ROWS
) -> None:
    page, day = asked[1], proposed(app)
    letter = rows("SELECT text FROM outbox_emails WHERE template = 'speaker/offered'")[0][0]
    assert f"could come to you on {day}" in letter
    assert f"You wrote: “{RULE}”" in letter
    assert "You have named no day yet" not in letter
    assert "We have asked for any of these days" not in letter
    shown = main_of(client.get(page).text)
    assert f"A visitor on tour could come on {day}. Does that suit your branch?" in shown
    assert "It is your turn now." in shown
    assert "You do not need to do anything now" not in shown
    for words, path in (
        ("Yes, that day suits us", f"{page}/moves/day-suits"),
        ("No, it does not suit us", f"{page}/moves/day-does-not-suit"),
        ("Another date would suit us", f"{page}/change/meeting"),
    ):
        assert words in shown
        assert f'href="{path}"' in shown
    assert rows(TURN) == [("branch",)]
    on_desk = maria.get(f"/dashboard/requests/{rows('SELECT id FROM submissions')[0][0]}").text
    assert f"The branch is asked whether {day} suits." in on_desk


@pytest.mark.parametrize("is_visitor_first", [True, False])
def test_its_yes_is_all_that_a_coordinator_needs_to_confirm(
    app: Flask, client: FlaskClient, maria: FlaskClient, asked: tuple[int, str], rows: ROWS, is_visitor_first: bool
) -> None:
    tour, page = asked
    visitor = app.test_client()
    if is_visitor_first:
        answer(visitor, path_of(app, tour), **{"for": "all"})
        assert f"could come on {proposed(app)}" in client.get(page).text
    wrong = say(client, page, "day-suits", other_time="")
    assert wrong.status_code == 422
    assert "Enter a time" in wrong.text
    done = say(client, page, "day-suits", other_time="7.30pm")
    assert "Thank you. We have noted the day" in done.text
    assert "Does that suit your branch?" not in done.text
    assert "not agreed with the branch yet" not in visitor.get(path_of(app, tour)).text
    if not is_visitor_first:
        assert rows(TURN) == [("speaker",)]
        answer(visitor, path_of(app, tour), **{"for": "all"})
    else:
        assert rows(TASKS) == [("The visitor’s day suits the branch as well. Confirm the meeting.",)]
    assert rows(TURN) == [("us",)]
    on_tour = f"/dashboard/tours/{tour}"
    assert "Next: confirm the meetings" in maria.get(on_tour).text
    press(maria, on_tour, f"{on_tour}/confirm")
    assert states(rows) == ["confirmed"]
    assert str(rows("SELECT confirmed_time FROM speaker_requests")[0][0]).startswith("19:30")
    assert rows(TASKS) == [], "what it asked for is done"


def test_its_no_frees_the_visitor_and_is_put_to_the_desk(
    app: Flask, client: FlaskClient, maria: FlaskClient, asked: tuple[int, str], rows: ROWS
) -> None:
    tour, page = asked
    day = proposed(app)
    answer(app.test_client(), path_of(app, tour), **{"for": "all"})
    done = say(client, page, "day-does-not-suit", reason="We never meet in that week")
    assert "Thank you. We look for another day" in done.text
    assert (states(rows), rows(TURN)) == (["matching"], [("us",)])
    letter = rows("SELECT text FROM outbox_emails WHERE template = 'speaker/tour-day-off'")[0][0]
    assert f"- {day}" in letter
    assert "We never meet" not in letter
    assert rows("SELECT standing FROM tour_stops") == [("out",)]
    assert len(rows(TASKS)) == 1
    on_desk = maria.get(f"/dashboard/requests/{rows('SELECT id FROM submissions')[0][0]}").text
    assert "We never meet in that week" in on_desk
    assert "Work it out again" in maria.get(f"/dashboard/tours/{tour}").text


def test_a_branch_that_enters_the_day_itself_has_answered_too(
    app: Flask, client: FlaskClient, maria: FlaskClient, asked: tuple[int, str], rows: ROWS
) -> None:
    tour, page = asked
    answer(app.test_client(), path_of(app, tour), **{"for": "all"})
    typed = fields_on(client.get(f"{page}/change/meeting").text) | {"date_1": proposed(app), "time_1": "7.30pm"}
    assert client.post(f"{page}/change/meeting", data=typed).status_code == 303
    assert "Does that suit your branch?" not in client.get(page).text
    press(maria, f"/dashboard/tours/{tour}", f"/dashboard/tours/{tour}/confirm")
    assert states(rows) == ["confirmed"]
