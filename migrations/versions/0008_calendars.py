"""Calendar files that go with letters, and calendars to subscribe to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("outbox_emails", sa.Column("calendar", sa.Text(), nullable=True))
    op.add_column("outbox_emails", sa.Column("calendar_method", sa.String(length=10), nullable=True))
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=True),
        sa.Column("coordinator_id", sa.Integer(), nullable=True),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("names", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["speaker_id"], ["speakers.id"], name="fk_calendar_feeds_speaker_id_speakers", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["coordinator_id"], ["coordinators.id"], name="fk_calendar_feeds_coordinator_id_coordinators"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_feeds"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_calendar_feeds_speaker_id", "calendar_feeds", ["speaker_id"], unique=True)
    op.create_index("ix_calendar_feeds_coordinator_id", "calendar_feeds", ["coordinator_id"])


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("calendar_feeds")
    with op.batch_alter_table("outbox_emails", recreate="never") as batch_op:
        batch_op.drop_column("calendar_method")
        batch_op.drop_column("calendar")
