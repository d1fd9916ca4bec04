"""Calendars behind secret addresses: who reads what in them, how they end, and what nobody learns from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from portal.accounts.models import Coordinator
from portal.clock import utc_now
from portal.extensions import db
from portal.speakers import feeds
from portal.speakers.engagements import CANCELLED, STAND_BY, Booking
from portal.speakers.feeds import CalendarFeed
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker
from tests.conftest import counted, csrf_token
from tests.emails.calendar_lint import lint_calendar
from tests.speakers.rows import OLHA, PETRO, a_booking, a_request, a_speaker

SOON = utc_now().date() + timedelta(days=20)
PLATFORM = "https://meet.example.org/secret-room"


def path_of(address: str) -> str:
    """The path of a whole address."""
    return address.removeprefix("http://127.0.0.1")


@pytest.fixture
def speaker(app: Flask) -> str:
    """Olha, booked once; the path of her calendar."""
    with app.app_context():
        olha = a_speaker()
        a_booking(a_request(meeting_on=SOON), olha, day=SOON)
        address = feeds.renew(db.session(), olha, utc_now())
        db.session.commit()
    return path_of(address)


def change(app: Flask, row: type[Any], number: int = 1, **values: Any) -> None:
    """Change columns of a row."""
    with app.app_context():
        found = db.session.get_one(row, number)
        for name, value in values.items():
            setattr(found, name, value)
        db.session.commit()


def calendar_at(client: FlaskClient, path: str) -> Calendar:
    """The calendar at an address, judged."""
    answer = client.get(path)
    assert answer.status_code == 200
    return lint_calendar(answer.data)


def summaries(client: FlaskClient, path: str) -> list[str]:
    """What its meetings are called."""
    return [str(event["SUMMARY"]) for event in calendar_at(client, path).walk("VEVENT")]


def test_a_speaker_reads_their_own_bookings_in_their_language(client: FlaskClient, speaker: str) -> None:
    assert speaker.startswith("/feed/")
    assert speaker.endswith(".ics")
    calendar = calendar_at(client, speaker)
    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "PUBLISH"
    assert calendar.calendar_name == "Ваші виступи для України"
    assert event["SUMMARY"] == "Ваш виступ: NUM Durham Area"
    assert "Час у Лондоні: " in event["DESCRIPTION"]
    assert "Час у Києві: " not in event["DESCRIPTION"], "everybody is in the room"
    assert "Redhills" in event["LOCATION"]
    assert "Jean" not in event["DESCRIPTION"]
    assert "ATTENDEE" not in event


def test_the_headers_keep_it_private(client: FlaskClient, speaker: str) -> None:
    answer = client.get(speaker)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers


def test_what_has_not_changed_is_not_sent_again(app: Flask, client: FlaskClient, speaker: str) -> None:
    first = client.get(speaker)
    tag = first.headers["ETag"]
    again = client.get(speaker, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    change(app, SpeakerRequest, venue="Miners’ Hall")
    third = client.get(speaker, headers={"If-None-Match": tag})
    assert third.status_code == 200
    assert third.headers["ETag"] != tag


def test_it_follows_every_change(app: Flask, client: FlaskClient, speaker: str) -> None:
    with app.app_context():
        booking = db.session.get_one(Booking, 1)
        booking.starts_at += timedelta(days=7)
        booking.ends_at += timedelta(days=7)
        booking.sequence = 3
        moved = booking.starts_at
        db.session.commit()
    (event,) = calendar_at(client, speaker).walk("VEVENT")
    assert (event["DTSTART"].dt, event["SEQUENCE"]) == (moved, 3)
    change(app, Booking, state=CANCELLED)
    assert summaries(client, speaker) == []


def test_nobody_reads_the_bookings_of_others(app: Flask, client: FlaskClient, speaker: str) -> None:
    with app.app_context():
        petro = a_speaker("Petro Lys", PETRO, "en")
        a_booking(a_request(heading="UCU Leeds", meeting_on=SOON), petro, day=SOON)
        other = path_of(feeds.renew(db.session(), petro, utc_now()))
        db.session.commit()
    assert summaries(client, speaker) == ["Ваш виступ: NUM Durham Area"]
    assert summaries(client, other) == ["You speak: UCU Leeds"]


def test_meetings_of_long_ago_are_left_out(app: Flask, client: FlaskClient, speaker: str) -> None:
    with app.app_context():
        olha = db.session.get_one(Speaker, 1)
        for days in (59, 62):
            day = utc_now().date() - timedelta(days=days)
            a_booking(a_request(heading=f"{days} days ago", meeting_on=day), olha, day=day)
        db.session.commit()
    assert summaries(client, speaker) == ["Ваш виступ: 59 days ago", "Ваш виступ: NUM Durham Area"]


def test_a_renewed_address_ends_the_old_one(app: Flask, client: FlaskClient, speaker: str) -> None:
    with app.app_context():
        olha = db.session.get_one(Speaker, 1)
        assert path_of(feeds.address_of(db.session(), olha, utc_now())) == speaker
        newer = path_of(feeds.renew(db.session(), olha, utc_now()))
        db.session.commit()
        assert path_of(feeds.address_of(db.session(), olha, utc_now())) == newer
    assert newer != speaker
    assert client.get(speaker).status_code == 404
    assert client.get(newer).status_code == 200


def end_it(app: Flask) -> None:
    with app.app_context():
        feeds.revoke(db.session(), db.session.get_one(Speaker, 1), utc_now())
        db.session.commit()
        assert feeds.address_of(db.session(), db.session.get_one(Speaker, 1), utc_now()) == ""


ENDS: dict[str, Callable[[Flask], None]] = {
    "revoked": end_it,
    "locked": lambda app: change(app, Speaker, locked_at=utc_now()),
    "left": lambda app: change(app, Speaker, left_at=utc_now()),
}


@pytest.mark.parametrize("ends", ENDS)
def test_what_opens_nothing_looks_the_same_whatever_the_reason(
    app: Flask, client: FlaskClient, speaker: str, ends: str
) -> None:
    wrong = client.get(f"/feed/{'x' * 22}.ics")
    assert wrong.status_code == 404
    ENDS[ends](app)
    answer = client.get(speaker)
    assert answer.status_code == 404
    token = speaker.removeprefix("/feed/").removesuffix(".ics")
    assert answer.data == wrong.data
    assert token not in answer.text


@pytest.mark.parametrize("path", ["/feed/.ics", "/feed/x", "/feed/%00.ics", "/feed/" + "x" * 500, "/feed/їжак.ics"])
def test_any_address_may_be_asked_for(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_link_for_something_else_opens_no_calendar(app: Flask, client: FlaskClient, speaker: str) -> None:
    token = speaker.removeprefix("/feed/").removesuffix(".ics")
    assert client.get(f"/track/{token}").status_code == 404
    assert client.get(f"/feed/{token}").status_code == 200, "without the ending it is the same calendar"


def test_looking_changes_nothing(client: FlaskClient, speaker: str, rows: Callable[..., list[Any]]) -> None:
    tables = [f"SELECT * FROM {table}" for table in ("private_links", "calendar_feeds", "bookings", "speakers")]
    before = [rows(table) for table in tables]
    assert client.get(speaker).status_code == 200
    assert client.head(speaker).status_code == 200
    assert client.post(speaker).status_code == 405
    assert [rows(table) for table in tables] == before


def meetings_in_each_state(app: Flask, *, times: int, coordinator_id: int | None = None) -> None:
    """Bookings of the first speaker, to come and over, and as many meetings confirmed without the register."""
    with app.app_context():
        olha = db.session.get_one(Speaker, 1)
        for each in range(times):
            for days, state in ((20, "confirmed"), (-5, "held"), (-9, "closed")):
                day = utc_now().date() + timedelta(days=days)
                booked = a_request(heading=f"Branch {each}", meeting_on=day, coordinator_id=coordinator_id)
                a_booking(booked, olha, day=day)
                by_hand = a_request(
                    heading=f"Branch {each} by hand", meeting_on=day, confirmed_time=time(19),
                    speaker_name="Taras Melnyk", speaker_email="taras@example.org", coordinator_id=coordinator_id,
                )  # fmt: skip
                booked.state = by_hand.state = state
        db.session.commit()


def statements_of(client: FlaskClient, path: str) -> list[str]:
    """What one visit asks of the database, but for the counts of its limits."""
    with counted() as seen:
        assert client.get(path).status_code == 200
    return [each for each in seen if "limit_counts" not in each]


def test_many_meetings_cost_no_more_statements_than_one(app: Flask, client: FlaskClient, speaker: str) -> None:
    one = statements_of(client, speaker)
    meetings_in_each_state(app, times=4)
    many = statements_of(client, speaker)
    assert len(summaries(client, speaker)) == 13
    assert len(one) == len(many) <= 5, many


@pytest.mark.parametrize("names", ["yes", ""])
def test_a_coordinator_s_calendar_costs_as_few(app: Flask, maria: FlaskClient, client: FlaskClient, names: str) -> None:
    path = made(maria, which="mine", names=names)
    one = statements_of(client, path)
    meetings_in_each_state(app, times=4, coordinator_id=1)
    many = statements_of(client, path)
    assert len(summaries(client, path)) == 26
    assert len(one) == len(many) <= 6, many


def test_programs_that_fetch_too_often_wait(make_app: Callable[..., Flask]) -> None:
    app = make_app(LIMIT_FEED="2 per hour", LIMIT_FEED_PER_ADDRESS="4 per hour")
    client = app.test_client()
    first, second = (f"/feed/{letter * 22}.ics" for letter in "ab")
    assert [client.get(first).status_code for _ in range(3)] == [404, 404, 429]
    answer = client.get(second)
    assert answer.status_code == 404
    answer = client.get(second)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


# ---- a coordinator's calendars ----


@pytest.fixture
def maria(app: Flask, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """Maria, signed in; she looks after the Durham miners and not after Leeds."""
    client = sign_in("coordinator")
    with app.app_context():
        olha, petro = a_speaker(), a_speaker("Petro Lys", PETRO, "en")
        durham = a_request(meeting_on=SOON, coordinator_id=1, meeting_format="online", platform=PLATFORM, venue="")
        leeds = a_request(heading="UCU Leeds", meeting_on=SOON)
        a_booking(durham, olha, day=SOON)
        a_booking(durham, petro, role=STAND_BY, day=SOON)
        a_booking(leeds, petro, day=SOON, start=time(12))
        db.session.commit()
    return client


def post(client: FlaskClient, path: str, **data: str) -> Any:
    """Send a form of the account page."""
    token = csrf_token(client.get("/dashboard/account").text)
    return client.post(path, data={"csrf_token": token, **data})


def made(client: FlaskClient, **data: str) -> str:
    """Make a calendar on the account page; the path of its address."""
    assert post(client, "/dashboard/account/calendars", **data).status_code == 303
    page = client.get("/dashboard/account").text
    addresses = [part.split("<")[0] for part in page.split("<br>") if part.startswith("http://127.0.0.1/feed/")]
    return path_of(addresses[-1])


def test_a_coordinator_reads_what_they_look_after_without_names(maria: FlaskClient, client: FlaskClient) -> None:
    path = made(maria, which="mine")
    answer = client.get(path)
    assert sorted(summaries(client, path)) == ["Guest speaker: NUM Durham Area", "Stand-by speaker: NUM Durham Area"]
    text = answer.text.replace("\r\n ", "")
    for hidden in ("Olha", "Savchenko", "Petro", OLHA, "Jean", "0191", PLATFORM):
        assert hidden not in text
    assert "/dashboard/requests/1" in text


def test_with_names_it_is_for_themselves(maria: FlaskClient, client: FlaskClient) -> None:
    path = made(maria, which="all", names="yes")
    assert sorted(summaries(client, path)) == [
        "Olha Savchenko: NUM Durham Area",
        "Petro Lys (stand-by): NUM Durham Area",
        "Petro Lys: UCU Leeds",
    ]
    assert PLATFORM in client.get(path).text.replace("\r\n ", "")
    assert "with the speakers’ names" in maria.get("/dashboard/account").text


@pytest.mark.parametrize("names", ["yes", ""])
def test_somebody_who_is_hidden_stands_in_no_calendar(
    app: Flask, maria: FlaskClient, client: FlaskClient, names: str
) -> None:
    path = made(maria, which="all", names=names)
    change(app, Speaker, 1, locked_at=utc_now())
    text = client.get(path).text.replace("\r\n ", "")
    assert "Olha" not in text
    assert "USC-1001" in text, "the stand-by is not hidden"
    change(app, Speaker, 2, locked_at=utc_now())
    assert summaries(client, path) == []


def test_a_meeting_confirmed_before_there_was_a_register_stands_there_too(
    app: Flask, maria: FlaskClient, client: FlaskClient
) -> None:
    day = date(2027, 7, 3)
    with app.app_context():
        request = a_request(
            heading="NEU Bristol", meeting_on=day, confirmed_time=time(9, 30), event_kind="school",
            speaker_name="Taras Melnyk", coordinator_id=1,
        )  # fmt: skip
        request.state = "confirmed"
        db.session.commit()
    plain, named = made(maria, which="mine"), made(maria, which="mine", names="yes")
    assert "Guest speaker: NEU Bristol" in summaries(client, plain)
    assert "Taras" not in client.get(plain).text
    event = next(each for each in calendar_at(client, named).walk("VEVENT") if "Bristol" in each["SUMMARY"])
    assert event["SUMMARY"] == "Taras Melnyk: NEU Bristol"
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=6), "a school takes the day"
    assert event["DTSTART"].dt.hour == 9


def test_a_program_asks_for_a_secret_address_over_an_encrypted_connection() -> None:
    assert feeds.in_a_program("https://portal.example.org/feed/x.ics") == "webcals://portal.example.org/feed/x.ics"
    assert feeds.in_a_program("") == ""


def test_addresses_are_renewed_and_ended_on_the_account_page(maria: FlaskClient, client: FlaskClient) -> None:
    path = made(maria, which="mine")
    assert post(maria, "/dashboard/account/calendars/1/new-address").status_code == 303
    assert client.get(path).status_code == 404
    page = maria.get("/dashboard/account").text
    newer = path_of(page.split("<br>http://127.0.0.1")[1].split("<")[0])
    assert f'href="webcal://127.0.0.1{newer}"' in page, "a program opens it with one press"
    assert client.get(newer).status_code == 200
    assert post(maria, "/dashboard/account/calendars/1/end").status_code == 303
    assert client.get(newer).status_code == 404
    assert "/feed/" not in maria.get("/dashboard/account").text
    assert post(maria, "/dashboard/account/calendars/1/end").status_code == 404


def test_only_so_many(maria: FlaskClient, rows: Callable[..., list[Any]]) -> None:
    for _ in range(feeds.MOST + 2):
        post(maria, "/dashboard/account/calendars", which="all")
    assert rows("SELECT count(*) FROM calendar_feeds") == [(feeds.MOST,)]
    assert "End one that you no longer use" in maria.get("/dashboard/account").text


def test_nobody_touches_the_calendars_of_others(maria: FlaskClient, sign_in: Callable[..., FlaskClient]) -> None:
    path = made(maria, which="mine")
    other = sign_in("admin", name="Ivan Koval")
    assert path not in other.get("/dashboard/account").text
    for act in ("new-address", "end"):
        assert post(other, f"/dashboard/account/calendars/1/{act}").status_code == 404
    assert post(other, f"/dashboard/account/calendars/{'9' * 30}/end").status_code == 404
    viewer = sign_in("viewer")
    assert "own calendar" not in viewer.get("/dashboard/account").text
    assert post(viewer, "/dashboard/account/calendars", which="all").status_code == 403


@pytest.mark.parametrize("lost", [{"active": False}, {"role": "viewer"}])
def test_whoever_may_not_read_it_on_the_desk_may_not_here(
    app: Flask, maria: FlaskClient, client: FlaskClient, lost: dict[str, Any]
) -> None:
    path = made(maria, which="all")
    assert client.get(path).status_code == 200
    change(app, Coordinator, **lost)
    assert client.get(path).status_code == 404


def test_the_address_stands_in_no_table(app: Flask, maria: FlaskClient) -> None:
    token = made(maria, which="all").removeprefix("/feed/").removesuffix(".ics")
    with app.app_context():
        assert token not in "\n".join(db.engine.raw_connection().driver_connection.iterdump())
        assert db.session.query(CalendarFeed).count() == 1
