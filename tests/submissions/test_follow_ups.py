"""What comes by itself: on which day, how often, until when, and what a worker that slept still sends."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal import worker
from portal.affiliations.standing import settled, to_pay_by
from portal.clock import LONDON, london_day
from portal.directory.load import load_reference_data
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.speakers import passing, searching_tasks
from portal.submissions import actions, deadlines, follow_ups, intake, registry, reminders, tasks, turns
from portal.submissions.day_words import in_words_of
from portal.submissions.history import Mover
from portal.submissions.models import Submission
from portal.submissions.planned import Came
from portal.submissions.promises import working_day_before, working_days_between
from portal.submissions.work import FollowUpMark, Task
from portal.submissions.workflow import Actor
from tests.submissions.entries import BRANCH, NOW, affiliation_answers, speaker_answers, twinning_answers
from tests.submissions.walks import move, text_of

MORNING = 9
ANSWERS = {"speaker": speaker_answers, "twinning": twinning_answers, "affiliation": affiliation_answers}
CAMPAIGN = Mover(Actor.COORDINATOR)


def at(day: date, hour: int = MORNING) -> datetime:
    """A moment of a London day, in UTC."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=LONDON).astimezone(UTC)


def file(kind: str, **changes: Any) -> Any:
    """A request of a kind that has just arrived."""
    submission = intake.file(db.session(), kind, ANSWERS[kind](), now=NOW, language="en", by=BRANCH)
    if kind == "speaker" and changes.get("meeting_on"):
        # The day of a meeting is the first that its branch named.
        changes = {"dates": [{"on": changes["meeting_on"].isoformat(), "time": "", "time_text": ""}]} | changes
    for name, value in changes.items():
        setattr(submission, name, value)
    db.session.commit()
    return submission


def one_pass(now: datetime) -> int:
    """What the worker does: everybody who may have something due, each in a transaction."""
    came = 0
    for number in reminders.ready(db.session(), now):
        came += reminders.remind(db.session(), number, now)
        db.session.commit()
    db.session.commit()
    return came


def days_from(first: date, last: date) -> list[date]:
    return [first + timedelta(days=count) for count in range((last - first).days + 1)]


def live_through(first: date, last: date, hours: tuple[int, ...] = (9,)) -> None:
    """Let the worker pass on each day."""
    for day in days_from(first, last):
        for hour in hours:
            one_pass(at(day, hour))


def came(submission: Submission) -> list[tuple[str, str, date]]:
    """What came by itself for a request: name, outcome and the day it came on, in order."""
    rows = db.session.scalars(
        select(FollowUpMark).where(FollowUpMark.submission_id == submission.id).order_by(FollowUpMark.id)
    )
    return [(row.name, row.outcome, london_day(row.at)) for row in rows]


def letters(submission: Submission, *templates: str) -> list[tuple[str, date]]:
    """The letters of some templates, with the day on which they were written."""
    rows = db.session.scalars(
        select(OutboxEmail).where(OutboxEmail.submission_id == submission.id).order_by(OutboxEmail.id)
    )
    return [(row.template, london_day(row.queued_at)) for row in rows if not templates or row.template in templates]


def open_tasks(submission: Submission) -> list[str]:
    return [task.key.split(":")[2] for task in tasks.of_request(db.session(), submission.id)]


@pytest.fixture(autouse=True)
def in_context(app: Flask) -> Any:
    """These tests ask the data packages themselves, as the worker does."""
    with app.app_context():
        yield


MONDAY = date(2026, 11, 23)


def asked(kind: str, on: date = MONDAY, **changes: Any) -> Any:
    """A request whose branch was asked a question on a day."""
    submission = file(kind, **changes)
    move(submission, "ask", now=at(on), by=CAMPAIGN)
    db.session.commit()
    return submission


@pytest.mark.parametrize("kind", ["speaker", "twinning"])
@pytest.mark.parametrize("asked_on", [MONDAY + timedelta(days=each) for each in (*range(5), *range(21, 33))])
def test_the_last_reminder_leaves_three_working_days_before_anybody_telephones(kind: str, asked_on: date) -> None:
    """One that left on a Thursday asked for an answer by Friday, and somebody rang on Monday."""
    submission = asked(kind, asked_on, decide_by=None, meeting_on=None)
    planned = {each.row.name: each.on for each in follow_ups.planned(submission, {}, asked_on)}
    last, call = planned["question-last-reminder"], planned["question-unanswered"]
    day = deadlines.days_of(submission.WORKFLOW, last)["in_3_working_days"]
    assert working_days_between(last, day) == 3
    assert call > day


def test_a_branch_that_does_not_answer_is_reminded_twice_and_then_rung() -> None:
    submission = asked("speaker", decide_by=None)
    live_through(MONDAY, MONDAY + timedelta(days=30), hours=(3, 9, 15))
    assert letters(submission, "common/question-reminder", "common/question-last-reminder") == [
        ("common/question-reminder", date(2026, 11, 27)),
        ("common/question-last-reminder", date(2026, 12, 2)),
    ]
    assert open_tasks(submission) == ["question-unanswered"]
    task = tasks.of_request(db.session(), submission.id)[0]
    assert task.due_on == date(2026, 12, 8), "three working days after the last reminder"


def test_before_a_near_meeting_somebody_telephones_in_time() -> None:
    submission = asked("speaker", decide_by=None, meeting_on=date(2026, 12, 6))
    live_through(MONDAY, date(2026, 12, 4), hours=(3, 9, 15))
    # The last reminder would leave on the eve of the call: it gives way.
    assert came(submission) == [
        ("question-reminder", "done", date(2026, 11, 27)),
        ("question-before-meeting", "done", date(2026, 12, 2)),
    ]
    assert open_tasks(submission) == ["question-before-meeting"]
    named = db.session.scalars(select(OutboxEmail.text).where(OutboxEmail.template.like("common/question%"))).all()
    assert all("1 December 2026" in text or "November 2026" in text for text in named)
    live_through(date(2026, 12, 5), date(2026, 12, 9))
    assert open_tasks(submission) == ["meeting-passed"]


def test_a_question_asked_a_few_days_before_the_meeting_is_rung_about_on_the_next_day() -> None:
    submission = asked("speaker", decide_by=None, meeting_on=date(2026, 11, 26))
    live_through(MONDAY, date(2026, 11, 26))
    assert came(submission) == [("question-late", "done", date(2026, 11, 24))]
    assert open_tasks(submission) == ["question-late"]


@pytest.mark.parametrize(
    ("asked_on", "region"),
    [
        # The last reminder falls on St Andrew’s Day, and so gives way to the call of 2 December.
        (date(2026, 11, 17), "scotland"),
        # The question left on the eve of the meeting, or on its day.
        (date(2026, 12, 5), "north-east"),
        (date(2026, 12, 6), "north-east"),
    ],
)
def test_nobody_is_to_ring_about_a_question_once_the_meeting_is_over(asked_on: date, region: str) -> None:
    meeting_on = date(2026, 12, 6)
    submission = asked("speaker", asked_on, decide_by=None, meeting_on=meeting_on, region_slug=region)
    live_through(asked_on, date(2026, 12, 31))
    late = [name for name, _, day in came(submission) if day > meeting_on]
    assert late == ["meeting-passed"]
    assert open_tasks(submission) == ["meeting-passed"]


def test_a_question_about_a_meeting_that_is_over_is_reminded_of_as_ever() -> None:
    submission = asked("speaker", date(2026, 12, 8), decide_by=None, meeting_on=date(2026, 12, 6))
    live_through(date(2026, 12, 8), date(2026, 12, 31))
    assert [name for name, _, _ in came(submission)][-1] == "question-unanswered"


def test_a_meeting_that_moves_away_brings_the_usual_reminders_back() -> None:
    submission = asked("speaker", decide_by=None, meeting_on=date(2026, 12, 1))
    live_through(MONDAY, date(2026, 11, 25))
    submission.meeting_on = date(2027, 2, 1)
    db.session.commit()
    live_through(date(2026, 11, 26), date(2026, 12, 8))
    assert [name for name, _, _ in came(submission)] == [
        "question-reminder",
        "question-last-reminder",
        "question-unanswered",
    ]


