"""Affiliations that ended before there was a state for it: they were called withdrawn, as requests are.

Who was affiliated took back no request. The history tells them apart: it says from which state each was withdrawn, and
from those of an affiliate nothing can be withdrawn since. A request that was opened again after it keeps its state.
"""

from __future__ import annotations

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

AFFILIATED = "'active', 'renewal-due', 'grace'"
CLOSED_FROM = """
    SELECT events.from_state FROM events
    WHERE events.submission_id = submissions.id AND events.name = 'transition' AND events.to_state = 'withdrawn'
    ORDER BY events.id DESC LIMIT 1
"""


def upgrade() -> None:
    """Bring the rows forward: first the requests, which are found by their history, then that."""
    op.execute(
        "UPDATE submissions SET state = 'ended' WHERE kind = 'affiliation' AND state = 'withdrawn' "
        f"AND ({CLOSED_FROM}) IN ({AFFILIATED})"
    )
    op.execute(
        "UPDATE events SET transition = 'leave', to_state = 'ended' "
        f"WHERE transition = 'withdraw' AND from_state IN ({AFFILIATED}) "
        "AND submission_id IN (SELECT id FROM submissions WHERE kind = 'affiliation')"
    )


def downgrade() -> None:
    """Leave the rows: the version before this knows the state as well, and has such rows of its own."""
