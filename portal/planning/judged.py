"""Every request of a window judged with every speaker: the options of a plan, and why there are none.

The judges are those of the ranked list, asked for one day at a time, so that points and words are the same. Four
things forbid a day here that the list leaves to people: a tour, another meeting on that day, another offer that
waits, a month that offers fill.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache

from portal.directory import places
from portal.planning.facts import Facts, Names, Wanted
from portal.planning.model import Option, Problem, Share
from portal.reasons import Block, Reason, share
from portal.speakers import fairness, judging, travelling
from portal.speakers.candidates import Candidate
from portal.speakers.diary import HALF_HOUR, half_hours, travel_minutes
from portal.speakers.fit import said, talks
from portal.speakers.judging import Judge
from portal.speakers.nearby import Engaged
from portal.speakers.wish import Occasion, Wish

NO_DATE = "no date yet"
NOBODY = "nobody is in the register"


@dataclass
class Judged:
    """A problem, with what is needed to say of any of its options why.

    `blocks` are the words of what forbids asking somebody, for each request that nobody can take: how many speakers
    each concerns.
    """

    problem: Problem
    facts: Facts
    judges: dict[tuple[int, date], Judge]
    by_number: dict[int, Candidate]
    blocks: dict[int, Counter[str]]

    def counts(self, option: Option) -> Iterator[tuple[Reason, bool]]:
        """The reasons of an option, and whether each speaks against."""
        judge, row = self.judges[option.request, option.day], self.by_number[option.speaker]
        return judge.counts(row, judge.stands(row))


@dataclass
class _Gathered:
    """What has been found so far."""

    facts: Facts
    options: list[Option] = field(default_factory=list)
    judges: dict[tuple[int, date], Judge] = field(default_factory=dict)
    blocks: dict[int, Counter[str]] = field(default_factory=dict)
    shares: dict[Share, tuple[Candidate, Wish, date]] = field(default_factory=dict)


def judge_all(facts: Facts) -> Judged:
    """Judge all requests of a window with all speakers, on each of their days."""
    found, names = _Gathered(facts), Names()
    by_number = {row.id: row for row in facts.rows}
    for wanted in facts.wanted:
        if wanted.is_on_tour:
            continue
        blocked: dict[int, Block] = {}
        can: set[int] = set()
        vetoed = facts.vetoed(wanted.wish)
        rows = [row._replace(is_vetoed=True) if row.id in vetoed else row for row in facts.rows]
        named = judging.meant(rows, wanted.wish, names.words_of)
        for occasion in wanted.occasions:
            judge = _judge(facts, wanted, occasion, rows, named)
            found.judges[wanted.number, occasion.day] = judge
            for row in rows:
                block = _option(found, wanted, occasion, judge, row)
                if block is None:
                    can.add(row.id)
                else:
                    blocked.setdefault(row.id, block)
        if not can and wanted.occasions:
            found.blocks[wanted.number] = Counter(block.words for block in blocked.values())
    problem = Problem(found.options, facts.meeting_worth, _costs(found), list(_apart(found)))
    return Judged(problem, facts, found.judges, by_number, found.blocks)


def _judge(facts: Facts, wanted: Wanted, occasion: Occasion, rows: list[Candidate], named: frozenset[int]) -> Judge:
    """Who judges a request on one of its days."""
    near = facts.nearby.get(occasion.day, {})
    booked = {
        speaker: [booking for of, booking in some if of != wanted.number]
        for speaker, some in near.items()
        if any(of != wanted.number for of, _ in some)
    }
    engaged = Engaged(booked, facts.asked.get(wanted.number, {}), {})
    return Judge(rows, replace(wanted.wish, occasions=(occasion,)), facts.worth, facts.told, engaged, named)


def _option(found: _Gathered, wanted: Wanted, occasion: Occasion, judge: Judge, row: Candidate) -> Block | None:
    """Add a speaker on a day to the options; or what forbids it."""
    stands = judge.stands(row)
    if stands.blocks:
        return stands.blocks[0]
    block = _held(found.facts, wanted, occasion, row)
    if block is None and any(each.has_another for each in stands.days):
        block = Block(f"is booked for another meeting on {said(occasion.day, wanted.wish.today)}")
    if block is not None:
        return block
    points = sum(reason.points for reason, _ in judge.counts(row, stands))
    begins, ends = _kept(occasion, judge.miles(row))
    option = Option(wanted.number, row.id, occasion.day, points, begins, ends)
    found.options.append(option)
    if option.share not in found.shares:
        found.shares[option.share] = row, wanted.wish, occasion.day.replace(day=1)
    return None


def _held(facts: Facts, wanted: Wanted, occasion: Occasion, row: Candidate) -> Block | None:
    """Whether a tour or other offers that wait take the day, or fill the month."""
    day, today = occasion.day, wanted.wish.today
    if travelling.is_away(facts.tours, row.id, day):
        return Block(f"is on a tour on {said(day, today)}")
    if facts.held.get(day, {}).get(row.id, set()) - {wanted.number}:
        return Block(f"is asked for another meeting on {said(day, today)}, not decided yet")
    month = day.replace(day=1)
    held = facts.held_in_month[row.id, month]
    if held and _free(facts, row, wanted.wish, month) < 1:
        when = fairness.month_name(month, today)
        return Block(f"has {talks(held + fairness.talks_in(row, wanted.wish, month))} {when}, asked or booked")
    return None


def _free(facts: Facts, row: Candidate, wanted: Wish, month: date) -> int:
    """How many talks more a speaker takes on in a month."""
    return row.most_a_month - fairness.talks_in(row, wanted, month) - facts.held_in_month[row.id, month]


def _kept(occasion: Occasion, miles: float | None) -> tuple[int, int]:
    """The half hours that a meeting keeps, travel included; nothing where its hour is not known."""
    if occasion.starts_at is None or occasion.ends_at is None:
        return 0, 0
    begins, ends = _half_hours(occasion.starts_at, occasion.ends_at)
    travel = 60 * travel_minutes(miles or 0) // HALF_HOUR
    return begins - travel, ends + travel


@lru_cache(maxsize=4000)
def _half_hours(starts_at: datetime, ends_at: datetime) -> tuple[int, int]:
    found = half_hours(starts_at, ends_at, 0)
    return found.start, found.stop


def _costs(found: _Gathered) -> dict[Share, list[int]]:
    """What each further talk of a speaker in a month costs: as much as the ranked list would give less for it."""
    costs = {}
    for key, (row, wanted, month) in found.shares.items():
        count, most = fairness.talks_in(row, wanted, month), max(row.most_a_month, 1)
        worth = found.facts.worth.month
        first = share(worth, 1 - count / most)
        free = _free(found.facts, row, wanted, month)
        # Rounding must not make a later talk cheaper than an earlier one.
        steps = [first - share(worth, 1 - (count + more) / most) for more in range(free)]
        costs[key] = steps
    return costs


def _apart(found: _Gathered) -> Iterator[tuple[int, int]]:
    """Options on neighbouring days that lie too far from each other, of speakers whose home we do not know.

    Where we know it, the half hours that are kept for travel from home and back say so already: the way round is never
    shorter than the way across.
    """
    homeless = {row.id for row in found.facts.rows if row.latitude is None}
    wishes = {each.number: each for each in found.facts.wanted if each.wish.place is not None}
    far = set(_too_far(list(wishes.values())))
    if not far:
        return
    by_place: dict[tuple[int, tuple[int, date]], int] = {
        (option.speaker, (option.request, option.day)): place
        for place, option in enumerate(found.options)
        if option.speaker in homeless
    }
    for one, other in far:
        for speaker in homeless:
            first, second = by_place.get((speaker, one)), by_place.get((speaker, other))
            if first is not None and second is not None:
                yield first, second


def _too_far(wanted: list[Wanted]) -> Iterator[tuple[tuple[int, date], tuple[int, date]]]:
    """Meetings on neighbouring days with no time to travel from one to the other."""
    meetings = sorted(
        (
            (occasion.starts_at, occasion.ends_at, each, occasion)
            for each in wanted
            for occasion in each.occasions
            if occasion.starts_at is not None and occasion.ends_at is not None
        ),
        key=lambda row: (row[0], row[2].number),
    )
    for place, (_, ended_at, one, first) in enumerate(meetings):
        for starts_at, _, other, second in meetings[place + 1 :]:
            gap = (starts_at - ended_at).total_seconds() / 60
            if gap >= MOST_TRAVEL:
                break
            if one is other or first.day == second.day or one.wish.place is None or other.wish.place is None:
                continue
            if gap < travel_minutes(places.distance_miles(one.wish.place, other.wish.place)):
                yield (one.number, first.day), (other.number, second.day)


MOST_TRAVEL = 24 * 60
"""No way within the United Kingdom takes more minutes."""