def test_who_never_heard_the_question_is_rung_about_the_letter_alone() -> None:
    for meeting_on in (None, date(2026, 12, 6)):
        submission = asked("speaker", decide_by=None, meeting_on=meeting_on)
        question = db.session.scalars(
            select(OutboxEmail).where(
                OutboxEmail.template == "common/question", OutboxEmail.submission_id == submission.id
            )
        ).one()
        question.state, question.next_try_at = "given-up", None
        db.session.commit()
        live_through(MONDAY, date(2026, 12, 6))
        assert came(submission) == []


def lose(submission: Submission, template: str) -> OutboxEmail:
    """A letter of a request that the other side has refused."""
    letter = db.session.scalars(
        select(OutboxEmail).where(OutboxEmail.template == template, OutboxEmail.submission_id == submission.id)
    ).one()
    letter.state, letter.next_try_at = "refused", None
    db.session.commit()
    return letter


def test_a_letter_that_the_branch_never_had_leaves_the_speaker_reminded_and_thanks_nobody() -> None:
    submission = confirmed(on=date(2027, 1, 4), venue="Miners’ Hall", meeting_format="in-person")
    letter = lose(submission, "speaker/confirmed")
    live_through(date(2027, 1, 4), date(2027, 1, 17))
    assert came(submission) == [
        ("meeting-soon", "done", date(2027, 1, 7)),
        ("meeting-tomorrow", "done", date(2027, 1, 13)),
        ("meeting-untold", "done", date(2027, 1, 13)),
    ]
    written = letters(submission, "speaker/meeting-soon", "speaker/meeting-tomorrow", "speaker/how-did-it-go")
    assert written == [], "the branch is rung"
    told = letters(submission, "speaker/meeting-soon-speaker", "speaker/meeting-tomorrow-speaker", "speaker/thanks")
    assert told == [
        ("speaker/meeting-soon-speaker", date(2027, 1, 7)),
        ("speaker/meeting-tomorrow-speaker", date(2027, 1, 13)),
    ]
    assert open_tasks(submission) == ["meeting-untold"]
    letter.dealt_with_at = at(date(2027, 1, 17))
    db.session.commit()
    live_through(date(2027, 1, 18), date(2027, 1, 18))
    assert came(submission)[-1] == ("meeting-held", "done", date(2027, 1, 18))
    assert open_tasks(submission) == []


def test_a_meeting_in_a_week_without_a_speaker_is_work_also_without_a_day_to_decide_by() -> None:
    submission = file("speaker", decide_by=None, meeting_on=date(2026, 12, 16))
    move(submission, "start-matching", now=at(MONDAY), by=CAMPAIGN)
    db.session.commit()
    live_through(MONDAY, date(2026, 12, 15))
    assert came(submission) == [("nobody-yet", "done", date(2026, 12, 9))]
    assert open_tasks(submission) == ["nobody-yet"]
    # It also comes for a meeting that was asked for, or moved, to five days from now.
    assert "week" not in tasks.of_request(db.session(), submission.id)[0].about
    live_through(date(2026, 12, 16), date(2026, 12, 18))
    assert open_tasks(submission) == ["meeting-passed"]


@pytest.mark.parametrize(
    ("meeting_on", "promised"),
    [
        (date(2027, 1, 18), date(2026, 12, 21)),
        # No more than four weeks from now.
        (date(2027, 3, 18), date(2026, 12, 21)),
        # A week before, where the search begins less than four weeks before.
        (date(2026, 12, 16), date(2026, 12, 9)),
        # Some days, where that would be at once; and never after the meeting.
        (date(2026, 12, 1), date(2026, 11, 26)),
        (date(2026, 11, 25), date(2026, 11, 24)),
        (date(2026, 11, 24), date(2026, 11, 24)),
    ],
)
def test_a_search_that_begins_late_promises_what_can_be_kept(meeting_on: date, promised: date) -> None:
    submission = file("speaker", decide_by=None, meeting_on=meeting_on)
    move(submission, "start-matching", now=at(MONDAY), by=CAMPAIGN)
    assert submission.due_on == promised


def test_who_answers_is_not_reminded() -> None:
    submission = asked("speaker", decide_by=None, meeting_on=None)
    move(submission, "answer", now=at(MONDAY + timedelta(days=2)), by=BRANCH)
    db.session.commit()
    live_through(MONDAY, MONDAY + timedelta(days=30))
    assert came(submission) == []


def test_who_has_written_something_else_is_not_reminded_but_we_are_told_to_answer() -> None:
    submission = asked("speaker", decide_by=None, meeting_on=None)
    actions.message_from_branch(db.session(), submission, "We ask our committee.", now=at(MONDAY))
    db.session.commit()
    live_through(MONDAY, MONDAY + timedelta(days=30))
    assert came(submission) == []


def test_a_task_of_a_follow_up_ends_when_the_request_moves_on() -> None:
    submission = asked("speaker", decide_by=None, meeting_on=None)
    live_through(MONDAY, MONDAY + timedelta(days=15))
    assert open_tasks(submission) == ["question-unanswered"]
    move(submission, "go-on", now=at(MONDAY + timedelta(days=15)), by=CAMPAIGN)
    db.session.commit()
    assert open_tasks(submission) == []
    assert db.session.scalars(select(Task.outcome)).all() == ["The request moved on."]


def test_a_second_question_is_reminded_of_anew() -> None:
    submission = asked("twinning")
    live_through(MONDAY, MONDAY + timedelta(days=8))
    move(submission, "answer", now=at(MONDAY + timedelta(days=8), 10), by=BRANCH)
    move(submission, "ask", now=at(MONDAY + timedelta(days=9)), by=CAMPAIGN)
    db.session.commit()
    live_through(MONDAY + timedelta(days=9), MONDAY + timedelta(days=18))
    assert [name for name, _, _ in came(submission)] == ["question-reminder", "question-reminder"]


@pytest.mark.parametrize(
    ("asked_on", "region", "goes_on"),
    [
        # Four days on is a Saturday: the letter waits for Monday.
        (date(2026, 11, 24), "north-east", date(2026, 11, 30)),
        # The Monday is St Andrew's Day.
        (date(2026, 11, 24), "scotland", date(2026, 12, 1)),
        # Friday is Christmas Day, Monday is its substitute holiday for Boxing Day.
        (date(2026, 12, 21), "london", date(2026, 12, 29)),
        # New Year's Day is a Friday; in Scotland Monday stands for 2 January.
        (date(2026, 12, 28), "wales", date(2027, 1, 4)),
        (date(2026, 12, 28), "scotland", date(2027, 1, 5)),
    ],
)
def test_letters_rest_at_weekends_and_on_the_holidays_of_the_branch_s_nation(
    asked_on: date, region: str, goes_on: date
) -> None:
    submission = asked("speaker", asked_on, decide_by=None, meeting_on=None, region_slug=region)
    live_through(asked_on, asked_on + timedelta(days=10))
    assert came(submission)[0] == ("question-reminder", "done", goes_on)


def test_letters_that_can_wait_rest_in_august() -> None:
    submission = asked("affiliation", date(2027, 7, 28))
    live_through(date(2027, 7, 28), date(2027, 9, 14))
    # Both reminders fell into August: they follow each other after it, and the telephone waits for the last of them.
    assert came(submission) == [
        ("question-reminder", "done", date(2027, 9, 1)),
        ("question-last-reminder", "done", date(2027, 9, 8)),
        ("question-unanswered", "done", date(2027, 9, 14)),
    ]


