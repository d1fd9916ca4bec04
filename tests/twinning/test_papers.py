"""The documents of an introduction: both sides have them on their own pages, and nobody before they know each other."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.emails import links
from portal.extensions import db
from tests.conftest import counted
from tests.submissions.entries import NOW
from tests.submissions.walks import move
from tests.twinning.registrations import found, own_page, register
from tests.twinning.test_candidates import OPENED, SEEKING, both_say_yes, filed, proposal_of, propose

NAMES = ("call-agenda", "greeting", "statement", "agreement")


def introduced(app: Flask) -> tuple[int, int, int]:
    """Two who have just been introduced: the numbers of proposal, registration and twinning."""
    body, number = register(app, *OPENED), filed(app, *SEEKING, hopes=["calls"])
    with app.app_context():
        propose(number, body)
        both_say_yes(proposal_of(number))
        move(proposal_of(number), "introduce")
        made = proposal_of(number).twinning
        assert made is not None
        db.session.commit()
        return number, body, made.id


def branch_page(app: Flask, number: int) -> str:
    """The address of the branch's own page."""
    with app.app_context():
        path = links.path_of(links.issue(db.session(), "track", number, NOW))
        db.session.commit()
        return path


def test_both_sides_have_the_documents_in_their_own_language_first(app: Flask, client: FlaskClient) -> None:
    number, body, twin = introduced(app)
    for path, title, left in (
        (branch_page(app, number), "Agreement on twinning", "en"),
        (own_page(app, body), "Угода про побратимство", "uk"),
    ):
        page = client.get(path).text
        assert title in page
        for name in NAMES:
            address = f"{path}/twinnings/{twin}/papers/{name}"
            assert f'href="{address}"' in page
            with counted() as statements:
                paper = client.get(address)
            assert len(statements) <= 14, statements
            assert paper.text.index(f'<div lang="{left}">') < paper.text.index(
                f'<div lang="{"uk" if left == "en" else "en"}">'
            )
            assert "Haringey" in paper.text
            assert "шахти «Світанок»" in paper.text
            file = client.get(f"{address}/file")
            cells = [cell.text for row in docx.Document(BytesIO(file.data)).tables[0].rows for cell in row.cells]
            assert any("Haringey" in cell for cell in cells)
            assert "Павлоград" not in paper.text + str(cells)
            assert "filename*=UTF-8''" in file.headers["Content-Disposition"]
        assert client.get(f"{path}/twinnings/{twin}/papers/certificate").status_code == 404
        assert client.get(f"{path}/twinnings/{twin + 1}/papers/greeting").status_code == 404


def test_each_side_writes_its_own_greeting(app: Flask, client: FlaskClient) -> None:
    number, body, twin = introduced(app)
    here = client.get(f"{branch_page(app, number)}/twinnings/{twin}/papers/greeting").text
    there = client.get(f"{own_page(app, body)}/twinnings/{twin}/papers/greeting").text
    assert "To Svitanok Mine Primary" in here
    assert "This greeting comes to you from Svitanok Mine Primary" in there


@pytest.mark.parametrize("name", NAMES)
def test_nobody_has_them_before_the_introduction(app: Flask, client: FlaskClient, name: str) -> None:
    body, number = register(app, *OPENED), filed(app, *SEEKING)
    with app.app_context():
        propose(number, body)
        db.session.commit()
    for path in (branch_page(app, number), own_page(app, body)):
        assert "/papers/" not in client.get(path).text
        assert client.get(f"{path}/twinnings/1/papers/{name}").status_code == 404


def test_both_keep_certificate_and_documents_when_the_file_is_closed(app: Flask, client: FlaskClient) -> None:
    number, body, twin = introduced(app)
    with app.app_context():
        for name in ("first-contact", "twin", "close"):
            move(proposal_of(number), name)
        db.session.commit()
    for path in (branch_page(app, number), own_page(app, body)):
        page = client.get(path).text
        for address in (f"{path}/twinnings/{twin}/certificate", f"{path}/twinnings/{twin}/papers/agreement"):
            assert f'href="{address}"' in page
            assert client.get(address).status_code == 200
    assert "побратимство завершено" not in client.get(own_page(app, body)).text


def test_of_a_body_that_has_withdrawn_nothing_stands_in_a_closed_file(app: Flask, client: FlaskClient) -> None:
    number, body, twin = introduced(app)
    with app.app_context():
        for name in ("first-contact", "twin", "close"):
            move(proposal_of(number), name)
        move(found(app, body), "withdraw")
        db.session.commit()
    path = branch_page(app, number)
    assert "papers" not in client.get(path).text
    assert client.get(f"{path}/twinnings/{twin}/certificate").status_code == 404
