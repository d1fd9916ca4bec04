"""Requests that one form made know of each other: a branch may want a speaker on each of its dates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INDEX = "ix_submissions_sent_with"
KNOWN = "sent_with IS NOT NULL"


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("submissions", sa.Column("sent_with", sa.Integer()))
    op.create_index(
        INDEX, "submissions", ["sent_with"], sqlite_where=sa.text(KNOWN), postgresql_where=sa.text(KNOWN)
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_index(INDEX, table_name="submissions")
    op.drop_column("submissions", "sent_with")
