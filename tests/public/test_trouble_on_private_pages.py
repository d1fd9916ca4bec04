"""Private pages that open nothing, or on which something goes wrong, speak to their reader in the reader's language."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from portal.emails import links
from portal.extensions import db
from tests.conftest import csrf_token
from tests.public.test_languages import english_in
from tests.twinning.registrations import own_page, register

READS_UKRAINIAN = {"Accept-Language": "uk-UA,uk;q=0.9,en;q=0.8"}
READS_ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}
FOR_PEOPLE = sorted(set(links.PURPOSES.values()) - {"/feed/", "/new-password/"})
NOWHERE = "A" * links.TOKEN_LENGTH


def is_in(answer: TestResponse, language: str) -> None:
    """Check that a page is in a language, and leads to the other one."""
    other = "en" if language == "uk" else "uk"
    assert f'<html lang="{language}">' in answer.text
    assert f"?lang={other}" in answer.text
    if language == "uk":
        assert english_in(answer.text) == []


@pytest.mark.parametrize("path", FOR_PEOPLE)
def test_a_link_that_leads_nowhere_answers_in_the_language_of_its_reader(client: FlaskClient, path: str) -> None:
    answer = client.get(path + NOWHERE, headers=READS_UKRAINIAN)
    assert answer.status_code == 404
    is_in(answer, "uk")
    assert "Accept-Language" in answer.vary
    is_in(client.get(path + NOWHERE, headers=READS_ENGLISH), "en")
    is_in(client.get(path + NOWHERE + "?lang=uk", headers=READS_ENGLISH), "uk")
    is_in(client.get(path + NOWHERE + "?lang=en", headers=READS_UKRAINIAN), "en")


def test_the_ukrainian_door_speaks_ukrainian_to_a_browser_that_asks_for_neither_language(client: FlaskClient) -> None:
    is_in(client.get(f"/body/{NOWHERE}"), "uk")
    is_in(client.get(f"/body/{NOWHERE}/no-such-page", headers={"Accept-Language": "pl"}), "uk")
    assert '<html lang="en">' in client.get(f"/track/{NOWHERE}").text


def test_a_page_that_knows_its_reader_asks_no_browser(app: Flask, client: FlaskClient) -> None:
    answer = client.get(own_page(app, register(app)), headers=READS_ENGLISH)
    assert '<html lang="uk">' in answer.text
    assert "Accept-Language" not in answer.vary


def test_public_addresses_keep_their_language_whatever_a_browser_prefers(client: FlaskClient) -> None:
    assert '<html lang="en">' in client.get("/", headers=READS_UKRAINIAN).text
    assert '<html lang="en">' in client.get("/no-such-page", headers=READS_UKRAINIAN).text
    assert '<html lang="uk">' in client.get("/uk/no-such-page", headers=READS_ENGLISH).text


def test_a_locked_database_gives_what_was_typed_back_in_ukrainian(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    page = own_page(app, register(app))
    token = csrf_token(client.get(f"{page}/message").text)
    with app.app_context():

        @event.listens_for(db.engine, "checkout")
        def impatient(connection: Any, record: Any, proxy: Any) -> None:
            connection.execute("PRAGMA busy_timeout=100")

    other = sqlite3.connect(tmp_path / "portal.sqlite3", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    data = {"csrf_token": token, "message": "Світла немає з ранку"}
    answer = client.post(f"{page}/message", data=data, headers=READS_UKRAINIAN)
    other.execute("ROLLBACK")
    other.close()
    assert answer.status_code == 503
    is_in(answer, "uk")
    assert "Світла немає з ранку" in answer.text


def test_too_much_text_and_a_wrong_button_are_told_in_ukrainian(app: Flask, client: FlaskClient) -> None:
    page = own_page(app, register(app))
    app.config["MAX_CONTENT_LENGTH"] = 100
    answer = client.post(f"{page}/message", data={"message": "щ" * 500}, headers=READS_UKRAINIAN)
    assert answer.status_code == 413
    is_in(answer, "uk")
    answer = client.delete(page, headers=READS_UKRAINIAN)
    assert answer.status_code == 405
    assert '<html lang="uk">' in answer.text


def test_too_many_tries_are_told_in_ukrainian(app: Flask, client: FlaskClient) -> None:
    app.config["LIMIT_TRACK"] = "1 per hour"
    page = own_page(app, register(app))
    data = {"csrf_token": csrf_token(client.get(f"{page}/message").text), "message": "Вітаємо"}
    client.post(f"{page}/message", data=data, headers=READS_UKRAINIAN)
    answer = client.post(f"{page}/message", data=data, headers=READS_UKRAINIAN)
    assert answer.status_code == 429
    is_in(answer, "uk")


def test_a_page_out_of_date_is_drawn_again_in_ukrainian(app: Flask, client: FlaskClient) -> None:
    page = own_page(app, register(app))
    answer = client.post(f"{page}/message", data={"csrf_token": "old", "message": "Вітаємо"}, headers=READS_ENGLISH)
    assert answer.status_code == 400
    is_in(answer, "uk")


def test_a_fault_of_ours_is_told_in_ukrainian(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    page = own_page(app, register(app))
    with app.app_context():
        db.session.execute(db.text("DROP TABLE events"))
        db.session.commit()
    answer = client.get(page, headers=READS_UKRAINIAN)
    assert answer.status_code in (500, 503)
    is_in(answer, "uk")
    monkeypatch.setattr(app.jinja_env, "globals", {})
    app.jinja_env.cache = None
    answer = client.get(page, headers=READS_UKRAINIAN)
    assert '<html lang="uk">' in answer.text
    assert "У нас щось зламалося" in answer.text
