"""What a plan is made from, read for all requests of a window at once: in ten statements, however many.

It reads what `speakers.matching` reads for one request, and hands it to the same judges. What follows for a plan is
`judged`’s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, raiseload

from portal import points, settings
from portal.clock import london_day
from portal.speakers import candidates, judging, nearby, travelling, weights, wish
from portal.speakers.candidates import Candidate
from portal.speakers.engagements import WAITING
from portal.speakers.models import SpeakerRequest
from portal.speakers.nearby import AllEngaged, Engagement, Told
from portal.speakers.register import Speaker, SpeakerVeto
from portal.speakers.travelling import Spans
from portal.speakers.weights import Weights
from portal.speakers.wish import MOST_DAYS, Occasion, Wish

STATES = ("received", "matching")
"""In these states a request wants a speaker and nobody is asked."""
NEAR = 2
"""Days before and after a meeting whose engagements may touch it."""


@dataclass(frozen=True)
class Wanted:
    """A request that wants a speaker: what it wants on its days in the window, and how it stood when it was read.

    `has_no_date`: the branch named no day that is to come. It then belongs to every window. `is_on_tour`: it stands on
    the tour of a visitor, and is left to that.
    """

    number: int
    version: int
    wish: Wish
    has_no_date: bool
    is_on_tour: bool = False

    @property
    def occasions(self) -> tuple[Occasion, ...]:
        """The days in the window."""
        return self.wish.occasions


@dataclass(frozen=True)
class Facts:
    """Everything that is known of a window. `months` are the first days of its months.

    By the number of a speaker: `versions`, and `names` as they are compared with one that a branch wrote. `vetoes` by
    the number of a branch or a union, `nearby` and `held` by day.
    """

    now: datetime
    months: tuple[date, ...]
    wanted: list[Wanted]
    in_hand: int
    rows: list[Candidate]
    versions: Mapping[int, int]
    worth: Weights
    meeting_worth: int
    told: Told
    nearby: Mapping[date, Mapping[int, list[tuple[int, Engagement]]]]
    asked: Mapping[int, Mapping[int, str]]
    held: Mapping[date, Mapping[int, set[int]]]
    held_in_month: Counter[tuple[int, date]]
    vetoed_branches: Mapping[int, set[int]]
    vetoed_unions: Mapping[int, set[int]]
    tours: Spans

    def vetoed(self, wanted: Wish) -> set[int]:
        """The speakers who do not wish to visit the branch of a request, or its union."""
        branch, union = wanted.branch_id, wanted.union_id
        of_branch = self.vetoed_branches.get(branch, set()) if branch is not None else set()
        return of_branch | (self.vetoed_unions.get(union, set()) if union is not None else set())


def months_of(first: date, last: date) -> tuple[date, ...]:
    """The first days of the months that a window touches."""
    found = [first.replace(day=1)]
    while (after := (found[-1] + timedelta(days=32)).replace(day=1)) <= last:
        found.append(after)
    return tuple(found)


def read(session: Session, first: date, last: date, now: datetime) -> Facts:
    """What is known of a window, both days included, which touches three months at most. Nothing is written."""
    months = months_of(first, last)[:MOST_DAYS]
    wanted, in_hand = _wanted(session, first, last, months, now)
    window = _window(first, last, months, now)
    rows = candidates.candidates(session, window)
    numbers = [each.number for each in wanted]
    engaged = nearby.all_engaged(session, first, last, numbers)
    branches, unions = _vetoes(session)
    return Facts(
        now=now,
        months=months,
        wanted=wanted,
        in_hand=in_hand,
        rows=rows,
        versions={row.id: row.version for row in session.execute(select(Speaker.id, Speaker.version))},
        worth=weights.read(session),
        meeting_worth=int(settings.everything(session)[points.MEETING]),
        told=nearby.hours(session, window),
        nearby=_by_day(engaged),
        asked=_asked(engaged),
        held=_held(engaged),
        held_in_month=_held_in_month(engaged),
        vetoed_branches=branches,
        vetoed_unions=unions,
        tours=travelling.spans(session, max(first, london_day(now)), last),
    )


def _wanted(
    session: Session, first: date, last: date, months: tuple[date, ...], now: datetime
) -> tuple[list[Wanted], int]:
    """The requests that want a speaker on a day of the window or on none yet, and how many wait for an answer."""
    found, in_hand = [], 0
    on_tour = {row[0] for row in session.execute(travelling.standing(london_day(now)))}
    rows = (
        select(SpeakerRequest)
        .where(SpeakerRequest.state.in_((*STATES, "offered")), SpeakerRequest.held_reason.is_(None))
        .order_by(SpeakerRequest.id)
        .options(raiseload("*"))
    )
    for request in session.scalars(rows):
        # A day that follows from its words is one of its days here: what forbids it leaves no other.
        read = replace(wish.with_usual_days(request, wish.read(request, now)), is_by_rule=False)
        inside = tuple(each for each in read.occasions if first <= each.day <= last)
        if request.state not in STATES:
            in_hand += bool(inside)
        elif inside or not read.occasions:
            narrowed = replace(read, occasions=inside, months=months)
            found.append(Wanted(request.id, request.version, narrowed, not read.occasions, request.id in on_tour))
    return found, in_hand


def _window(first: date, last: date, months: tuple[date, ...], now: datetime) -> Wish:
    """A wish that reaches over the whole window, for what is read of all at once."""
    return Wish(
        number=0,
        now=now,
        today=london_day(now),
        occasions=(Occasion(first, None, None), Occasion(last, None, None)),
        months=months,
        place=None,
        is_place_rough=False,
        takes_room=True,
        takes_online=True,
        wanted="",
        named=frozenset(),
        union_id=None,
        branch_id=None,
        sector="",
        topics=(),
        language="",
        language_name="",
        has_interpreter=False,
        contested="",
    )


def _vetoes(session: Session) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    branches: dict[int, set[int]] = {}
    unions: dict[int, set[int]] = {}
    told = select(SpeakerVeto.speaker_id, SpeakerVeto.branch_id, SpeakerVeto.union_id)
    for speaker, branch, union in session.execute(told):
        if branch is not None:
            branches.setdefault(branch, set()).add(speaker)
        if union is not None:
            unions.setdefault(union, set()).add(speaker)
    return branches, unions


def _by_day(engaged: AllEngaged) -> dict[date, dict[int, list[tuple[int, Engagement]]]]:
    """The bookings near each day, by speaker."""
    found: dict[date, dict[int, list[tuple[int, Engagement]]]] = {}
    for of, speaker, booking in engaged.booked:
        day = london_day(booking.starts_at)
        for away in range(-NEAR, NEAR + 1):
            found.setdefault(day + timedelta(days=away), {}).setdefault(speaker, []).append((of, booking))
    return found


def _asked(engaged: AllEngaged) -> dict[int, dict[int, str]]:
    """How the offers of each request stand, by speaker: the open one counts, and else the last."""
    found: dict[int, dict[int, str]] = {}
    for of, speaker, state in engaged.asked:
        known = found.setdefault(of, {})
        if known.get(speaker) not in WAITING:
            known[speaker] = state
    return found


def _held(engaged: AllEngaged) -> dict[date, dict[int, set[int]]]:
    """For each day, the speakers who are asked for it and wait, with the requests they are asked for."""
    found: dict[date, dict[int, set[int]]] = {}
    for of, speaker, days in engaged.held:
        for day in days:
            found.setdefault(day, {}).setdefault(speaker, set()).add(of)
    return found


def _held_in_month(engaged: AllEngaged) -> Counter[tuple[int, date]]:
    """How many offers of a speaker wait that name a day of a month."""
    return Counter(
        (speaker, month) for _, speaker, days in engaged.held for month in {day.replace(day=1) for day in days}
    )


class Names:
    """Names as they are compared with one that a branch wrote: opened where that is needed, and once."""

    def __init__(self) -> None:
        self._known: dict[int, frozenset[str]] = {}

    def words_of(self, row: Candidate) -> frozenset[str]:
        """The words of a speaker's name."""
        if row.id not in self._known:
            self._known[row.id] = judging.folded_name(row)
        return self._known[row.id]
