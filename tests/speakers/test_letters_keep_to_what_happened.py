"""The letters of a speaker request say what has happened, to the one whom it has happened to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from portal.extensions import db
from portal.speakers.facts import facts
from portal.submissions import actions, intake, turns
from portal.submissions.actions import WrongAnswerError
from portal.submissions.fields import said_time
from portal.submissions.timeline import Viewer, timeline
from portal.submissions.times import understand_time
from portal.submissions.workflow import Actor
from tests.submissions.entries import BRANCH, COORDINATOR, NOW, affiliation_answers, day, speaker_answers
from tests.submissions.walks import letters_of, move, text_of

NEXT = {"speaker_name": "Petro Lys", "speaker_email": "petro@example.org", "speaker_language": "en"}
LATER = datetime(2027, 2, 20, 10, 0, tzinfo=UTC)


def filed(**changed: Any) -> Any:
    """A speaker request as filed."""
    return intake.file(db.session(), "speaker", speaker_answers(**changed), now=NOW, language="en", by=BRANCH)


@pytest.mark.parametrize(("leaving", "by"), [("withdraw", BRANCH), ("decline", COORDINATOR)])
def test_who_was_asked_reads_that_nobody_is_needed_and_not_that_they_may_still_come(
    app: Flask, leaving: str, by: Any
) -> None:
    with app.app_context():
        request = filed(date_2="21 January 2027", time_2="18:00")
        move(request, "offer", speaker_language="en")
        move(request, leaving, by=by)
        letter = text_of(request, "speaker/no-longer-needed")
        assert "no speaker is needed any more" in letter
        assert "Thursday 14 January 2027" in letter
        assert "Thursday 21 January 2027" in letter, "all the days they were asked for"
        assert "Because of a clash of dates." not in letter
        assert "speaker/offer-over" not in [name for name, _ in letters_of(request)]


@pytest.mark.parametrize(("where", "by_video"), [("in-person", True), ("online", False)])
def test_a_branch_that_is_declined_is_offered_something_else(app: Flask, where: str, by_video: bool) -> None:
    with app.app_context():
        request = filed(meeting_format=where, contact_phone="0191 498 0123")
        move(request, "decline", by=COORDINATOR, reason="We only serve unions.")
        letter = " ".join(text_of(request, "speaker/declined").split())
        assert "We only serve unions." in letter
        for other in ("Another date.", "A recorded message", "/model-motion"):
            assert other in letter
        assert ("A talk by video" in letter) is by_video


@pytest.mark.parametrize(("lives_in", "is_warned"), [("uk", False), ("ukraine", True)])
def test_nobody_whom_the_register_knows_in_britain_is_asked_whether_they_join_from_ukraine(
    app: Flask, lives_in: str, is_warned: bool
) -> None:
    with app.app_context():
        request = filed(meeting_format="online")
        move(request, "offer", speaker_language="en")
        speaker = request.offers[0].speaker
        speaker.lives_in, speaker.confirmed_at = lives_in, NOW
        move(request, "confirm")
        assert ("Are you joining from Ukraine?" in text_of(request, "speaker/booked")) is is_warned
        assert ("If they join from Ukraine" in text_of(request, "speaker/confirmed")) is is_warned


def test_the_branch_reads_of_a_no_in_the_letter_about_the_next_speaker(app: Flask) -> None:
    with app.app_context():
        request = filed()
        move(request, "offer")
        move(request, "speaker-declined")
        move(request, "offer", **NEXT)
        names = [name for name, _ in letters_of(request)]
        assert (names.count("speaker/offered"), names.count("speaker/offered-again")) == (1, 1)
        assert "The person we asked before cannot come" in text_of(request, "speaker/offered-again")
        asked = [
            line for line in timeline(db.session(), request, Viewer.COORDINATOR) if "asked a speaker" in line.title
        ]
        assert [line.body for line in asked] == ["Petro Lys, petro@example.org", "Olha Savchenko, olha@example.org"]
        for line in timeline(db.session(), request, Viewer.BRANCH):
            assert "Petro" not in line.title + line.body
        move(request, "withdraw", by=BRANCH)
        move(request, "reopen")
        db.session.execute(db.text("UPDATE speakers SET confirmed_at = created_at"))
        db.session.expire_all()
        move(request, "offer", although="Their shifts have changed.")
        assert [name for name, _ in letters_of(request)].count("speaker/offered") == 2, "nobody has said no since"


def test_a_request_that_is_opened_after_its_day_asks_for_a_new_one(app: Flask) -> None:
    with app.app_context():
        request = filed()
        move(request, "withdraw", by=BRANCH)
        move(request, "reopen", now=LATER)
        assert request.meeting_on is None
        assert request.lacks_date
        letter = text_of(request, "common/reopened")
        assert "Please tell us the new date by Friday 26 February 2027." in letter
        with pytest.raises(WrongAnswerError) as refused:
            actions.perform(db.session(), request, "offer", by=COORDINATOR, now=LATER, answers=NEXT)
        assert "14 January 2027 has passed" in refused.value.sentence


def test_a_meeting_that_is_opened_again_has_no_speaker_and_its_branch_reads_so(app: Flask) -> None:
    with app.app_context():
        request = filed()
        for name in ("offer", "confirm", "cancel", "reopen"):
            move(request, name)
        letter = " ".join(text_of(request, "common/reopened").split())
        assert "It is about your meeting: Thursday 14 January 2027, doors 7pm, start 7.30pm." in letter
        assert "No speaker is booked for it now, and we look for one." in letter


def test_nobody_is_asked_for_an_hour_that_has_begun(app: Flask) -> None:
    with app.app_context():
        request = filed()
        begun = datetime(2027, 1, 14, 20, 0, tzinfo=UTC)
        with pytest.raises(WrongAnswerError) as refused:
            actions.perform(db.session(), request, "offer", by=COORDINATOR, now=begun, answers=NEXT)
        assert "14 January 2027 has passed" in refused.value.sentence
        assert "speaker/offer" not in [name for name, _ in letters_of(request)]


@pytest.mark.parametrize(("asked_on", "until"), [(11, 13), (13, 13), (14, 14)])
def test_an_answer_is_asked_for_before_the_meeting(app: Flask, asked_on: int, until: int) -> None:
    with app.app_context():
        request = filed()
        morning = datetime(2027, 1, asked_on, 9, 0, tzinfo=UTC)
        actions.perform(db.session(), request, "offer", by=COORDINATOR, now=morning, answers=NEXT)
        assert [each.answer_by for each in request.asked_now] == [day(f"2027-01-{until}")]


def test_a_later_day_of_the_branch_still_stands_after_reopening(app: Flask) -> None:
    with app.app_context():
        request = filed(date_2="4 March 2027", time_2="18:00")
        move(request, "withdraw", by=BRANCH)
        move(request, "reopen", now=LATER)
        assert request.meeting_on == day("2027-03-04")
        assert "Please look through what you told us" in text_of(request, "common/reopened")


def test_nobody_is_booked_for_an_hour_that_is_over(app: Flask) -> None:
    with app.app_context():
        request = filed()
        move(request, "offer")
        answers = {"confirmed_on": "2026-11-22", "confirmed_time": "06:00", "agreed": "By telephone"}
        with pytest.raises(WrongAnswerError) as refused:
            actions.perform(db.session(), request, "confirm", by=COORDINATOR, now=NOW, answers=answers)
        assert refused.value.name == "confirmed_time"


def test_deadlines_are_days(app: Flask) -> None:
    with app.app_context():
        request = filed()
        move(request, "offer", speaker_language="en")
        assert "Please answer by Wednesday 25 November 2026:" in text_of(request, "speaker/offer")
        assert "answer by Wednesday 25 November 2026" in text_of(request, "speaker/offered")


def test_a_place_is_not_named_twice(app: Flask) -> None:
    with app.app_context():
        request = filed(meeting_format="in-person", contact_phone="0191 498 0171")
        request.venue, request.town = "Swarthmore Centre, 2-7 Woodhouse Square, leeds", "Leeds"
        request.venue_postcode = "LS1 4AP"
        assert request.place == "Swarthmore Centre, 2-7 Woodhouse Square, leeds, LS1 4AP"
        request.venue = "Leedsway Hall"
        assert request.place == "Leedsway Hall, Leeds, LS1 4AP"


@pytest.mark.parametrize(
    ("typed", "english", "ukrainian"),
    [
        ("30", "about 30 people", "близько 30 осіб"),
        ("about 1,200", "about 1,200 people", "близько 1 200 осіб"),
        ("1", "about 1 person", "близько 1 особи"),
        ("20-25", "about 20–25 people", "близько 20–25 осіб"),
        ("about 40 to 60 people", "about 40–60 people", "близько 40–60 осіб"),
        ("a full hall", "a full hall", "a full hall"),
    ],
)
def test_how_many_come_is_said_in_words(app: Flask, typed: str, english: str, ukrainian: str) -> None:
    with app.app_context():
        request = filed()
        request.audience_size, request.audience = typed, ""
        assert facts(request, "en")["audience"] == english
        assert facts(request, "uk")["audience"].replace("\xa0", " ") == ukrainian
        # The offer tells a number, but none of the branch's words.
        assert facts(request, "en")["offered_audience"] == (english if typed != "a full hall" else "")


def test_a_time_has_one_clock(app: Flask) -> None:
    with app.app_context():
        assert said_time("half seven", understand_time("half seven").start) == "half seven (starts 7.30pm)"
        assert said_time("13pm", understand_time("13pm").start) == "13pm (starts 1pm)"
        assert said_time("7.30pm", understand_time("7.30pm").start) == "7.30pm"


@pytest.mark.parametrize("is_affiliated", [False, True])
def test_the_last_letter_leads_to_what_the_branch_has_not_done_yet(app: Flask, is_affiliated: bool) -> None:
    with app.app_context():
        request = filed()
        if is_affiliated:
            form = affiliation_answers(union="num", branch_name="Durham Area", postcode="DH1 4BE")
            other = intake.file(db.session(), "affiliation", form, now=NOW, language="en", by=BRANCH)
            assert other.branch_id == request.branch_id
        for name in ("offer", "confirm", "held", "report"):
            move(request, name)
        letter = text_of(request, "speaker/completed")
        assert "How many came: 40 people" in letter
        assert "/twin" in letter
        assert ("/affiliate" in letter) != is_affiliated


@pytest.mark.parametrize(
    ("meeting_format", "travels", "calls", "may_choose"),
    [("in-person", True, False, False), ("online", False, True, False), ("either", True, True, True)],
)
def test_a_speaker_reads_of_travel_only_in_a_room_and_of_calls_only_online(
    app: Flask, meeting_format: str, travels: bool, calls: bool, may_choose: bool
) -> None:
    with app.app_context():
        request = filed(meeting_format=meeting_format, contact_phone="0191 498 0171", date_2="", time_2="")
        move(request, "offer", speaker_language="en")
        assert ("Would you rather speak by video?" in text_of(request, "speaker/offer")) is may_choose
        move(request, "confirm")
        booked = text_of(request, "speaker/booked")
        assert ("help with travel" in booked) is travels
        assert ("If the call breaks" in booked) is calls
        assert ("plan-b" in [each.name for each in turns.open_to(request, Actor.COORDINATOR)]) is calls
        move(request, "held")
        assert ("travel costs" in text_of(request, "speaker/thanks")) is travels
