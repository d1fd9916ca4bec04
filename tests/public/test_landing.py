"""The first page tells only what is true: reply time, quotation and twinnings come from the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import settings
from portal.clock import london_day, utc_now
from portal.extensions import db
from portal.public import context
from portal.submissions.models import Submission
from tests.conftest import counted
from tests.public.conftest import main_of
from tests.submissions.walks import HEARD

Make = Callable[..., tuple[int, str]]
TWIN = (
    ("check", {}),
    ("seek", {}),
    (
        "propose",
        {
            "body_name": "Western Donbas miners",
            "body_oblast": "Dnipropetrovsk",
            "body_sector": "Mining",
            "body_email": "miners@example.org",
            "body_language": "uk",
        },
    ),
    ("introduce", {"body_contact": "Olena Bondar"}),
    ("first-contact", {}),
    ("twin", {"twinned_on": london_day(utc_now()).isoformat(), "body_publicity": "private", **HEARD}),
)


@pytest.fixture
def make_twins(app: Flask, make_request: Make) -> Callable[..., int]:
    """Makes a twinning, with what each side let us show."""

    def make(*, moves: tuple[Any, ...] = TWIN, **facts: Any) -> int:
        number, _ = make_request("twinning", moves=moves)
        with app.app_context():
            found = db.session.get_one(Submission, number)
            for name, value in facts.items():
                setattr(found, name, value)
            db.session.commit()
        return number

    return make


@pytest.fixture
def put(app: Flask) -> Callable[[str, str], None]:
    """Sets what coordinators set."""

    def write(name: str, text: str) -> None:
        with app.app_context():
            settings.put(db.session, name, text, by="maria@example.org", now=utc_now())
            db.session.commit()

    return write


def test_the_reply_time_is_the_one_that_is_set(client: FlaskClient, put: Callable[[str, str], None]) -> None:
    assert "writes to you within 3 working days" in client.get("/").text
    put("twinning.received", "5")
    assert "writes to you within 5 working days" in client.get("/").text
    for kind in ("speaker", "twinning", "affiliation"):
        put(f"{kind}.received", "1")
    assert "writes to you within 1 working day." in client.get("/").text


def test_a_quotation_is_shown_only_with_its_consent(client: FlaskClient, put: Callable[[str, str], None]) -> None:
    put("quotation", "We stand together.")
    put("quotation_author", "A miner, Western Donbas")
    assert "We stand together." not in client.get("/").text
    put("quotation_consent", "By letter, 3 November 2026")
    page = client.get("/").text
    assert "“We stand together.”" in page
    assert "3 November 2026" not in page


def test_without_twinnings_there_is_no_list(client: FlaskClient) -> None:
    page = main_of(client.get("/").text)
    assert "Branches already twinned" not in page
    assert "<circle" not in page
    assert 'class="map__base"' in page


def test_a_twinning_is_shown_where_both_sides_agreed(client: FlaskClient, make_twins: Callable[..., int]) -> None:
    make_twins(publicity="public", body_publicity="public")
    page = main_of(client.get("/").text)
    for words in ("North East", "NUM Durham Area", "Dnipropetrovsk Oblast", "Western Donbas miners"):
        assert words in page
    assert page.count("<circle") == 2
    assert page.count("<path class=") == 1
    for secret in ("Olena", "Bondar", "miners@example.org", "Pavlohrad", "Armstrong"):
        assert secret not in page


def test_a_twinning_is_placed_in_ukrainian_too(client: FlaskClient, make_twins: Callable[..., int]) -> None:
    make_twins(publicity="public", body_publicity="public", region_slug="yorkshire-and-the-humber")
    page = main_of(client.get("/uk/").text)
    assert "Йоркшир і Гамбер" in page
    assert "Дніпропетровська область" in page
    assert "Yorkshire" not in page


def test_the_names_of_neighbours_do_not_lie_on_each_other(client: FlaskClient, make_twins: Callable[..., int]) -> None:
    for oblast in ("Lviv", "Ternopil", "Volyn", "Ivano-Frankivsk"):
        make_twins(publicity="public", body_publicity="public", body_oblast=oblast)
    page = main_of(client.get("/").text)
    labels = re.findall(r'<text class="map__label" x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)">([^<]+)<', page)
    places = []
    for x, y, anchor, name in labels:
        width = 11 * len(name)
        left = float(x) - {"start": 0, "middle": width / 2, "end": width}[anchor]
        places.append((left, left + width, float(y)))
    assert len(places) >= 2
    for one, other in combinations(places, 2):
        assert one[1] < other[0] or other[1] < one[0] or abs(one[2] - other[2]) > 18, labels
    assert page.count("<circle") == 5


@pytest.mark.parametrize(
    "facts",
    [
        {"publicity": "public", "body_publicity": "private", **HEARD},
        {"publicity": "private", "body_publicity": "public"},
        {"publicity": "public", "body_publicity": "public", "held_reason": "trap"},
        {"publicity": "public", "body_publicity": "public", "moves": TWIN[:-1]},
        {"publicity": "public", "body_publicity": "public", "moves": (*TWIN, ("pause", {}))},
    ],
)
def test_nothing_is_shown_that_was_not_agreed(
    client: FlaskClient, make_twins: Callable[..., int], facts: dict[str, Any]
) -> None:
    make_twins(**facts)
    page = main_of(client.get("/").text)
    assert "Branches already twinned" not in page
    assert "Durham" not in page
    assert "Donbas" not in page


def test_a_name_alone_is_not_placed(client: FlaskClient, make_twins: Callable[..., int]) -> None:
    make_twins(publicity="name-only", body_publicity="name-only")
    page = main_of(client.get("/").text)
    assert "NUM Durham Area" in page
    assert "Western Donbas miners" in page
    assert "North East" not in page
    assert "Dnipropetrovsk" not in page
    assert "<circle" not in page


@pytest.mark.parametrize("oblast", ["Donetsk", "Kherson oblast", "Луганська область", "Pavlohrad", "", "Atlantis"])
def test_an_occupied_or_unknown_place_is_not_named(
    client: FlaskClient, make_twins: Callable[..., int], oblast: str
) -> None:
    make_twins(publicity="public", body_publicity="public", body_oblast=oblast)
    page = main_of(client.get("/").text)
    assert "<b>Ukraine</b>" in page
    assert "<circle" not in page
    assert "Donbas" not in page
    assert not oblast or oblast.split()[0] not in page


def test_national_affiliates_come_from_the_data(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        db.session.execute(db.text("UPDATE unions SET is_national_affiliate = (slug IN ('num', 'fbu'))"))
        db.session.commit()
    app.extensions.pop(context.AFFILIATES, None)
    footer = client.get("/contact").text.partition("<footer")[2]
    assert "National affiliates: NUM, FBU." in footer or "National affiliates: FBU, NUM." in footer


def test_the_contact_address_is_the_one_that_is_set(client: FlaskClient, put: Callable[[str, str], None]) -> None:
    assert "mailto:info@example.org" in client.get("/contact").text
    put("contact_email", "hello@example.org")
    put("contact_phone", "020 7946 0123")
    page = client.get("/contact").text
    assert "mailto:hello@example.org" in page
    assert "020 7946 0123" in page
    assert "info@example.org" not in page


def test_the_opening_words_are_shown_as_text(client: FlaskClient, put: Callable[[str, str], None]) -> None:
    put("opening_text", "Help <b>miners</b> {{7*7}}")
    assert "Help &lt;b&gt;miners&lt;/b&gt; {{7*7}}" in client.get("/").text


def test_the_first_page_asks_the_database_twice_at_most(client: FlaskClient, make_twins: Callable[..., int]) -> None:
    client.get("/")
    for _ in range(2):
        with counted() as seen:
            client.get("/")
        assert len(seen) <= 2, seen
        for _ in range(3):
            make_twins(publicity="public", body_publicity="public")
