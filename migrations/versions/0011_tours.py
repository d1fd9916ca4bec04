"""Tours of a visitor: their stops, and the branches invited to join."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("offers", sa.Column("tour_id", sa.Integer(), nullable=True))
    op.create_table(
        "tours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("start", sa.String(length=80), nullable=False),
        sa.Column("start_latitude", sa.Double(), nullable=False),
        sa.Column("start_longitude", sa.Double(), nullable=False),
        sa.Column("end", sa.String(length=80), nullable=False),
        sa.Column("end_latitude", sa.Double(), nullable=True),
        sa.Column("end_longitude", sa.Double(), nullable=True),
        sa.Column("most_miles", sa.Integer(), nullable=False),
        sa.Column("rest_after", sa.Integer(), nullable=False),
        sa.Column("has_interpreter", sa.Boolean(), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("rests", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("solved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["coordinators.id"], name="fk_tours_created_by_id_coordinators"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_tours_job_id_jobs", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["speaker_id"], ["speakers.id"], name="fk_tours_speaker_id_speakers"),
        sa.PrimaryKeyConstraint("id", name="pk_tours"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tours_speaker_id", "tours", ["speaker_id"])
    op.create_index("ix_tours_job_id", "tours", ["job_id"])
    op.create_table(
        "tour_stops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tour_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("standing", sa.String(length=10), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=True),
        sa.Column("is_proposed", sa.Boolean(), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name="fk_tour_stops_offer_id_offers"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_tour_stops_submission_id_submissions", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tour_id"], ["tours.id"], name="fk_tour_stops_tour_id_tours", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_tour_stops"),
        sa.UniqueConstraint("tour_id", "submission_id", name="uq_tour_stops_request"),
    )
    op.create_index("ix_tour_stops_submission_id", "tour_stops", ["submission_id"])
    op.create_table(
        "tour_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stop_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("names_host", sa.Boolean(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["coordinators.id"], name="fk_tour_invitations_invited_by_id_coordinators"
        ),
        sa.ForeignKeyConstraint(
            ["stop_id"], ["tour_stops.id"], name="fk_tour_invitations_stop_id_tour_stops", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name="fk_tour_invitations_submission_id_submissions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tour_invitations"),
        sa.UniqueConstraint("stop_id", "submission_id", name="uq_tour_invitations_branch"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tour_invitations_submission_id", "tour_invitations", ["submission_id"])


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("tour_invitations")
    op.drop_table("tour_stops")
    op.drop_table("tours")
    with op.batch_alter_table("offers", recreate="never") as batch_op:
        batch_op.drop_column("tour_id")
