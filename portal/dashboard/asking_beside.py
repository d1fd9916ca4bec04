"""Choosing who is asked to come to a meeting beside its speaker: to stand by, or to interpret."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.dashboard import moves, typed_letters
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import find, mover
from portal.extensions import db
from portal.security import needs, tries_out
from portal.speakers import interpreters, matching, tongues, wish
from portal.speakers.fit import said
from portal.speakers.models import SpeakerRequest
from portal.submissions import actions
from portal.submissions.actions import WrongAnswerError
from portal.submissions.moves import move_form

STAND_BY_MOVE, INTERPRETER_MOVE = "ask-stand-by", "ask-interpreter"
SHOWN = 12


@blueprint.get("/requests/<int:number>/stand-by")
@needs("coordinator")
@tries_out
def ask_stand_by(number: int) -> str | Response:
    """Those who could stand by; with one chosen, the letter to them, to be looked over. Nothing is written here."""
    submission = find(db.session, number)
    transition = moves.permitted(submission, STAND_BY_MOVE)
    if not isinstance(submission, SpeakerRequest):
        return redirect(url_for("dashboard.request_page", number=number))
    chosen = request.args.get("speaker", "")
    if not chosen:
        taken = {each.speaker_id for each in submission.offers if each.closed_at is None}
        found = matching.fitting(db.session(), submission, utc_now(), most=SHOWN + len(taken))
        fits = [each for each in found.ranked if each.speaker_id not in taken][:SHOWN]
        return render_template("dashboard/stand_by.html", submission=submission, fits=fits)
    answers = {"speakers": chosen}
    form = move_form(transition, at_desk=True)(data=answers)
    try:
        prepared = actions.preview(db.session, submission, STAND_BY_MOVE, by=mover(), now=utc_now(), answers=answers)
    except WrongAnswerError as wrong:
        db.session.rollback()
        flash(f"{wrong.sentence}.", "error")
        return redirect(url_for("dashboard.ask_stand_by", number=number))
    return moves.letters_page(number, transition, form, typed_letters.from_prepared(prepared))


@blueprint.get("/requests/<int:number>/interpreter")
@needs("coordinator")
@tries_out
def ask_interpreter(number: int) -> str | Response:
    """Those who could interpret; with one chosen, the letter to them, to be looked over. Nothing is written here."""
    submission = find(db.session, number)
    transition = moves.permitted(submission, INTERPRETER_MOVE)
    if not isinstance(submission, SpeakerRequest):
        return redirect(url_for("dashboard.request_page", number=number))
    chosen = request.args.get("speaker", "")
    if not chosen:
        return _choices(submission)
    answers = {"speakers": chosen}
    form = move_form(transition, at_desk=True)(data=answers)
    try:
        prepared = actions.preview(db.session, submission, INTERPRETER_MOVE, by=mover(), now=utc_now(), answers=answers)
    except WrongAnswerError as wrong:
        db.session.rollback()
        flash(f"{wrong.sentence}.", "error")
        return redirect(url_for("dashboard.ask_interpreter", number=number))
    return moves.letters_page(number, transition, form, typed_letters.from_prepared(prepared))


def _choices(submission: SpeakerRequest) -> str:
    now = utc_now()
    today = london_day(now)
    found = interpreters.fitting(db.session(), submission, now)
    sides = [wish.language_of(submission), *sorted(interpreters.other_side(submission))]
    return render_template(
        "dashboard/ask_beside.html",
        submission=submission,
        fits=[
            (each, _sentence("; ".join(each.reasons + each.against)), [said(day, today) for day in each.dates])
            for each in found
            if not each.blocks
        ],
        blocked=[(each, _sentence("; ".join(each.blocks))) for each in found if each.blocks],
        languages=" and ".join(dict.fromkeys(tongues.name_of(code) for code in sides)),
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
