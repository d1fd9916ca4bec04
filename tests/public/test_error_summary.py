"""The list of what is wrong: each sentence says which field it is about, and the page keeps its other language."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.public import walk
from tests.public.walk import errors_on


def test_a_sentence_that_fits_many_fields_names_its_own(client: FlaskClient) -> None:
    answer = walk.post(
        client,
        walk.url("speaker", "meeting"),
        {"date_1": "14 January 2030", "date_2": "31/2", "decide_by": "soon", "title": "x" * 201},
    )
    assert answer.status_code == 422
    assert errors_on(answer.text) == [
        "Name of the meeting: Shorten this to 200 letters or fewer",
        "Date of the meeting: This date is more than three years away. Check the year",
        "Another date that would suit: There is no day 31/2. Check the day and the month",
        "When must you know by? Enter one date, like 14 January 2027",
    ]
    assert answer.text.count("There is no day 31/2") == 2


def test_a_sentence_that_names_its_field_stands_alone(client: FlaskClient) -> None:
    answer = walk.post(client, walk.url("speaker", "you"), {"contact_email": "jean@", "second_email": "jean@"})
    assert errors_on(answer.text) == [
        "Enter your name",
        "Your email address: Enter an email address in the correct format, like name@example.org",
        "Their email address: Enter an email address in the correct format, like name@example.org",
    ]
