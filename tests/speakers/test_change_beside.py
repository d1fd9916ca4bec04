"""A meeting changes: whoever is booked beside the speaker is asked whether that suits them, as the speaker is."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.emails import links
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.sealed import digest
from portal.speakers import diary, feed_entries, reports
from portal.speakers.engagements import INTERPRETER, PARTNER, STAND_BY, BookedSlot, Offer
from portal.speakers.models import SpeakerRequest
from portal.speakers.settling import settled
from portal.submissions import actions, intake, reminders
from portal.submissions.day_words import by_today_or
from portal.submissions.old_letters import day_passed
from portal.submissions.work import Task
from portal.submissions.workflow import Actor
from tests.conftest import csrf_token
from tests.submissions.entries import BRANCH, COORDINATOR, NOW, speaker_answers
from tests.submissions.walks import letters_of, registered, text_of

SPEAKER = actions.Mover(Actor.SPEAKER)
DAY = {"confirmed_on": "2027-01-14", "confirmed_time": "19:00", "agreed": "By telephone", "may_name_me": "yes"}
MOVED = {"confirmed_on": "2027-01-21", "confirmed_time": "19:00"}
ROLES = (STAND_BY, INTERPRETER, PARTNER)
LETTER = {
    STAND_BY: "speaker/stand-by-changed",
    INTERPRETER: "speaker/interpreter-meeting",
    PARTNER: "speaker/partner-meeting",
}
ADDRESS = "beside@example.org"


def perform(request: Any, name: str, by: Any = COORDINATOR, minutes: int = 0, **answers: str) -> Any:
    return actions.perform(db.session(), request, name, by=by, now=NOW + timedelta(minutes=minutes), answers=answers)


def booked_with(role: str) -> Any:
    """A request with a speaker, and somebody booked beside them in a role."""
    typed = speaker_answers(meeting_format="online")
    request = intake.file(db.session(), "speaker", typed, now=NOW, language="en", by=BRANCH)
    perform(request, "ask-speakers", speakers=str(registered(NOW, "petro@example.org", experience="new").id))
    perform(request, "confirm", minutes=1, **DAY)
    how = {"kind": "interpreter", "languages": {"en": "fluent", "uk": "fluent"}} if role == INTERPRETER else {}
    them = registered(NOW, ADDRESS, name="Rhodri Price", experience="seasoned", **how)
    perform(request, f"ask-{role}", minutes=2, speakers=str(them.id))
    perform(request, f"{role}-accepts", SPEAKER, minutes=3, may_name_me="yes")
    return request


def beside(request: Any) -> Any:
    return request.asked_beside[0]


def to_them(request: Any) -> list[str]:
    return [template for template, to in letters_of(request) if to == ADDRESS]


def calendars() -> list[str]:
    """What stood in the last files that went to them: whether the meeting is certain."""
    told = select(OutboxEmail.calendar).where(
        OutboxEmail.to_digest == digest(ADDRESS), OutboxEmail.calendar.is_not(None)
    )
    files = db.session.scalars(told.order_by(OutboxEmail.id))
    return ["tentative" if "STATUS:TENTATIVE" in each else "confirmed" for each in files if each]


def open_tasks(request: Any) -> list[str]:
    wanted = select(Task.about).where(Task.submission_id == request.id, Task.done_at.is_(None))
    return [about for about in db.session.scalars(wanted) if "has not said whether that suits them" in about]


@pytest.mark.parametrize("role", ROLES)
def test_another_day_is_asked_of_whoever_is_booked_beside_the_speaker(app: Flask, role: str) -> None:
    with app.app_context():
        request = booked_with(role)
        perform(request, "change-meeting", minutes=9, **MOVED)
        letter = text_of(request, LETTER[role])
        assert "- Until now: Thursday 14 January 2027, 7pm" in letter
        assert "Please say so on your page by" in letter
        assert beside(request).is_asked_again
        assert request.beside_answer_by == beside(request).answer_by
        assert {each.role for each in request.bookings if each.state == "booked"} == {"speaker", role}
        assert calendars()[-1] == "tentative"


def test_today_is_said_in_ukrainian_as_people_say_it() -> None:
    day, text = date(2026, 11, 25), "Просимо відповісти до {}: «так» чи «ні»."
    said = text.format(by_today_or(day, day, "uk"))
    assert "до сьогоднішньої середи, 25 листопада 2026 року" in said
    assert by_today_or(date(2026, 11, 23), date(2026, 11, 23), "uk").startswith("сьогоднішнього понеділка")
    assert day_passed(said, date(2026, 11, 26), day)


@pytest.mark.parametrize("role", ROLES)
def test_on_the_eve_the_letter_says_that_the_day_to_answer_is_today(app: Flask, role: str) -> None:
    with app.app_context():
        request = booked_with(role)
        tomorrow = NOW.date() + timedelta(days=1)
        perform(request, "change-meeting", minutes=9, confirmed_on=tomorrow.isoformat(), confirmed_time="19:00")
        today = by_today_or(NOW.date(), NOW.date(), "en")
        assert f"Please say so on your page by {today}: yes or no" in text_of(request, LETTER[role])
        assert "Please reply by today, " in text_of(request, "speaker/changed")
        assert day_passed(text_of(request, LETTER[role]), tomorrow, NOW.date()), "it does not leave tomorrow"


@pytest.mark.parametrize("role", ROLES)
def test_their_calendar_is_certain_once_both_have_agreed(app: Flask, role: str) -> None:
    with app.app_context():
        request = booked_with(role)
        perform(request, "change-meeting", minutes=9, **MOVED)
        before = len(to_them(request))
        perform(request, "speaker-keeps", SPEAKER, minutes=10)
        assert len(to_them(request)) == before, "they are asked already, and have still to answer"
        perform(request, f"{role}-accepts", SPEAKER, minutes=11, may_name_me="yes")
        assert calendars()[-1] == "confirmed"
        assert request.beside_answer_by is None
        them = beside(request).speaker
        assert not any(each.is_tentative for each in feed_entries.of_speaker(db.session(), them, NOW))


@pytest.mark.parametrize("role", ROLES)
def test_a_yes_before_the_speakers_is_told_once_the_speaker_agrees(app: Flask, role: str) -> None:
    with app.app_context():
        request = booked_with(role)
        perform(request, "change-meeting", minutes=9, **MOVED)
        perform(request, f"{role}-accepts", SPEAKER, minutes=10, may_name_me="yes")
        assert calendars()[-1] == "tentative"
        perform(request, "speaker-keeps", SPEAKER, minutes=11)
        assert to_them(request)[-1] == LETTER[role]
        assert calendars()[-1] == "confirmed"
        assert len({each.booking_id for each in db.session.scalars(select(BookedSlot))}) == 2


@pytest.mark.parametrize("role", ROLES)
def test_silence_does_not_count_as_coming(app: Flask, role: str) -> None:
    with app.app_context():
        request = booked_with(role)
        perform(request, "change-meeting", minutes=9, agreed="By telephone", **MOVED)
        for day in range(1, 20):
            now = NOW + timedelta(days=day, hours=1)
            for number in reminders.ready(db.session(), now):
                reminders.remind(db.session(), number, now)
        assert to_them(request).count(f"speaker/{role}-reminder") == 1
        letter = text_of(request, f"speaker/{role}-reminder")
        assert "The meeting has changed since you said yes" in letter
        assert "If we hear nothing by then, we telephone you." in letter
        assert f"speaker/{role}-over" not in to_them(request)
        assert len(open_tasks(request)) == 1
        assert beside(request).is_asked_again
        perform(request, f"{role}-accepts", minutes=60 * 24 * 21, may_name_me="yes")
        assert open_tasks(request) == []


@pytest.mark.parametrize("role", ROLES)
def test_whoever_is_booked_elsewhere_then_reads_that_they_are_free(app: Flask, role: str) -> None:
    with app.app_context():
        request = booked_with(role)
        them = beside(request).speaker
        elsewhere = intake.file(
            db.session(), "speaker", speaker_answers(branch_name="Leeds"), now=NOW, language="en", by=BRANCH
        )
        elsewhere.meeting_on, elsewhere.confirmed_time = date(2027, 1, 21), time(19)
        diary.book(db.session(), elsewhere, Offer(speaker=them, speaker_id=them.id), NOW)
        perform(request, "change-meeting", minutes=9, **MOVED)
        letter = text_of(request, LETTER[role])
        assert "You need not keep any time free".lower() in letter.lower()
        assert "you come?" not in letter
        assert "Please keep" not in letter


@pytest.mark.parametrize("role", ROLES)
def test_they_answer_the_change_on_their_page(app: Flask, client: FlaskClient, role: str) -> None:
    with app.app_context():
        request = booked_with(role)
        perform(request, "change-meeting", minutes=9, **MOVED)
        path = links.path_of(links.issue(db.session(), "offer", beside(request).id, NOW))
        db.session.commit()
    page = client.get(path).text
    assert "The meeting has changed: does it suit you?" in page
    assert "You are booked to speak" not in page
    assert "Thursday 21 January 2027" in page
    answer = client.post(f"{path}/yes", data={"csrf_token": csrf_token(page), "for": "2027-01-21 19:00"})
    assert answer.status_code == 303
    page = client.get(path).text
    assert "does it suit you?" not in page
    assert "I cannot come after all" in page
    with app.app_context():
        found = db.session.merge(request)
        assert beside(found).may_name_me
        assert beside(found).state == "confirmed"


@pytest.mark.parametrize("role", [INTERPRETER, PARTNER])
def test_their_no_reaches_branch_and_speaker_at_once(app: Flask, role: str) -> None:
    with app.app_context():
        request = booked_with(role)
        perform(request, "change-meeting", minutes=9, **MOVED)
        before = len(letters_of(request))
        perform(request, f"{role}-declines", SPEAKER, minutes=10)
        assert sorted(template for template, _ in letters_of(request)[before:]) == [
            f"speaker/{role}-gone",
            f"speaker/{role}-news",
            f"speaker/{role}-over",
        ]
        assert "look for" in text_of(request, f"speaker/{role}-gone")
        assert "look for" in text_of(request, f"speaker/{role}-news")


def test_the_speaker_hears_of_an_interpreter_once(app: Flask) -> None:
    with app.app_context():
        request = booked_with(INTERPRETER)
        assert "An interpreter is found for your meeting" in text_of(request, "speaker/interpreter-news")
        perform(request, "change-meeting", minutes=9, **MOVED)
        perform(request, "interpreter-accepts", SPEAKER, minutes=10)
        assert [template for template, _ in letters_of(request)].count("speaker/interpreter-news") == 1


@pytest.mark.parametrize("role", ROLES)
def test_another_speaker_for_the_same_day_asks_nothing_of_them(app: Flask, role: str) -> None:
    with app.app_context():
        request = booked_with(role)
        perform(request, "speaker-dropped-out", SPEAKER, minutes=9)
        perform(request, "ask-speakers", minutes=10, speakers=str(registered(NOW, "new@example.org").id))
        perform(request, "confirm", minutes=11, **DAY)
        assert not beside(request).is_asked_again
        page = dict(settled(request, "en", NOW.date()).rows)
        assert ("Comes along" in page) == (role == PARTNER)


def test_one_who_still_has_time_is_not_let_go_with_another(app: Flask) -> None:
    with app.app_context():
        request = booked_with("interpreter")
        perform(request, "change-meeting", minutes=9, agreed="By telephone", **MOVED)
        first = beside(request).answer_by
        eve = (first - NOW.date()).days - 1
        other = registered(NOW, "sid@example.org", name="Sid Bywater", experience="seasoned")
        perform(request, "ask-stand-by", minutes=60 * 24 * eve, speakers=str(other.id))
        (asked,) = (each for each in request.offers if each.role == "stand-by")
        assert asked.answer_by > first
        now = NOW + timedelta(days=eve + 2, hours=2)
        for number in reminders.ready(db.session(), now):
            reminders.remind(db.session(), number, now)
        assert asked.state == "asked"
        assert "speaker/stand-by-over" not in [template for template, _ in letters_of(request)]


def test_whoever_was_asked_this_morning_is_not_reminded_with_another(app: Flask) -> None:
    with app.app_context():
        request = booked_with("interpreter")
        perform(request, "change-meeting", minutes=9, agreed="By telephone", **MOVED)
        days = (request.beside_remind_on - NOW.date()).days
        other = registered(NOW, "sid@example.org", name="Sid Bywater", experience="seasoned")
        perform(request, "ask-stand-by", minutes=60 * 24 * days, speakers=str(other.id))
        now = NOW + timedelta(days=days, hours=3)
        for number in reminders.ready(db.session(), now):
            reminders.remind(db.session(), number, now)
        sent = [template for template, _ in letters_of(request)]
        assert "speaker/interpreter-reminder" in sent
        assert "speaker/stand-by-reminder" not in sent


def test_whoever_stands_by_answers_also_while_another_speaker_is_looked_for(app: Flask, client: FlaskClient) -> None:
    """Their page asked, and its button did nothing."""
    with app.app_context():
        request = booked_with(STAND_BY)
        perform(request, "change-meeting", minutes=9, **MOVED)
        perform(request, "speaker-dropped-out", SPEAKER, minutes=10)
        number, path = request.id, links.path_of(links.issue(db.session(), "offer", beside(request).id, NOW))
        db.session.commit()
    token = csrf_token(client.get(path).text)
    assert client.post(f"{path}/yes", data={"csrf_token": token, "for": "2027-01-21 19:00"}).status_code == 303
    with app.app_context():
        assert not beside(db.session.get_one(SpeakerRequest, number)).has_still_to_agree


def test_nobody_new_says_yes_to_stand_by_where_there_is_no_speaker(app: Flask) -> None:
    with app.app_context():
        typed = speaker_answers(meeting_format="online")
        request = intake.file(db.session(), "speaker", typed, now=NOW, language="en", by=BRANCH)
        perform(request, "ask-speakers", speakers=str(registered(NOW, "petro@example.org").id))
        perform(request, "confirm", minutes=1, **DAY)
        perform(request, "ask-stand-by", minutes=2, speakers=str(registered(NOW, ADDRESS, name="Rhodri Price").id))
        perform(request, "speaker-dropped-out", SPEAKER, minutes=3)
        with pytest.raises(actions.NotPermittedError):
            perform(request, "stand-by-accepts", SPEAKER, minutes=4, may_name_me="yes")


def test_whoever_has_not_agreed_to_the_new_day_does_not_speak_yet(app: Flask) -> None:
    """They were booked to speak, and read that there was nothing to do."""
    with app.app_context():
        request = booked_with(STAND_BY)
        perform(request, "change-meeting", minutes=9, **MOVED)
        with pytest.raises(actions.NotPermittedError):
            perform(request, "swap", minutes=10)
        perform(request, "stand-by-accepts", minutes=11, may_name_me="yes")
        perform(request, "swap", minutes=12)
        assert request.state == "confirmed"
        assert [each.speaker.name for each in request.booked_to_speak] == ["Rhodri Price"]
        assert not request.is_change_open


@pytest.mark.parametrize("role", [INTERPRETER, PARTNER])
def test_what_came_of_it_is_told_in_the_words_of_the_branch_or_once_it_is_settled(app: Flask, role: str) -> None:
    """They read "the branch tells us" of what the speaker had told, and nothing where the two told otherwise."""
    result, after = f"speaker/{role}-result", 60 * 24 * 60
    with app.app_context():
        request = booked_with(role)
        perform(request, "held", minutes=after)
        told = reports.Told(held=True, attended=34)
        reports.tell(db.session(), request, "speaker", told, NOW + timedelta(minutes=after + 9))
        perform(request, "complete", minutes=after + 20)
        assert result not in to_them(request)
        db.session.rollback()
        request = booked_with(role)
        perform(request, "held", minutes=after)
        for side, came in (("speaker", 80), ("branch", 20)):
            told = reports.Told(held=True, attended=came)
            reports.tell(db.session(), request, side, told, NOW + timedelta(minutes=after + 9))
        assert result not in to_them(request)
        perform(request, "report", minutes=after + 20, held="yes", attended="20")
        assert to_them(request)[-1] == result
        assert "20" in text_of(request, result)


def test_whoever_never_agreed_to_the_new_day_is_not_thanked_for_coming(app: Flask) -> None:
    with app.app_context():
        request = booked_with(INTERPRETER)
        perform(request, "change-meeting", minutes=9, **MOVED)
        perform(request, "speaker-keeps", SPEAKER, minutes=10)
        perform(request, "held", minutes=60 * 24 * 65)
        told = reports.Told(held=True, attended=34)
        reports.tell(db.session(), request, "branch", told, NOW + timedelta(days=66))
        assert not {"speaker/interpreter-thanks", "speaker/interpreter-result"} & set(to_them(request))
