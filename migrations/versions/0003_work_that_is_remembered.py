"""Work that nobody has to remember: tasks, follow-ups that came, second readers, edited letters, who is away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TASK_IS_OPEN = sa.text("done_at IS NULL")
APPROVAL_IS_OPEN = sa.text("decided_at IS NULL")
HAS_APPROVAL = sa.text("approval_id IS NOT NULL")
WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("email_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("coordinator_id", sa.Integer(), nullable=True),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("done_at", WHEN, nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        _to("tasks", "submission_id", "submissions", ondelete="CASCADE"),
        _to("tasks", "email_id", "outbox_emails", ondelete="CASCADE"),
        _to("tasks", "coordinator_id", "coordinators"),
        _to("tasks", "done_by_id", "coordinators"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.UniqueConstraint("key", name="uq_tasks_key"),
    )
    op.create_index("ix_tasks_submission_id", "tasks", ["submission_id"])
    op.create_index("ix_tasks_email", "tasks", ["email_id"])
    op.create_index(
        "ix_tasks_open", "tasks", ["due_on", "id"], sqlite_where=TASK_IS_OPEN, postgresql_where=TASK_IS_OPEN
    )
    op.create_table(
        "follow_up_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("coordinator_id", sa.Integer(), nullable=True),
        _to("follow_up_marks", "submission_id", "submissions", ondelete="CASCADE"),
        _to("follow_up_marks", "coordinator_id", "coordinators"),
        sa.PrimaryKeyConstraint("id", name="pk_follow_up_marks"),
        sa.UniqueConstraint("submission_id", "name", "due_on", name="uq_follow_up_marks_submission_id"),
    )
    op.create_table(
        "daily_duties",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("name", "on_date", name="pk_daily_duties"),
    )
    op.create_table(
        "approvals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", WHEN, nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_approvals_two_people")
        ),
        _to("approvals", "submission_id", "submissions", ondelete="CASCADE"),
        _to("approvals", "asked_by_id", "coordinators"),
        _to("approvals", "decided_by_id", "coordinators"),
        sa.PrimaryKeyConstraint("id", name="pk_approvals"),
    )
    op.create_index("ix_approvals_submission_id", "approvals", ["submission_id"])
    op.create_index(
        "ix_approvals_open", "approvals", ["id"], sqlite_where=APPROVAL_IS_OPEN, postgresql_where=APPROVAL_IS_OPEN
    )
    op.create_table(
        "letter_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_at", WHEN, nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_letter_texts"),
    )
    op.create_index("ix_letter_texts_newest", "letter_texts", ["template", "language", "id"])
    op.add_column("outbox_emails", sa.Column("approval_id", sa.Integer(), nullable=True))
    op.create_index(
        "ix_outbox_emails_approval",
        "outbox_emails",
        ["approval_id"],
        sqlite_where=HAS_APPROVAL,
        postgresql_where=HAS_APPROVAL,
    )
    op.add_column("coordinators", sa.Column("away_from", sa.Date(), nullable=True))
    op.add_column("coordinators", sa.Column("away_until", sa.Date(), nullable=True))
    op.add_column("coordinators", sa.Column("cover_id", sa.Integer(), nullable=True))
    op.create_index("ix_submissions_received", "submissions", ["received_at"])


def downgrade() -> None:
    """Take the tables back."""
    op.drop_index("ix_submissions_received", table_name="submissions")
    # SQLite drops a column by itself; a rebuild would lose indexes on expressions.
    with op.batch_alter_table("coordinators", recreate="never") as batch_op:
        for column in ("cover_id", "away_until", "away_from"):
            batch_op.drop_column(column)
    op.drop_index("ix_outbox_emails_approval", table_name="outbox_emails")
    with op.batch_alter_table("outbox_emails", recreate="never") as batch_op:
        batch_op.drop_column("approval_id")
    for table in ("letter_texts", "approvals", "daily_duties", "follow_up_marks", "tasks"):
        op.drop_table(table)


def _to(table: str, column: str, other: str, **more: str) -> sa.ForeignKeyConstraint:
    """A foreign key by our naming convention."""
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}", **more)
