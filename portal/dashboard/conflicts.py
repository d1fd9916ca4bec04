"""Two coordinators at one request: the second is told who was faster and what happened; nothing is overwritten.

Every form of a request's pages carries the version it was drawn from, and when. `insist` compares; the handler
draws the page, with everything that had been typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from flask import render_template, request
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from portal.clock import london_day, utc_now
from portal.dashboard import words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import find
from portal.extensions import db
from portal.submissions import intake, turns
from portal.submissions.actions import NotPermittedError
from portal.submissions.models import Submission
from portal.submissions.timeline import Line, Viewer, timeline
from portal.submissions.workflow import Actor
from portal.typed_back import typed_back

LINES_AT_MOST = 5
FASTER = "Somebody was faster than you"
DONE_ALREADY = "This was done already"
SHUT = "This cannot be done as the request stands"
LOCK = frozenset({"csrf_token", "version", "opened", "step"})
"""What belongs to one drawing of a page, and is no words of anybody."""


class SomebodyWasFasterError(Exception):
    """The request has changed since the form was drawn."""


def insist(submission: Submission) -> None:
    """Go on only if the request is as it was when the form was drawn. Raises `SomebodyWasFasterError`."""
    if request.form.get("version") != str(submission.version):
        raise SomebodyWasFasterError


def no_longer_open() -> NoReturn:
    """The move is not permitted any more: whoever made the last one was faster."""
    raise SomebodyWasFasterError


@blueprint.errorhandler(SomebodyWasFasterError)
@blueprint.errorhandler(StaleDataError)
@blueprint.errorhandler(IntegrityError)
@blueprint.errorhandler(NotPermittedError)
def faster(error: Exception) -> tuple[str, int]:
    """The page that says who was faster and what happened, and gives back what was typed."""
    db.session.rollback()
    number = (request.view_args or {}).get("number")
    if number is None:
        # Not about a request: nobody can have been faster.
        raise error
    now = utc_now()
    submission = find(db.session, number)
    history = timeline(db.session, submission, Viewer.COORDINATOR)
    happened = since(history, opened_at(now))
    today = london_day(now)
    was_me = bool(happened) and happened[0].by == current_user.name
    move = next((row for row in submission.WORKFLOW.transitions if row.name == _move_named()), None)
    # What I did last may have been something else: then this was not done, and cannot be done now.
    is_shut = was_me and move is not None and happened[0].title not in (move.done, move.done_at_desk)
    return (
        render_template(
            "dashboard/faster.html",
            submission=submission,
            tag=words.tag(submission.kind, submission.state, is_answered=submission.first_answered_at is not None),
            happened=[(line, words.when(line.at, today)) for line in happened],
            was_me=was_me,
            is_shut=is_shut,
            heading=SHUT if is_shut else DONE_ALREADY if was_me else FASTER,
            typed=differing(submission),
            carry_on=carried_on(submission, was_me=was_me),
            opened=int(now.timestamp()),
        ),
        409,
    )


def _move_named() -> str:
    """The name of the move that was asked for; empty where it was something else."""
    is_move = request.endpoint in ("dashboard.move", "dashboard.make_move")
    return str((request.view_args or {}).get("name", "")) if is_move else ""


def opened_at(now: datetime) -> datetime | None:
    """When the form was drawn, as it says itself; None where it does not or cannot."""
    value = request.form.get("opened", "")
    if not value.isascii() or not value.isdigit() or len(value) > 12:
        return None
    moment = datetime.fromtimestamp(int(value), UTC)
    return moment if moment <= now + timedelta(minutes=1) else None


def since(history: list[Line], moment: datetime | None) -> list[Line]:
    """What happened since a moment, newest first and without the letters; at least the last thing."""
    acts = [line for line in history if line.email is None]
    new = [line for line in acts if moment is not None and line.at >= moment]
    return (new or acts[:1])[:LINES_AT_MOST]


def differing(submission: Submission) -> list[tuple[str, str]]:
    """What the form held, label and words. Of a correction only what is not so anyway: its page has every answer."""
    args = request.view_args or {}
    sent = list(request.form.items(multi=True))
    if request.endpoint == "dashboard.save_correction":
        stored = intake.answers_of(submission, "en").get(args.get("step", ""), {})
        sent = [(name, value) for name, value in sent if value.strip() not in _as_texts(stored.get(name))]
    return typed_back(sent, request.path)


def _as_texts(answer: Any) -> list[str]:
    return [str(each) for each in answer] if isinstance(answer, list) else [str(answer)]


@dataclass(frozen=True)
class CarryOn:
    """A form that takes what was typed to the page as it is now: nothing has to be copied, nothing leaves unseen."""

    path: str
    button: str
    step: str
    fields: list[tuple[str, str]]


def carried_on(submission: Submission, *, was_me: bool) -> CarryOn | None:
    """The way on with what was typed, where there is one; after one’s own press there is nothing left to do."""
    if was_me or submission.held_reason is not None:
        return None
    args = request.view_args or {}
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in LOCK]
    if request.endpoint == "dashboard.send_message" and submission.contact_email:
        return CarryOn(request.path, "Carry on with this message", "words", fields)
    permitted = {row.name for row in turns.permitted_at(submission, Actor.COORDINATOR, utc_now())}
    if request.endpoint == "dashboard.make_move" and fields and args.get("name") in permitted:
        return CarryOn(request.path, "Carry on with what you typed", "letters", fields)
    return None
