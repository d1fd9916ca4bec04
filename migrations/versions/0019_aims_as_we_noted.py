"""That a branch accepts the aims, where we noted it and its form does not say so, keeps the day of that note."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("affiliations", sa.Column("aims_noted_on", sa.Date()))


def downgrade() -> None:
    """Take the tables back."""
    op.drop_column("affiliations", "aims_noted_on")
