"""The names that every desk page needs: coordinators, kept for a few seconds in this process, and unions.

Only plain values are kept, never rows of a session. What a name may do is decided elsewhere, from the row itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from portal.accounts.models import Coordinator
from portal.clock import london_day
from portal.dashboard import words
from portal.directory.models import Union
from portal.remembered import remembered

COORDINATORS_KEPT = timedelta(seconds=5)
SOON = timedelta(days=7)
EXTENSION = "portal-desk"
_UNIONS = select(Union.id, Union.short_name)


@dataclass(frozen=True)
class Person:
    """A coordinator as the desk names one. `can_take` says that requests may be given to them.

    `away` says so in words where they are away today or within a week: "away until 4 January".
    """

    id: int
    name: str
    can_take: bool
    away: str = ""


@dataclass
class Kept:
    """What one process remembers for a moment, and until when."""

    people: dict[int, Person] = field(default_factory=dict)
    people_until: datetime | None = None


def coordinators(session: Session, now: datetime) -> dict[int, Person]:
    """All accounts by number, in the order of their names; at most a few seconds old."""
    kept = _kept()
    if kept.people_until is None or now >= kept.people_until or kept.people_until - now > COORDINATORS_KEPT:
        rows = session.execute(
            select(
                Coordinator.id,
                Coordinator.name,
                Coordinator.role,
                Coordinator.active,
                Coordinator.away_from,
                Coordinator.away_until,
            ).order_by(Coordinator.name)
        )
        today = london_day(now)
        kept.people = {
            row.id: Person(
                row.id, row.name, row.active and row.role != "viewer", _away(row.away_from, row.away_until, today)
            )
            for row in rows
        }
        kept.people_until = now + COORDINATORS_KEPT
    return kept.people


def unions(session: Session) -> tuple[tuple[int, str], ...]:
    """Number and everyday name of every union, by name."""
    return remembered(session.connection(), "union names", _read_unions)


def _read_unions(connection: Connection) -> tuple[tuple[int, str], ...]:
    rows = connection.execute(_UNIONS)
    return tuple(sorted(((row.id, row.short_name) for row in rows), key=lambda pair: pair[1].casefold()))


def _away(first: date | None, last: date | None, today: date) -> str:
    """That somebody is away, or soon will be, in words; empty otherwise."""
    if first is None or last is None or last < today or first > today + SOON:
        return ""
    if first > today:
        return f"away from {words.plain_day(first, today)}"
    return f"away until {words.plain_day(last, today)}"


def forget() -> None:
    """Read the names afresh at the next page: an account has changed."""
    current_app.extensions.pop(EXTENSION, None)


def _kept() -> Kept:
    kept = current_app.extensions.setdefault(EXTENSION, Kept())
    assert isinstance(kept, Kept)
    return kept
