"""The last page before sending says what was left empty, and the page after it only what is true of every form."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.public import walk
from tests.public.walk import Visitor


def gaps(html: str) -> dict[str, str]:
    """Label and address of everything that was left empty."""
    lines = re.findall(r"<p class=\"small\">Not answered: (.*?)</p>", html)
    return {unescape(label): unescape(url) for line in lines for url, label in re.findall(r'href="(.*?)">(.*?)<', line)}


def told_on(html: str) -> dict[str, str]:
    """Label and answer of each line of the page."""
    rows = re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", html, re.DOTALL)
    return {unescape(label).strip(): unescape(value).strip() for label, value in rows}


def test_what_was_left_empty_is_named_with_a_link_to_its_field(client: FlaskClient) -> None:
    visitor = Visitor(client)
    visitor.fill("speaker", meeting={"time_1": "", "meeting_format": "online"}, you={"contact_phone": ""})
    found = gaps(client.get(walk.url("speaker", "check")).text)
    assert found["Start time"] == "/invite-a-speaker/meeting?return=check#time_1"
    assert found["Your phone number"] == "/invite-a-speaker/you?return=check#contact_phone"
    assert 'id="time_1"' in client.get(found["Start time"]).text
    # What the other answers leave no need for is not named.
    for label in ("Another date", "Or, if the date is open, when do you meet", "Venue and address"):
        assert label not in found
    assert len(found) < 25


@pytest.mark.parametrize("kind", sorted(walk.PATHS))
def test_a_consent_that_was_not_given_is_said_with_a_link(client: FlaskClient, kind: str) -> None:
    Visitor(client).fill(kind, you={"share": ""})
    page = client.get(walk.url(kind, "check")).text
    row = page[page.index("You have not agreed that we pass on your details") :]
    assert f'href="{walk.url(kind, "you")}?return=check#share"' in row
    walk.post(client, walk.url(kind, "you"), walk.YOU)
    assert "You have not agreed" not in client.get(walk.url(kind, "check")).text


@pytest.mark.parametrize("held", [False, True])
def test_the_page_that_thanks_says_what_is_true_of_held_entries_too(
    app: Flask, client: FlaskClient, rows: Callable[..., list[Any]], held: bool
) -> None:
    walk.fill(client, "speaker")
    answer = walk.post(client, walk.url("speaker", "check"), {"website": "http://spam.example"} if held else {})
    page = client.get(answer.location).text
    assert f"A letter with your private link comes to <strong>{walk.YOU['contact_email']}</strong>." in page
    assert "Sometimes a volunteer looks at a form first" in page
    assert "We have sent" not in page
    assert rows("SELECT state FROM outbox_emails") == [("held" if held else "queued",)]


def test_whose_reference_it_is_stands_beside_that_of_an_earlier_form(app: Flask, client: FlaskClient) -> None:
    assert "Your reference is" in walk.apply(client, "affiliation")
    other = {"you": {"contact_name": "Tom Else", "contact_email": "tom.else@example.org"}}
    page = walk.apply(app.test_client(), "affiliation", other)
    assert "Your reference is" not in page
    assert "The reference of your branch is" in page


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"wanted_speaker": "named", "named_speaker": "Olha Savchenko"}, {"Who would you like?": "Olha Savchenko"}),
        (
            {"wanted_speaker": "ukrainian", "named_speaker": "A nurse"},
            {"Who would you like?": "A Ukrainian trade unionist", "Somebody in mind?": "A nurse"},
        ),
    ],
)
def test_whom_a_branch_names_stands_as_its_answer(
    client: FlaskClient, wish: dict[str, str], said: dict[str, str]
) -> None:
    Visitor(client).fill("speaker", speaker=wish)
    page = client.get(walk.url("speaker", "check")).text
    told = told_on(page)
    assert {label: told[label] for label in ("Who would you like?", "Somebody in mind?") if label in told} == said


@pytest.mark.parametrize(
    ("typed", "found", "kept"),
    [
        ({"union_text": "Bectu"}, "Prospect", "Bectu"),
        ({"union_text": "aslef"}, "ASLEF – Associated Society of Locomotive Engineers and Firemen", None),
        ({"union": "other", "union_text": "Bectu"}, "Prospect", "Bectu"),
        ({"union_text": "Association of Kite Makers"}, None, "Association of Kite Makers"),
    ],
)
def test_a_union_that_was_written_in_is_told_as_we_understand_it(
    client: FlaskClient, typed: dict[str, str], found: str | None, kept: str | None
) -> None:
    Visitor(client).fill("twinning", your_branch={"union": "", **typed})
    told = told_on(client.get(walk.url("twinning", "check")).text)
    assert told.get("Your union") == found
    assert told.get("Your union, if it is not in the list") == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [("DH1 4B", "DH1 4B (is something missing at the end?)"), ("dh14be", "DH1 4BE"), ("DH1", "DH1"), ("sw1a", "SW1A")],
)
def test_a_postcode_that_is_cut_short_is_taken_with_a_question(client: FlaskClient, typed: str, said: str) -> None:
    Visitor(client).fill("twinning", your_branch={"postcode": typed})
    assert told_on(client.get(walk.url("twinning", "check")).text)["Postcode where your branch meets"] == said


def test_an_address_is_told_as_it_was_typed(client: FlaskClient) -> None:
    visitor = Visitor(client)
    visitor.fill("twinning", you={"contact_email": "jean@пошта.укр"})
    assert told_on(client.get(walk.url("twinning", "check")).text)["Your email address"] == "jean@пошта.укр"
    thanks = client.get(visitor.send("twinning").location).text
    assert "<strong>jean@пошта.укр</strong>" in thanks


def test_a_national_executive_is_asked_for_no_region(client: FlaskClient) -> None:
    Visitor(client).fill(
        "twinning", your_branch={"body_type": "national", "town": "", "postcode": "", "branch_name": ""}
    )
    assert "Region or nation" not in told_on(client.get(walk.url("twinning", "check")).text)
