"""Standing by: asked, booked, swapped in on the day, and everybody is told; or the branch has a plan B."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.clock import london_day
from portal.dashboard import meeting_day
from portal.emails import links
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers import away_while_booked, beside, dropping_out, standing_by, vetoes
from portal.speakers.arranged import arranged
from portal.speakers.beside_rows import STAND_BY_MISSING
from portal.speakers.engagements import BookedSlot
from portal.speakers.nearby import Days
from portal.submissions import actions, follow_ups, intake, reminders, tasks, whole
from portal.submissions.actions import NotPermittedError, WrongAnswerError
from portal.submissions.promises import working_days_after
from portal.submissions.work import Task
from portal.submissions.workflow import Actor
from tests.conftest import csrf_token
from tests.submissions.entries import BRANCH, COORDINATOR, NOW, speaker_answers
from tests.submissions.walks import letters_of, registered, text_of

SPEAKER = actions.Mover(Actor.SPEAKER)


def perform(request: Any, name: str, by: Any = COORDINATOR, minutes: int = 0, **answers: str) -> Any:
    return actions.perform(db.session(), request, name, by=by, now=NOW + timedelta(minutes=minutes), answers=answers)


def booked(name: str = "Mykola Terykon", **more: Any) -> Any:
    """A request for which somebody in Ukraine is booked."""
    request = intake.file(
        db.session(), "speaker", speaker_answers(meeting_format="online"), now=NOW, language="en", by=BRANCH
    )
    first = registered(NOW, "mykola@example.org", name=name, lives_in="ukraine", **more)
    perform(request, "ask-speakers", speakers=str(first.id))
    perform(
        request, "confirm", confirmed_on="2027-01-14", confirmed_time="19:00", agreed="By telephone", may_name_me="yes"
    )
    return request


def with_stand_by() -> Any:
    request = booked()
    second = registered(NOW, "iryna@example.org", name="Iryna Vesna")
    perform(request, "ask-stand-by", minutes=1, speakers=str(second.id))
    perform(request, "stand-by-accepts", SPEAKER, minutes=2, may_name_me="yes")
    return request


def test_who_stands_by_is_booked_beside_the_speaker(app: Flask) -> None:
    with app.app_context():
        request = with_stand_by()
        assert request.stand_by
        assert [each.role for each in request.bookings] == ["speaker", "stand-by"]
        taken = {slot.speaker_id for slot in db.session.scalars(select(BookedSlot))}
        assert len(taken) == 2
        assert letters_of(request)[-2:] == [
            ("speaker/stand-by-offer", "iryna@example.org"),
            ("speaker/stand-by-booked", "iryna@example.org"),
        ]
        assert "Mykola" not in text_of(request, "speaker/stand-by-booked")
        with pytest.raises((NotPermittedError, WrongAnswerError)):
            perform(request, "ask-stand-by", minutes=3, speakers="1")


@pytest.mark.parametrize("is_there", [True, False])
def test_who_drops_out_while_somebody_stands_by_is_no_reason_for_another_day(app: Flask, is_there: bool) -> None:
    with app.app_context():
        request = with_stand_by() if is_there else booked()
        perform(request, "speaker-dropped-out", minutes=3)
        to_branch, to_team = (text_of(request, f"speaker/dropped-out{each}") for each in ("", "-team"))
        assert ("Somebody else stands by for your meeting." in to_branch) is is_there
        assert ("a later date" in to_branch) is not is_there
        assert "Iryna" not in to_branch
        assert ("one press swaps them" in to_team) is is_there
        assert ("look for somebody else today" in to_team) is not is_there
        assert request.is_asked_for_later is not is_there


def test_one_click_swaps_and_tells_everyone(app: Flask) -> None:
    with app.app_context():
        request = with_stand_by()
        before = len(letters_of(request))
        perform(request, "swap", minutes=3)
        assert request.state == "confirmed"
        assert request.speaker_name == "Iryna Vesna"
        assert sorted(letters_of(request)[before:]) == [
            ("speaker/stood-down", "mykola@example.org"),
            ("speaker/swapped", request.contact_email),
            ("speaker/you-speak", "iryna@example.org"),
        ]
        assert "Iryna Vesna will speak at your meeting" in text_of(request, "speaker/swapped")
        living = [each for each in request.bookings if each.state == "booked"]
        assert [(each.role, each.speaker.name) for each in living] == [("speaker", "Iryna Vesna")]
        methods = dict(
            db.session.execute(
                select(OutboxEmail.to_address, OutboxEmail.calendar_method).where(
                    OutboxEmail.template.in_(("speaker/stood-down", "speaker/you-speak"))
                )
            ).all()
        )
        assert methods == {"mykola@example.org": "CANCEL", "iryna@example.org": "REQUEST"}
        ended = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "speaker/stood-down")).one()
        words = " ".join((ended.calendar or "").replace("\r\n ", "").split())
        assert "Your booking has ended\\, and the meeting stands." in words
        assert "called off" not in words


@pytest.mark.parametrize("has_dropped_out", [True, False])
def test_nobody_is_swapped_in_against_a_veto(app: Flask, has_dropped_out: bool) -> None:
    with app.app_context():
        request = with_stand_by()
        standing = request.stand_by
        assert standing
        assert vetoes.add(db.session(), standing.speaker, now=NOW, union=request.union)
        db.session.commit()
        about = db.session.scalars(select(Task.about).where(Task.key.startswith("veto:"))).one()
        assert "Say that they cannot stand by" in about
        assert "dropped out" not in about, "whoever follows it keeps the speaker"
        assert dict(arranged(request))["Stands by"] == "Iryna Vesna (does not wish to visit this branch after all)"
        if has_dropped_out:
            perform(request, "speaker-dropped-out", SPEAKER, minutes=3)
            assert "one press swaps them" not in text_of(request, "speaker/dropped-out-team")
        with pytest.raises(NotPermittedError):
            perform(request, "swap", minutes=4)
        with pytest.raises(WrongAnswerError):
            beside.swap(request, {}, NOW)


def vetoed(request: Any, email: str) -> None:
    """Whoever has that address does not wish to visit the branch after all."""
    speaker = next(each.speaker for each in request.offers if each.speaker.email == email)
    assert vetoes.add(db.session(), speaker, now=NOW + timedelta(minutes=3), branch=request.branch)


def test_the_task_about_a_veto_ends_with_standing_by(app: Flask) -> None:
    with app.app_context():
        request = with_stand_by()
        vetoed(request, "iryna@example.org")
        assert len(tasks.of_request(db.session(), request.id)) == 1
        perform(request, "stand-by-declines", minutes=4)
        assert list(tasks.of_request(db.session(), request.id)) == []


def test_who_is_asked_to_stand_by_and_does_not_wish_to_come_is_not_booked(app: Flask) -> None:
    with app.app_context():
        request = booked()
        second = registered(NOW, "iryna@example.org", name="Iryna Vesna")
        perform(request, "ask-stand-by", minutes=1, speakers=str(second.id))
        vetoed(request, "iryna@example.org")
        with pytest.raises((NotPermittedError, WrongAnswerError)):
            perform(request, "stand-by-accepts", SPEAKER, minutes=4)
        assert [each.role for each in request.bookings] == ["speaker"]


def test_whoever_was_let_go_reads_on_their_page_what_happened(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        request = with_stand_by()
        perform(request, "swap", minutes=20)
        path = links.path_of(links.issue(db.session(), "offer", request.offers[0].id, NOW))
        db.session.commit()
        number = request.id
    page = client.get(path).get_data(as_text=True)
    assert "Somebody else speaks at this meeting" in page
    assert "You were booked for this meeting, and somebody else speaks in your place." in page
    assert "has passed" not in page
    with app.app_context():
        again = whole.load(db.session(), number)
        perform(again, "cancel", minutes=30, reason="No hall")
        other = links.path_of(links.issue(db.session(), "offer", again.offers[1].id, NOW))
        db.session.commit()
    assert "The meeting has been called off." in client.get(other).get_data(as_text=True)


def test_who_is_swapped_in_reads_that_an_interpreter_comes_and_of_the_link_once(app: Flask) -> None:
    with app.app_context():
        request = with_stand_by()
        ira = registered(NOW, "ira@example.org", name="Ira", kind="interpreter", languages={"en": "good", "uk": "good"})
        perform(request, "ask-interpreter", minutes=3, speakers=str(ira.id))
        perform(request, "interpreter-accepts", SPEAKER, minutes=4)
        perform(request, "swap", minutes=5)
        letter = text_of(request, "speaker/you-speak")
        assert "- Interpreter: " in letter
        assert ("still waiting for this" in letter) + ("is still to come" in letter) == 1


@pytest.mark.parametrize("state", ["matching", "offered"])
def test_the_desk_reads_the_day_that_stands_after_a_drop_out(app: Flask, state: str) -> None:
    with app.app_context():
        request = booked()
        request.dates = [*request.dates, {"on": "2027-01-21", "time": "19:00", "time_text": ""}]
        perform(request, "speaker-dropped-out", SPEAKER, minutes=1)
        if state == "offered":
            perform(request, "ask-speakers", minutes=2, speakers=str(registered(NOW, "ivan@example.org").id))
        assert request.state == state
        said = meeting_day.line(request, london_day(NOW))
        assert said.startswith("The meeting is in")
        assert "Thursday 14 January" in said


def test_a_speaker_who_drops_out_leaves_the_one_who_stands_by(app: Flask) -> None:
    with app.app_context():
        request = with_stand_by()
        speaker, day = request.offers[0].speaker, request.meeting_on
        assert away_while_booked.tell(db.session(), speaker, Days(day, day, None, None, False), NOW)
        perform(request, "speaker-dropped-out", SPEAKER, minutes=3, reason="No light")
        assert request.state == "matching"
        # Nobody waits until four weeks before the meeting: it is on top of the queue, with a task of its own.
        assert request.due_on == working_days_after(london_day(NOW), 1)
        assert request.stand_by
        open_tasks = [task.about for task in tasks.of_request(db.session(), request.id)]
        assert open_tasks == [dropping_out.SPEAKER_GONE]
        perform(request, "swap", minutes=4)
        assert list(tasks.of_request(db.session(), request.id)) == []
        assert (request.state, request.speaker_name) == ("confirmed", "Iryna Vesna")


def test_a_cancelled_meeting_frees_both(app: Flask) -> None:
    with app.app_context():
        request = with_stand_by()
        perform(request, "cancel", minutes=3, reason="The hall has burst its pipes.")
        assert ("speaker/stand-by-over", "iryna@example.org") in letters_of(request)
        assert db.session.scalars(select(BookedSlot)).all() == []


def test_a_moved_meeting_moves_both(app: Flask) -> None:
    with app.app_context():
        request = with_stand_by()
        perform(request, "change-meeting", minutes=3, confirmed_on="2027-01-21", confirmed_time="19:00")
        assert {each.starts_at.date() for each in request.bookings} == {date(2027, 1, 21)}
        assert ("speaker/stand-by-changed", "iryna@example.org") in letters_of(request)


def test_nobody_stands_by_is_a_task_until_there_is_a_plan_b(app: Flask) -> None:
    with app.app_context():
        request = booked()
        names = [each.row.name for each in follow_ups.planned(request, {}, date(2026, 12, 30))]
        assert "stand-by-missing" in names
        perform(request, "plan-b", reason="Read out our greeting, and take a collection.")
        assert "take a collection" in text_of(request, "speaker/plan-b")
        names = [each.row.name for each in follow_ups.planned(request, {}, date(2026, 12, 30))]
        assert "stand-by-missing" not in names


DAY_OF_MEETING = datetime(2027, 1, 14, 10, tzinfo=UTC)


def seen_to(request: Any, at: datetime = DAY_OF_MEETING) -> list[str]:
    """The open tasks of a request after the worker has passed at that moment."""
    reminders.remind(db.session(), request.id, at)
    db.session.flush()
    return [task.about for task in tasks.of_request(db.session(), request.id)]


def performed(request: Any, name: str, by: Any = COORDINATOR, **answers: str) -> None:
    """A move on the day of the meeting."""
    actions.perform(db.session(), request, name, by=by, now=DAY_OF_MEETING, answers=answers)


def test_nobody_stands_by_on_the_day_itself_is_a_task_too(app: Flask) -> None:
    with app.app_context():
        assert STAND_BY_MISSING.task in seen_to(booked())


@pytest.mark.parametrize("how", ["plan-b", "stand-by"])
def test_the_task_that_nobody_stands_by_ends_with_what_it_asks_for(app: Flask, how: str) -> None:
    with app.app_context():
        request = booked()
        assert STAND_BY_MISSING.task in seen_to(request)
        if how == "plan-b":
            performed(request, "plan-b", reason="Read out our greeting.")
        else:
            performed(request, "ask-stand-by", speakers=str(registered(NOW, "iryna@example.org", name="Iryna").id))
            assert STAND_BY_MISSING.task in seen_to(request), "who is asked does not stand by yet"
            performed(request, "stand-by-accepts", SPEAKER)
        assert STAND_BY_MISSING.task not in seen_to(request)


@pytest.mark.parametrize("lives_in", ["ukraine", "uk"])
def test_a_swap_on_the_day_is_told_by_telephone_and_asks_for_the_next_stand_by(app: Flask, lives_in: str) -> None:
    with app.app_context():
        request = booked()
        assert STAND_BY_MISSING.task in seen_to(request)
        second = registered(NOW, "iryna@example.org", name="Iryna Vesna", lives_in=lives_in)
        performed(request, "ask-stand-by", speakers=str(second.id))
        performed(request, "stand-by-accepts", SPEAKER)
        assert seen_to(request) == []
        performed(request, "swap")
        missing = [STAND_BY_MISSING.task] if lives_in == "ukraine" else []
        assert sorted(seen_to(request)) == sorted([standing_by.SWAPPED, *missing])
        actions.perform(db.session(), request, "held", by=COORDINATOR, now=DAY_OF_MEETING + timedelta(hours=12))
        assert not {standing_by.SWAPPED, *missing}.intersection(seen_to(request))


def test_a_swap_long_before_is_told_by_letters(app: Flask) -> None:
    with app.app_context():
        request = with_stand_by()
        perform(request, "swap", minutes=3)
        assert list(tasks.of_request(db.session(), request.id)) == []


def test_for_a_speaker_who_is_found_on_the_day_somebody_is_to_stand_by_anew(app: Flask) -> None:
    with app.app_context():
        request = booked()
        assert STAND_BY_MISSING.task in seen_to(request)
        performed(request, "speaker-dropped-out", SPEAKER)
        assert STAND_BY_MISSING.task not in seen_to(request)
        third = registered(NOW, "third@example.org", name="Third Example", lives_in="ukraine")
        performed(request, "ask-speakers", speakers=str(third.id))
        performed(request, "confirm", confirmed_on="2027-01-14", confirmed_time="19:00", agreed="By telephone")
        assert seen_to(request).count(STAND_BY_MISSING.task) == 1


def test_who_stands_by_goes_where_the_meeting_goes_after_a_drop_out(app: Flask) -> None:
    with app.app_context():
        request = with_stand_by()
        perform(request, "speaker-dropped-out", SPEAKER, minutes=3)
        third = registered(NOW, "third@example.org", name="Third Example")
        perform(request, "ask-speakers", minutes=4, speakers=str(third.id))
        perform(request, "confirm", minutes=5, confirmed_on="2027-01-21", confirmed_time="19:00", agreed="By telephone")
        living = [each for each in request.bookings if each.state == "booked"]
        assert {(each.role, each.starts_at.date()) for each in living} == {
            ("stand-by", date(2027, 1, 21)),
            ("speaker", date(2027, 1, 21)),
        }
        assert ("speaker/stand-by-changed", "iryna@example.org") in letters_of(request)


def test_nobody_is_swapped_into_a_meeting_without_an_hour(app: Flask) -> None:
    with app.app_context():
        request = with_stand_by()
        perform(request, "speaker-dropped-out", SPEAKER, minutes=3)
        request.meeting_on, request.confirmed_time = date(2027, 2, 4), None
        with pytest.raises(NotPermittedError):
            perform(request, "swap", minutes=4)


def test_a_meeting_that_moves_while_somebody_is_asked_to_stand_by_is_asked_about_anew(app: Flask) -> None:
    with app.app_context():
        request = booked()
        second = registered(NOW, "iryna@example.org", name="Iryna Vesna")
        perform(request, "ask-stand-by", minutes=1, speakers=str(second.id))
        perform(request, "change-meeting", minutes=2, confirmed_on="2027-01-21", confirmed_time="19:00")
        asked = request.offers[-1]
        assert [row["on"] for row in asked.dates] == ["2027-01-21"]
        perform(request, "stand-by-accepts", SPEAKER, minutes=3)
        assert asked.accepted == ["2027-01-21"]


def test_who_is_asked_to_stand_by_answers_on_a_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        request = booked()
        second = registered(NOW, "iryna@example.org", name="Iryna Vesna")
        perform(request, "ask-stand-by", minutes=1, speakers=str(second.id))
        path = links.path_of(links.issue(db.session(), "offer", request.offers[-1].id, NOW))
        number = request.id
        db.session.commit()
    page = client.get(path).text
    assert "Could you stand by for a meeting?" in page
    assert "Durham" not in page
    answer = client.post(f"{path}/yes", data={"csrf_token": csrf_token(page), "accepted": "2027-01-14"})
    assert answer.status_code == 303
    assert "You stand by for this meeting" in client.get(path).text
    page = client.get(f"{path}/no").text
    assert client.post(f"{path}/no", data={"csrf_token": csrf_token(page)}).status_code == 303
    with app.app_context():
        request = whole.load(db.session(), number)
        assert not request.stand_by
        assert request.turn == "us"
        assert request.state == "confirmed"


def test_a_busy_stand_by_does_not_keep_the_meeting_from_moving(app: Flask) -> None:
    with app.app_context():
        request = with_stand_by()
        second = request.offers[-1].speaker
        other = intake.file(
            db.session(),
            "speaker",
            speaker_answers(meeting_format="online", date_1="21 January 2027"),
            now=NOW,
            language="en",
            by=BRANCH,
        )
        perform(other, "ask-speakers", minutes=3, speakers=str(second.id))
        perform(other, "confirm", minutes=4, confirmed_on="2027-01-21", confirmed_time="19:00", agreed="By telephone")
        perform(request, "change-meeting", minutes=5, confirmed_on="2027-01-21", confirmed_time="19:00")
        assert request.meeting_on == date(2027, 1, 21)
        assert not request.stand_by
        assert [each.role for each in request.bookings if each.state == "booked"] == ["speaker"]
        about = db.session.scalars(select(Task.about).where(Task.reason == "booking")).one()
        assert "Ask somebody else to stand by" in about


def test_the_yes_of_who_stands_by_names_nobody_else(app: Flask) -> None:
    with app.app_context():
        request = with_stand_by()
        request.offers[0].may_name_me = False
        assert request.shown_speaker == ""
        assert request.shown_email == ""
        perform(request, "change-meeting", minutes=3, confirmed_on="2027-01-21", confirmed_time="19:00")
        assert "Mykola" not in text_of(request, "speaker/changed")
        perform(request, "stand-by-accepts", minutes=4, may_name_me="yes")
        perform(request, "swap", minutes=5)
        assert request.shown_speaker == "Iryna Vesna"


def says_yes(client: FlaskClient, path: str, **ticks: str) -> None:
    page = client.get(path).text
    assert client.post(f"{path}/yes", data={"csrf_token": csrf_token(page), **ticks}).status_code == 303


@pytest.mark.parametrize("may_ring", [True, False])
def test_on_the_eve_both_sides_get_the_numbers_that_were_agreed_to(
    app: Flask, client: FlaskClient, may_ring: bool
) -> None:
    ticks = {"may_name_me": "yes"} | ({"may_ring_me": "yes"} if may_ring else {})
    with app.app_context():
        typed = speaker_answers(meeting_format="online")
        request = intake.file(db.session(), "speaker", typed, now=NOW, language="en", by=BRANCH)
        first = registered(NOW, "mykola@example.org", name="Mykola Terykon", phone="07700 900111")
        second = registered(NOW, "iryna@example.org", name="Iryna Vesna", phone="07700 900222")
        people, number = (first.id, second.id), request.id
        db.session.commit()
    for person, move in zip(people, ("ask-speakers", "ask-stand-by"), strict=True):
        with app.app_context():
            request = whole.load(db.session(), number)
            perform(request, move, speakers=str(person))
            path = links.path_of(links.issue(db.session(), "offer", request.offers[-1].id, NOW))
            db.session.commit()
        assert "my phone number" in client.get(path).text
        says_yes(client, path, accepted="2027-01-14", **ticks)
        with app.app_context():
            request = whole.load(db.session(), number)
            if request.state == "offered":
                perform(request, "confirm", confirmed_on="2027-01-14", confirmed_time="19:00")
                assert "07700" not in text_of(request, "speaker/confirmed")
            db.session.commit()
    with app.app_context():
        request = whole.load(db.session(), number)
        eve = NOW + timedelta(days=(date(2027, 1, 13) - london_day(NOW)).days, hours=1)
        reminders.remind(db.session(), number, eve)
        to_branch = text_of(request, "speaker/meeting-tomorrow")
        assert ("- Their phone: 07700 900111" in to_branch) is may_ring
        assert ("Their phone: 07700 900222" in to_branch) is may_ring
        to_speaker = text_of(request, "speaker/meeting-tomorrow-speaker")
        assert "somebody stands by to speak in your place" in to_speaker
        assert "Iryna" not in to_speaker
        assert "07700 900222" not in to_speaker


def test_whoever_stands_by_reads_when_and_how_and_hears_as_the_day_comes(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        request = with_stand_by()
        for template in ("speaker/stand-by-offer", "speaker/stand-by-booked"):
            assert "Online" in text_of(request, template), template
            assert "Thursday 14 January 2027, 7pm" in text_of(request, template), template
        path = links.path_of(links.issue(db.session(), "offer", request.stand_by.id, NOW))
        db.session.commit()
        for days in range(1, (date(2027, 1, 13) - london_day(NOW)).days + 1):
            now = NOW + timedelta(days=days, hours=1)
            for number in reminders.ready(db.session(), now):
                reminders.remind(db.session(), number, now)
                db.session.commit()
        sent = letters_of(request)
        assert sent.count(("speaker/stand-by-near", "iryna@example.org")) == 1
        assert "The meeting is tomorrow." in text_of(request, "speaker/stand-by-tomorrow")
        tomorrow = text_of(request, "speaker/meeting-tomorrow")
        assert "If your speaker cannot come, Iryna Vesna stands by to speak." in tomorrow
        assert "- Their email: mykola@example.org" in tomorrow
        for template in ("speaker/meeting-soon-speaker", "speaker/meeting-tomorrow-speaker"):
            assert "Your page for this meeting" in text_of(request, template), template
    page = client.get(path).get_data(as_text=True)
    assert "You stand by for this meeting" in page
    assert "Thursday 14 January 2027, 7pm in London, 9pm in Kyiv" in page


def test_who_is_swapped_in_and_the_branch_read_that_the_way_in_is_missing(app: Flask) -> None:
    with app.app_context():
        request = with_stand_by()
        request.platform, request.joining_link = "Zoom", ""
        perform(request, "swap", minutes=3)
        to_branch = text_of(request, "speaker/swapped")
        assert "They still need the joining link" in to_branch
        assert "- Their email: iryna@example.org" in to_branch
        assert "waiting for this from the branch: the joining link" in text_of(request, "speaker/you-speak")


def test_on_the_eve_both_sides_read_that_the_way_in_is_missing(app: Flask) -> None:
    with app.app_context():
        request = booked(language="uk")
        request.platform, request.joining_link = "Zoom", ""
        db.session.commit()
        reminders.remind(db.session(), request.id, datetime.combine(date(2027, 1, 13), time(10), UTC))
        assert "Your speaker still needs the joining link" in text_of(request, "speaker/meeting-tomorrow")
        assert "чекаємо від організації на таке: посилання" in text_of(request, "speaker/meeting-tomorrow-speaker")
