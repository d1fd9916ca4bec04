"""The first call of two twins: the times that are offered, who could when, and the time that is fixed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "first_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("twinning_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=80), nullable=False),
        sa.Column("offered_at", WHEN, nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("branch_ticked_at", WHEN, nullable=True),
        sa.Column("body_ticked_at", WHEN, nullable=True),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("starts_at", WHEN, nullable=True),
        sa.ForeignKeyConstraint(
            ["twinning_id"], ["twinnings.id"], name="fk_first_calls_twinning_id_twinnings", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_first_calls"),
        sa.UniqueConstraint("twinning_id", name="uq_first_calls_twinning_id"),
    )
    op.create_table(
        "call_slots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", WHEN, nullable=False),
        sa.Column("branch_can", sa.Boolean(), nullable=False),
        sa.Column("body_can", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["first_calls.id"], name="fk_call_slots_call_id_first_calls", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_call_slots"),
        sa.UniqueConstraint("call_id", "starts_at", name="uq_call_slots_call_id"),
    )
    with op.batch_alter_table("twinning_proposals", reflect_kwargs={"resolve_fks": False}) as batch_op:
        batch_op.add_column(sa.Column("call_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take the tables back."""
    with op.batch_alter_table("twinning_proposals", reflect_kwargs={"resolve_fks": False}) as batch_op:
        batch_op.drop_column("call_on")
    op.drop_table("call_slots")
    op.drop_table("first_calls")
