"""Two coordinators at one request: the second is told who was faster and what happened; nothing is overwritten.

Every form of a request's pages carries the version it was drawn from, and when. `insist` compares; the handler
draws the page, with everything that had been typed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NoReturn

from flask import render_template, request
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError

from portal.clock import london_day, utc_now
from portal.dashboard import words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import find
from portal.extensions import db
from portal.submissions.actions import NotPermittedError
from portal.submissions.models import Submission
from portal.submissions.timeline import Line, Viewer, timeline

LINES_AT_MOST = 5
UNSEEN_FIELDS = frozenset({"csrf_token", "version", "opened", "step", "to", "key"})


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
@blueprint.errorhandler(NotPermittedError)
def faster(error: Exception) -> tuple[str, int]:
    """The page that says who was faster and what happened, and gives back what was typed."""
    db.session.rollback()
    now = utc_now()
    number = (request.view_args or {}).get("number", 0)
    submission = find(db.session, number)
    history = timeline(db.session, submission, Viewer.COORDINATOR)
    happened = since(history, opened_at(now))
    today = london_day(now)
    return (
        render_template(
            "dashboard/faster.html",
            submission=submission,
            tag=words.tag(submission.kind, submission.state),
            happened=[(line, words.when(line.at, today)) for line in happened],
            was_me=bool(happened) and happened[0].by == current_user.name,
            typed=typed(),
        ),
        409,
    )


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


def typed() -> list[tuple[str, str]]:
    """What the form held, as pairs of label and words."""
    return [
        (name.replace("_", " ").replace("-", " ").capitalize(), "\n".join(values))
        for name, values in request.form.lists()
        if name not in UNSEEN_FIELDS and not name.startswith("key-") and any(values)
    ]
