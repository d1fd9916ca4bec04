"""A speaker could come on another day: the branch answers on its own page, and its answer flows on."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import LONDON, utc_now
from portal.dashboard.next_step import next_step
from portal.emails import links
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers.models import SpeakerRequest
from portal.submissions import actions, follow_ups, reminders
from portal.submissions.actions import NotPermittedError
from portal.submissions.day_words import in_words_of
from portal.submissions.models import Submission
from portal.submissions.promises import working_days_after
from portal.submissions.work import Task
from tests.conftest import csrf_token
from tests.public.conftest import main_of
from tests.public.speaker import fields_on
from tests.public.test_offer import asked, say, stored
from tests.submissions.entries import COORDINATOR

OTHER = {"other_on": "2027-02-11", "other_time": "17:00"}
WORDS = "Thursday 11 February 2027, 5pm"


def move(app: Flask, number: int, name: str, **answers: str) -> None:
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        actions.perform(db.session(), request, name, by=COORDINATOR, now=utc_now(), answers=answers)
        db.session.commit()


def put(app: Flask, client: FlaskClient, *, is_booked: bool = False, other_time: str = "17:00") -> tuple[int, str, str]:
    """A request whose branch is asked about a speaker's other day: number, path of the speaker, path of the branch."""
    number, (speaker,) = asked(app, date_2="")
    if is_booked:
        move(app, number, "confirm", confirmed_on="2027-01-14", confirmed_time="19:00", agreed="By telephone")
    say(client, speaker, "other-date", date_other="11 February 2027", time_other="5pm")
    move(app, number, "ask-other-day", **OTHER | {"other_time": other_time})
    with app.app_context():
        branch = links.path_of(links.issue(db.session(), "track", number, utc_now()))
        db.session.commit()
    return number, speaker, branch


def answer(client: FlaskClient, branch: str, name: str) -> Any:
    page = client.get(f"{branch}/moves/{name}").text
    return client.post(f"{branch}/moves/{name}", data={"csrf_token": csrf_token(page)}, follow_redirects=True)


def panel(app: Flask, number: int) -> Any:
    with app.app_context():
        return next_step(db.session.get_one(Submission, number), utc_now())


@pytest.mark.parametrize("is_booked", [False, True])
def test_the_branch_finds_the_question_on_its_page_with_three_answers(
    app: Flask, client: FlaskClient, is_booked: bool
) -> None:
    number, _, branch = put(app, client, is_booked=is_booked)
    page = main_of(client.get(branch).text)
    assert f"A speaker could come on {WORDS}. Does that suit your branch?" in page
    assert "It is your turn now." in page
    for words, path in (
        ("Yes, that day suits us", f"{branch}/moves/other-day-suits"),
        ("No, it does not suit us", f"{branch}/moves/other-day-does-not-suit"),
        ("Another date would suit us", f"{branch}/change/meeting"),
    ):
        assert words in page
        assert f'href="{path}"' in page
    with app.app_context():
        letter = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "speaker/other-day")).one()
        assert f"They could come on {WORDS}." in letter.text
        assert "Answer on your page" in letter.text
        assert "Olena" not in letter.text
    step = panel(app, number)
    assert step.what == "the branch says whether another day suits"
    assert any(WORDS in line for line in step.lines)
    assert stored(app, number)["turn"] == "branch"


def test_its_yes_moves_a_meeting_whose_speaker_is_booked(app: Flask, client: FlaskClient) -> None:
    number, speaker, branch = put(app, client, is_booked=True)
    answer(client, branch, "other-day-suits")
    after = stored(app, number)
    # They named that very day: nobody asks them once more.
    assert (after["turn"], after["letters"][-1]) == ("nobody", "speaker/changed-speaker")
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        assert f"{request.meeting_on} {request.confirmed_time:%H:%M}" == "2027-02-11 17:00"
        assert [f"{each.starts_at:%d.%m.%H}" for each in request.bookings] == ["11.02.17"]
    assert "Yes, this suits me" not in client.get(speaker).text
    assert panel(app, number).what == "the meeting"


@pytest.mark.parametrize("is_booked", [False, True])
def test_its_no_asks_the_speaker_once_more(app: Flask, client: FlaskClient, is_booked: bool) -> None:
    number, speaker, branch = put(app, client, is_booked=is_booked)
    answer(client, branch, "other-day-does-not-suit")
    after = stored(app, number)
    assert (after["turn"], after["letters"][-1]) == ("speaker", "speaker/other-day-refused")
    shown = main_of(client.get(speaker).text)
    assert "We ask the branch about the date you named" not in shown
    assert "Your answer" in shown
    with app.app_context():
        tasks = db.session.scalars(select(Task.about).where(Task.submission_id == number, Task.done_at.is_(None))).all()
        assert any("ask somebody else too" in each for each in tasks) is not is_booked
    with pytest.raises(NotPermittedError):
        move(app, number, "other-day-suits")


