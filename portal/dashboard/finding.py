"""Finding one request for a page of the desk, whole and in one statement."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import abort
from flask_login import current_user
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload, with_polymorphic

from portal.accounts.models import Coordinator
from portal.extensions import db
from portal.submissions.actions import Mover
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor

LARGEST_NUMBER = 2**31 - 1
"""PostgreSQL refuses to look for a larger one."""


def find(session: Session, number: int) -> Submission:
    """The request with that number: its kind's columns, branch, coordinator and consents with it. 404 for none."""
    found = (
        session.scalars(_statement(), {"number": number}).unique().one_or_none() if number <= LARGEST_NUMBER else None
    )
    if found is None:
        abort(404)
    return found


@cache
def _statement() -> Select[Any]:
    """The statement that finds a request whole, built once all kinds are known."""
    whole = with_polymorphic(Submission, "*")
    return (
        select(whole)
        .where(whole.id == bindparam("number"))
        .options(
            joinedload(whole.coordinator), joinedload(whole.union), joinedload(whole.branch), joinedload(whole.consents)
        )
    )


def me() -> Coordinator:
    """The coordinator who is signed in, as a row of this session. A page that only looks asks `current_user`."""
    return db.session.get_one(Coordinator, current_user.id)


def mover() -> Mover:
    """The coordinator who is signed in, as one who makes moves."""
    return Mover(Actor.COORDINATOR, me())
