"""The reply time on public pages: only where it is known, and in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import update

from portal.clock import utc_now
from portal.extensions import db
from portal.public import reply_time
from portal.submissions.models import Submission

Make = Callable[..., tuple[int, str]]


def answer_after(app: Flask, days: int) -> None:
    """All requests arrived four weeks ago and were answered so many days later."""
    received = utc_now() - timedelta(days=28)
    with app.app_context():
        values = {"received_at": received, "first_answered_at": received + timedelta(days=days)}
        db.session.execute(update(Submission).values(**values))
        db.session.commit()
    app.extensions.pop(reply_time.EXTENSION, None)


def test_it_is_told_where_five_were_answered(app: Flask, client: FlaskClient, make_request: Make) -> None:
    for _ in range(5):
        assert "Half of all requests" not in client.get("/").text + client.get("/contact").text
        make_request("affiliation")
    answer_after(app, 0)
    for path in ("/", "/contact"):
        assert "Half of all requests are answered on the same day." in client.get(path).text
        assert "На половину всіх запитів ми відповідаємо того самого дня." in client.get(f"/uk{path}").text
    answer_after(app, 7)
    html, ukrainian = client.get("/contact").text, client.get("/uk/contact").text
    # A week holds five working days, and fewer where a bank holiday lies in it.
    assert any(f"Half of all requests are answered within {days} working days." in html for days in (2, 3, 4, 5))
    assert "На половину всіх запитів ми відповідаємо протягом" in ukrainian


def test_pages_do_not_wait_for_it(app: Flask, client: FlaskClient, make_request: Make) -> None:
    for _ in range(5):
        make_request("affiliation")
    client.get("/")
    with app.app_context():
        db.session.execute(update(Submission).values(first_answered_at=utc_now()))
        db.session.commit()
    assert "Half of all requests" not in client.get("/").text, "the figure of a few minutes ago"


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, "протягом 1 робочого дня."), (2, "протягом 2 робочих днів."), (11, "протягом 11 робочих днів.")],
)
def test_days_are_counted_as_ukrainian_counts(app: Flask, days: int, words: str) -> None:
    with app.app_context(), force_locale("uk"):
        app.extensions[reply_time.EXTENSION] = reply_time._Figure(days, utc_now() + timedelta(minutes=5))
        assert words in reply_time.sentence()
