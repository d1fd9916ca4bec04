"""The register as a list: who is in it, found by name, kind, sector, topic, language, place and how they stand.

Names are sealed, so that no database sorts or searches them: they are opened here, all in one statement. Locked
speakers are in no list. How a row is worded is `dashboard`'s.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from portal.clock import LONDON, london_day
from portal.directory.folding import fold
from portal.opened_pages import OpenedPage, page_by
from portal.speakers.engagements import BOOKED, Booking
from portal.speakers.register import ELSEWHERE, IN_UKRAINE, Speaker

WAITING, READY, PAUSED, LEFT = "waiting", "ready", "paused", "left"
STATES = (WAITING, READY, PAUSED, LEFT)
ABROAD = (IN_UKRAINE, ELSEWHERE)
"""What may be asked for in the place of a region."""

_COLUMNS = (
    Speaker.id,
    Speaker.name,
    Speaker.kind,
    Speaker.lives_in,
    Speaker.outcode,
    Speaker.region_slug,
    Speaker.languages,
    Speaker.topics,
    Speaker.experience,
    Speaker.most_a_month,
    Speaker.confirmed_at,
    Speaker.paused_at,
    Speaker.paused_until,
    Speaker.left_at,
)


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; empty texts narrow nothing. Who has left is shown only where asked for."""

    name: str = ""
    kind: str = ""
    sector: str = ""
    topic: str = ""
    language: str = ""
    region: str = ""
    state: str = ""


@dataclass(frozen=True)
class Listed(OpenedPage):
    """One page of the list."""

    talks: Mapping[int, int]
    """This month's talks by a speaker's number; who has none is not in it."""


def listed(session: Session, wanted: Wanted, now: datetime, *, after: int = 0) -> Listed:
    """The speakers that fit, by name: one page of them from behind the speaker `after`. Two statements, always."""
    fitting = select(*_COLUMNS).where(Speaker.locked_at.is_(None), *_conditions(wanted, london_day(now)))
    page = page_by("name", (row for row in session.execute(fitting) if _fits(row, wanted)), after=after)
    return Listed(page.rows, page.found, page.after, talks(session, [row.id for row in page.rows], now))


def talks(session: Session, speaker_ids: Collection[int], now: datetime) -> dict[int, int]:
    """How many talks these speakers have in the month of `now` (London), held or to come."""
    first = london_day(now).replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    begins, ends = (datetime.combine(day, time(), LONDON).astimezone(UTC) for day in (first, following))
    counted = (
        select(Booking.speaker_id, func.count())
        .where(Booking.speaker_id.in_(list(speaker_ids)), Booking.state == BOOKED)
        .where(Booking.starts_at >= begins, Booking.starts_at < ends)
        .group_by(Booking.speaker_id)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def state_of(row: Any, today: date) -> str:
    """How a speaker, or a row of the list, stands on a day in London: one of `STATES`."""
    if row.left_at is not None:
        return LEFT
    if row.paused_at is not None and (row.paused_until is None or today < row.paused_until):
        return PAUSED
    return READY if row.confirmed_at is not None else WAITING


def _conditions(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    """What the database can tell by itself."""
    found: list[ColumnElement[bool]] = []
    if wanted.kind:
        found.append(Speaker.kind == wanted.kind)
    if wanted.sector:
        found.append(Speaker.sector == wanted.sector)
    if wanted.region in ABROAD:
        found.append(Speaker.lives_in == wanted.region)
    elif wanted.region:
        found.append(Speaker.region_slug == wanted.region)
    is_paused = and_(Speaker.paused_at.is_not(None), or_(Speaker.paused_until.is_(None), Speaker.paused_until > today))
    by_state = {
        WAITING: [Speaker.confirmed_at.is_(None), not_(is_paused)],
        READY: [Speaker.confirmed_at.is_not(None), not_(is_paused)],
        PAUSED: [is_paused],
    }
    has_left = Speaker.left_at.is_not(None)
    return [*found, *by_state.get(wanted.state, []), has_left if wanted.state == LEFT else not_(has_left)]


def _fits(row: Any, wanted: Wanted) -> bool:
    """What has to be read: the name, and lists within a column."""
    if wanted.topic and wanted.topic not in row.topics:
        return False
    if wanted.language and wanted.language not in row.languages:
        return False
    return not wanted.name or fold(wanted.name) in fold(row.name)
