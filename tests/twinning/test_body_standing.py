"""The own page of a body in Ukraine follows its pair: heading, steps and next step, from the proposal to the end."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.extensions import db
from tests.conftest import counted
from tests.submissions.walks import move
from tests.twinning.registrations import own_page, register
from tests.twinning.test_candidates import OPENED, SEEKING, both_say_yes, filed, proposal_of, propose
from tests.twinning.test_pause_and_end import press

LOOKING = "Ми шукаємо для вас побратимів"


def heading(page: str) -> str:
    """The heading of a page."""
    found = re.search(r"<h1>(.*?)</h1>", page, re.S)
    assert found is not None
    return found[1]


def present(page: str) -> str:
    """The present step of its progress list, with what stands below it."""
    return re.sub(r"<[^>]+>|\s+", " ", page.split('aria-current="step"')[1].split("</li>")[0])


@pytest.mark.parametrize(
    ("moves", "says", "step"),
    [
        ((), "Можливо, ми знайшли вам", "Відповідають обидві сторони"),
        (("introduce",), "Ми познайомили вас із побратимами: ", "Ви знайомитеся одне з одним"),
        (("introduce", "first-contact"), "Ви знайомитеся з побратимами: ", "Ви знайомитеся одне з одним"),
        (("introduce", "pause"), "робите перерву", "Ви знайомитеся одне з одним"),
        (("introduce", "first-contact", "twin"), "Haringey", ""),
        (("introduce", "first-contact", "twin", "pause"), "Haringey", ""),
        (("introduce", "first-contact", "twin", "gone-quiet"), "Ваше побратимство затихло: ", ""),
    ],
)
def test_heading_and_steps_say_how_it_stands_with_the_pair(
    app: Flask, client: FlaskClient, moves: tuple[str, ...], says: str, step: str
) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    path = own_page(app, body)
    assert heading(client.get(path).text) == LOOKING
    with app.app_context():
        propose(number, body)
        if moves:
            both_say_yes(proposal_of(number))
        for name in moves:
            move(proposal_of(number), name)
        db.session.commit()
    with counted() as statements:
        page = client.get(path).text
    assert len(statements) <= 17, len(statements)
    assert says in heading(page)
    assert LOOKING not in heading(page) + page.split("<title>")[1].split("</title>")[0]
    if step:
        assert step in present(page)
    else:
        assert 'aria-current="step"' not in page


def test_a_body_tells_that_it_is_in_touch_and_the_pause_of_its_registration_is_no_next_step(
    app: Flask, client: FlaskClient
) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        both_say_yes(proposal_of(number))
        move(proposal_of(number), "introduce")
        db.session.commit()
    path = own_page(app, body)
    page = client.get(path).text
    assert page.index("Ваш наступний крок") < page.index("/first-contact") < page.index("/moves/pause")
    assert "Зробити перерву можна" not in page
    twin = page.split(f"{path}/twinnings/")[1].split("/")[0]
    assert "Ви знайомитеся з побратимами" in heading(press(client, f"{path}/twinnings/{twin}/first-contact"))


def test_a_body_that_wishes_for_more_reads_how_it_stands_with_each_and_that_we_go_on(
    app: Flask, client: FlaskClient
) -> None:
    body = register(app, *OPENED, together={"wishes_more": "yes"})
    for place, names in enumerate((("introduce", "first-contact", "twin"), ("introduce",))):
        number = filed(app, *SEEKING, branch_name=f"Branch number {place}")
        with app.app_context():
            propose(number, body)
            both_say_yes(proposal_of(number))
            for name in names:
                move(proposal_of(number), name)
            db.session.commit()
        page = client.get(own_page(app, body)).text
        assert "Шукаємо далі" in page
    assert "Branch number 0" in heading(page)
    assert "Branch number 1" in heading(page)
    assert page.count("Ми познайомили вас") == 1


def test_after_the_end_the_page_says_that_it_is_over_and_that_we_look_again(app: Flask, client: FlaskClient) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        both_say_yes(proposal_of(number))
        for name in ("introduce", "first-contact", "twin", "end"):
            move(proposal_of(number), name)
        db.session.commit()
    page = client.get(own_page(app, body)).text
    assert heading(page) == LOOKING
    assert "Ваше попереднє побратимство" in page
    assert "Haringey" not in page
