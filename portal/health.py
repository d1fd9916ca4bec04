"""How the portal is: GET /healthz for machines, and the sentences of the status command. Figures only, no names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal import trial
from portal.clock import utc_now
from portal.emails import outbox
from portal.emails.alarm import ASLEEP, alarms
from portal.extensions import db

blueprint = Blueprint("health", __name__)

CANNOT_SAVE = "nothing can be saved: the disk is full, or the database is locked or read-only"
UNREACHABLE: dict[str, Any] = {"database": "unreachable", "alarm": ["the database does not answer"]}


def init_app(app: Flask) -> None:
    """Register the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """The figures: 200 while the database answers, though it may take nothing in; 503 otherwise."""
    found = figures(db.session, utc_now())
    return jsonify(found), 503 if found is UNREACHABLE else 200


def figures(session: Session, now: datetime) -> dict[str, Any]:
    """Counts, ages in seconds, and why somebody has to look (`alarm`, empty when all is well); never raises."""
    try:
        # First of all: a transaction of ours would be the one that holds the lock.
        can_save = trial.can_save(session)
        status = outbox.status(session)
    except SQLAlchemyError:
        return UNREACHABLE
    oldest = status.oldest_queued_at
    last_pass = status.last_pass_at
    return {
        "database": "ok" if can_save else "cannot be written",
        "oldest_unsent_seconds": max(int((now - oldest).total_seconds()), 0) if oldest else 0,
        "queued": status.queued,
        "held": status.held,
        "failed": status.failed,
        "worker_last_pass_seconds": max(int((now - last_pass).total_seconds()), 0) if last_pass else None,
        "mail_server_trouble": status.trouble,
        "alarm": [
            *([] if can_save else [CANNOT_SAVE]),
            *alarms(
                failed=status.failed, oldest_queued_at=oldest, last_pass_at=last_pass, trouble=status.trouble, now=now
            ),
        ],
    }


def _verdict(alarm: list[str], *, is_in_trouble: bool) -> str:
    if alarm:
        return f"Alarm: {', '.join(alarm)}."
    return "The letters are tried again by themselves." if is_in_trouble else "All is well."


def sentences(found: dict[str, Any]) -> list[str]:
    """The figures as a person reads them."""
    if found["database"] == UNREACHABLE["database"]:
        return ["The database does not answer."]
    last_pass, trouble = found["worker_last_pass_seconds"], found["mail_server_trouble"]
    return [
        f"Letters: {found['queued']} waiting, {found['held']} held, {found['failed']} need a person.",
        f"The oldest unsent letter has waited {_span(found['oldest_unsent_seconds'])}."
        if found["queued"]
        else "No letter is waiting.",
        _of_last_pass(last_pass, is_asleep=ASLEEP in found["alarm"]),
        *([f"The mail server is in trouble: {trouble}."] if trouble else []),
        _verdict(found["alarm"], is_in_trouble=bool(trouble)),
    ]


def _of_last_pass(seconds: int | None, *, is_asleep: bool) -> str:
    """When the worker last passed; a moment that is still to come says that a clock was wrong."""
    if seconds is None:
        return "The worker has not run yet."
    if is_asleep and seconds == 0:
        return "The worker’s last pass lies in the future: a clock was wrong, and nobody has passed since."
    return f"The worker last passed {_span(seconds)} ago."


def _span(seconds: int) -> str:
    """A span of time in its largest whole unit."""
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{seconds // size} {unit}{'s' if seconds // size > 1 else ''}"
    return f"{max(seconds, 0)} second{'' if seconds == 1 else 's'}"
