"""Finding requests by words. One fold (`portal.directory.folding`) fills one index, the same on both databases.

SQLite keeps it in an FTS5 table, PostgreSQL in a tsvector with a GIN index; both match the beginnings of words.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import DDL, Integer, Select, column, delete, event, literal_column, select, table, text
from sqlalchemy.orm import Mapper, Session, object_mapper

from portal.directory.folding import search_words
from portal.submissions.models import Event, Submission

MOST_WORDS = 8
"""More words than these in the search box are ignored."""

SQLITE_TABLE = "CREATE VIRTUAL TABLE submission_search USING fts5(words, prefix='2 3 4', tokenize='unicode61')"
POSTGRES_TABLE = """
CREATE TABLE submission_search (
    submission_id integer PRIMARY KEY REFERENCES submissions (id) ON DELETE CASCADE,
    words tsvector NOT NULL
)
"""
POSTGRES_INDEX = "CREATE INDEX ix_submission_search_words ON submission_search USING gin (words)"
FITS = "submission_search MATCH :words"
"""The condition on SQLite's index; `words` is what `pattern` made."""
found = table("submission_search", column("rowid", Integer))
"""SQLite's index as a table of the numbers that fit."""
DROP_TABLE = "DROP TABLE IF EXISTS submission_search"

TEXTS = (
    "heading",
    "union_text",
    "branch_name",
    "branch_number",
    "town",
    "postcode",
    "contact_name",
    "contact_email",
    "contact_phone",
    "second_name",
    "second_email",
    "notes",
    "title",
    "venue",
    "named_speaker",
    "topics_other",
    "contested_note",
    "employers",
    "why",
    "offers",
    "learns",
    "in_mind",
    "lead_name",
    "deputy_name",
    "treasurer_name",
    "order_number",
    "minute",
    "waiver_reason",
    "invoice_address",
)
"""What is searched, wherever a kind has it. Nothing about a Ukrainian body stands here."""

_FILL_SQLITE = text("INSERT OR REPLACE INTO submission_search (rowid, words) VALUES (:id, :words)")
_FILL_POSTGRES = text(
    "INSERT INTO submission_search (submission_id, words) VALUES (:id, to_tsvector('simple', :words)) "
    "ON CONFLICT (submission_id) DO UPDATE SET words = excluded.words"
)

for statement in (SQLITE_TABLE,):
    event.listen(Submission.__table__, "after_create", DDL(statement).execute_if(dialect="sqlite"))
for statement in (POSTGRES_TABLE, POSTGRES_INDEX):
    event.listen(Submission.__table__, "after_create", DDL(statement).execute_if(dialect="postgresql"))
event.listen(Submission.__table__, "before_drop", DDL(DROP_TABLE))


def words_of(submission: Submission, notes: list[str]) -> str:
    """Every folded word under which a request is found: of one that is sealed, its reference alone."""
    if submission.IS_SEALED:
        return " ".join(search_words(f"{submission.reference} {submission.reference.removeprefix('USC-')}"))
    union = submission.union
    texts = [submission.reference, submission.reference.removeprefix("USC-"), *notes]
    texts += [given for name in _texts_of(object_mapper(submission)) if (given := getattr(submission, name))]
    if union is not None:
        texts += [union.short_name, union.full_name]
    seen = dict.fromkeys(word for each in texts for word in search_words(each))
    return " ".join(seen)


@cache
def _texts_of(mapper: Mapper[Any]) -> tuple[str, ...]:
    """Which of the texts a kind has. The offers of a twinning are words, those of a speaker request are rows."""
    return tuple(name for name in TEXTS if name in mapper.column_attrs)


def index(session: Session, submission: Submission, *, is_new: bool = False) -> None:
    """Put a request's words into the index, in place of what stood there. The request must have its number.

    `is_new` says that the request has neither notes nor messages yet.
    """
    words = words_of(submission, [] if is_new else _spoken(session, submission.id))
    # On the connection: what else stands in the session need not be written before it.
    session.connection().execute(
        _FILL_SQLITE if _is_sqlite(session) else _FILL_POSTGRES, {"id": submission.id, "words": words}
    )


def forget(session: Session, number: int) -> None:
    """Take a request out of the index: no word finds it any more."""
    key = found.c.rowid if _is_sqlite(session) else column("submission_id", Integer)
    session.connection().execute(delete(found).where(key == number))


def _spoken(session: Session, number: int) -> list[str]:
    """Every note and message of a request."""
    spoken = Event.submission_id == number, Event.name.in_(("note", "message"))
    return list(session.scalars(select(Event.text).where(*spoken)))


def pattern(session: Session, typed: str) -> str:
    """What was typed, as the database's own index asks for it: every word, or its beginning, must be there."""
    words = search_words(typed)[:MOST_WORDS]
    if _is_sqlite(session):
        return " ".join(f'"{word}"*' for word in words) or '""'
    return " & ".join(f"{word}:*" for word in words)


def matching(dialect: str) -> Select[Any]:
    """A subquery of the numbers of all requests that fit the parameter `words`, made by `pattern`."""
    if dialect == "sqlite":
        number, condition = "rowid", FITS
    else:
        number, condition = "submission_id", "words @@ to_tsquery('simple', :words)"
    return select(literal_column(number, Integer)).select_from(text("submission_search")).where(text(condition))


def dialect(session: Session) -> str:
    """The name of the database's dialect."""
    return str(session.get_bind().dialect.name)


def _is_sqlite(session: Session) -> bool:
    return dialect(session) == "sqlite"
