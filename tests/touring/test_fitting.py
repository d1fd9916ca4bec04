"""What fits a tour and what does not, the route that comes of it, and what coordinators change about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta

import pytest
from flask import Flask

from portal.accounts import commands
from portal.accounts.models import Coordinator
from portal.clock import london_day, utc_now
from portal.extensions import db
from portal.speakers import diary, keeping, leaving, own_page
from portal.speakers.engagements import CONFIRMED, Offer
from portal.speakers.register import SpeakerVeto, WeeklyHours
from portal.speakers.tour_rows import OUT, Tour
from portal.touring import fitting, working
from portal.touring import keeping as tours
from tests.conftest import PASSWORD
from tests.touring.people import a_day, a_request, a_tour, a_visitor, five_requests, work_out


@pytest.fixture
def by(any_app: Flask) -> Iterator[int]:
    """The number of a coordinator, within a context on either database."""
    with any_app.app_context():
        commands.create_coordinator(
            email="maria@example.org", name="Maria", role="coordinator", password=PASSWORD, now=utc_now()
        )
        db.session.commit()
        yield int(db.session.execute(db.text("SELECT max(id) FROM coordinators")).scalar_one())


def why(tour: Tour) -> dict[int, str]:
    return dict(tour.left_out)


def test_five_requests_become_a_route_of_five_days(by: int) -> None:
    requests = five_requests()
    tour = a_tour(a_visitor(), by)
    db.session.commit()
    work_out(tour.id)
    assert [(stop.submission_id, stop.on_date) for stop in tour.route] == [
        (request.id, a_day(day)) for day, request in enumerate(requests, start=1)
    ]
    assert tour.left_out == []
    assert not tour.is_stale
    stop = tour.route[0]
    assert (stop.at.hour, stop.is_proposed) == (19, False)
    assert stop.points == sum(points for _, points, _ in stop.reasons)
    assert "speaks about" in str(stop.reasons)


def test_what_forbids_it_is_said(by: int) -> None:
    visitor = a_visitor()
    vetoed = a_request("Leeds", union_id=1)
    db.session.add(SpeakerVeto(speaker=visitor, union_id=1))
    online = a_request("York", meeting_format="online")
    welsh = a_request("Sheffield", needs_note="The meeting is held in Welsh.")
    nowhere = a_request("Nowhere-on-Sea")
    asked = a_request("Newcastle upon Tyne")
    asked.state = "offered"
    tour = a_tour(visitor, by, most_miles=300)
    db.session.commit()
    found = fitting.fitting(db.session(), tour, utc_now())
    assert found.options == []
    said = {number: "; ".join(words) for number, words in found.why_not.items()}
    assert said[vetoed.id] == "does not wish to visit this branch"
    assert said[online.id] == "the meeting is online"
    assert said[welsh.id] == "speaks no Welsh, and no interpreter is planned"
    assert said[nowhere.id] == "we do not know where the meeting is"
    assert said[asked.id] == "somebody is asked for it already"
    tour.has_interpreter = True
    assert welsh.id in {each.number for each in fitting.fitting(db.session(), tour, utc_now()).options}


def test_days_outside_the_tour_do_not_count_and_open_dates_are_proposed_on_weekdays(by: int) -> None:
    a_request("Leeds", (20,))
    open_date = a_request("York", (), date_rule="any evening")
    tour = a_tour(a_visitor(), by)
    db.session.commit()
    found = fitting.fitting(db.session(), tour, utc_now())
    assert {each.number for each in found.options} == {open_date.id}
    assert [each.day for each in found.options] == [a_day(day) for day in range(1, 6)]
    assert all(each.is_proposed and each.at is None for each in found.options)
    work_out(tour.id)
    assert tour.route[0].is_proposed
    assert "the branch has not named this day" in str(tour.route[0].reasons)


def test_a_branch_that_said_when_it_meets_stands_on_such_a_day(by: int) -> None:
    """It was proposed any day of the week, and at no hour."""
    thursdays = a_request("York", (), date_rule="Any Thursday, 7pm for 7.30")
    elsewhere = a_request("Leeds", (), date_rule=f"{['first', 'third'][a_day(1).day < 8]} Tuesday of the month")
    unclear = a_request("Sheffield", (), date_rule="alternate Mondays")
    tour = a_tour(a_visitor(), by)
    db.session.commit()
    found = fitting.fitting(db.session(), tour, utc_now())
    options = [each for each in found.options if each.number == thursdays.id]
    assert [(each.day, each.at) for each in options] == [(a_day(4), time(19, 30))]
    assert options[0].is_proposed
    assert "the branch meets on such days, and has not named this one" in str(options[0].reasons)
    assert {each.day for each in found.options if each.number == unclear.id} == {a_day(day) for day in range(1, 6)}
    assert found.why_not == {elsewhere.id: ["the branch meets on other days than those of the tour"]}
    work_out(tour.id)
    stop = next(stop for stop in tour.route if stop.submission_id == thursdays.id)
    assert (stop.on_date, stop.at, stop.is_proposed) == (a_day(4), time(19, 30), True)


def test_a_day_away_and_a_booking_stand_in_the_way(by: int) -> None:
    visitor = a_visitor()
    own_page.add_days(visitor, (a_day(2), a_day(2)), None, is_free=False, today=a_day(1))
    away = a_request("Leeds", (2,))
    booked, same_day = a_request("York", (3,)), a_request("Sheffield", (3,))
    offer = Offer(
        submission_id=booked.id, speaker=visitor, speaker_id=visitor.id, state=CONFIRMED, dates=[], accepted=[],
        asked_at=utc_now(), answer_by=a_day(1),
    )  # fmt: skip
    db.session.add(offer)
    db.session.flush()
    booked.meeting_on, booked.confirmed_time = a_day(3), time(19)
    diary.book(db.session(), booked, offer, utc_now())
    tour = a_tour(visitor, by)
    db.session.commit()
    work_out(tour.id)
    assert [stop.submission_id for stop in tour.route] == [booked.id], "what is booked already stands on the route"
    assert "is away on" in why(tour)[away.id]
    assert "is booked at that time" in why(tour)[same_day.id]


def test_a_stop_taken_out_stays_out_and_a_pin_holds(by: int) -> None:
    requests = five_requests()
    rival = a_request("Sunderland", (1,), topics=[])
    tour = a_tour(a_visitor(), by)
    db.session.commit()
    work_out(tour.id)
    assert rival.id in why(tour)
    assert why(tour)[rival.id] == f"{requests[0].reference} stands on that day"
    tours.take_out(tour, tour.route[0])
    assert tour.is_stale
    tours.solve(db.session(), tour, by=_me(by), now=utc_now())
    db.session.commit()
    work_out(tour.id)
    assert tour.route[0].submission_id == rival.id
    assert [stop.submission_id for stop in tour.stops if stop.standing == OUT] == [requests[0].id]
    tours.rest(tour, a_day(1), is_rest=True)
    tours.solve(db.session(), tour, by=_me(by), now=utc_now())
    db.session.commit()
    work_out(tour.id)
    assert a_day(1) not in [stop.on_date for stop in tour.route]
    assert len(tour.route) == 4


def test_hours_at_home_do_not_count_on_a_tour_and_days_away_do(by: int) -> None:
    visitor = a_visitor(weekly=[WeeklyHours(weekday=6, from_minute=600, until_minute=700)])
    a_request("Leeds")
    tour = a_tour(visitor, by)
    db.session.commit()
    (option,) = fitting.fitting(db.session(), tour, utc_now()).options
    words = [reason.words for reason, _ in option.reasons]
    assert not [each for each in words if "usual hours" in each or "told us when" in each]
    own_page.add_days(visitor, (a_day(1), a_day(1)), None, is_free=False, today=a_day(1))
    db.session.commit()
    assert fitting.fitting(db.session(), tour, utc_now()).options == []


def _me(by: int) -> Coordinator:
    return db.session.get_one(Coordinator, by)


def test_a_route_that_is_asked_for_twice_is_worked_out_once(by: int) -> None:
    tour = a_tour(a_visitor(), by)
    db.session.commit()
    assert not tours.solve(db.session(), tour, by=_me(by), now=utc_now())


def test_an_older_answer_of_the_worker_changes_nothing(by: int) -> None:
    five_requests()
    tour = a_tour(a_visitor(), by)
    db.session.commit()
    old = tour.job_id
    found = working.work(db.session(), old, utc_now(), lambda word: None)
    tour.job.stage = "failed"
    tours.solve(db.session(), tour, by=_me(by), now=utc_now())
    db.session.commit()
    working.keep(db.session(), old, found, utc_now())
    assert tour.stops == []


def test_who_is_locked_has_no_tour_and_who_leaves_takes_it_along(by: int) -> None:
    five_requests()
    visitor = a_visitor()
    tour = a_tour(visitor, by)
    db.session.commit()
    work_out(tour.id)
    number = tour.id
    keeping.lock(db.session(), visitor, utc_now())
    db.session.commit()
    assert tours.load(db.session(), number) is None
    assert list(tours.tours(db.session())) == []
    keeping.unlock(db.session(), visitor, utc_now())
    assert tours.load(db.session(), number) is not None
    leaving.leave(db.session(), visitor, utc_now())
    db.session.commit()
    for table in ("tours", "tour_stops"):
        assert db.session.execute(db.text(f"SELECT count(*) FROM {table}")).scalar() == 0


def test_a_meeting_whose_days_have_passed_waits_for_a_new_one(by: int) -> None:
    over, rule = a_request("Leeds"), a_request("York", (), date_rule="any evening")
    over.dates = [{"on": (london_day(utc_now()) - timedelta(days=3)).isoformat(), "time": "19:00", "time_text": ""}]
    tour = a_tour(a_visitor(), by)
    db.session.commit()
    work_out(tour.id)
    assert [stop.submission_id for stop in tour.route] == [rule.id]
    assert why(tour)[over.id] == "the days that the branch named have passed: ask it for a new one"
