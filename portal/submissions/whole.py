"""Reading one request whole: the columns of its kind, its coordinator, union, branch and consents.

Which request somebody may open is decided by the pages.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from portal.submissions import registry
from portal.submissions.models import FIRST_NUMBER, Submission

LARGEST_NUMBER = 2**31 - 1
"""PostgreSQL refuses to look for a larger one."""

_REFERENCE = re.compile(r"(?:usc)?([0-9]{4,10})", re.IGNORECASE)


def number_of(reference: str) -> int:
    """The number of the request that a reference means, however it is typed; -1 (no request) for what is none."""
    match = _REFERENCE.fullmatch("".join(letter for letter in reference if letter.isalnum()))
    number = int(match[1]) - FIRST_NUMBER if match else -1
    return number if 0 < number <= LARGEST_NUMBER else -1


_KIND = select(Submission.__table__.c.kind).where(Submission.__table__.c.id == bindparam("number"))
_LOCKED_KIND = _KIND.with_for_update()


def load(session: Session, number: int, *, lock: bool = False, kind: str | None = None) -> Submission | None:
    """The request with that number, or None, in two statements: once its kind is known, the second is half as long.

    A caller that knows the `kind` already spares the first.

    With `lock` a second press of the same button waits until the first one is done. The first statement takes the
    lock: a joined one that had to wait would give the new row of the base beside the old row of the kind.
    """
    if number > LARGEST_NUMBER:
        return None
    if kind is None or lock:
        kind = session.connection().execute(_LOCKED_KIND if lock else _KIND, {"number": number}).scalar()
    if kind is None:
        return None
    found: Submission | None = session.scalars(_statement(kind), {"number": number}).unique().one_or_none()
    return found


@cache
def _statement(kind: str) -> Select[Any]:
    """The statement that reads a request of a kind, put together once."""
    model = registry.kind(kind).model
    return (
        select(model)
        .where(model.id == bindparam("number"))
        .options(
            joinedload(model.coordinator), joinedload(model.union), joinedload(model.branch), joinedload(model.consents)
        )
    )
