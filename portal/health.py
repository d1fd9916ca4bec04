"""GET /healthz: whether the database answers, how old the oldest unsent letter is, when the worker last passed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from portal.clock import utc_now
from portal.emails import outbox
from portal.extensions import db

blueprint = Blueprint("health", __name__)


def init_app(app: Flask) -> None:
    """Register the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """Figures only, no names: 200 while the database answers, 503 otherwise."""
    now = utc_now()
    try:
        status = outbox.status(db.session)
    except SQLAlchemyError:
        return jsonify(database="unreachable"), 503
    oldest = status.oldest_queued_at
    body: dict[str, Any] = {
        "database": "ok",
        "oldest_unsent_seconds": int((now - oldest).total_seconds()) if oldest else 0,
        "queued": status.queued,
        "failed": status.failed,
        "worker_last_pass_seconds": (int((now - status.last_pass_at).total_seconds()) if status.last_pass_at else None),
    }
    return jsonify(body), 200
