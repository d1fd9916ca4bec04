"""Neighbouring branches: who may be invited, what they read, what they answer, and where the answer shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import Coordinator
from portal.clock import utc_now
from portal.extensions import db
from portal.speakers import keeping, leaving
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import Speaker, SpeakerVeto
from portal.speakers.tour_rows import Tour, TourInvitation, TourStop
from portal.submissions import actions
from portal.submissions.history import Mover
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor
from portal.touring import keeping as tours
from portal.touring import neighbours, telling
from tests.conftest import counted, csrf_token
from tests.touring.people import VISITOR, a_request, page_of_branch, page_of_visitor

ROWS = Callable[..., list[Any]]


def near(tour: int) -> list[tuple[str, bool]]:
    """Who can be invited to the first stop, and whether they wait for a speaker themselves."""
    found = tours.load(db.session(), tour)
    assert found is not None
    return [
        (each.submission.heading, each.asks_itself) for each in neighbours.near(db.session(), found, found.route[0])
    ]


def a_neighbour(name: str, *, state: str = "closed", wants: bool = True, **more: Any) -> Submission:
    """A branch a few miles from the first stop, known by a request."""
    facts = {"heading": name, "contact_email": f"{name.split()[-1].lower()}@example.org", "wants_newsletter": wants}
    request = a_request("Durham", (), **(facts | {"date_rule": ""} | more))
    request.state, request.is_open = state, state in ("received", "matching")
    db.session.flush()
    return request


def test_only_those_who_agreed_to_hear_from_us_are_invited_and_those_who_wait_come_first(app: Flask, tour: int) -> None:
    with app.app_context():
        a_neighbour("UNISON Willing")
        a_neighbour("UNISON Silent", wants=False)
        a_neighbour("UNISON Waiting", state="matching", wants=False)
        a_neighbour("UNISON Withdrawn", state="withdrawn")
        a_neighbour("UNISON Held", held_reason="trap")
        a_neighbour("UNISON Faraway", latitude=51.5, longitude=-0.1)
        a_neighbour("UNISON Nowhere", latitude=None, longitude=None)
        a_neighbour("UNISON Changed", contact_email="same@example.org")
        a_neighbour("UNISON Minds", contact_email="Same@example.org", wants=False)
        a_neighbour("UNISON Host", contact_email="durham@example.org")
        a_neighbour("UNISON Vetoed", union_id=1)
        db.session.add(SpeakerVeto(speaker=db.session.scalars(select(Speaker)).one(), union_id=1))
        db.session.commit()
        assert near(tour) == [("UNISON Waiting", True), ("UNISON Willing", False)]


def press(client: FlaskClient, page: str, **data: Any) -> Any:
    html = client.get(page).text
    version = re.search(r'name="version" value="(\d+)"', html)
    return client.post(page, data={"csrf_token": csrf_token(html), "version": version[1] if version else ""} | data)


def act(client: FlaskClient, page: str, path: str, **data: Any) -> Any:
    """Press a button of a page that posts elsewhere."""
    html = client.get(page).text
    version = re.search(r'name="version" value="(\d+)"', html)
    return client.post(path, data={"csrf_token": csrf_token(html), "version": version[1] if version else ""} | data)


def visitor_says_yes(app: Flask, maria: FlaskClient, tour: int) -> None:
    """Ask the visitor about the route, who says yes to all of it."""
    press(maria, f"/dashboard/tours/{tour}/ask")
    with app.app_context():
        path = page_of_visitor(tour)
        db.session.commit()
    visitor = app.test_client()
    html = visitor.get(path).text
    seen = re.findall(r'name="seen" value="(\d+)"', html)
    visitor.post(path, data={"csrf_token": csrf_token(html), "seen": seen, "for": "all"})
    maria.get(f"/dashboard/tours/{tour}")


@pytest.fixture
def invited(app: Flask, maria: FlaskClient, tour: int, stops: list[Any]) -> Callable[..., str]:
    """Invites the one neighbour of the first stop; gives the path of its page."""

    visitor_says_yes(app, maria, tour)

    def invite(*, names_host: bool = False, **facts: Any) -> str:
        with app.app_context():
            number = a_neighbour("UNISON Waiting", **({"state": "matching", "wants": False} | facts)).id
            db.session.commit()
        page = f"/dashboard/tours/{tour}/stops/{stops[0][0]}/neighbours"
        answer = press(maria, page, branch=[str(number)], **({"names_host": "yes"} if names_host else {}))
        assert answer.status_code == 303
        with app.app_context():
            return page_of_branch(db.session.scalars(select(TourInvitation.id)).one())

    return invite


@pytest.mark.parametrize("names_host", [False, True])
def test_the_letter_and_the_page_tell_no_more_than_was_agreed(
    app: Flask, invited: Callable[..., str], rows: ROWS, names_host: bool
) -> None:
    path = invited(names_host=names_host)
    ((text, html, subject),) = rows("SELECT text, html, subject FROM outbox_emails WHERE template = 'common/join-tour'")
    page = app.test_client().get(path).text
    for read in (text, html, page):
        assert "A Ukrainian trade unionist" in read
        assert ("NUM Durham Area" in read) is names_host
        assert ("a branch near you" in read) is not names_host
        for word in ("Olena", "Tkach", "miners", "Kyiv", "Miners’ Hall", "durham@example.org"):
            assert word not in read, word
    assert "Olena" not in subject
    assert "about 1 mile from you" in text
    assert "You have asked us for a speaker yourselves" in text
    assert re.search(r"Please answer by [A-Z][a-z]+day [0-9]{1,2} [A-Z][a-z]+ 20[0-9]{2}\.", " ".join(text.split()))


def test_a_branch_that_reads_ukrainian_gets_its_letter_and_page_in_ukrainian(
    app: Flask, invited: Callable[..., str], rows: ROWS
) -> None:
    path = invited(language="uk", state="closed", wants=True)
    text = rows("SELECT text FROM outbox_emails WHERE template = 'common/join-tour'")[0][0]
    assert "Хтось з українських профспілок" in text
    assert "отримувати наші новини" in text
    assert "Виступ гостей недалеко від вас" in app.test_client().get(path).text


def test_the_answer_shows_on_the_tour_and_at_both_requests(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any], invited: Callable[..., str], rows: ROWS
) -> None:
    path, branch = invited(), app.test_client()
    token = {"csrf_token": csrf_token(branch.get(path).text)}
    assert branch.post(path, data={"answer": "join"}).status_code == 400, "no token"
    assert branch.post(path, data=token).status_code == 422
    asked = branch.post(path, data=token | {"answer": "message"})
    assert asked.status_code == 422
    assert "Write your question" in asked.text
    for _ in range(2):
        assert branch.post(path, data=token | {"answer": "join", "message": "We are ten"}).status_code == 303
    page = maria.get(f"/dashboard/tours/{tour}").text
    assert "UNISON Waiting will join: “We are ten”" in page
    host = maria.get(f"/dashboard/requests/{stops[0][1]}").text
    assert host.count("UNISON Waiting was invited to this meeting of a visitor’s tour") == 1, (
        "pressed twice, noted once"
    )
    own = rows("SELECT id FROM submissions WHERE heading = 'UNISON Waiting'")[0][0]
    assert (
        "They take part in a meeting of a visitor’s tour with NUM Durham Area"
        in maria.get(f"/dashboard/requests/{own}").text
    )
    assert rows("SELECT about FROM tasks WHERE key LIKE 'tour-answer:%'")[0][0].endswith("and close it.")
    notes = rows("SELECT is_public FROM events WHERE name = 'note'")
    assert [bool(row[0]) for row in notes] == [False, False], "no branch reads of another"
    assert "Thank you for your answer" in branch.get(path).text
    branch.post(path, data=token | {"answer": "no", "message": ""})
    assert "said no, thank you" in maria.get(f"/dashboard/tours/{tour}").text


def test_nobody_is_invited_twice_and_nobody_without_a_tick(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any], invited: Callable[..., str], rows: ROWS
) -> None:
    invited()
    page = f"/dashboard/tours/{tour}/stops/{stops[0][0]}/neighbours"
    own = rows("SELECT id FROM submissions WHERE heading = 'UNISON Waiting'")[0][0]
    html = maria.get(page).text
    version = re.search(r'name="version" value="(\d+)"', maria.get(f"/dashboard/tours/{tour}").text)
    again = maria.post(page, data={"csrf_token": csrf_token(html), "version": version[1], "branch": str(own)})
    assert again.status_code == 422
    assert "Tick at least one branch to invite" in again.text
    assert rows("SELECT count(*) FROM outbox_emails WHERE template = 'common/join-tour'") == [(1,)]


def test_a_visitor_in_danger_is_announced_to_nobody(app: Flask, invited: Callable[..., str], rows: ROWS) -> None:
    path = invited()
    with app.app_context():
        keeping.lock(db.session(), db.session.scalars(select(Speaker)).one(), utc_now())
        db.session.commit()
    assert rows("SELECT state FROM outbox_emails WHERE template = 'common/join-tour'") == [("cancelled",)]
    page = app.test_client().get(path).text
    assert "This invitation is over" in page
    assert "Ukrainian trade unionist" not in page


def test_the_page_of_neighbours_costs_few_statements(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any]
) -> None:
    visitor_says_yes(app, maria, tour)
    with app.app_context():
        for number in range(12):
            a_neighbour(f"UNISON Near{number}")
        db.session.commit()
    with counted() as statements:
        html = maria.get(f"/dashboard/tours/{tour}/stops/{stops[0][0]}/neighbours").text
    assert html.count("would like to hear from us (") == 12
    assert VISITOR not in html
    assert len(statements) <= 12, "\n".join(statements)
    with app.app_context():
        assert db.session.get(Tour, tour) is not None


def test_nobody_is_invited_before_the_visitor_says_yes(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any], rows: ROWS
) -> None:
    with app.app_context():
        own = a_neighbour("UNISON Waiting", state="matching", wants=False).id
        db.session.commit()
    page = f"/dashboard/tours/{tour}/stops/{stops[0][0]}/neighbours"
    html = maria.get(page).text
    assert "once the visitor has said yes to this meeting" in html
    assert 'name="branch"' not in html
    plan = maria.get(f"/dashboard/tours/{tour}").text
    assert "Neighbours can be invited once the visitor has said yes." in plan
    assert "/neighbours" not in plan
    version = re.search(r'name="version" value="(\d+)"', plan)
    assert version is not None
    maria.post(page, data={"csrf_token": csrf_token(plan), "version": version[1], "branch": str(own)})
    assert rows("SELECT count(*) FROM tour_invitations") == [(0,)]


def test_a_meeting_for_members_needs_the_word_of_its_host(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any], rows: ROWS
) -> None:
    visitor_says_yes(app, maria, tour)
    with app.app_context():
        own = a_neighbour("UNISON Waiting", state="matching", wants=False).id
        db.session.execute(
            db.text("UPDATE speaker_requests SET audience = 'members' WHERE id = :n"), {"n": stops[0][1]}
        )
        db.session.commit()
    page = f"/dashboard/tours/{tour}/stops/{stops[0][0]}/neighbours"
    assert "Members only:" in maria.get(page).text
    refused = press(maria, page, branch=str(own))
    assert refused.status_code == 422
    assert "Ask the hosting branch whether guests may come, and tick the box" in refused.text
    assert rows("SELECT count(*) FROM tour_invitations") == [(0,)]
    assert press(maria, page, branch=str(own), guests="yes").status_code == 303
    assert rows("SELECT count(*) FROM tour_invitations") == [(1,)]


def told(app: Flask, tour: int) -> None:
    """Do what the worker does about a tour."""
    with app.app_context():
        if tour in telling.due(db.session(), utc_now()):
            telling.tell(db.session(), tour, utc_now())
        db.session.commit()


def said(client: FlaskClient, path: str, answer: str) -> None:
    client.post(path, data={"csrf_token": csrf_token(client.get(path).text), "answer": answer})


LETTERS = "SELECT template, text FROM outbox_emails WHERE template IN ({}) ORDER BY id"


def letters_of(rows: ROWS, *names: str) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in rows(LETTERS.format(", ".join(f"'{name}'" for name in names)))]


def test_host_and_neighbour_hear_of_each_other_once_the_meeting_is_confirmed(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any], invited: Callable[..., str], rows: ROWS
) -> None:
    path, branch = invited(), app.test_client()
    said(branch, path, "join")
    told(app, tour)
    assert letters_of(rows, "common/tour-joined", "speaker/neighbours") == [], "nothing is agreed yet"
    page = f"/dashboard/tours/{tour}"
    act(maria, page, f"{page}/confirm")
    for _ in range(2):
        told(app, tour)
    (to_host, to_neighbour) = (letters_of(rows, name) for name in ("speaker/neighbours", "common/tour-joined"))
    assert len(to_host) == len(to_neighbour) == 1, "each hears it once"
    assert "- UNISON Waiting: will join" in to_host[0][1]
    assert "May we tell them?" in to_host[0][1]
    assert "waiting@example.org" not in to_host[0][1]
    assert "We may not tell you yet whose meeting it is" in to_neighbour[0][1]
    for read in (to_neighbour[0][1], branch.get(path).text):
        assert "a branch near you" in read
        for word in ("NUM Durham", "Miners’ Hall", "Olena"):
            assert word not in read, word
    assert rows("SELECT count(*) FROM tasks WHERE key LIKE 'tour-name-host:%' AND done_at IS NULL") == [(1,)]
    act(maria, f"{page}/stops/{stops[0][0]}/neighbours", f"{page}/stops/{stops[0][0]}/name-host")
    told(app, tour)
    again = letters_of(rows, "common/tour-joined")
    assert len(again) == 2
    assert "- Where: Miners’ Hall, Durham" in again[1][1]
    assert "NUM Durham Area" in again[1][1]
    html = branch.get(path).text
    assert "Miners’ Hall" in html
    assert "Your answer so far: We will join." in html
    assert rows("SELECT count(*) FROM tasks WHERE key LIKE 'tour-name-host:%' AND done_at IS NULL") == [(0,)]


def test_who_joins_hears_of_a_change_and_that_it_is_off_and_the_host_that_they_cannot_come(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any], invited: Callable[..., str], rows: ROWS
) -> None:
    path, branch = invited(names_host=True), app.test_client()
    said(branch, path, "co-host")
    page = f"/dashboard/tours/{tour}"
    act(maria, page, f"{page}/confirm")
    told(app, tour)
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, stops[0][1])
        request.venue = "Redhills"
        db.session.commit()
    told(app, tour)
    assert "Redhills" in letters_of(rows, "common/tour-joined")[1][1]
    said(branch, path, "no")
    told(app, tour)
    assert "UNISON Waiting: cannot come after all" in letters_of(rows, "speaker/neighbours")[1][1]
    said(branch, path, "join")
    told(app, tour)
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, stops[0][1])
        maria_herself = Mover(Actor.COORDINATOR, db.session.scalars(select(Coordinator)).first())
        actions.perform(
            db.session(), request, "cancel", by=maria_herself, now=utc_now(), answers={"reason": "The hall is closed"}
        )
        db.session.commit()
    for _ in range(2):
        told(app, tour)
    off = letters_of(rows, "common/tour-off")
    assert len(off) == 1
    assert "will not be held with the visitor" in off[0][1]


def test_a_meeting_that_was_held_is_not_called_off_to_those_who_joined(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any], invited: Callable[..., str], rows: ROWS
) -> None:
    said(app.test_client(), invited(names_host=True), "join")
    page = f"/dashboard/tours/{tour}"
    act(maria, page, f"{page}/confirm")
    told(app, tour)
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, stops[0][1])
        on_the_evening = request.may_be_over_at
        assert on_the_evening is not None
        by = Mover(Actor.COORDINATOR, db.session.scalars(select(Coordinator)).first())
        actions.perform(db.session(), request, "held", by=by, now=on_the_evening)
        assert tour in telling.due(db.session(), on_the_evening)
        telling.tell(db.session(), tour, on_the_evening)
        db.session.commit()
    assert letters_of(rows, "common/tour-off") == []
    assert len(letters_of(rows, "common/tour-joined")) == 1


def test_who_joins_a_meeting_that_moved_to_a_later_day_hears_of_changes_until_then(
    app: Flask, maria: FlaskClient, tour: int, stops: list[Any], invited: Callable[..., str], rows: ROWS
) -> None:
    said(app.test_client(), invited(names_host=True), "join")
    page = f"/dashboard/tours/{tour}"
    act(maria, page, f"{page}/confirm")
    with app.app_context():
        request, stop = db.session.get_one(SpeakerRequest, stops[0][1]), db.session.get_one(TourStop, stops[0][0])
        request.meeting_on = stop.on_date + timedelta(days=2)
        now = datetime.combine(stop.on_date + timedelta(days=1), time(9), UTC)
        for venue in ("Redhills", "Town Hall"):
            request.venue = venue
            db.session.flush()
            telling.tell(db.session(), tour, now)
        db.session.commit()
    assert ["Redhills" in text for _, text in letters_of(rows, "common/tour-joined")] == [True, False]


def test_who_leaves_leaves_a_task_to_tell_those_who_wished_to_join(
    app: Flask, tour: int, invited: Callable[..., str], rows: ROWS
) -> None:
    said(app.test_client(), invited(), "join")
    with app.app_context():
        leaving.leave(db.session(), db.session.scalars(select(Speaker)).one(), utc_now())
        db.session.commit()
    (about,) = rows("SELECT about FROM tasks WHERE key LIKE 'tour-left:%'")[0]
    assert "wished to join this meeting: UNISON Waiting (USC-" in about
