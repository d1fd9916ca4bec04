"""Union bodies in Ukraine: what they told us, the register of those confirmed, and who has looked at their contacts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
SEALED = (
    *("sealed_contact_name", "sealed_contact_role", "sealed_contact_email", "sealed_contact_phone"),
    *("sealed_second_name", "sealed_second_email", "sealed_second_phone", "safe_way", "name_uk", "name_latin"),
    *("sealed_town", "sealed_notes", "sealed_question", "needs_text", "offers_text", "who_confirms"),
)


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "ukrainian_registrations",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in SEALED),
        sa.Column("email_digest", sa.String(length=64), nullable=False),
        sa.Column("union_slug", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("centre", sa.String(length=20), nullable=False),
        sa.Column("oblast", sa.String(length=40), nullable=False),
        sa.Column("sectors", sa.JSON(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("english", sa.String(length=20), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("offers", sa.JSON(), nullable=False),
        sa.Column("hopes", sa.JSON(), nullable=False),
        sa.Column("wishes_more", sa.Boolean(), nullable=False),
        sa.Column("publicity", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["submissions.id"], name="fk_ukrainian_registrations_id_submissions", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ukrainian_registrations"),
    )
    op.create_index("ix_ukrainian_registrations_email_digest", "ukrainian_registrations", ["email_digest"])
    op.create_table(
        "ukrainian_bodies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_by_name", sa.Text(), nullable=False),
        sa.Column("confirmed_by_post", sa.Text(), nullable=False),
        sa.Column("confirmed_how", sa.String(length=20), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("confirmed_by_coordinator_id", sa.Integer(), nullable=True),
        sa.Column("waiting_since", WHEN, nullable=False),
        _to_registration("ukrainian_bodies"),
        sa.ForeignKeyConstraint(
            ["confirmed_by_coordinator_id"],
            ["coordinators.id"],
            name="fk_ukrainian_bodies_confirmed_by_coordinator_id_coordinators",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ukrainian_bodies"),
        sa.UniqueConstraint("registration_id", name="uq_ukrainian_bodies_registration_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ukrainian_contact_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("coordinator_id", sa.Integer(), nullable=True),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        _to_registration("ukrainian_contact_views"),
        sa.ForeignKeyConstraint(
            ["coordinator_id"], ["coordinators.id"], name="fk_ukrainian_contact_views_coordinator_id_coordinators"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ukrainian_contact_views"),
    )
    op.create_index("ix_ukrainian_contact_views_registration_id", "ukrainian_contact_views", ["registration_id"])


def downgrade() -> None:
    """Take the tables back. A registration is nothing without its own table, so its row goes as well."""
    for table in ("ukrainian_contact_views", "ukrainian_bodies"):
        op.drop_table(table)
    op.execute("DELETE FROM submissions WHERE kind = 'ukrainian'")
    op.drop_table("ukrainian_registrations")


def _to_registration(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["registration_id"],
        ["submissions.id"],
        name=f"fk_{table}_registration_id_submissions",
        ondelete="CASCADE",
    )
