"""Who is on tour when, and which requests stand on a tour: what a plan must know of tours.

A stop counts as long as its visitor may still come: nobody was asked yet, or the offer is open. Tours that are over,
and those of visitors who are hidden or have left, count for nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from portal.speakers.engagements import Offer
from portal.speakers.register import Speaker
from portal.speakers.tour_rows import ON, Tour, TourStop

Spans = dict[int, list[tuple[date, date]]]
"""The first and last days of tours, by the number of the visitor."""


def spans(session: Session, first: date, last: date, speakers: Collection[int] | None = None) -> Spans:
    """The tours that touch some days (both included): of these speakers, or of all."""
    rows = select(Tour.speaker_id, Tour.first_on, Tour.last_on).join(Tour.speaker)
    rows = rows.where(Speaker.left_at.is_(None), Speaker.locked_at.is_(None))
    rows = rows.where(Tour.first_on <= last, Tour.last_on >= first).order_by(Tour.first_on)
    if speakers is not None:
        rows = rows.where(Tour.speaker_id.in_(speakers))
    found: Spans = {}
    for speaker, begins, ends in session.execute(rows):
        found.setdefault(speaker, []).append((begins, ends))
    return found


def is_away(known: Spans, speaker: int, day: date) -> bool:
    """Whether a speaker is on tour on a day."""
    return any(first <= day <= last for first, last in known.get(speaker, ()))


def standing(today: date) -> Select[int, int]:
    """The requests that stand on a tour that is not over, with the number of the tour; one may stand on several."""
    return (
        select(TourStop.submission_id, TourStop.tour_id)
        .join(Tour, Tour.id == TourStop.tour_id)
        .join(Speaker, Speaker.id == Tour.speaker_id)
        .outerjoin(Offer, Offer.id == TourStop.offer_id)
        .where(TourStop.standing == ON, Tour.last_on >= today)
        .where(Speaker.left_at.is_(None), Speaker.locked_at.is_(None))
        .where(or_(TourStop.offer_id.is_(None), Offer.closed_at.is_(None)))
    )
