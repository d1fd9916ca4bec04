"""Who comes to a meeting together: a speaker who is new, and somebody experienced beside them (`PARTNER`).

Each learns the other’s name, never how to reach them: whoever is asked to come along once the speaker has said yes, the
speaker once both are booked.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.speakers.engagements import ACCEPTED, CONFIRMED, PARTNER, SPEAKER, Offer
from portal.speakers.register import NEW, Speaker


def with_whom(offers: Sequence[Offer], each: Offer) -> Speaker | None:
    """Who comes together with whoever that offer is for, as far as they may know it; None for anybody else."""
    if each.role == PARTNER:
        return _only(offers, SPEAKER, (CONFIRMED,)) or _only(offers, SPEAKER, (ACCEPTED,))
    is_booked = each.role == SPEAKER and each.state == CONFIRMED and each.closed_at is None
    return _only(offers, PARTNER, (CONFIRMED,)) if is_booked else None


def who_is_new(session: Session, numbers: Collection[int]) -> set[int]:
    """Which speakers of these numbers are new to speaking. One statement."""
    if not numbers:
        return set()
    return set(session.scalars(select(Speaker.id).where(Speaker.id.in_(numbers), Speaker.experience == NEW)))


def _only(offers: Sequence[Offer], role: str, states: tuple[str, ...]) -> Speaker | None:
    found = [each for each in offers if each.role == role and each.state in states and each.closed_at is None]
    return found[0].speaker if len(found) == 1 and found[0].speaker.is_in_register else None
