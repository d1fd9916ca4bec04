"""Asking speakers of the register for one request: why all the same, where something is against it, and letters.

Who fits is told by `speakers.matching`; the move itself is made on the pages of `moves`. What those who are asked have
said is in `asked`.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.clock import utc_now
from portal.dashboard import conflicts, moves, typed_letters
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import find, mover
from portal.dashboard.request_page import opened
from portal.extensions import db
from portal.security import needs, tries_out
from portal.speakers import matching, whose_reason
from portal.speakers.chosen import MOST_AT_ONCE
from portal.speakers.models import SpeakerRequest
from portal.submissions import actions
from portal.submissions.actions import WrongAnswerError
from portal.submissions.models import Submission
from portal.submissions.moves import move_form
from portal.submissions.typed import clean_line

MOVE = "ask-speakers"
LONGEST_REASON = 300
NOT_A_SPEAKER_REQUEST = "Only a speaker request asks speakers."


@dataclass(frozen=True)
class Hindered:
    """Somebody chosen whom something speaks against: a reason is asked for, or it cannot be."""

    speaker_id: int
    name: str
    blocks: tuple[str, ...]
    may_be_asked: bool
    typed: str


@blueprint.route("/requests/<int:number>/ask", methods=["GET", "POST"])
@needs("coordinator")
@tries_out
def ask_speakers(number: int) -> str | Response:
    """The letters to those who were chosen, to be looked over; first of all why somebody is asked all the same.

    Nothing is written here. The reasons are posted, for they may tell about a person and stand in no address.
    """
    submission = find(db.session, number)
    if request.method == "POST":
        conflicts.insist(submission)
    transition = moves.permitted(submission, MOVE)
    if not isinstance(submission, SpeakerRequest):
        flash(NOT_A_SPEAKER_REQUEST, "error")
        return redirect(url_for("dashboard.request_page", number=number))
    chosen = _chosen()
    if not chosen:
        flash("Choose at least one speaker to ask.", "error")
        return redirect(url_for("dashboard.request_page", number=number))
    hindered = _hindered(submission, chosen)
    missing = [each for each in hindered if not each.may_be_asked or not each.typed]
    if missing:
        return _why_page(submission, chosen, hindered, has_errors=request.method == "POST")
    reasons = {each.name: each.typed for each in hindered}
    answers = {"speakers": ",".join(map(str, chosen)), "although": whose_reason.joined(reasons, len(chosen))}
    form = move_form(transition, at_desk=True)(data=answers)
    try:
        prepared = actions.preview(db.session, submission, MOVE, by=mover(), now=utc_now(), answers=answers)
    except WrongAnswerError as wrong:
        db.session.rollback()
        flash(f"{wrong.sentence}.", "error")
        return redirect(url_for("dashboard.request_page", number=number))
    return moves.letters_page(number, transition, form, typed_letters.from_prepared(prepared))


def _chosen() -> list[int]:
    """The numbers of the speakers that were ticked, each once."""
    found = [each for each in request.values.getlist("speaker") if each.isascii() and each.isdigit() and len(each) < 10]
    return list(dict.fromkeys(map(int, found)))[:MOST_AT_ONCE]


def _hindered(submission: SpeakerRequest, chosen: list[int]) -> list[Hindered]:
    """Whom of those chosen something speaks against, with what was typed about it."""
    blocked = {
        each.speaker_id: each for each in matching.fitting(db.session(), submission, utc_now(), only=chosen).blocked
    }
    return [
        Hindered(
            number,
            blocked[number].name,
            tuple(each.words for each in blocked[number].blocks),
            all(each.may_be_overridden for each in blocked[number].blocks),
            clean_line(request.form.get(f"although-{number}", ""))[:LONGEST_REASON],
        )
        for number in chosen
        if number in blocked
    ]


def _why_page(submission: Submission, chosen: list[int], hindered: list[Hindered], *, has_errors: bool) -> str:
    """Why are they asked all the same? Nobody is asked against a veto, or while they are booked."""
    never = [each for each in hindered if not each.may_be_asked]
    return render_template(
        "dashboard/ask_although.html",
        submission=submission,
        chosen=[number for number in chosen if number not in {each.speaker_id for each in never}],
        never=never,
        hindered=[each for each in hindered if each.may_be_asked],
        has_errors=has_errors,
        longest=LONGEST_REASON,
        opened=opened(utc_now()),
    )
