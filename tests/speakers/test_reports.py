"""After a meeting: who is asked and reminded, what the desk reads, and how the request comes to its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.clock import london_day
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.public.report_forms import ReportForm
from portal.speakers import afterwards, leaving, reports, told, wished
from portal.speakers.arranged import arranged
from portal.speakers.report_rows import BRANCH, SIDES, SPEAKER
from portal.speakers.reports import Told
from portal.speakers.workflow import WORKFLOW
from portal.submissions import tasks
from portal.submissions.actions import NotPermittedError
from portal.submissions.forms import FormContext
from portal.submissions.workflow import Turn
from tests.submissions.test_follow_ups import CAMPAIGN, at, confirmed, file, live_through
from tests.submissions.walks import move

HELD_ON = date(2027, 1, 15)
REMINDERS = tuple(f"speaker/report-{each}" for each in ("reminder", "last-reminder"))
WELL = Told(held=True, attended=38, motion="carried", raised_pence=12_000, wishes=["twin"], next_step="We meet again.")
NOT_AT_ALL = Told(held=False, next_step="The hall was shut.")


@pytest.fixture(autouse=True)
def in_context(app: Flask) -> Any:
    """These tests ask the data packages themselves, as the worker does."""
    with app.app_context():
        yield


def after_meeting(**changes: Any) -> Any:
    """A request whose meeting was held yesterday."""
    request = confirmed(**changes)
    move(request, "held", now=at(HELD_ON), by=CAMPAIGN)
    db.session.commit()
    return request


def tell(request: Any, side: str, what: Told, on: date = HELD_ON) -> bool:
    """Let a side tell."""
    is_new = reports.tell(db.session(), request, side, what, at(on, 12))
    db.session.commit()
    return is_new


def reminded(request: Any) -> list[tuple[str, date]]:
    """The reminders that went, and on which day."""
    rows = db.session.scalars(
        select(OutboxEmail)
        .where(OutboxEmail.submission_id == request.id, OutboxEmail.template.startswith("speaker/report-"))
        .where(OutboxEmail.template.contains("reminder"))
        .order_by(OutboxEmail.id)
    )
    return [(row.template, london_day(row.queued_at)) for row in rows]


def test_both_sides_are_reminded_twice_and_then_it_closes_itself() -> None:
    request = after_meeting()
    assert [each.side for each in request.reports] == list(SIDES)
    live_through(HELD_ON, date(2027, 3, 5))
    went = [template for template, _ in reminded(request)]
    assert went == [name for each in REMINDERS for name in (each, f"{each}-speaker")]
    assert request.state == "closed"


@pytest.mark.parametrize(("side", "others"), [(BRANCH, "-speaker"), (SPEAKER, "")])
def test_whoever_has_told_is_never_reminded(side: str, others: str) -> None:
    request = after_meeting()
    tell(request, side, WELL)
    assert request.turn == (Turn.SPEAKER if side == BRANCH else Turn.BRANCH)
    live_through(HELD_ON, date(2027, 3, 5))
    assert [template for template, _ in reminded(request)] == [f"{each}{others}" for each in REMINDERS]
    assert request.state == "closed"


@pytest.mark.parametrize("change", ["locked_at", "left_at"])
def test_nobody_reminds_a_speaker_who_is_hidden_or_has_left(change: str) -> None:
    request = after_meeting()
    setattr(request.offers[0].speaker, change, at(HELD_ON, 10))
    db.session.commit()
    live_through(HELD_ON, date(2027, 3, 5))
    assert [template for template, _ in reminded(request)] == list(REMINDERS)
    assert request.state == "closed"


def test_whoever_leaves_the_register_after_their_talk_is_written_to_no_more_and_forgotten() -> None:
    request = after_meeting()
    tell(request, SPEAKER, WELL)
    leaving.leave(db.session(), request.offers[0].speaker, at(HELD_ON, 14))
    db.session.commit()
    report = afterwards.of_side(request.reports, SPEAKER)
    assert report is not None
    assert report.next_step == ""
    report.answered_at = None
    live_through(HELD_ON, date(2027, 2, 15))
    assert [template for template, _ in reminded(request) if template.endswith("-speaker")] == []


def test_it_closes_three_days_after_both_have_told_the_same() -> None:
    request = after_meeting()
    assert tell(request, BRANCH, WELL)
    assert not tell(request, BRANCH, WELL), "a second press is no second report"
    tell(request, SPEAKER, Told(held=True, attended=35))
    assert (request.state, request.attended, request.turn) == ("held", 38, Turn.NOBODY)
    live_through(HELD_ON, date(2027, 1, 17))
    assert request.state == "held"
    # Whoever mends a slip has three days more.
    tell(request, BRANCH, replace(WELL, attended=39), date(2027, 1, 17))
    live_through(date(2027, 1, 18), date(2027, 1, 19))
    assert request.state == "held"
    live_through(date(2027, 1, 20), date(2027, 1, 20))
    assert (request.state, request.attended) == ("closed", 39)
    with pytest.raises(NotPermittedError):
        reports.tell(db.session(), request, SPEAKER, NOT_AT_ALL, at(HELD_ON, 13))


@pytest.mark.parametrize(
    ("other", "about"),
    [
        (Told(held=True, motion="lost"), "what became of the motion"),
        (Told(held=True, attended=90), "how many came"),
        (Told(held=True, raised_pence=50_00), "what was raised"),
        (Told(held=True, motion="lost", attended=4), "what became of the motion and how many came"),
    ],
)
def test_reports_that_disagree_are_for_a_person(other: Told, about: str) -> None:
    request = after_meeting()
    tell(request, SPEAKER, other)
    tell(request, BRANCH, WELL)
    (task,) = tasks.of_request(db.session(), request.id)
    assert f"do not agree on {about}." in task.about
    assert (request.state, request.turn) == ("held", Turn.US)
    sent = [row.template for row in db.session.scalars(select(OutboxEmail))]
    assert "speaker/result" not in sent
    thanked = db.session.scalars(select(OutboxEmail.text).where(OutboxEmail.template == "speaker/report-received"))
    assert ("A motion was carried" in thanked.one()) is (other.motion != "lost")
    live_through(HELD_ON, date(2027, 2, 15))
    assert request.state == "held"
    # Both agree after all: the speaker hears, and it closes by itself.
    tell(request, SPEAKER, Told(held=True, attended=40), date(2027, 2, 15))
    assert list(tasks.of_request(db.session(), request.id)) == []
    live_through(date(2027, 2, 16), date(2027, 2, 18))
    assert request.state == "closed"
    assert "speaker/result" in [row.template for row in db.session.scalars(select(OutboxEmail))]


def test_a_coordinator_settles_what_the_two_tell_otherwise() -> None:
    request = after_meeting()
    tell(request, SPEAKER, Told(held=True, motion="lost"))
    tell(request, BRANCH, WELL)
    move(request, "report", now=at(HELD_ON, 14), by=CAMPAIGN, motion="carried")
    told = db.session.scalars(select(OutboxEmail.text).where(OutboxEmail.template == "speaker/result")).one()
    assert "Резолюцію ухвалено" in told


def test_small_differences_are_nobody_s_work() -> None:
    request = after_meeting()
    tell(request, SPEAKER, Told(held=True, attended=30, motion="carried"))
    tell(request, BRANCH, WELL)
    assert list(tasks.of_request(db.session(), request.id)) == []


def test_whoever_wants_to_hear_more_is_kept_for_the_desk() -> None:
    request = after_meeting()
    more = Told(held=True, hears_more=True, more_people=6, more_contact="Sian Pugh, sian@example.org")
    tell(request, BRANCH, more)
    assert "wants to hear more: 6 people, Sian Pugh, sian@example.org" in dict(arranged(request))["The branch told us"]
    letters = db.session.scalars(select(OutboxEmail.text).where(OutboxEmail.template == "speaker/result"))
    assert "Sian" not in letters.one()


def test_whoever_wants_to_hear_more_is_a_task_at_once_that_outlives_the_request() -> None:
    request = after_meeting()
    tell(request, BRANCH, Told(held=True, hears_more=True, more_people=3, more_contact="Sam Hope, sam@example.org"))
    (task,) = tasks.of_request(db.session(), request.id)
    assert request.reference in task.about
    assert "want to hear more" in task.about
    assert "Sam" not in task.about
    tell(request, SPEAKER, Told(held=True, hears_more=True))
    live_through(HELD_ON, HELD_ON + timedelta(days=9))
    assert request.state == "closed"
    assert list(tasks.of_request(db.session(), request.id)) == [task]


def test_a_slip_about_who_wants_to_hear_more_settles_it() -> None:
    request = after_meeting()
    tell(request, BRANCH, Told(held=True, hears_more=True))
    tell(request, BRANCH, Told(held=True, hears_more=False), HELD_ON + timedelta(days=1))
    assert list(tasks.of_request(db.session(), request.id)) == []


def test_whoever_wants_to_hear_more_by_telephone_is_a_task_too() -> None:
    request = after_meeting()
    move(request, "report", now=at(HELD_ON, 14), by=CAMPAIGN, hears_more="yes", wishes="")
    (task,) = tasks.of_request(db.session(), request.id)
    assert "want to hear more" in task.about


def test_a_meeting_that_somebody_says_was_not_held_waits_for_a_person() -> None:
    request = after_meeting()
    tell(request, SPEAKER, NOT_AT_ALL)
    (task,) = tasks.of_request(db.session(), request.id)
    assert task.about.startswith("The speaker says that it did not take place")
    assert (task.due_on, request.turn) == (HELD_ON, Turn.US)
    live_through(HELD_ON, date(2027, 3, 20))
    assert request.state == "held"
    assert reminded(request) == []
    tell(request, BRANCH, WELL, date(2027, 3, 21))
    assert request.state == "held"
    (task,) = tasks.of_request(db.session(), request.id)
    assert "The branch says that the meeting took place, the speaker says that it did not" in task.about
    move(request, "complete", now=at(date(2027, 3, 22)), by=CAMPAIGN)
    assert request.state == "closed"
    assert list(tasks.of_request(db.session(), request.id)) == []


def test_a_coordinator_who_writes_the_report_down_tells_the_speaker_too() -> None:
    request = after_meeting()
    move(request, "report", now=at(HELD_ON), by=CAMPAIGN)
    sent = [row.template for row in db.session.scalars(select(OutboxEmail).order_by(OutboxEmail.id))][-2:]
    assert sent == ["speaker/completed", "speaker/result"]
    branch = afterwards.of_side(request.reports, BRANCH)
    assert branch is not None
    assert (branch.held, branch.attended) == (True, 40)
    # The desk asks what the branch's own page asks.
    assert (branch.motion, branch.raised_pence, branch.wishes) == ("carried", 12000, ["twin"])
    told = db.session.scalars(select(OutboxEmail.text).where(OutboxEmail.template == "speaker/result")).one()
    assert "Резолюцію ухвалено" in told
    assert "£120,00" in told


def test_what_a_branch_tells_us_that_it_would_like_next_is_work_for_a_person_once() -> None:
    request = after_meeting()
    move(request, "report", now=at(HELD_ON), by=CAMPAIGN, wishes=["twin", "affiliate", "host"])
    (task,) = (each for each in tasks.of_request(db.session(), request.id) if each.reason == "wished")
    assert task.about == (
        "After its meeting the branch would like: twin with a union body in Ukraine, affiliate to the campaign, have a "
        "speaker again. Help it with the form, or add its request by hand."
    )
    assert task.due_on == date(2027, 1, 20)


def wished_of(request: Any, on: date) -> list[str]:
    """What somebody is asked to help a branch with, once the worker has looked on a day."""
    for today in wished.due(db.session(), at(on)):
        wished.look(db.session(), today, at(on))
    db.session.commit()
    return [each.about for each in tasks.of_request(db.session(), request.id) if each.reason == "wished"]


def test_what_it_said_on_its_own_page_where_the_forms_stand_is_only_if_they_are_not_sent() -> None:
    request = after_meeting()
    tell(request, BRANCH, replace(WELL, wishes=["host", "twin"]))
    move(request, "report", now=at(HELD_ON), by=CAMPAIGN, wishes=["host", "twin"])
    assert wished_of(request, date(2027, 1, 28)) == []
    (about,) = wished_of(request, date(2027, 1, 30))
    assert about.startswith(
        "After its meeting the branch would like: twin with a union body in Ukraine, have a speaker again. Its page "
        "has the form, and in two weeks it has not sent it."
    )
    assert len(wished_of(request, date(2027, 1, 31))) == 1, "and once only"


@pytest.mark.parametrize("of_whom", ["branch", "sender"])
def test_a_form_that_was_sent_is_nobodys_task(of_whom: str) -> None:
    request = after_meeting()
    tell(request, BRANCH, replace(WELL, wishes=["affiliate", "twin"]))
    of_branch = {"branch_id": request.branch_id, "contact_email": "another@example.org"}
    of_sender = {"branch_id": None, "contact_email": request.contact_email.upper()}
    file("twinning", **(of_branch if of_whom == "branch" else of_sender))
    (about,) = wished_of(request, date(2027, 1, 30))
    assert "would like: affiliate to the campaign. Its page" in about


def test_what_only_the_speaker_has_heard_is_asked_after_too() -> None:
    request = after_meeting()
    tell(request, SPEAKER, replace(WELL, wishes=["affiliate"]))
    (about,) = wished_of(request, date(2027, 1, 30))
    assert "affiliate to the campaign" in about


def test_a_branch_has_two_weeks_from_its_own_report() -> None:
    request = after_meeting()
    tell(request, SPEAKER, replace(WELL, wishes=["affiliate"]))
    tell(request, BRANCH, WELL, on=date(2027, 1, 25))
    assert wished_of(request, date(2027, 1, 30)) == []
    (about,) = wished_of(request, date(2027, 2, 9))
    assert "would like: twin with a union body in Ukraine. Its page" in about


def test_a_speaker_who_is_asked_how_it_went_hears_that_it_is_settled() -> None:
    request = after_meeting()
    tell(request, BRANCH, WELL)
    move(request, "report", now=at(HELD_ON), by=CAMPAIGN)
    sent = [row.template for row in db.session.scalars(select(OutboxEmail).order_by(OutboxEmail.id))][-2:]
    assert sent == ["speaker/completed", "speaker/report-settled"]


def test_one_who_has_told_hears_nothing_more() -> None:
    request = after_meeting()
    tell(request, BRANCH, WELL)
    tell(request, SPEAKER, WELL)
    move(request, "report", now=at(HELD_ON), by=CAMPAIGN)
    assert "speaker/report-settled" not in [row.template for row in db.session.scalars(select(OutboxEmail))]


def test_the_desk_asks_for_a_report_what_the_branch_is_asked() -> None:
    asked = [ask.name for ask in WORKFLOW.transition("report").asks]
    on_their_page = ReportForm(context=FormContext(today=HELD_ON))
    assert sorted(asked) == sorted(each.short_name for each in on_their_page)
    choices = {ask.name: [value for value, _ in ask.choices] for ask in WORKFLOW.transition("report").asks}
    assert choices["motion"] == [each.value for each in on_their_page["motion"].choices]
    assert choices["wishes"] == [each.value for each in on_their_page["wishes"].choices]


def test_the_desk_reads_both_reports() -> None:
    request = after_meeting()
    tell(request, BRANCH, WELL)
    rows = dict(arranged(request))
    assert rows["The branch told us"] == (
        "it took place; 38 came; motion: carried; £120.00 raised; wants to twin with a union body in Ukraine; "
        "We meet again."
    )
    assert rows["The speaker told us"] == "nothing yet"


def test_what_the_branch_wrote_itself_is_in_no_letter_to_the_speaker() -> None:
    request = after_meeting()
    tell(request, BRANCH, Told(held=True, attended=38, next_step="Ask Bill Fellside for more."))
    letter = db.session.scalars(select(OutboxEmail.text).where(OutboxEmail.template == "speaker/result")).one()
    assert "38 осіб" in letter
    assert "Fellside" not in letter


def test_a_request_without_a_speaker_to_write_to_ends_with_the_branchs_report() -> None:
    request = confirmed()
    for offer in request.offers:
        offer.speaker.email = ""
    move(request, "held", now=at(HELD_ON), by=CAMPAIGN)
    assert [each.side for each in request.reports] == [BRANCH]
    tell(request, BRANCH, WELL)
    live_through(HELD_ON, date(2027, 1, 18))
    assert request.state == "closed"


@pytest.mark.parametrize("language", ["en", "uk"])
def test_the_facts_of_a_report_are_words_in_the_readers_language(language: str) -> None:
    request = after_meeting()
    assert set(told.facts(request, language).values()) == {""}
    tell(request, BRANCH, WELL)
    known = told.facts(request, language)
    assert known["motion_result"] == {"en": "A motion was carried", "uk": "Резолюцію ухвалено"}[language]
    assert known["wishes"].startswith("- ")
    assert known["was_held"] == "yes"
