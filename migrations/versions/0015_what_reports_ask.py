"""Reports ask who wants to hear more, and a request stays open for three days after both sides have told the same."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("speaker_requests", sa.Column("told_on", sa.Date(), nullable=True))
    op.add_column("meeting_reports", sa.Column("hears_more", sa.Boolean(), nullable=True))
    op.add_column("meeting_reports", sa.Column("more_people", sa.Integer(), nullable=True))
    op.add_column("meeting_reports", sa.Column("more_contact", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Take the tables back."""
    for name in ("more_contact", "more_people", "hears_more"):
        op.drop_column("meeting_reports", name)
    op.drop_column("speaker_requests", "told_on")
