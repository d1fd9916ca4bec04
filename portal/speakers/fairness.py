"""Fair shares: who speaks often, who was asked lately, who says yes; in words and points.

Load counts talks that are booked, held or to come. Nothing here asks the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache

from portal.clock import london_day
from portal.reasons import Reason, number, share
from portal.speakers.candidates import Candidate
from portal.speakers.fit import MONTHS, talks
from portal.speakers.weights import Weights
from portal.speakers.wish import Wish

RESTED = 180
"""Days after which it no longer counts when somebody was asked."""
LATELY = 14
MONTHS_IN_QUARTER = 3


def fair(candidate: Candidate, wish: Wish, month: date, weights: Weights) -> Iterator[tuple[Reason, bool]]:
    """What their share of the work so far says for asking a speaker: reasons, and whether each speaks against.

    `month` is the first day of the month that counts, one of the wish's.
    """
    for reason in _load(candidate, wish, month, weights):
        yield reason, False
    yield _asked(candidate, wish, weights)
    yield _answers(candidate, weights)


def at_most(candidate: Candidate, wish: Wish, weights: Weights) -> int:
    """No fewer points than somebody can earn here, found quickly."""
    most, yes = candidate.most_a_month or 1, candidate.said_yes + 1
    points = weights.yes * yes / (yes + candidate.said_no + 1)
    # The empty months of a wish with fewer hold no talks.
    if len(wish.months) > 1 or not candidate.in_month_1:
        points += weights.month
    elif candidate.in_month_1 < most:
        points += weights.month * (1 - candidate.in_month_1 / most)
    lately = candidate.in_quarter / (most * MONTHS_IN_QUARTER)
    if lately < 1:
        points += weights.quarter * (1 - lately)
    if candidate.last_asked_at is None:
        points += weights.waited
    else:
        points += weights.waited * max(0.0, min(1.0, (wish.now - candidate.last_asked_at).days / RESTED))
    # Each of the four may have been rounded up by a half.
    return int(points) + 2


def talks_in(candidate: Candidate, wish: Wish, month: date) -> int:
    """How many talks a speaker has in one of the wish's months."""
    place = wish.months.index(month)
    return (candidate.in_month_1, candidate.in_month_2, candidate.in_month_3)[place]


def month_name(month: date, today: date) -> str:
    """A month within a reason: "this month", "in January"."""
    if (month.year, month.month) == (today.year, today.month):
        return "this month"
    return f"in {MONTHS[month.month - 1]}"


def _load(candidate: Candidate, wish: Wish, month: date, weights: Weights) -> tuple[Reason, Reason]:
    count, most = talks_in(candidate, wish, month), candidate.most_a_month
    lately = candidate.in_quarter
    return (
        Reason(_month_words(count, most, month, wish.today), share(weights.month, 1 - count / max(most, 1))),
        Reason(
            f"{talks(lately)} in the last 90 days",
            share(weights.quarter, 1 - lately / max(most * MONTHS_IN_QUARTER, 1)),
            is_small=not lately,
        ),
    )


@lru_cache(maxsize=2000)
def _month_words(count: int, most: int, month: date, today: date) -> str:
    when = month_name(month, today)
    return f"{talks(count)} {when}, of {number(most)} at most" if count else f"no talk {when} yet"


def _asked(candidate: Candidate, wish: Wish, weights: Weights) -> tuple[Reason, bool]:
    """When they were last asked, for whatever meeting; lately speaks against it."""
    if candidate.last_asked_at is None:
        return Reason("not asked in the last year", weights.waited), False
    day = london_day(candidate.last_asked_at)
    ago = max((wish.today - day).days, 0)
    return Reason(_asked_words(day, ago), _waited(candidate.last_asked_at, wish, weights)), ago < LATELY


def _waited(asked_at: datetime, wish: Wish, weights: Weights) -> int:
    return share(weights.waited, (wish.now - asked_at).days / RESTED)


@lru_cache(maxsize=2000)
def _asked_words(day: date, ago: int) -> str:
    if ago < 2:
        return "asked yesterday" if ago else "asked today"
    if ago < 7:
        return f"asked {number(ago)} days ago"
    return "asked last week" if ago < LATELY else f"last asked in {MONTHS[day.month - 1]}"


def _answers(candidate: Candidate, weights: Weights) -> tuple[Reason, bool]:
    """How often they said yes in a year; the more they have answered, the more it says."""
    yes, of = candidate.said_yes, candidate.said_yes + candidate.said_no
    points = share(weights.yes, (yes + 1) / (of + 2))
    if not of:
        return Reason("no answer of theirs to go by in the last year", points, is_small=True), False
    if yes == of:
        words = "said yes each time" if of > 1 else "said yes the one time"
    else:
        words = f"said yes to {number(yes) if yes else 'none'} of {number(of)}" if of > 1 else "said no the one time"
    return Reason(words, points), yes * 2 < of
