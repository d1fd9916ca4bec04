"""What the tests of the Ukrainian side share: a form filled in, a body's own page, and what a thief would read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from portal.clock import london_day, utc_now
from portal.emails import links
from portal.extensions import db
from portal.submissions import actions, intake
from portal.submissions.actions import Mover
from portal.submissions.workflow import Actor
from portal.twinning.registrations import UkrainianRegistration
from tests.conftest import csrf_token

START = "/uk/unions-in-ukraine"
ANSWERS: dict[str, dict[str, Any]] = {
    "organisation": {
        "union_slug": "prupu",
        "level": "primary",
        "name_uk": "Первинна організація шахти «Світанок»",
        "name_latin": "Svitanok Mine Primary",
        "oblast": "dnipropetrovsk",
        "town": "Павлоград",
        "sectors": ["mining"],
        "size": "420",
    },
    "together": {
        "languages": ["uk"],
        "english": "basic",
        "hopes": ["messages", "calls"],
        "needs": ["power"],
        "needs_text": "Акумулятори для ламп",
        "offers": ["talks"],
        "offers_text": "Розповімо про нашу працю",
    },
    "reach": {
        "contact_name": "Оксана Бойко",
        "contact_role": "голова",
        "contact_email": "oksana.boiko@example.org",
        "contact_phone": "+380 44 000 0000",
        "safe_way": "Лише Signal увечері",
        "second_name": "Марко Лис",
        "second_email": "marko.lys@example.org",
        "language": "uk",
    },
    "trust": {
        "who_confirms": "Ірина Гай, міжнародний відділ",
        "publicity": "oblast-sector",
        "register": "yes",
        "introduce": "yes",
        "notes": "Дякуємо вам",
    },
}
SECRETS = (
    *("Світанок", "Svitanok", "Павлоград", "Акумулятори", "Розповімо", "Оксана", "oksana", "голова", "000 0000"),
    *("Signal", "Марко", "marko", "Ірина", "Дякуємо вам"),
)
"""What of these answers nobody may read who has only the database, a log or somebody else's page."""
CONFIRMATION = {
    "confirmer_name": "Ірина Гай",
    "confirmer_post": "міжнародний відділ",
    "confirmed_how": "call",
    "confirmed_day": london_day(utc_now()).isoformat(),
}
NOW = utc_now()
BODY, US = Mover(Actor.BRANCH), Mover(Actor.COORDINATOR)


def fill_in(client: FlaskClient, answers: Mapping[str, Mapping[str, Any]] = ANSWERS, start: str = START) -> Any:
    """Walk through the form as far as its check page; the answer to the last step, followed."""
    answer = None
    for step, given in answers.items():
        address = f"{start}/{step}"
        token = csrf_token(client.get(address).text)
        answer = client.post(address, data={"csrf_token": token, **given}, follow_redirects=True)
    return answer


def send(client: FlaskClient, answers: Mapping[str, Mapping[str, Any]] = ANSWERS, start: str = START) -> Any:
    """Fill the form in and send it; the thank-you page."""
    fill_in(client, answers, start)
    token = csrf_token(client.get(f"{start}/check").text)
    return client.post(f"{start}/check", data={"csrf_token": token}, follow_redirects=True)


def register(app: Flask, *moves: tuple[str, Mapping[str, str]], now: datetime | None = None, **changed: Any) -> int:
    """File a registration without a browser and make moves with it; gives its number. `changed` is by step."""
    now = now or utc_now()
    answers = {step: {**given, **changed.get(step, {})} for step, given in ANSWERS.items()}
    with app.app_context():
        made = intake.file(db.session, "ukrainian", answers, now=now, language="uk", by=BODY)
        for number, (name, given) in enumerate(moves, start=1):
            actions.perform(db.session, made, name, by=US, now=now + timedelta(seconds=number), answers=given)
        db.session.commit()
        return made.id


def own_page(app: Flask, number: int) -> str:
    """The address of a body's own page."""
    with app.app_context():
        return links.path_of(links.issue(db.session, "body", number, utc_now()))


def found(app: Flask, number: int) -> UkrainianRegistration:
    """The registration with that number, in the context of the caller."""
    return db.session.get_one(UkrainianRegistration, number)


def stored(app: Flask) -> str:
    """All that the database holds, as somebody would read it who has stolen it and no key."""
    said = []
    with app.app_context():
        for table in [*db.metadata.sorted_tables]:
            rows = db.session.execute(text(f'SELECT * FROM "{table.name}"')).all()
            said += [str(tuple(row)) for row in rows]
        said += [str(tuple(row)) for row in db.session.execute(text("SELECT * FROM submission_search")).all()]
    # What JSON writes of Cyrillic letters is read as the letters.
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), "\n".join(said))
