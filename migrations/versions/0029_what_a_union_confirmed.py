"""What the national union confirmed of a body in Ukraine, and the body has changed since."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    with op.batch_alter_table("ukrainian_bodies", reflect_kwargs={"resolve_fks": False}) as batch_op:
        batch_op.add_column(sa.Column("changed_from", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Take the column back."""
    with op.batch_alter_table("ukrainian_bodies", reflect_kwargs={"resolve_fks": False}) as batch_op:
        batch_op.drop_column("changed_from")
