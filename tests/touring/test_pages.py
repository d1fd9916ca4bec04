"""The pages of a tour: on the desk from a new tour to five bookings, the visitor’s own, and who may see them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.accounts.models import Coordinator
from portal.clock import utc_now
from portal.emails import links
from portal.extensions import db
from portal.sealed import digest
from portal.speakers import keeping
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker
from portal.speakers.tour_rows import Tour
from portal.submissions import actions, correspondence
from portal.submissions.day_words import in_words_of
from portal.submissions.history import Mover
from portal.submissions.workflow import Actor
from portal.touring import telling
from tests.conftest import counted, csrf_token
from tests.touring.people import ADDRESS, VISITOR, a_day, a_request, a_tour, a_visitor, page_of_visitor, work_out

MOST_STATEMENTS = 12
ROWS = Callable[..., list[Any]]

LETTERS = "SELECT template, text, to_address FROM outbox_emails ORDER BY id"


def press(client: FlaskClient, page: str, path: str, **data: Any) -> TestResponse:
    """Press a button of a page: with its token and the version it was drawn from."""
    html = client.get(page).text
    version = re.search(r'name="version" value="(\d+)"', html)
    sent = {"csrf_token": csrf_token(html), "version": version[1] if version else ""}
    return client.post(path, data=sent | data)


def states(rows: ROWS) -> list[str]:
    return [row[0] for row in rows("SELECT state FROM submissions ORDER BY id")]


def path_of(app: Flask, tour: int) -> str:
    with app.app_context():
        path = page_of_visitor(tour)
        db.session.commit()
    return path


def ask(maria: FlaskClient, tour: int) -> TestResponse:
    return press(maria, f"/dashboard/tours/{tour}/ask", f"/dashboard/tours/{tour}/ask")


def answer(client: FlaskClient, path: str, **data: Any) -> TestResponse:
    html = client.get(path).text
    seen = re.findall(r'name="seen" value="(\d+)"', html)
    return client.post(path, data={"csrf_token": csrf_token(html), "seen": seen} | data)


def test_from_a_new_tour_to_five_bookings(app: Flask, maria: FlaskClient, rows: ROWS) -> None:
    with app.app_context():
        visitor = a_visitor().id
        for day, town in enumerate(("Durham", "Newcastle upon Tyne", "Leeds", "York", "Sheffield"), start=1):
            a_request(town, (day,))
        db.session.commit()
    assert VISITOR in maria.get("/dashboard/tours/new?q=tkach").text
    new = f"/dashboard/tours/new?speaker={visitor}"
    typed = {
        "speaker": visitor, "first_on": f"{a_day(1):%d %B %Y}", "last_on": f"{a_day(7):%d %B %Y}", "start": "Durham",
        "most_miles": "120", "rest_after": "", "needs": "A bed",
    }  # fmt: skip
    wrong = press(maria, new, "/dashboard/tours/new", **(typed | {"start": "Nowhere-on-Sea", "last_on": "1 May 2020"}))
    assert wrong.status_code == 422
    assert "Enter a town or a postcode that we can find" in wrong.text
    done = press(maria, new, "/dashboard/tours/new", **typed)
    assert done.status_code == 303
    tour = int(done.location.rsplit("/", 1)[1])
    waits = maria.get(done.location)
    assert "The route is being worked out" in waits.text
    assert waits.headers["Refresh"]
    with app.app_context():
        work_out(tour)
    html = maria.get(done.location).text
    assert "Refresh" not in maria.get(done.location).headers
    assert html.count('class="tour__day"') == 5
    assert "5 meetings" in html
    assert "miles, " in html
    assert "Ask about the route" in html
    assert VISITOR in maria.get("/dashboard/tours").text

    assert ask(maria, tour).status_code == 303
    assert states(rows) == ["offered"] * 5
    to_visitor = [(name, text) for name, text, to in rows(LETTERS) if to == ADDRESS]
    assert [template for template, _ in to_visitor] == ["register/tour"], "one letter for the whole route"
    assert to_visitor[0][1].count("Branch meeting, ") == 5
    told = rows("SELECT template FROM outbox_emails WHERE role = 'branch' AND template != 'speaker/received'")
    assert [row[0] for row in told] == ["speaker/offered"] * 5

    path = path_of(app, tour)
    visitor_page = app.test_client()
    assert answer(visitor_page, path, **{"for": "all", "may_name_me": "y"}).status_code == 303
    assert "Confirm all that can be confirmed" in maria.get(f"/dashboard/tours/{tour}").text
    assert rows("SELECT count(*) FROM speaker_consents WHERE purpose = 'meeting' AND withdrawn_at IS NULL")[0][0] == 5
    press(maria, f"/dashboard/tours/{tour}", f"/dashboard/tours/{tour}/confirm")
    assert states(rows) == ["confirmed"] * 5
    assert rows("SELECT count(*) FROM bookings WHERE state = 'booked'")[0][0] == 5
    templates = [row[0] for row in rows("SELECT template FROM outbox_emails WHERE calendar IS NOT NULL")]
    assert sorted(templates) == ["speaker/booked"] * 5 + ["speaker/confirmed"] * 5
    assert "Confirmed meetings" in visitor_page.get(path).text
    press(maria, f"/dashboard/tours/{tour}", f"/dashboard/tours/{tour}/confirm")
    assert rows("SELECT count(*) FROM bookings")[0][0] == 5, "a second press books nobody twice"


def test_a_visitor_answers_for_each_meeting_and_may_change_it(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any], rows: ROWS
) -> None:
    ask(maria, tour)
    path, visitor = path_of(app, tour), app.test_client()
    nothing = answer(visitor, path)
    assert nothing.status_code == 422
    assert "Tick the meetings that suit you" in nothing.text
    done = answer(visitor, path, stops=[str(stops[0][0]), str(stops[2][0])])
    assert done.status_code == 303
    assert states(rows) == ["offered", "matching", "offered", "matching", "matching"]
    assert rows("SELECT count(*) FROM offers WHERE state = 'accepted' AND may_name_me")[0][0] == 0
    letters = [name for name, _, to in rows(LETTERS) if to == ADDRESS]
    assert letters == ["register/tour"], "no letter for each answer"
    html = visitor.get(path).text
    assert html.count(" checked") == 2
    answer(visitor, path, stops=[str(stops[0][0])], may_name_me="y")
    assert states(rows) == ["offered", "matching", "matching", "matching", "matching"]
    assert rows("SELECT count(*) FROM offers WHERE state = 'accepted' AND may_name_me")[0][0] == 1
    page = maria.get(f"/dashboard/tours/{tour}").text
    assert "The visitor has said no" in page
    answer(visitor, path, **{"for": "none"})
    assert states(rows) == ["matching"] * 5
    html = visitor.get(path).text
    assert html.count("You have said no to this meeting.") == 5
    assert "Until a meeting is confirmed you can change your answer here" in html
    answer(visitor, path, stops=[str(stops[1][0])])
    assert states(rows) == ["matching", "offered", "matching", "matching", "matching"], "a no is taken back"
    assert rows("SELECT count(*) FROM offers") == [(5,)]
    press(maria, f"/dashboard/tours/{tour}", f"/dashboard/tours/{tour}/confirm")
    assert states(rows)[1] == "confirmed"
    assert [name for name, _, to in rows(LETTERS) if to == ADDRESS] == ["register/tour", "speaker/booked"]


def test_one_that_cannot_be_confirmed_keeps_no_other(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any], rows: ROWS
) -> None:
    ask(maria, tour)
    answer(app.test_client(), path_of(app, tour), **{"for": "all"})
    with app.app_context():
        # The second branch has changed its dates, the third one is booked by somebody who is confirmed elsewhere.
        moved = f'[{{"on": "{a_day(20).isoformat()}", "time": "19:00"}}]'
        db.session.execute(
            db.text("UPDATE speaker_requests SET dates = :d WHERE id = :n"), {"d": moved, "n": stops[1][1]}
        )
        db.session.commit()
    press(maria, f"/dashboard/tours/{tour}", f"/dashboard/tours/{tour}/confirm")
    assert states(rows) == ["confirmed", "offered", "confirmed", "confirmed", "confirmed"]
    html = maria.get(f"/dashboard/tours/{tour}").text
    assert "Not confirmed: UNISON Newcastle City. The reason: the branch has changed its dates meanwhile" in html
    assert "Confirmed, and both sides are told: NUM Durham Area; " in html


def test_a_day_that_was_proposed_needs_the_branch_first(app: Flask, maria: FlaskClient, rows: ROWS) -> None:
    with app.app_context():
        a_request("Durham", (), date_rule="any evening")
        by = int(db.session.execute(db.text("SELECT max(id) FROM coordinators")).scalar_one())
        tour = a_tour(a_visitor(), by).id
        db.session.commit()
        work_out(tour)
        stop = db.session.execute(db.text("SELECT id FROM tour_stops")).scalar()
    page = f"/dashboard/tours/{tour}"
    assert "A day to be proposed" in maria.get(page).text
    ask(maria, tour)
    text = rows("SELECT text FROM outbox_emails WHERE template = 'register/tour'")[0][0]
    assert "the day is not agreed with the branch yet" in text
    assert "Of each meeting you read only the town, so that you can judge the way." in " ".join(text.split())
    told = rows("SELECT text FROM outbox_emails WHERE template = 'speaker/offered'")[0][0]
    assert re.search(r"could come to you on \w+day \d+ \w+ \d{4}\. You wrote: “any evening”", told)
    answer(app.test_client(), path_of(app, tour), **{"for": "all"})
    shown = maria.get(page).text
    assert "Next: agree the day and the hour with the branch" in shown
    assert "Next: confirm the meetings" not in shown
    press(maria, page, f"{page}/confirm", stop=stop)
    assert "agree the day with the branch first" in maria.get(page).text
    press(maria, page, f"{page}/confirm", stop=stop, **{f"agreed-{stop}": "yes"})
    assert "agree the hour with the branch first" in maria.get(page).text
    press(maria, page, f"{page}/confirm", stop=stop, **{f"agreed-{stop}": "yes", f"hour-{stop}": "7pm"})
    assert states(rows) == ["confirmed"]


def test_stops_are_taken_out_pinned_and_days_kept_free(
    maria: FlaskClient, tour: int, stops: list[Any], rows: ROWS
) -> None:
    page = f"/dashboard/tours/{tour}"
    press(maria, page, f"{page}/stops/{stops[0][0]}/take-out")
    html = maria.get(page).text
    assert "Work it out again" in html
    assert "Put it back" in html
    press(maria, page, f"{page}/stops/{stops[1][0]}/pin")
    assert rows("SELECT is_pinned FROM tour_stops WHERE id = :n", n=stops[1][0])[0][0]
    press(maria, page, f"{page}/rest", day=a_day(6).isoformat(), keep="yes")
    assert "Kept free" in maria.get(page).text
    press(maria, page, f"{page}/rest", day=a_day(6).isoformat(), keep="no")
    press(maria, page, f"{page}/stops/{stops[0][0]}/put-back")
    assert rows("SELECT standing FROM tour_stops WHERE id = :n", n=stops[0][0]) == [("off",)]
    assert press(maria, page, f"{page}/stops/{stops[0][0]}/nonsense").status_code == 404
    assert press(maria, page, f"{page}/rest", day="nonsense").status_code == 400
    changed = press(maria, f"{page}/change", f"{page}/change", first_on=f"{a_day(1):%d %B %Y}",
                    last_on=f"{a_day(5):%d %B %Y}", start="Leeds", most_miles="90", rest_after="2")  # fmt: skip
    assert changed.status_code == 303
    press(maria, page, f"{page}/solve")
    assert "The route is being worked out" in maria.get(page).text


def test_what_is_asked_cannot_be_taken_out(maria: FlaskClient, tour: int, stops: list[Any], rows: ROWS) -> None:
    ask(maria, tour)
    page = f"/dashboard/tours/{tour}"
    press(maria, page, f"{page}/stops/{stops[0][0]}/take-out")
    assert "asked or booked for that meeting" in maria.get(page).text
    assert rows("SELECT standing FROM tour_stops WHERE id = :n", n=stops[0][0]) == [("on",)]
    assert press(maria, page, f"{page}/ask").status_code == 303
    assert rows("SELECT count(*) FROM outbox_emails WHERE template = 'register/tour'") == [(1,)]


def test_two_coordinators_overwrite_nothing(maria: FlaskClient, tour: int, stops: list[Any], rows: ROWS) -> None:
    page = f"/dashboard/tours/{tour}"
    html = maria.get(page).text
    press(maria, page, f"{page}/stops/{stops[0][0]}/take-out")
    sent = {"csrf_token": csrf_token(html), "version": re.search(r'name="version" value="(\d+)"', html)[1]}
    late = maria.post(f"{page}/stops/{stops[1][0]}/take-out", data=sent)
    assert late.status_code == 409
    assert "Somebody was faster than you" in late.text
    assert rows("SELECT count(*) FROM tour_stops WHERE standing = 'out'") == [(1,)]
    assert maria.post(f"{page}/ask", data=sent).status_code == 409
    assert maria.post(f"{page}/confirm", data=sent).status_code == 409


def test_without_a_token_nothing_is_done(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any], rows: ROWS
) -> None:
    page = f"/dashboard/tours/{tour}"
    for path in ("solve", "ask", "confirm", "rest", f"stops/{stops[0][0]}/take-out", f"stops/{stops[0][0]}/neighbours"):
        assert maria.post(f"{page}/{path}", data={"version": "1"}).status_code == 400, path
    ask(maria, tour)
    visitor = app.test_client()
    assert visitor.post(path_of(app, tour), data={"for": "all"}).status_code == 400
    assert states(rows) == ["offered"] * 5


@pytest.mark.parametrize(
    "path", ["/dashboard/tours", "/dashboard/tours/new", "/dashboard/tours/1", "/dashboard/tours/1/ask"]
)
def test_viewers_see_nothing_of_tours(path: str, tour: int, sign_in: Callable[..., FlaskClient]) -> None:
    assert sign_in("viewer").get(path).status_code == 403


def test_who_is_locked_vanishes_with_the_tour(app: Flask, maria: FlaskClient, tour: int) -> None:
    ask(maria, tour)
    path = path_of(app, tour)
    with app.app_context():
        keeping.lock(db.session(), db.session.query(Speaker).one(), utc_now())
        db.session.commit()
    assert maria.get(f"/dashboard/tours/{tour}").status_code == 404
    assert VISITOR not in maria.get("/dashboard/tours").text
    assert app.test_client().get(path).status_code == 404


def test_the_visitor_reads_no_branch_before_it_is_confirmed(
    app: Flask, maria: FlaskClient, tour: int, rows: ROWS
) -> None:
    ask(maria, tour)
    read = (
        app.test_client().get(path_of(app, tour)).text
        + rows("SELECT text, html FROM outbox_emails WHERE template = 'register/tour'")[0][0]
    )
    for word in ("Armstrong", "NUM Durham", "Miners’ Hall", "durham@example.org", "0191"):
        assert word not in read, word
    # They judge the journey by its towns.
    for word in ("in the room, Durham, North East", "in the room, Leeds"):
        assert word in read, word
    branch = "\n".join(row[0] for row in rows("SELECT text FROM outbox_emails WHERE role = 'branch'"))
    for word in ("Olena", "Tkach", ADDRESS):
        assert word not in branch, word


def test_two_tours_with_the_same_meetings_say_so_on_both_pages(app: Flask, maria: FlaskClient, tour: int) -> None:
    assert "Planned on two tours" not in maria.get(f"/dashboard/tours/{tour}").text
    with app.app_context():
        by = int(db.session.execute(db.text("SELECT max(id) FROM coordinators")).scalar_one())
        second = a_visitor(email="second@example.org", email_digest=digest("second@example.org"), name="Nadiia Second")
        other = a_tour(second, by)
        db.session.commit()
        number = other.id
        work_out(number)
    page = maria.get(f"/dashboard/tours/{tour}").text
    assert "Planned on two tours" in page
    assert f'href="/dashboard/tours/{number}">the tour of Nadiia Second</a>' in page
    assert f'href="/dashboard/tours/{tour}">the tour of {VISITOR}</a>' in maria.get(f"/dashboard/tours/{number}").text


def test_the_page_costs_the_same_however_long_the_route(app: Flask, maria: FlaskClient, tour: int) -> None:
    with counted() as statements:
        assert maria.get(f"/dashboard/tours/{tour}").status_code == 200
    assert len(statements) <= MOST_STATEMENTS, "\n".join(statements)
    with app.app_context():
        assert db.session.get(Tour, tour) is not None


def test_every_page_of_a_tour_costs_few_statements(app: Flask, maria: FlaskClient, tour: int) -> None:
    desk = {"": 8, "/new": 4, "/new?q=tkach": 6, f"/{tour}/change": 10, f"/{tour}/ask": 10}
    for path, most in desk.items():
        with counted() as statements:
            assert maria.get(f"/dashboard/tours{path}").status_code == 200
        assert len(statements) <= most, (path, statements)
    ask(maria, tour)
    path = path_of(app, tour)
    visitor = app.test_client()
    with counted() as statements:
        assert visitor.get(path).status_code == 200
    assert len(statements) <= 8, statements


def test_the_next_step_counts_what_is_settled_and_no_refused_meeting_is_asked_again(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any], rows: ROWS
) -> None:
    page = f"/dashboard/tours/{tour}"
    assert "Nothing is agreed yet." in maria.get(page).text
    ask(maria, tour)
    answer(app.test_client(), path_of(app, tour), stops=[str(each[0]) for each in stops[:4]])
    press(maria, page, f"{page}/confirm")
    html = maria.get(page).text
    assert "Nothing is agreed yet." not in html
    assert "4 meetings are confirmed. The visitor has said no to one meeting." in html
    assert "Ask about the route" not in html
    assert maria.get(f"{page}/ask").status_code == 303
    assert rows("SELECT count(*) FROM outbox_emails WHERE template = 'register/tour'") == [(1,)]
    assert "Not confirmed: Unite Sheffield. The reason: the visitor has said no." in html


def test_confirming_all_names_whose_request_is_gone(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any], rows: ROWS
) -> None:
    page = f"/dashboard/tours/{tour}"
    ask(maria, tour)
    answer(app.test_client(), path_of(app, tour), **{"for": "all"})
    html = maria.get(page).text
    with app.app_context():
        york = db.session.get_one(SpeakerRequest, stops[3][1])
        actions.perform(db.session(), york, "withdraw", by=Mover(Actor.BRANCH), now=utc_now(), answers={})
        db.session.commit()
    version = re.search(r'name="version" value="(\d+)"', html)[1]
    maria.post(f"{page}/confirm", data={"csrf_token": csrf_token(html), "version": version})
    html = maria.get(page).text
    assert "Not confirmed: RMT York. The reason: the branch has withdrawn its request." in html
    assert "Gone: the branch has withdrawn its request." in html
    assert "4 meetings, " in html
    assert "Not as the route has it: RMT York" in html
    assert states(rows) == ["confirmed", "confirmed", "confirmed", "withdrawn", "confirmed"]


def test_branch_and_visitor_read_the_same_day_of_the_answer(
    app: Flask, maria: FlaskClient, tour: int, rows: ROWS
) -> None:
    ask(maria, tour)
    with app.app_context():
        until = db.session.get_one(Tour, tour).answer_by
    assert until is not None
    day = in_words_of(until, "en")
    texts = rows("SELECT text FROM outbox_emails WHERE template IN ('speaker/offered', 'register/tour')")
    assert len(texts) == 6
    for (text,) in texts:
        assert f"by {day}" in text
    told = rows("SELECT text FROM outbox_emails WHERE template = 'speaker/offered' ORDER BY id")
    assert f"speak at your meeting on {in_words_of(a_day(1), 'en')}." in told[0][0]


def test_the_visitor_is_asked_for_the_day_of_the_stop_alone(app: Flask, maria: FlaskClient, rows: ROWS) -> None:
    with app.app_context():
        a_request("Durham", (1, 20))
        by = int(db.session.execute(db.text("SELECT max(id) FROM coordinators")).scalar_one())
        tour = a_tour(a_visitor(), by).id
        db.session.commit()
        work_out(tour)
    ask(maria, tour)
    with app.app_context():
        request = db.session.scalars(db.select(SpeakerRequest)).one()
        assert [row["on"] for row in request.offers[0].dates] == [a_day(1).isoformat()]
        actions.perform(db.session(), request, "withdraw", by=Mover(Actor.BRANCH), now=utc_now(), answers={})
        db.session.commit()
    text = rows("SELECT text FROM outbox_emails WHERE template = 'speaker/no-longer-needed'")[0][0]
    assert in_words_of(a_day(1), "en") in text
    assert in_words_of(a_day(20), "en") not in text
    assert "our first letter" not in text


def confirmed(app: Flask, maria: FlaskClient, tour: int) -> FlaskClient:
    """The visitor is asked, says yes to all, and all is confirmed; gives the visitor’s client."""
    ask(maria, tour)
    visitor = app.test_client()
    answer(visitor, path_of(app, tour), **{"for": "all"})
    press(maria, f"/dashboard/tours/{tour}", f"/dashboard/tours/{tour}/confirm")
    return visitor


def test_the_host_learns_that_the_visitor_comes_in_person_with_whom_and_what_they_need(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any], rows: ROWS
) -> None:
    with app.app_context():
        db.session.execute(db.text("UPDATE speaker_requests SET meeting_format = 'either', platform = ''"))
        db.session.get_one(Tour, tour).has_interpreter = True
        db.session.commit()
    confirmed(app, maria, tour)
    (text,) = rows("SELECT text FROM outbox_emails WHERE template = 'speaker/confirmed' ORDER BY id")[0]
    assert "- Format: In the room\n" in text
    assert "- How they come: in person, with an interpreter, on a tour of union branches" in text
    assert "- What they need: A bed for two nights" in text
    for word in ("Kyiv", "plan B", "online", "joining link"):
        assert word not in text, word
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, stops[0][1])
        assert not request.needs_stand_by, "whoever sits in the room needs nobody to stand by"
        link = correspondence.private_link(db.session(), request, utc_now())
        path = links.path_of(link)
        db.session.commit()
    page = app.test_client().get(path).text
    assert "A bed for two nights" in page
    assert "or online" not in page


def test_whoever_takes_the_visitor_s_place_may_join_online_again(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any], rows: ROWS
) -> None:
    with app.app_context():
        db.session.execute(db.text("UPDATE speaker_requests SET meeting_format = 'either'"))
        db.session.commit()
    confirmed(app, maria, tour)
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, stops[0][1])
        assert request.agreed_format == "in-person"
        actions.perform(
            db.session(), request, "speaker-dropped-out", by=Mover(Actor.SPEAKER), now=utc_now(), answers={}
        )
        assert request.agreed_format == "either"


def test_the_visitor_reads_what_each_meeting_is_like_and_how_far_the_way_is(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any], rows: ROWS
) -> None:
    with app.app_context():
        db.session.execute(
            db.text("UPDATE speaker_requests SET contested = 'yes', audience = 'members', audience_size = '40'")
        )
        db.session.commit()
    ask(maria, tour)
    text = rows("SELECT text FROM outbox_emails WHERE template = 'register/tour'")[0][0]
    page = app.test_client().get(path_of(app, tour)).text
    for read in (text, page):
        for words in ("miles on the way there", "Topics: Miners and mining", "members only", "may be contested"):
            assert words.lower() in read.lower(), words
        assert "Kyiv" not in read
    lines = maria.get(f"/dashboard/tours/{tour}").text
    assert "Leeds" in lines


def test_once_confirmed_the_visitor_s_page_shows_places_contacts_and_ways(
    app: Flask, maria: FlaskClient, tour: int, rows: ROWS
) -> None:
    path = path_of(app, tour)
    visitor = confirmed(app, maria, tour)
    with counted() as statements:
        html = visitor.get(path).text
    assert "Miners’ Hall, Durham" in html
    assert "miles on the way there" in html
    assert "UCU Leeds" in html
    assert len(statements) <= 9, statements


def test_the_route_is_sent_once_before_the_tour_begins(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any], rows: ROWS
) -> None:
    confirmed(app, maria, tour)
    first = datetime.combine(a_day(1), time(9), UTC)
    for days in (5, 3, 2):
        with app.app_context():
            now = first - timedelta(days=days)
            for number in telling.due(db.session(), now):
                telling.tell(db.session(), number, now)
            db.session.commit()
        letters = rows("SELECT text FROM outbox_emails WHERE template = 'register/tour-soon'")
        assert len(letters) == (0 if days == 5 else 1)
    (text,) = letters[0]
    assert text.count("Miners’ Hall") == 5
    assert "UNISON Newcastle City" in text
    assert "miles on the way there" in text


def test_a_visitor_who_is_silent_is_reminded_once(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any], rows: ROWS
) -> None:
    ask(maria, tour)
    answer(app.test_client(), path_of(app, tour), stops=[str(stops[0][0])], seen=str(stops[0][0]))
    today = datetime.combine(utc_now().date(), time(10), UTC)
    for now in (today + timedelta(days=each) for each in range(1, 6)):
        with app.app_context():
            for number in telling.due(db.session(), now):
                telling.tell(db.session(), number, now)
            db.session.commit()
    letters = rows("SELECT text FROM outbox_emails WHERE template = 'register/tour-reminder'")
    assert len(letters) == 1
    assert letters[0][0].count("in the room") == 4


def test_the_tour_says_that_somebody_else_is_asked_or_booked_for_a_stop(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any]
) -> None:
    with app.app_context():
        other = a_visitor(name="Tariq Mahmood", email="tariq@example.org", email_digest="x", lives_in="uk")
        by = Mover(Actor.COORDINATOR, db.session.query(Coordinator).first())
        sheffield = db.session.get_one(SpeakerRequest, stops[4][1])
        given = {"speakers": str(other.id), "although": "On this day", "day": a_day(5).isoformat()}
        actions.perform(db.session(), sheffield, "ask-speakers", by=by, now=utc_now(), answers=given)
        db.session.commit()
    page = f"/dashboard/tours/{tour}"
    html = maria.get(page).text
    assert "Gone: somebody else is asked to speak there." in html
    assert "4 meetings, " in html
    assert "Not asked about: Unite Sheffield (somebody else is asked to speak there)" in maria.get(f"{page}/ask").text
    press(maria, page, f"{page}/solve")
    with app.app_context():
        work_out(tour)
    html = maria.get(page).text
    assert "Somebody is asked for it already." in html


def test_what_was_asked_after_the_page_was_opened_is_neither_a_yes_nor_a_no(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any], rows: ROWS
) -> None:
    ask(maria, tour)
    path, visitor = path_of(app, tour), app.test_client()
    old = {"csrf_token": csrf_token(visitor.get(path).text), "seen": [str(each[0]) for each in stops[:3]]}
    assert visitor.post(path, data=old | {"for": "all"}).status_code == 303
    assert rows("SELECT state FROM offers ORDER BY submission_id") == [("accepted",)] * 3 + [("asked",)] * 2
    visitor.post(path, data=old | {"for": "none"})
    assert states(rows) == ["matching"] * 3 + ["offered"] * 2


def test_who_has_paused_since_the_route_was_worked_out_is_not_asked(
    app: Flask, maria: FlaskClient, tour: int, rows: ROWS
) -> None:
    with app.app_context():
        db.session.query(Speaker).one().paused_at = utc_now()
        db.session.commit()
    ask(maria, tour)
    assert rows("SELECT count(*) FROM offers") == [(0,)]
    assert "was not asked: has paused" in maria.get(f"/dashboard/tours/{tour}").text


def test_nobody_is_on_two_tours_at_once_and_a_change_keeps_what_is_asked(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any]
) -> None:
    with app.app_context():
        speaker = db.session.query(Speaker).one().id
    typed = {"first_on": f"{a_day(4):%d %B %Y}", "last_on": f"{a_day(9):%d %B %Y}", "start": "Leeds",
             "most_miles": "90", "rest_after": "0"}  # fmt: skip
    new = f"/dashboard/tours/new?speaker={speaker}"
    page = press(maria, new, "/dashboard/tours/new", speaker=speaker, **typed)
    assert page.status_code == 422
    assert "They are on a tour already" in page.text
    change = f"/dashboard/tours/{tour}/change"
    assert press(maria, change, change, **typed).status_code == 303, "nobody is asked yet"
    back = typed | {"first_on": f"{a_day(1):%d %B %Y}", "last_on": f"{a_day(7):%d %B %Y}"}
    assert press(maria, change, change, **back).status_code == 303
    ask(maria, tour)
    page = press(maria, change, change, **typed)
    assert page.status_code == 422
    assert "The visitor is asked or booked outside these days: NUM Durham Area" in page.text


def test_a_meeting_that_was_moved_asks_for_the_route_anew(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any]
) -> None:
    confirmed(app, maria, tour)
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, stops[4][1])
        by = Mover(Actor.COORDINATOR, db.session.query(Coordinator).first())
        given = {"confirmed_on": a_day(6).isoformat(), "confirmed_time": "19:00"}
        actions.perform(db.session(), request, "change-meeting", by=by, now=utc_now(), answers=given)
        db.session.commit()
    html = maria.get(f"/dashboard/tours/{tour}").text
    assert "Not as the route has it: Unite Sheffield (it has moved to" in html
    press(maria, f"/dashboard/tours/{tour}", f"/dashboard/tours/{tour}/solve")
    with app.app_context():
        work_out(tour)
        assert db.session.get_one(Tour, tour).route[-1].on_date == a_day(6)
    assert "Not as the route has it" not in maria.get(f"/dashboard/tours/{tour}").text
