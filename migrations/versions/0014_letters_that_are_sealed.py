"""The addresses, words and calendar files of letters are sealed, and an address is found by its digest."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import DBAPIError

from portal.sealed import SEALED, UnreadableError, digest, seal, unseal

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None

WORDS = ("to_address", "text", "html", "calendar")
Change = Callable[[str, str | None], dict[str, str | None]]
AT_ONCE = 200
"""Numbers of letters that are asked for at one time; of the letters themselves one is in memory."""
LETTERS = sa.table(
    "outbox_emails", sa.column("id"), sa.column("to_digest"), *(sa.column(name, sa.Text()) for name in WORDS)
)


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("outbox_emails", sa.Column("to_digest", sa.String(length=64), server_default="", nullable=False))
    _change(_sealed)
    op.create_index("ix_outbox_emails_to_digest", "outbox_emails", ["to_digest"])


def downgrade() -> None:
    """Take the tables back: the letters stand open again."""
    op.drop_index("ix_outbox_emails_to_digest", table_name="outbox_emails")
    _change(_opened)
    # SQLite drops a column by itself; a rebuild is not needed.
    with op.batch_alter_table("outbox_emails", recreate="never") as batch_op:
        batch_op.drop_column("to_digest")


def _sealed(name: str, text: str | None) -> dict[str, str | None]:
    # One that is sealed already is of a letter whose change was stopped half way.
    found_by = {"to_digest": digest(unseal(text or ""))} if name == "to_address" else {}
    return {name: seal(text) if text and not text.startswith(SEALED) else text} | found_by


def _opened(name: str, text: str | None) -> dict[str, str | None]:
    return {name: unseal(text) if text else text}


def _change(change: Change) -> None:
    """Write every letter anew. The words of a damaged row that nobody can read stay as they are."""
    connection = op.get_bind()
    last = 0
    while numbers := _numbers_after(connection, last):
        for number in numbers:
            _change_one(connection, number, change)
        last = numbers[-1]


def _numbers_after(connection: sa.Connection, last: int) -> list[int]:
    found = sa.select(LETTERS.c.id).where(LETTERS.c.id > last).order_by(LETTERS.c.id).limit(AT_ONCE)
    return list(connection.scalars(found))


def _change_one(connection: sa.Connection, number: int, change: Change) -> None:
    row = {}
    for name in WORDS:
        # Each by itself: of a damaged letter the rest is sealed all the same.
        with suppress(DBAPIError, UnreadableError):
            text = connection.scalar(sa.select(LETTERS.c[name]).where(LETTERS.c.id == number))
            row |= change(name, text)
    connection.execute(LETTERS.update().where(LETTERS.c.id == number).values(row))
