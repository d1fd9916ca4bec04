"""Who could stand by for a speaker whose call may break: what the desk should know of them besides how they fit."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.speakers.register import IN_UKRAINE, Speaker


def in_ukraine(session: Session, numbers: Collection[int]) -> set[int]:
    """Which speakers of these numbers live in Ukraine, where power cuts and alarms break calls. One statement."""
    if not numbers:
        return set()
    return set(session.scalars(select(Speaker.id).where(Speaker.id.in_(numbers), Speaker.lives_in == IN_UKRAINE)))
