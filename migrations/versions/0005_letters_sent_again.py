"""The words of letters that wait for a second reader, so that letters sent back can be mended and sent again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("approvals", sa.Column("letters", sa.JSON(), nullable=True))
    op.add_column("approvals", sa.Column("sent_again_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take the columns back."""
    with op.batch_alter_table("approvals", recreate="never") as batch_op:
        batch_op.drop_column("sent_again_at")
        batch_op.drop_column("letters")