def test_a_year_that_runs_out_in_august_is_told_of_in_september() -> None:
    """The letter that an affiliation had run out left on 23 August, when nobody is there to renew it."""
    submission = file("affiliation", decision="carried", fee_pence=5000)
    move(submission, "accept", now=at(MONDAY), by=CAMPAIGN, fee_pence="£50")
    move(submission, "paid", now=at(MONDAY), by=CAMPAIGN, paid_on="23 November 2026")
    move(submission, "renewal-due", now=at(MONDAY + timedelta(days=270)), by=CAMPAIGN)
    submission.current_term.ends_on = date(2027, 8, 22)
    db.session.commit()
    live_through(date(2027, 8, 20), date(2027, 8, 31))
    assert (submission.state, came(submission)) == ("renewal-due", [])
    assert (
        settled(submission, "en", date(2027, 8, 31)).sentence
        == "Please renew your affiliation. Its last day is 22 August 2027"
    )
    live_through(date(2027, 9, 1), date(2027, 11, 30))
    # The reminder and the task keep their distance from the letter that waited.
    assert came(submission) == [
        ("term-over", "done", date(2027, 9, 1)),
        ("grace-reminder", "done", date(2027, 10, 4)),
        ("grace-over", "done", date(2027, 11, 16)),
    ]


def test_nothing_leaves_at_night() -> None:
    submission = asked("speaker", decide_by=None, meeting_on=None)
    friday = MONDAY + timedelta(days=4)
    for hour in (0, 3, 7, 20, 23):
        assert one_pass(at(friday, hour)) == 0
    assert one_pass(at(friday, 8)) == 1
    assert came(submission) == [("question-reminder", "done", friday)]


MEETING = date(2027, 1, 14)


def confirmed(
    on: date = date(2026, 12, 1), meeting: date = MEETING, speaker_email: str = "olha@example.org", **changes: Any
) -> Any:
    """A speaker request whose meeting is confirmed."""
    submission = file("speaker", decide_by=None, **changes)
    move(submission, "offer", now=at(on), by=CAMPAIGN, speaker_email=speaker_email)
    move(submission, "confirm", now=at(on), by=CAMPAIGN, confirmed_on=f"{meeting:%d %B %Y}")
    db.session.commit()
    return submission


def test_a_meeting_comes_closer_is_held_and_told_of() -> None:
    submission = confirmed(venue="", platform="")
    live_through(date(2026, 12, 1), date(2027, 3, 5))
    assert came(submission) == [
        ("details-missing", "done", date(2026, 12, 31)),
        ("meeting-soon", "done", date(2027, 1, 7)),
        ("details-still-missing", "done", date(2027, 1, 8)),
        ("meeting-tomorrow", "done", date(2027, 1, 13)),
        ("meeting-held", "done", date(2027, 1, 15)),
        ("report-reminder", "done", date(2027, 1, 25)),
        ("report-last-reminder", "done", date(2027, 2, 8)),
        ("report-missing", "done", date(2027, 2, 16)),
        ("close-without-report", "done", date(2027, 3, 3)),
    ]
    written = Counter(template for template, _ in letters(submission))
    for template in ("meeting-soon", "meeting-tomorrow"):
        assert written[f"speaker/{template}"] == written[f"speaker/{template}-speaker"] == 1
    assert written["speaker/how-did-it-go"] == written["speaker/thanks"] == 1
    assert submission.state == "closed"
    assert open_tasks(submission) == []


def test_a_report_is_asked_for_while_it_can_be_given_also_after_an_august() -> None:
    """The reminder of 1 September said “by 8 September”, and on the 6th the request was closed."""
    meeting = date(2027, 7, 22)
    submission = confirmed(on=date(2027, 7, 1), meeting=meeting, meeting_on=meeting, venue="Miners’ Hall")
    live_through(date(2027, 7, 23), date(2027, 10, 15))
    assert [(name, on) for name, _, on in came(submission)] == [
        ("meeting-held", date(2027, 7, 23)),
        ("report-reminder", date(2027, 9, 1)),
        ("report-last-reminder", date(2027, 9, 15)),
        ("report-missing", date(2027, 9, 23)),
        ("close-without-report", date(2027, 10, 8)),
    ]


def test_a_date_that_moves_takes_its_reminders_along() -> None:
    submission = confirmed(venue="Miners’ Hall", meeting_format="in-person")
    live_through(date(2026, 12, 1), date(2027, 1, 8))
    assert came(submission) == [("meeting-soon", "done", date(2027, 1, 7))]
    move(submission, "change-meeting", now=at(date(2027, 1, 8), 10), by=CAMPAIGN, confirmed_on="4 February 2027")
    db.session.commit()
    plan = follow_ups.planned(submission, follow_ups.marks_of(db.session(), submission.id), date(2027, 1, 8))
    assert [(each.row.name, each.on) for each in plan] == [
        ("meeting-soon", date(2027, 1, 28)),
        ("meeting-tomorrow", date(2027, 2, 3)),
        ("meeting-untold", date(2027, 2, 3)),
        ("meeting-held", date(2027, 2, 5)),
    ]
    live_through(date(2027, 1, 8), date(2027, 2, 4))
    assert [(name, on) for name, _, on in came(submission)] == [
        ("meeting-soon", date(2027, 1, 7)),
        ("meeting-soon", date(2027, 1, 28)),
        ("meeting-tomorrow", date(2027, 2, 3)),
    ]


def test_a_meeting_whose_branch_has_written_is_settled_by_a_person_first() -> None:
    submission = confirmed(venue="Miners’ Hall", meeting_format="in-person")
    actions.message_from_branch(db.session(), submission, "Could it be a week later?", now=at(date(2027, 1, 4)))
    db.session.commit()
    live_through(date(2027, 1, 4), date(2027, 1, 20))
    assert came(submission) == [
        ("meeting-unsettled", "done", date(2027, 1, 7)),
        ("meeting-over", "done", date(2027, 1, 18)),
    ]
    assert letters(submission, "speaker/meeting-soon", "speaker/meeting-tomorrow", "speaker/how-did-it-go") == []
    move(submission, "held", now=at(date(2027, 1, 21)), by=CAMPAIGN)
    db.session.commit()
    assert open_tasks(submission) == []


@pytest.mark.parametrize("meeting", days_from(date(2027, 1, 11), date(2027, 1, 17)))
def test_nobody_rings_about_the_place_before_the_letter_that_asks_for_it_can_be_answered(meeting: date) -> None:
    submission = confirmed(meeting=meeting, venue="", platform="")
    live_through(date(2027, 1, 1), meeting - timedelta(days=1))
    on = {name: day for name, _, day in came(submission)}
    assert (on["details-still-missing"] - on["meeting-soon"]).days >= 1


def test_what_the_confirmation_has_just_said_is_not_said_again() -> None:
    submission = confirmed(on=date(2027, 1, 8), meeting=MEETING, venue="Miners’ Hall", meeting_format="in-person")
    live_through(date(2027, 1, 8), date(2027, 1, 12))
    assert came(submission) == []


def test_nothing_comes_for_what_is_closed_or_held_for_review() -> None:
    closed, held = confirmed(), confirmed(speaker_email="petro@example.org")
    move(closed, "cancel", now=at(date(2026, 12, 2)), by=CAMPAIGN)
    held.held_reason, held.is_open = "trap", False
    db.session.commit()
    live_through(date(2026, 12, 2), date(2027, 3, 1))
    assert came(closed) == came(held) == []
    assert follow_ups.planned(closed, {}, date(2026, 12, 3)) == []


def test_a_worker_that_slept_for_a_week_sends_what_matters_and_skips_what_is_past() -> None:
    submission = confirmed(venue="")
    # It fell asleep before the letter of two weeks and wakes on the day before the meeting.
    one_pass(at(date(2027, 1, 13)))
    # The place is still not known: that is work for a person, even so late.
    assert sorted(came(submission)) == [
        ("details-still-missing", "done", date(2027, 1, 13)),
        ("meeting-tomorrow", "done", date(2027, 1, 13)),
    ]
    assert letters(submission, "speaker/details-missing", "speaker/meeting-soon") == []


