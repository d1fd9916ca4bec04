"""What the page with the letters of a move warns of: words in another language, and a link that was taken out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from tests.dashboard.conftest import boxes, post_all


def test_english_words_in_a_ukrainian_letter_are_pointed_out(
    coordinator: FlaskClient, make_request: Callable[..., int]
) -> None:
    number = make_request("speaker", language="uk")
    path = f"/dashboard/requests/{number}/moves/decline"
    html = post_all(coordinator, path, coordinator.get(path).text, reason="We are all worn out").text
    assert html.count("Please write them in Ukrainian here") == 1
    assert "We are all worn out" in boxes(html)["body-0"]
    html = post_all(coordinator, path, coordinator.get(path).text, reason="Ми всі втомилися").text
    assert "Please write them in Ukrainian here" not in html


def test_a_letter_that_lost_its_link_is_refused_once(
    coordinator: FlaskClient, make_request: Callable[..., int], look: Callable[..., Any]
) -> None:
    number = make_request()
    path = f"/dashboard/requests/{number}/moves/start-matching"
    typed = {"body-0": "Dear Jean,\n\nWe are looking."}
    html = post_all(coordinator, path, coordinator.get(path).text, **typed).text
    assert "so the reader would get no link to their page" in html
    assert look(number, "state") == "received"
    assert boxes(html)["body-0"].startswith("Dear Jean,")
    assert post_all(coordinator, path, html).status_code == 303
    assert look(number, "state") == "matching"
