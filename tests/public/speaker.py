"""Speakers with their own pages, for the tests: what is known of them, and their forms as browsers send them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.clock import utc_now
from portal.emails import links
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers import agreements, keeping
from portal.speakers.register import Speaker
from tests.public.conftest import main_of

DETAILS: dict[str, Any] = {
    "name": "Dilys Example",
    "email": "dilys@example.org",
    "phone": "07700 900123",
    "kind": "campaign",
    "lives_in": "uk",
    "language": "en",
    "union_id": 1,
    "sector": "mining",
    "topics": ["miners", "resistance"],
    "languages": {"en": "fluent", "pl": "good"},
    "formats": ["in-person", "online"],
    "experience": "seasoned",
    "outcode": "DH1",
    "most_miles": 60,
    "most_a_month": 3,
    "notes": "Our own words about her.",
}
IN_UKRAINE: dict[str, Any] = {
    "name": "Olena Example",
    "email": "olena@example.org",
    "kind": "ukrainian",
    "lives_in": "ukraine",
    "language": "uk",
    "ukrainian_union": "npgu",
    "sector": "mining",
    "topics": ["miners"],
    "languages": {"uk": "fluent", "en": "basic"},
    "experience": "steady",
    "most_a_month": 2,
    "notes": "Our own words about her.",
}
Make = Callable[..., tuple[int, str]]


def add_speaker(
    app: Flask, agreed: tuple[str, ...] = agreements.PURPOSES, base: dict[str, Any] = DETAILS, **more: Any
) -> tuple[int, str]:
    """Put somebody into the register; number and path of their page. `agreed` names the consents they gave."""
    with app.app_context():
        now = utc_now()
        speaker = keeping.add(db.session(), {**base, **more}, by=None, now=now)
        for purpose in agreed:
            agreements.give(speaker, purpose, language="en", now=now)
        path = links.path_of(keeping.own_link(db.session(), speaker, now))
        db.session.commit()
        return speaker.id, path


@contextmanager
def stored(app: Flask, number: int) -> Iterator[Speaker]:
    """The row of a speaker, in a context of its own."""
    with app.app_context():
        yield db.session.get_one(Speaker, number)
        db.session.commit()


def fields_on(html: str, action: str = "") -> dict[str, Any]:
    """What a browser would send of the page's form as it stands."""
    html = main_of(html)
    if action:
        html = html[html.index(f'action="{action}') :]
    html = html[: html.index("</form>")]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", html):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]*)"', tag)
        if name is None or (kind and kind[1] in ("checkbox", "radio") and " checked" not in tag):
            continue
        found.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name, words in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL):
        found.setdefault(name, []).append(unescape(words))
    for name, options in re.findall(r'<select [^>]*name="([^"]*)".*?>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found.setdefault(name, []).append(unescape(chosen[1]) if chosen else "")
    return found


def send(client: FlaskClient, path: str, page: str, **typed: Any) -> Any:
    """Open a small page and send its form, with something else typed into some fields."""
    fields = fields_on(client.get(f"{path}/{page}").text, f"{path}/{page}")
    return client.post(f"{path}/{page}", data={**fields, **typed})


def text_of(html: str) -> str:
    """The words of the main part, blanks collapsed."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main_of(html))).split())


def letters(app: Flask, template: str) -> list[tuple[str, str, str]]:
    with app.app_context():
        found = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == template).order_by(OutboxEmail.id))
        return [(each.to_address, each.language, each.text) for each in found]


def count(app: Flask, model: Any, *which: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model).where(*which)) or 0
