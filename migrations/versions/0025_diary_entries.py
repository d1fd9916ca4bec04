"""The diary of a twinning: what two twins did together, in sealed words, and who may see it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "diary_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("coordinator_id", sa.Integer(), nullable=True),
        sa.Column("written_at", WHEN, nullable=False),
        sa.Column("let_out_at", WHEN, nullable=True),
        sa.Column("let_out_by_id", sa.Integer(), nullable=True),
        _to("proposal_id", "submissions", "CASCADE"),
        _to("registration_id", "submissions", "SET NULL"),
        _to("coordinator_id", "coordinators"),
        _to("let_out_by_id", "coordinators"),
        sa.PrimaryKeyConstraint("id", name="pk_diary_entries"),
    )
    op.create_index("ix_diary_entries_proposal_id", "diary_entries", ["proposal_id"])
    op.create_index("ix_diary_entries_registration_id", "diary_entries", ["registration_id"])


def downgrade() -> None:
    """Take the table back."""
    op.drop_table("diary_entries")


def _to(column: str, table: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = f"fk_diary_entries_{column}_{table}"
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name, ondelete=ondelete)
