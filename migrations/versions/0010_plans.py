"""Work that the worker does aside, and plans of many meetings at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TO_DO = sa.text("stage IN ('waiting', 'working')")


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("doing", sa.String(length=40), nullable=False),
        sa.Column("trouble", sa.String(length=40), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by", sa.String(length=120), nullable=True),
        sa.Column("taken_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["coordinators.id"], name="fk_jobs_asked_by_id_coordinators"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_to_do", "jobs", ["id"], sqlite_where=TO_DO, postgresql_where=TO_DO)
    op.create_table(
        "plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("speakers", sa.Integer(), nullable=False),
        sa.Column("in_hand", sa.Integer(), nullable=False),
        sa.Column("possible", sa.Integer(), nullable=False),
        sa.Column("conflicts", sa.Integer(), nullable=False),
        sa.Column("meeting_worth", sa.Integer(), nullable=False),
        sa.Column("served", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("shared", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("bound", sa.Double(), nullable=False),
        sa.Column("is_proven", sa.Boolean(), nullable=False),
        sa.Column("greedy_served", sa.Integer(), nullable=False),
        sa.Column("greedy_score", sa.Integer(), nullable=False),
        sa.Column("read_seconds", sa.Double(), nullable=False),
        sa.Column("solve_seconds", sa.Double(), nullable=False),
        sa.Column("greedy_seconds", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_plans_job_id_jobs", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
        sa.UniqueConstraint("job_id", name="uq_plans_job_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "plan_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_served", sa.Boolean(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_plan_lines_plan_id_plans", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_plan_lines_submission_id_submissions", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["coordinators.id"], name="fk_plan_lines_decided_by_id_coordinators"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_plan_lines"),
    )
    op.create_index("ix_plan_lines_plan_id", "plan_lines", ["plan_id"])
    op.create_index("ix_plan_lines_submission_id", "plan_lines", ["submission_id"])
    op.create_table(
        "plan_choices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("speaker_version", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("loses", sa.Integer(), nullable=False),
        sa.Column("is_least", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"], ["plan_lines.id"], name="fk_plan_choices_line_id_plan_lines", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["speaker_id"], ["speakers.id"], name="fk_plan_choices_speaker_id_speakers"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_choices"),
    )
    op.create_index("ix_plan_choices_line_id", "plan_choices", ["line_id"])
    op.create_index("ix_plan_choices_speaker_id", "plan_choices", ["speaker_id"])


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("plan_choices")
    op.drop_table("plan_lines")
    op.drop_table("plans")
    op.drop_table("jobs")
