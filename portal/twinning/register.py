"""The register of union bodies in Ukraine as a list, and who of us has looked at how to reach one.

Names and towns are sealed, so that no database sorts or searches them: they are opened here, all in one statement.
Who has withdrawn stands in no list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.directory.folding import search_words
from portal.directory.ukrainian_unions import ukrainian_union
from portal.opened_pages import OpenedPage, page_by
from portal.sealed import digest
from portal.submissions.models import Submission
from portal.twinning.bodies import ContactView, UkrainianBody
from portal.twinning.registrations import DECLINED_HEADING, OPEN, PAUSED, WITHDRAWN, UkrainianRegistration

STATES = ("received", "confirmed", OPEN, "waiting", PAUSED, "declined")
LATELY = 50
"""So many of the newest looks are shown."""
LATELY_OF_ALL = 200
"""And so many where the looks at all bodies stand in one list."""

_COLUMNS = (
    UkrainianRegistration.id,
    UkrainianRegistration.name_uk,
    UkrainianRegistration.name_latin,
    UkrainianRegistration.sealed_town,
    UkrainianRegistration.union_slug,
    UkrainianRegistration.union_text,
    UkrainianRegistration.level,
    UkrainianRegistration.oblast,
    UkrainianRegistration.sectors,
    UkrainianRegistration.size,
    UkrainianRegistration.state,
    UkrainianRegistration.received_at,
    UkrainianBody.waiting_since,
    (UkrainianBody.changed_from != "").label("is_changed"),
)


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; empty texts narrow nothing. `words` are of a name, a town or a union."""

    words: str = ""
    oblast: str = ""
    sector: str = ""
    state: str = ""


def listed(session: Session, wanted: Wanted, *, after: int = 0) -> OpenedPage:
    """The bodies that fit, by name: one page of them from behind the body `after`. One statement, always."""
    fitting = (
        select(*_COLUMNS)
        .outerjoin(UkrainianBody, UkrainianBody.registration_id == UkrainianRegistration.id)
        .where(UkrainianRegistration.held_reason.is_(None), *_conditions(wanted))
    )
    words = search_words(wanted.words)
    rows = (row for row in session.execute(fitting) if _fits(row, wanted.sector, words))
    return page_by("name_uk", rows, after=after)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What the database can tell by itself."""
    found: list[ColumnElement[bool]] = [
        UkrainianRegistration.state != WITHDRAWN,
        UkrainianRegistration.heading != DECLINED_HEADING,
    ]
    if wanted.oblast:
        found.append(UkrainianRegistration.oblast == wanted.oblast)
    if wanted.state:
        found.append(UkrainianRegistration.state == wanted.state)
    return found


def _fits(row: Any, sector: str, words: Sequence[str]) -> bool:
    """What has to be read: lists within a column, and what is sealed. Every word, or its beginning, must be there."""
    if sector and sector not in row.sectors:
        return False
    if not words:
        return True
    own = search_words(f"{row.name_uk} {row.name_latin} {row.sealed_town} {row.union_text}")
    known = (*own, *_words_of_union(row.union_slug))
    return all(any(each.startswith(word) for each in known) for word in words)


@cache
def _words_of_union(slug: str) -> tuple[str, ...]:
    """The words by which a union of the list is found; none for any other text."""
    union = ukrainian_union(slug)
    if union is None:
        return ()
    return tuple(search_words(" ".join(union.names)))


def numbered(session: Session, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers of a move that names a body by the address of its contact, with the number it is proposed by."""
    if "@" not in answers.get("body", ""):
        return dict(answers)
    found = select(UkrainianRegistration.id).where(UkrainianRegistration.email_digest == digest(answers["body"]))
    return {**answers, "body": str(session.scalars(found).one())}


def note_look(
    session: Session, registration: UkrainianRegistration, what: str, *, coordinator_id: int, now: datetime
) -> None:
    """Keep that somebody of us looked at how to reach a body; `what` is one of `bodies.SEEN`."""
    session.add(ContactView(registration_id=registration.id, coordinator_id=coordinator_id, at=now, what=what))


def looks(session: Session, registration_id: int) -> Sequence[ContactView]:
    """Who looked lately, the newest first."""
    found = (
        select(ContactView)
        .where(ContactView.registration_id == registration_id)
        .order_by(ContactView.id.desc())
        .limit(LATELY)
    )
    return session.scalars(found).all()


def looks_of_all(session: Session, coordinator_id: int | None = None) -> Sequence[Any]:
    """Who looked lately at which body, the newest first; of one coordinator, where one is given. One statement.

    Each row has registration_id, coordinator_id, at, what, heading (no name), and `is_gone` for who has withdrawn.
    """
    found = (
        select(
            ContactView.registration_id,
            ContactView.coordinator_id,
            ContactView.at,
            ContactView.what,
            Submission.heading,
            (Submission.state == WITHDRAWN).label("is_gone"),
        )
        .join(Submission, Submission.id == ContactView.registration_id)
        .order_by(ContactView.id.desc())
        .limit(LATELY_OF_ALL)
    )
    if coordinator_id is not None:
        found = found.where(ContactView.coordinator_id == coordinator_id)
    return session.execute(found).all()