def test_a_worker_that_slept_past_the_meeting_still_asks_how_it_went() -> None:
    submission = confirmed()
    one_pass(at(date(2027, 1, 21)))
    assert came(submission) == [("meeting-held", "done", date(2027, 1, 21))]
    assert submission.state == "held"


def test_a_week_of_sleep_sends_one_reminder_of_a_series_not_two() -> None:
    submission = asked("speaker", decide_by=None, meeting_on=None)
    one_pass(at(MONDAY + timedelta(days=11)))
    assert came(submission) == [("question-last-reminder", "done", date(2026, 12, 4))]
    live_through(date(2026, 12, 5), date(2026, 12, 9))
    assert len(letters(submission, "common/question-reminder", "common/question-last-reminder")) == 1


def test_after_a_sleep_nobody_is_rung_before_the_day_that_the_late_letter_named() -> None:
    submission = asked("speaker", decide_by=None, meeting_on=None)
    woken = MONDAY + timedelta(days=14)
    live_through(woken, woken)
    assert letters(submission, "common/question-last-reminder") == [("common/question-last-reminder", woken)]
    assert open_tasks(submission) == []
    live_through(woken, woken + timedelta(days=3))
    assert open_tasks(submission) == [], "the letter gave three days"
    live_through(woken + timedelta(days=4), woken + timedelta(days=4))
    assert open_tasks(submission) == ["question-unanswered"]


def test_what_was_sent_early_does_not_bring_the_next_nearer_and_what_was_late_keeps_it_away() -> None:
    submission = asked("speaker", decide_by=None, meeting_on=None)
    thursday = MONDAY + timedelta(days=3)
    first, last, *_ = follow_ups.planned(submission, {}, thursday)
    follow_ups.send_now(db.session(), submission, first, by=CAMPAIGN, now=at(thursday))
    marks = follow_ups.marks_of(db.session(), submission.id)
    assert follow_ups.planned(submission, marks, thursday)[0].on == last.on
    late = {first.mark: Came("done", first.on + timedelta(days=3))}
    kept = follow_ups.planned(submission, late, first.on + timedelta(days=3))[0]
    assert (kept.row.name, kept.on) == ("question-last-reminder", date(2026, 12, 7))


def test_a_first_reminder_never_comes_on_the_eve_of_the_last() -> None:
    submission = asked("speaker", decide_by=None, meeting_on=None)
    one_pass(at(MONDAY + timedelta(days=8)))
    assert came(submission) == []


def test_the_day_by_which_a_branch_must_know() -> None:
    submission = file("speaker", decide_by=date(2026, 12, 6), meeting_on=date(2027, 1, 14))
    move(submission, "start-matching", now=at(MONDAY), by=CAMPAIGN)
    db.session.commit()
    live_through(MONDAY, date(2026, 12, 20))
    # 6 December is a Sunday: it is the branch's own day, so that the letter does not wait.
    assert came(submission) == [
        ("decide-by-near", "done", date(2026, 12, 3)),
        ("decide-by", "done", date(2026, 12, 6)),
    ]
    letter = db.session.scalars(select(OutboxEmail.text).where(OutboxEmail.template == "speaker/decide-by")).one()
    assert "nobody has said yes yet" in letter
    assert "Please tell us by Tuesday 8 December 2026" in letter, "a day, for whoever reads it on Wednesday"


def test_a_later_task_takes_the_place_of_an_earlier_one() -> None:
    submission = file("twinning", decision="carried", decided_on=None)
    for name in ("check", "seek", "propose"):
        move(submission, name, now=at(MONDAY), by=CAMPAIGN)
    db.session.commit()
    live_through(MONDAY, MONDAY + timedelta(days=15))
    assert open_tasks(submission) == ["answers-awaited"]
    live_through(MONDAY + timedelta(days=16), MONDAY + timedelta(days=30))
    assert open_tasks(submission) == ["answers-missing"]


def test_a_meeting_nobody_was_found_for_becomes_work() -> None:
    submission = file("speaker", decide_by=None, meeting_on=date(2026, 12, 10))
    live_through(date(2026, 12, 9), date(2026, 12, 12))
    assert open_tasks(submission) == ["meeting-passed"]


def test_a_speaker_who_does_not_answer() -> None:
    submission = file("speaker", decide_by=None)
    move(submission, "offer", now=at(MONDAY), by=CAMPAIGN)
    db.session.commit()
    live_through(MONDAY, date(2026, 12, 4))
    assert letters(submission, "speaker/offer-reminder") == [("speaker/offer-reminder", date(2026, 11, 25))]
    # The time is over: the request is with us again, and a task says who was silent.
    assert submission.state == "matching"
    assert [each.state for each in submission.offers] == ["expired"]
    assert letters(submission, "speaker/offer-expired") == [("speaker/offer-expired", date(2026, 11, 27))]
    about = db.session.scalars(select(Task.about).where(Task.reason == "next", Task.done_at.is_(None))).one()
    assert "Ask the next speaker" in about


def test_nobody_is_told_to_ask_the_next_speaker_once_somebody_is_asked_or_the_day_has_passed() -> None:
    submission = file("speaker", decide_by=None, meeting_on=date(2026, 12, 8))
    silent = select(Task.about).where(Task.reason == "next", Task.done_at.is_(None))
    move(submission, "offer", now=at(MONDAY), by=CAMPAIGN)
    db.session.commit()
    live_through(MONDAY, date(2026, 11, 28))
    assert len(db.session.scalars(silent).all()) == 1
    searching_tasks.somebody_is_asked(submission, at(date(2026, 11, 28)))
    assert db.session.scalars(silent).all() == []
    move(submission, "offer", now=at(date(2026, 11, 30)), by=CAMPAIGN, speaker_email="another@example.org")
    db.session.commit()
    live_through(date(2026, 11, 30), date(2026, 12, 5))
    assert len(db.session.scalars(silent).all()) == 1
    live_through(date(2026, 12, 6), date(2026, 12, 10))
    assert open_tasks(submission) == ["meeting-passed"]
    assert db.session.scalars(silent).all() == []


def test_a_branch_without_a_day_hears_that_we_are_still_looking() -> None:
    request = file("speaker", decide_by=None)
    move(request, "start-matching")
    live_through(date(2026, 11, 24), date(2026, 11, 30))
    # Before anybody was asked, the letter that begins the search has said by when we write.
    assert letters(request, "speaker/still-looking") == []
    move(request, "offer", now=at(date(2026, 12, 1)))
    db.session.commit()
    live_through(date(2026, 12, 2), date(2026, 12, 31))
    assert request.state == "matching"
    told = [day for _, day in letters(request, "speaker/still-looking")]
    # The time of the offer was over on Monday 7 December; each letter says two weeks at the latest.
    assert told == [date(2026, 12, 9), date(2026, 12, 21), date(2026, 12, 31)]
    assert all((after - before).days <= 14 for before, after in pairwise(told))


def test_a_branch_that_told_its_day_hears_on_that_day_and_not_before() -> None:
    request = file("speaker", decide_by=date(2026, 12, 14))
    move(request, "offer")
    db.session.commit()
    live_through(date(2026, 11, 24), date(2026, 12, 14))
    assert letters(request, "speaker/still-looking") == []
    assert letters(request, "speaker/decide-by") == [("speaker/decide-by", date(2026, 12, 14))]


def test_a_long_search_tells_the_branch_at_least_every_four_weeks() -> None:
    request = file("speaker", decide_by=None, meeting_on=date(2027, 4, 12))
    move(request, "start-matching")
    begun = london_day(request.state_since)
    assert request.due_on is not None
    assert (request.due_on - begun).days <= 28
    db.session.commit()
    live_through(begun, date(2027, 3, 31))
    told = [day for _, day in letters(request, "speaker/search-goes-on")]
    assert len(told) >= 3
    assert all((after - before).days <= 28 for before, after in pairwise([begun, *told, date(2027, 3, 15)]))
    # What was promised of old, four weeks before the meeting, is kept; and the next word is a week before it.
    assert told[-1] == date(2027, 3, 15)
    assert request.due_on == date(2027, 4, 5)
    live_through(date(2027, 4, 1), date(2027, 4, 12))
    rows = select(OutboxEmail.text).where(OutboxEmail.template == "speaker/search-goes-on").order_by(OutboxEmail.id)
    last = db.session.scalars(rows).all()[-1]
    assert "We go on looking until Friday 9 April 2027." in last
    assert "will write again" not in last


