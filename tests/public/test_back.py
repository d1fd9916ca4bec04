"""A step with a mistake is a page like any other: Back, reload and a second tab show it again and send nothing."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.extensions import db
from portal.submissions.models import Draft
from tests.public import walk
from tests.public.walk import errors_on

OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}


def send(client: FlaskClient, address: str, fields: dict[str, Any], **more: Any) -> Any:
    """Post a step as a browser does, and stay at its answer."""
    return client.post(address, data={**fields, "csrf_token": walk.token(client)}, **more)


def test_a_mistake_leads_to_a_page_that_can_be_drawn_again(client: FlaskClient) -> None:
    answer = send(client, walk.url("speaker", "your-branch"), {**walk.BRANCH, "postcode": "!!", "town": "Durham"})
    assert (answer.status_code, answer.location) == (303, walk.url("speaker", "your-branch") + "?look=1")
    for _ in range(2):
        page = client.get(answer.location)
        assert page.status_code == 200
        assert errors_on(page.text)
        assert 'value="!!"' in page.text
    assert send(client, answer.location, walk.BRANCH).location == walk.url("speaker", "meeting")
    # Back, once the mistake is mended: what was typed last, and nothing wrong.
    back = client.get(answer.location)
    assert not errors_on(back.text)
    assert "<title>Error:" not in back.text
    assert 'value="Durham Area"' in back.text


def test_a_mistake_made_on_the_way_back_to_the_check_page_still_leads_there(client: FlaskClient) -> None:
    walk.fill(client, "speaker")
    step = walk.url("speaker", "your-branch") + "?return=check"
    wrong = send(client, step, {**walk.BRANCH, "postcode": "!!"})
    assert "return=check" in wrong.location
    assert "return=check" in client.get(wrong.location).text
    assert send(client, wrong.location, walk.BRANCH).location == walk.url("speaker", "check")


@pytest.mark.parametrize("page", ["your-branch", "meeting"])
def test_a_page_that_was_open_too_long_is_kept_and_asks_to_press_again(
    app: Flask, client: FlaskClient, page: str
) -> None:
    walk.post(client, walk.url("speaker", "your-branch"), walk.BRANCH)
    fields = {**walk.ANSWERS["speaker"][page], "csrf_token": "run out"}
    answer = client.post(walk.url("speaker", page), data=fields, headers=OWN_PAGE)
    assert (answer.status_code, answer.location) == (303, walk.url("speaker", page) + "?look=late")
    again = client.get(answer.location).text
    assert "Your page was open for a long time. Press “Continue” once more." in again
    assert not errors_on(again)
    with app.app_context():
        draft = db.session.scalars(select(Draft)).one()
        assert page in draft.answers
        assert page not in draft.steps_done
    assert "<title>Error:" in again
    assert send(client, answer.location, walk.ANSWERS["speaker"][page]).status_code == 303
    # Back, once it was pressed again: the step as it is now.
    back = client.get(answer.location).text
    assert "Please try once more" not in back
    assert "<title>Error:" not in back


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "cross-site"}])
def test_no_other_site_writes_into_a_draft(app: Flask, client: FlaskClient, headers: dict[str, str]) -> None:
    walk.post(client, walk.url("speaker", "your-branch"), walk.BRANCH)
    fields = {**walk.BRANCH, "branch_name": "Written elsewhere"}
    answer = client.post(walk.url("speaker", "your-branch"), data=fields, headers=headers)
    assert answer.status_code == 400
    assert "Written elsewhere" in answer.text
    assert "Durham Area" in client.get(walk.url("speaker", "your-branch")).text


def test_a_browser_that_keeps_no_cookies_loses_nothing(app: Flask) -> None:
    client = app.test_client(use_cookies=False)
    fields = {**walk.BRANCH, "branch_name": "Typed by hand", "csrf_token": "any"}
    answer = client.post(walk.url("speaker", "your-branch"), data=fields, headers=OWN_PAGE)
    assert answer.status_code == 400
    assert 'value="Typed by hand"' in answer.text


def test_two_tabs_show_what_was_sent_last(client: FlaskClient) -> None:
    first = send(client, walk.url("speaker", "your-branch"), {**walk.BRANCH, "postcode": "!!"})
    send(client, walk.url("speaker", "your-branch"), {**walk.BRANCH, "branch_name": "Second tab"})
    page = client.get(first.location).text
    assert 'value="Second tab"' in page
    assert not errors_on(page)


def test_a_mistake_in_a_form_whose_draft_is_gone_says_so_once(client: FlaskClient) -> None:
    client.set_cookie("draft-speaker", "spoiled", path="/")
    answer = send(client, walk.url("speaker", "you"), {"contact_name": "Jean"})
    page = client.get(answer.location).text
    assert page.count("We no longer have your earlier answers") == 1
    assert 'value="Jean"' in page
