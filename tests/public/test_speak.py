"""A speaker's own page: what it shows, what can be done from it, and what nobody else may see or do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import london_day, utc_now
from portal.directory.models import Branch, Union
from portal.emails import links
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers import keeping
from portal.speakers.register import AvailabilityException, Speaker, SpeakerVeto, WeeklyHours
from portal.submissions.work import Task
from tests.conftest import counted, csrf_token
from tests.public.conftest import main_of
from tests.public.speaker import IN_UKRAINE, Make, add_speaker, count, fields_on, letters, send, stored, text_of
from tests.public.walk import errors_on
from tests.speakers.rows import a_booking, a_request


@pytest.fixture
def make_speaker(app: Flask) -> Make:
    """Puts somebody into the register and gives number and path of their page."""
    return partial(add_speaker, app)


def test_the_page_shows_all_that_is_kept_but_our_notes(client: FlaskClient, make_speaker: Make) -> None:
    _, path = make_speaker()
    answer = client.get(path)
    assert answer.status_code == 200
    words = text_of(answer.text)
    for told in (
        "Hello Dilys Example.", "dilys@example.org", "07700 900123", "DH1", "60", "Miners and mining communities",
        "Fluently", "Polish (good)", "Used to hostile rooms", "Mining", "In the room",
    ):  # fmt: skip
        assert told in words, told
    assert "Our own words" not in words
    assert answer.headers["Cache-Control"].startswith("no-store") or "private" in answer.headers["Cache-Control"]


def test_looking_at_the_page_costs_few_statements(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    _, path = make_speaker()
    client.get(path)
    with counted() as statements:
        client.get(path)
    assert len(statements) <= 15, statements
    assert not [each for each in statements if not each.lstrip().upper().startswith("SELECT")]


def test_many_entries_cost_no_more_statements_than_one(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    number, path = make_speaker()
    client.get(path)
    found = []
    for union in (1, 2, 3):
        with stored(app, number) as speaker:
            branch = Branch(name=f"Anytown {union}", folded=f"anytown {union}", union_id=union, created_at=utc_now())
            speaker.vetoes += [SpeakerVeto(branch=branch), SpeakerVeto(union_id=union)]
            speaker.weekly.append(WeeklyHours(weekday=union, from_minute=600, until_minute=700))
            for days, state in ((30, "confirmed"), (-5, "held"), (-9, "closed")):
                day = utc_now().date() + timedelta(days)
                booked = a_request(heading=f"Anytown {union}", meeting_on=day)
                booked.state = state
                a_booking(booked, speaker, day=day)
        with counted() as statements:
            client.get(path)
        found.append(len(statements))
    assert found[0] == found[2], found


def test_somebody_in_ukraine_is_asked_for_no_place_and_warned(client: FlaskClient, make_speaker: Make) -> None:
    _, path = make_speaker(base=IN_UKRAINE)
    page = client.get(path).text
    assert '<html lang="uk">' in page
    assert f"{path}/travel" not in page
    assert client.get(f"{path}/travel").status_code == 302
    for name in ("about", "talks", "rather-not"):
        small = client.get(f"{path}/{name}").text
        assert 'class="warning"' in small, name
        assert "outcode" not in small, name
        assert "postcode" not in small, name
    about = client.get(f"{path}/about").text
    assert 'name="ukrainian_union"' in about
    assert 'name="union"' not in about
    # What is not asked of them is not taken from them either.
    answer = send(client, path, "about", union="num", outcode="DH1", town="Kharkiv")
    assert answer.status_code == 303


def test_other_links_open_nothing_here_and_this_one_nothing_there(
    app: Flask, client: FlaskClient, make_speaker: Make
) -> None:
    number, path = make_speaker()
    token = path.removeprefix("/speak/")
    with app.app_context():
        track = links.token_of(links.issue(db.session(), "track", number, utc_now()))
        db.session.commit()
    wrong = client.get("/speak/nonsense")
    assert wrong.status_code == 404
    for other in (
        f"/track/{token}",
        f"/speak/{track}",
        f"/new-address/{token}",
        f"/speak/{token[:-1]}",
        "/speak/x/week",
    ):
        answer = client.get(other)
        assert (answer.status_code, main_of(answer.text)) == (404, main_of(wrong.text)), other
    assert client.get(f"{path}/nonsense").status_code == 404
    assert client.post(f"{path}/nonsense").status_code == 404


@pytest.mark.parametrize(
    ("end", "heading"),
    [
        ("left", "You have left our register"),
        ("locked", "This link does not work"),
        ("revoked", "There is a newer link"),
    ],
)
def test_an_old_link_opens_nothing_and_says_what_became_of_it(
    app: Flask, client: FlaskClient, make_speaker: Make, end: str, heading: str
) -> None:
    number, path = make_speaker()
    page = client.get(f"{path}/about").text
    with stored(app, number) as speaker:
        if end == "left":
            keeping.leave(db.session(), speaker, utc_now())
        elif end == "locked":
            keeping.lock(db.session(), speaker, utc_now())
        else:
            keeping.end_link(db.session(), speaker, utc_now())
    for answer in (
        client.get(path),
        client.get(f"{path}/about"),
        client.get(f"{path}/days"),
        client.post(f"{path}/about", data=fields_on(page, f"{path}/about")),
        client.post(f"{path}/days", data={"csrf_token": csrf_token(page)}),
        client.post(f"{path}/days/1/remove", data={"csrf_token": csrf_token(page)}),
    ):
        assert answer.status_code == 404
        assert f"<h1>{heading}</h1>" in answer.text
        # Outside it stands what whoever asks has just typed, for the other language.
        assert "Dilys" not in main_of(answer.text)


def test_a_link_with_a_full_stop_is_mended(client: FlaskClient, make_speaker: Make) -> None:
    _, path = make_speaker()
    assert client.get(f"{path}.").location == path


def test_opening_any_page_changes_nothing(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    number, path = make_speaker(agreed=("branches",))
    with stored(app, number) as speaker:
        keeping.pause(db.session(), speaker, utc_now())
    before = count(app, OutboxEmail), count(app, Task)
    with stored(app, number) as speaker:
        version = speaker.version
    for page in (
        "about",
        "talks",
        "travel",
        "week",
        "days",
        "pause",
        "go-on",
        "email",
        "rather-not",
        "agree",
        "take-back",
        "leave",
    ):
        assert client.get(f"{path}/{page}").status_code == 200, page
    with stored(app, number) as speaker:
        assert speaker.version == version
        assert speaker.paused_at is not None
        assert speaker.left_at is None
    assert (count(app, OutboxEmail), count(app, Task)) == before


POSTS = (
    "about",
    "talks",
    "travel",
    "week",
    "days",
    "days/1/remove",
    "pause",
    "go-on",
    "email",
    "rather-not",
    "agree",
    "take-back",
    "leave",
)


@pytest.mark.parametrize("page", POSTS)
def test_a_post_without_a_good_token_does_nothing(
    app: Flask, client: FlaskClient, make_speaker: Make, page: str
) -> None:
    number, path = make_speaker(agreed=("branches",))
    with stored(app, number) as speaker:
        keeping.pause(db.session(), speaker, utc_now())
        speaker.exceptions.append(
            AvailabilityException(first_on=date(2090, 1, 1), last_on=date(2090, 1, 2), is_free=False)
        )
    typed = {"name": "Mallory", "email": "mallory@example.org", "words": "Everybody", "register": "yes", "day_0": "9-5"}
    for data in (typed, typed | {"csrf_token": "old"}):
        answer = client.post(f"{path}/{page}", data=data)
        assert answer.status_code == 400
        assert "once more" in answer.text
    with stored(app, number) as speaker:
        assert (speaker.name, speaker.email) == ("Dilys Example", "dilys@example.org")
        assert speaker.left_at is None
        assert speaker.confirmed_at is None
        assert speaker.paused_at is not None
        assert (len(speaker.exceptions), len(speaker.weekly), len(speaker.vetoes)) == (1, 0, 0)
    assert count(app, OutboxEmail) == 0


def test_what_was_typed_into_a_stale_page_is_kept(client: FlaskClient, make_speaker: Make) -> None:
    _, path = make_speaker()
    answer = client.post(f"{path}/week", data={"day_0": "6pm-9pm", "csrf_token": "old"})
    assert answer.status_code == 400
    assert 'value="6pm-9pm"' in answer.text


def test_details_are_changed(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    number, path = make_speaker()
    answer = send(client, path, "about", name="Dilys Sample", phone="07700 900456", union="unison", language="uk")
    assert (answer.status_code, answer.location) == (303, path)
    page = client.get(path).text
    assert '<html lang="uk">' in page
    assert "flash--success" in page
    assert "We have your change." not in page
    with stored(app, number) as speaker:
        assert (speaker.name, speaker.phone, speaker.language) == ("Dilys Sample", "07700 900456", "uk")
        assert speaker.union is not None
        assert speaker.union.slug == "unison"
        assert speaker.notes == "Our own words about her."


def test_a_union_that_is_written_in_is_found(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    number, path = make_speaker(union_id=None)
    send(client, path, "about", union="", union_text="National Union of Mineworkers")
    with stored(app, number) as speaker:
        assert speaker.union is not None
        assert speaker.union.slug == "num"


def test_talks_and_places_are_changed(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    number, path = make_speaker()
    assert send(
        client, path, "talks", topics=["women"], english="good", ukrainian="basic",
        other_languages="польська вільно, German", most_a_month="5",
    ).status_code == 303  # fmt: skip
    assert send(client, path, "travel", formats=["in-person"], outcode="ne1 4xx", most_miles="100").status_code == 303
    with stored(app, number) as speaker:
        assert speaker.topics == ["women"]
        assert speaker.languages == {"en": "good", "uk": "basic", "pl": "fluent", "de": "good"}
        assert speaker.most_a_month == 5
        assert (speaker.outcode, speaker.region_slug, speaker.most_miles) == ("NE1", "north-east", 100)
        assert speaker.formats == ["in-person"]
    assert send(client, path, "travel", formats=["online"], outcode="", most_miles="100").status_code == 303
    with stored(app, number) as speaker:
        assert (speaker.outcode, speaker.latitude, speaker.most_miles) == ("", None, 0)


def test_the_same_details_are_no_change(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    number, path = make_speaker()
    with stored(app, number) as speaker:
        version = speaker.version
    for page in ("about", "talks", "travel", "week"):
        assert send(client, path, page).status_code == 303, page
        assert "Nothing was different." in client.get(path).text, page
    with stored(app, number) as speaker:
        assert speaker.version == version


def test_the_week_is_told(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    number, path = make_speaker()
    assert send(client, path, "week", day_0="6-9pm", day_1="10am-12pm, 10pm–1am", day_6="all day").status_code == 303
    with stored(app, number) as speaker:
        assert [(row.weekday, row.from_minute, row.until_minute) for row in speaker.weekly] == [
            (0, 1080, 1260), (1, 600, 720), (1, 1320, 1500), (6, 0, 1440),
        ]  # fmt: skip
    words = text_of(client.get(path).text)
    assert "Monday: 6pm–9pm" in words
    assert "Tuesday: 10am–12pm, 10pm–1am" in words
    assert "Sunday: the whole day" in words
    page = client.get(f"{path}/week").text
    assert 'value="10am–12pm, 10pm–1am"' in page
    assert send(client, path, "week", day_0="", day_1="", day_6="").status_code == 303
    assert count(app, WeeklyHours) == 0


def test_days_away_and_besides(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    number, path = make_speaker()
    first = london_day(utc_now()) + timedelta(days=30)
    last = first + timedelta(days=13)
    away = {"what": "away", "first_on": f"{first:%d %B %Y}", "last_on": f"{last:%d %B %Y}"}
    for _ in range(2):
        answer = send(client, path, "days", **away)
        assert (answer.status_code, answer.location) == (303, f"{path}/days")
    assert send(client, path, "days", what="free", first_on=f"{last:%d %B %Y}", only="2pm-6pm").status_code == 303
    with stored(app, number) as speaker:
        rows = [
            (row.first_on, row.last_on, row.from_minute, row.until_minute, row.is_free) for row in speaker.exceptions
        ]
        assert rows == [(first, last, None, None, False), (last, last, 840, 1080, True)]
        taken = speaker.exceptions[0].id
    assert "Free besides:" in client.get(path).text
    token = csrf_token(client.get(f"{path}/days").text)
    for _ in range(2):
        answer = client.post(f"{path}/days/{taken}/remove", data={"csrf_token": token})
        assert (answer.status_code, answer.location) == (303, f"{path}/days")
    assert count(app, AvailabilityException) == 1


def test_days_away_while_booked_are_asked_about(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    number, path = make_speaker()
    day = london_day(utc_now()) + timedelta(days=30)
    with app.app_context():
        booking = a_booking(a_request(meeting_on=day), db.session.get_one(Speaker, number), day=day)
        wanted = booking.submission_id
        db.session.commit()
    assert send(client, path, "days", what="away", first_on=f"{day + timedelta(days=1):%d %B %Y}").status_code == 303
    assert "You are booked on" not in client.get(f"{path}/days").text
    assert count(app, Task) == 0
    assert send(client, path, "days", what="free", first_on=f"{day:%d %B %Y}").status_code == 303
    assert send(client, path, "days", what="away", first_on=f"{day:%d %B %Y}").status_code == 303
    page = client.get(f"{path}/days").text
    assert "You are booked on" in page
    assert "Can you still come?" in page
    with counted() as statements:
        client.get(f"{path}/days")
    assert len(statements) <= 10, statements
    with app.app_context():
        task = db.session.scalars(select(Task)).one()
        assert (task.submission_id, task.reason) == (wanted, "speaker")
        assert "away then" in task.about


def test_days_of_others_cannot_be_taken_out(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    number, _ = make_speaker()
    _, path = make_speaker(base=IN_UKRAINE)
    with stored(app, number) as speaker:
        speaker.exceptions.append(
            AvailabilityException(first_on=date(2090, 1, 1), last_on=date(2090, 1, 2), is_free=False)
        )
    token = csrf_token(client.get(f"{path}/days").text)
    assert client.post(f"{path}/days/1/remove", data={"csrf_token": token}).status_code == 303
    assert count(app, AvailabilityException) == 1


def test_days_have_an_end(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    number, path = make_speaker()
    with stored(app, number) as speaker:
        speaker.exceptions += [
            AvailabilityException(first_on=date(2090, 1, day), last_on=date(2090, 1, day), is_free=bool(n))
            for day in range(1, 31)
            for n in (0, 1)
        ]
    answer = send(client, path, "days", what="away", first_on="1 March 2027")
    assert answer.status_code == 422
    assert "too many" in answer.text


def test_a_pause_until_a_day_and_until_further_notice(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    number, path = make_speaker()
    day = london_day(utc_now()) + timedelta(days=40)
    for _ in range(2):
        assert send(client, path, "pause", until=f"{day:%d %B %Y}").status_code == 303
    with stored(app, number) as speaker:
        assert speaker.paused_until == day
        assert speaker.is_paused_on(day - timedelta(days=1))
    assert "You pause: we can ask you again on" in client.get(path).text
    send(client, path, "pause", until="")
    assert "You pause until you go on yourself." in client.get(path).text
    token = csrf_token(client.get(f"{path}/go-on").text)
    for _ in range(2):
        answer = client.post(f"{path}/go-on", data={"csrf_token": token})
        assert (answer.status_code, answer.location) == (303, path)
    with stored(app, number) as speaker:
        assert speaker.paused_at is None


def test_whom_they_would_rather_not_visit(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    number, path = make_speaker()
    for _ in range(2):
        assert send(client, path, "rather-not", words="The Anytown branch of my old union").status_code == 303
    assert "The Anytown branch of my old union" in client.get(path).text
    with stored(app, number) as speaker:
        (veto,) = speaker.vetoes
        assert (veto.branch_id, veto.union_id) == (None, None)
        (task,) = db.session.scalars(select(Task)).all()
        assert "Anytown" not in task.about + task.key
        assert "Dilys" not in task.about
        branch = Branch(name="Anytown", folded="anytown", union_id=1, created_at=utc_now())
        speaker.vetoes += [
            SpeakerVeto(branch=branch, words="They shouted at her."),
            SpeakerVeto(union=db.session.get(Union, 2)),
        ]
    words = text_of(client.get(path).text)
    assert "UNISON Anytown" in words
    assert "They shouted" not in words


BAD = [
    ("about", {"name": " "}, "Enter your name"),
    ("about", {"name": "x" * 121}, "Your name: Shorten this to 120 letters or fewer"),
    ("about", {"name": "=HYPERLINK(1)"}, "Your name: Enter the name alone, without"),
    ("about", {"name": "Ann www.evil.example"}, "Enter the name alone"),
    ("about", {"phone": "12"}, "Your phone number: Enter a phone number, like 07700 900123 or 0191 498 0000"),
    ("about", {"union": "no-such-union"}, "Your union in the UK: Choose one of the answers in the list"),
    ("about", {"sector": "piracy"}, "Your sector of work: Choose one of the answers in the list"),
    ("about", {"language": "xx"}, "Which language shall we write to you in? Choose one of the answers in the list"),
    ("talks", {"topics": "weapons"}, "What can you speak about? Choose one of the answers in the list"),
    ("talks", {"english": "superb"}, "How well do you speak English? Choose one of the answers in the list"),
    ("talks", {"other_languages": "Klingon"}, "We do not understand “Klingon”."),
    ("talks", {"most_a_month": ""}, "Enter how many meetings a month you can take on at most"),
    ("talks", {"most_a_month": "0"}, "How many meetings a month at most? Enter a number from 1 to 31"),
    ("talks", {"most_a_month": "lots"}, "How many meetings a month at most? Enter a whole number in figures, like 40"),
    ("travel", {"formats": ""}, "Choose one of them, or both"),
    ("travel", {"outcode": "ZZ99"}, "Enter a UK postcode"),
    ("travel", {"outcode": ""}, "Enter your postcode district, so that we ask you about meetings near you"),
    ("travel", {"most_miles": ""}, "Enter how many miles you travel, or leave out “In the room”"),
    ("travel", {"most_miles": "99999"}, "Enter a number from 0 to 800"),
    ("week", {"day_0": "evenings"}, "Monday: Enter hours like 6pm–9pm or 18:00–21:00"),
    ("week", {"day_3": "6pm"}, "Thursday: Say until when as well"),
    ("week", {"day_6": "9pm-6pm"}, "Sunday: The end is before the beginning."),
    ("week", {"day_1": "8-9, 10-11, 12-1"}, "Tuesday: Enter at most two times for one day"),
    ("days", {"first_on": ""}, "Enter the first day"),
    ("days", {"first_on": "31 February 2027"}, "First day:"),
    ("days", {"first_on": "3 August 2027", "last_on": "1 August 2027"}, "The last day is before the first."),
    ("days", {"first_on": "3 August 2027", "last_on": "1 December 2029"}, "Last day:"),
    ("days", {"first_on": "3 August 2027", "what": "maybe"}, "Choose one of the answers in the list"),
    ("days", {"first_on": "3 August 2027", "only": "1-2, 3-4"}, "Enter one time here"),
    ("pause", {"until": "when the war is over"}, "From which day may we ask you again?"),
    ("pause", {"until": "1 May 2020"}, "From which day may we ask you again?"),
    ("email", {"email": ""}, "Enter your new email address"),
    ("email", {"email": "dilys at example"}, "Your new email address: Enter one email address, like name@example.org"),
    ("rather-not", {"words": " "}, "Write which branches or unions you would rather not visit"),
    ("rather-not", {"words": "x" * 1001}, "Which branches or unions? Shorten this to 1,000 letters or fewer"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "typed", "sentence"), BAD)
def test_bad_input_is_kept_and_said(
    app: Flask, client: FlaskClient, make_speaker: Make, page: str, typed: dict[str, str], sentence: str
) -> None:
    number, path = make_speaker()
    with stored(app, number) as speaker:
        version = speaker.version
    answer = send(client, path, page, **typed)
    assert answer.status_code == 422
    (said,) = errors_on(answer.text)
    assert sentence in said
    for value in typed.values():
        if value.strip() and page not in ("talks", "about") and value not in ("maybe",):
            assert value in unescape(answer.text)
    assert "<title>Error:" in " ".join(answer.text.split()).replace("<title> ", "<title>")
    with stored(app, number) as speaker:
        assert speaker.version == version


def test_two_windows_at_once_lose_nothing(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    number, path = make_speaker()
    first, second = (fields_on(client.get(f"{path}/about").text, f"{path}/about") for _ in range(2))
    assert client.post(f"{path}/about", data=first | {"phone": "07700 900111"}).status_code == 303
    answer = client.post(f"{path}/about", data=second | {"phone": "07700 900222", "name": "Dilys Sample"})
    assert answer.status_code == 409
    assert "Somebody has changed these details meanwhile" in answer.text
    assert "Now it says: 07700 900111" in answer.text
    assert 'value="07700 900222"' in answer.text
    with stored(app, number) as speaker:
        assert (speaker.phone, speaker.name) == ("07700 900111", "Dilys Example")
    again = fields_on(answer.text, f"{path}/about")
    assert client.post(f"{path}/about", data=again).status_code == 303
    with stored(app, number) as speaker:
        assert (speaker.phone, speaker.name) == ("07700 900222", "Dilys Sample")


def test_another_window_may_change_something_else(app: Flask, client: FlaskClient, make_speaker: Make) -> None:
    _, path = make_speaker()
    week = fields_on(client.get(f"{path}/week").text, f"{path}/week")
    assert send(client, path, "about", phone="07700 900111").status_code == 303
    assert client.post(f"{path}/week", data=week | {"day_0": "6pm-9pm"}).status_code == 303
    stale = client.post(f"{path}/week", data=week | {"day_0": "7pm-9pm"})
    assert stale.status_code == 409
    assert "6pm–9pm" in stale.text
    assert 'value="7pm-9pm"' in stale.text
    # What stands now anyway is no quarrel.
    assert client.post(f"{path}/week", data=week | {"day_0": "6pm–9pm"}).status_code == 303


def test_too_many_acts_are_asked_to_wait_and_given_back(make_app: Callable[..., Flask], make_speaker: Make) -> None:
    _, path = make_speaker()
    client = make_app(LIMIT_TRACK="2 per hour").test_client()
    statuses = [send(client, path, "about", phone=f"07700 90010{n}") for n in range(3)]
    assert [each.status_code for each in statuses] == [303, 303, 429]
    assert "07700 900102" in statuses[2].text
    assert "Your phone number" in statuses[2].text


def test_nobody_s_letter_box_is_filled_from_here(
    make_app: Callable[..., Flask], make_speaker: Make, app: Flask
) -> None:
    _, path = make_speaker()
    client = make_app(LIMIT_RESEND_LINK="2 per hour").test_client()
    statuses = [send(client, path, "email", email=f"new{n}@example.org").status_code for n in range(4)]
    assert statuses == [303, 303, 429, 429]
    assert len(letters(app, "register/new-address")) == 2
