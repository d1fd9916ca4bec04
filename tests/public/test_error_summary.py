"""The list of what is wrong: each sentence says which field it is about, and the page keeps its other language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.public import walk
from tests.public.walk import errors_on


def test_a_sentence_that_fits_many_fields_names_its_own(client: FlaskClient) -> None:
    answer = walk.post(
        client,
        walk.url("speaker", "meeting"),
        {"date_1": "14 January 2030", "date_2": "31/2", "decide_by": "soon", "title": "x" * 201},
    )
    assert errors_on(answer.text) == [
        "Name of the meeting: Shorten this to 200 letters or fewer",
        "Date of the meeting: This date is more than three years away. Check the year",
        "Another date: There is no 31 February. Check the day and the month",
        "When must you know by? Enter one date, like 14 January 2027",
    ]
    assert answer.text.count("There is no 31 February") == 2


def test_a_sentence_that_names_its_field_stands_alone(client: FlaskClient) -> None:
    answer = walk.post(client, walk.url("speaker", "you"), {"contact_email": "jean@", "second_email": "jean@"})
    assert errors_on(answer.text) == [
        "Enter your name",
        "Your email address: Enter an email address in the correct format, like name@example.org",
        "Their email address: Enter an email address in the correct format, like name@example.org",
    ]


@pytest.mark.parametrize(
    ("path", "fields", "there"),
    [
        ("/twin/you", {"contact_name": "Jean"}, "/uk/twin/you"),
        ("/uk/twin/you", {"contact_name": "Jean"}, "/twin/you"),
        ("/find-my-request", {"email": "jean"}, "/uk/find-my-request"),
    ],
)
def test_a_page_drawn_again_keeps_its_other_language(
    client: FlaskClient, path: str, fields: dict[str, str], there: str
) -> None:
    answer = walk.post(client, path, fields)
    assert errors_on(answer.text)
    assert posts_to(there) in answer.text
    if "find" in path:
        return
    # What was typed stands in the draft, and so on the other page as well.
    assert 'value="Jean"' in client.get(there).text


def posts_to(address: str) -> str:
    """How the button for the other language begins where something can be typed."""
    return f'<button type="submit" form="typed" formaction="{address}" class="banner__language"'


@pytest.mark.parametrize("page", ["change/you", "message", "moves/withdraw"])
def test_a_private_page_drawn_again_keeps_its_other_language(
    client: FlaskClient, make_request: Callable[..., tuple[int, str]], page: str
) -> None:
    _, token = make_request()
    answer = client.post(f"/track/{token}/{page}", data={"contact_name": "Jean"})
    assert answer.status_code == 400
    assert posts_to(f"/track/{token}/{page}?lang=uk") in answer.text


def test_an_answer_drawn_again_leads_to_the_request_in_the_other_language(
    client: FlaskClient, make_request: Callable[..., Any]
) -> None:
    _, token = make_request(moves=(("ask", {"question": "Is there a lift?"}),))
    answer = client.post(f"/track/{token}/answer", data={"answer": "Yes"})
    assert posts_to(f"/track/{token}/answer?lang=uk") in answer.text
    again = client.post(f"/track/{token}/answer?lang=uk", data={"answer": "Yes", "other_language": "uk"})
    assert '<html lang="uk">' in again.text
    assert "Yes</textarea>" in again.text
