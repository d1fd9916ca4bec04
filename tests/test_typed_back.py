"""What was typed, told back: under the labels of the form, in the words of its choices, without hidden fields."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.typed_back import typed_back

LOCK = [("csrf_token", "x"), ("version", "3"), ("opened", "1795331153"), ("step", "send"), ("website", "bot")]


@pytest.mark.parametrize(
    ("path", "sent", "told"),
    [
        (
            "/dashboard/requests/7/moves/offer",
            [
                ("speaker_name", "Olha"),
                ("speaker_language", "uk"),
                ("key-0", "a|b"),
                ("subject-0", "S"),
                ("body-0", "B"),
            ],
            [
                ("Speaker’s name", "Olha"),
                ("Language for their letters", "Українська"),
                ("Subject of the letter", "S"),
                ("Words of the letter", "B"),
            ],
        ),
        (
            "/dashboard/requests/7/correct/your-branch",
            [("union", "tssa"), ("body_type", "region"), ("town", "Leeds")],
            [("Union", "TSSA"), ("Kind of body", "A region or a regional committee"), ("Town", "Leeds")],
        ),
        (
            "/dashboard/requests/7/correct/speaker",
            [("needs", "bsl"), ("needs", "captions")],
            [("Needs", "British Sign Language\nCaptions")],
        ),
        (
            "/dashboard/requests/7/correct/decision",
            [("members", "95"), ("accepts_aims", "yes")],
            [("Members", "95"), ("Accepts the aims", "Yes")],
        ),
        ("/dashboard/requests/new/twinning", [("twinning--size", "40")], [("Members", "40")]),
        ("/dashboard/requests/7/note", [("note", "Rang Jean")], [("Note for the team", "Rang Jean")]),
        ("/dashboard/requests/7/assign", [("to", "3")], []),
        ("/dashboard/settings/fees/new", [("basis", "flat")], [("How it is worked out", "One sum a year")]),
        ("/dashboard/settings/campaign", [("contact_email", "a@b")], [("Contact address shown", "a@b")]),
        (
            "/invite-a-speaker/meeting",
            [("event_kind", "agm")],
            [("What kind of meeting is it?", "Annual general meeting")],
        ),
        ("/nowhere", [("first-thing", "x"), ("password", "secret")], [("First thing", "x")]),
    ],
)
def test_labels_and_words_are_those_of_the_form(
    app: Flask, path: str, sent: list[tuple[str, str]], told: list[tuple[str, str]]
) -> None:
    with app.test_request_context():
        assert typed_back(LOCK + sent, path) == told


def test_the_page_after_signing_in_again_shows_no_hidden_field(
    client: FlaskClient,
) -> None:
    sent = {"note": "Rang Jean", "version": "1", "opened": "1795331153"}
    answer = client.post("/dashboard/requests/1/note", data=sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert "Note for the team" in answer.text
    assert "Opened" not in answer.text.partition("What you typed")[2]
