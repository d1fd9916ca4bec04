"""Addresses with a little too much at their end lead to the page that was meant."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

Make = Callable[..., tuple[int, str]]


@pytest.mark.parametrize(
    ("copied", "meant"),
    [
        ("/twin/", "/twin"),
        ("/uk/twin/", "/uk/twin"),
        ("/contact/", "/contact"),
        ("/twin/your-branch/", "/twin/your-branch"),
        ("/affiliate/fee/?return=check", "/affiliate/fee?return=check"),
        ("/find-my-request.", "/find-my-request"),
        ("/how-we-use-your-details).", "/how-we-use-your-details"),
    ],
)
def test_a_page_is_found(client: FlaskClient, copied: str, meant: str) -> None:
    answer = client.get(copied)
    assert (answer.status_code, answer.location) == (308, meant)
    assert client.get(meant).status_code in (200, 302)


@pytest.mark.parametrize("stray", [".", ",", ")", ">", "%22", "”", "%3E.", ").", "/", "%20", "./"])
def test_a_private_link_is_found(client: FlaskClient, make_request: Make, stray: str) -> None:
    _, token = make_request()
    answer = client.get(f"/track/{token}{stray}")
    assert answer.location == f"/track/{token}"
    assert client.get(f"/track/{token}{stray}?lang=uk").location == f"/track/{token}?lang=uk"
    assert client.get(answer.location).status_code == 200


def test_nobody_learns_whether_a_link_exists(client: FlaskClient) -> None:
    assert client.get("/track/nothing-of-the-kind.").location == "/track/nothing-of-the-kind"
    assert client.get("/track/nothing-of-the-kind").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/nothing-here/", "/dashboard/queue/", "/.", "/...", "/track/", "/track/...", "//example.org/", "//track/x."],
)
def test_nothing_else_is_led_anywhere(client: FlaskClient, path: str) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": path})
    assert answer.status_code == 404 or answer.location == "/track/x"
