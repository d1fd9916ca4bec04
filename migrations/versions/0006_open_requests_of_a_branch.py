"""An index of the open requests of a branch: the page of one request names the others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

IS_OPEN_OF_A_BRANCH = sa.text("branch_id IS NOT NULL AND closed_at IS NULL AND held_reason IS NULL")


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_index(
        "ix_submissions_open_of_branch",
        "submissions",
        ["branch_id"],
        sqlite_where=IS_OPEN_OF_A_BRANCH,
        postgresql_where=IS_OPEN_OF_A_BRANCH,
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_index("ix_submissions_open_of_branch", table_name="submissions")
