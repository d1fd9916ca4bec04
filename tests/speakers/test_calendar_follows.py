"""The calendars of both sides through the whole life of a meeting, by the moves that coordinators and branches make."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.emails.invites import Invite, read_back
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers import feed_entries, feeds
from portal.speakers import month as months
from portal.speakers.register import Speaker
from portal.submissions import intake
from tests.emails.calendar_lint import lint_calendar
from tests.submissions.entries import BRANCH, NOW, speaker_answers
from tests.submissions.walks import move


@pytest.fixture(autouse=True)
def within(request: pytest.FixtureRequest) -> Any:
    """Within the application; nothing is kept."""
    if "any_app" in request.fixturenames:
        yield
        return
    with request.getfixturevalue("app").app_context():
        yield
        db.session.rollback()


def filed(**changed: Any) -> Any:
    """A speaker request as filed."""
    return intake.file(db.session(), "speaker", speaker_answers(**changed), now=NOW, language="en", by=BRANCH)


def files(request: Any, role: str) -> list[Invite]:
    """The calendar files that went to one side, in order; each a sound one."""
    rows = db.session.scalars(
        select(OutboxEmail.calendar)
        .where(OutboxEmail.submission_id == request.id, OutboxEmail.role == role, OutboxEmail.calendar.is_not(None))
        .order_by(OutboxEmail.id)
    ).all()
    for raw in rows:
        lint_calendar((raw or "").encode("utf-8"))
    return [read_back(raw or "") for raw in rows]


def told(request: Any, role: str) -> list[tuple[str, int]]:
    """Method and number of each."""
    return [(each.method, each.sequence) for each in files(request, role)]


def confirmed(**changed: Any) -> Any:
    """A request whose speaker is booked for 14 January at half past seven."""
    request = filed(**changed)
    move(request, "offer")
    move(request, "confirm")
    return request


def test_a_booking_invites_both_sides() -> None:
    request = confirmed()
    (branch,), (speaker,) = files(request, "branch"), files(request, "speaker")
    assert branch.uid == speaker.uid
    assert branch.starts_at == speaker.starts_at == datetime(2027, 1, 14, 19, 30, tzinfo=UTC)
    assert branch.attendee_address == request.contact_email
    assert speaker.attendee_address == "olha@example.org"
    assert (branch.language, speaker.language) == ("en", "uk")
    assert "Savchenko" not in branch.summary + branch.description


def test_before_it_nobody_is_sent_a_file() -> None:
    request = filed()
    move(request, "offer")
    move(request, "speaker-declined")
    assert files(request, "branch") == files(request, "speaker") == []


def test_a_changed_date_moves_the_entry_of_both() -> None:
    request = confirmed()
    move(request, "change-meeting", confirmed_on="21 January 2027", confirmed_time="6pm")
    for role in ("branch", "speaker"):
        first, second = files(request, role)
        assert (second.method, second.uid) == ("REQUEST", first.uid)
        assert second.sequence > first.sequence
        assert second.starts_at == datetime(2027, 1, 21, 18, tzinfo=UTC)


def test_a_date_that_the_speaker_has_not_agreed_to_stands_as_tentative_until_they_do() -> None:
    request = confirmed()
    move(request, "change-meeting", confirmed_on="21 January 2027", confirmed_time="6pm", agreed="")
    for role in ("branch", "speaker"):
        first, second = files(request, role)
        assert (first.is_tentative, second.is_tentative) == (False, True)
    assert "has still to say yes to this date" in files(request, "branch")[1].description
    move(request, "speaker-keeps")
    for role in ("branch", "speaker"):
        *_, asked, last = files(request, role)
        assert (last.is_tentative, last.uid, last.starts_at) == (False, asked.uid, asked.starts_at)
        assert last.sequence > asked.sequence
    assert "still to say" not in files(request, "branch")[-1].description


@pytest.mark.parametrize("leave", ["cancel", "withdraw"])
def test_a_cancelled_meeting_leaves_both_calendars(leave: str) -> None:
    request = confirmed()
    move(request, leave)
    for role in ("branch", "speaker"):
        first, last = files(request, role)
        assert (last.method, last.uid) == ("CANCEL", first.uid)
        assert last.sequence > first.sequence
        # Whoever reads it in a mail programme reads of which day it speaks, as the invitation had it.
        *times, _ = last.description.splitlines()
        assert times == first.description.splitlines()[: len(times)]
        assert times[0].startswith(("London time: Thursday 14 January 2027, 7.30pm", "Час у Лондоні: четвер, 14 січня"))
        assert [line.partition(" ")[0] for line in times] == (
            ["London", "Kyiv"] if role == "branch" else ["Час", "Час"]
        )


def test_a_drop_out_leaves_and_the_next_speaker_comes() -> None:
    request = confirmed()
    move(request, "speaker-dropped-out")
    # The branch still meets on that day: its entry stays, and says who is missing.
    first, looking = files(request, "branch")
    assert (looking.method, looking.uid, looking.starts_at) == ("REQUEST", first.uid, first.starts_at)
    assert looking.sequence > first.sequence
    assert looking.is_tentative
    assert "being looked for" in looking.summary
    assert looking.description.startswith("London time: Thursday 14 January 2027, 7.30pm")
    assert "Your meeting stands" in looking.description
    assert "called off" not in looking.summary + looking.description
    assert [method for method, _ in told(request, "speaker")] == ["REQUEST", "CANCEL"]
    move(request, "offer", speaker_name="Petro Lys", speaker_email="petro@example.org", speaker_language="en")
    move(request, "confirm", confirmed_on="14 January 2027", confirmed_time="7.30pm", agreed="By telephone")
    assert [method for method, _ in told(request, "branch")] == ["REQUEST", "REQUEST", "REQUEST"]
    found = files(request, "branch")[-1]
    assert (found.uid, found.is_tentative) == (first.uid, False)
    assert "being looked for" not in found.summary + found.description
    last = files(request, "speaker")[-1]
    assert (last.method, last.attendee_address, last.sequence) == ("REQUEST", "petro@example.org", 0)
    assert last.summary.startswith("You speak: ")


@pytest.mark.parametrize(
    ("leave", "said"),
    [("no-match", "No speaker of ours comes. Our letter tells you more."),
     ("withdraw", "This is called off. Our letter tells you more.")],
)  # fmt: skip
def test_a_search_that_ends_without_a_speaker_takes_the_entry_back(leave: str, said: str) -> None:
    request = confirmed()
    move(request, "speaker-dropped-out")
    move(request, leave)
    last = files(request, "branch")[-1]
    assert (last.method, last.description.splitlines()[-1]) == ("CANCEL", said)
    assert last.description.startswith("London time: Thursday 14 January 2027, 7.30pm")


def test_the_clock_that_goes_forward_is_heeded() -> None:
    request = filed(date_1="28 March 2027", time_1="2pm")
    move(request, "offer")
    move(request, "confirm", confirmed_on="28 March 2027", confirmed_time="2pm", agreed="By telephone")
    (speaker,) = files(request, "speaker")
    assert speaker.starts_at == datetime(2027, 3, 28, 13, tzinfo=UTC)
    assert "28 березня 2027 року, 14:00" in speaker.description.splitlines()[0]
    assert "16:00" in speaker.description.splitlines()[1]


def test_files_feeds_and_months_are_the_same_on_both_databases(any_app: Flask) -> None:
    with any_app.app_context():
        request = confirmed()
        move(request, "change-meeting", confirmed_on="21 January 2027", confirmed_time="6pm")
        assert told(request, "branch") == [("REQUEST", 0), ("REQUEST", 1)]
        first, last, before = date(2027, 1, 1), date(2027, 1, 31), datetime(2026, 12, 1, tzinfo=UTC)
        (meeting,) = months.meetings(db.session(), first, last, ("confirmed",), first)
        assert (meeting.day, meeting.at) == (date(2027, 1, 21), time(18))
        assert [person.name for person in meeting.people] == ["Olha Savchenko"]
        speaker = db.session.scalars(select(Speaker)).one()
        for entries in (
            feed_entries.of_speaker(db.session(), speaker, before),
            feed_entries.of_requests(db.session(), None, before, names=False),
        ):
            (entry,) = entries
            assert entry.starts_at == datetime(2027, 1, 21, 18, tzinfo=UTC)
        assert feed_entries.of_requests(db.session(), 99, before, names=False) == []
        address = feeds.renew(db.session(), speaker, NOW)
        token = address.rsplit("/", 1)[1].removesuffix(".ics")
        assert str(entry.uid) in (feeds.opened(db.session(), token, NOW) or "")
        db.session.rollback()
