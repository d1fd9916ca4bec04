"""Letters of the outbox that wait for a second reader: holding them, letting them leave, or keeping them back.

Who may decide is not known here, but by whoever calls. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from portal.emails.models import CANCELLED, HELD, IS_HELD, QUEUED, OutboxEmail
from portal.remembered import while_reading


def hold(letters: Iterable[OutboxEmail], approval_id: int) -> None:
    """Keep letters that were just written until somebody has decided on them."""
    for email in letters:
        email.state, email.next_try_at, email.approval_id = HELD, None, approval_id


def letters_of(session: Session, approval_id: int) -> Sequence[OutboxEmail]:
    """The letters that wait, or waited, for one decision."""
    return session.scalars(
        select(OutboxEmail).where(OutboxEmail.approval_id == approval_id).order_by(OutboxEmail.id)
    ).all()


def is_kept_back(session: Session, submission_id: int, template: str) -> bool:
    """Whether the newest letter of its sort about a request was written and has not left: its reader knows nothing."""
    newest = (
        select(OutboxEmail.state)
        .where(OutboxEmail.submission_id == submission_id, OutboxEmail.template == template)
        .order_by(OutboxEmail.id.desc())
        .limit(1)
    )
    state = while_reading(session, ("newest letter", submission_id, template), lambda: session.scalar(newest))
    return state in (HELD, CANCELLED)


def release(session: Session, approval_id: int, now: datetime) -> int:
    """Let the letters leave. Returns how many there were."""
    return _to(session, approval_id, state=QUEUED, queued_at=now, next_try_at=now)


def cancel(session: Session, approval_id: int) -> int:
    """Keep the letters from ever leaving; they stay to be read. Returns how many there were."""
    return _to(session, approval_id, state=CANCELLED, next_try_at=None)


def _to(session: Session, approval_id: int, **values: object) -> int:
    changed = session.execute(
        update(OutboxEmail)
        .where(OutboxEmail.approval_id == approval_id, text(IS_HELD))
        .values(**values)
        .returning(OutboxEmail.id)
    )
    return len(changed.all())
