"""Twinnings: what two bodies agreed on, and what each said when it was asked how it goes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
LINKED = ("introduced", "getting-acquainted", "twinned", "paused", "dormant", "closed")
DAYS = ("pulse_from", "pulse_asked_on")
SUBMISSIONS = sa.table("submissions", sa.column("id"), sa.column("state"), sa.column("state_since", WHEN))
PROPOSALS = sa.table("twinning_proposals", sa.column("id"), sa.column("pulse_from", sa.Date()))
CANDIDATES = sa.table(
    "twin_candidates", sa.column("proposal_id"), sa.column("registration_id"), sa.column("closed_at", WHEN)
)
TWINNINGS = sa.table(
    "twinnings",
    sa.column("proposal_id"),
    sa.column("registration_id"),
    sa.column("introduced_at", WHEN),
    sa.column("body_level"),
    sa.column("aims", sa.JSON()),
    sa.column("kind_note"),
)


def upgrade() -> None:
    """Bring the tables forward. Whoever is linked already is asked for the first time a quarter from then on."""
    op.create_table(
        "twinnings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("introduced_at", WHEN, nullable=False),
        sa.Column("body_level", sa.String(length=20), nullable=False),
        sa.Column("aims", sa.JSON(), nullable=False),
        sa.Column("kind_note", sa.String(length=20), nullable=False),
        sa.Column("revived_on", sa.Date(), nullable=True),
        sa.Column("ended_at", WHEN, nullable=True),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["submissions.id"], name="fk_twinnings_proposal_id_submissions", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["submissions.id"], name="fk_twinnings_registration_id_submissions", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_twinnings"),
    )
    op.create_index("ix_twinnings_proposal_id", "twinnings", ["proposal_id"])
    op.create_index("ix_twinnings_registration_id", "twinnings", ["registration_id"])
    living = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_twinnings_living_of_proposal",
        "twinnings",
        ["proposal_id"],
        unique=True,
        sqlite_where=living,
        postgresql_where=living,
    )
    op.create_table(
        "twinning_pulses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("twinning_id", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("branch_said", sa.String(length=20), nullable=False),
        sa.Column("branch_said_at", WHEN, nullable=True),
        sa.Column("body_said", sa.String(length=20), nullable=False),
        sa.Column("body_said_at", WHEN, nullable=True),
        sa.ForeignKeyConstraint(
            ["twinning_id"], ["twinnings.id"], name="fk_twinning_pulses_twinning_id_twinnings", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_twinning_pulses"),
        sa.UniqueConstraint("twinning_id", "asked_on", name="uq_twinning_pulses_twinning_id"),
    )
    for name in DAYS:
        op.add_column("twinning_proposals", sa.Column(name, sa.Date()))
    _take_over()


def _take_over() -> None:
    """A twinning for each branch that is introduced already."""
    connection = op.get_bind()
    found = sa.select(SUBMISSIONS.c.id, SUBMISSIONS.c.state, SUBMISSIONS.c.state_since).where(
        SUBMISSIONS.c.id.in_(sa.select(PROPOSALS.c.id)), SUBMISSIONS.c.state.in_(LINKED)
    )
    for row in connection.execute(found).all():
        of_register = sa.select(CANDIDATES.c.registration_id).where(
            CANDIDATES.c.proposal_id == row.id, CANDIDATES.c.closed_at.is_(None)
        )
        connection.execute(
            TWINNINGS.insert().values(
                proposal_id=row.id,
                registration_id=connection.scalar(of_register),
                introduced_at=row.state_since,
                body_level="",
                aims=[],
                kind_note="",
            )
        )
        if row.state == "twinned":
            connection.execute(
                PROPOSALS.update().where(PROPOSALS.c.id == row.id).values(pulse_from=row.state_since.date())
            )


def downgrade() -> None:
    """Take the tables back."""
    for name in reversed(DAYS):
        op.drop_column("twinning_proposals", name)
    op.drop_table("twinning_pulses")
    op.drop_table("twinnings")
