"""The other language of a page with a form: what was typed stays, and nothing is sent."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import csrf_token
from tests.public import walk
from tests.twinning.registrations import ANSWERS, found, own_page, register
from tests.twinning.test_candidates import filed
from tests.twinning.test_papers import branch_page

WRONG = {**ANSWERS["reach"], "contact_name": "Віра & Нова", "contact_email": "nonsense"}


def in_other_language(client: FlaskClient, page: str, **written: str) -> Any:
    """The answer to the button that shows a page in the other language, with what was `written` into the form."""
    soup = BeautifulSoup(page, "html.parser")
    button = soup.select_one("button.banner__language")
    form = soup.select_one("form#typed")
    assert button is not None
    assert form is not None
    assert button["form"] == "typed"
    typed = {
        str(field["name"]): str(field.get("value") or field.text)
        for field in form.select("input[name], textarea")
        if field.get("type") not in ("radio", "checkbox") or field.has_attr("checked")
    }
    chosen = {
        str(picker["name"]): str(each["value"])
        for picker in form.select("select[name]")
        for each in picker.select("option[selected]")
    }
    data = {**typed, **chosen, **written, str(button["name"]): str(button["value"])}
    return client.post(str(button["formaction"]), data=data, headers={"Sec-Fetch-Site": "same-origin"})


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


def test_what_is_typed_and_not_sent_stays(app: Flask, client: FlaskClient) -> None:
    body = register(app)
    path = f"{own_page(app, body)}/message"
    again = in_other_language(client, client.get(path).text, message="Дякуємо за книжки")
    assert 'lang="en"' in again.text[:200]
    assert value_of(again.text, "message").strip() == "Дякуємо за книжки"
    assert "nothing is sent yet" in again.text


def test_a_step_of_a_form_keeps_it_in_the_draft(client: FlaskClient) -> None:
    page = client.get("/uk/unions-in-ukraine/organisation").text
    moved = in_other_language(client, page, name_uk="Первинна організація «Надія»")
    assert (moved.status_code, moved.location) == (303, "/unions-in-ukraine/organisation")
    page = client.get(moved.location).text
    assert value_of(page, "name_uk") == "Первинна організація «Надія»"
    assert "govuk-error-summary" not in page
    assert in_other_language(client, page).location == "/uk/unions-in-ukraine/organisation"


def test_a_step_that_holds_goes_on_holding(client: FlaskClient) -> None:
    walk.Visitor(client).fill("speaker", until="meeting")
    page = client.get(f"{walk.url('speaker', 'your-branch')}?return=check").text
    moved = in_other_language(client, page)
    assert moved.location == f"/uk{walk.url('speaker', 'your-branch')}?return=check"
    assert client.get(walk.url("speaker")).location == walk.url("speaker", "meeting")


def test_an_empty_form_leaves_no_trace(client: FlaskClient) -> None:
    page = client.get("/find-my-request").text
    assert in_other_language(client, page).status_code == 400
    moved = in_other_language(client, client.get(walk.url("twinning", "your-branch")).text)
    assert moved.status_code == 303
    assert "draft" not in moved.headers.get("Set-Cookie", "")


def test_enter_in_a_field_sends_the_form(client: FlaskClient) -> None:
    page = BeautifulSoup(client.get("/find-my-request").text, "html.parser")
    first = next(each for each in page.select("button") if each.get("form") == "typed")
    assert first.get("formaction") is None
    assert first.get("name") is None


def test_a_page_that_is_only_read_has_a_link(app: Flask, client: FlaskClient) -> None:
    page = BeautifulSoup(client.get(own_page(app, register(app))).text, "html.parser")
    assert page.select_one("a.banner__language") is not None
    assert page.select_one("button.banner__language") is None
