"""What the branch and the speaker tell of a meeting once it is over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward; a branch that is being asked how it went has its report to write."""
    op.create_table(
        "meeting_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=True),
        sa.Column("attended", sa.Integer(), nullable=True),
        sa.Column("motion", sa.String(length=20), nullable=False),
        sa.Column("raised_pence", sa.Integer(), nullable=True),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("thanked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name="fk_meeting_reports_submission_id_submissions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_reports"),
        sa.UniqueConstraint("submission_id", "side", name="uq_meeting_reports_side"),
        sqlite_autoincrement=True,
    )
    op.execute(
        "INSERT INTO meeting_reports (submission_id, side, motion, wishes, next_step) "
        "SELECT id, 'branch', '', '[]', '' FROM submissions WHERE kind = 'speaker' AND state = 'held'"
    )


def downgrade() -> None:
    """Take the table back."""
    op.drop_table("meeting_reports")
