"""Who fits a request: speakers ranked with reasons in words, and those who cannot be asked with why.

The points of the reasons add up to the total; who has as many as another stands behind whoever has waited longer. What
earns points is in `earned` and `fairness`, what forbids asking in `hindrances`, what it is worth in `weights`; one
speaker and one meeting are judged in `judging`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import chain

from sqlalchemy.orm import Session

from portal import sealed
from portal.reasons import Block, Reason
from portal.speakers import candidates, judging, nearby, weights, wish
from portal.speakers.fit import Fit, Fitting, Partner
from portal.speakers.judging import Judge, Judged
from portal.speakers.models import SpeakerRequest
from portal.speakers.register import NEW

__all__ = ["Block", "Fit", "Fitting", "Partner", "Reason", "fitting"]


def fitting(
    session: Session,
    request: SpeakerRequest,
    now: datetime,
    *,
    most: int | None = None,
    only: Collection[int] | None = None,
    on: date | None = None,
    anew: Collection[int] = (),
) -> Fitting:
    """Who fits the request at a moment (aware): at most four statements, and nothing is written.

    With `most` only so many are ranked, and as many blocked ones who would stand among them; without it all are. With
    `only` nobody but the speakers of these numbers is looked at, and with `on` no other day of the meeting. That
    the speakers `anew` are asked for this very meeting already does not count: another question takes its place.
    """
    wanted = wish.with_usual_days(request, wish.read(request, now))
    if on is not None:
        wanted = replace(wanted, occasions=tuple(each for each in wanted.occasions if each.day == on))
    rows = candidates.candidates(session, wanted)
    if only is not None:
        rows = [row for row in rows if row.id in only]
    if not rows:
        return Fitting(is_empty=True)
    told, engaged = nearby.hours(session, wanted), nearby.engaged(session, wanted)
    engaged = engaged._replace(asked={each: state for each, state in engaged.asked.items() if each not in anew})
    in_order = Judge(rows, wanted, weights.read(session), told, engaged, judging.meant(rows, wanted)).in_order()
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
