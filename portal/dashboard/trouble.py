"""The band at the top of every desk page while letters fail or wait, or the worker sleeps: one cheap statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, literal_column, select, text
from sqlalchemy.orm import Session

from portal.emails.alarm import is_asleep, is_old, is_shut
from portal.emails.models import NEEDS_A_PERSON, OutboxEmail, WorkerPass
from portal.remembered import remembered

COUNTED_TO = 99


@dataclass(frozen=True)
class Trouble:
    """How many letters need a person, whether the worker sleeps, and since when letters have waited too long."""

    failed: int
    is_asleep: bool
    last_pass_at: datetime | None
    waiting_since: datetime | None = None
    """When the oldest unsent letter was written, where it should have left by now."""
    server: str = ""
    """What keeps the mail server from taking letters, as the outbox says it; empty where nothing does."""
    is_shut: bool = False
    """Whether letters wait and no waiting mends that."""

    @property
    def failed_words(self) -> str:
        """How many letters wait for a person, as a sentence; more are not counted than are worth a figure."""
        if self.failed == 1:
            return "1 letter was not delivered and needs a person."
        many = str(self.failed) if self.failed <= COUNTED_TO else f"More than {COUNTED_TO}"
        return f"{many} letters were not delivered and need a person."

    def __bool__(self) -> bool:
        return bool(self.failed) or self.is_asleep or self.waiting_since is not None or self.is_shut


_FAILING = (
    select(literal_column("1"))
    .select_from(OutboxEmail.__table__)
    .where(text(NEEDS_A_PERSON))
    .limit(COUNTED_TO + 1)
    .subquery()
)
# Built once: putting it together costs more than asking it, and every page of the desk asks.
_STATEMENT = select(
    select(func.count()).select_from(_FAILING).scalar_subquery(),
    select(WorkerPass.at).where(WorkerPass.name == "deliver").scalar_subquery(),
    select(func.min(OutboxEmail.queued_at)).where(OutboxEmail.next_try_at.is_not(None)).scalar_subquery(),
    select(WorkerPass.last_error).where(WorkerPass.name == "deliver", WorkerPass.troubles > 0).scalar_subquery(),
)


def _read(connection: Connection) -> tuple[int, datetime | None, datetime | None, str]:
    failed, at, oldest, server = connection.execute(_STATEMENT).one()
    return failed or 0, at, oldest, server or ""


def trouble(session: Session, now: datetime) -> Trouble:
    """What the band has to say, in one statement; an empty one is false."""
    failed, at, oldest, server = remembered(session.connection(), "trouble", _read)
    return Trouble(
        failed, is_asleep(at, now), at, oldest if is_old(oldest, now) else None, server, is_shut(server, oldest)
    )
