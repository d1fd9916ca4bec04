"""Plans on the desk: who may, how they are asked for and followed, read, taken up, left out and made again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.dashboard import plan_page, words
from portal.extensions import db
from portal.jobs import keeping
from portal.jobs.rows import Job
from portal.planning import making, plans
from portal.planning.shown import Choice
from portal.speakers.models import SpeakerRequest
from portal.speakers.plan_rows import Plan, PlanLine
from portal.speakers.register import Speaker
from portal.speakers.tour_rows import Tour, TourStop
from tests.conftest import counted, csrf_token
from tests.dashboard.conftest import day
from tests.planning.rows import who_speaks
from tests.speakers.rows import a_request

WINDOW = (day(40), day(60))
MOST_STATEMENTS = 10
MOST_OF_A_PAIR = 30
OLHA, PETRO = "Olha Savchenko", "Petro Bondar"


def text(html: str) -> str:
    return " ".join(unescape(html).split())


@pytest.fixture
def make_plan(app: Flask) -> Callable[..., int]:
    """Two speakers, a request on a day for each of `count` days, one without a day; and a plan of them."""

    def make(count: int = 1) -> int:
        now = utc_now()
        with app.app_context():
            known = {"lives_in": "uk", "topics": ["miners"]}
            who_speaks(OLHA, most_a_month=60, **known)
            who_speaks(PETRO, most_a_month=60, languages={"en": "basic"}, **known)
            for number in range(count):
                on = [{"on": day(45 + number).isoformat(), "time": "19:00", "time_text": ""}]
                a_request(
                    heading=f"NUM Durham {number}",
                    dates=on,
                    meeting_on=None,
                    confirmed_time=None,
                    meeting_format="online",
                )
            a_request(
                heading="Calder Valley", dates=[], date_rule="usually a Tuesday", meeting_on=None, confirmed_time=None
            )
            job = keeping.ask(db.session(), plans.KIND, None, now)
            plan = Plan(job=job, first_on=WINDOW[0], last_on=WINDOW[1])
            db.session.add(plan)
            db.session.commit()
            number = plan.id
        finish(app)
        return number

    return make


def finish(app: Flask) -> None:
    """Do what the worker would have done."""
    with app.app_context():
        now = utc_now()
        taken = keeping.take(db.session(), "test", now)
        assert taken is not None
        number = taken[0].id
        found = making.work(db.session(), number, now, lambda doing: None)
        assert keeping.finish(db.session(), number, taken[1], now)
        making.keep(db.session(), number, found, now)
        db.session.commit()


def press(client: FlaskClient, page: str, to: str, **data: Any) -> Any:
    token = csrf_token(client.get(page).text)
    return client.post(to, data={**data, "csrf_token": token}, follow_redirects=True)


def line_ids(app: Flask) -> list[int]:
    with app.app_context():
        return [each.id for each in db.session.query(PlanLine).order_by(PlanLine.place) if each.is_served]


def test_viewers_see_no_plan(make_plan: Callable[..., int], sign_in: Callable[..., FlaskClient]) -> None:
    number = make_plan()
    viewer = sign_in("viewer")
    for path in ("/dashboard/plans", f"/dashboard/plans/{number}", f"/dashboard/plans/{number}/ask-all"):
        assert viewer.get(path).status_code == 403


@pytest.mark.parametrize("path", ["plans", "plans/1/again", "plans/1/lines", "plans/1/ask-all"])
def test_nothing_is_done_without_the_form_s_token(
    coordinator: FlaskClient, make_plan: Callable[..., int], path: str
) -> None:
    make_plan()
    assert coordinator.post(f"/dashboard/{path}", data={"ask": "1"}).status_code == 400


def test_a_plan_is_asked_for_followed_and_read(
    coordinator: FlaskClient, make_plan: Callable[..., int], app: Flask, rows: Callable[..., list[Any]]
) -> None:
    make_plan()
    typed = {"first_on": f"{day(41):%d %B %Y}", "last_on": f"{day(61):%d %B %Y}"}
    first = press(coordinator, "/dashboard/plans", "/dashboard/plans", **typed)
    assert "Making the plan for" in first.text
    assert "Waiting for the worker" in first.text
    assert first.headers["Refresh"] == "3"
    press(coordinator, "/dashboard/plans", "/dashboard/plans", **typed)
    assert rows("SELECT count(*) FROM plans") == [(2,)], "a second press finds the first plan"
    finish(app)
    page = coordinator.get(first.request.path)
    assert "Refresh" not in page.headers
    words = text(page.text)
    assert "1 of 1" in words
    assert "of the best possible plan 100 %" in text(re.sub("<[^>]*>", " ", page.text))
    assert "No other plan is worth more: that is proven." in words
    assert OLHA in words
    assert "Speaks English fluently" in words
    assert "But: Has not told us when they can." in words
    assert PETRO in words
    assert "loses" in words
    assert "The branch has named no date that is still to come. Ask it for one." in words


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("", "", "Enter the first day of the plan"),
        ("1 January 2020", "31 January 2020", "This date has passed"),
        (f"{day(40):%d %B %Y}", f"{day(30):%d %B %Y}", "The last day is before the first"),
        (f"{day(10):%d %B %Y}", f"{day(200):%d %B %Y}", "three months at most"),
    ],
)
def test_a_window_that_cannot_be_is_said_so(coordinator: FlaskClient, first: str, last: str, sentence: str) -> None:
    page = press(coordinator, "/dashboard/plans", "/dashboard/plans", first_on=first, last_on=last)
    assert page.status_code == 422
    assert sentence in page.text


def test_a_plan_that_failed_says_why_and_is_tried_again(
    coordinator: FlaskClient, make_plan: Callable[..., int], app: Flask
) -> None:
    number = make_plan()
    with app.app_context():
        job = db.session.query(Job).one()
        job.stage, job.trouble = "failed", keeping.TOO_LONG
        db.session.commit()
    path = f"/dashboard/plans/{number}"
    page = coordinator.get(path)
    assert "It took too long. Try again with fewer days." in page.text
    assert "Refresh" not in page.headers
    assert "Waiting for the worker" in press(coordinator, path, f"{path}/again").text
    finish(app)
    assert "Plan for" in coordinator.get(path).text


def test_one_pair_is_asked_once(
    coordinator: FlaskClient, make_plan: Callable[..., int], app: Flask, rows: Callable[..., list[Any]]
) -> None:
    number = make_plan()
    path = f"/dashboard/plans/{number}"
    (line,) = line_ids(app)
    page = press(coordinator, path, f"{path}/lines", ask=str(line))
    assert f"{OLHA} is asked. Their letter is on its way." in page.text
    assert "Asked" in page.text
    again = press(coordinator, path, f"{path}/lines", ask=str(line))
    assert "This pair was taken up already." in again.text
    assert rows("SELECT count(*) FROM offers") == [(1,)]
    assert rows("SELECT count(*) FROM outbox_emails WHERE template = 'speaker/offer'") == [(1,)]
    assert rows("SELECT decided_by_id IS NOT NULL FROM plan_lines WHERE outcome = 'asked'") == [(1,)]


def test_all_are_asked_but_those_left_out_and_those_that_moved_on(
    coordinator: FlaskClient, make_plan: Callable[..., int], app: Flask, rows: Callable[..., list[Any]]
) -> None:
    number = make_plan(3)
    path = f"/dashboard/plans/{number}"
    first, second, third = line_ids(app)
    press(coordinator, path, f"{path}/lines", leave=str(first))
    confirm = coordinator.get(f"{path}/ask-all")
    assert "Ask 2 times" in confirm.text
    with app.app_context():
        db.session.execute(db.text("UPDATE submissions SET state = 'withdrawn' WHERE heading = 'NUM Durham 1'"))
        db.session.commit()
    page = press(coordinator, path, f"{path}/ask-all", line=[str(first), str(second), str(third)])
    assert "One speaker is asked." in page.text
    assert "The request has moved on since." in page.text
    assert rows("SELECT count(*) FROM offers") == [(1,)]
    assert rows("SELECT outcome FROM plan_lines WHERE is_served ORDER BY place") == [("left-out",), ("",), ("asked",)]
    press(coordinator, path, f"{path}/lines", back=str(first))
    nothing_seen = press(coordinator, path, f"{path}/ask-all")
    assert "asked already" in nothing_seen.text
    assert rows("SELECT count(*) FROM offers") == [(1,)], "only what stood on the page is asked"


def test_two_coordinators_ask_for_one_pair(
    make_plan: Callable[..., int], sign_in: Callable[..., FlaskClient], app: Flask, rows: Callable[..., list[Any]]
) -> None:
    number = make_plan()
    path = f"/dashboard/plans/{number}"
    (line,) = line_ids(app)
    maria, oksana = sign_in("coordinator"), sign_in("coordinator", email="oksana@example.org", name="Oksana")
    tokens = [csrf_token(each.get(path).text) for each in (maria, oksana)]
    answers = [
        each.post(f"{path}/lines", data={"ask": str(line), "csrf_token": token}, follow_redirects=True).text
        for each, token in zip((maria, oksana), tokens, strict=True)
    ]
    assert "is asked" in answers[0]
    assert "taken up already" in answers[1]
    assert rows("SELECT count(*) FROM offers") == [(1,)]


def test_what_a_colleague_left_out_is_not_asked_from_an_older_page(
    make_plan: Callable[..., int], sign_in: Callable[..., FlaskClient], app: Flask, rows: Callable[..., list[Any]]
) -> None:
    number = make_plan()
    path = f"/dashboard/plans/{number}"
    (line,) = line_ids(app)
    maria, oksana = sign_in("coordinator"), sign_in("coordinator", email="oksana@example.org", name="Oksana")
    token = csrf_token(oksana.get(path).text)
    press(maria, path, f"{path}/lines", leave=str(line))
    data = {"ask": str(line), "csrf_token": token}
    page = oksana.post(f"{path}/lines", data=data, follow_redirects=True)
    assert "This pair was left out after you opened the page. Put it back first, to ask." in page.text
    assert rows("SELECT count(*) FROM offers") == [(0,)]
    press(oksana, path, f"{path}/lines", back=str(line))
    assert f"{OLHA} is asked." in press(oksana, path, f"{path}/lines", ask=str(line)).text


def test_the_page_counts_what_is_asked_left_out_and_open_now(
    coordinator: FlaskClient, make_plan: Callable[..., int], app: Flask
) -> None:
    path = f"/dashboard/plans/{make_plan(4)}"
    first, second, *_ = line_ids(app)
    assert "now: none asked, none left out, four open." in text(coordinator.get(path).text)
    press(coordinator, path, f"{path}/lines", leave=str(first))
    page = press(coordinator, path, f"{path}/lines", ask=str(second))
    assert "now: one asked, one left out, two open." in text(page.text)
    with app.app_context():
        db.session.execute(db.text("UPDATE submissions SET state = 'withdrawn' WHERE heading = 'NUM Durham 3'"))
        db.session.commit()
    page = coordinator.get(path)
    assert "one asked, one left out, one open, one not to be asked any more." in text(page.text)


def test_whoever_has_several_talks_in_a_plan_is_said_to(
    coordinator: FlaskClient, make_plan: Callable[..., int], app: Flask
) -> None:
    path = f"/dashboard/plans/{make_plan(3)}"
    with app.app_context():
        olha, petro = db.session.query(Speaker).order_by(Speaker.id)
        for line in db.session.query(PlanLine).filter_by(is_served=True):
            for choice in line.choices:
                choice.speaker_id = petro.id if choice.place else olha.id
        db.session.commit()
    page = text(coordinator.get(path).text)
    assert re.findall(r"\w+ of three in this plan", page) == [
        f"{which} of three in this plan" for which in ("first", "second", "third")
    ]
    first, *_ = line_ids(app)
    page = text(press(coordinator, path, f"{path}/lines", leave=str(first)).text)
    assert re.findall(r"\w+ of \w+ in this plan", page) == ["first of two in this plan", "second of two in this plan"]


def test_a_meeting_that_stands_on_a_tour_is_marked_and_not_asked_with_the_others(
    coordinator: FlaskClient, make_plan: Callable[..., int], app: Flask
) -> None:
    path = f"/dashboard/plans/{make_plan(2)}"
    with app.app_context():
        line = db.session.query(PlanLine).filter_by(is_served=True).order_by(PlanLine.place).first()
        assert line is not None
        petro = db.session.query(Speaker).order_by(Speaker.id.desc()).first()
        days = {"first_on": day(44), "last_on": day(50)}
        start = {"start": "Leeds", "start_latitude": 53.8, "start_longitude": -1.5}
        tour = Tour(speaker=petro, most_miles=100, created_at=utc_now(), **days, **start)
        tour.stops = [TourStop(submission_id=line.submission_id, on_date=day(45))]
        db.session.add(tour)
        db.session.commit()
    page = text(coordinator.get(path).text)
    assert page.count("On the tour of") == 1
    assert f"On the tour of {PETRO}" in page.replace("<strong>", "")
    assert "none asked, none left out, one open, one on a tour." in page
    assert "Ask one speaker" in coordinator.get(f"{path}/ask-all").text


@pytest.mark.parametrize("data", [{}, {"ask": "x"}, {"ask": "9" * 12}])
def test_a_button_that_names_no_line_does_nothing(
    coordinator: FlaskClient, make_plan: Callable[..., int], data: dict[str, str]
) -> None:
    number = make_plan()
    assert press(coordinator, "/dashboard/plans", f"/dashboard/plans/{number}/lines", **data).status_code == 400
    missing = press(coordinator, "/dashboard/plans", f"/dashboard/plans/{number}/lines", ask="4711")
    assert "not in the plan any more" in missing.text
    assert coordinator.get("/dashboard/plans/4711").status_code == 404


def test_a_plan_of_days_that_have_passed_is_not_made_again(
    coordinator: FlaskClient, make_plan: Callable[..., int], app: Flask
) -> None:
    number = make_plan()
    with app.app_context():
        plan = db.session.get_one(Plan, number)
        plan.first_on, plan.last_on = date(2020, 1, 1), date(2020, 1, 31)
        db.session.commit()
    page = press(coordinator, f"/dashboard/plans/{number}", f"/dashboard/plans/{number}/again")
    assert "The days of this plan have passed." in page.text


def test_a_long_plan_takes_no_more_statements_than_a_short_one(
    coordinator: FlaskClient, make_plan: Callable[..., int]
) -> None:
    number = make_plan(12)
    for path in (f"/dashboard/plans/{number}", "/dashboard/plans"):
        coordinator.get(path)
        with counted() as statements:
            assert coordinator.get(path).status_code == 200
        assert len(statements) <= MOST_STATEMENTS, (path, len(statements), statements)


def test_the_letters_of_a_pair_take_so_many_statements(coordinator: FlaskClient, make_plan: Callable[..., int]) -> None:
    path = f"/dashboard/plans/{make_plan(2)}/ask-all"
    coordinator.get(path)
    with counted() as statements:
        assert coordinator.get(path).status_code == 200
    assert len(statements) <= MOST_STATEMENTS + 2 * MOST_OF_A_PAIR, len(statements)


def test_a_bank_holiday_is_said_to_be_one() -> None:
    assert words.if_holiday(date(2026, 12, 25)) == " (a bank holiday)"
    assert words.if_holiday(date(2026, 12, 24)) == words.if_holiday(date(2026, 12, 27)) == ""


def test_another_choice_is_asked_in_place_of_the_one_proposed(
    coordinator: FlaskClient, make_plan: Callable[..., int], app: Flask, rows: Callable[..., list[Any]]
) -> None:
    path = f"/dashboard/plans/{make_plan()}"
    (line,) = line_ids(app)
    assert f'href="{path}/lines/{line}/ask?place=1"' in coordinator.get(path).text
    letters = coordinator.get(f"{path}/lines/{line}/ask?place=1").text
    assert f"<h1>Ask {PETRO}</h1>" in letters
    assert f'name="instead" value="{line}-1"' in letters
    for wrong in (f"{line}-", f"{line}-x", f"{line}-999", "-1"):
        assert press(coordinator, path, f"{path}/lines", instead=wrong).status_code == 400, wrong
    assert "has left the register" in press(coordinator, path, f"{path}/lines", instead=f"{line}-9").text
    page = press(coordinator, path, f"{path}/lines", instead=f"{line}-1")
    assert f"{PETRO} is asked. Their letter is on its way." in page.text
    assert 'name="instead"' not in page.text
    assert "talks at most" in page.text
    assert rows("SELECT s.id FROM offers o JOIN speakers s ON s.id = o.speaker_id") == [(2,)]
    assert "taken up already" in press(coordinator, path, f"{path}/lines", ask=str(line)).text
    assert "none left out" in page.text
    assert "one asked" in page.text


def test_the_letters_are_read_before_anybody_is_asked(
    coordinator: FlaskClient, make_plan: Callable[..., int], app: Flask, rows: Callable[..., list[Any]]
) -> None:
    path = f"/dashboard/plans/{make_plan(2)}"
    first, _ = line_ids(app)
    assert f'href="{path}/lines/{first}/ask"' in coordinator.get(path).text
    for page in (coordinator.get(f"{path}/lines/{first}/ask").text, coordinator.get(f"{path}/ask-all").text):
        assert "To the speaker, olha" in page
        assert "Чи могли б ви виступити" in page
        assert "To the branch, " in page
        assert "[their private link]" in page
    assert rows("SELECT count(*) FROM offers") == [(0,)], "nothing leaves by looking"
    page = coordinator.get(f"{path}/lines/4711/ask", follow_redirects=True).text
    assert "not in the plan any more" in page
    press(coordinator, path, f"{path}/lines", ask=str(first))
    assert "taken up already" in coordinator.get(f"{path}/lines/{first}/ask", follow_redirects=True).text


def test_a_branch_without_an_address_is_to_be_telephoned(
    coordinator: FlaskClient, make_plan: Callable[..., int], app: Flask
) -> None:
    path = f"/dashboard/plans/{make_plan(2)}"
    with app.app_context():
        line = db.session.query(PlanLine).filter_by(is_served=True).order_by(PlanLine.place).first()
        assert line is not None
        db.session.get_one(SpeakerRequest, line.submission_id).contact_email = ""
        db.session.commit()
    page = coordinator.get(f"{path}/ask-all").text
    assert page.count("To the branch, ") == 1
    assert page.count("no letter tells it. Please telephone.") == 1


def test_what_no_plan_can_serve_stands_apart_from_what_found_nobody(
    coordinator: FlaskClient, make_plan: Callable[..., int]
) -> None:
    page = text(coordinator.get(f"/dashboard/plans/{make_plan(1)}").text)
    assert "1 of 1" in page
    assert "Nobody for these yet" not in page
    assert "Calder Valley" in page.partition("Not for this plan")[2]


def test_somebody_new_is_not_asked_alone_by_a_plan_without_a_word(
    coordinator: FlaskClient, make_plan: Callable[..., int], app: Flask
) -> None:
    path = f"/dashboard/plans/{make_plan()}"
    (line,) = line_ids(app)
    with app.app_context():
        olha = db.session.query(Speaker).order_by(Speaker.id).first()
        assert olha is not None
        olha.experience = "new"
        db.session.commit()
    for page in (coordinator.get(f"{path}/ask-all").text, coordinator.get(f"{path}/lines/{line}/ask").text):
        assert f"{OLHA} is new, and nobody experienced is asked as well." in text(page)
        assert f"Ask {PETRO} as well" in page


def test_the_head_of_a_plan_says_what_was_decided_otherwise(
    coordinator: FlaskClient, make_plan: Callable[..., int], app: Flask
) -> None:
    path = f"/dashboard/plans/{make_plan(2)}"
    first, second = line_ids(app)
    page = text(coordinator.get(path).text)
    assert "<dd>2 of 2</dd>" in page
    assert "No other plan is worth more: that is proven." in page
    page = text(press(coordinator, path, f"{path}/lines", leave=str(first)).text)
    assert "<dd>1 of 2</dd>" in page
    assert "of the best possible plan, as it was made" in page
    assert "no other plan was worth more: that was proven. Since then one pair has been left out." in page
    press(coordinator, path, f"{path}/lines", back=str(first))
    page = text(press(coordinator, path, f"{path}/lines", instead=f"{second}-1").text)
    assert "<dd>2 of 2</dd>" in page
    assert re.search(r"Asking others than it proposed takes about \d+ points off it", page)


@pytest.mark.parametrize(
    ("points", "loses", "is_least", "said"),
    [
        (60, 31, False, "loses 31: 31 in points here"),
        (60, 38, False, "loses 38: 31 in points here and 7 by fair shares and others who would move"),
        (60, 20, False, "loses 20: 31 in points here, less 11 by fair shares and others who would move"),
        (91, 7, True, "loses at least 7: 7 by fair shares and others who would move"),
        (95, 7, False, "loses 7: 11 by fair shares and others who would move, less 4 more points here"),
        (60, 0, False, "loses nothing"),
    ],
)
def test_what_another_choice_would_lose_is_explained(points: int, loses: int, is_least: bool, said: str) -> None:
    def choice(points: int, loses: int = 0) -> Choice:
        return Choice(1, 1, "Olha", date(2027, 1, 14), points, loses, is_least, [], False)

    assert plan_page.costs(choice(points, loses), choice(91)) == said
    assert plan_page.costs(choice(points, 5), None).endswith("5")
