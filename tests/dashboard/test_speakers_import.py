"""The pages that take speakers in from a spreadsheet: look first, then do exactly what was shown, once."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.clock import utc_now
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers import keeping, spreadsheet
from portal.speakers.register import Speaker
from tests.conftest import csrf_token
from tests.dashboard.conftest import Page, boxes

IMPORT = "/dashboard/speakers/import"
SHEET = (
    "Name\tEmail\tLives in\tHome district\r\n"
    "Olena Tkach-Hirna\tolena@example.org\tUK\tDH1\r\n"
    "Mykola Terykon\tcalc@example.org\tUK\t\r\n"
    "=cmd|' /C calc'!A0\tno address\tNarnia\tQX99\r\n"
)


def look(client: FlaskClient, text: str = SHEET) -> TestResponse:
    """The page with the fates of pasted rows."""
    return Page(client, IMPORT).post(rows=text)


def press(client: FlaskClient, shown: TestResponse, **more: Any) -> TestResponse:
    """Press the button of that page, as a browser would send it."""
    sent = boxes(shown.text) | {"csrf_token": csrf_token(shown.text)} | more
    return client.post(f"{IMPORT}/do", data=sent, content_type="multipart/form-data")


def count(app: Flask, table: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_viewers_import_nothing(sign_in: Callable[..., FlaskClient]) -> None:
    viewer = sign_in("viewer")
    for path in (IMPORT, f"{IMPORT}/template.csv"):
        assert viewer.get(path).status_code == 403


def test_each_row_shows_its_fate_and_nothing_is_written(app: Flask, coordinator: FlaskClient) -> None:
    html = look(coordinator).text
    assert "Nothing is imported yet" in html
    for words in (
        "Olena Tkach-Hirna",
        "=cmd|&#39; /C calc&#39;!A0",
        '<span class="tag tag--confirmed">Added</span>',
        '<span class="tag tag--branch">Refused</span>',
        "<strong>Email:</strong> Enter one email address",
        "<strong>Home district:</strong> Enter a UK postcode",
        "“Narnia” is not understood",
        "All 2 who are added get a letter",
    ):
        assert words in html, words
    assert count(app, Speaker) == 0


def test_the_button_does_what_was_shown_and_a_second_press_nothing(app: Flask, coordinator: FlaskClient) -> None:
    shown = look(coordinator)
    answer = press(coordinator, shown)
    assert answer.status_code == 303
    html = coordinator.get(answer.location).text
    assert "2 speakers were added and 0 speakers were changed" in html
    assert "Mykola Terykon" in html
    second = press(coordinator, shown)
    assert second.status_code == 409
    assert "Nothing was imported twice" in second.text
    assert "Import what is shown" not in second.text
    assert (count(app, Speaker), count(app, OutboxEmail)) == (2, 2)


def test_a_register_that_changed_meanwhile_is_looked_at_again(app: Flask, coordinator: FlaskClient) -> None:
    shown = look(coordinator)
    with app.app_context():
        keeping.add(db.session(), {"name": "Olena", "email": "olena@example.org"}, by=None, now=utc_now())
        db.session.commit()
    answer = press(coordinator, shown)
    assert answer.status_code == 409
    assert "the register has changed since" in answer.text
    assert "Olena → Olena Tkach-Hirna" in answer.text
    assert count(app, Speaker) == 1
    assert press(coordinator, answer).status_code == 303
    assert count(app, Speaker) == 2


@pytest.mark.parametrize("changed", [{"digest": "0" * 64}, {"rows": SHEET.replace("DH1", "LS1")}, {"digest": ""}])
def test_nothing_else_than_what_was_shown_is_imported(
    app: Flask, coordinator: FlaskClient, changed: dict[str, str]
) -> None:
    assert press(coordinator, look(coordinator), **changed).status_code == 409
    assert count(app, Speaker) == 0


def test_a_file_in_windows_letters_says_how_it_was_read(app: Flask, coordinator: FlaskClient) -> None:
    data = "Ім'я та прізвище;Електронна пошта;Колір\r\nІя Їжак-Лісова;iia@example.org;синій\r\n".encode("cp1251")
    page = Page(coordinator, IMPORT)
    shown = coordinator.post(
        IMPORT,
        data={**page.hidden(), "rows": "", "file": (io.BytesIO(data), "speakers.csv")},
        content_type="multipart/form-data",
    )
    assert "We read them as Windows Cyrillic" in shown.text
    assert "we know no such column: Колір" in shown.text
    assert press(coordinator, shown).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Speaker)).one().name == "Ія Їжак-Лісова"


def test_what_is_no_sheet_is_said_so_and_the_pasted_text_stays(coordinator: FlaskClient) -> None:
    answer = look(coordinator, "Phone\r\n07700 900123")
    assert "one of them must be “Name”" in answer.text
    assert boxes(answer.text)["rows"] == "Phone\r\n07700 900123"
    page = Page(coordinator, IMPORT)
    workbook = coordinator.post(
        IMPORT,
        data={**page.hidden(), "file": (io.BytesIO(b"PK\x03\x04 rest"), "speakers.xlsx")},
        content_type="multipart/form-data",
    )
    assert "save it as CSV" in workbook.text
    assert "Choose a file, or paste" in Page(coordinator, IMPORT).post(rows="").text


def test_more_than_a_million_bytes_are_refused(coordinator: FlaskClient) -> None:
    page = Page(coordinator, IMPORT)
    large = coordinator.post(
        IMPORT,
        data={**page.hidden(), "file": (io.BytesIO(b"x" * 1_100_000), "speakers.csv")},
        content_type="multipart/form-data",
    )
    assert large.status_code == 413


def test_the_template_opens_in_a_spreadsheet_and_can_be_imported(app: Flask, coordinator: FlaskClient) -> None:
    answer = coordinator.get(f"{IMPORT}/template.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="speakers.csv"'
    assert answer.data.startswith(b"\xef\xbb\xbfName,Kind,Email,")
    shown = look(coordinator, spreadsheet.decode(answer.data)[0])
    assert "Solomiia Zirka-Prykladna" in shown.text
    assert press(coordinator, shown).status_code == 303
    with app.app_context():
        made = db.session.scalars(select(Speaker)).one()
        assert (made.ukrainian_union, made.topics, made.outcode) == ("be-like-nina", ["health", "women"], "LS6")


def test_no_log_names_anybody(coordinator: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    press(coordinator, look(coordinator))
    said = "".join(capsys.readouterr())
    assert re.search(r'"added": 2', said)
    assert "Olena" not in said
    assert "example.org" not in said.replace("coordinator@example.org", "")
