"""An interpreter beside the speaker: proposed with reasons, asked, booked with the meeting, and free when it is off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import london_day
from portal.dashboard import beside, prefilled
from portal.emails import links
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.sealed import digest
from portal.speakers import interpreters, matching
from portal.speakers.arranged import arranged
from portal.speakers.engagements import BookedSlot
from portal.speakers.register import INTERPRETER, WeeklyHours
from portal.speakers.settling import settled
from portal.submissions import actions, intake, reminders, whole
from portal.submissions.actions import NotPermittedError, WrongAnswerError
from portal.submissions.day_words import as_typed
from portal.submissions.work import Task
from portal.submissions.workflow import Actor
from tests.conftest import csrf_token
from tests.submissions.entries import BRANCH, COORDINATOR, NOW, speaker_answers
from tests.submissions.walks import letters_of, registered, text_of

SPEAKER = actions.Mover(Actor.SPEAKER)
BOTH = {"en": "fluent", "uk": "fluent"}
DAY = {"confirmed_on": "2027-01-14", "confirmed_time": "19:00", "agreed": "By telephone"}


def perform(request: Any, name: str, by: Any = COORDINATOR, minutes: int = 0, **answers: str) -> Any:
    return actions.perform(db.session(), request, name, by=by, now=NOW + timedelta(minutes=minutes), answers=answers)


def filed(**answers: Any) -> Any:
    typed = speaker_answers(meeting_format="online", **answers)
    return intake.file(db.session(), "speaker", typed, now=NOW, language="en", by=BRANCH)


def an_interpreter(email: str = "ira@example.org", **more: Any) -> Any:
    return registered(NOW, email, **({"name": "Ira Bondar", "kind": INTERPRETER, "languages": BOTH} | more))


def a_miner() -> Any:
    """A speaker who shares no language with the branch."""
    return registered(NOW, "mykola@example.org", name="Mykola Terykon", languages={"uk": "fluent"})


def live_through(days: int) -> None:
    for day in range(1, days + 1):
        now = NOW + timedelta(days=day, hours=1)
        for number in reminders.ready(db.session(), now):
            reminders.remind(db.session(), number, now)
            db.session.commit()


def test_interpreters_are_proposed_with_reasons(app: Flask) -> None:
    with app.app_context():
        request = filed()
        perform(request, "ask-speakers", speakers=str(a_miner().id), although="An interpreter will be found.")
        free = an_interpreter(weekly=[WeeklyHours(weekday=3, from_minute=1000, until_minute=1380)])
        an_interpreter("silent@example.org", name="Olha Tysha")
        an_interpreter("pole@example.org", name="Jan Polak", languages={"en": "fluent", "pl": "fluent"})
        registered(NOW, "iryna@example.org", name="Iryna Vesna")
        found = interpreters.fitting(db.session(), request, NOW)
        assert [each.name for each in found] == ["Ira Bondar", "Olha Tysha", "Jan Polak"]
        assert found[0].speaker_id == free.id
        assert found[0].reasons == [
            "speaks English (fluent), Ukrainian (fluent)",
            "joins online",
            "free on Thursday 14 January",
        ]
        assert found[1].against == ["has not told us when they can"]
        assert found[2].blocks == ["speaks no Ukrainian"]


def test_whoever_is_booked_elsewhere_or_does_not_interpret_is_not_asked(app: Flask) -> None:
    with app.app_context():
        ira, speaks = an_interpreter(), registered(NOW, "iryna@example.org")
        first, second = filed(), filed()
        perform(first, "ask-interpreter", speakers=str(ira.id))
        perform(first, "interpreter-accepts", SPEAKER, accepted="2027-01-14")
        perform(first, "ask-speakers", speakers=str(a_miner().id))
        perform(first, "confirm", **DAY)
        with pytest.raises(WrongAnswerError, match="is booked at that time"):
            perform(second, "ask-interpreter", speakers=str(ira.id))
        with pytest.raises(WrongAnswerError, match="does not interpret"):
            perform(second, "ask-interpreter", speakers=str(speaks.id))


def test_an_interpreter_lifts_the_hindrance_of_language(app: Flask) -> None:
    with app.app_context():
        request, miner = filed(), a_miner()
        request.needs = ["interpreter"]

        def blocks() -> list[str]:
            found = matching.fitting(db.session(), request, NOW, only=[miner.id])
            return [block.words for each in found.blocked for block in each.blocks]

        # That the branch wants one is not that there is one.
        assert blocks() == ["speaks no English, and no interpreter is planned"]
        assert interpreters.needs_one(request)
        perform(request, "ask-interpreter", speakers=str(an_interpreter().id))
        assert blocks() == []
        assert not interpreters.needs_one(request)
        perform(request, "ask-speakers", speakers=str(miner.id))
        perform(request, "interpreter-declines", SPEAKER, minutes=1, reason="Away")
        assert blocks() != []
        assert request.turn == "us"


def test_whoever_said_yes_is_booked_with_the_speaker_and_cancelled_with_the_meeting(app: Flask) -> None:
    with app.app_context():
        request = filed()
        perform(request, "ask-interpreter", speakers=str(an_interpreter().id))
        assert "Durham" not in text_of(request, "speaker/interpreter-offer")
        perform(request, "interpreter-accepts", SPEAKER, minutes=1, accepted="2027-01-14")
        assert request.bookings == []
        assert "Thank you for your yes" in text_of(request, "speaker/interpreter-meeting")
        perform(request, "ask-speakers", minutes=2, speakers=str(a_miner().id))
        perform(request, "confirm", minutes=3, **DAY)
        assert {each.role for each in request.bookings} == {"speaker", "interpreter"}
        assert len({slot.speaker_id for slot in db.session.scalars(select(BookedSlot))}) == 2
        letter = text_of(request, "speaker/interpreter-meeting")
        assert "You are booked" in letter
        assert request.contact_email not in letter
        calendar = select(OutboxEmail.calendar).where(OutboxEmail.to_digest == digest("ira@example.org"))
        files = [each for each in db.session.scalars(calendar.order_by(OutboxEmail.id)) if each]
        assert "METHOD:REQUEST" in files[-1]
        assert request.contact_email not in files[-1]
        # What is the interpreter's goes to the interpreter alone.
        assert ("speaker/booked", "ira@example.org") not in letters_of(request)
        perform(request, "cancel", minutes=4, reason="The hall has burst its pipes.")
        assert ("speaker/interpreter-over", "ira@example.org") in letters_of(request)
        assert db.session.scalars(select(BookedSlot)).all() == []
        assert "METHOD:CANCEL" in [each for each in db.session.scalars(calendar.order_by(OutboxEmail.id)) if each][-1]
        assert not request.has_interpreter


def test_another_day_than_they_said_yes_to_is_asked_about_anew(app: Flask) -> None:
    with app.app_context():
        request = filed(date_2="21 January 2027", time_2="19:00")
        perform(request, "ask-interpreter", speakers=str(an_interpreter().id))
        perform(request, "interpreter-accepts", SPEAKER, minutes=1, accepted="2027-01-21")
        perform(request, "ask-speakers", minutes=2, speakers=str(a_miner().id))
        perform(request, "speaker-accepts", SPEAKER, minutes=2, accepted="2027-01-14,2027-01-21")
        # The desk reads on which day the interpreter can, and is led to it.
        confirming, today = request.WORKFLOW.transition("confirm"), london_day(NOW)
        said = prefilled.also_offered(request, confirming, today)
        assert "Ira Bondar, who interprets, said yes to Thursday 21 January 2027, 7pm only." in said
        assert prefilled.answers(request, confirming, today)["confirmed_on"] == as_typed(date(2027, 1, 21), "en")
        shown = dict(arranged(request))["Interprets"]
        assert shown == "Ira Bondar (said yes to Thursday 21 January 2027, 7pm)"
        perform(request, "confirm", minutes=3, **DAY)
        assert [each.role for each in request.bookings] == ["speaker"]
        asked = request.interpreter
        assert (asked.state, [row["on"] for row in asked.dates]) == ("asked", ["2027-01-14"])
        assert "Could you come? Please answer by" in text_of(request, "speaker/interpreter-meeting")
        perform(request, "interpreter-accepts", SPEAKER, minutes=4)
        assert {each.role for each in request.bookings} == {"speaker", "interpreter"}
        with pytest.raises(NotPermittedError):
            perform(request, "ask-interpreter", minutes=5, speakers="1")


@pytest.mark.parametrize(
    ("ask", "about"),
    [("ask-interpreter", "Ask another interpreter"), ("ask-stand-by", "asked to stand by did not answer")],
)
def test_whoever_is_asked_beside_and_silent_is_reminded_once_and_then_asked_no_longer(
    app: Flask, ask: str, about: str
) -> None:
    with app.app_context():
        request = filed()
        perform(request, "ask-speakers", speakers=str(a_miner().id), although="We find an interpreter.")
        perform(request, "confirm", **DAY)
        kind = INTERPRETER if ask == "ask-interpreter" else "campaign"
        perform(request, ask, minutes=1, speakers=str(an_interpreter(kind=kind).id))
        assert request.beside_answer_by == request.offers[-1].answer_by
        db.session.commit()
        live_through(9)
        name = ask.removeprefix("ask-")
        sent = [template for template, to in letters_of(request) if to == "ira@example.org"]
        assert sent == [f"speaker/{name}-offer", f"speaker/{name}-reminder", f"speaker/{name}-over"]
        assert request.offers[-1].state == "expired"
        assert request.state == "confirmed"
        assert request.beside_answer_by is None
        assert about in db.session.scalars(select(Task.about).where(Task.reason == "offer")).one()


def test_who_is_asked_to_interpret_answers_on_a_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        request = filed()
        perform(request, "ask-interpreter", speakers=str(an_interpreter(language="en").id))
        path = links.path_of(links.issue(db.session(), "offer", request.offers[-1].id, NOW))
        number = request.id
        db.session.commit()
    page = client.get(path).text
    assert "Could you interpret at a meeting?" in page
    assert "Yes, I will interpret" in page
    assert "Another date would suit me" not in page
    assert "Durham" not in page
    answer = client.post(f"{path}/yes", data={"csrf_token": csrf_token(page), "accepted": "2027-01-14"})
    assert answer.status_code == 303
    assert "Thank you for your yes" in client.get(path).text
    with app.app_context():
        request = whole.load(db.session(), number)
        assert request.interpreter.state == "accepted"
    page = client.get(f"{path}/no").text
    assert client.post(f"{path}/no", data={"csrf_token": csrf_token(page)}).status_code == 303
    with app.app_context():
        request = whole.load(db.session(), number)
        assert (request.interpreter, request.has_interpreter, request.turn) == (None, False, "us")


def test_the_interpreter_reads_how_it_stands_as_the_day_comes_and_their_calendar_follows(app: Flask) -> None:
    with app.app_context():
        request = filed()
        perform(request, "ask-speakers", speakers=str(a_miner().id), although="We find an interpreter.")
        perform(request, "confirm", **DAY)
        perform(request, "ask-interpreter", minutes=1, speakers=str(an_interpreter().id))
        perform(request, "interpreter-accepts", SPEAKER, minutes=2, accepted="2027-01-14")
        db.session.commit()
        letter = ("speaker/interpreter-meeting", "ira@example.org")
        before = letters_of(request).count(letter)
        link = "https://meet.example.org/Ab,c;d"
        actions.amend(db.session(), request, {"platform": link}, by=BRANCH, now=NOW + timedelta(minutes=3))
        assert letters_of(request).count(letter) == before + 1
        calendar = select(OutboxEmail.calendar).where(OutboxEmail.to_digest == digest("ira@example.org"))
        files = [each for each in db.session.scalars(calendar.order_by(OutboxEmail.id)) if each]
        assert "meet.example.org" in files[-1]
        db.session.commit()
        live_through((date(2027, 1, 13) - london_day(NOW)).days)
        # A week before and on the eve, as everybody else; each with the link to their own page.
        assert letters_of(request).count(letter) == before + 3
        assert "Your page for this meeting" in text_of(request, "speaker/interpreter-meeting")


@pytest.mark.parametrize("language", ["en", "uk"])
def test_both_sides_and_the_desk_read_that_no_interpreter_is_found_yet(app: Flask, language: str) -> None:
    with app.test_request_context():
        request = filed(needs=["interpreter"])
        request.language = language
        perform(request, "ask-speakers", speakers=str(a_miner().id), although="An interpreter will be found.")
        perform(request, "confirm", minutes=1, **DAY)
        words = {"en": "- Interpreter: not found yet", "uk": "- Переклад: ще не знайдено"}
        assert words[language] in text_of(request, "speaker/confirmed")
        assert words["en"] in text_of(request, "speaker/booked")
        rows = [label for label, _ in settled(request, "en", NOW.date()).rows]
        assert "Interpreter" in rows
        assert beside.NO_INTERPRETER in beside.lines(request, NOW.date())
        perform(request, "ask-interpreter", minutes=2, speakers=str(an_interpreter().id))
        assert any("asked and not booked yet" in line for line in beside.lines(request, NOW.date()))
        perform(request, "interpreter-accepts", SPEAKER, minutes=3, accepted="2027-01-14")
        assert dict(settled(request, "en", NOW.date()).rows)["Interpreter"] == "found"
        assert not any("nterpreter" in line for line in beside.lines(request, NOW.date()))


def test_nobody_is_offered_by_video_what_is_by_video_already(app: Flask) -> None:
    with app.app_context():
        request = filed()
        perform(request, "ask-speakers", speakers=str(registered(NOW, "iryna@example.org", name="Iryna Vesna").id))
        perform(request, "confirm", minutes=1, **DAY)
        perform(request, "speaker-dropped-out", minutes=2)
        letter = text_of(request, "speaker/dropped-out")
        assert "Would a later date also help you?" in letter
        assert "video" not in letter
