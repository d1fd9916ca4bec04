"""Who is away and who stands in: what holds on a day in London, and for whom somebody has to look out.

What follows from it for requests, letters and tasks is decided where those live. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from portal.accounts.models import VIEWER, Coordinator
from portal.remembered import remembered

MOST_COVERS = 5
"""So many colleagues are asked one after the other; where all are away, nobody stands in."""


@dataclass(frozen=True)
class Presence:
    """When a colleague is away, both days included, and who then stands in; `is_able`: requests may be theirs."""

    is_able: bool
    away_from: date | None
    away_until: date | None
    cover_id: int | None

    def is_away(self, today: date) -> bool:
        """Whether the colleague is away on a day in London."""
        return self.away_from is not None and self.away_until is not None and self.away_from <= today <= self.away_until


@dataclass(frozen=True)
class Roster:
    """All accounts by number, as far as it matters who is there."""

    people: Mapping[int, Presence]

    def is_away(self, coordinator_id: int, today: date) -> bool:
        """Whether that colleague is away on a day in London."""
        return coordinator_id in self.people and self.people[coordinator_id].is_away(today)

    def standing_in(self, coordinator_id: int, today: date) -> int | None:
        """Who acts for a coordinator on a day: themselves, or the first of their covers who is there; None: nobody."""
        asked: int | None = coordinator_id
        for _ in range(MOST_COVERS):
            person = self.people.get(asked) if asked is not None else None
            if person is None or not person.is_able:
                return None
            if not person.is_away(today):
                return asked
            asked = person.cover_id
        return None

    def unattended_ids(self, today: date) -> frozenset[int]:
        """Those for whom nobody looks out on a day: away without a cover, or without an account that works."""
        return frozenset(number for number in self.people if self.standing_in(number, today) is None)

    def responsible_ids(self, me: int, today: date) -> frozenset[int]:
        """For whom `me` looks out on a day: always for themselves, and for everybody for whom they stand in."""
        return frozenset([me, *(number for number in self.people if self.standing_in(number, today) == me)])


_ROSTER = select(
    Coordinator.id,
    Coordinator.active,
    Coordinator.role,
    Coordinator.away_from,
    Coordinator.away_until,
    Coordinator.cover_id,
)


def roster(session: Session) -> Roster:
    """Who is there and who is not, in one statement."""
    return remembered(session.connection(), "roster", _read)


def _read(connection: Connection) -> Roster:
    rows = connection.execute(_ROSTER)
    return Roster(
        {
            row.id: Presence(row.active and row.role != VIEWER, row.away_from, row.away_until, row.cover_id)
            for row in rows
        }
    )


def standing_in(session: Session, coordinator_id: int, today: date) -> int | None:
    """The number of whoever acts for a coordinator on a day in London: themselves or a cover; None: nobody does."""
    return roster(session).standing_in(coordinator_id, today)


def responsible_ids(session: Session, me: int, today: date) -> frozenset[int]:
    """The numbers of those for whom `me` looks out on a day in London: themselves and whom they stand in for."""
    return roster(session).responsible_ids(me, today)


def go_away(person: Coordinator, first: date, last: date, cover_id: int | None) -> None:
    """Write down from when until when (both included) somebody is away, and who stands in. Raises ValueError."""
    if last < first:
        raise ValueError("an absence ends before it begins")
    if cover_id == person.id:
        raise ValueError("nobody stands in for themselves")
    person.away_from, person.away_until, person.cover_id = first, last, cover_id


def come_back(person: Coordinator, today: date) -> None:
    """End an absence on the day before `today` in London; one that had not begun by then is forgotten."""
    person.cover_id = None
    yesterday = today - timedelta(days=1)
    if person.away_from is None or person.away_until is None or person.away_from > yesterday:
        person.away_from = person.away_until = None
    else:
        # What happened meanwhile is still to be told.
        person.away_until = min(person.away_until, yesterday)
