"""While our question is open the branch's page says by when we ask for an answer, as our letters do, and what then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import utc_now
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.submissions import actions, questions
from portal.submissions.models import Submission
from portal.worker import Worker
from tests.public.conftest import KIND_FACTS
from tests.public.test_next_steps import words_of

Make = Callable[..., tuple[int, str]]
ASK = ("ask", {"question": "Who can let us in?"})
BY = {"en": "Please answer by ", "uk": "дайте відповідь до "}
THEN = {
    "en": "If we hear nothing we remind you, and then telephone you or go on without an answer.",
    "uk": "Якщо відповіді не буде, ми нагадаємо, а потім зателефонуємо вам або рухатимемося далі без неї.",
}


def named_in(text: str, before: str) -> str:
    """The day that a text names behind some words, without its year."""
    return " ".join(text.split()).split(before, 1)[1].split(" 202", 1)[0]


def last_letter(app: Flask, number: int) -> OutboxEmail:
    """The newest letter about our question."""
    with app.app_context():
        found = select(OutboxEmail).where(OutboxEmail.submission_id == number)
        found = found.where(OutboxEmail.template.in_(questions.NAMED)).order_by(OutboxEmail.id.desc())
        return db.session.scalars(found).first()


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize("kind", sorted(KIND_FACTS))
def test_the_page_names_the_day_of_the_letter_and_what_comes_after(
    app: Flask, client: FlaskClient, make_request: Make, kind: str, language: str
) -> None:
    number, token = make_request(kind, moves=(ASK,), language=language)
    page = words_of(client.get(f"/track/{token}").text)
    assert named_in(page, BY[language]) == named_in(last_letter(app, number).text, BY[language])
    assert THEN[language] in page


def test_after_the_last_reminder_the_page_names_its_day(app: Flask, client: FlaskClient, make_request: Make) -> None:
    asked_at = utc_now().replace(hour=12) - timedelta(days=40)
    number, token = make_request("twinning", moves=(ASK,), now=asked_at)
    seen = set()
    for day in range(1, 40):
        Worker(app, "worker", now=partial(asked_at.__add__, timedelta(days=day))).one_pass()
        letter = last_letter(app, number)
        seen.add(letter.template)
        if letter.template == questions.LAST:
            break
    assert seen == set(questions.NAMED)
    with app.test_request_context("/"):
        submission = db.session.get_one(Submission, number)
        day = questions.asked_by(submission, letter.template, letter.queued_at)
        words = questions.in_words(submission, letter.template, letter.queued_at, day)
    assert words.startswith(f"Please answer by {named_in(letter.text, BY['en'])}")
    assert "After that we telephone you, or go on without an answer." in words
    page = words_of(client.get(f"/track/{token}").text)
    assert f"We asked for it by {named_in(letter.text, BY['en'])}" in page


def test_who_has_written_to_us_is_not_pressed(app: Flask, client: FlaskClient, make_request: Make) -> None:
    number, token = make_request(moves=(ASK,))
    with app.app_context():
        actions.message_from_branch(db.session, db.session.get_one(Submission, number), "After Friday", now=utc_now())
        db.session.commit()
    assert "Please answer by" not in words_of(client.get(f"/track/{token}").text)
