"""The words of letters as people saved them: the newest count, all are kept, and one can go back to any.

What may be written in them is decided in `grammar` and by the letter itself; filling them in is the business of
`letters`. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, func, select, text
from sqlalchemy.orm import Session

from portal.emails.letters import Texts, Wording, storable
from portal.emails.models import LetterText
from portal.remembered import remembered

LISTED_AT_MOST = 100
SHIPPED_AGAIN = Wording("", "")
"""Saved to go back to the words that came with the portal."""

# Put together once: every letter that is written asks this.
_NEWEST = select(LetterText.template, LetterText.language, LetterText.subject, LetterText.body).where(
    LetterText.id.in_(select(func.max(LetterText.id)).group_by(LetterText.template, LetterText.language)),
    LetterText.body != "",
)


class SavedMeanwhileError(Exception):
    """Somebody saved the letter since the page was drawn; `newest` is what they saved."""

    def __init__(self, newest: LetterText) -> None:
        super().__init__(newest.id)
        self.newest = newest


def texts(session: Session) -> Texts:
    """The words that go before those of the files, in one statement; a page that only reads asks once in a while."""
    return remembered(session.connection(), "letter texts", _read)


def _read(connection: Connection) -> Texts:
    return {(row.template, row.language): Wording(row.subject, row.body) for row in connection.execute(_NEWEST)}


def newest(session: Session, template: str, language: str) -> LetterText | None:
    """What was saved last for a letter; None where nobody has touched it."""
    return session.scalars(_of(template, language).limit(1)).first()


def history(session: Session, template: str, language: str) -> Sequence[LetterText]:
    """What was saved for a letter, newest first."""
    return session.scalars(_of(template, language).limit(LISTED_AT_MOST)).all()


def save(
    session: Session, template: str, language: str, words: Wording, *, by_id: int, now: datetime, seen: int
) -> LetterText | None:
    """Save a letter's words (`SHIPPED_AGAIN` to go back); None where they are saved already.

    Control characters and marks that turn the direction of writing are left out, whoever calls.

    `seen` is the number of the newest row when the page was drawn, 0 for none. Raises `SavedMeanwhileError` where
    another is the newest by now.
    """
    if session.get_bind().dialect.name == "postgresql":
        # Two who save at once must meet; there may be no row yet that one of them could lock.
        session.execute(text("LOCK TABLE letter_texts IN SHARE ROW EXCLUSIVE MODE"))
    words = storable(words)
    before = newest(session, template, language)
    if before is not None and before.id != seen:
        raise SavedMeanwhileError(before)
    if words == (Wording(before.subject, before.body) if before else SHIPPED_AGAIN):
        return None
    row = LetterText(
        template=template,
        language=language,
        subject=words.subject,
        body=words.body,
        saved_at=now,
        saved_by_id=by_id,
    )
    session.add(row)
    session.flush()
    return row


def _of(template: str, language: str) -> Select[LetterText]:
    found = select(LetterText).where(LetterText.template == template, LetterText.language == language)
    return found.order_by(LetterText.id.desc())
