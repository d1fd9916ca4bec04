"""By which day both sides are asked to answer a twin that is proposed."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

DAYS = timedelta(days=21)
PROPOSALS = sa.table("twinning_proposals", sa.column("id"), sa.column("answers_by", sa.Date()))
SUBMISSIONS = sa.table(
    "submissions", sa.column("id"), sa.column("state"), sa.column("state_since", sa.DateTime(timezone=True))
)


def upgrade() -> None:
    """Bring the tables forward: whoever is asked now has the three weeks that the letter has named."""
    with op.batch_alter_table("twinning_proposals", reflect_kwargs={"resolve_fks": False}) as batch_op:
        batch_op.add_column(sa.Column("answers_by", sa.Date(), nullable=True))
    asked = sa.select(SUBMISSIONS.c.id, SUBMISSIONS.c.state_since).where(SUBMISSIONS.c.state == "proposed")
    for number, since in op.get_bind().execute(asked).all():
        change = sa.update(PROPOSALS).where(PROPOSALS.c.id == number)
        op.execute(change.values(answers_by=since.date() + DAYS))


def downgrade() -> None:
    """Take the column back."""
    with op.batch_alter_table("twinning_proposals", reflect_kwargs={"resolve_fks": False}) as batch_op:
        batch_op.drop_column("answers_by")
