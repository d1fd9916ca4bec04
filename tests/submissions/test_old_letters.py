"""Days that a letter names and that are over: found in every letter's words, on every day of the week."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.submissions.day_words import by_in_words_of, in_words_of
from portal.submissions.old_letters import day_passed
from tests.submissions.clockwork import Clockwork

DAYS = [date(2026, 11, 23) + timedelta(days=number) for number in range(7)]


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "We answer by {}."),
        ("uk", "Вам відповість Марія до {}. До того часу від вас нічого не потрібно."),
        ("uk", "Просимо написати до {}, коли чекати на внесок."),
    ],
)
def test_a_promise_is_found_whatever_its_weekday(day: date, language: str, words: str) -> None:
    text = words.format(by_in_words_of(day, language))
    assert day_passed(text, day) == ""
    assert day_passed(text, day + timedelta(days=1)) == by_in_words_of(day, language)


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize(
    "words", ["Крайній термін: {}.", "Просимо відповісти не пізніше: {}.", "Внесок – не пізніше такої дати: {}."]
)
def test_a_promise_of_an_older_letter_is_found_as_well(day: date, words: str) -> None:
    old = in_words_of(day, "uk").replace(",", "").removesuffix(" року")
    assert day_passed(words.format(old), day) == ""
    assert day_passed(words.format(old), day + timedelta(days=1)) == old


MEETING = {"confirmed_on": "2026-12-10", "confirmed_time": "19:00", "agreed": "By telephone"}
SPEAKER = {"speaker_name": "Olena Tkach", "speaker_email": "olena@example.org", "speaker_language": "en"}
TOMORROW = ("speaker/meeting-tomorrow", "speaker/meeting-tomorrow-speaker")
STATES = "SELECT template, state FROM outbox_emails WHERE template LIKE :template ORDER BY template"


def booked(clockwork: Clockwork) -> int:
    """A meeting on Thursday 10 December at seven, all its letters delivered."""
    maria = clockwork.coordinator("Maria Kovalenko")
    number = clockwork.request(
        "2026-11-23 09:00", maria, meeting_on=date(2026, 12, 10), venue="Miners’ Hall", meeting_format="in-person"
    )
    clockwork.act(number, "2026-11-23 10:00", maria, "offer", **SPEAKER)
    clockwork.act(number, "2026-11-23 11:00", maria, "confirm", **MEETING)
    clockwork.work("2026-11-23 11:05", "2026-12-03 09:00", "2026-12-03 09:10")
    return number


def test_your_meeting_is_tomorrow_does_not_leave_once_it_is_not(clockwork: Clockwork) -> None:
    booked(clockwork)
    clockwork.work("2026-12-09 07:40")
    assert clockwork.sql(STATES, template="%/meeting-tomorrow%") == [(each, "queued") for each in TOMORROW]
    clockwork.work("2026-12-11 07:30")
    assert clockwork.sql(STATES, template="%/meeting-tomorrow%") == [(each, "refused") for each in TOMORROW]
    told = [each for each in clockwork.tasks() if "meeting is tomorrow" in each or "talk is tomorrow" in each]
    assert [each.rpartition("” ")[2] for each in told] == [
        "to the branch did not leave before the day that it names had passed: telephone them.",
        "to the speaker did not leave before the day that it names had passed: telephone them.",
    ]


def test_on_its_own_day_a_letter_leaves_however_late(clockwork: Clockwork) -> None:
    booked(clockwork)
    clockwork.work("2026-12-09 07:40", "2026-12-09 23:50")
    assert clockwork.sql(STATES, template="%/meeting-tomorrow%") == [(each, "sent") for each in TOMORROW]


def test_a_question_does_not_leave_once_its_day_for_an_answer_has_passed(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    for at in ("2026-11-23 10:00", "2026-11-24 10:00"):
        number = clockwork.request("2026-11-23 09:00", maria, meeting_on=date(2027, 1, 14))
        clockwork.act(number, at, maria, "ask", question="Which hall?")
    # The first asks for an answer by Thursday, the second by Friday.
    clockwork.work("2026-11-27 09:00")
    assert clockwork.sql(STATES, template="common/question") == [
        ("common/question", "refused"),
        ("common/question", "sent"),
    ]
    # That a request has arrived is always said, and what we are late with is told on the page of the branch.
    assert clockwork.sql(STATES, template="speaker/received") == [("speaker/received", "sent")] * 2


def test_a_confirmation_does_not_leave_after_its_meeting(clockwork: Clockwork) -> None:
    maria = clockwork.coordinator("Maria Kovalenko")
    number = clockwork.request("2026-11-23 09:00", maria, meeting_on=date(2026, 12, 10))
    clockwork.act(number, "2026-12-09 10:00", maria, "offer", **SPEAKER)
    clockwork.work("2026-12-09 10:05")
    clockwork.act(number, "2026-12-09 11:00", maria, "confirm", **MEETING)
    clockwork.work("2026-12-11 07:30")
    assert clockwork.sql(STATES, template="speaker/booked") == [("speaker/booked", "refused")]


def test_what_is_said_about_a_day_that_was_over_already_leaves(clockwork: Clockwork) -> None:
    booked(clockwork)
    clockwork.work("2026-12-09 07:40", "2026-12-09 07:45", "2026-12-11 09:10", "2026-12-12 09:10")
    assert clockwork.sql("SELECT count(*) FROM outbox_emails WHERE state <> 'sent'") == [(0,)]
