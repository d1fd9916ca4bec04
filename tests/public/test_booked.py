"""A meeting changes after its speaker was booked: everybody is told at once, and the speaker says if it suits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import london_day, utc_now
from portal.dashboard import asked_for
from portal.emails import links
from portal.emails.invites import read_back
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers.engagements import Offer
from portal.speakers.models import SpeakerRequest
from portal.submissions import actions, reminders
from portal.submissions.actions import Mover
from portal.submissions.day_words import by_in_words_of
from portal.submissions.models import Submission
from portal.submissions.promises import working_days_after
from portal.submissions.work import Task
from portal.submissions.workflow import Actor
from tests.conftest import csrf_token
from tests.public.test_meanwhile import shown_on

Make = Callable[..., tuple[int, str]]
Look = Callable[..., Any]
DATES = [{"on": "2031-01-14", "time_text": "7pm", "time": "19:00"}]
BOOKED = (
    ("offer", {"speaker_name": "Olha Savchenko", "speaker_email": "olha@example.org", "speaker_language": "en"}),
    ("confirm", {"confirmed_on": "2031-01-14", "confirmed_time": "19:00", "agreed": "By telephone"}),
)


def by_the_speakers_day() -> str:
    """The day by which a speaker who is asked today has been asked to answer, behind "by"."""
    return by_in_words_of(working_days_after(london_day(utc_now()), 3), "en")


ASKED = f"Your speaker is told, and is asked to say by {by_the_speakers_day()} whether the change suits them."
ASKED_LATE = "Your speaker is told, and has still to say whether the change suits them. We write to you."
STANDS = (
    "Your speaker is still booked for Tuesday 14 January 2031, 7pm. "
    f"We have told them of the change, and asked them to say by {by_the_speakers_day()} what suits them."
)


def change(client: FlaskClient, token: str, **fields: str) -> str:
    """Change the meeting from its own page; the branch's page after it."""
    path = f"/track/{token}/change/meeting"
    page = client.get(path).text
    answer = client.post(path, data=shown_on(page) | fields)
    assert answer.status_code == 303
    return client.get(answer.location).text


