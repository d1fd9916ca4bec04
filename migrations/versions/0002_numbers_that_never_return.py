"""Numbers of requests that are never used again, indexes for two questions that read every row, a column that says twice.

On SQLite a number is given again when the newest row is erased, unless the table says AUTOINCREMENT: references and
private links would then lead to somebody else's request. Only a rebuild of the table can say so. The rows, the other
indexes and whatever points at the table stay: `env.py` rebuilds with foreign keys off and checks them at the end.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

IS_A_COPY = sa.text("resend_of_id IS NOT NULL")


def upgrade() -> None:
    """Bring the tables forward."""
    op.drop_index("ix_submissions_email", table_name="submissions")
    _rebuild_submissions(sqlite_autoincrement=True)
    op.create_index("ix_submissions_folded_email", "submissions", [sa.text("lower(contact_email)"), "id"])
    op.create_index(
        "ix_outbox_emails_copies",
        "outbox_emails",
        ["resend_of_id", "id"],
        sqlite_where=IS_A_COPY,
        postgresql_where=IS_A_COPY,
    )
    # SQLite drops a column by itself; a rebuild would lose the index on an expression.
    with op.batch_alter_table("outbox_emails", recreate="never") as batch_op:
        batch_op.drop_column("leased_until")


def downgrade() -> None:
    """Take the tables back."""
    with op.batch_alter_table("outbox_emails", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True))
    # While a letter is being sent, its next try is the end of the lease.
    op.execute("UPDATE outbox_emails SET leased_until = next_try_at WHERE state = 'sending'")
    op.drop_index("ix_outbox_emails_copies", table_name="outbox_emails")
    op.drop_index("ix_submissions_folded_email", table_name="submissions")
    _rebuild_submissions()
    op.create_index("ix_submissions_email", "submissions", ["contact_email"])


def _rebuild_submissions(**options: bool) -> None:
    """Make SQLite's table anew, with these options; PostgreSQL never gives a number twice."""
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("submissions", recreate="always", table_kwargs=options):
            pass