def test_a_third_day_of_the_branch_ends_the_question(app: Flask, client: FlaskClient) -> None:
    number, speaker, branch = put(app, client)
    page = client.get(f"{branch}/change/meeting").text
    fields = fields_on(page) | {"date_1": "25 February 2027"}
    client.post(f"{branch}/change/meeting", data=fields)
    assert "Does that suit your branch?" not in client.get(branch).text
    assert "25 February 2027" in client.get(speaker).text
    assert stored(app, number)["turn"] == "speaker"


def test_a_yes_that_cannot_be_kept_is_for_a_person(app: Flask, client: FlaskClient) -> None:
    number, _, branch = put(app, client, is_booked=True)
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        request.offers[0].other_on = utc_now().date() - timedelta(days=1)
        db.session.commit()
    assert answer(client, branch, "other-day-suits").status_code == 200
    assert stored(app, number)["turn"] == "us"


def test_the_desk_telephones_a_branch_that_does_not_say(app: Flask, client: FlaskClient) -> None:
    number, _, _ = put(app, client)
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        due = request.other_day_by
        assert due is not None
        names = [each.row.name for each in follow_ups.planned(request, {}, due)]
        assert "other-day-unanswered" in names
        at = datetime.combine(working_days_after(due, 1), time(10), LONDON)
        assert number in reminders.ready(db.session(), at)
        reminders.remind(db.session(), number, at)
        db.session.commit()
        tasks = db.session.scalars(select(Task.about).where(Task.submission_id == number)).all()
        assert any("has not said whether the speaker’s other day suits" in each for each in tasks)


def test_whoever_named_the_day_has_said_yes_to_it_and_a_coordinator_confirms(app: Flask, client: FlaskClient) -> None:
    number, speaker, branch = put(app, client)
    answer(client, branch, "other-day-suits")
    after = stored(app, number)
    assert (after["state"], after["turn"], after["offers"]) == ("offered", "us", ["accepted"])
    page = " ".join(client.get(branch).text.split())
    assert "Does that suit your branch?" not in page
    assert "Somebody can speak at your meeting, and we settle it now" in page
    assert "Somebody has said yes" in page
    assert "as soon as somebody says yes" not in page
    with app.app_context():
        letter = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "speaker/offer-changed")).one()
        assert "The branch can meet then" in letter.text
        assert "Thursday 11 February 2027, 5pm in London" in letter.text
        assert "14 January" not in letter.text
        assert "nothing more to do" in letter.text
        due = db.session.scalars(select(Task).where(Task.submission_id == number, Task.done_at.is_(None))).one()
        assert "Confirm the meeting" in due.about
    shown = main_of(client.get(speaker).text)
    assert "The branch can meet on the day you named" in shown
    assert "14 January" not in shown
    move(app, number, "confirm", confirmed_on="2027-02-11", confirmed_time="17:00")
    assert stored(app, number)["state"] == "confirmed"
    with app.app_context():
        assert not db.session.scalars(select(Task).where(Task.submission_id == number, Task.done_at.is_(None))).all()


def test_a_day_that_we_read_out_of_a_speaker_s_words_wants_one_press(app: Flask, client: FlaskClient) -> None:
    number, speaker, branch = put(app, client, other_time="17:30")
    answer(client, branch, "other-day-suits")
    after = stored(app, number)
    assert (after["turn"], after["offers"]) == ("speaker", ["asked"])
    with app.app_context():
        letter = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "speaker/offer-changed")).one()
        assert "The branch can meet then" in letter.text
        assert "One press on your page" in letter.text
    shown = main_of(client.get(speaker).text)
    assert "The day you named suits the branch" in shown
    assert "14 January" not in shown
    assert "Which dates suit you?" not in shown
    say(client, speaker, "yes")
    assert stored(app, number)["offers"] == ["accepted"]


def test_a_yes_to_another_day_says_which_of_three_days_it_takes_the_place_of(app: Flask, client: FlaskClient) -> None:
    number, (speaker,) = asked(app, date_2="21 January 2027", date_3="28 January 2027")
    say(client, speaker, "other-date", date_other="11 February 2027", time_other="5pm")
    move(app, number, "ask-other-day", **OTHER)
    with app.app_context():
        branch = links.path_of(links.issue(db.session(), "track", number, utc_now()))
        days = [row["on"] for row in db.session.get_one(SpeakerRequest, number).dates]
        db.session.commit()
    assert len(days) == 3
    page = client.get(f"{branch}/moves/other-day-suits").text
    lost = in_words_of(date.fromisoformat(days[2]), "en")
    assert f"A request holds three days: {lost} takes no part any more." in page
    answer(client, branch, "other-day-suits")
    with app.app_context():
        kept = [row["on"] for row in db.session.get_one(SpeakerRequest, number).dates]
        assert kept == sorted([*days[:2], "2027-02-11"])


def test_the_agreed_day_stands_first_among_those_of_the_branch(app: Flask, client: FlaskClient) -> None:
    number, _ = asked(app, date_2="21 January 2027")
    move(app, number, "confirm", confirmed_on="2027-01-21", confirmed_time="19:30", agreed="By telephone")
    with app.app_context():
        request = db.session.get_one(SpeakerRequest, number)
        assert [row["on"] for row in request.dates] == ["2027-01-21", "2027-01-14"]
