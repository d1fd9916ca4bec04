"""A meeting online has a box of its own for the link to join it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("speaker_requests", sa.Column("joining_link", sa.String(500), nullable=False, server_default=""))


def downgrade() -> None:
    """Take the tables back."""
    op.drop_column("speaker_requests", "joining_link")