def test_the_last_word_of_a_search_is_said_once_and_nothing_is_promised_before_its_day() -> None:
    request = file("speaker", decide_by=None, meeting_on=date(2027, 2, 11))
    move(request, "start-matching")
    db.session.commit()
    live_through(london_day(request.state_since), date(2027, 2, 11))
    rows = select(OutboxEmail.text).where(OutboxEmail.template == "speaker/search-goes-on").order_by(OutboxEmail.id)
    texts = db.session.scalars(rows).all()
    assert ["go on without one" in text for text in texts] == [False] * (len(texts) - 1) + [True]
    assert request.due_on == date(2027, 2, 10), "the day that the last letter named"


def test_what_a_letter_by_itself_promises_the_machine_keeps() -> None:
    """It promised in the name of whoever has the request, and nobody wrote."""
    request = file("speaker", decide_by=date(2027, 1, 5), meeting_on=date(2027, 1, 28))
    move(request, "start-matching")
    begun = london_day(request.state_since)
    db.session.commit()
    live_through(begun, date(2027, 1, 5))
    told = [(sent, name) for name, sent in letters(request, "speaker/search-goes-on", "speaker/decide-by")]
    assert sorted(told)[1:] == [
        (date(2026, 12, 31), "speaker/search-goes-on"),
        (date(2027, 1, 5), "speaker/decide-by"),
    ]
    written = db.session.scalars(
        select(OutboxEmail.text).where(OutboxEmail.template == "speaker/search-goes-on").order_by(OutboxEmail.id)
    ).all()
    assert "We will write again by Thursday 31 December 2026" in written[0]
    assert "We will write again by Tuesday 5 January 2027" in written[1]


def test_a_short_search_keeps_to_the_day_it_has_promised() -> None:
    request = file("speaker", decide_by=None, meeting_on=date(2027, 1, 14))
    move(request, "start-matching")
    assert request.due_on == date(2026, 12, 17)
    db.session.commit()
    live_through(london_day(request.state_since), date(2026, 12, 31))
    assert letters(request, "speaker/search-goes-on") == []


AGAIN_BY = re.compile(r"You hear from us again by \w+ (\d+ \w+ \d{4}) at the latest")
LAST_WORD = re.compile(r"We go on looking until \w+ (\d+ \w+ \d{4})\.")


def named(pattern: re.Pattern[str], text: str) -> date | None:
    """The day that a letter names, by the sentence it stands in."""
    found = pattern.search(text)
    return datetime.strptime(f"{found[1]} +0000", "%d %B %Y %z").date() if found else None


@pytest.mark.parametrize("region", ["north-east", "scotland"])
@pytest.mark.parametrize(
    "meeting_on", [*days_from(date(2026, 12, 10), date(2026, 12, 23)), date(2026, 12, 29), date(2027, 1, 5)]
)
def test_no_letter_names_a_day_by_which_nothing_comes(meeting_on: date, region: str) -> None:
    request = file("speaker", decide_by=None, meeting_on=meeting_on, region_slug=region)
    move(request, "offer", now=at(MONDAY))
    db.session.commit()
    # Nobody acts: the offer runs out, and the search goes on.
    eve = working_day_before(meeting_on, 1)
    live_through(MONDAY, eve)
    assert came(request)[-1] == ("last-word", "done", eve), "somebody tells the branch on the last day"
    assert "last-word" in open_tasks(request)
    live_through(eve + timedelta(days=1), meeting_on + timedelta(days=21))
    told = [
        (london_day(row.queued_at), row.text)
        for row in db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "speaker/still-looking"))
    ]
    assert told, "the branch hears at all"
    for (day, text), (following, _) in pairwise(told):
        by = named(AGAIN_BY, text)
        assert by is not None
        assert day < following <= by < meeting_on
    last_day, last_text = told[-1]
    assert last_day < eve
    assert named(AGAIN_BY, last_text) is None
    assert named(LAST_WORD, last_text) == eve
    assert [text for _, text in told[:-1] if named(LAST_WORD, text)] == []


@pytest.mark.parametrize("meeting_on", [None, date(2027, 1, 28)])
def test_letters_of_a_search_and_the_branch_s_page_name_one_day(meeting_on: date | None) -> None:
    """The letters said 14 December, then 24 December; the page all the time another day."""
    request = file("speaker", decide_by=None, meeting_on=meeting_on)
    move(request, "offer", now=at(MONDAY))
    db.session.commit()
    told = None
    for day in days_from(MONDAY, date(2027, 1, 20)):
        one_pass(at(day))
        texts = select(OutboxEmail.text).where(OutboxEmail.template == "speaker/still-looking").order_by("id")
        last = named(AGAIN_BY, (db.session.scalars(texts).all() or [""])[-1])
        is_new, told = last != told, last
        if request.state == "matching" and told is not None:
            assert request.due_on is not None
            assert day <= request.due_on <= told, "the page names no later day than the letter, and none that has gone"
            assert not is_new or request.due_on == told
    assert request.state == "matching"


def test_of_several_days_the_last_one_ends_the_search() -> None:
    days = [date(2026, 12, 10), date(2026, 12, 21)]
    dates = [{"on": day.isoformat(), "time": "", "time_text": ""} for day in days]
    request = file("speaker", decide_by=None, meeting_on=days[0], dates=dates)
    move(request, "offer", now=at(MONDAY))
    db.session.commit()
    live_through(MONDAY, date(2026, 12, 10))
    assert "last-word" not in [name for name, _, _ in came(request)]
    passing.drop(db.session(), request.id, at(date(2026, 12, 11)))
    live_through(date(2026, 12, 11), days[1])
    assert came(request)[-1] == ("last-word", "done", date(2026, 12, 18))
    rows = select(OutboxEmail.text).where(OutboxEmail.template == "speaker/still-looking").order_by(OutboxEmail.id)
    first, last = db.session.scalars(rows).all()
    assert named(LAST_WORD, first) is None
    assert named(LAST_WORD, last) == date(2026, 12, 18)


def test_a_move_to_a_near_day_is_not_followed_by_a_letter_that_says_the_same() -> None:
    """In the minute of "the date has changed" came "your meeting is near"."""
    request = file("speaker", decide_by=None, meeting_on=date(2027, 1, 14))
    move(request, "offer", now=at(MONDAY))
    move(request, "confirm", now=at(MONDAY), confirmed_on="2027-01-14")
    db.session.commit()
    for day in ("2026-12-04", "2026-12-03", "2026-12-04"):
        move(request, "change-meeting", now=at(date(2026, 12, 1), 18), confirmed_on=day, agreed="By telephone")
        db.session.commit()
    live_through(date(2026, 12, 1), date(2026, 12, 4), hours=(9, 18, 19))
    soon = ("speaker/details-missing", "speaker/meeting-soon", "speaker/meeting-soon-speaker")
    assert letters(request, *soon, "speaker/meeting-tomorrow") == [("speaker/meeting-tomorrow", date(2026, 12, 3))]


PROMISED = re.compile(r"write again by \w+ (\d+ \w+ \d{4}), even if there is no news")


def sought(begun: date, **told: str) -> Any:
    """A proposal whose twin is looked for since that day."""
    submission = file("twinning", decision="carried", decided_on=None, **told)
    move(submission, "check", now=at(begun), by=CAMPAIGN)
    move(submission, "seek", now=at(begun), by=CAMPAIGN)
    db.session.commit()
    return submission


