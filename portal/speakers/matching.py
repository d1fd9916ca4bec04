"""Who fits a request: speakers ranked with reasons in words, and those who cannot be asked with why.

The points of the reasons add up to the total; who has as many as another stands behind whoever has waited longer. What
earns points is in `earned` and `fairness`, what forbids asking in `hindrances`, what it is worth in `weights`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from heapq import heappop, heappush
from itertools import chain
from typing import NamedTuple

from sqlalchemy.orm import Session

from portal import sealed
from portal.directory import places
from portal.directory.folding import fold
from portal.speakers import candidates, earned, fairness, hindrances, nearby, weights, wish
from portal.speakers.availability import Verdict
from portal.speakers.candidates import Candidate
from portal.speakers.fit import Block, Fit, Fitting, Partner, Reason
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import NEW
from portal.speakers.wish import Wish

__all__ = ["Block", "Fit", "Fitting", "Partner", "Reason", "fitting"]

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Judged(NamedTuple):
    """A speaker with the fit that was found, in the order of the list; their name is not opened yet.

    Most points come first; of equals who waited longest, then who is longest in the register.
    """

    behind: int
    last_asked_at: datetime
    number: int
    candidate: Candidate
    fit: Fit


def fitting(
    session: Session,
    request: SpeakerRequest,
    now: datetime,
    *,
    most: int | None = None,
    only: Collection[int] | None = None,
) -> Fitting:
    """Who fits the request at a moment (aware): at most four statements, and nothing is written.

    With `most` only so many are ranked, and as many blocked ones who would stand among them; without it all are. With
    `only` nobody but the speakers of these numbers is looked at.
    """
    wanted = wish.read(request, now)
    rows = candidates.candidates(session, wanted)
    if only is not None:
        rows = [row for row in rows if row.id in only]
    if not rows:
        return Fitting(is_empty=True)
    in_order = _Judge(session, rows, wanted).in_order()
    ranked: list[Judged] = []
    blocked: list[Judged] = []
    for each in in_order:
        if each.fit.blocks:
            if most is None or len(blocked) < most:
                blocked.append(each)
        elif most is None or len(ranked) < most:
            ranked.append(each)
        else:
            # One more was found, who is not shown, but may come along with somebody new.
            in_order = chain([each], in_order)
            break
    _pair(ranked, in_order)
    has_more = next(in_order, None) is not None
    return Fitting(_opened(ranked), _opened(blocked), has_more)


class _Judge:
    """Judges speakers for one meeting, the likeliest first, and looks closely at no more than are asked for."""

    def __init__(self, session: Session, rows: Sequence[Candidate], wanted: Wish) -> None:
        self._rows, self._wish = rows, wanted
        self._weights = weights.read(session)
        self._told = nearby.hours(session, wanted)
        self._engaged = nearby.engaged(session, wanted)
        self._named = _named(rows, wanted)
        self._measured: dict[tuple[float, float], float] = {}

    def in_order(self) -> Iterator[Judged]:
        """All speakers, best first, each judged when nobody who is left can stand before them."""
        wanted, worth, named = self._wish, self._weights, self._named
        hopes = []
        for place, row in enumerate(self._rows):
            miles = self._miles(row)
            most = earned.at_most(row, row.id in named, miles, wanted, worth) + fairness.at_most(row, wanted, worth)
            hopes.append((-most, place))
        hopes.sort()
        waiting: list[Judged] = []
        for behind, place in hopes:
            while waiting and waiting[0].behind < behind:
                yield heappop(waiting)
            row = self._rows[place]
            fit = self._judge(row)
            heappush(waiting, Judged(-fit.points, row.last_asked_at or NEVER, row.id, row, fit))
        while waiting:
            yield heappop(waiting)

    def _miles(self, row: Candidate) -> float | None:
        """How far the meeting is from a speaker's district; None where that is not known, or no matter."""
        if self._wish.place is None or row.latitude is None or row.longitude is None:
            return None
        home = row.latitude, row.longitude
        if home not in self._measured:
            self._measured[home] = places.distance_miles(home, self._wish.place)
        return self._measured[home]

    def _judge(self, row: Candidate) -> Fit:
        """One speaker and the meeting, without the name."""
        wanted, worth, miles = self._wish, self._weights, self._miles(row)
        blocks = hindrances.of_person(row, wanted, self._engaged.asked.get(row.id))
        way, no_way = hindrances.way(row, wanted, miles)
        if no_way is not None:
            blocks.append(no_way)
        booked, told = self._engaged.booked.get(row.id, ()), self._told.of(row.id)
        days = hindrances.on_days(row, wanted, told, booked, miles)
        possible = [each for each in days if each.block is None]
        if days and not possible:
            blocks.extend(dict.fromkeys(each.block for each in days if each.block is not None))
            days = []
        month = possible[0].occasion.day.replace(day=1) if possible else wanted.months[0]
        suiting = [each.occasion.day for each in possible if each.verdict is not Verdict.UNUSUAL]
        held = self._engaged.held.get(row.id, frozenset())
        judged = (
            *earned.of_days(days, held, wanted, worth),
            *earned.of_wish(row, row.id in self._named, wanted, worth),
            *earned.of_way(way, wanted, worth),
            *earned.of_work(row, wanted, worth),
            *earned.of_language(row, wanted, worth),
            *earned.of_experience(row, wanted, worth),
            *fairness.fair(row, wanted, month, worth),
        )
        reasons = [reason for reason, is_against in judged if not is_against]
        against = [reason for reason, is_against in judged if is_against]
        points = sum(reason.points for reason, _ in judged)
        return Fit(row.id, "", points, reasons, against, blocks, suiting)


def _named(rows: Iterable[Candidate], wanted: Wish) -> frozenset[int]:
    """Whom the branch may mean by the name that it wrote. Only then all names are opened."""
    if not wanted.named:
        return frozenset()
    found = set()
    for row in rows:
        words = frozenset(fold(sealed.unseal(row.sealed_name)).split())
        if words and (words <= wanted.named or wanted.named <= words):
            found.add(row.id)
    return frozenset(found)


def _pair(ranked: Sequence[Judged], others: Iterator[Judged]) -> None:
    """Name the best experienced speaker who can on one of the same days, for everybody new who is shown."""
    known = list(ranked)
    for each in ranked:
        if each.candidate.experience == NEW:
            each.fit.pair_with = _partner(each, known, others)


def _partner(new: Judged, known: list[Judged], others: Iterator[Judged]) -> Partner | None:
    """Looks among those who are judged, and goes on judging where nobody of them could."""

    def could(other: Judged) -> bool:
        dates = new.fit.dates
        is_experienced = other.candidate.experience != NEW and not other.fit.blocks
        return is_experienced and (not dates or not set(dates).isdisjoint(other.fit.dates))

    found = next(filter(could, known), None)
    while found is None and (other := next(others, None)) is not None:
        known.append(other)
        found = other if could(other) else None
    return Partner(found.candidate.id, sealed.unseal(found.candidate.sealed_name)) if found else None


def _opened(judged: Iterable[Judged]) -> list[Fit]:
    """The fits that are shown, with their names."""
    found = []
    for each in judged:
        each.fit.name = sealed.unseal(each.candidate.sealed_name)
        found.append(each.fit)
    return found
