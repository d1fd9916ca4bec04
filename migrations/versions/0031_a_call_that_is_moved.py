"""When a first call was to be, while other times are offered in its place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    with op.batch_alter_table("first_calls", reflect_kwargs={"resolve_fks": False}) as batch_op:
        batch_op.add_column(sa.Column("was_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take the column back."""
    with op.batch_alter_table("first_calls", reflect_kwargs={"resolve_fks": False}) as batch_op:
        batch_op.drop_column("was_at")
