"""The band at the top of every desk page while letters fail or the worker sleeps: one cheap statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, literal_column, select, text
from sqlalchemy.orm import Session

from portal.emails.models import NEEDS_A_PERSON, OutboxEmail, WorkerPass
from portal.remembered import remembered

ASLEEP_AFTER = timedelta(minutes=5)
COUNTED_TO = 99


@dataclass(frozen=True)
class Trouble:
    """How many letters need a person, and since when the worker has not passed (None: it is awake)."""

    failed: int
    is_asleep: bool
    last_pass_at: datetime | None

    @property
    def failed_words(self) -> str:
        """How many letters wait for a person, as a sentence; more are not counted than are worth a figure."""
        if self.failed == 1:
            return "1 letter was not delivered and needs a person."
        many = str(self.failed) if self.failed <= COUNTED_TO else f"More than {COUNTED_TO}"
        return f"{many} letters were not delivered and need a person."

    def __bool__(self) -> bool:
        return bool(self.failed) or self.is_asleep


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
)


def _read(connection: Connection) -> tuple[int, datetime | None]:
    failed, at = connection.execute(_STATEMENT).one()
    return failed, at


def trouble(session: Session, now: datetime) -> Trouble:
    """What the band has to say, in one statement; an empty one is false."""
    failed, at = remembered(session.connection(), "trouble", _read)
    return Trouble(failed or 0, at is None or now - at > ASLEEP_AFTER, at)
