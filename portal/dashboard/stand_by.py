"""Choosing who is asked to stand by for a meeting: those who fit best, without whoever speaks."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.clock import utc_now
from portal.dashboard import moves, typed_letters
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import find, mover
from portal.extensions import db
from portal.security import needs, tries_out
from portal.speakers import matching
from portal.speakers.models import SpeakerRequest
from portal.submissions import actions
from portal.submissions.actions import WrongAnswerError
from portal.submissions.moves import move_form

MOVE = "ask-stand-by"
SHOWN = 12


@blueprint.get("/requests/<int:number>/stand-by")
@needs("coordinator")
@tries_out
def ask_stand_by(number: int) -> str | Response:
    """Those who could stand by; with one chosen, the letter to them, to be looked over. Nothing is written here."""
    submission = find(db.session, number)
    transition = moves.permitted(submission, MOVE)
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
        prepared = actions.preview(db.session, submission, MOVE, by=mover(), now=utc_now(), answers=answers)
    except WrongAnswerError as wrong:
        db.session.rollback()
        flash(f"{wrong.sentence}.", "error")
        return redirect(url_for("dashboard.ask_stand_by", number=number))
    return moves.letters_page(number, transition, form, typed_letters.from_prepared(prepared))
