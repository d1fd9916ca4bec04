"""One meeting and each speaker: what forbids asking them, what their reasons are worth, on which days they can.

Nothing here asks the database: what is known is handed over. Reading it is `matching`’s, for one request, and
`planning`’s, for many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from heapq import heappop, heappush
from typing import NamedTuple

from portal import sealed
from portal.directory import places
from portal.directory.folding import fold
from portal.reasons import Block, Reason
from portal.speakers import earned, fairness, hindrances
from portal.speakers.availability import Verdict
from portal.speakers.candidates import Candidate
from portal.speakers.fit import Fit
from portal.speakers.hindrances import OnADay, Way
from portal.speakers.nearby import Engaged, Told
from portal.speakers.weights import Weights
from portal.speakers.wish import Wish

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


class Standing(NamedTuple):
    """How somebody stands to a meeting before points are counted: what forbids it, the way, and each day."""

    blocks: list[Block]
    way: Way
    days: list[OnADay]


class Judge:
    """Judges speakers for one meeting, the likeliest first, and looks closely at no more than are asked for.

    `told` are the hours of speakers, `engaged` what they are booked and asked for near the days, `named` the numbers
    of those whom the branch may mean.
    """

    def __init__(
        self,
        rows: Sequence[Candidate],
        wish: Wish,
        worth: Weights,
        told: Told,
        engaged: Engaged,
        named: frozenset[int],
    ) -> None:
        self._rows, self._wish, self._weights = rows, wish, worth
        self._told, self._engaged, self._named = told, engaged, named
        self._measured: dict[tuple[float, float], float] = {}

    def in_order(self) -> Iterator[Judged]:
        """All speakers, best first, each judged when nobody who is left can stand before them."""
        wanted, worth, named = self._wish, self._weights, self._named
        hopes = []
        for place, row in enumerate(self._rows):
            miles = self.miles(row)
            most = earned.at_most(row, row.id in named, miles, wanted, worth) + fairness.at_most(row, wanted, worth)
            hopes.append((-most, place))
        hopes.sort()
        waiting: list[Judged] = []
        for behind, place in hopes:
            while waiting and waiting[0].behind < behind:
                yield heappop(waiting)
            row = self._rows[place]
            fit = self.judge(row)
            heappush(waiting, Judged(-fit.points, row.last_asked_at or NEVER, row.id, row, fit))
        while waiting:
            yield heappop(waiting)

    def miles(self, row: Candidate) -> float | None:
        """How far the meeting is from a speaker's district; None where that is not known, or no matter."""
        if self._wish.place is None or row.latitude is None or row.longitude is None:
            return None
        home = row.latitude, row.longitude
        if home not in self._measured:
            self._measured[home] = places.distance_miles(home, self._wish.place)
        return self._measured[home]

    def stands(self, row: Candidate) -> Standing:
        """What forbids asking one speaker. No day is left where all are forbidden."""
        wanted, miles = self._wish, self.miles(row)
        blocks = hindrances.of_person(row, wanted, self._engaged.asked.get(row.id))
        way, no_way = hindrances.way(row, wanted, miles)
        if no_way is not None:
            blocks.append(no_way)
        booked, told = self._engaged.booked.get(row.id, ()), self._told.of(row.id)
        days = hindrances.on_days(row, wanted, told, booked, miles)
        # Of a branch that only says on which days it meets, other days come after those.
        if days and not wanted.is_by_rule and all(each.block is not None for each in days):
            blocks.extend(dict.fromkeys(each.block for each in days if each.block is not None))
            days = []
        return Standing(blocks, way, days)

    def judge(self, row: Candidate) -> Fit:
        """One speaker and the meeting, without the name."""
        stands = self.stands(row)
        reasons: list[Reason] = []
        against: list[Reason] = []
        points = 0
        for reason, is_against in self.counts(row, stands):
            points += reason.points
            (against if is_against else reasons).append(reason)
        possible = [each for each in stands.days if each.block is None]
        suiting = [each.occasion.day for each in possible if each.verdict is not Verdict.UNUSUAL]
        busy = [each.occasion.day for each in possible if each.has_another]
        return Fit(row.id, "", points, reasons, against, stands.blocks, suiting, busy)

    def counts(self, row: Candidate, stands: Standing) -> Iterator[tuple[Reason, bool]]:
        """What counts for one speaker at the meeting: each reason, and whether it speaks against."""
        wanted, worth = self._wish, self._weights
        yield from earned.of_days(stands.days, self._engaged.held.get(row.id, frozenset()), wanted, worth)
        yield from earned.of_wish(row, row.id in self._named, wanted, worth)
        yield from earned.of_way(stands.way, wanted, worth)
        yield from earned.of_work(row, wanted, worth)
        yield from earned.of_language(row, wanted, worth)
        yield from earned.of_experience(row, wanted, worth)
        yield from fairness.fair(row, wanted, self.month(stands), worth)

    def month(self, stands: Standing) -> date:
        """The first day of the month in which the talk would count."""
        first = next((each.occasion.day for each in stands.days if each.block is None), None)
        return first.replace(day=1) if first is not None else self._wish.months[0]


def folded_name(row: Candidate) -> frozenset[str]:
    """The words of a speaker's name, as names are compared; it is opened for that."""
    return frozenset(fold(sealed.unseal(row.sealed_name)).split())


def meant(
    rows: Iterable[Candidate], wanted: Wish, words_of: Callable[[Candidate], frozenset[str]] = folded_name
) -> frozenset[int]:
    """Whom the branch may mean by the name that it wrote. Only then all names are opened."""
    if not wanted.named:
        return frozenset()
    found = set()
    for row in rows:
        words = words_of(row)
        if words and (words <= wanted.named or wanted.named <= words):
            found.add(row.id)
    return frozenset(found)
