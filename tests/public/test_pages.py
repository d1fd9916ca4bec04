"""What holds for all public pages: languages, head and foot, statements, and what machines are told."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.emails import links
from portal.public import language
from portal.submissions.private_links import OPEN_AFTER_CLOSING
from tests.conftest import counted
from tests.public import walk
from tests.public.conftest import main_of
from tests.public.walk import Visitor

ROOT = Path(__file__).resolve().parents[2]
PLAIN = (
    "/", "/find-my-request", "/how-we-use-your-details", "/accessibility", "/contact", "/model-motion", "/by-post",
    "/affiliate/by-post", "/twinnings",
)  # fmt: skip
STATEMENTS = {
    "/": 2,
    "/twinnings": 2,
    "/find-my-request": 1,
    "/how-we-use-your-details": 1,
    "/accessibility": 1,
    "/contact": 1,
    "/model-motion": 1,
    "/by-post": 1,
    "/invite-a-speaker/by-post": 2,
    "/affiliate/by-post": 2,
    "/robots.txt": 0,
    "/model-motion.txt": 1,
    "/nothing-here": 1,
    "/invite-a-speaker/your-branch": 2,
    "/invite-a-speaker/meeting": 1,
    "/invite-a-speaker/you": 1,
}


@pytest.mark.parametrize("path", PLAIN)
def test_a_page_has_an_english_and_a_ukrainian_address(client: FlaskClient, path: str) -> None:
    english, ukrainian = client.get(path), client.get(f"/uk{path}")
    assert english.status_code == ukrainian.status_code == 200
    assert '<html lang="en">' in english.text
    assert '<html lang="uk">' in ukrainian.text
    assert 'href="/contact"' in english.text
    assert 'href="/uk/contact"' in ukrainian.text
    assert 'href="/uk/twin"' in ukrainian.text
    assert not english.headers.get("Set-Cookie") or path == "/find-my-request"


def test_a_missing_page_below_uk_is_missing_in_ukrainian(client: FlaskClient) -> None:
    answer = client.get("/uk/nothing-here")
    assert answer.status_code == 404
    assert '<html lang="uk">' in answer.text


@pytest.mark.parametrize("path", [*PLAIN, "/twin/your-branch", "/affiliate/fee?return=check"])
def test_the_other_language_is_one_press_away(client: FlaskClient, path: str) -> None:
    there = language_link(client.get(path).text)
    assert there == f"/uk{path}"
    page = client.get(there)
    assert '<html lang="uk">' in page.text
    assert language_link(page.text) == path


def language_link(html: str) -> str:
    found = re.search(r'(?:href|formaction)="([^"]*)"[^>]* lang="(?:uk|en)"[^>]*>(?:English|Українською)<', html)
    assert found, "the page offers no other language"
    return found[1]


def test_no_page_offers_a_language_in_which_it_is_not_whole(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "COMPLETE", frozenset())
    for path in PLAIN:
        for address in (path, f"/uk{path}"):
            assert "banner__language" not in client.get(address).text


@pytest.mark.parametrize(("path", "most"), STATEMENTS.items())
def test_pages_ask_the_database_little(client: FlaskClient, path: str, most: int) -> None:
    client.get("/")
    with counted() as seen:
        client.get(path)
    assert len(seen) <= most, seen


@pytest.mark.parametrize("path", ["your-branch", "meeting", "speaker", "you", "check"])
def test_pages_of_a_form_under_way_ask_it_little(visitor: Visitor, path: str) -> None:
    visitor.fill("speaker")
    with counted() as seen:
        visitor.client.get(f"/invite-a-speaker/{path}")
    assert len(seen) <= 4, seen


def test_sending_asks_the_same_of_a_full_database(visitor: Visitor, make_request: Callable[..., Any]) -> None:
    counts = []
    for more in (0, 3):
        for _ in range(more):
            make_request()
        visitor.fill("speaker")
        token = visitor.client.get("/invite-a-speaker/check").text
        with counted() as seen:
            visitor.client.post("/invite-a-speaker/check", data={"csrf_token": token_of(token)})
        counts.append(len(seen))
    assert max(counts) - min(counts) <= 2, counts


def token_of(html: str) -> str:
    return html.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_robots_are_kept_from_what_is_private(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert "Disallow: /dashboard" in answer.text
    assert [path for path in links.PURPOSES.values() if f"Disallow: {path}\n" not in answer.text] == []


def test_whoever_runs_it_reads_which_paths_hold_private_links() -> None:
    """A web server that writes them into its access log gives away what opens somebody’s page."""
    page = (ROOT / "docs/running.md").read_text()
    sentence = page.partition("Leave the paths below")[2].partition("access log")[0]
    assert sorted(re.findall(r"`(/[^`]+)`", sentence)) == sorted(links.PURPOSES.values())


def test_the_contact_page_names_the_sources_of_our_place_names(client: FlaskClient) -> None:
    page = main_of(client.get("/contact").text)
    assert "Contains OS data © Crown copyright and database right 2025." in page
    assert "GeoNames" in page


def test_the_notice_says_that_it_is_a_draft(client: FlaskClient) -> None:
    page = main_of(client.get("/how-we-use-your-details").text)
    assert "This is a draft" in page
    assert "24 hours" in page


def test_the_notice_promises_of_itself_only_what_the_worker_does(client: FlaskClient) -> None:
    """Whoever makes the worker delete something else moves its line from the second list to the first."""
    page = main_of(client.get("/how-we-use-your-details").text)
    by_itself, _, by_hand = page.partition("Nothing else is deleted by itself yet")
    own = re.findall(r"<dt[^>]*>(.*?)</dt>", by_itself)
    assert own == ["A form you have not sent", "Your private link", "Counts that keep robots away"]
    assert f"{OPEN_AFTER_CLOSING.days} days after your request is closed" in by_itself
    assert "A closed request" in by_hand
    assert "by hand" in by_hand


def test_a_demonstration_says_that_it_is_one(make_app: Callable[..., Flask]) -> None:
    for mode, is_said in (("test", False), ("demo", True)):
        page = make_app(PORTAL_ENV=mode).test_client().get("/").text
        assert ("All names are invented." in page) is is_said


@pytest.mark.parametrize(
    ("hours", "english", "ukrainian"),
    [(1, "1 hour", "1 годину"), (48, "48 hours", "48 годин")],
)
def test_how_long_a_form_is_kept_is_said_as_it_is_set(app: Flask, hours: int, english: str, ukrainian: str) -> None:
    app.config["DRAFT_HOURS"] = hours
    client = app.test_client()
    form, check = walk.url("speaker", "your-branch"), walk.url("speaker", "check")
    for address in (form, check, "/how-we-use-your-details", "/accessibility"):
        for front, said in (("", english), ("/uk", ukrainian)):
            page = main_of(client.get(front + address, follow_redirects=True).text)
            assert re.search(rf"\b{said}[ .,]", page), (front, address)
            assert "24 hours" not in page
            assert "24 год" not in page
