"""Requests that one form made: a branch that asks for a speaker on each of its dates has one for each.

They are filed in one go and know of each other. Everything else about them is each one's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from portal.submissions.day_words import in_words_of
from portal.submissions.models import Submission, reference_of

WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Companion:
    """Another request of the same form: its number, the day of its meeting where it has one, and what became of it.

    `outcome` is a word in the language of the reader; empty while the request stands.
    """

    number: int
    on: date | None
    outcome: str = ""

    @property
    def reference(self) -> str:
        """What people quote."""
        return reference_of(self.number)

    def in_words(self, language: str) -> str:
        """The reference with its day: “USC-1042 (Thursday 14 January 2027)”."""
        day = in_words_of(self.on, language) if self.on is not None else ""
        told = ", ".join(part for part in (day, self.outcome) if part)
        return f"{self.reference} ({told})" if told else self.reference


def link(session: Session, submissions: Sequence[Submission]) -> None:
    """Let requests that were just written know of each other; the first gives the number that they share."""
    for each in submissions:
        each.sent_with = submissions[0].id
    session.flush()


def companions(submission: Submission) -> list[Companion]:
    """The other requests of the same form, the oldest first. Asks the database only where there are any."""
    session = object_session(submission)
    if submission.sent_with is None or session is None:
        return []
    found = select(Submission.id, Submission.meeting_on, Submission.state).where(
        Submission.sent_with == submission.sent_with, Submission.id != submission.id
    )
    rows = session.execute(found.order_by(Submission.id))
    # What we decided is told by that request's own letter first; what the branch did itself it knows.
    return [Companion(row.id, row.meeting_on, gettext("withdrawn") if row.state == WITHDRAWN else "") for row in rows]


def all_of(submission: Submission) -> list[Companion]:
    """Every request of the same form, its own among them, in the order in which they were filed."""
    own = Companion(submission.id, submission.meeting_on)
    return sorted([own, *companions(submission)], key=lambda each: each.number)


def under_review_with(session: Session, submission: Submission) -> list[Submission]:
    """That request and the others of its form that are held for review as well: whoever looks at one has seen all."""
    if submission.sent_with is None:
        return [submission]
    found = select(Submission).where(
        Submission.sent_with == submission.sent_with,
        Submission.id != submission.id,
        Submission.held_reason.is_not(None),
    )
    return sorted([submission, *session.scalars(found)], key=lambda each: each.id)


def in_words(submission: Submission, language: str) -> str:
    """The others with their days, in a row; empty where the form made one request."""
    return ", ".join(each.in_words(language) for each in companions(submission))


def as_list(submission: Submission, language: str) -> str:
    """The same as a list, for letters."""
    return "\n".join(f"- {each.in_words(language)}" for each in companions(submission))


def named(requests: Sequence[Submission | Companion]) -> str:
    """Their references in a row, on pages in English: “USC-1042, USC-1043 and USC-1044”."""
    *first, last = (each.reference for each in requests)
    return f"{', '.join(first)} and {last}" if first else last
