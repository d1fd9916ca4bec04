"""What comes by itself for one request: looking at it, skipping it, and sending it now.

When something comes is decided in `submissions/follow_ups` and the rows of each kind.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.dashboard import conflicts, of_body, out_of_sight, typed_letters, unheard, words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import find, mover
from portal.dashboard.request_page import opened
from portal.emails import outbox
from portal.extensions import db
from portal.security import needs, tries_out
from portal.submissions import actions, correspondence, follow_ups, giving_way, quiet_days, registry, turns
from portal.submissions.correspondence import Prepared
from portal.submissions.follow_ups import BY_ITSELF
from portal.submissions.models import Submission
from portal.submissions.planned import Planned


@blueprint.get("/requests/<int:number>/coming/<name>/<due_on>")
@needs("coordinator")
@tries_out
def coming(number: int, name: str, due_on: str) -> str | Response:
    """One thing that will come by itself: its day, and its letters as they will read on it if nothing changes."""
    submission = find(db.session, number)
    each = _planned(submission, name, due_on)
    if each is None:
        return _gone(number)
    now = utc_now()
    unreached = outbox.unreached(db.session(), submission.id)
    letters = _letters(submission, each, unreached, now)
    # Looking at the letters of a move rolls the session back: the request is read afresh.
    submission = find(db.session, number)
    today = london_day(now)
    return render_template(
        "dashboard/coming.html",
        submission=submission,
        each=each,
        label=unheard.coming_label(submission, each.row, unreached),
        on=words.long_day(each.on),
        away=words.span((each.on - today).days),
        is_ahead=each.on > today,
        letters=[
            (
                of_body.said(submission, typed_letters.WHO.get(letter.to, letter.to)),
                out_of_sight.address(submission, letter.address, letter.to, each.row.move),
                letter,
                typed_letters.shown(letter.body),
            )
            for letter in letters or ()
        ],
        are_letters_known=letters is not None,
        move=words.move_label(submission.WORKFLOW.transition(each.row.move)) if each.row.move else "",
        can_come_now=_can_come_now(submission, each, today),
        went_today=_went_today(submission, today) if letters else "",
        opened=opened(now),
    )


@blueprint.post("/requests/<int:number>/coming/<name>/<due_on>")
@needs("coordinator")
def decide_coming(number: int, name: str, due_on: str) -> Response:
    """Send it now, or skip it."""
    submission = find(db.session, number)
    conflicts.insist(submission)
    each = _planned(submission, name, due_on)
    if each is None:
        return _gone(number)
    now = utc_now()
    if request.form.get("act") == "skip":
        follow_ups.skip(db.session, submission, each, by=mover(), now=now)
        said = "It is skipped and will not come."
    elif request.form.get("act") == "now" and _can_come_now(submission, each, london_day(now)):
        follow_ups.send_now(db.session, submission, each, by=mover(), now=now)
        said = "It is done now, and will not come again."
    else:
        return _gone(number)
    turns.touch(submission)
    db.session.commit()
    flash(said, "success")
    return redirect(url_for("dashboard.request_page", number=number), 303)


def _planned(submission: Submission, name: str, due_on: str) -> Planned | None:
    """The follow-up of that name and day, if it is still to come. 404 for one that the kind does not know."""
    try:
        day = date.fromisoformat(due_on)
    except ValueError:
        abort(404)
    if name not in {row.name for row in registry.kind(submission.kind).workflow.follow_ups}:
        abort(404)
    marks = follow_ups.marks_of(db.session, submission.id)
    plan = follow_ups.planned(submission, marks, london_day(utc_now()))
    return next((each for each in plan if each.mark == (name, day)), None)


def _went_today(submission: Submission, today: date) -> str:
    """What it is called that has come by itself, or before its day, this very day (in London) with a letter."""
    marks = follow_ups.marks_of(db.session, submission.id)
    named = {name for (name, _), came in marks.items() if came.is_done and came.on == today}
    labels = (row.label for row in submission.WORKFLOW.follow_ups if row.name in named and row.notify)
    return next((of_body.said(submission, label) for label in labels), "")


def _letters(submission: Submission, each: Planned, unreached: Collection[str], now: datetime) -> list[Prepared] | None:
    """The letters of a follow-up, or of the move it makes, as they will read on its day.

    None where they cannot be known: the move is not open as the request stands.
    """
    then = max(now, quiet_days.first_moment_of(each.on, each.row.rests))
    if each.row.move:
        try:
            return actions.preview(db.session, submission, each.row.move, by=BY_ITSELF, now=then)
        except actions.NotPermittedError:
            return None
    wanted = giving_way.letters_of(submission, each.row, unreached)
    return correspondence.prepare(db.session(), submission, wanted, by=BY_ITSELF, answers={}, now=then)


def _can_come_now(submission: Submission, each: Planned, today: date) -> bool:
    """Whether it makes sense before its day: a letter does; what says "tomorrow" or counts as over does not.

    Nor does what comes after a date that is still ahead: nobody can say yet how a meeting went.
    """
    if each.on <= today:
        return True
    if not each.row.notify or follow_ups.is_true_on_its_day_only(each.row):
        return False
    counted_from = follow_ups.counted_from(submission, each.row)
    return each.row.days <= 0 or (counted_from is not None and counted_from <= today)


def _gone(number: int) -> Response:
    flash("It has come already, was skipped, or no longer applies.", "error")
    return redirect(url_for("dashboard.request_page", number=number), 303)
