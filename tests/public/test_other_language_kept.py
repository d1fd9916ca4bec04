"""The other language of a page that a post has drawn again: what was typed stays, and nothing is sent."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import csrf_token
from tests.twinning.registrations import ANSWERS, found, own_page, register
from tests.twinning.test_candidates import filed
from tests.twinning.test_papers import branch_page

WRONG = {**ANSWERS["reach"], "contact_name": "Віра & Нова", "contact_email": "nonsense"}


def in_other_language(client: FlaskClient, page: str) -> Any:
    """The answer to the button that shows a page in the other language."""
    form = BeautifulSoup(page, "html.parser").select_one("form.banner__language")
    assert form is not None
    typed = {field["name"]: field["value"] for field in form.select("input")}
    button = form.select_one("button")
    assert button is not None
    assert "csrf_token" not in typed
    return client.post(str(form["action"]), data={**typed, str(button["name"]): str(button["value"])})


def value_of(page: str, name: str) -> str:
    field = BeautifulSoup(page, "html.parser").select_one(f'main [name="{name}"]')
    assert field is not None
    return str(field.get("value") or field.text)


def test_a_body_reads_its_wrong_form_in_english_with_what_it_typed(app: Flask, client: FlaskClient) -> None:
    body = register(app)
    path = f"{own_page(app, body)}/change/reach"
    answer = client.post(path, data={"csrf_token": csrf_token(client.get(path).text), **WRONG})
    assert answer.status_code == 422
    again = in_other_language(client, answer.text)
    page = again.text
    assert 'lang="en"' in page[:200]
    assert "What you typed is still here, and nothing is sent yet. Press “Save the change”." in page
    assert (value_of(page, "contact_name"), value_of(page, "contact_email")) == ("Віра & Нова", "nonsense")
    back = in_other_language(client, page).text
    assert value_of(back, "contact_name") == "Віра & Нова", "and back again"
    with app.app_context():
        assert found(app, body).contact_name == "Оксана Бойко"
    data = {"csrf_token": csrf_token(page), **WRONG, "contact_email": "nova@example.org"}
    assert client.post(f"{path}?lang=en", data=data).status_code == 303
    with app.app_context():
        assert found(app, body).contact_name == "Віра & Нова"


def test_the_button_never_sends_what_could_be_sent(app: Flask, client: FlaskClient) -> None:
    body = register(app)
    path = f"{own_page(app, body)}/change/reach"
    good = {**ANSWERS["reach"], "contact_name": "Віра Нова"}
    client.get(path)
    stale = client.post(path, data={"csrf_token": "an old one", **good})
    in_other_language(client, stale.text)
    with app.app_context():
        assert found(app, body).contact_name == "Оксана Бойко"


@pytest.mark.parametrize("path", ["/find-my-request", "/uk/find-my-request"])
def test_a_public_page_keeps_it_too(client: FlaskClient, path: str) -> None:
    data = {"csrf_token": csrf_token(client.get(path).text), "email": "nobody at all"}
    again = in_other_language(client, client.post(path, data=data).text)
    assert value_of(again.text, "email") == "nobody at all"
    assert again.request.path != path


def test_a_message_that_is_too_long_stays_as_well(app: Flask, client: FlaskClient) -> None:
    number = filed(app)
    path = f"{branch_page(app, number)}/message"
    words = "A long story. " * 900
    answer = client.post(path, data={"csrf_token": csrf_token(client.get(path).text), "message": words})
    again = in_other_language(client, answer.text)
    assert 'lang="uk"' in again.text[:200]
    assert words.strip() in value_of(again.text, "message")


def test_a_page_that_is_only_read_has_a_link(app: Flask, client: FlaskClient) -> None:
    page = BeautifulSoup(client.get(f"{own_page(app, register(app))}/change/reach").text, "html.parser")
    assert page.select_one("a.banner__language") is not None
    assert page.select_one("form.banner__language") is None
