"""The register of speakers, who is asked and who is booked."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from portal.sealed import seal, unseal

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OFFER_IS_OPEN = sa.text("closed_at IS NULL")
WHEN = sa.DateTime(timezone=True)
SEALED = (("speaker_name", "sealed_name", 120), ("speaker_email", "sealed_email", 254))
"""The columns whose texts are sealed: their names before and after, and how long they were."""


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "speakers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("lives_in", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_digest", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("union_id", sa.Integer(), nullable=True),
        sa.Column("union_text", sa.String(length=120), nullable=False),
        sa.Column("ukrainian_union", sa.String(length=40), nullable=False),
        sa.Column("sector", sa.String(length=40), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("formats", sa.JSON(), nullable=False),
        sa.Column("experience", sa.String(length=20), nullable=False),
        sa.Column("outcode", sa.String(length=4), nullable=False),
        sa.Column("region_slug", sa.String(length=40), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("most_miles", sa.Integer(), nullable=False),
        sa.Column("most_a_month", sa.Integer(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", WHEN, nullable=True),
        sa.Column("paused_at", WHEN, nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("left_at", WHEN, nullable=True),
        sa.Column("locked_at", WHEN, nullable=True),
        _to("speakers", "union_id", "unions"),
        _to("speakers", "created_by_id", "coordinators"),
        sa.PrimaryKeyConstraint("id", name="pk_speakers"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_speakers_email_digest", "speakers", ["email_digest"])
    _make_what_belongs_to_a_speaker()
    _make_engagements()
    for column in (
        sa.Column("speaker_id", sa.Integer(), nullable=True),
        sa.Column("remind_on", sa.Date(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("fallback", sa.Text(), server_default="", nullable=False),
        *(sa.Column(sealed, sa.Text(), server_default="", nullable=False) for _, sealed, _ in SEALED),
    ):
        op.add_column("speaker_requests", column)
    for plain, sealed, _ in SEALED:
        _copy(plain, sealed, seal)
    # SQLite drops a column by itself; a rebuild is not needed.
    with op.batch_alter_table("speaker_requests", recreate="never") as batch_op:
        for plain, _, _ in SEALED:
            batch_op.drop_column(plain)


def _make_what_belongs_to_a_speaker() -> None:
    op.create_table(
        "speaker_consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("text_version", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("given_at", WHEN, nullable=False),
        sa.Column("withdrawn_at", WHEN, nullable=True),
        _to("speaker_consents", "speaker_id", "speakers", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_speaker_consents"),
    )
    op.create_index("ix_speaker_consents_speaker_id", "speaker_consents", ["speaker_id"])
    op.create_table(
        "speaker_vetoes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("union_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        _to("speaker_vetoes", "speaker_id", "speakers", ondelete="CASCADE"),
        _to("speaker_vetoes", "branch_id", "branches"),
        _to("speaker_vetoes", "union_id", "unions"),
        sa.PrimaryKeyConstraint("id", name="pk_speaker_vetoes"),
    )
    op.create_index("ix_speaker_vetoes_speaker_id", "speaker_vetoes", ["speaker_id"])
    op.create_table(
        "speaker_weekly_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("until_minute", sa.Integer(), nullable=False),
        _to("speaker_weekly_hours", "speaker_id", "speakers", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_speaker_weekly_hours"),
    )
    op.create_index("ix_speaker_weekly_hours_speaker_id", "speaker_weekly_hours", ["speaker_id"])
    op.create_table(
        "speaker_exceptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=True),
        sa.Column("until_minute", sa.Integer(), nullable=True),
        sa.Column("is_free", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _to("speaker_exceptions", "speaker_id", "speakers", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_speaker_exceptions"),
    )
    op.create_index("ix_speaker_exceptions_days", "speaker_exceptions", ["speaker_id", "last_on", "first_on"])


def _make_engagements() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("dates", sa.JSON(), nullable=False),
        sa.Column("accepted", sa.JSON(), nullable=False),
        sa.Column("other_date", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("may_name_me", sa.Boolean(), nullable=False),
        sa.Column("overridden", sa.Text(), nullable=False),
        sa.Column("asked_at", WHEN, nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", WHEN, nullable=True),
        sa.Column("closed_at", WHEN, nullable=True),
        _to("offers", "submission_id", "submissions", ondelete="CASCADE"),
        _to("offers", "speaker_id", "speakers"),
        _to("offers", "asked_by_id", "coordinators"),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_offers_submission_id", "offers", ["submission_id"])
    op.create_index(
        "ix_offers_waiting",
        "offers",
        ["state", "speaker_id"],
        sqlite_where=OFFER_IS_OPEN,
        postgresql_where=OFFER_IS_OPEN,
    )
    op.create_index("ix_offers_of_speaker", "offers", ["speaker_id", "asked_at", "state"])
    op.create_index(
        "uq_offers_open",
        "offers",
        ["submission_id", "speaker_id"],
        unique=True,
        sqlite_where=OFFER_IS_OPEN,
        postgresql_where=OFFER_IS_OPEN,
    )
    op.create_table(
        "bookings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("starts_at", WHEN, nullable=False),
        sa.Column("ends_at", WHEN, nullable=False),
        sa.Column("travel_minutes", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=80), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("cancelled_at", WHEN, nullable=True),
        _to("bookings", "submission_id", "submissions", ondelete="CASCADE"),
        _to("bookings", "speaker_id", "speakers"),
        _to("bookings", "offer_id", "offers"),
        sa.PrimaryKeyConstraint("id", name="pk_bookings"),
        sa.UniqueConstraint("uid", name="uq_bookings_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_bookings_submission_id", "bookings", ["submission_id"])
    op.create_index("ix_bookings_of_speaker", "bookings", ["speaker_id", "starts_at"])
    op.create_index("ix_bookings_starts", "bookings", ["starts_at", "state", "speaker_id"])
    op.create_table(
        "booked_slots",
        sa.Column("speaker_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("half_hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        _to("booked_slots", "speaker_id", "speakers"),
        _to("booked_slots", "booking_id", "bookings", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("speaker_id", "half_hour", name="pk_booked_slots"),
    )
    op.create_index("ix_booked_slots_booking_id", "booked_slots", ["booking_id"])


def downgrade() -> None:
    """Take the tables back. Who is asked or booked for a request stays with it, unsealed."""
    for plain, sealed, length in SEALED:
        op.add_column("speaker_requests", sa.Column(plain, sa.String(length), server_default="", nullable=False))
        _copy(sealed, plain, lambda text, length=length: unseal(text)[:length])
    with op.batch_alter_table("speaker_requests", recreate="never") as batch_op:
        for column in ("fallback", "answer_by", "remind_on", "speaker_id", *(sealed for _, sealed, _ in SEALED)):
            batch_op.drop_column(column)
    for table in (
        "booked_slots",
        "bookings",
        "offers",
        "speaker_exceptions",
        "speaker_weekly_hours",
        "speaker_vetoes",
        "speaker_consents",
        "speakers",
    ):
        op.drop_table(table)


def _copy(from_column: str, to_column: str, change: Callable[[str], str]) -> None:
    """Bring the texts of one column of the speaker requests into another, changed."""
    table = sa.table("speaker_requests", sa.column("id"), sa.column(from_column), sa.column(to_column))
    session = op.get_bind()
    for number, text in session.execute(sa.select(table.c.id, table.c[from_column]).where(table.c[from_column] != "")).all():
        session.execute(table.update().where(table.c.id == number).values({to_column: change(text)}))


def _to(table: str, column: str, other: str, **more: str) -> sa.ForeignKeyConstraint:
    """A foreign key by our naming convention."""
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}", **more)
