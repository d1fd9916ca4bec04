"""Which days of an offer are over already, and by when whoever is asked for the others can still answer.

Days and hours are London's, as branches name them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from portal.clock import LONDON, london_day
from portal.speakers.engagements import Offer


def passed(rows: Iterable[Mapping[str, str]], now: datetime) -> list[date]:
    """The days of an offer that are over `now` (aware): one of today once its hour has begun, where that is known."""
    return [date.fromisoformat(row["on"]) for row in rows if _has_passed(row, now)]


def dates_left(each: Offer, today: date) -> list[dict[str, str]]:
    """The days of an offer that are still to come: one may pass while its speaker thinks."""
    return [row for row in each.dates if row.get("on", "") >= today.isoformat()]


def answer_by(usual: date, rows: Iterable[Mapping[str, str]], today: date) -> date:
    """The `usual` day to answer by, but not beyond the eve of the last day in question, nor before `today`."""
    days = [date.fromisoformat(row["on"]) for row in rows if row.get("on")]
    return max(today, min(usual, max(days) - timedelta(days=1))) if days else usual


def _has_passed(row: Mapping[str, str], now: datetime) -> bool:
    day = date.fromisoformat(row["on"])
    if day != london_day(now) or not row.get("time"):
        return day < london_day(now)
    return datetime.combine(day, time.fromisoformat(row["time"]), LONDON) <= now