@pytest.mark.parametrize(
    ("begun", "region"),
    [
        (MONDAY, "scotland"),
        (MONDAY + timedelta(days=3), "london"),
        (MONDAY + timedelta(days=6), "scotland"),
        (date(2027, 3, 1), "london"),
        (date(2027, 7, 5), "scotland"),
    ],
)
def test_a_branch_whose_twin_is_looked_for_hears_by_the_day_that_each_letter_named(begun: date, region: str) -> None:
    submission = sought(begun, region_slug=region)
    live_through(begun, begun + timedelta(days=60))
    rows = db.session.scalars(
        select(OutboxEmail).where(OutboxEmail.template.in_(["twinning/seeking", "twinning/monthly"])).order_by("id")
    ).all()
    told = [(london_day(row.queued_at), named(PROMISED, row.text)) for row in rows]
    assert len(told) == 3
    for (_, promised), (came_on, _) in pairwise(told):
        assert promised is not None
        assert came_on <= promised
    # The desk and the branch’s page name what the last letter named.
    assert submission.due_on == told[-1][1]
    assert all((after[0] - before[0]).days >= 25 for before, after in pairwise(told)), "nobody hears twice in a month"


def test_a_letter_that_the_worker_slept_over_is_followed_by_one_as_much_later() -> None:
    submission = sought(MONDAY)
    woken = date(2026, 12, 24)
    one_pass(at(woken))
    marks = follow_ups.marks_of(db.session(), submission.id)
    foreseen = follow_ups.planned(submission, marks, woken)[0].on
    live_through(woken, date(2027, 1, 31))
    told = [day for _, day in letters(submission, "twinning/monthly")]
    assert told == [woken, foreseen]
    assert foreseen == date(2027, 1, 18)


def test_a_twinning_after_its_introduction() -> None:
    submission = file("twinning", decision="carried", decided_on=None)
    for name in ("check", "seek", "propose", "introduce"):
        move(submission, name, now=at(MONDAY), by=CAMPAIGN)
    db.session.commit()
    live_through(MONDAY, date(2027, 1, 20))
    assert letters(submission, "twinning/been-in-touch", "twinning/been-in-touch-body") == [
        ("twinning/been-in-touch", date(2026, 12, 7)),
        ("twinning/been-in-touch-body", date(2026, 12, 7)),
    ]
    assert open_tasks(submission) == ["no-first-contact"]


def test_was_it_carried() -> None:
    submission = file("affiliation", decision="going", decided_on=date(2026, 12, 10))
    move(submission, "await-decision", now=at(MONDAY), by=CAMPAIGN)
    db.session.commit()
    live_through(MONDAY, date(2027, 1, 10))
    assert came(submission) == [
        ("was-it-carried", "done", date(2026, 12, 11)),
        ("was-it-carried-again", "done", date(2026, 12, 21)),
        ("decision-missing", "done", date(2027, 1, 4)),
    ]


def test_a_decision_that_is_put_off_is_asked_after_on_its_new_day() -> None:
    submission = file("affiliation", decision="going", decided_on=date(2026, 12, 10))
    move(submission, "await-decision", now=at(MONDAY), by=CAMPAIGN)
    db.session.commit()
    live_through(MONDAY, date(2026, 12, 11))
    actions.amend(db.session(), submission, {"decided_on": date(2027, 1, 20)}, by=CAMPAIGN, now=at(date(2026, 12, 12)))
    db.session.commit()
    live_through(date(2026, 12, 12), date(2027, 1, 22))
    assert [(name, on) for name, _, on in came(submission)] == [
        ("was-it-carried", date(2026, 12, 11)),
        ("was-it-carried", date(2027, 1, 21)),
    ]


def test_a_fee_that_does_not_come() -> None:
    submission = file("affiliation", decision="carried", treasurer_email="bill@example.org", fee_pence=5000)
    move(submission, "accept", now=at(MONDAY), by=CAMPAIGN, fee_pence="£50")
    db.session.commit()
    live_through(MONDAY, date(2027, 3, 1))
    first = ("affiliation/fee-reminder", "affiliation/fee-reminder-branch")
    last = ("affiliation/fee-last-reminder", "affiliation/fee-last-reminder-branch")
    assert [on for _, on in letters(submission, *first)] == [date(2026, 12, 24)] * 2
    assert [on for _, on in letters(submission, *last)] == [date(2027, 1, 22)] * 2
    assert open_tasks(submission) == ["fee-missing"]
    move(submission, "paid", now=at(date(2027, 3, 2)), by=CAMPAIGN, paid_on="1 March 2027")
    db.session.commit()
    assert open_tasks(submission) == []


def test_nobody_is_reminded_of_a_fee_while_we_owe_the_invoice() -> None:
    submission = file("affiliation", decision="carried", treasurer_email="bill@example.org", wants_invoice="yes")
    move(submission, "accept", now=at(MONDAY), by=CAMPAIGN, fee_pence="£50")
    db.session.commit()
    live_through(MONDAY, date(2027, 1, 4))
    assert came(submission) == []

    def invoice_told(today: date) -> str:
        return str(dict(settled(submission, "en", today).rows)["Invoice"])

    still = "We send it to the treasurer by Monday 30 November 2026."
    assert invoice_told(date(2026, 11, 30)) == f"{still} Nothing is due before"
    late = "We said that the treasurer would have it by Monday 30 November 2026. We are late, and we are sorry."
    assert invoice_told(date(2026, 12, 1)) == f"{late} Nothing is due before"
    tasks.overtaken(db.session(), submission.id, ["invoice"], at(date(2027, 1, 4)), "It is sent.")
    db.session.commit()
    assert dict(settled(submission, "en", date(2027, 1, 4)).rows)["Please pay by"] == "Wednesday 3 February 2027"
    live_through(date(2027, 1, 5), date(2027, 2, 3))
    assert came(submission) == [], "the days count from the invoice"
    live_through(date(2027, 2, 4), date(2027, 2, 5))
    assert [name for name, _, _ in came(submission)] == ["fee-reminder"]


def test_a_year_of_an_affiliation_ends_by_itself_step_by_step() -> None:
    submission = file("affiliation", decision="carried", fee_pence=5000)
    move(submission, "accept", now=at(MONDAY), by=CAMPAIGN, fee_pence="£50")
    move(submission, "paid", now=at(MONDAY), by=CAMPAIGN, paid_on="23 November 2026")
    db.session.commit()
    ends_on = submission.term_ends_on
    live_through(ends_on - timedelta(days=100), ends_on + timedelta(days=90))
    names = [name for name, _, _ in came(submission)]
    assert names == [
        "renewal-due",
        "renewal-reminder",
        "renewal-last-reminder",
        "term-over",
        "grace-reminder",
        "grace-over",
    ]
    assert submission.state == "grace"
    assert open_tasks(submission) == ["grace-over"]


def test_who_has_renewed_is_asked_for_the_fee_and_not_for_the_renewal() -> None:
    submission = file("affiliation", decision="carried", fee_pence=5000)
    move(submission, "accept", now=at(MONDAY), by=CAMPAIGN, fee_pence="£50")
    move(submission, "paid", now=at(MONDAY), by=CAMPAIGN, paid_on="23 November 2026")
    ends_on = submission.term_ends_on
    move(submission, "renewal-due", now=at(ends_on - timedelta(days=90)), by=CAMPAIGN)
    move(submission, "renew", now=at(ends_on - timedelta(days=80)), by=BRANCH)
    db.session.commit()
    live_through(ends_on - timedelta(days=80), ends_on + timedelta(days=40))
    assert [name for name, _, _ in came(submission)] == [
        "fee-reminder",
        "fee-last-reminder",
        "term-over",
        "fee-missing",
    ]


def renewed(before_the_end: int, **changes: Any) -> tuple[Any, date, date]:
    """One that has renewed so many days before the end of its paid year: it, that end, and the day it renewed on."""
    submission = file("affiliation", decision="carried", fee_pence=5000, treasurer_email="bill@example.org", **changes)
    move(submission, "accept", now=at(MONDAY), by=CAMPAIGN, fee_pence="£50")
    move(submission, "paid", now=at(MONDAY), by=CAMPAIGN, paid_on="23 November 2026")
    tasks.overtaken(db.session(), submission.id, ["invoice"], at(MONDAY), "It is sent.")
    ends_on = submission.term_ends_on
    on = ends_on - timedelta(days=before_the_end)
    move(submission, "renewal-due", now=at(ends_on - timedelta(days=90)), by=CAMPAIGN)
    move(submission, "renew", now=at(on), by=BRANCH)
    db.session.commit()
    return submission, ends_on, on


