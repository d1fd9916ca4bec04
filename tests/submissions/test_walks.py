"""Every move of every kind, from every state it may be made in, with the letters it sends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.extensions import db
from portal.submissions import consents, correspondence, intake, registry
from portal.submissions.workflow import BACK, SAME, Transition
from portal.twinning import calling
from portal.twinning.call_rows import CALLS
from portal.twinning.candidate import Candidate
from portal.twinning.registrations import PASS_ON
from tests.submissions.entries import ANSWERS, BRANCH, NOW
from tests.submissions.walks import a_body, confirmed, letters_of, move, road_to


@pytest.mark.parametrize("kind", [kind.name for kind in registry.kinds()])
@pytest.mark.parametrize("language", ["en", "uk"])
def test_every_move_from_every_state_sends_its_letters(app: Flask, kind: str, language: str) -> None:
    with app.app_context():
        # A report is given on a page of its own, and only then can a meeting be called complete: see test_reports.
        rows = [row for row in registry.kind(kind).workflow.transitions if row.unless != "is_no_report_in"]
        for row in rows:
            # A no to a twin whom nobody has heard of yet is in tests/twinning/test_untold_to_body.
            unheard = {"introduced"} if row.unless == "is_introduced" else set()
            for source in [each for each in row.sources if each not in unheard]:
                sent, due = _walk(kind, language, source, row)
                assert sent == due, (row.name, source)
                db.session.rollback()


def _walk(kind: str, language: str, source: str, row: Transition) -> tuple[list[str], list[str]]:
    """The letters that a move sent, and those that were due."""
    answers = ANSWERS[kind](language=language)
    if kind == "affiliation":
        answers["fee"] |= {"fee_wish": "more", "offered_pence": "50"}
    submission = intake.file(db.session(), kind, answers, now=NOW, language=language, by=BRANCH)
    for step in road_to(kind, source) if row.name not in STANDING_BY else with_stand_by(row.name, source):
        move(submission, step)
    if row.name in INTERPRETING:
        move(submission, "ask-interpreter")
    if row.name in JOINING:
        _ask_to_come_along(submission, source, is_booked=row.name == "partner-speaks")
    if row.name == "speaker-keeps":
        # Whether a change suits them is asked where nobody has said so already.
        move(submission, "change-meeting", agreed="")
    if row.name == "speaker-takes-day":
        submission.dates = [{"on": "2027-01-15", "time": "19:30"}]
        move(submission, "branch-names-other-days")
    if row.name in OTHER_DAY:
        move(submission, "speaker-proposes" if source == "offered" else "speaker-asks-other-date")
    if row.name in OTHER_DAY[1:]:
        move(submission, "ask-other-day")
    if row.name == "keeps-its-day":
        for step in ("ask-speakers", "confirm", "speaker-dropped-out"):
            move(submission, step)
    if row.name in OF_A_TOUR:
        _ask_for_a_day_of_a_tour(submission, is_alone=row.name != "one-day-does-not-suit")
    if kind == "ukrainian" and row.name in ("yes-to-twin", "no-to-twin"):
        consents.record(submission, PASS_ON, language=language, now=NOW)
        proposal = intake.file(db.session(), "twinning", ANSWERS["twinning"](), now=NOW, language="en", by=BRANCH)
        for step in ("check", "seek"):
            move(proposal, step)
        move(proposal, "propose-body", body=str(submission.id), although="They met in Lviv.")
    if row.name == "confirm-anew":
        # Only who was confirmed, and has changed since, is confirmed anew.
        submission.body = submission.body or confirmed(NOW)
        submission.body.changed_from = '{"level": "regional"}'
    if row.name == "wake":
        # Nobody revives what was never quiet.
        move(submission, "ask-pulse")
    if row.name in ("branch-resumes", "body-resumes"):
        # Who paused it takes it up again.
        move(submission, "resume")
        move(submission, row.name.replace("resumes", "pauses"))
    if kind == "twinning" and row in CALLS:
        twin = Candidate(proposal_id=submission.id, registration_id=a_body(NOW), proposed_at=NOW, state="twinned")
        db.session.add(twin)
        calling.offer(submission, calling.by_rule(NOW.date()), NOW)
        (slot, *_) = calling.call_of(submission).slots
        slot.branch_can = slot.body_can = True
        if row.name == "send-call-link":
            calling.fix(submission, {}, NOW)
        db.session.flush()
    typed = {}
    if row.name in ("one-declined", "one-visitor-declines"):
        # One of several: somebody else is asked as well.
        move(submission, "ask-speakers")
        typed = {"offer": str(submission.offers[0].id)}
    if row.name == "visitor-comes-after-all":
        move(submission, "ask-on-tour")
        typed = {"offer": str(submission.offers[-1].id)}
        move(submission, "visitor-declines", **typed)
    if row.name == "one-visitor-comes-after-all":
        move(submission, "ask-speakers")
        typed = {"offer": str(submission.offers[0].id)}
        move(submission, "one-visitor-declines", **typed)
    assert submission.state == source
    before = len(letters_of(submission))
    expected = correspondence.due(submission, row)
    assert {note.template for note in row.notify if not note.only_if and source in (note.only_from or [source])} <= {
        note.template for note in expected
    }
    done = move(submission, row.name, now=NOW + timedelta(minutes=1), **typed)
    assert done.event.actor == row.by[0]
    if row.target != BACK:
        assert submission.state == (source if row.target == SAME else row.target), row.name
    # Who was asked beside the one who is booked: on these roads sometimes nobody.
    others = {note.template for note in expected if note.to == "other-speakers"}
    sent = [template for template, _ in letters_of(submission)[before:] if template not in others]
    return sent, [note.template for note in expected if _has_address(submission, note.to)]


STANDING_BY = ("stand-by-accepts", "stand-by-declines", "swap")
OTHER_DAY = ("ask-other-day", "other-day-suits", "other-day-does-not-suit")
OF_A_TOUR = ("day-suits", "day-does-not-suit", "one-day-does-not-suit")
INTERPRETING = ("interpreter-accepts", "interpreter-declines", "beside-unanswered")
JOINING = ("partner-accepts", "partner-declines", "partner-speaks")


def with_stand_by(name: str, source: str) -> list[str]:
    """The moves to a state in which somebody is asked to stand by, or does."""
    steps = [*road_to("speaker", "confirmed"), "ask-stand-by"]
    steps += ["stand-by-accepts"] if name == "swap" else []
    # While there is no speaker, only a change of the meeting is still asked of whoever stands by.
    steps += ["stand-by-accepts", "change-meeting"] if name == "stand-by-accepts" and source != "confirmed" else []
    steps += ["speaker-dropped-out"] if source != "confirmed" else []
    return [*steps, "ask-speakers"] if source == "offered" else steps


def _ask_to_come_along(submission: Any, source: str, *, is_booked: bool) -> None:
    """Somebody is asked to come along with whoever is booked, who may have dropped out since."""
    if source == "matching":
        for step in ("ask-speakers", "confirm"):
            move(submission, step)
    move(submission, "ask-partner")
    if is_booked:
        move(submission, "partner-accepts")
    if source == "matching":
        move(submission, "speaker-dropped-out")


def _ask_for_a_day_of_a_tour(submission: Any, *, is_alone: bool) -> None:
    """The branch has named no day, and whoever is asked could come on one of their tour."""
    if not is_alone:
        move(submission, "ask-speakers")
    submission.dates, submission.meeting_on = [], None
    submission.offers[0].tour_id, submission.offers[0].other_on = 1, date(2027, 1, 15)


def _has_address(submission: object, recipient: str) -> bool:
    if recipient == "other-speakers":
        return False
    if recipient == "ukrainian-body":
        return bool(getattr(submission, "body_email", ""))
    return True
