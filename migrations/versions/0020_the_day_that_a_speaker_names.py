"""A speaker who could come on another day names its day and hour, not only words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("offers", sa.Column("named_on", sa.Date(), nullable=True))
    op.add_column("offers", sa.Column("named_time", sa.Time(), nullable=True))


def downgrade() -> None:
    """Take the tables back."""
    op.drop_column("offers", "named_time")
    op.drop_column("offers", "named_on")
