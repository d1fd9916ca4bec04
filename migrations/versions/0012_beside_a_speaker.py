"""Those who are asked to come beside a speaker: when they are reminded, by when they answer, and whether one interprets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("speaker_requests", sa.Column("beside_remind_on", sa.Date(), nullable=True))
    op.add_column("speaker_requests", sa.Column("beside_answer_by", sa.Date(), nullable=True))
    op.add_column(
        "speaker_requests", sa.Column("has_interpreter", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    # Whoever was asked to stand by and is silent is reminded and asked no longer, from now on.
    op.execute(
        "UPDATE speaker_requests SET beside_answer_by = (SELECT MIN(answer_by) FROM offers "
        "WHERE offers.submission_id = speaker_requests.id AND role = 'stand-by' AND state = 'asked' "
        "AND closed_at IS NULL AND answered_at IS NULL)"
    )


def downgrade() -> None:
    """Take the tables back."""
    for name in ("has_interpreter", "beside_answer_by", "beside_remind_on"):
        op.drop_column("speaker_requests", name)
