"""The public map of twinnings: what both sides allow and no more, and points that lead to nobody."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import hypot
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.directory import outline, projection
from portal.directory.ukraine import oblasts, ukrainian_towns
from portal.extensions import db
from portal.submissions import actions
from portal.submissions.actions import Mover
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor
from portal.twinning import oblast_points
from portal.twinning.candidate import TWINNED, Candidate
from portal.twinning.registrations import UkrainianRegistration
from tests.conftest import counted
from tests.public.conftest import main_of
from tests.twinning.registrations import SECRETS, register
from tests.twinning.test_waiting import OPENED

Make = Callable[..., tuple[int, str]]
IN_LVIV = {"oblast": "lviv", "town": "Стрий"}
BRANCH_SECRETS = ("Armstrong", "j.armstrong", "Jean", "0191")
MOST_STATEMENTS = 3


@pytest.fixture
def twins(app: Flask, make_request: Make) -> Callable[..., int]:
    """Links a branch with a body of the register, twinned; gives the number of the body."""

    def make(body: int, **facts: Any) -> int:
        number, _ = make_request("twinning", moves=(("check", {}), ("seek", {})))
        with app.app_context():
            found = db.session.get_one(Submission, number)
            there = db.session.get_one(UkrainianRegistration, body)
            given = {
                "state": "twinned",
                "publicity": "public",
                "body_name": there.name_uk,
                "body_oblast": str(there.known_oblast.name if there.known_oblast else ""),
                "body_sector": "mining",
                "body_email": there.contact_email,
                "body_contact": there.contact_name,
                "body_publicity": "public",
            }
            for name, value in {**given, **facts}.items():
                setattr(found, name, value)
            db.session.add(Candidate(proposal_id=number, registration_id=body, state=TWINNED, proposed_at=utc_now()))
            db.session.commit()
        return number

    return make


def page(client: FlaskClient, prefix: str = "") -> str:
    answer = client.get(f"{prefix}/twinnings")
    assert answer.status_code == 200
    return main_of(answer.text)


@pytest.mark.parametrize("city", ["Simferopol", "Sevastopol", "Donetsk", "Luhansk", "Mariupol", "Kyiv", "Uzhhorod"])
def test_the_outline_that_points_are_kept_in_is_ukraine_whole(city: str) -> None:
    town = next(row for row in ukrainian_towns() if row.name == city)
    assert outline.is_in_ukraine(*projection.project(town.lat, town.lon))


@pytest.mark.parametrize("where", [(45.04, 38.98), (53.9, 27.57), (52.23, 21.01), (46.0, 31.5)])
def test_nothing_else_is_within_the_outline(where: tuple[float, float]) -> None:
    assert not outline.is_in_ukraine(*projection.project(*where))


def test_an_oblast_has_a_point_of_its_own_that_is_not_its_middle(app: Flask) -> None:
    with app.app_context():
        for oblast in oblasts():
            middle, point = projection.project(oblast.lat, oblast.lon), oblast_points.point(oblast)
            far = hypot(point[0] - middle[0], point[1] - middle[1])
            assert oblast_points.LEAST <= far <= oblast_points.MOST, oblast.name
            assert outline.is_in_ukraine(*point), oblast.name


def test_the_point_comes_from_the_oblast_and_a_key_and_from_no_town(
    app: Flask, client: FlaskClient, make_app: Callable[..., Flask], twins: Callable[..., int]
) -> None:
    twins(register(app, *OPENED, organisation=IN_LVIV))
    before = re.findall(r"<circle[^>]*>", page(client))
    twins(register(app, *OPENED, organisation={"oblast": "lviv", "town": "Дрогобич"}))
    assert re.findall(r"<circle[^>]*>", page(client)) == before
    lviv = next(row for row in oblasts() if row.slug == "lviv")
    with app.app_context():
        here = oblast_points.point(lviv)
    with make_app(FIELD_KEY="another key of the same length, for another campaign").app_context():
        assert oblast_points.point(lviv) != here


def test_the_map_shows_what_both_allow_and_no_more(app: Flask, client: FlaskClient, twins: Callable[..., int]) -> None:
    twins(register(app, *OPENED, organisation=IN_LVIV))
    for prefix, words in (
        ("", ("North East", "Lviv Oblast")),
        ("/uk", ("Північно-Східна Англія", "Львівська область")),
    ):
        html = page(client, prefix)
        assert [word for word in (*words, "NUM Durham Area") if word not in html] == []
        assert [word for word in (*SECRETS, *BRANCH_SECRETS, "Стрий", "Stryi", "USC-") if word in html] == []
        assert html.count("<circle") == 2
        assert html.count("<path class=") == 1


def test_a_name_is_shown_in_the_letters_of_the_page(app: Flask, client: FlaskClient, twins: Callable[..., int]) -> None:
    twins(register(app, *OPENED, organisation={**IN_LVIV, "level": "regional"}, trust={"publicity": "name"}))
    assert "Svitanok Mine Primary" in page(client)
    assert "Первинна організація шахти «Світанок»" in page(client, "/uk")


def test_a_workplace_under_attack_is_not_named(app: Flask, client: FlaskClient, twins: Callable[..., int]) -> None:
    twins(register(app, *OPENED, trust={"publicity": "name"}))
    html = page(client)
    assert "Dnipropetrovsk Oblast" in html
    assert "Svitanok" not in html


@pytest.mark.parametrize(
    ("told", "facts"),
    [
        ("nothing", {}),
        ("oblast-sector", {"body_publicity": "private"}),
        ("oblast-sector", {"body_publicity": "name-only"}),
        ("name", {"publicity": "private"}),
        ("name", {"state": "introduced"}),
        ("name", {"state": "ended"}),
    ],
)
def test_what_one_side_keeps_to_itself_is_not_shown(
    app: Flask, client: FlaskClient, twins: Callable[..., int], told: str, facts: dict[str, Any]
) -> None:
    twins(register(app, *OPENED, organisation=IN_LVIV, trust={"publicity": told}), **facts)
    html = page(client)
    assert "No twinnings to show yet" in html
    assert [word for word in ("Lviv", "Durham", "<circle") if word in html] == []


def test_a_body_that_withdraws_is_gone_at_once(app: Flask, client: FlaskClient, twins: Callable[..., int]) -> None:
    body = register(app, *OPENED, organisation=IN_LVIV, trust={"publicity": "name"})
    twins(body)
    assert "Lviv" in page(client)
    with app.app_context():
        found = db.session.get_one(UkrainianRegistration, body)
        actions.perform(db.session, found, "withdraw", by=Mover(Actor.BRANCH), now=utc_now())
        db.session.commit()
    for address in ("/", "/uk/", "/twinnings", "/uk/twinnings"):
        html = main_of(client.get(address).text)
        assert [word for word in ("Lviv", "Львів", "Світанок", "Svitanok") if word in html] == [], address


def test_a_sector_is_told_only_where_it_could_be_one_of_several(
    app: Flask, client: FlaskClient, twins: Callable[..., int]
) -> None:
    bodies = [register(app, *OPENED, organisation=IN_LVIV) for _ in range(2)]
    twins(bodies[0])
    assert "Mining" not in page(client)
    register(app, *OPENED, organisation={**IN_LVIV, "sectors": ["rail"]})
    register(app, organisation=IN_LVIV)
    assert "Mining" not in page(client)
    register(app, *OPENED, organisation=IN_LVIV)
    assert "Mining" in page(client)


@pytest.mark.parametrize("oblast", ["crimea", "donetsk", "luhansk"])
def test_an_occupied_oblast_is_not_named(
    app: Flask, client: FlaskClient, twins: Callable[..., int], oblast: str
) -> None:
    twins(register(app, *OPENED, organisation={"oblast": oblast, "town": ""}, trust={"publicity": "name"}))
    html = page(client)
    assert "<b>Ukraine</b>" in html
    assert [word for word in ("<circle", "Crimea", "Donetsk", "Luhansk", "Svitanok") if word in html] == []


def test_the_map_has_the_same_as_a_table(app: Flask, client: FlaskClient, twins: Callable[..., int]) -> None:
    for _ in range(2):
        twins(register(app, *OPENED, organisation=IN_LVIV))
    html = page(client)
    assert "<details" in html
    assert re.search(r'<th scope="row">North East</th><td>Lviv Oblast</td><td>2</td>', html)
    assert html.count("<path class=") == 1
    assert "style=" not in html
    assert "<script" not in html


def test_the_map_asks_the_database_little(app: Flask, client: FlaskClient, twins: Callable[..., int]) -> None:
    for _ in range(3):
        twins(register(app, *OPENED, organisation=IN_LVIV))
    client.get("/twinnings")
    with counted() as seen:
        client.get("/twinnings")
    assert len(seen) <= MOST_STATEMENTS, seen


def test_the_first_page_leads_to_the_map(app: Flask, client: FlaskClient, twins: Callable[..., int]) -> None:
    assert 'href="/twinnings"' in client.get("/").text
    twins(register(app, *OPENED, organisation=IN_LVIV))
    assert main_of(client.get("/uk/").text).count('href="/uk/twinnings"') >= 1
