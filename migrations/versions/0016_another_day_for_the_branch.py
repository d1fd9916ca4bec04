"""A branch is asked on its own page whether a speaker's other day suits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("offers", sa.Column("other_on", sa.Date(), nullable=True))
    op.add_column("offers", sa.Column("other_time", sa.Time(), nullable=True))
    op.add_column("speaker_requests", sa.Column("other_day_by", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take the tables back."""
    op.drop_column("speaker_requests", "other_day_by")
    op.drop_column("offers", "other_time")
    op.drop_column("offers", "other_on")
