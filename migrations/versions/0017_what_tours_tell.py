"""A meeting knows that its speaker is on tour, a tour that its visitor was reminded, an invitation what was told of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("speaker_requests", sa.Column("tour_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE speaker_requests SET tour_id = (SELECT MAX(tour_id) FROM offers "
        "WHERE offers.submission_id = speaker_requests.id AND state = 'confirmed' AND closed_at IS NULL)"
    )
    op.add_column("tours", sa.Column("reminded_on", sa.Date(), nullable=True))
    op.add_column("tour_invitations", sa.Column("told", sa.String(64), nullable=False, server_default=""))
    op.add_column("tour_invitations", sa.Column("host_told", sa.String(10), nullable=False, server_default=""))


def downgrade() -> None:
    """Take the tables back."""
    for name in ("host_told", "told"):
        op.drop_column("tour_invitations", name)
    op.drop_column("tours", "reminded_on")
    op.drop_column("speaker_requests", "tour_id")
