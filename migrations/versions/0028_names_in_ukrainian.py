"""The name of a speaker as letters in Ukrainian write it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    with op.batch_alter_table("speakers", reflect_kwargs={"resolve_fks": False}) as batch_op:
        batch_op.add_column(sa.Column("name_uk", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Take the column back."""
    with op.batch_alter_table("speakers", reflect_kwargs={"resolve_fks": False}) as batch_op:
        batch_op.drop_column("name_uk")
