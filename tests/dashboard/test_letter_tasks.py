"""What is done about a letter on the mail page finishes the task about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.extensions import db
from portal.submissions import failed_letters
from tests.dashboard.conftest import Page


@pytest.mark.parametrize(
    ("button", "outcome"), [("again", "It was sent again."), ("dealt-with", "They were telephoned.")]
)
def test_a_button_of_the_mail_page_finishes_the_task(
    app: Flask,
    coordinator: FlaskClient,
    make_request: Callable[..., int],
    rows: Callable[..., list[Any]],
    button: str,
    outcome: str,
) -> None:
    make_request()
    with app.app_context():
        db.session.execute(db.text("UPDATE outbox_emails SET state = 'refused', next_try_at = NULL"))
        failed_letters.open_task(db.session(), 1, utc_now())
        db.session.commit()
    page = Page(coordinator, "/dashboard/mail/1")
    assert page.post(f"/dashboard/mail/1/{button}").status_code == 303
    assert rows("SELECT done_by_id, outcome FROM tasks WHERE done_at IS NOT NULL") == [(1, outcome)]
