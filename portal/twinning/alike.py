"""Registrations that may be of one and the same body: somebody is asked, and nothing is ever put together by a guess.

Two are alike where the contact has one address, or where name and oblast are the same as far as words go: in either
script, without the words that stand in every name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.clock import london_day
from portal.directory.folding import search_words
from portal.submissions import history, promises, tasks
from portal.submissions.history import Mover
from portal.submissions.models import Event, reference_of
from portal.submissions.work import Task
from portal.twinning.registrations import DECLINED_HEADING, WITHDRAWN, UkrainianRegistration

APART = "apart"
"""What a note holds that says of another registration that it is of another body: its number."""
IN_EVERY_NAME = frozenset(
    word
    for name in (
        "первинна первинної профспілкова профспілкової профспілка профспілки організація організації",
        "обласна територіальна незалежна вільна",
        "primary trade union organisation organization branch free independent regional",
    )
    for word in search_words(name)
)
TWICE = (
    "This may be a body that has registered before. Look at both on its page in the register, and ask it which of the "
    "two stands."
)
SETTLED = "Somebody has looked."
ENOUGH = 2
"""So many words of a name are the same name, where the other has more."""


@dataclass(frozen=True)
class Alike:
    """Another registration that may be of the same body, and what speaks for it."""

    number: int
    name: str
    state: str
    why: str

    @property
    def reference(self) -> str:
        """Its reference."""
        return reference_of(self.number)


def alike(session: Session, registration: UkrainianRegistration) -> Sequence[Alike]:
    """The other registrations that may be of this body, but for those of which somebody has said no. Two statements."""
    if registration.state == WITHDRAWN or registration.is_forgotten:
        return []
    same = [UkrainianRegistration.oblast == registration.oblast]
    if registration.email_digest:
        same.append(UkrainianRegistration.email_digest == registration.email_digest)
    rows = session.execute(
        select(
            UkrainianRegistration.id,
            UkrainianRegistration.state,
            UkrainianRegistration.name_uk,
            UkrainianRegistration.name_latin,
            UkrainianRegistration.oblast,
            UkrainianRegistration.email_digest,
        ).where(
            UkrainianRegistration.id != registration.id,
            UkrainianRegistration.state != WITHDRAWN,
            UkrainianRegistration.heading != DECLINED_HEADING,
            or_(*same),
        )
    ).all()
    own = _names(registration.name_uk, registration.name_latin)
    found = []
    for row in rows:
        has_address = bool(registration.email_digest) and row.email_digest == registration.email_digest
        has_name = row.oblast == registration.oblast and _is_same(own, _names(row.name_uk, row.name_latin))
        if has_address or has_name:
            why = "one email address" if has_address else "one name, in one oblast"
            found.append(Alike(row.id, row.name_uk or row.name_latin, row.state, why))
    apart = _apart(session, registration.id) if found else frozenset()
    return sorted((each for each in found if each.number not in apart), key=lambda each: each.number)


def came_before(session: Session, registration: UkrainianRegistration) -> bool:
    """Whether another registration has the same address: only whoever reads there may be told so. One statement."""
    if not registration.email_digest:
        return False
    same = select(UkrainianRegistration.id).where(
        UkrainianRegistration.email_digest == registration.email_digest,
        UkrainianRegistration.id != registration.id,
        UkrainianRegistration.state != WITHDRAWN,
        UkrainianRegistration.heading != DECLINED_HEADING,
    )
    return session.scalar(same.limit(1)) is not None


def ask_about(session: Session, registration: UkrainianRegistration, now: datetime) -> None:
    """Give a coordinator the task to look, where a new registration may be of a body that has come before."""
    if alike(session, registration):
        tasks.open_task(
            session,
            key=_key(registration),
            reason="same-body",
            about=TWICE,
            due_on=promises.working_days_after(london_day(now), 1),
            now=now,
            submission_id=registration.id,
        )


def settle(session: Session, registration: UkrainianRegistration, now: datetime) -> None:
    """Nobody is asked any more, once no other registration may be of the same body."""
    if not registration.is_open or not alike(session, registration):
        tasks.finish_where(session, Task.key == _key(registration), now=now, outcome=SETTLED)


def _key(registration: UkrainianRegistration) -> str:
    return f"same-body:{registration.id}"


def keep_apart(
    session: Session, one: UkrainianRegistration, other: UkrainianRegistration, by: Mover, now: datetime
) -> None:
    """Somebody has looked: the two are of different bodies, and nobody is asked again, on either page."""
    for here, there in ((one, other), (other, one)):
        text = f"{there.reference} is of another body"
        session.add(history.line(here, "note", by, now, text=text, data={APART: there.id}))
    session.flush()
    for each in (one, other):
        settle(session, each, now)


def _apart(session: Session, number: int) -> frozenset[int]:
    notes = session.scalars(select(Event.data).where(Event.submission_id == number, Event.name == "note"))
    return frozenset(data[APART] for data in notes if data and APART in data)


def _names(*written: str) -> list[frozenset[str]]:
    """The words of each name that tell it from others."""
    names = (frozenset(search_words(each)) for each in written if each)
    return [words - IN_EVERY_NAME or words for words in names]


def _is_same(some: Sequence[frozenset[str]], others: Sequence[frozenset[str]]) -> bool:
    return any(
        one == other or (len(one & other) >= ENOUGH and (one <= other or other <= one))
        for one in some
        for other in others
    )
