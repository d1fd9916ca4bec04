"""What stands in people’s calendars: invited once, changed with every change, called off once, and nobody named."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.emails import outbox
from portal.emails.invites import Invite, calendar_file
from portal.emails.letters import Letter
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers import calendar_facts, invitations
from portal.speakers.engagements import INTERPRETER, SPEAKER, STAND_BY
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import IN_UKRAINE
from portal.submissions import consents
from tests.conftest import counted
from tests.emails.calendar_lint import lint_calendar
from tests.speakers.rows import NOW, OLHA, PETRO, a_booking, a_request, a_speaker, cancel, move_to

LETTER = Letter("USC-1001", "Words.\n", "<p>Words.</p>")


def send(request: SpeakerRequest, role: str, address: str, language: str = "en", now: datetime = NOW) -> Invite | None:
    """A letter about the request with the file that it carries."""
    invite = invitations.for_letter(db.session(), request, role, now, address=address, language=language)
    outbox.queue(
        db.session(), LETTER, to=address, template="t", role=role, now=now, submission_id=request.id, calendar=invite
    )
    db.session.flush()
    if invite is not None:
        lint_calendar(calendar_file(invite).encode("utf-8"))
    return invite


def to_branch(request: SpeakerRequest, **more: Any) -> Invite | None:
    return send(request, "branch", request.contact_email, **more)


def to_speaker(request: SpeakerRequest, address: str = OLHA, language: str = "uk", **more: Any) -> Invite | None:
    return send(request, "speaker", address, language, **more)


@pytest.fixture
def within(app: Flask) -> Any:
    """Within the application; nothing is kept."""
    with app.app_context():
        yield
        db.session.rollback()


pytestmark = pytest.mark.usefixtures("within")


def test_both_sides_are_invited_to_the_same_meeting() -> None:
    request = a_request()
    booking = a_booking(request, a_speaker())
    branch, speaker = to_branch(request), to_speaker(request)
    assert branch is not None
    assert speaker is not None
    for invite, address in ((branch, "jean@example.org"), (speaker, OLHA)):
        assert (invite.method, invite.uid, invite.sequence) == ("REQUEST", booking.uid, 0)
        assert (invite.starts_at, invite.ends_at) == (booking.starts_at, booking.ends_at)
        assert invite.attendee_address == address
        name = "Ukraine Solidarity Campaign" if invite is branch else "Кампанія солідарності з Україною"
        assert (invite.organizer_name, invite.organizer_address) == (name, "info@example.org")
        assert invite.location == "Redhills, Flass Street; upstairs, Durham"


def test_the_branch_reads_of_a_guest_and_no_name_at_all() -> None:
    request = a_request()
    a_booking(request, a_speaker())
    invite = to_branch(request)
    assert invite is not None
    assert invite.summary == "Guest speaker: January meeting"
    assert invite.description.splitlines() == [
        "London time: Thursday 14 January 2027, 7pm to 8.30pm",
        "Meeting: January meeting",
        "Format: In the room",
        "Where: Redhills, Flass Street; upstairs, Durham",
        f"Reference: {request.reference}",
        "",
        "Does anything change? Please reply to our letter at once.",
    ]
    for name in ("Olha", "Savchenko", "Jean", "0191", "olha@"):
        assert name not in calendar_file(invite).replace("\r\n ", "")


def test_a_visitor_from_ukraine_reads_both_clocks_of_a_meeting_in_the_room() -> None:
    request = a_request()
    a_booking(request, a_speaker(lives_in=IN_UKRAINE))
    visitor, branch = to_speaker(request, language="en"), to_branch(request)
    assert visitor is not None
    assert branch is not None
    assert "Kyiv time: Thursday 14 January 2027, 9pm to 10.30pm" in visitor.description
    assert "Kyiv" not in branch.description


def test_a_meeting_without_a_title_is_named_by_its_kind() -> None:
    request = a_request(title="", event_kind="")
    a_booking(request, a_speaker())
    invite = to_branch(request)
    assert invite is not None
    assert invite.summary == "Our guest speaker"


def test_a_speaker_reads_it_in_ukrainian() -> None:
    request = a_request(meeting_format="either")
    a_booking(request, a_speaker())
    invite = to_speaker(request)
    assert invite is not None
    assert invite.language == "uk"
    assert invite.summary == "Ваш виступ: NUM Durham Area"
    lines = invite.description.splitlines()
    assert lines[0] == "Час у Лондоні: четвер, 14 січня 2027 року, 19:00 – 20:30"
    assert lines[1] == "Час у Києві: четвер, 14 січня 2027 року, 21:00 – 22:30"
    assert "Профспілкова організація: NUM Durham Area" in lines
    assert "Jean" not in invite.description


@pytest.mark.parametrize(
    ("role", "summary"),
    [
        (SPEAKER, "You speak: NUM Durham Area"),
        (STAND_BY, "You stand by to speak"),
        (INTERPRETER, "You interpret: NUM Durham Area"),
    ],
)
def test_each_role_has_its_own_words(role: str, summary: str) -> None:
    request = a_request()
    a_booking(request, a_speaker(language="en"), role=role)
    invite = to_speaker(request, language="en")
    assert invite is not None
    assert invite.summary == summary
    # The branch’s calendar is about its speaker alone.
    assert (to_branch(request) is not None) == (role == SPEAKER)


def test_who_stands_by_learns_whose_meeting_it_is_once_they_speak() -> None:
    request = a_request(meeting_format="either", platform="https://zoom.example/j/1?pwd=Ab", event_kind="agm")
    booking = a_booking(request, a_speaker(language="en"), role=STAND_BY)
    invite = to_speaker(request, language="en")
    assert invite is not None
    file = calendar_file(invite).replace("\r\n ", "")
    for secret in ("Durham", "Redhills", "zoom", "Jean", "0191", "January meeting"):
        assert secret not in file
    assert "Meeting: Annual general meeting" in invite.description
    assert "Format: In the room, or online" in invite.description
    booking.role = SPEAKER
    speaks = to_speaker(request, language="en")
    assert speaks is not None
    assert (speaks.uid, speaks.sequence) == (invite.uid, 1)
    assert "Branch: NUM Durham Area" in speaks.description


def test_the_branch_s_contact_stands_there_only_where_that_was_agreed() -> None:
    request = a_request()
    request.consents.append(consents.record(request, "speaker", language="en", now=NOW))
    a_booking(request, a_speaker())
    invite = to_speaker(request, language="en")
    assert invite is not None
    contact = "Your contact in the branch: Jean Armstrong, Branch secretary, 0191 498 0000, jean@example.org"
    assert contact in invite.description


def test_online_the_link_is_the_place() -> None:
    request = a_request(meeting_format="online", platform="https://meet.example.org/room?x=1,2", venue="")
    a_booking(request, a_speaker())
    invite = to_speaker(request, language="en")
    assert invite is not None
    assert invite.location == "online, https://meet.example.org/room?x=1,2"


@pytest.mark.parametrize(
    ("typed", "en", "uk"),
    [
        ("Zoom", "online, Zoom", "онлайн, Zoom"),
        ("MS Teams.", "online, MS Teams.", "онлайн, MS Teams."),
        (
            "Zoom, https://zoom.example/j/1",
            "online, Zoom, https://zoom.example/j/1",
            "онлайн, Zoom, https://zoom.example/j/1",
        ),
        (
            "Zoom, we host",
            "online, in the branch’s words: “Zoom, we host”",
            "онлайн, зі слів організації: «Zoom, we host»",
        ),
        (
            "Zoom, ми організуємо",
            "online, in the branch’s words: “Zoom, ми організуємо”",
            "онлайн, зі слів організації: «Zoom, ми організуємо»",
        ),
        (
            "we host: https://zoom.example/j/1",
            "online, in the branch’s words: we host: https://zoom.example/j/1",
            "онлайн, зі слів організації: we host: https://zoom.example/j/1",
        ),
    ],
)
def test_what_a_branch_says_of_its_platform_stays_its_own_words(app: Flask, typed: str, en: str, uk: str) -> None:
    request = a_request(meeting_format="online", platform=typed, venue="")
    with app.app_context():
        for language, told in (("en", en), ("uk", uk)):
            assert calendar_facts.facts(request, language)["meeting_place"] == told
        request.joining_link = "https://meet.example.org/1"
        assert calendar_facts.facts(request, "en")["meeting_place"] == f"{en}, https://meet.example.org/1"


@pytest.mark.parametrize(
    ("day", "start", "hours", "london", "kyiv"),
    [
        # The clocks go back in the night to this Sunday, and forward in the night to that.
        (date(2027, 10, 31), time(14), 2, "Sunday 31 October 2027, 2pm to 4pm", "Sunday 31 October 2027, 4pm to 6pm"),
        (date(2027, 3, 28), time(0, 30), 2, "Sunday 28 March 2027, 12.30am to 3.30am", "2.30am to 5.30am"),
        (
            date(2027, 1, 14), time(21, 30), 1,
            "Thursday 14 January 2027, 9.30pm to 10.30pm",
            "Thursday 14 January 2027, 11.30pm to Friday 15 January 2027, 12.30am",
        ),
        (date(2027, 1, 14), time(22, 30), 1, "10.30pm to 11.30pm", "Friday 15 January 2027, 12.30am to 1.30am"),
        (date(2027, 7, 3), time(9, 30), 7, "Saturday 3 July 2027, 9.30am to 4.30pm", "11.30am to 6.30pm"),
    ],
)  # fmt: skip
def test_the_hours_are_right_on_both_clocks(day: date, start: time, hours: float, london: str, kyiv: str) -> None:
    request = a_request(meeting_on=day, confirmed_time=start, meeting_format="either")
    booking = a_booking(request, a_speaker(), day=day, start=start, hours=hours)
    invite = to_branch(request)
    assert invite is not None
    first, second = invite.description.splitlines()[:2]
    assert london in first
    assert kyiv in second
    (event,) = lint_calendar(calendar_file(invite).encode("utf-8")).walk("VEVENT")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (booking.starts_at, booking.ends_at)


def test_every_change_has_a_higher_number_and_what_stays_needs_no_file() -> None:
    request = a_request()
    booking = a_booking(request, a_speaker())
    sent = [to_speaker(request)]
    assert to_speaker(request) is None
    move_to(booking, date(2027, 1, 21))
    sent.append(to_speaker(request))
    # A place or a link that comes later has no move of its own: the next letter brings it.
    request.venue = "Miners’ Hall"
    sent.append(to_speaker(request))
    request.meeting_format, request.platform = "online", "https://meet.example.org/1"
    sent.append(to_speaker(request))
    assert to_speaker(request) is None
    move_to(booking, date(2027, 1, 28), time(18, 30))
    sent.append(to_speaker(request))
    found = [each for each in sent if each is not None]
    assert [each.method for each in found] == ["REQUEST"] * 5
    assert {each.uid for each in found} == {booking.uid}
    assert [each.sequence for each in found] == [0, 1, 2, 3, 4]
    assert found[2].location.startswith("Miners’ Hall")
    assert found[-1].starts_at == datetime(2027, 1, 28, 18, 30, tzinfo=UTC)


def test_calling_off_is_told_once_to_each_who_was_invited() -> None:
    request = a_request()
    booking = a_booking(request, a_speaker())
    invited = to_speaker(request)
    to_branch(request)
    move_to(booking, date(2027, 1, 21))
    moved = to_speaker(request)
    cancel(booking)
    for called_off in (to_speaker(request), to_branch(request)):
        assert called_off is not None
        assert called_off.method == "CANCEL"
        assert called_off.uid == booking.uid
    assert invited is not None
    assert moved is not None
    assert to_speaker(request) is None
    assert to_branch(request) is None


def test_what_is_called_off_is_what_was_read_last() -> None:
    request = a_request()
    booking = a_booking(request, a_speaker())
    to_speaker(request)
    move_to(booking, date(2027, 1, 21))
    moved = to_speaker(request)
    cancel(booking)
    called_off = to_speaker(request)
    assert moved is not None
    assert called_off is not None
    assert called_off.sequence > moved.sequence
    assert (called_off.starts_at, called_off.summary) == (moved.starts_at, moved.summary)
    when, said = called_off.description.splitlines()
    assert when == moved.description.splitlines()[0] != "", "the day that was read last"
    assert said == "Це скасовано. Докладніше в нашому листі."
    assert "0191" not in called_off.description


def test_whoever_was_never_invited_is_not_called_off() -> None:
    request = a_request()
    booking = a_booking(request, a_speaker())
    cancel(booking)
    assert to_speaker(request) is None
    assert to_branch(request) is None


def test_before_anybody_is_booked_no_letter_carries_a_file() -> None:
    request = a_request(confirmed_time=None)
    a_speaker()
    assert to_speaker(request) is None
    assert to_branch(request) is None
    request.confirmed_time = time(19)
    assert to_speaker(request) is None


def test_somebody_else_s_booking_is_not_one_s_own() -> None:
    request = a_request()
    a_booking(request, a_speaker())
    a_speaker("Petro Lys", PETRO)
    assert to_speaker(request, PETRO) is None
    assert send(request, "team", "info@example.org") is None


def test_a_stand_by_who_takes_over_leaves_one_entry_with_the_branch() -> None:
    request = a_request()
    booking = a_booking(request, a_speaker())
    stand_by = a_booking(request, a_speaker("Petro Lys", PETRO, "en"), role=STAND_BY)
    first = to_branch(request)
    to_speaker(request)
    assert send(request, "stand-by", PETRO) is not None
    cancel(booking)
    stand_by.role = SPEAKER
    stand_by.ends_at += timedelta(minutes=30)
    off, on, branch = to_speaker(request), send(request, "speaker", PETRO), to_branch(request)
    assert off is not None
    assert (off.method, off.uid) == ("CANCEL", booking.uid)
    assert on is not None
    assert (on.method, on.uid, on.sequence) == ("REQUEST", stand_by.uid, 1)
    assert on.summary == "You speak: NUM Durham Area"
    assert first is not None
    assert branch is not None
    assert (branch.method, branch.uid, branch.sequence) == ("REQUEST", first.uid, 1)


def test_after_a_drop_out_the_next_speaker_is_a_new_entry() -> None:
    request = a_request()
    booking = a_booking(request, a_speaker())
    to_branch(request)
    cancel(booking)
    gone = to_branch(request)
    second = a_booking(request, a_speaker("Petro Lys", PETRO))
    came = to_branch(request)
    assert gone is not None
    assert (gone.method, gone.uid) == ("CANCEL", booking.uid)
    assert came is not None
    assert (came.method, came.uid, came.sequence) == ("REQUEST", second.uid, 0)


def test_the_same_speaker_booked_again_is_invited_anew() -> None:
    request, speaker = a_request(), a_speaker()
    first = a_booking(request, speaker)
    to_speaker(request)
    cancel(first)
    to_speaker(request)
    second = a_booking(request, speaker)
    again = to_speaker(request)
    assert again is not None
    assert (again.method, again.uid) == ("REQUEST", second.uid)


def test_a_new_contact_of_the_branch_gets_the_invitation_too() -> None:
    request = a_request()
    a_booking(request, a_speaker())
    first = to_branch(request)
    request.contact_email = "sam@example.org"
    second = to_branch(request)
    assert first is not None
    assert second is not None
    assert (second.uid, second.attendee_address) == (first.uid, "sam@example.org")
    assert second.sequence > first.sequence


def test_a_speaker_with_a_new_address_keeps_the_entry() -> None:
    request, speaker = a_request(), a_speaker()
    booking = a_booking(request, speaker)
    to_speaker(request)
    request.venue = "Miners’ Hall"
    second = to_speaker(request)
    speaker.email = "olha.savchenko@example.org"
    third = to_speaker(request, speaker.email)
    assert second is not None
    assert third is not None
    assert (third.uid, third.attendee_address) == (booking.uid, "olha.savchenko@example.org")
    assert third.sequence > second.sequence
    cancel(booking)
    fourth = to_speaker(request, speaker.email)
    assert fourth is not None
    assert (fourth.method, fourth.uid) == ("CANCEL", booking.uid)


def test_a_letter_that_never_left_invited_nobody() -> None:
    request = a_request()
    booking = a_booking(request, a_speaker())
    to_speaker(request)
    db.session.query(OutboxEmail).filter_by(role="speaker").update({"state": "refused"})
    again = to_speaker(request)
    assert again is not None
    assert (again.method, again.sequence) == ("REQUEST", 0)
    db.session.query(OutboxEmail).filter_by(role="speaker").update({"state": "cancelled"})
    cancel(booking)
    assert to_speaker(request) is None


def test_what_is_over_changes_nobody_s_calendar() -> None:
    request = a_request()
    booking = a_booking(request, a_speaker())
    to_branch(request)
    after = booking.ends_at + timedelta(hours=1)
    request.venue = "Miners’ Hall"
    assert to_branch(request, now=after) is None
    cancel(booking)
    assert to_branch(request, now=after) is None


def test_an_address_in_capitals_is_the_same_person() -> None:
    request = a_request()
    a_booking(request, a_speaker())
    first = to_speaker(request, "Olha@Example.org ")
    request.venue = "Miners’ Hall"
    second = to_speaker(request)
    assert first is not None
    assert second is not None
    assert (second.uid, second.sequence) == (first.uid, 1)


def test_a_letter_asks_the_database_little() -> None:
    request = a_request()
    a_booking(request, a_speaker())
    to_speaker(request)
    db.session.flush()
    with counted() as seen:
        invitations.for_letter(db.session(), request, "speaker", NOW, address=OLHA, language="uk")
    assert len(seen) == 3, "what waits for a second reader, and the last file that they had"
    request.confirmed_time = None
    db.session.flush()
    with counted() as seen:
        invitations.for_letter(db.session(), request, "speaker", NOW, address=OLHA, language="uk")
    assert seen == []