def test_a_renewal_is_not_late_before_the_day_that_its_treasurer_was_told() -> None:
    submission, ends_on, on = renewed(14)
    pay_by = deadlines.working_day(on + timedelta(days=30), on)
    assert pay_by > ends_on
    page = settled(submission, "en", date(2027, 8, 31))
    assert page.sentence == "You have renewed and stay affiliated. The fee for the next year is due"
    assert dict(page.rows)["Please pay by"] == in_words_of(pay_by, "en")
    live_through(on, pay_by)
    assert (submission.state, came(submission)) == ("renewal-due", []), "nobody is late, and nobody is reminded"
    assert turns.is_too_early(submission, submission.WORKFLOW.transition("into-grace"), at(pay_by))
    late_on = pay_by + timedelta(days=1)
    live_through(late_on, late_on, hours=(9, 10))
    assert submission.state == "grace"
    assert came(submission) == [("term-over", "done", late_on), ("fee-reminder", "done", late_on)]
    letter = " ".join(text_of(submission, "affiliation/grace").split())
    assert f"It was to be paid by {in_words_of(pay_by, 'en')}. Please ask your treasurer" in letter
    again = deadlines.working_day(late_on + timedelta(days=14), late_on)
    assert f"Please pay by {in_words_of(again, 'en')}, or tell us" in text_of(submission, "affiliation/fee-reminder")
    assert dict(settled(submission, "en", late_on).rows)["Please pay by"] == in_words_of(again, "en")
    assert to_pay_by(submission) == again
    assert not letters(submission, "affiliation/fee-reminder-branch"), "the branch has just read that it is late"


def test_a_renewal_is_not_late_while_we_owe_its_invoice() -> None:
    submission, ends_on, on = renewed(14, wants_invoice="yes")
    live_through(on, ends_on + timedelta(days=20))
    assert (submission.state, came(submission)) == ("renewal-due", [])
    sent_on = ends_on + timedelta(days=20)
    tasks.overtaken(db.session(), submission.id, ["invoice"], at(sent_on), "It is sent.")
    db.session.commit()
    pay_by = deadlines.working_day(sent_on + timedelta(days=30), sent_on)
    live_through(sent_on, pay_by)
    assert (submission.state, to_pay_by(submission)) == ("renewal-due", pay_by)
    live_through(pay_by + timedelta(days=1), pay_by + timedelta(days=4))
    assert submission.state == "grace"


def test_who_never_got_the_question_is_rung_and_not_reminded() -> None:
    submission = asked("speaker", decide_by=None, meeting_on=None)
    question = db.session.scalars(select(OutboxEmail).where(OutboxEmail.template == "common/question")).one()
    question.state, question.next_try_at = "given-up", None
    db.session.commit()
    live_through(MONDAY, MONDAY + timedelta(days=5))
    assert came(submission) == []
    question.dealt_with_at = at(MONDAY + timedelta(days=5), 12)
    db.session.commit()
    live_through(MONDAY + timedelta(days=6), MONDAY + timedelta(days=14))
    assert [name for name, _, _ in came(submission)] == ["question-reminder", "question-last-reminder"]


def test_a_branch_without_an_address_is_rung() -> None:
    submission = asked("speaker", decide_by=None, meeting_on=None, contact_email="")
    live_through(MONDAY, MONDAY + timedelta(days=5))
    assert [task.about for task in tasks.of_request(db.session(), submission.id)] == [
        "No email address is known. Telephone instead of this letter: Reminder to the branch: our question."
    ]


def test_skipping_the_last_reminder_leaves_the_first() -> None:
    submission = asked("speaker", decide_by=None, meeting_on=None)
    last = follow_ups.planned(submission, {}, MONDAY)[1]
    assert last.row.name == "question-last-reminder"
    follow_ups.skip(db.session(), submission, last, by=CAMPAIGN, now=at(MONDAY))
    db.session.commit()
    live_through(MONDAY, MONDAY + timedelta(days=15))
    assert [(name, outcome) for name, outcome, _ in came(submission)] == [
        ("question-last-reminder", "skipped"),
        ("question-reminder", "done"),
        ("question-unanswered", "done"),
    ]


def test_nobody_is_rung_before_the_day_that_a_letter_named() -> None:
    """Over two years and all nations: what comes after a letter keeps its days from the day on which that one went."""
    rows = [row for kind in registry.kinds() for row in kind.workflow.follow_ups if row.after is not None]
    assert len({row.name for row in rows}) > 8
    for row in rows:
        before = row.after
        assert before is not None
        for nation in ("England", "Scotland", "Northern Ireland"):
            for base in days_from(date(2026, 1, 1), date(2027, 12, 31)):
                earlier = follow_ups.day_for(before, base + timedelta(days=before.days), nation)
                later = follow_ups.day_for(row, base + timedelta(days=row.days), nation)
                assert (later - earlier).days >= row.days - before.days, f"{row.name}, {base}, {nation}"


def test_those_for_whom_nothing_is_due_after_all_do_not_keep_the_others_waiting(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "REMINDED_AT_ONCE", 3)
    # Details are asked for only where some are missing; the short list cannot know.
    for number in range(5):
        confirmed(speaker_email=f"olha{number}@example.org", venue="Miners’ Hall", meeting_format="in-person")
    lacking = confirmed(venue="", platform="")
    now = at(date(2026, 12, 31))
    clockwork = worker.Worker(app, "one", lambda: now)
    passes = 0
    while clockwork.remind():
        passes += 1
        assert passes < 5, "the worker never comes to an end"
    assert came(lacking) == [("details-missing", "done", date(2026, 12, 31))]


def test_after_a_restored_backup_nothing_comes_twice_and_moves_are_made() -> None:
    asked_long_ago = asked("speaker", decide_by=None, meeting_on=None)
    held = confirmed(on=MONDAY, meeting=date(2026, 11, 26))
    # A Saturday: what rests until Monday has come already, too.
    assert reminders.leave_behind(db.session(), at(date(2026, 11, 28))) == 1
    db.session.commit()
    live_through(date(2026, 11, 28), date(2026, 12, 1))
    assert [(name, outcome) for name, outcome, _ in came(asked_long_ago)] == [("question-reminder", "superseded")]
    assert held.state == "held"


def test_what_fails_is_told_to_a_person(app: Flask) -> None:
    submission = asked("speaker", decide_by=None, meeting_on=None)
    db.session.execute(update(Submission).values(region_slug="north-east", language="xx"))
    db.session.commit()
    now = at(MONDAY + timedelta(days=4))
    worker.Worker(app, "one", lambda: now).remind()
    assert [(task.reason, task.submission_id) for task in db.session.scalars(select(Task))] == [
        ("fault", submission.id)
    ]
    assert came(submission) == []


def test_what_is_skipped_does_not_come_and_stands_in_the_history() -> None:
    submission = asked("speaker", decide_by=None, meeting_on=None)
    first = follow_ups.planned(submission, {}, MONDAY)[0]
    follow_ups.skip(db.session(), submission, first, by=CAMPAIGN, now=at(MONDAY))
    db.session.commit()
    live_through(MONDAY, MONDAY + timedelta(days=5))
    assert came(submission) == [("question-reminder", "skipped", MONDAY)]
    assert letters(submission, "common/question-reminder") == []
    assert [event.name for event in submission.events][-1] == "skipped"


