"""The calendar of the desk: the right meetings on the right days, what does not fit, and names for nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import london_day, utc_now
from portal.extensions import db
from portal.speakers import month as months
from portal.speakers.engagements import INTERPRETER, STAND_BY
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker
from tests.conftest import counted
from tests.speakers.rows import PETRO, a_booking, a_request, a_speaker, cancel

YEAR = london_day(utc_now()).year + 1
DAY = date(YEAR, 1, 14)
JANUARY = f"/dashboard/calendar?month={YEAR}-01"
TO_COME = date(2026, 1, 1)


@pytest.fixture
def meeting(app: Flask) -> Callable[..., int]:
    """Files meetings: state, and any column by name; `who` is booked."""

    def make(state: str = "confirmed", who: int | None = None, role: str = "speaker", **facts: Any) -> int:
        with app.app_context():
            facts = {"meeting_on": DAY, "region_slug": "north-east", **facts}
            request = a_request(**facts)
            request.state, request.is_open = state, state not in ("closed", "cancelled")
            if who is not None:
                start = facts.get("confirmed_time") or time(19)
                a_booking(request, db.session.get_one(Speaker, who), role=role, day=request.meeting_on, start=start)
            db.session.commit()
            return request.id

    return make


@pytest.fixture
def olha(app: Flask) -> int:
    """Olha, a miner in Ukraine."""
    with app.app_context():
        speaker = a_speaker(lives_in="ukraine", kind="ukrainian")
        db.session.commit()
        return speaker.id


@pytest.fixture
def petro(app: Flask) -> int:
    """Petro, who lives in Leeds."""
    with app.app_context():
        speaker = a_speaker("Petro Lys", PETRO, "en")
        db.session.commit()
        return speaker.id


def table_of(page: str) -> str:
    """The month table alone."""
    return page[page.index('<table class="month">') : page.index("</table>")]


def cell_of(page: str, day: date) -> str:
    """What stands on one day of the table, without the marks."""
    cell = re.search(rf'datetime="{day.isoformat()}"[^>]*>(.*?)</td>', table_of(page), re.DOTALL)
    assert cell is not None, day
    return " ".join(re.sub(r"<[^>]*>", " ", cell[1]).split())


def test_a_month_has_its_days_under_their_weekdays_from_monday(
    coordinator: FlaskClient, meeting: Callable[..., int], olha: int
) -> None:
    meeting(who=olha)
    table = table_of(coordinator.get(JANUARY).text)
    heads = re.findall(r'<th scope="col">(\w+)</th>', table)
    assert heads == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    for week in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)[1:]:
        cells = re.findall(r"<td.*?</td>", week, re.DOTALL)
        assert len(cells) == 7
        for weekday, cell in enumerate(cells):
            for iso in re.findall(r'datetime="([^"]+)"', cell):
                assert date.fromisoformat(iso).weekday() == weekday
    assert len(re.findall(r"<time", table)) == 31


def test_a_meeting_stands_on_its_day_with_its_hour_its_speaker_and_its_state(
    coordinator: FlaskClient, meeting: Callable[..., int], olha: int
) -> None:
    number = meeting(who=olha, confirmed_time=time(19, 30))
    page = coordinator.get(JANUARY).text
    assert cell_of(page, DAY).startswith("14 7.30pm NUM Durham Area Olha Savchenko Confirmed")
    assert page.count(f'<a href="/dashboard/requests/{number}">NUM Durham Area</a>') >= 2, (
        "in the table and in the list"
    )
    agenda = page[page.index('<div class="agenda">') :]
    assert f'<time datetime="{DAY.isoformat()}">' in agenda
    assert "Olha Savchenko" in agenda
    assert cell_of(page, DAY + timedelta(1)) == "15"


@pytest.mark.parametrize(
    ("state", "query", "stands"),
    [
        ("confirmed", "", True),
        ("held", "", True),
        ("closed", "", True),
        ("cancelled", "", False),
        ("matching", "", False),
        ("confirmed", "&state=confirmed", True),
        ("held", "&state=confirmed", False),
        ("matching", "&state=asked", True),
        ("offered", "&state=asked", True),
        ("confirmed", "&state=asked", False),
        ("cancelled", "&state=cancelled", True),
        ("confirmed", "&state=nonsense", True),
    ],
)
def test_the_state_narrows_it(
    coordinator: FlaskClient, meeting: Callable[..., int], state: str, query: str, stands: bool
) -> None:
    meeting(state)
    assert ("NUM Durham Area" in coordinator.get(JANUARY + query).text) is stands


def test_held_back_entries_are_not_shown(coordinator: FlaskClient, meeting: Callable[..., int]) -> None:
    meeting(held_reason="trap")
    assert "NUM Durham Area" not in coordinator.get(JANUARY).text


def test_region_and_speaker_narrow_it(
    coordinator: FlaskClient, meeting: Callable[..., int], olha: int, petro: int
) -> None:
    meeting(who=olha)
    meeting(who=petro, heading="UCU Leeds", region_slug="yorkshire", meeting_on=DAY + timedelta(1))
    both = coordinator.get(JANUARY).text
    assert "NUM Durham Area" in both
    assert "UCU Leeds" in both
    assert f'<option value="{petro}">Petro Lys</option>' in both
    by_speaker = coordinator.get(f"{JANUARY}&speaker={petro}").text
    assert "NUM Durham Area" not in by_speaker
    assert f'<option value="{petro}" selected>Petro Lys</option>' in by_speaker
    by_region = coordinator.get(f"{JANUARY}&region=north-east").text
    assert "UCU Leeds" not in by_region
    next_month = re.search(r'href="([^"]+)" rel="next"', by_speaker)
    assert next_month is not None
    assert f"month={YEAR}-02&amp;speaker={petro}" in next_month[1]
    elsewhere = coordinator.get(next_month[1].replace("&amp;", "&")).text
    assert "Petro Lys</option>" in elsewhere, "the filter still says whom it is about"
    assert "No meetings this month" in elsewhere


@pytest.mark.parametrize("typed", ["x", "999999", "9" * 40, "<script>", "s1"])
def test_a_speaker_that_nobody_is_narrows_nothing(
    coordinator: FlaskClient, meeting: Callable[..., int], olha: int, typed: str
) -> None:
    meeting(who=olha)
    assert (
        "NUM Durham Area"
        in coordinator.get("/dashboard/calendar", query_string={"month": f"{YEAR}-01", "speaker": typed}).text
    )


@pytest.mark.parametrize("typed", ["", "2027", "2027-13", "2027-00", "27-01", "2027-1", "x", "2027-01-01", "9999-01"])
def test_a_month_that_makes_no_sense_is_this_one(coordinator: FlaskClient, typed: str) -> None:
    today = london_day(utc_now())
    page = coordinator.get("/dashboard/calendar", query_string={"month": typed}).text
    assert f"<h1>{today:%B} {today.year}</h1>" in page
    assert re.search(r'class="pill" href="[^"]*" aria-current="page">This month<', page)


def test_the_ways_go_over_the_turn_of_the_year_and_end(coordinator: FlaskClient) -> None:
    december = coordinator.get("/dashboard/calendar?month=2026-12").text
    assert 'href="/dashboard/calendar?month=2026-11" rel="prev">November 2026<' in december
    assert 'href="/dashboard/calendar?month=2027-01" rel="next">January 2027<' in december
    assert 'rel="prev"' not in coordinator.get("/dashboard/calendar?month=2000-01").text
    assert 'rel="next"' not in coordinator.get("/dashboard/calendar?month=2100-12").text


def test_a_meeting_confirmed_by_hand_names_who_was_told_to_us(
    coordinator: FlaskClient, meeting: Callable[..., int]
) -> None:
    meeting(speaker_name="Taras Melnyk", speaker_email="taras@example.org")
    page = coordinator.get(JANUARY).text
    assert "NUM Durham Area Taras Melnyk Confirmed" in cell_of(page, DAY)
    key = re.search(r'<option value="([^"]+)">Taras Melnyk</option>', page)
    assert key is not None
    assert "taras" not in key[1]
    assert "NUM Durham Area" in coordinator.get(f"{JANUARY}&speaker={key[1]}").text


def test_two_meetings_of_one_speaker_on_one_day_do_not_fit(
    coordinator: FlaskClient, meeting: Callable[..., int], olha: int, petro: int
) -> None:
    meeting(who=petro, confirmed_time=time(12))
    meeting(heading="UCU Leeds", speaker_name="Petro Lys", speaker_email=PETRO)
    meeting(who=petro, heading="NEU Bristol", meeting_on=DAY + timedelta(1))
    page = coordinator.get(JANUARY).text
    for words in (cell_of(page, DAY), page[page.index("What does not fit") : page.index('<table class="month">')]):
        assert words.count("Petro Lys is booked twice this day.") == 2
    assert "twice" not in cell_of(page, DAY + timedelta(1))


def test_by_hand_on_both_sides_is_found_too(coordinator: FlaskClient, meeting: Callable[..., int]) -> None:
    for heading in ("UCU Leeds", "NEU Bristol"):
        meeting(heading=heading, speaker_name="Taras Melnyk", speaker_email=" Taras@example.org")
    assert cell_of(coordinator.get(JANUARY).text, DAY).count("Taras Melnyk is booked twice this day.") == 2


def test_a_missing_interpreter_and_a_missing_stand_by_are_said_until_they_are_there(
    app: Flask, coordinator: FlaskClient, meeting: Callable[..., int], olha: int, petro: int
) -> None:
    number = meeting(who=olha, needs=["interpreter"], meeting_format="online")
    words = cell_of(coordinator.get(JANUARY).text, DAY)
    assert "An interpreter is missing." in words
    assert "A stand-by is missing." in words
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        for role, speaker in ((INTERPRETER, petro), (STAND_BY, a_speaker("Ira Bondar", "ira@example.org").id)):
            a_booking(request, db.session.get_one(Speaker, speaker), role=role, day=DAY)
        db.session.commit()
    page = coordinator.get(JANUARY).text
    assert "missing" not in cell_of(page, DAY)
    assert "Olha Savchenko Ira Bondar (stand-by) Petro Lys (interpreter)" in cell_of(page, DAY)
    assert "What does not fit" not in page


def test_a_booking_beside_its_meeting_is_said(
    app: Flask, coordinator: FlaskClient, meeting: Callable[..., int], petro: int
) -> None:
    number = meeting()
    with app.app_context():
        request, speaker = db.session.get_one(SpeakerRequest, number), db.session.get_one(Speaker, petro)
        a_booking(request, speaker, day=DAY + timedelta(1))
        db.session.commit()
    assert "The speaker is booked for another day." in cell_of(coordinator.get(JANUARY).text, DAY)


def test_what_is_over_and_what_is_called_off_asks_for_nothing(
    app: Flask, coordinator: FlaskClient, meeting: Callable[..., int], olha: int
) -> None:
    meeting("held", who=olha, needs=["interpreter"])
    past = date(2026, 1, 14)
    meeting(who=olha, needs=["interpreter"], meeting_on=past)
    assert "missing" not in coordinator.get(JANUARY).text
    assert "missing" not in coordinator.get("/dashboard/calendar?month=2026-01").text
    with app.app_context():
        request = a_request(meeting_on=DAY, heading="UCU Leeds")
        request.state = "confirmed"
        cancel(a_booking(request, db.session.get_one(Speaker, olha), day=DAY))
        db.session.commit()
    assert "twice" not in coordinator.get(JANUARY).text


@pytest.mark.parametrize(
    ("day", "start"),
    [
        # The last hour of a month in London is the next month in Kyiv; the nights of the clocks; an all-day school.
        (date(2027, 6, 30), time(23, 30)),
        (date(2027, 3, 28), time(0, 30)),
        (date(2027, 10, 31), time(1, 30)),
        (date(2027, 7, 1), time(0, 0)),
        (date(2027, 7, 3), time(9, 30)),
    ],
)
def test_a_meeting_stands_on_its_day_in_london(
    app: Flask, meeting: Callable[..., int], petro: int, day: date, start: time
) -> None:
    meeting(who=petro, meeting_on=day, confirmed_time=start)
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(1)
    with app.app_context():
        (found,) = months.meetings(db.session(), first, last, ("confirmed",), TO_COME)
    assert (found.day, found.at) == (day, start)
    assert [person.name for person in found.people] == ["Petro Lys"]
    assert found.clashes == ()


def test_somebody_who_is_hidden_is_not_named(
    app: Flask, coordinator: FlaskClient, meeting: Callable[..., int], olha: int
) -> None:
    meeting(who=olha)
    with app.app_context():
        db.session.get_one(Speaker, olha).locked_at = datetime.now(UTC)
        db.session.commit()
    page = coordinator.get(f"{JANUARY}&speaker={olha}").text
    assert "Olha" not in page
    assert "NUM Durham Area" in page


def test_somebody_who_is_hidden_is_not_named_by_hand_either(
    app: Flask, coordinator: FlaskClient, meeting: Callable[..., int], petro: int
) -> None:
    meeting(speaker_name="Petro Lys", speaker_email=PETRO.upper())
    assert "Petro Lys" in coordinator.get(JANUARY).text
    with app.app_context():
        db.session.get_one(Speaker, petro).locked_at = datetime.now(UTC)
        db.session.commit()
    page = coordinator.get(JANUARY).text
    assert "Petro" not in page
    assert "NUM Durham Area" in page


def test_a_viewer_reads_no_name(
    sign_in: Callable[..., FlaskClient], meeting: Callable[..., int], olha: int, petro: int
) -> None:
    number = meeting(who=olha, needs=["interpreter"])
    meeting(who=petro, heading="UCU Leeds", confirmed_time=time(12))
    meeting(who=petro, heading="NEU Bristol", confirmed_time=time(16))
    viewer = sign_in("viewer")
    page = viewer.get(f"{JANUARY}&speaker={petro}").text
    for name in ("Olha", "Petro", "NUM", "Durham", "UCU", "NEU", "twice", "missing", 'name="speaker"'):
        assert name not in page, name
    assert f"/dashboard/requests/{number}" not in page
    assert "USC-1001 North East" in cell_of(page, DAY)
    assert cell_of(page, DAY).count("Confirmed") == 3


def test_it_stands_in_the_navigation(coordinator: FlaskClient) -> None:
    assert (
        '<a href="/dashboard/calendar" aria-current="page">Calendar</a>' in coordinator.get("/dashboard/calendar").text
    )


def test_a_full_month_costs_no_more_statements_than_an_empty_one(
    app: Flask, coordinator: FlaskClient, petro: int
) -> None:
    coordinator.get(JANUARY)
    with counted() as empty:
        coordinator.get(JANUARY)
    with app.app_context():
        speaker, other = db.session.get_one(Speaker, petro), a_speaker("Ira Bondar", "ira@example.org")
        for number in range(12):
            request = a_request(heading=f"Branch {number}", meeting_on=DAY + timedelta(number))
            request.state = ("confirmed", "held", "closed")[number % 3]
            a_booking(request, speaker, day=request.meeting_on)
            a_booking(request, other, day=request.meeting_on, role=(STAND_BY, INTERPRETER)[number % 2])
        db.session.commit()
    with counted() as full:
        page = coordinator.get(JANUARY).text
    assert page.count("Petro Lys</span>") == 24
    assert page.count("Ira Bondar") >= 24
    # What the band above every page asks is remembered until something is written.
    pages_own = [[each for each in seen if "worker_passes" not in each] for seen in (empty, full)]
    assert len(pages_own[0]) == len(pages_own[1]) <= 4


def test_both_statements_walk_along_an_index(app: Flask) -> None:
    with app.app_context(), counted() as seen:
        months.meetings(db.session(), DAY, DAY, ("confirmed",), DAY)
    plans = []
    with app.app_context():
        for statement in seen:
            values = tuple("2027-01-01" for _ in range(statement.count("?")))
            raw = db.engine.raw_connection().driver_connection
            plans.append(" ".join(str(row[3]) for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values)))
    assert "ix_submissions_meeting" in plans[0]
    assert "ix_bookings_starts" in plans[1]
    assert not any("SCAN" in plan for plan in plans)


@pytest.mark.parametrize("more", [{"meeting_format": "in-person"}, {"fallback": "Show the film."}])
def test_no_stand_by_is_missing_where_nobody_calls_or_there_is_a_plan(
    coordinator: FlaskClient, meeting: Callable[..., int], olha: int, more: dict[str, str]
) -> None:
    meeting(who=olha, **{"meeting_format": "online", **more})
    assert "A stand-by is missing." not in coordinator.get(JANUARY).text


def test_a_visitor_on_tour_brings_whom_they_need(
    app: Flask, coordinator: FlaskClient, meeting: Callable[..., int], olha: int
) -> None:
    number = meeting(who=olha, needs=["interpreter"], meeting_format="either")
    assert "An interpreter is missing." in coordinator.get(JANUARY).text
    with app.app_context():
        db.session.execute(db.text("UPDATE speaker_requests SET tour_id = 1 WHERE id = :n"), {"n": number})
        db.session.commit()
    assert "is missing." not in coordinator.get(JANUARY).text
