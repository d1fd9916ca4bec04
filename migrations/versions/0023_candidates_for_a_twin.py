"""Which body of the register is proposed to which branch; and how to reach the body of a proposal is sealed."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from portal.sealed import SEALED, seal, unseal

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
LENGTHS = {"body_name": 200, "body_email": 254, "body_contact": 120}
PROPOSALS = sa.table("twinning_proposals", sa.column("id"), *(sa.column(name, sa.Text()) for name in LENGTHS))


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "twin_candidates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("is_only", sa.Boolean(), nullable=False),
        sa.Column("proposed_at", WHEN, nullable=False),
        sa.Column("although", sa.Text(), nullable=False),
        sa.Column("body_answer", sa.String(length=10), nullable=False),
        sa.Column("body_answered_at", WHEN, nullable=True),
        sa.Column("closed_at", WHEN, nullable=True),
        _to_submission("proposal_id"),
        _to_submission("registration_id"),
        sa.PrimaryKeyConstraint("id", name="pk_twin_candidates"),
    )
    op.create_index("ix_twin_candidates_proposal_id", "twin_candidates", ["proposal_id"])
    op.create_index("ix_twin_candidates_registration_id", "twin_candidates", ["registration_id"])
    _one_alive("uq_twin_candidates_living_of_proposal", "proposal_id", "closed_at IS NULL")
    alone = "closed_at IS NULL AND is_only"
    _one_alive("uq_twin_candidates_living_of_body", "registration_id", alone)
    with op.batch_alter_table("twinning_proposals", reflect_kwargs={"resolve_fks": False}) as batch_op:
        for name, length in LENGTHS.items():
            batch_op.alter_column(name, existing_type=sa.String(length), type_=sa.Text(), existing_nullable=False)
    _change(lambda text: text if text.startswith(SEALED) else seal(text))


def downgrade() -> None:
    """Take the tables back: the bodies of proposals stand open again."""
    _change(unseal)
    with op.batch_alter_table("twinning_proposals", reflect_kwargs={"resolve_fks": False}) as batch_op:
        for name, length in LENGTHS.items():
            batch_op.alter_column(name, existing_type=sa.Text(), type_=sa.String(length), existing_nullable=False)
    op.drop_table("twin_candidates")


def _change(change: Callable[[str], str]) -> None:
    """Write the body of every proposal anew."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(PROPOSALS)).all():
        values = {name: change(text) for name in LENGTHS if (text := getattr(row, name))}
        if values:
            connection.execute(PROPOSALS.update().where(PROPOSALS.c.id == row.id).values(values))


def _one_alive(name: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "twin_candidates", [column], unique=True, sqlite_where=where, postgresql_where=where)


def _to_submission(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["submissions.id"], name=f"fk_twin_candidates_{column}_submissions", ondelete="CASCADE"
    )