@pytest.fixture(autouse=True)
def years_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day of these meetings is far away, so that it is always to come."""
    monkeypatch.setattr("portal.submissions.dates.MOST_YEARS_AHEAD", 20)


def letters(rows: Callable[..., list[Any]], template: str) -> list[str]:
    """The texts of all letters of that name, in one line each."""
    found = rows("SELECT text FROM outbox_emails WHERE template = :template ORDER BY id", template=template)
    return [" ".join(text.split()) for (text,) in found]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "A speaker is booked for Tuesday 14 January 2031, and is told at once that the meeting is cancelled."),
        ("uk", "Про виступ уже домовлено: вівторок, 14 січня 2031 року."),
    ],
)
def test_before_a_branch_withdraws_it_reads_that_a_speaker_is_booked(
    client: FlaskClient, make_request: Make, app: Flask, language: str, said: str
) -> None:
    _number, token = make_request(dates=DATES, moves=BOOKED)
    path = f"/track/{token}/moves/withdraw?lang={language}"
    assert said in client.get(path, follow_redirects=True).text
    with app.app_context():
        # Once the speaker agrees to be named, the page names them.
        db.session.execute(db.text("UPDATE offers SET may_name_me = true"))
        db.session.commit()
    assert "Olha Savchenko" in client.get(path, follow_redirects=True).text
    _number, token = make_request(dates=DATES)
    page = client.get(f"/track/{token}/moves/withdraw?lang=en", follow_redirects=True).text
    assert "booked" not in page
    assert "tell everybody who is involved" in page


def test_a_list_that_begins_with_another_day_moves_nothing_and_says_so(
    client: FlaskClient, make_request: Make, look: Look, rows: Callable[..., list[Any]]
) -> None:
    number, token = make_request(moves=BOOKED, dates=DATES)
    page = change(client, token, date_1="7 January 2031", time_1="7pm", date_2="14 January 2031", time_2="7pm")
    said = "Your speaker is still booked for Tuesday 14 January 2031, 7pm, which is one of your days"
    assert said in page
    (to_branch,) = letters(rows, "common/details-changed")
    assert said in to_branch
    assert look(number, "meeting_on").isoformat() == "2031-01-14"
    assert said not in change(client, token, date_1="14 January 2031", time_1="7pm", date_2="", time_2="")


def test_a_new_day_counts_at_once_and_everybody_is_told(
    client: FlaskClient,
    make_request: Make,
    look: Look,
    rows: Callable[..., list[Any]],
    sign_in: Callable[..., FlaskClient],
) -> None:
    number, token = make_request(moves=BOOKED, dates=DATES)
    before = client.get(f"/track/{token}/change/meeting").text
    assert "Your speaker is booked for Tuesday 14 January 2031, 7pm. We tell them of a change at once" in before
    assert ASKED not in client.get(f"/track/{token}").text
    page = change(client, token, date_1="21 January 2031")
    assert page.count(ASKED) == 1
    shown = client.get(f"/track/{token}").text
    assert ASKED in shown, "for as long as the speaker has not answered"
    assert look(number, "answer_by") == working_days_after(london_day(utc_now()), 3)
    assert "will speak on" not in shown
    assert "<h1>Your speaker has still to say yes to Tuesday 21 January 2031 at 7pm" in shown
    (to_branch,) = letters(rows, "common/details-changed")
    assert ASKED in to_branch
    assert "Tuesday 21 January 2031, 7pm (before: Tuesday 14 January 2031, 7pm)" in to_branch
    assert look(number, "turn", "state") == ("speaker", "confirmed")
    assert look(number, "meeting_on").isoformat() == "2031-01-21"
    (to_speaker,) = letters(rows, "speaker/changed-speaker")
    assert "Until now: Tuesday 14 January 2031, 7pm" in to_speaker
    assert "now, in London time: Tuesday 21 January 2031, 7pm" in to_speaker
    assert "Does this suit you?" in to_speaker
    # Both calendars follow: the branch's with the letter about its change, the speaker's with theirs.
    files = rows("SELECT role, calendar FROM outbox_emails WHERE calendar IS NOT NULL ORDER BY role")
    assert [role for role, calendar in files if "20310121T190000" in calendar] == ["branch", "speaker"]
    desk = sign_in().get(f"/dashboard/requests/{number}").text
    assert "the speaker says whether the change suits" in desk
    assert "The speaker has still to agree to: Tuesday 21 January 2031, 7pm" in desk
    assert "Agreed for" not in desk
    assert "Agreed: " not in desk


def test_a_branch_reads_no_day_of_its_speaker_that_has_passed(
    app: Flask, client: FlaskClient, make_request: Make
) -> None:
    number, token = make_request(moves=BOOKED, dates=DATES)
    change(client, token, date_1="21 January 2031")
    with app.app_context():
        db.session.get_one(SpeakerRequest, number).answer_by = london_day(utc_now()) - timedelta(days=1)
        db.session.commit()
    page = client.get(f"/track/{token}").text
    assert ASKED_LATE in page
    assert ASKED not in page


def test_a_branch_reads_the_day_that_stood_before_its_change_although_it_never_named_it(
    client: FlaskClient, make_request: Make, rows: Callable[..., list[Any]]
) -> None:
    moved = ("change-meeting", {"confirmed_on": "2031-01-16", "confirmed_time": "18:30", "agreed": "By telephone"})
    _number, token = make_request(moves=(*BOOKED, moved), dates=DATES)
    form = shown_on(client.get(f"/track/{token}/change/meeting").text)
    assert (form["date_1"], form["time_1"]) == ("16 January 2031", "6.30pm")
    change(client, token, date_1="21 January 2031")
    (to_branch,) = letters(rows, "common/details-changed")
    assert "Tuesday 21 January 2031, 6.30pm (before: Thursday 16 January 2031, 6.30pm)" in to_branch
    page = client.get(f"/track/{token}").text
    assert "Tuesday 14 January 2031, 7pm" not in page.split("(before:")[1][:60]
    (to_speaker,) = letters(rows, "speaker/changed-speaker")[1:]
    assert "Until now: Thursday 16 January 2031, 6.30pm" in to_speaker


def test_a_branch_that_is_confirmed_for_another_day_than_it_named_changes_that_one(
    client: FlaskClient, make_request: Make, rows: Callable[..., list[Any]]
) -> None:
    agreed = ("confirm", {"confirmed_on": "2031-01-16", "confirmed_time": "19:00", "agreed": "By telephone"})
    _number, token = make_request(moves=(BOOKED[0], agreed), dates=DATES)
    change(client, token, date_1="21 January 2031")
    (to_branch,) = letters(rows, "common/details-changed")
    assert "(before: Thursday 16 January 2031, 7pm)" in to_branch


def test_another_hour_of_the_same_day_is_told_as_that_while_a_speaker_is_asked(
    client: FlaskClient, make_request: Make, rows: Callable[..., list[Any]]
) -> None:
    _number, token = make_request(moves=BOOKED[:1], dates=DATES)
    change(client, token, time_1="8pm")
    (to_speaker,) = letters(rows, "speaker/offer-changed")
    assert "The day is the same, and the branch has changed the hour." in to_speaker
    assert "Until now, in London time: Tuesday 14 January 2031, 7pm" in to_speaker
    assert "Tuesday 14 January 2031, 8pm" in to_speaker
    assert "need not keep" not in to_speaker
    (to_branch,) = letters(rows, "common/details-changed")
    assert "Tuesday 14 January 2031, 8pm (before: Tuesday 14 January 2031, 7pm)" in to_branch
    assert "We have told whoever is asked to speak" in to_branch
    change(client, token, date_1="21 January 2031")
    assert "The branch has changed its days." in letters(rows, "speaker/offer-changed")[-1]


def speakers_page(app: Flask) -> str:
    """The address of the page of the one who is booked."""
    with app.app_context():
        offer = db.session.scalars(select(Offer)).one()
        return links.path_of(links.issue(db.session(), "offer", offer.id, utc_now()))


def test_a_speaker_answers_a_change_on_their_page(
    app: Flask, client: FlaskClient, make_request: Make, look: Look, rows: Callable[..., list[Any]]
) -> None:
    number, token = make_request(moves=BOOKED, dates=DATES)
    change(client, token, date_1="21 January 2031")
    path = speakers_page(app)
    page = client.get(path).text
    assert "The meeting has changed: does it suit you?" in page
    assert "Tuesday 21 January 2031" in page
    answer = client.post(f"{path}/yes", data={"csrf_token": csrf_token(page)})
    assert answer.status_code == 303
    assert "does it suit you?" not in client.get(path).text
    assert look(number, "turn", "state") == ("nobody", "confirmed")
    assert len(letters(rows, "speaker/change-agreed")) == 1
    assert client.post(f"{path}/yes", data={"csrf_token": csrf_token(page)}).status_code == 303
    assert len(letters(rows, "speaker/change-agreed")) == 1, "pressed twice"
    assert ASKED not in client.get(f"/track/{token}").text


def test_a_booked_speaker_names_another_date(
    app: Flask, client: FlaskClient, make_request: Make, look: Look, rows: Callable[..., list[Any]]
) -> None:
    number, _ = make_request(moves=BOOKED, dates=DATES)
    path = speakers_page(app)
    assert f"{path}/other-date" in client.get(path).text
    page = client.get(f"{path}/other-date").text
    sent = {"csrf_token": csrf_token(page), "date_other": "24 January 2031", "time_other": "19:00"}
    assert client.post(f"{path}/other-date", data=sent).status_code == 303
    page = client.get(path).text
    assert "Friday 24 January 2031, 7pm" in page
    assert "Until then the meeting stands as it is" in page
    assert look(number, "turn", "state") == ("us", "confirmed")
    assert look(number, "meeting_on").isoformat() == "2031-01-14"


def test_a_speaker_who_names_another_day_has_not_agreed_to_the_change(
    app: Flask,
    client: FlaskClient,
    make_request: Make,
    look: Look,
    rows: Callable[..., list[Any]],
    sign_in: Callable[..., FlaskClient],
) -> None:
    number, token = make_request(moves=BOOKED, dates=DATES)
    path = speakers_page(app)
    change(client, token, date_1="21 January 2031")
    page = client.get(f"{path}/other-date").text
    sent = {"csrf_token": csrf_token(page), "date_other": "24 January 2031", "time_other": "19:00"}
    assert client.post(f"{path}/other-date", data=sent).status_code == 303
    still_open = "<h1>Your speaker has still to say yes to Tuesday 21 January 2031 at 7pm"
    assert still_open in client.get(f"/track/{token}").text
    assert "Somebody has said" not in client.get(f"/track/{token}").text
    desk = sign_in().get(f"/dashboard/requests/{number}").text
    assert "The speaker has still to agree to: Tuesday 21 January 2031, 7pm" in desk
    assert "Agreed: " not in desk
    assert "ask the branch whether the speaker’s other day suits" in desk
    assert look(number, "turn", "state") == ("us", "confirmed")
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        asked_about = {"other_on": "2031-01-24", "other_time": "19:00"}
        by, now = Mover(Actor.COORDINATOR), utc_now()
        actions.perform(db.session(), request, "ask-other-day", by=by, now=now, answers=asked_about)
        db.session.commit()
    assert still_open in client.get(f"/track/{token}").text
    files = rows("SELECT role, calendar FROM outbox_emails WHERE calendar IS NOT NULL ORDER BY id")
    last = {role: read_back(calendar) for role, calendar in files}
    assert {role: each.is_tentative for role, each in last.items()} == {"branch": True, "speaker": True}
    # Nobody reminds them, and they may say yes to the change all the same: then the other day is not asked about.
    mine = client.get(path).text
    assert "We ask the branch about the date you named" in mine
    assert client.post(f"{path}/yes", data={"csrf_token": csrf_token(mine)}).status_code == 303
    assert "<h1>A speaker will come on Tuesday 21 January 2031 at 7pm" in client.get(f"/track/{token}").text
    assert "Does that suit your branch?" not in client.get(f"/track/{token}").text
    assert look(number, "turn", "state") == ("nobody", "confirmed")


def test_a_speaker_who_has_named_another_day_is_not_reminded_of_the_change(
    app: Flask, client: FlaskClient, make_request: Make, look: Look
) -> None:
    number, token = make_request(moves=BOOKED, dates=DATES)
    path = speakers_page(app)
    change(client, token, date_1="21 January 2031")
    page = client.get(f"{path}/other-date").text
    sent = {"csrf_token": csrf_token(page), "date_other": "24 January 2031", "time_other": "19:00"}
    client.post(f"{path}/other-date", data=sent)
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        asked_about = {"other_on": "2031-01-24", "other_time": "19:00"}
        by, now = Mover(Actor.COORDINATOR), utc_now()
        actions.perform(db.session(), request, "ask-other-day", by=by, now=now, answers=asked_about)
        db.session.commit()
        for days in range(1, 12):
            reminders.remind(db.session(), number, now + timedelta(days=days))
            db.session.commit()
        sent_letters = set(db.session.scalars(select(OutboxEmail.template)))
        assert "speaker/change-reminder" not in sent_letters
        about = db.session.scalars(select(Task.about).where(Task.submission_id == number)).all()
        assert not [each for each in about if "its speaker has not said whether that suits them" in each]


def test_a_day_on_which_the_speaker_is_booked_elsewhere_is_for_a_person(
    app: Flask, client: FlaskClient, make_request: Make, look: Look, rows: Callable[..., list[Any]]
) -> None:
    make_request(
        moves=(BOOKED[0], ("confirm", {"confirmed_on": "2031-01-21", "confirmed_time": "19:00", "agreed": "Yes"})),
        dates=[DATES[0] | {"on": "2031-01-21"}],
    )
    with app.app_context():
        # They have agreed to be in the register: else nobody asks them a second time.
        db.session.execute(db.text("UPDATE speakers SET confirmed_at = created_at"))
        db.session.commit()
    number, token = make_request(moves=BOOKED, dates=DATES)
    page = change(client, token, date_1="21 January 2031")
    assert STANDS in page
    assert look(number, "turn", "state") == ("us", "confirmed")
    assert look(number, "meeting_on").isoformat() == "2031-01-14"
    assert letters(rows, "speaker/changed-speaker") == []
    (coming,) = letters(rows, "speaker/change-coming")
    assert "- Tuesday 21 January 2031, 7pm" in coming
    assert "Which day would suit you, one of these or another? Please tell us on your page by " in coming


def test_a_branch_that_chooses_its_own_other_date_need_not_clear_its_box(
    client: FlaskClient, make_request: Make, look: Look
) -> None:
    other = {"on": "2031-01-21", "time": "19:00", "time_text": "7pm"}
    number, token = make_request(moves=BOOKED, dates=[*DATES, other])
    page = change(client, token, date_1="21 January 2031", date_2="21 January 2031", time_2="7pm")
    assert "You gave this date already" not in page
    assert look(number, "meeting_on").isoformat() == "2031-01-21"
    path = f"/track/{token}/change/meeting"
    twice = shown_on(client.get(path).text) | {"date_1": "28 January 2031", "date_2": "28 January 2031"}
    answer = client.post(path, data=twice)
    assert answer.status_code == 422, "a slip of the finger still is one"
    assert "You gave this date already" in answer.text


def test_of_two_days_nobody_chooses_by_itself(
    client: FlaskClient, make_request: Make, look: Look, rows: Callable[..., list[Any]], sign_in: Any
) -> None:
    number, token = make_request(moves=BOOKED, dates=DATES)
    page = change(client, token, date_1="21 January 2031", date_2="28 January 2031", time_2="7pm")
    assert page.count(STANDS) == 1
    assert STANDS in letters(rows, "common/details-changed")[0]
    assert len(letters(rows, "speaker/change-coming")) == 1
    desk = sign_in().get(f"/dashboard/requests/{number}").text
    assert "The speaker is still booked for Tuesday 14 January 2031, 7pm." in desk


def wish_two_days(client: FlaskClient, token: str) -> None:
    """The branch names two other days for a meeting that a speaker is booked for."""
    change(client, token, date_1="21 January 2031", date_2="28 January 2031", time_2="6pm")


def test_a_booked_speaker_reads_that_they_are_booked_elsewhere_on_a_day_that_is_wished_now(
    app: Flask, client: FlaskClient, make_request: Make
) -> None:
    _, token = make_request(moves=BOOKED, dates=DATES)
    path = speakers_page(app)
    with app.app_context():
        db.session.scalars(select(Offer)).one().speaker.confirmed_at = utc_now()
        db.session.commit()
    confirmed = BOOKED[1][1] | {"confirmed_on": "2031-01-21"}
    make_request(moves=(BOOKED[0], ("confirm", confirmed)), dates=[DATES[0] | {"on": "2031-01-21"}])
    change(client, token, date_1="21 January 2031")
    page = client.get(path).text
    assert "The branch wishes to meet on another day" in page
    assert "You are booked elsewhere at that time: Tuesday 21 January 2031, 7pm" in page


def test_a_booked_speaker_chooses_one_of_the_days_that_the_branch_wishes_now(
    app: Flask, client: FlaskClient, make_request: Make, look: Look, rows: Callable[..., list[Any]], sign_in: Any
) -> None:
    number, token = make_request(moves=BOOKED, dates=DATES)
    wish_two_days(client, token)
    assert look(number, "turn", "state") == ("speaker", "confirmed")
    desk = sign_in().get(f"/dashboard/requests/{number}").text
    assert "the speaker says which of the new days suits" in desk
    assert "Nothing to answer" not in desk
    path = speakers_page(app)
    page = client.get(path).text
    assert "The branch wishes to meet on another day" in page
    assert "Tuesday 14 January 2031" in page, "what was agreed stands until another day is settled"
    assert 'value="2031-01-21"' in page
    assert 'value="2031-01-28"' in page
    assert f"{path}/other-date" in page
    assert f"{path}/no" in page
    assert client.post(f"{path}/yes", data={"csrf_token": csrf_token(page)}).status_code == 422, "no day chosen"
    sent = {"csrf_token": csrf_token(page), "chosen_on": "2031-01-28"}
    assert client.post(f"{path}/yes", data=sent | {"for": "2031-02-04 19:00"}).status_code == 422, "days of before"
    assert client.post(f"{path}/yes", data=sent).status_code == 303
    assert look(number, "meeting_on", "confirmed_time", "turn")[0].isoformat() == "2031-01-28"
    assert look(number, "confirmed_time").isoformat() == "18:00:00"
    assert look(number, "turn", "state") == ("nobody", "confirmed")
    (to_branch,) = letters(rows, "speaker/changed")
    assert "New date and time: Tuesday 28 January 2031, 6pm" in to_branch
    (to_speaker,) = letters(rows, "speaker/changed-speaker")
    assert "You have agreed to this already" in to_speaker
    files = rows("SELECT role, calendar FROM outbox_emails WHERE calendar IS NOT NULL ORDER BY role")
    assert [role for role, calendar in files if "20310128T180000" in calendar] == ["branch", "speaker"]
    assert "You are booked to speak" in client.get(path).text


def test_no_calendar_file_says_that_a_day_stands_while_its_letter_says_that_it_does_not(
    client: FlaskClient, make_request: Make, rows: Callable[..., list[Any]]
) -> None:
    _, token = make_request(moves=BOOKED, dates=DATES)
    wish_two_days(client, token)
    found = rows(
        "SELECT template FROM outbox_emails WHERE calendar IS NOT NULL"
        " AND template IN ('speaker/change-coming', 'common/details-changed')"
    )
    assert found == []


def test_a_branch_that_returns_to_the_agreed_day_leaves_nobody_asked(
    app: Flask, client: FlaskClient, make_request: Make, look: Look, rows: Callable[..., list[Any]]
) -> None:
    number, token = make_request(moves=BOOKED, dates=DATES)
    wish_two_days(client, token)
    change(client, token, date_1="14 January 2031")
    assert look(number, "turn", "state") == ("nobody", "confirmed")
    assert len(letters(rows, "speaker/details-changed-speaker")) == 1
    assert "You are booked to speak" in client.get(speakers_page(app)).text


def test_another_hour_of_the_agreed_day_counts_whatever_was_named_besides(
    client: FlaskClient, make_request: Make, look: Look, rows: Callable[..., list[Any]]
) -> None:
    number, token = make_request(moves=BOOKED, dates=[*DATES, DATES[0] | {"on": "2031-01-21"}])
    change(client, token, time_1="8pm")
    assert look(number, "confirmed_time").isoformat() == "20:00:00"
    assert len(letters(rows, "speaker/changed-speaker")) == 1


def test_nobody_is_to_answer_after_the_meeting(app: Flask, make_request: Make) -> None:
    number, _ = make_request(moves=BOOKED, dates=DATES)
    soon = london_day(utc_now()) + timedelta(days=1)
    with app.app_context():
        request = db.session.get_one(Submission, number)
        given = {"confirmed_on": soon.isoformat(), "confirmed_time": "19:00"}
        actions.perform(
            db.session, request, "change-meeting", by=Mover(Actor.COORDINATOR), now=utc_now(), answers=given
        )
        assert db.session.scalars(select(Offer)).one().answer_by < soon
        told = db.session.scalars(select(OutboxEmail.text).where(OutboxEmail.template == "speaker/changed")).one()
        assert "Please tell your members only then." in " ".join(told.split())


LINK = "https://meet.example.org/j/Ab1?pwd=Cd"


def test_a_new_link_reaches_the_speaker_and_both_calendars(
    client: FlaskClient, make_request: Make, look: Look, rows: Callable[..., list[Any]]
) -> None:
    number, token = make_request(moves=BOOKED, dates=DATES, meeting_format="online", platform="Zoom")
    change(client, token, platform=LINK)
    assert LINK in letters(rows, "speaker/details-changed-speaker")[0]
    assert look(number, "turn", "state") == ("nobody", "confirmed")
    files = rows("SELECT role, calendar FROM outbox_emails WHERE calendar IS NOT NULL ORDER BY id")
    newest = {role: read_back(calendar) for role, calendar in files}
    assert {role: LINK in f"{each.location} {each.description}" for role, each in newest.items()} == {
        "branch": True,
        "speaker": True,
    }


def test_whoever_owes_an_answer_is_not_told_that_there_is_nothing_to_do(
    client: FlaskClient, make_request: Make, rows: Callable[..., list[Any]]
) -> None:
    _, token = make_request(moves=BOOKED, dates=DATES, meeting_format="online", platform="Zoom")
    change(client, token, joining_link=LINK)
    change(client, token, date_1="21 January 2031")
    change(client, token, joining_link=f"{LINK}2")
    first, second = letters(rows, "speaker/details-changed-speaker")
    assert "there is nothing to do" in first
    assert "there is nothing to do" not in second
    assert "You have not told us yet whether the change before this one suits you." in second


@pytest.mark.parametrize("meeting_format", ["online", "either"])
def test_the_link_has_a_box_of_its_own_and_keeps_its_capitals(
    app: Flask, client: FlaskClient, make_request: Make, rows: Callable[..., list[Any]], meeting_format: str
) -> None:
    number, token = make_request(
        moves=BOOKED, dates=DATES, meeting_format=meeting_format, platform="Zoom", venue="Redhills"
    )
    with app.app_context():
        assert db.session.get_one(SpeakerRequest, number).lacks_details
    change(client, token, joining_link=LINK)
    assert f"Zoom, {LINK}" in letters(rows, "speaker/details-changed-speaker")[0]
    files = rows("SELECT role, calendar FROM outbox_emails WHERE calendar IS NOT NULL ORDER BY id")
    newest = {role: read_back(calendar) for role, calendar in files}
    assert all(LINK in each.location for each in newest.values())
    page = client.get(f"/track/{token}").text
    assert LINK in page
    assert "joining link" not in page
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        assert not request.lacks_details
        assert f"nline, Zoom, {LINK}" in str(asked_for.rows(request, {}, ""))


def test_what_the_branch_wrote_before_a_new_link_still_waits_for_us(
    client: FlaskClient, make_request: Make, look: Look
) -> None:
    number, token = make_request(moves=BOOKED, dates=DATES, meeting_format="online", platform="Zoom")
    page = client.get(f"/track/{token}/message").text
    sent = {"csrf_token": csrf_token(page), "message": "May two of us chair?"}
    assert client.post(f"/track/{token}/message", data=sent).status_code == 303
    promised = look(number, "due_on")
    change(client, token, platform=LINK)
    assert look(number, "turn", "due_on") == ("us", promised)


def test_a_coordinator_says_that_the_speaker_has_agreed_already(
    app: Flask, make_request: Make, look: Look, rows: Callable[..., list[Any]]
) -> None:
    number, _ = make_request(moves=BOOKED, dates=DATES)
    with app.app_context():
        actions.perform(
            db.session,
            db.session.get_one(Submission, number),
            "change-meeting",
            by=Mover(Actor.COORDINATOR),
            now=utc_now(),
            answers={"confirmed_on": "2031-01-21", "confirmed_time": "19:00", "agreed": "By telephone"},
        )
        db.session.commit()
    assert look(number, "turn") == "nobody"
    assert "You have agreed to this already" in letters(rows, "speaker/changed-speaker")[0]


@pytest.mark.parametrize("fields", [{"audience_size": "40"}, {"venue": "Town Hall"}, {"time_1": "19:00"}])
def test_other_changes_need_no_question(client: FlaskClient, make_request: Make, fields: dict[str, str]) -> None:
    _, token = make_request(moves=BOOKED, dates=DATES)
    page = change(client, token, **fields)
    assert "still booked" not in page


@pytest.mark.parametrize("fields", [{"time_1": "8pm"}, {"meeting_format": "online"}])
def test_an_hour_and_the_room_are_asked_about_as_well(
    client: FlaskClient, make_request: Make, fields: dict[str, str]
) -> None:
    _, token = make_request(moves=BOOKED, dates=DATES)
    assert ASKED in change(client, token, **fields)


def test_before_anybody_is_booked_a_change_is_a_change(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request(dates=DATES)
    assert "booked" not in change(client, token, date_1="21 January 2031")


def test_it_is_said_in_ukrainian(client: FlaskClient, make_request: Make) -> None:
    _, token = make_request(moves=BOOKED, dates=DATES, language="uk")
    page = change(client, token, date_1="21 січня 2031")
    assert "вівторок, 14 січня 2031 року, 19:00" in page
    assert "still booked" not in page