def test_what_was_sent_by_hand_does_not_come_again() -> None:
    submission = asked("speaker", decide_by=None, meeting_on=None)
    last = next(
        each for each in follow_ups.planned(submission, {}, MONDAY) if each.row.name == "question-last-reminder"
    )
    follow_ups.carry_out(db.session(), submission, last, by=CAMPAIGN, now=at(MONDAY + timedelta(days=1)))
    db.session.commit()
    live_through(MONDAY, MONDAY + timedelta(days=11))
    # The earlier one of the series has lost its point with the later one.
    assert [name for name, _ in letters(submission)][-1] == "common/question-last-reminder"
    assert len(came(submission)) == 1


def test_the_short_list_and_the_request_itself_agree() -> None:
    """Whatever the few statements find is due by the request's own word, and the other way round."""
    everybody = [
        asked("speaker"),
        asked("twinning"),
        asked("affiliation"),
        confirmed(venue=""),
        confirmed(meeting=date(2027, 1, 9), speaker_email="petro@example.org", region_slug="scotland"),
        file("speaker", decide_by=date(2026, 12, 6)),
        file("twinning", decision="going", decided_on=date(2026, 12, 19)),
    ]
    for day in days_from(MONDAY, date(2027, 2, 1)):
        for hour in (5, 6, 9, 21):
            now = at(day, hour)
            found = set(reminders.ready(db.session(), now))
            for submission in everybody:
                due, overtaken = follow_ups.due(submission, {}, now)
                if due or overtaken:
                    assert submission.id in found, f"{submission.kind} on {day} at {hour}"


@pytest.mark.parametrize("kind", ["speaker", "twinning", "affiliation"])
def test_every_row_counts_from_something_the_kind_knows(kind: str) -> None:
    model = registry.kind(kind).model
    submission = file(kind)
    for row in registry.kind(kind).workflow.follow_ups:
        for question in (row.counted_from, row.only_if or "state", row.unless or "state"):
            assert hasattr(submission, question), f"{row.name}: {question}"
        assert str(getattr(model, row.counted_from))
        if row.days < 0 and row.notify:
            assert row.late < -row.days, f"{row.name} would come after the date it leads up to"


@pytest.mark.postgres
def test_follow_ups_come_the_same_on_postgresql(postgres_app: Flask) -> None:
    with postgres_app.app_context():
        load_reference_data(db.session)
        asked("speaker", decide_by=None, meeting_on=None)
        paid = file("affiliation", decision="carried", fee_pence=5000)
        move(paid, "accept", now=at(MONDAY), by=CAMPAIGN, fee_pence="£50")
        move(paid, "paid", now=at(MONDAY), by=CAMPAIGN, paid_on="23 November 2026")
        db.session.commit()
        live_through(MONDAY, MONDAY + timedelta(days=10))
        # Ninety days before the end lie in August: the letter goes on the last working day before it.
        live_through(date(2027, 7, 28), date(2027, 8, 2))
        names = db.session.scalars(select(FollowUpMark.name).order_by(FollowUpMark.id)).all()
        assert names == ["question-reminder", "question-last-reminder", "renewal-due"]
        db.session.remove()


def test_two_workers_at_one_follow_up_write_one_letter() -> None:
    submission = asked("speaker", decide_by=None, meeting_on=None)
    now = at(MONDAY + timedelta(days=4))
    each = follow_ups.due(submission, {}, now)[0][0]
    assert reminders.remind(db.session(), submission.id, now) == 1
    db.session.commit()
    # The other one had looked before the first was done.
    with pytest.raises(IntegrityError):
        follow_ups.carry_out(db.session(), submission, each, by=follow_ups.BY_ITSELF, now=now)
    db.session.rollback()
    assert len(letters(submission, "common/question-reminder")) == 1


def moved_unheard(venue: str = "") -> Any:
    """A meeting that was moved to 21 January, and whose speaker does not say whether that suits them."""
    submission = confirmed(venue=venue, platform="")
    day = {"confirmed_on": "21 January 2027", "confirmed_time": "7pm", "agreed": ""}
    move(submission, "change-meeting", now=at(date(2026, 12, 8)), by=CAMPAIGN, **day)
    db.session.commit()
    return submission


def test_tasks_of_other_matters_stand_beside_each_other() -> None:
    submission = moved_unheard()
    live_through(date(2026, 12, 8), date(2027, 1, 19))
    assert sorted(open_tasks(submission)) == ["change-unanswered", "details-still-missing"]
    live_through(date(2027, 1, 20), date(2027, 1, 20))
    assert sorted(open_tasks(submission)) == ["change-unheard", "details-still-missing"]


def test_nobody_telephones_for_the_link_of_yesterdays_meeting() -> None:
    submission = confirmed(venue="", platform="")
    live_through(date(2026, 12, 1), MEETING)
    follow_ups.sweep(db.session(), at(MEETING, 23))
    assert open_tasks(submission) == ["details-still-missing"]
    follow_ups.sweep(db.session(), at(MEETING + timedelta(days=1), 1))
    assert open_tasks(submission) == []


def test_a_branch_is_not_told_that_a_change_suits_before_the_speaker_has_said_so() -> None:
    submission = moved_unheard(venue="Miners’ Hall, Redhills")
    live_through(date(2026, 12, 8), date(2027, 1, 20))
    for name in ("meeting-soon", "meeting-tomorrow"):
        letter = " ".join(text_of(submission, f"speaker/{name}").split())
        assert "not told us" in letter
        assert "looking forward" not in letter


def test_nobody_is_thanked_for_a_talk_that_the_speaker_never_agreed_to() -> None:
    submission = moved_unheard(venue="Miners’ Hall, Redhills")
    live_through(date(2026, 12, 8), date(2027, 2, 2))
    for name in ("meeting-soon-speaker", "meeting-tomorrow-speaker"):
        letter = " ".join(text_of(submission, f"speaker/{name}").split())
        assert "чи це вам підходить" in letter, "it asks, and takes nothing for agreed"
        assert "домовлено" not in letter
        assert "дякуємо, що завтра" not in letter
    assert letters(submission, "speaker/how-did-it-go", "speaker/thanks") == []
    assert (submission.state, open_tasks(submission)) == ("confirmed", ["day-over"])
    move(submission, "speaker-keeps", now=at(date(2027, 2, 2)), by=CAMPAIGN)
    db.session.commit()
    live_through(date(2027, 2, 3), date(2027, 2, 3))
    assert (submission.state, open_tasks(submission)) == ("held", [])


def test_on_the_eve_of_a_meeting_one_letter_asks_whether_its_change_suits() -> None:
    submission = confirmed(venue="Miners’ Hall, Redhills", platform="")
    day = {"confirmed_on": "15 January 2027", "confirmed_time": "7pm", "agreed": ""}
    move(submission, "change-meeting", now=at(date(2027, 1, 13), 18), by=CAMPAIGN, **day)
    db.session.commit()
    live_through(date(2027, 1, 14), date(2027, 1, 19))
    assert letters(submission, "speaker/change-reminder") == []
    assert len(letters(submission, "speaker/meeting-tomorrow-speaker")) == 1
    assert letters(submission, "speaker/thanks") == []
    assert open_tasks(submission) == ["day-over"]


def test_once_the_speaker_has_said_so_the_branch_reads_it() -> None:
    after = moved_unheard(venue="Miners’ Hall, Redhills")
    move(after, "speaker-keeps", now=at(date(2026, 12, 9)), by=Mover(Actor.SPEAKER))
    db.session.commit()
    live_through(date(2026, 12, 9), date(2027, 1, 20))
    assert "looking forward to it" in text_of(after, "speaker/meeting-soon")
    assert "change-unheard" not in open_tasks(after)


def test_who_was_asked_before_the_worker_slept_past_the_meeting_is_told_the_truth() -> None:
    submission = file("speaker", decide_by=None)
    move(submission, "offer", now=at(date(2026, 12, 1)), by=CAMPAIGN)
    db.session.commit()
    one_pass(at(date(2027, 7, 22), 9))
    letter = " ".join(text_of(submission, "speaker/offer-expired").split())
    assert "день уже минув" in letter
    assert "шукаємо" not in letter
    assert "дайте відповідь до" not in letter
