"""Calendar files: what calendar programs read in them, whatever people have typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.clock import KYIV, LONDON
from portal.emails.invites import CANCEL, REQUEST, Entry, Invite, calendar_file, feed_file, read_back
from tests.emails.calendar_lint import lint_calendar

STAMP = datetime(2026, 11, 22, 12, tzinfo=UTC)
INVITE = Invite(
    method=REQUEST,
    uid="5f1c@example.org",
    sequence=2,
    starts_at=datetime(2027, 1, 14, 19, tzinfo=UTC),
    ends_at=datetime(2027, 1, 14, 20, 30, tzinfo=UTC),
    summary="Our guest speaker",
    description="London: 7pm\nKyiv: 9pm",
    location="Redhills, Durham; upstairs",
    organizer_name="Ukraine Solidarity Campaign",
    organizer_address="info@example.org",
    attendee_address="jean@example.org",
    stamp=STAMP,
)


def parsed(invite: Invite):
    return lint_calendar(calendar_file(invite).encode("utf-8"))


def event_of(invite: Invite):
    (event,) = parsed(invite).walk("VEVENT")
    return event


def test_an_invitation_says_what_it_was_given():
    calendar, event = parsed(INVITE), event_of(INVITE)
    assert calendar["METHOD"] == "REQUEST"
    assert event["STATUS"] == "CONFIRMED"
    assert (event["UID"], event["SEQUENCE"]) == ("5f1c@example.org", 2)
    assert event["DTSTART"].dt == INVITE.starts_at
    assert event["DTEND"].dt == INVITE.ends_at
    assert event["DTSTAMP"].dt == STAMP
    assert event["SUMMARY"] == "Our guest speaker"
    assert event["DESCRIPTION"] == "London: 7pm\nKyiv: 9pm"
    assert event["LOCATION"] == "Redhills, Durham; upstairs"
    assert event["ORGANIZER"] == "mailto:info@example.org"
    assert event["ORGANIZER"].params["CN"] == "Ukraine Solidarity Campaign"
    assert event["ATTENDEE"] == "mailto:jean@example.org"
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"


def test_a_colleague_who_shares_the_calendar_reads_no_details():
    assert event_of(INVITE)["CLASS"] == "PRIVATE"


def test_taking_back_is_of_the_same_meeting():
    cancelled = replace(INVITE, method=CANCEL, sequence=3)
    event = event_of(cancelled)
    assert parsed(cancelled)["METHOD"] == "CANCEL"
    assert event["STATUS"] == "CANCELLED"
    assert (event["UID"], event["SEQUENCE"]) == ("5f1c@example.org", 3)
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"


@pytest.mark.parametrize(
    "starts_at",
    [
        # Both sides of the nights on which the clocks change, in London and in Kyiv, in several years.
        *(
            datetime(year, month, day, hour, minute, tzinfo=UTC)
            for year, month, day in ((2026, 10, 25), (2027, 3, 28), (2027, 10, 31), (2031, 3, 30), (2040, 10, 28))
            for hour in (0, 1, 2, 19, 23)
            for minute in (0, 30)
        ),
        # Past midnight in Kyiv, and in London.
        datetime(2027, 1, 14, 22, 30, tzinfo=UTC),
        datetime(2027, 7, 14, 23, 30, tzinfo=UTC),
    ],
)
@pytest.mark.parametrize("hours", [1, 2, 8, 34])
def test_every_moment_is_read_as_it_was_meant(starts_at, hours):
    ends_at = starts_at + timedelta(hours=hours)
    calendar = parsed(replace(INVITE, starts_at=starts_at, ends_at=ends_at))
    (zone,) = calendar.walk("VTIMEZONE")
    (event,) = calendar.walk("VEVENT")
    for name, meant in (("DTSTART", starts_at), ("DTEND", ends_at)):
        # Read by the rules that stand in the file alone, as a program without our time zones would.
        shown = event[name].dt.replace(tzinfo=None)
        by_the_file = shown.replace(tzinfo=zone.to_tz()) if "TZID" in event[name].params else event[name].dt
        assert by_the_file.astimezone(UTC) == meant
        assert event[name].dt.astimezone(KYIV) == meant.astimezone(KYIV)


def test_the_hour_that_comes_twice_is_not_taken_for_the_first():
    twice = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    assert twice.astimezone(LONDON).hour == 1
    assert event_of(replace(INVITE, starts_at=twice, ends_at=twice + timedelta(hours=1)))["DTSTART"].dt == twice


def test_the_rules_of_the_clock_are_those_of_london():
    (zone,) = parsed(INVITE).walk("VTIMEZONE")
    read, moment = zone.to_tz(), datetime(2026, 1, 1)
    while moment.year < 2032:
        assert read.utcoffset(moment) == LONDON.utcoffset(moment), moment
        moment += timedelta(minutes=30 if moment.month in (3, 10) else 1440)


def test_a_file_stays_small():
    assert len(calendar_file(INVITE).encode("utf-8")) < 1400


UKRAINIAN = "Ваш виступ: «Західний Донбас», шахтарі й енергетики, п’ятниця, 15 січня 2027 року, о 21:00 за Києвом"


def test_ukrainian_text_is_folded_between_letters():
    invite = replace(INVITE, summary=UKRAINIAN, description=UKRAINIAN * 20, location="ї" * 500, language="uk")
    event = event_of(invite)
    assert event["SUMMARY"] == UKRAINIAN
    assert event["DESCRIPTION"] == UKRAINIAN * 20
    assert event["LOCATION"] == "ї" * 500
    assert event["SUMMARY"].params["LANGUAGE"] == "uk"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1e"])
def test_nobody_adds_lines_of_their_own(end):
    typed = f"Hall{end}ATTENDEE:mailto:spy@example.org{end}END:VEVENT{end}BEGIN:VALARM"
    invite = replace(
        INVITE,
        summary=typed,
        location=typed,
        description=typed,
        organizer_name=typed,
        attendee_address=f"jean@example.org{end}ATTENDEE:mailto:spy@example.org",
    )
    raw = calendar_file(invite)
    event = event_of(invite)
    assert raw.count("\nBEGIN:") == 4
    assert not isinstance(event["ATTENDEE"], list)
    assert event["SUMMARY"] == "Hall ATTENDEE:mailto:spy@example.org END:VEVENT BEGIN:VALARM"
    assert event["DESCRIPTION"] == typed.replace(end, "\n")


@pytest.mark.parametrize("typed", ['Quote "x"', "Semi; colon: comma,", "back\\slash\\n", "^caret^n", "£5 – “yes”"])
def test_marks_of_the_format_are_text(typed):
    event = event_of(replace(INVITE, summary=typed, description=typed, organizer_name=typed))
    assert event["SUMMARY"] == typed
    assert event["DESCRIPTION"] == typed
    assert event["ORGANIZER"].params["CN"].replace("’", '"') == typed


@given(
    st.text(max_size=200),
    st.text(max_size=80),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=60),
)
def test_whatever_is_typed_makes_a_sound_file(words, name, address):
    event = event_of(
        replace(
            INVITE, summary=words or "x", description=words, location=words, organizer_name=name,
            attendee_address=address,
        )
    )  # fmt: skip
    assert event["UID"] == INVITE.uid


@pytest.mark.parametrize("address", ["o'brien+talks@example.org", "first.last_x-y=z@sub.example.org"])
def test_usual_addresses_stay_as_they_are(address):
    assert event_of(replace(INVITE, attendee_address=f" {address} "))["ATTENDEE"] == f"mailto:{address}"


@pytest.mark.parametrize("changed", [{}, {"method": CANCEL}, {"language": "uk", "summary": UKRAINIAN}])
def test_what_was_written_can_be_read_back(changed):
    invite = replace(INVITE, **changed)
    assert read_back(calendar_file(invite)) == invite


def an_entry(number: int) -> Entry:
    starts_at = INVITE.starts_at + timedelta(days=number)
    return Entry(
        uid=f"{number}@example.org",
        sequence=number,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        summary=f"Guest speaker {number}",
        stamp=STAMP,
    )


def test_a_feed_holds_each_meeting_and_nobody_s_address():
    raw = feed_file("Your talks, for the campaign", [an_entry(number) for number in range(3)])
    calendar = lint_calendar(raw.encode("utf-8"))
    assert calendar["METHOD"] == "PUBLISH"
    assert "NAME;LANGUAGE=en:Your talks\\, for the campaign\r\n" in raw
    assert "X-WR-CALNAME:Your talks\\, for the campaign\r\n" in raw
    assert [event["SUMMARY"] for event in calendar.walk("VEVENT")] == [f"Guest speaker {n}" for n in range(3)]
    assert len(calendar.walk("VTIMEZONE")) == 1
    assert "mailto:" not in raw


def test_a_feed_without_meetings_is_a_calendar_too():
    calendar = lint_calendar(feed_file("Ваші виступи", [], language="uk").encode("utf-8"))
    assert calendar.calendar_name == "Ваші виступи"
    assert calendar.walk("VTIMEZONE"), "RFC 5545 wants at least one component"


def test_the_same_meetings_give_the_same_file():
    entries = [an_entry(number) for number in range(2)]
    assert feed_file("Talks", entries) == feed_file("Talks", entries)
