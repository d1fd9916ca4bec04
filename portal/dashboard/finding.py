"""Finding one request for a page of the desk, and who is signed in."""

from __future__ import annotations

from flask import abort
from flask_login import current_user
from sqlalchemy.orm import Session

from portal.accounts.models import Coordinator
from portal.extensions import db
from portal.submissions import whole
from portal.submissions.actions import Mover
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor


def find(session: Session, number: int, *, kind: str | None = None) -> Submission:
    """The request with that number, whole; `kind` where it is known already. 404 for none."""
    found = whole.load(session, number, kind=kind)
    if found is None:
        abort(404)
    return found


def me() -> Coordinator:
    """The coordinator who is signed in, as a row of this session. A page that only looks asks `current_user`."""
    return db.session.get_one(Coordinator, current_user.id)


def mover() -> Mover:
    """The coordinator who is signed in, as one who makes moves."""
    return Mover(Actor.COORDINATOR, me())
