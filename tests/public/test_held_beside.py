"""While letters wait for a second reader, whoever comes beside the speaker reads nothing of what they say."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from portal.clock import utc_now
from portal.emails import links
from portal.extensions import db
from portal.submissions import actions, whole
from portal.submissions.history import Mover
from portal.submissions.workflow import Actor
from tests.public.test_held_booking import Held, hold
from tests.speakers.test_interpreting import an_interpreter
from tests.submissions.entries import COORDINATOR
from tests.submissions.walks import letters_of, registered

LOST = "Whoever was to speak cannot come, and we look for somebody else."


def come_along(held: Held, role: str, person: Any) -> str:
    """Somebody is asked to come in a role and says yes; the path of their page."""
    request: Any = whole.load(db.session(), held.number)
    for name, by in ((f"ask-{role}", COORDINATOR), (f"{role}-accepts", Mover(Actor.SPEAKER))):
        told = {"accepted": "2027-01-14"} if "accepts" in name else {"speakers": str(person.id)}
        actions.perform(db.session(), request, name, by=by, now=utc_now(), answers=told)
    path = links.path_of(links.issue(db.session(), "offer", request.beside(role).id, utc_now()))
    db.session.commit()
    return path


def letters(held: Held) -> list[str]:
    return [template for template, _ in letters_of(whole.load(db.session(), held.number))]


def test_the_speaker_hears_of_an_interpreter_only_after_the_booking(app: Flask, client: FlaskClient) -> None:
    """They read of "your meeting" before the letter that books them had left."""
    held = Held(app, client)
    with app.app_context():
        come_along(held, "interpreter", an_interpreter())
        assert "speaker/interpreter-news" not in letters(held)
        request: Any = whole.load(db.session(), held.number)
        actions.perform(
            db.session(),
            request,
            "interpreter-declines",
            by=Mover(Actor.SPEAKER),
            now=utc_now(),
            answers={"reason": ""},
        )
        assert "speaker/interpreter-news" not in letters(held)
        assert "speaker/interpreter-gone" not in letters(held)


def test_once_the_booking_is_known_the_speaker_hears_of_both(app: Flask, client: FlaskClient) -> None:
    held = Held(app, client)
    held.decide("approve")
    with app.app_context():
        come_along(held, "interpreter", an_interpreter())
        come_along(held, "partner", registered(utc_now(), "rhodri@example.org", name="Rhodri", experience="seasoned"))
        assert {"speaker/interpreter-news", "speaker/partner-news"} <= set(letters(held))


def test_a_drop_out_that_waits_for_a_second_reader_stands_on_no_page(app: Flask, client: FlaskClient) -> None:
    held = Held(app, client, interpreter=True)
    held.decide("approve")
    with app.app_context():
        rhodri = registered(utc_now(), "rhodri@example.org", name="Rhodri", experience="seasoned")
        pages = [held.interpreter, come_along(held, "partner", rhodri)]
    hold(held, "speaker-dropped-out", reason="Ill.")
    for path in pages:
        assert LOST not in " ".join(held.read(path).split())
    held.decide("approve")
    for path in pages:
        assert LOST in " ".join(held.read(path).split())
