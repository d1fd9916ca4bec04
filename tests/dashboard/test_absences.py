"""The pages on which coordinators say when they are away and which letters they want."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from portal.dashboard.absences import AbsenceForm
from portal.extensions import db
from tests.dashboard.conftest import Page, boxes, day

PATH = "/dashboard/account/absence"
STORED = "SELECT away_from, away_until, cover_id FROM coordinators WHERE id = 1"


def typed(offset: int) -> str:
    """A day as somebody would type it."""
    return f"{day(offset):%d/%m/%Y}"


@pytest.fixture
def ben(coordinator: FlaskClient, make_coordinator: Callable[..., int]) -> int:
    """A colleague of Maria, who is the first account."""
    return make_coordinator(email="ben@example.org", name="Ben Okafor")


def test_an_absence_is_entered_shown_and_cleared(
    coordinator: FlaskClient, ben: int, make_request: Callable[..., int], rows: Callable[..., list[Any]]
) -> None:
    page = Page(coordinator, PATH)
    assert "Maria Kovalenko" not in page.text.split("<main")[1], "nobody stands in for themselves"
    answer = page.post(away_from=typed(0), away_until=typed(14), cover=str(ben))
    assert answer.location == "/dashboard/account"
    assert rows(STORED) == [(day(0).isoformat(), day(14).isoformat(), ben)]
    account = coordinator.get("/dashboard/account").text
    assert "You are away from" in account
    assert "Ben Okafor stands in." in account
    number = make_request()
    for path in (f"/dashboard/requests/{number}", "/dashboard/requests"):
        assert f"away until {day(14).day} " in coordinator.get(path).text, path
    Page(coordinator, PATH).post(clear="yes")
    assert rows(STORED) == [(None, None, None)]
    assert "No absence is noted." in coordinator.get("/dashboard/account").text


def test_whoever_comes_back_early_was_away_until_yesterday(
    app: Flask, coordinator: FlaskClient, ben: int, rows: Callable[..., list[Any]]
) -> None:
    with app.app_context():
        days = {"first": day(-9).isoformat(), "last": day(5).isoformat(), "ben": ben}
        sets = "UPDATE coordinators SET away_from = :first, away_until = :last, cover_id = :ben WHERE id = 1"
        db.session.execute(db.text(sets), days)
        db.session.commit()
    Page(coordinator, PATH).post(clear="yes")
    assert rows(STORED) == [(day(-9).isoformat(), day(-1).isoformat(), None)]
    assert "No absence is noted." in coordinator.get("/dashboard/account").text


def test_an_absence_that_is_over_is_forgotten(app: Flask, coordinator: FlaskClient) -> None:
    with app.app_context():
        over = {"first": day(-9).isoformat(), "last": day(-2).isoformat()}
        db.session.execute(db.text("UPDATE coordinators SET away_from = :first, away_until = :last"), over)
        db.session.commit()
    assert "No absence is noted." in coordinator.get("/dashboard/account").text
    html = coordinator.get(PATH).text
    assert boxes(html)["away_from"] == ""
    assert "Clear it" not in html


def test_who_stands_in_is_told_so(
    app: Flask, coordinator: FlaskClient, sign_in: Callable[..., FlaskClient], make_coordinator: Callable[..., int]
) -> None:
    other = sign_in("coordinator", email="ben@example.org", name="Ben Okafor")
    Page(coordinator, PATH).post(away_from=typed(0), away_until=typed(3), cover="2")
    assert "You stand in for Maria Kovalenko today." in other.get("/dashboard/account").text
    answer = Page(other, PATH).post(away_from=typed(2), away_until=typed(3), cover="1")
    assert answer.status_code == 303
    assert "Maria Kovalenko stands in, but is away from" in other.get("/dashboard/account").text


@pytest.mark.parametrize(
    ("first", "last", "cover", "sentence"),
    [
        ("", "", "", "Enter the first day on which you are away"),
        ("soonish", "4 January", "", "away"),
        (5, 3, "", "The last day is before the first"),
        (-9, -3, "", "This date has passed"),
        (-40, 3, "", "Enter a first day that is not long over"),
        (0, 3, "1", "Choose one of the answers in the list"),
        (0, 3, "99", "Choose one of the answers in the list"),
    ],
)
def test_what_cannot_be_gets_a_sentence(
    coordinator: FlaskClient,
    ben: int,
    rows: Callable[..., list[Any]],
    first: Any,
    last: Any,
    cover: str,
    sentence: str,
) -> None:
    days = {
        name: typed(given) if isinstance(given, int) else given
        for name, given in (("away_from", first), ("away_until", last))
    }
    answer = Page(coordinator, PATH).post(**days, cover=cover)
    assert answer.status_code == 200
    assert "There is a problem" in answer.text
    assert sentence in answer.text
    assert rows(STORED) == [(None, None, None)]
    assert {name: boxes(answer.text)[name] for name in days} == days, "what was typed is kept"


@pytest.mark.parametrize(
    ("first", "last", "meant"),
    [
        ("20 December", "3 January", (date(2026, 12, 20), date(2027, 1, 3))),
        ("1 June", "20 June", (date(2027, 6, 1), date(2027, 6, 20))),
        ("20 November", "30 November", (date(2026, 11, 20), date(2026, 11, 30))),
        ("1 March", "30 November", (date(2027, 3, 1), date(2027, 11, 30))),
        ("1 November 2027", "2 January", (date(2027, 11, 1), date(2028, 1, 2))),
        ("20 January", "3 January 2028", (date(2027, 1, 20), date(2028, 1, 3))),
        ("tomorrow", "Sunday 29 November", (date(2026, 11, 23), date(2026, 11, 29))),
        ("20 January", "3 January", None),
        ("20 November", "18 November", None),
        ("5 December", "3 December", None),
        ("1 December", "30 August", None),
        ("1 December", "today", None),
    ],
)
def test_a_last_day_without_a_year_is_counted_from_the_first(
    app: Flask, first: str, last: str, meant: tuple[date, date] | None
) -> None:
    with app.test_request_context():
        form = AbsenceForm(MultiDict({"away_from": first, "away_until": last, "cover": ""}), today=date(2026, 11, 22))
        is_good = form.validate()
        said = [str(error) for error in form.away_until.errors]
    if meant is None:
        assert said == ["The last day is before the first. Write its year if it is in a later one"]
        assert not is_good
    else:
        assert (form.away_from.value, form.away_until.value) == meant
        assert is_good


def test_days_are_understood_as_people_write_them(coordinator: FlaskClient, rows: Callable[..., list[Any]]) -> None:
    Page(coordinator, PATH).post(away_from=f"{day(1):%-d %b}", away_until=f"{day(40):%-d %B}", cover="")
    assert rows(STORED) == [(day(1).isoformat(), day(40).isoformat(), None)]


def test_an_absence_that_has_begun_can_be_made_longer(
    app: Flask, coordinator: FlaskClient, rows: Callable[..., list[Any]]
) -> None:
    with app.app_context():
        db.session.execute(
            db.text("UPDATE coordinators SET away_from = :first, away_until = :last"),
            {"first": day(-9).isoformat(), "last": day(1).isoformat()},
        )
        db.session.commit()
    page = Page(coordinator, PATH)
    page.post(**{**boxes(page.text), "clear": "", "away_until": typed(5), "cover": ""})
    assert rows(STORED) == [(day(-9).isoformat(), day(5).isoformat(), None)]


def test_admins_enter_it_for_others_and_nobody_else_does(
    sign_in: Callable[..., FlaskClient], coordinator: FlaskClient, ben: int, rows: Callable[..., list[Any]]
) -> None:
    admin = sign_in("admin")
    viewer = sign_in("viewer")
    assert (
        Page(admin, "/dashboard/accounts/1/absence")
        .post(away_from=typed(0), away_until=typed(3), cover=str(ben))
        .location.endswith("/dashboard/accounts")
    )
    assert rows(STORED)[0][2] == ben
    assert "Set when Ben Okafor is away" in admin.get("/dashboard/accounts").text
    assert coordinator.get("/dashboard/accounts/2/absence").status_code == 403
    assert viewer.get(PATH).status_code == 403
    for path in ("/dashboard/accounts/4/absence", "/dashboard/accounts/99/absence"):
        assert admin.get(path).status_code == 404, "viewers and strangers have no requests"
    html = viewer.get("/dashboard/account").text
    assert "When you are away" not in html
    assert "letter each morning" not in html


def test_the_letter_of_the_morning_is_switched_off_and_on(
    coordinator: FlaskClient, rows: Callable[..., list[Any]]
) -> None:
    wanted = "SELECT digest FROM coordinators"
    assert "You get it on working days at 7:30" in coordinator.get("/dashboard/account").text
    Page(coordinator, "/dashboard/account").post("/dashboard/account/digest", digest="off")
    assert rows(wanted) in ([(0,)], [(False,)])
    assert "You get none." in coordinator.get("/dashboard/account").text
    Page(coordinator, "/dashboard/account").post("/dashboard/account/digest", digest="on")
    assert rows(wanted) in ([(1,)], [(True,)])
