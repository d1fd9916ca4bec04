"""What becomes of an offer, and what the letters may say of the meeting."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.extensions import db
from portal.speakers import bookings, meeting_facts
from portal.speakers.arranged import arranged
from portal.speakers.facts import facts
from portal.submissions import actions, intake
from portal.submissions.actions import NotPermittedError, WrongAnswerError
from portal.submissions.forms import FormContext
from portal.submissions.moves import move_form
from portal.submissions.registry import kind
from portal.submissions.timeline import Viewer, timeline
from tests.submissions.entries import BRANCH, COORDINATOR, NOW, TODAY, context, day, speaker_answers
from tests.submissions.walks import letters_of, move, text_of


def filed(**changed: Any) -> Any:
    """A speaker request as filed."""
    return intake.file(db.session(), "speaker", speaker_answers(**changed), now=NOW, language="en", by=BRANCH)


def test_a_released_speaker_is_thanked_and_the_next_one_takes_their_place(app: Flask) -> None:
    with app.app_context():
        request = filed()
        move(request, "offer")
        assert request.speaker_name == "Olha Savchenko"
        move(request, "speaker-declined")
        assert letters_of(request)[-1] == ("speaker/offer-over", "olha@example.org")
        move(request, "offer", speaker_name="Petro Lys", speaker_email="petro@example.org", speaker_language="en")
        assert request.speaker_name == "Petro Lys"
        assert ("speaker/offer", "petro@example.org") in letters_of(request)


def test_confirming_fixes_day_and_hour(app: Flask) -> None:
    with app.app_context():
        request = filed()
        move(request, "offer")
        move(request, "confirm", confirmed_on="21 January 2027", confirmed_time="half six", agreed="By telephone")
        assert (request.meeting_on, request.confirmed_time) == (day("2027-01-21"), time(18, 30))
        assert "Thursday 21 January 2027, 6.30pm" in text_of(request, "speaker/confirmed")
        booked = text_of(request, "speaker/booked")
        assert "четвер, 21 січня 2027 року" in booked
        move(request, "change-meeting", confirmed_on="28 January 2027", confirmed_time="19:00")
        assert request.meeting_on == day("2027-01-28")
        move(request, "speaker-dropped-out")
        assert (request.meeting_on, request.confirmed_time) == (day("2027-01-28"), time(19, 0))
        assert "The branch has been told" in text_of(request, "speaker/dropped-out-team")
        for letter in ("speaker/dropped-out", "speaker/dropped-out-team"):
            assert "Thursday 28 January 2027, 7pm" in text_of(request, letter)
        assert "четвер, 28 січня 2027 року, 19:00" in text_of(request, "speaker/offer-over")


def test_what_is_agreed_already_is_no_change(app: Flask) -> None:
    with app.app_context():
        request = filed()
        for name in ("offer", "confirm"):
            move(request, name)
        letters = len(letters_of(request))
        with pytest.raises(WrongAnswerError) as refused:
            move(request, "change-meeting", confirmed_on="14 January 2027")
        assert (refused.value.name, refused.value.sentence) == ("confirmed_on", bookings.UNCHANGED)
        assert len(letters_of(request)) == letters


def test_the_history_says_from_when_to_when_a_meeting_was_moved(app: Flask) -> None:
    with app.app_context():
        request = filed()
        for name in ("offer", "confirm"):
            move(request, name)
        move(request, "change-meeting", confirmed_on="28 January 2027", confirmed_time="8pm", agreed="")
        assert "- Until now: Thursday 14 January 2027, 7.30pm" in text_of(request, "speaker/changed")
        assert "- Досі було: четвер, 14 січня 2027 року, 19:30" in text_of(request, "speaker/changed-speaker")
        for viewer in Viewer:
            moved, confirmed = [
                line.body
                for line in timeline(db.session(), request, viewer)
                if line.title in ("The date or time was changed", "The speaker was confirmed")
            ]
            assert moved == "Thursday 28 January 2027, 8pm (before: Thursday 14 January 2027, 7.30pm)"
            # How somebody agreed who has not answered on their page is for us alone.
            how = ". By telephone this morning." if viewer is Viewer.COORDINATOR else ""
            assert confirmed == f"Thursday 14 January 2027, 7.30pm{how}"


def test_the_next_speaker_is_offered_what_was_agreed_and_not_the_old_dates(app: Flask) -> None:
    with app.app_context():
        request = filed(date_2="21 January 2027", time_2="18:00")
        move(request, "offer")
        move(request, "confirm")
        move(request, "change-meeting", confirmed_on="28 January 2027", confirmed_time="19:00")
        move(request, "speaker-dropped-out")
        move(request, "offer", speaker_name="Petro Lys", speaker_email="petro@example.org", speaker_language="en")
        offer = text_of(request, "speaker/offer")
        assert "- Thursday 28 January 2027, 7pm" in offer
        assert "14 January" not in offer
        assert "21 January" not in offer
        # Other dates of the branch take the place of what was agreed with somebody who cannot come.
        raw = intake.answers_of(request)["meeting"] | {"date_1": "4 February 2027", "date_2": "", "time_2": ""}
        intake.amend_from(db.session(), request, "meeting", raw, by=BRANCH, now=NOW, context=FormContext(TODAY))
        assert (request.meeting_on, request.confirmed_time) == (day("2027-02-04"), None)
        assert "4 February" in facts(request, "en")["meeting_dates"]


def test_a_meeting_that_did_not_take_place_closes_with_its_reason(app: Flask) -> None:
    with app.app_context():
        request = filed()
        for name in ("offer", "confirm", "held"):
            move(request, name)
        move(request, "not-held", reason="The caretaker forgot the key.")
        assert (request.state, request.is_open) == ("cancelled", False)
        assert letters_of(request)[-2:] == [
            ("speaker/not-held", "jean@example.org"),
            ("speaker/not-held-speaker", "olha@example.org"),
        ]
        assert "The caretaker forgot the key." in text_of(request, "speaker/not-held")
        assert "caretaker" not in text_of(request, "speaker/not-held-speaker")
        later = NOW + timedelta(days=90)
        move(request, "reopen", now=later)
        # The day that was agreed is over: the next speaker is asked for another one.
        assert request.confirmed_time is None


@pytest.mark.parametrize(
    ("recording", "asks", "tells"),
    [("", True, False), ("not-sure", True, False), ("yes", False, True), ("no", False, False)],
)
def test_the_speaker_learns_what_the_branch_said(app: Flask, recording: str, asks: bool, tells: bool) -> None:
    with app.app_context():
        request = filed(
            meeting_format="in-person",
            contact_phone="0191 498 0171",
            venue_access="Ramp at the back; ring the bell",
            audience_size="40",
            audience="open",
        )
        request.contested, request.contested_note = "not-sure", "Two members may speak against."
        request.press, request.recording = "not-sure", recording
        move(request, "offer", speaker_language="en")
        move(request, "confirm")
        told = ("- Press: Not sure yet", "The branch is not sure whether the meeting will be contested.")
        own = (
            "- Access, parking and the nearest station: Ramp at the back; ring the bell",
            "- Who will be there: about 40 people, open to everybody",
            "Two members may speak against.",
        )
        for name, all_said in (("speaker/offer", told), ("speaker/booked", told + own)):
            letter = text_of(request, name)
            for said in all_said:
                assert said in letter, (name, said)
            assert ("- Recorded, streamed or photographed:" in letter) == bool(recording)
        booked = text_of(request, "speaker/booked")
        assert ("May people take photographs or record you?" in booked) == asks
        assert ("Tell us if you would rather not be recorded" in booked) == tells


@pytest.mark.parametrize(("link", "is_to_come"), [("", True), ("https://zoom.example.org/j/1", False)])
def test_a_speaker_who_joins_online_reads_so_once_and_from_whom_the_link_comes(
    app: Flask, link: str, is_to_come: bool
) -> None:
    with app.app_context():
        request = filed(meeting_format="online", venue="", joining_link=link)
        move(request, "offer", speaker_language="en")
        move(request, "confirm")
        booked = text_of(request, "speaker/booked")
        assert "- Where: online" in booked
        assert "- Format:" not in booked + text_of(request, "speaker/confirmed")
        said = "The link to join online is still to come. The branch sends it to us" in " ".join(booked.split())
        assert said is is_to_come
        rows = {row["label"] for row in meeting_facts.rows(request, "en", is_booked=True)}
        assert "Format" not in rows
        assert ("The link to join" in rows) is is_to_come


def test_a_meeting_is_never_confirmed_for_a_day_that_is_over(app: Flask) -> None:
    with app.app_context():
        request = filed()
        move(request, "offer")
        confirm = kind("speaker").workflow.transition("confirm")
        form = move_form(confirm).from_raw({"confirmed_on": "1 May 2026", "confirmed_time": "7pm"}, context())
        assert not form.validate()
        assert "has passed" in str(form.errors["confirmed_on"][0])
        with pytest.raises(bookings.MeetingHasPassedError):
            bookings.confirm(
                request, {"confirmed_on": "2026-05-01", "confirmed_time": "19:00", "agreed": "By telephone"}, NOW
            )


def test_a_confirmed_day_is_not_changed_by_a_correction(app: Flask) -> None:
    with app.app_context():
        request = filed()
        move(request, "offer")
        move(request, "confirm")
        raw = intake.answers_of(request)["meeting"] | {"date_1": "4 February 2027", "venue": "Redhills"}
        intake.amend_from(db.session(), request, "meeting", raw, by=COORDINATOR, now=NOW, context=FormContext(TODAY))
        assert request.venue == "Redhills"
        assert request.meeting_on == day("2027-01-14")


def test_nobody_can_say_that_a_meeting_was_held_before_its_day(app: Flask) -> None:
    with app.app_context():
        request = filed()
        for name in ("offer", "confirm"):
            move(request, name)
        # It begins at half past seven in London, when it is half past nine in Kyiv, and has been held an hour later.
        begins = datetime(2027, 1, 14, 19, 30, tzinfo=UTC)
        for moment in (begins - timedelta(minutes=30), begins + timedelta(minutes=59)):
            with pytest.raises(NotPermittedError):
                actions.perform(db.session(), request, "held", by=COORDINATOR, now=moment)
        actions.perform(db.session(), request, "held", by=COORDINATOR, now=begins + timedelta(hours=1))
        assert request.state == "held"


def test_the_report_keeps_what_was_told(app: Flask) -> None:
    with app.app_context():
        request = filed()
        for name in ("offer", "confirm"):
            move(request, name)
        later = NOW + timedelta(days=60)
        move(request, "held", now=later)
        move(request, "report", now=later, attended="", outcome="")
        assert (request.attended, request.outcome, request.state) == (None, "", "closed")


def test_facts_of_a_full_request_in_both_languages(app: Flask) -> None:
    with app.app_context():
        request = filed(
            date_2="Thurs 21 Jan", time_2="after 6", title="Branch AGM", meeting_format="in-person", venue="Redhills",
            town="Durham", contact_phone="0191 498 0171", audience_size="20-25", audience="members",
        )  # fmt: skip
        request.topics, request.topics_other = ["rail"], "VPZU"
        request.talk_minutes, request.question_minutes = 20, 15
        request.can_pay, request.pay_note, request.contested = ["travel"], "£50 petrol", "yes"
        english = facts(request, "en")
        assert english["meeting"] == "Branch AGM"
        assert english["meeting_dates"].split("\n") == [
            "- Thursday 14 January 2027, doors 7pm, start 7.30pm",
            "- Thursday 21 January 2027, after 6",
        ]
        assert english["meeting_when"] == "Thursday 14 January 2027, doors 7pm, start 7.30pm"
        assert english["meeting_when_kyiv"] == ""
        request.meeting_format = "either"
        assert facts(request, "en")["meeting_when_kyiv"] == "9.30pm in Kyiv"
        request.meeting_format = "in-person"
        assert english["meeting_place"] == "Redhills, Durham"
        assert english["audience"] == "about 20–25 people, members only"
        assert english["topics"] == "Railway workers; VPZU"
        assert english["talk_length"] == "20 minutes and 15 for questions"
        assert english["expenses"] == "Travel; £50 petrol"
        assert english["region"] == "North East"
        assert english["is_contested"]
        ukrainian = facts(request, "uk")
        assert set(ukrainian) == set(english)
        assert ukrainian["meeting_when"] == "четвер, 14 січня 2027 року, збираються о 19:00, початок о 19:30"
        assert ukrainian["topics"] == "Залізничники; VPZU"


def test_facts_of_a_bare_request_are_empty_texts(app: Flask) -> None:
    with app.app_context():
        request = filed(date_1="", time_1="", date_rule="2nd Tuesday", meeting_format="")
        told = facts(request, "en")
        assert all(isinstance(value, str) for value in told.values())
        assert told["meeting_when"] == "2nd Tuesday"
        assert told["meeting_when_kyiv"] == told["talk_length"] == told["sector"] == ""


def test_an_offer_tells_the_kind_of_meeting_but_not_its_name(app: Flask) -> None:
    with app.app_context():
        request = filed(title="Annual dinner of the Easington miners", event_kind="agm")
        move(request, "offer", speaker_language="en")
        offer = text_of(request, "speaker/offer")
        assert "Easington" not in offer
        assert "- Kind of event: Annual general meeting" in offer
        move(request, "confirm")
        assert "Annual dinner of the Easington miners" in text_of(request, "speaker/booked")


def test_an_offer_holds_nothing_that_the_branch_typed_itself(app: Flask) -> None:
    """The speaker learns who the branch is once the talk is agreed; any text of its own may say so before."""
    with app.app_context():
        request = filed(time_1="after the Redhills AGM", date_rule="the Redhills Tuesday")
        for name in (
            "title", "venue", "venue_access", "platform", "audience_size", "topics_other", "needs_note", "pay_note",
            "contested_note", "notes",
        ):  # fmt: skip
            setattr(request, name, "Redhills")
        request.audience, request.topics, request.can_pay, request.needs = "open", ["rail"], ["travel"], ["captions"]
        request.contested = "yes"
        move(request, "offer", speaker_language="en")
        letter = text_of(request, "speaker/offer")
        assert "Redhills" not in letter
        for said in (
            "- Thursday 14 January 2027",
            "- Who will be there: Whoever would like to come",
            "may be contested",
        ):
            assert said in letter, said


@pytest.mark.parametrize("moves", [("held", "report"), ("cancel",)])
def test_what_was_agreed_stands_when_dates_are_corrected_afterwards(app: Flask, moves: tuple[str, ...]) -> None:
    with app.app_context():
        request = filed()
        for name in ("offer", "confirm", *moves):
            move(request, name)
        assert request.state in bookings.BOOKED
        agreed = (request.meeting_on, request.confirmed_time)
        raw = intake.answers_of(request)["meeting"] | {"date_1": "4 February 2027"}
        intake.amend_from(db.session(), request, "meeting", raw, by=BRANCH, now=NOW, context=FormContext(TODAY))
        assert (request.meeting_on, request.confirmed_time) == agreed
        assert ("Was agreed for" if moves == ("cancel",) else "Agreed for") in dict(arranged(request))


@pytest.mark.parametrize(
    ("contested", "said"),
    [
        ("", "The branch has not said whether the meeting will be contested."),
        ("no", "The branch does not expect the meeting to be contested."),
        ("yes", "The meeting may be contested: the branch expects people who disagree."),
    ],
)
def test_a_briefing_says_whether_the_meeting_is_contested_also_where_nobody_has_said(
    app: Flask, contested: str, said: str
) -> None:
    with app.app_context():
        request = filed(talk_minutes="", question_minutes="")
        request.contested, request.talk_minutes, request.speaker_language = contested, None, "en"
        move(request, "offer", speaker_language="en")
        move(request, "confirm")
        booked = text_of(request, "speaker/booked")
        assert said in booked
        assert "- Time to speak: the branch has not said yet" in booked
