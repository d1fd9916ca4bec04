"""“7pm for 7.30”: everybody is told when people gather and when it starts, as the branch wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
from flask import Flask

from portal.speakers import diary, two_clocks
from portal.speakers.meeting_times import facts as when
from portal.speakers.models import SpeakerRequest
from portal.speakers.settling import settled

ROW = {"on": "2027-01-14", "time_text": "7pm for 7.30", "time": "19:30", "doors": "19:00"}
BOTH = "doors 7pm, start 7.30pm"


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    """Words are translated within an application."""
    with app.test_request_context():
        yield


def asked(**facts: object) -> SpeakerRequest:
    """A request that names one evening."""
    given = {
        "dates": [ROW],
        "meeting_on": date(2027, 1, 14),
        "state": "received",
        "meeting_format": "online",
        "platform": "Zoom",
        "venue": "",
        "town": "",
    }
    return SpeakerRequest(**{**given, **facts})


def test_letters_name_both_before_and_after_the_hour_is_agreed() -> None:
    assert when(asked(), "en")["meeting_dates"] == f"- Thursday 14 January 2027, {BOTH}"
    booked = asked(confirmed_time=time(19, 30), state="confirmed", speaker_name="Olha")
    assert when(booked, "en")["meeting_when"] == f"Thursday 14 January 2027, {BOTH}"
    assert when(booked, "uk")["meeting_when"].endswith("збираються о 19:00, початок о 19:30")
    assert BOTH in dict(settled(booked, "en", date(2027, 1, 4)).rows)["When"]


def test_another_hour_takes_the_doors_of_the_old_one_away() -> None:
    moved = asked(confirmed_time=time(20), state="confirmed", speaker_name="Olha")
    assert when(moved, "en")["meeting_when"] == "Thursday 14 January 2027, 8pm"


def test_a_speaker_reads_both_where_they_are_asked() -> None:
    assert two_clocks.in_words(ROW, "en") == f"Thursday 14 January 2027, {BOTH}"
    assert two_clocks.in_both_zones(ROW, "en").startswith(f"Thursday 14 January 2027, {BOTH} in London")


def test_a_whole_day_is_told_and_kept_to_its_end() -> None:
    day = {"on": "2027-01-14", "time_text": "10am to 4pm", "time": "10:00", "until": "16:00"}
    request = asked(dates=[day], talk_minutes=20, event_kind="school")
    in_both = "Thursday 14 January 2027, 10am to 4pm in London, 12pm to 6pm in Kyiv"
    assert two_clocks.in_both_zones(day, "en") == in_both, "the end was told by one clock alone"
    assert when(request, "en")["meeting_when_kyiv"] == "12pm to 6pm in Kyiv"
    late = {"on": "2027-01-14", "time": "22:30", "until": "23:30"}
    there = "п’ятниця, 15 січня 2027 року, 00:30 – 01:30 за Києвом"
    assert two_clocks.in_both_zones(late, "uk").endswith(there)
    assert when(request, "en")["meeting_when"] == "Thursday 14 January 2027, 10am to 4pm"
    assert diary.length_of(request, day) == timedelta(hours=6)
    request.confirmed_time = time(10)
    assert "10am to 4pm" in when(request, "en")["meeting_when"]
    assert diary.length_of(request) == timedelta(hours=6)
