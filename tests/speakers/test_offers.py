"""What happens to offers while the world goes on: dates pass, speakers pause, branches change their mind."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from portal.clock import LONDON, london_day
from portal.dashboard.next_step import next_step
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers import consenting, keeping, meeting_facts, offers, passing, vetoes
from portal.speakers.meeting_form import Meeting
from portal.speakers.settling import settled
from portal.submissions import actions, follow_ups, heard, intake, reminders
from portal.submissions.actions import NotPermittedError, WrongAnswerError
from portal.submissions.forms import FormContext
from portal.submissions.timeline import Viewer, timeline
from portal.submissions.work import Task
from portal.submissions.workflow import Actor
from tests.submissions.entries import BRANCH, COORDINATOR, NOW, speaker_answers
from tests.submissions.walks import letters_of, registered, text_of

SPEAKER = actions.Mover(Actor.SPEAKER)
WORKER = actions.Mover(Actor.WORKER)


def asked(*emails: str, now: Any = NOW, **answers: str) -> Any:
    """A request whose speakers were asked in one go."""
    request = intake.file(db.session(), "speaker", speaker_answers(**answers), now=now, language="en", by=BRANCH)
    chosen = ",".join(str(registered(now, email).id) for email in emails or ("petro@example.org",))
    perform(request, "ask-speakers", COORDINATOR, now, speakers=chosen)
    return request


def perform(request: Any, name: str, by: Any, now: Any = NOW, **answers: str) -> Any:
    return actions.perform(db.session(), request, name, by=by, now=now, answers=answers)


def test_a_reminder_does_not_come_on_the_day_to_answer_or_after_it(app: Flask) -> None:
    with app.app_context():
        request = asked()
        for today, is_planned in ((request.answer_by - timedelta(days=1), True), (request.answer_by, False)):
            names = [each.row.name for each in follow_ups.planned(request, {}, today)]
            assert ("offer-reminder" in names) is is_planned, today


def test_the_time_to_answer_is_counted_for_each_by_itself(app: Flask) -> None:
    with app.app_context():
        request = asked("petro@example.org")
        first_day = request.answer_by
        later = NOW + timedelta(days=2)
        second = registered(later, "iryna@example.org")
        perform(request, "ask-speakers", COORDINATOR, later, speakers=str(second.id))
        assert request.answer_by == first_day
        over = NOW + timedelta(days=(first_day - london_day(NOW)).days + 1)
        assert request.is_somebody_in_time
        perform(request, "some-unanswered", WORKER, over)
        assert [each.state for each in request.offers] == ["expired", "asked"]
        assert request.state == "offered"
        assert request.answer_by > first_day
        assert letters_of(request)[-1] == ("speaker/offer-expired", "petro@example.org")
        with pytest.raises(NotPermittedError):
            perform(request, "one-declined", COORDINATOR, over, offer=str(request.offers[1].id))


def test_silence_comes_by_itself_reminder_first(app: Flask) -> None:
    with app.app_context():
        request = asked("petro@example.org", "iryna@example.org")
        perform(
            request, "one-declined", SPEAKER, NOW + timedelta(hours=1), offer=str(request.offers[0].id), reason="Shifts"
        )
        db.session.commit()
        for day in range(1, 9):
            for hour in (0, 3):
                now = NOW + timedelta(days=day, hours=hour)
                for number in reminders.ready(db.session(), now):
                    reminders.remind(db.session(), number, now)
                    db.session.commit()
        sent = [each for each in letters_of(request) if each[0].startswith("speaker/offer")]
        # Who has said no is neither reminded nor told that their time is over.
        assert sent.count(("speaker/offer-reminder", "iryna@example.org")) == 1
        assert sent.count(("speaker/offer-expired", "iryna@example.org")) == 1
        assert ("speaker/offer-reminder", "petro@example.org") not in sent
        assert request.state == "matching"
        assert db.session.scalars(select(Task.about).where(Task.reason == "next")).one().startswith("No answer came")


def test_what_comes_by_itself_is_seen_ahead(app: Flask) -> None:
    with app.app_context():
        request = asked()
        planned = follow_ups.planned(request, {}, london_day(NOW))
        assert [each.row.name for each in planned][:2] == ["offer-reminder", "nobody-answered"]
        assert planned[0].on < planned[1].on


@pytest.mark.parametrize(
    ("on", "reminder", "until"),
    [("23", "25", "26"), ("25", "27", "30"), ("26", "30", "01"), ("27", "01", "02"), ("28", "01", "02")],
)
def test_a_weekend_takes_nothing_from_the_time_to_answer(app: Flask, on: str, reminder: str, until: str) -> None:
    with app.app_context():
        request = asked(now=datetime(2026, 11, int(on), 11, tzinfo=LONDON))
        assert f"{request.remind_on:%d} {request.answer_by:%d}" == f"{reminder} {until}"
        names = [each.row.name for each in follow_ups.planned(request, {}, request.remind_on)]
        assert "offer-reminder" in names


def test_a_yes_leaves_the_reminder_to_the_others_and_they_read_what_is_true(app: Flask) -> None:
    with app.app_context():
        request = asked("petro@example.org", "iryna@example.org")
        days = ",".join(row["on"] for row in request.offers[0].dates)
        perform(request, "speaker-accepts", SPEAKER, offer=str(request.offers[0].id), accepted=days)
        db.session.commit()
        assert request.turn == "us"
        assert request.due_on is not None
        for day in range(1, 9):
            now = NOW + timedelta(days=day, hours=3)
            for number in reminders.ready(db.session(), now):
                reminders.remind(db.session(), number, now)
                db.session.commit()
        sent = [each for each in letters_of(request) if each[0] in ("speaker/offer-reminder", "speaker/offer-expired")]
        assert sent == [(name, "iryna@example.org") for name in ("speaker/offer-reminder", "speaker/offer-expired")]
        assert "somebody else has said yes meanwhile" in text_of(request, "speaker/offer-expired")
        assert "we ask somebody else" not in text_of(request, "speaker/offer-reminder")
        # There is a yes to confirm: nobody need ask the next speaker.
        assert db.session.scalars(select(Task.about).where(Task.reason == "next")).all() == []


def test_a_yes_to_a_branch_that_is_vetoed_since_speaks_for_nobody(app: Flask) -> None:
    with app.app_context():
        request = asked("petro@example.org", "iryna@example.org")
        days = ",".join(row["on"] for row in request.offers[0].dates)
        perform(request, "speaker-accepts", SPEAKER, offer=str(request.offers[0].id), accepted=days)
        vetoes.add(db.session(), request.offers[0].speaker, now=NOW, branch=request.branch)
        db.session.commit()
        db.session.expire_all()
        for day in range(1, 9):
            now = NOW + timedelta(days=day, hours=3)
            for number in reminders.ready(db.session(), now):
                reminders.remind(db.session(), number, now)
                db.session.commit()
        assert "so we look for somebody else" in text_of(request, "speaker/offer-expired")
        assert "somebody else has said yes" not in text_of(request, "speaker/offer-expired")
        assert "we ask somebody else" in text_of(request, "speaker/offer-reminder")
        (task,) = db.session.scalars(select(Task.about).where(Task.reason == "next"))
        assert "Ask the next speaker who fits" in task


def test_of_three_dates_one_passes_while_the_speaker_thinks(app: Flask) -> None:
    with app.app_context():
        request = asked(date_1="27 November 2026", date_2="14 January 2027", time_2="19:00")
        later = NOW + timedelta(days=6)
        offer = request.offers[0]
        perform(request, "speaker-accepts", SPEAKER, later, offer=str(offer.id), accepted="2026-11-27,2027-01-14")
        assert offer.accepted == ["2027-01-14"]
        with pytest.raises(WrongAnswerError):
            perform(request, "speaker-accepts", SPEAKER, later, offer=str(offer.id), accepted="2026-11-27")


def test_a_speaker_who_pauses_while_asked_can_still_answer(app: Flask) -> None:
    with app.app_context():
        request = asked()
        keeping.pause(db.session(), request.offers[0].speaker, NOW)
        days = ",".join(row["on"] for row in request.offers[0].dates)
        perform(request, "speaker-accepts", SPEAKER, offer=str(request.offers[0].id), accepted=days)
        assert request.offers[0].state == "accepted"


def test_a_changed_date_is_told_to_both_and_the_booking_moves(app: Flask) -> None:
    with app.app_context():
        request = asked()
        perform(
            request,
            "confirm",
            COORDINATOR,
            confirmed_on="2027-01-14",
            confirmed_time="19:00",
            agreed="By telephone",
            may_name_me="yes",
        )
        was = request.bookings[0].starts_at
        perform(request, "change-meeting", COORDINATOR, confirmed_on="2027-01-21", confirmed_time="18:30")
        booking = request.bookings[0]
        assert (booking.starts_at - was).days == 6
        assert booking.sequence == 1
        told = {template for template, _ in letters_of(request)}
        assert {"speaker/changed", "speaker/changed-speaker"} <= told
        letters = db.session.scalars(
            select(OutboxEmail).where(OutboxEmail.template.in_(("speaker/changed", "speaker/changed-speaker")))
        ).all()
        assert all("SEQUENCE:1" in (each.calendar or "") and each.calendar_method == "REQUEST" for each in letters)
        perform(request, "cancel", COORDINATOR, reason="The hall has burst its pipes.")
        over = db.session.scalars(
            select(OutboxEmail).where(OutboxEmail.template.in_(("speaker/cancelled", "speaker/cancelled-speaker")))
        ).all()
        assert [each.calendar_method for each in over] == ["CANCEL", "CANCEL"]


def test_an_offer_names_nobody_and_no_place(app: Flask) -> None:
    with app.app_context():
        request = asked()
        letter = text_of(request, "speaker/offer")
        for secret in (request.heading, request.contact_name, request.contact_email, request.venue or "Miners’ Hall"):
            assert secret not in letter


def test_the_history_keeps_no_name_in_the_clear(app: Flask) -> None:
    with app.app_context():
        asked()
        db.session.commit()
        kept = db.session.execute(db.text("SELECT group_concat(data) FROM events")).scalar_one()
        assert "Petro" not in kept
        assert "petro@example.org" not in kept


def test_late_letters_give_as_long_to_answer_as_any(app: Flask) -> None:
    with app.app_context():
        request = asked()
        later = NOW + timedelta(days=5)
        offers.wait_from(request, later)
        assert request.answer_by > london_day(later)
        assert request.remind_on > london_day(later) - timedelta(days=1)
        assert isinstance(request.answer_by, date)


@pytest.mark.parametrize("hide", ["locked_at", "left_at"])
def test_whoever_is_hidden_is_confirmed_for_nothing_and_written_to_no_more(app: Flask, hide: str) -> None:
    with app.app_context():
        request = asked("petro@example.org", "iryna@example.org")
        days = ",".join(row["on"] for row in request.offers[0].dates)
        perform(request, "speaker-accepts", SPEAKER, offer=str(request.offers[0].id), accepted=days, may_name_me="yes")
        setattr(request.offers[0].speaker, hide, NOW)
        before = len(letters_of(request))
        with pytest.raises(WrongAnswerError):
            perform(
                request, "confirm", COORDINATOR, NOW + timedelta(minutes=1),
                offer=str(request.offers[0].id), confirmed_on="2027-01-14", confirmed_time="19:00", agreed="By word",
            )  # fmt: skip
        perform(request, "withdraw", BRANCH, NOW + timedelta(minutes=2), reason="No hall")
        after = letters_of(request)[before:]
        if hide == "locked_at":
            assert "petro@example.org" not in [address for _, address in after]
        assert ("speaker/no-longer-needed", "iryna@example.org") in after


@pytest.mark.parametrize(
    ("language", "letter_says", "page_says"),
    [
        ("en", "We name nobody here, because your speaker has not agreed to that.", "Not named, because they have"),
        ("uk", "Ми нікого тут не називаємо, бо людина, яка виступить, не давала на це згоди.", "Не названо, бо"),
    ],
)
def test_a_branch_reads_why_its_speaker_is_not_named(
    app: Flask, language: str, letter_says: str, page_says: str
) -> None:
    with app.app_context():
        request = asked()
        request.language = language
        day = {"confirmed_on": "2027-01-14", "confirmed_time": "19:00", "agreed": "By telephone"}
        perform(request, "confirm", COORDINATOR, **day, may_name_me="no")
        assert letter_says in text_of(request, "speaker/confirmed")
        assert page_says in str(settled(request, language, NOW.date()).rows)


def test_a_consent_that_is_taken_back_holds_from_the_next_letter_on(app: Flask) -> None:
    with app.app_context():
        request = asked()
        perform(
            request,
            "confirm",
            COORDINATOR,
            confirmed_on="2027-01-14",
            confirmed_time="19:00",
            agreed="By telephone",
            may_name_me="yes",
        )
        assert request.shown_speaker == "Petro Lys"
        consenting.withdraw_all(db.session(), request.offers[0].speaker, NOW)
        assert request.shown_speaker == ""
        perform(
            request, "change-meeting", COORDINATOR, NOW + timedelta(minutes=1),
            confirmed_on="2027-01-21", confirmed_time="19:00",
        )  # fmt: skip
        assert "Petro" not in text_of(request, "speaker/changed")


def test_what_a_speaker_tells_us_is_sealed_in_the_history(app: Flask) -> None:
    with app.app_context():
        request = asked()
        perform(request, "speaker-declined", SPEAKER, reason="My son was drafted")
        db.session.commit()
        kept = db.session.execute(db.text("SELECT group_concat(data || text) FROM events")).scalar_one()
        assert "drafted" not in kept
        shown = [line.body for line in timeline(db.session(), request, Viewer.COORDINATOR)]
        assert "Petro Lys: My son was drafted" in shown
        assert not any("drafted" in line.body for line in timeline(db.session(), request, Viewer.BRANCH))


@pytest.mark.parametrize("numbers", ["9" * 24, "9" * 5000, "0", "-1", "x", ""])
def test_numbers_that_are_nobody_s_are_refused(app: Flask, numbers: str) -> None:
    with app.app_context():
        request = intake.file(db.session(), "speaker", speaker_answers(), now=NOW, language="en", by=BRANCH)
        with pytest.raises((WrongAnswerError, actions.MissingAnswerError)):
            perform(request, "ask-speakers", COORDINATOR, speakers=numbers)


def test_a_longer_talk_keeps_the_speaker_longer(app: Flask) -> None:
    with app.app_context():
        request = asked()
        perform(
            request, "confirm", COORDINATOR, confirmed_on="2027-01-14", confirmed_time="19:00", agreed="By telephone"
        )
        was = request.bookings[0].ends_at
        longer = {"talk_minutes": 120, "question_minutes": 60}
        actions.amend(db.session(), request, longer, by=BRANCH, now=NOW + timedelta(minutes=1))
        assert request.bookings[0].ends_at > was
        assert len(request.bookings[0].slots) == 6


def test_nobody_is_confirmed_for_a_day_that_they_did_not_say_yes_to(app: Flask) -> None:
    with app.app_context():
        request = asked(date_2="21 January 2027", time_2="19:00")
        perform(request, "speaker-accepts", SPEAKER, offer=str(request.offers[0].id), accepted="2027-01-21")
        with pytest.raises(WrongAnswerError, match="said yes to Thursday 21 January 2027"):
            perform(
                request,
                "confirm",
                COORDINATOR,
                confirmed_on="2027-01-14",
                confirmed_time="19:00",
                agreed="By telephone",
            )
        perform(
            request, "confirm", COORDINATOR, confirmed_on="2027-01-21", confirmed_time="19:00", agreed="By telephone"
        )
        assert request.state == "confirmed"


def test_every_move_is_a_change_to_whoever_looks_at_an_older_state(app: Flask) -> None:
    with app.app_context():
        request = asked("petro@example.org", "iryna@example.org")
        db.session.commit()
        before = request.version
        perform(
            request, "one-declined", SPEAKER, NOW + timedelta(minutes=1), offer=str(request.offers[0].id), reason=""
        )
        db.session.commit()
        assert request.version > before


def test_nobody_is_confirmed_where_all_who_were_asked_are_gone(app: Flask) -> None:
    with app.app_context():
        request = asked()
        request.offers[0].speaker.locked_at = NOW
        with pytest.raises(WrongAnswerError, match="Nobody who was asked"):
            perform(
                request,
                "confirm",
                COORDINATOR,
                confirmed_on="2027-01-14",
                confirmed_time="19:00",
                agreed="By telephone",
            )


def changed(request: Any, *days: str, now: Any = NOW) -> None:
    """The branch names other days on its page."""
    rows = [{"on": day, "time_text": "7pm for 7.30", "time": "19:30"} for day in days]
    changes = {"dates": rows, "meeting_on": date.fromisoformat(min(days))}
    actions.amend(db.session(), request, changes, by=BRANCH, now=now)


def test_whoever_is_asked_hears_at_once_that_the_branch_changed_its_days(app: Flask) -> None:
    with app.app_context():
        request = asked("petro@example.org", "iryna@example.org", date_1="14 January 2027", date_2="21 January 2027")
        first, second = request.offers
        perform(request, "speaker-accepts", SPEAKER, offer=str(first.id), accepted="2027-01-14,2027-01-21")
        perform(request, "speaker-accepts", SPEAKER, offer=str(second.id), accepted="2027-01-14")
        later = NOW + timedelta(hours=2)
        changed(request, "2027-01-21", "2027-01-28", now=later)
        assert sorted(to for name, to in letters_of(request) if name == "speaker/offer-changed") == [
            "iryna@example.org",
            "petro@example.org",
        ]
        assert (first.state, first.accepted) == ("accepted", ["2027-01-21"])
        assert (second.state, second.accepted) == ("asked", [])
        told = {
            letter.to_address: letter.text
            for letter in db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "speaker/offer-changed"))
        }
        # Who has said yes to one of them already owes no answer.
        assert "If more of these days suit you, or your answer has changed" in told["petro@example.org"]
        assert "yes, no, or another date" not in told["petro@example.org"]
        assert "yes, no, or another date" in told["iryna@example.org"]
        with pytest.raises(WrongAnswerError):
            perform(request, "speaker-accepts", SPEAKER, later, offer=str(second.id), accepted="2027-01-14")
        confirmed = {"confirmed_on": "2027-01-21", "confirmed_time": "19:00"}
        perform(request, "confirm", COORDINATOR, later, offer=str(first.id), **confirmed)
        assert request.state == "confirmed"


def test_a_dropped_day_does_not_hold_up_whom_we_confirm(app: Flask) -> None:
    with app.app_context():
        request = asked(date_1="14 January 2027", date_2="")
        perform(request, "speaker-accepts", SPEAKER, accepted="2027-01-14")
        changed(request, "2027-01-28", now=NOW + timedelta(hours=2))
        agreed = {"confirmed_on": "2027-01-28", "confirmed_time": "19:00", "agreed": "By telephone"}
        perform(request, "confirm", COORDINATOR, NOW + timedelta(hours=3), **agreed)
        assert request.meeting_on == date(2027, 1, 28)


def test_the_branch_is_asked_whether_a_speaker_s_other_day_suits(app: Flask) -> None:
    with app.app_context():
        request = asked()
        with pytest.raises(NotPermittedError):
            perform(request, "ask-other-day", COORDINATOR, other_on="2027-02-11", other_time="17:00")
        perform(request, "speaker-proposes", SPEAKER, other_date="11 February, 5pm")
        for day, moment in (("2027-01-14", "19:30"), ("2026-11-01", "19:00"), ("2027-03-28", "01:30")):
            with pytest.raises(WrongAnswerError):
                perform(request, "ask-other-day", COORDINATOR, other_on=day, other_time=moment)
        perform(request, "ask-other-day", COORDINATOR, other_on="2027-02-11", other_time="17:00")
        letter = text_of(request, "speaker/other-day")
        assert "They could come on Thursday 11 February 2027, 5pm." in letter
        assert "Petro" not in letter


def test_whoever_is_asked_into_a_room_learns_how_far_it_is_and_not_where(app: Flask) -> None:
    with app.test_request_context():
        request = asked()
        speaker = request.offers[0].speaker
        request.meeting_format, request.latitude, request.longitude = "in-person", 54.776, -1.575
        speaker.latitude, speaker.longitude = 54.978, -1.618
        rows = {
            row["label"]: row["value"] for row in meeting_facts.rows(request, "en", is_booked=False, speaker=speaker)
        }
        assert rows["How far it is"] == "about 15 miles from you"
        # The desk reads "1 mile" there: rounded up to five it would contradict that, and to the mile name the place.
        speaker.latitude, speaker.longitude = 54.786, -1.585
        for language, said in (("en", "less than 5 miles from you"), ("uk", "менше ніж за 5 миль від вас")):
            with force_locale(language):
                near = meeting_facts.rows(request, language, is_booked=False, speaker=speaker)
            assert said in [row["value"] for row in near]
        request.meeting_format = "online"
        shown = meeting_facts.rows(request, "en", is_booked=False, speaker=speaker)
        assert "How far it is" not in [row["label"] for row in shown]


def test_whoever_pauses_while_asked_is_not_chased(app: Flask) -> None:
    with app.app_context():
        request = asked("petro@example.org", "iryna@example.org")
        day = request.remind_on
        keeping.pause(db.session(), request.offers[0].speaker, NOW)
        at = datetime.combine(day, time(10), LONDON)
        reminders.remind(db.session(), request.id, at)
        assert [to for name, to in letters_of(request) if name == "speaker/offer-reminder"] == ["iryna@example.org"]
        alone = asked("olha@example.org")
        keeping.pause(db.session(), alone.offers[0].speaker, NOW)
        assert "offer-reminder" not in [each.row.name for each in follow_ups.planned(alone, {}, day)]


def test_a_day_that_passes_drops_out_while_others_are_to_come(app: Flask) -> None:
    with app.app_context():
        dates = {"date_1": "14 January 2027", "date_2": "21 January 2027", "time_2": "19:00"}
        request = asked("petro@example.org", "iryna@example.org", "olha@example.org", **dates)
        both, first, _ = request.offers
        perform(request, "speaker-accepts", SPEAKER, offer=str(both.id), accepted="2027-01-14,2027-01-21")
        perform(request, "speaker-accepts", SPEAKER, offer=str(first.id), accepted="2027-01-14")
        passed = datetime(2027, 1, 15, 9, tzinfo=LONDON)
        names = [each.row.name for each in follow_ups.planned(request, {}, passed.date())]
        assert "meeting-passed" not in names
        assert passing.due(db.session(), passed - timedelta(days=1)) == []
        assert passing.due(db.session(), passed) == [request.id]
        passing.drop(db.session(), request.id, passed)
        assert [row["on"] for row in request.dates] == ["2027-01-21"]
        assert request.meeting_on == date(2027, 1, 21)
        assert [(each.state, each.accepted) for each in request.offers] == [
            ("accepted", ["2027-01-21"]),
            ("asked", []),
            ("asked", []),
        ]
        assert first.answer_by > passed.date()
        assert any("meeting was" in line for line in next_step(request, passed).lines) is False
        over = passed + timedelta(days=7)
        assert passing.due(db.session(), over) == []
        assert "meeting-passed" in [each.row.name for each in follow_ups.planned(request, {}, over.date())]


@pytest.mark.parametrize("has_written", [False, True])
def test_whose_only_yes_was_for_a_day_that_has_passed_is_waited_for_again(app: Flask, has_written: bool) -> None:
    with app.app_context():
        dates = {"date_1": "14 January 2027", "date_2": "21 January 2027", "time_2": "19:00"}
        request = asked("petro@example.org", **dates)
        perform(request, "speaker-accepts", SPEAKER, accepted="2027-01-14")
        assert request.turn == "us"
        if has_written:
            actions.message_from_branch(db.session(), request, "Is there a speaker?", now=NOW + timedelta(hours=1))
        passed = datetime(2027, 1, 15, 9, tzinfo=LONDON)
        passing.drop(db.session(), request.id, passed)
        assert request.turn == ("us" if has_written else "speaker")
        assert (request.due_on is not None) is has_written
        waits = heard.waits(request, timeline(db.session, request, Viewer.COORDINATOR))
        said = "A message of the branch waits for our answer."
        assert (said in next_step(request, passed, waits=waits).lines) is has_written


@pytest.mark.parametrize(("hour", "is_one"), [("1.30am", False), ("2am", True), ("12.45am", True)])
def test_the_form_refuses_an_hour_that_the_day_does_not_have(app: Flask, hour: str, is_one: bool) -> None:
    with app.test_request_context():
        typed = {"event_kind": "agm", "date_1": "28 March 2027", "time_1": hour, "meeting_format": "online"}
        form = Meeting.from_raw(typed, FormContext(today=london_day(NOW)))
        assert form.validate() is is_one
        assert ("time_1" in form.errors) is not is_one


def test_an_hour_that_the_change_of_the_clock_leaves_out_is_refused(app: Flask) -> None:
    with app.app_context():
        request = asked(date_1="28 March 2027", time_1="2.30am", date_2="")
        agreed = {"confirmed_on": "2027-03-28", "agreed": "By telephone"}
        with pytest.raises(WrongAnswerError, match="there is no such hour"):
            perform(request, "confirm", COORDINATOR, confirmed_time="01:30", **agreed)
        perform(request, "confirm", COORDINATOR, confirmed_time="02:30", **agreed)
        assert request.state == "confirmed"


def test_whoever_is_let_go_reads_of_the_days_alone_that_they_had_to_keep(app: Flask) -> None:
    with app.app_context():
        dates = {"date_1": "14 January 2027", "time_1": "19:00", "date_2": "21 January 2027", "time_2": "19:00"}
        request = asked("petro@example.org", "iryna@example.org", **dates)
        first, second = request.offers
        perform(request, "speaker-accepts", SPEAKER, offer=str(first.id), accepted="2027-01-14")
        perform(request, "speaker-accepts", SPEAKER, offer=str(second.id), accepted="2027-01-14,2027-01-21")
        agreed = {"confirmed_on": "2027-01-21", "confirmed_time": "19:00"}
        perform(request, "confirm", COORDINATOR, NOW + timedelta(hours=1), offer=str(second.id), **agreed)
        thanked = text_of(request, "speaker/others-thanked")
        assert ("14 January" in thanked, "21 January" in thanked) == (True, False)
        perform(request, "speaker-dropped-out", SPEAKER, NOW + timedelta(hours=2), reason="I am ill")
        over = text_of(request, "speaker/offer-over")
        assert ("14 January" in over, "21 January" in over) == (False, True)
