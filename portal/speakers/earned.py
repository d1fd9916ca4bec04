"""What speaks for somebody at a meeting and what against, in words and points. Nothing here asks the database.

What forbids it is in `hindrances`, fair shares in `fairness`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from portal.directory.subjects import topics
from portal.reasons import Reason, listed, share
from portal.speakers.availability import Verdict
from portal.speakers.candidates import Candidate, read
from portal.speakers.fit import said
from portal.speakers.hindrances import A_LITTLE, OnADay, Way, said_miles
from portal.speakers.register import CAMPAIGN, NEW, SEASONED, UKRAINIAN
from portal.speakers.weights import Weights
from portal.speakers.wish import Wish

FAR = 100
"""Miles from which on nearness is worth nothing."""
TOPICS_THAT_COUNT = 2
GOOD = 0.6
WISHES = {CAMPAIGN: "a speaker from the campaign", UKRAINIAN: "a Ukrainian trade unionist"}
BOTH = "both"

Judged = tuple[Reason, bool]
"""A reason, and whether it speaks against."""


def of_days(days: list[OnADay], held: frozenset[date], wish: Wish, weights: Weights) -> Iterator[Judged]:
    """The days: when they are free, when they did not say, what else is on."""
    by_verdict: dict[Verdict, list[str]] = {}
    for each in days:
        if each.block is None:
            by_verdict.setdefault(each.verdict, []).append(said(each.occasion.day, wish.today))
        else:
            yield Reason(each.block.words), True
    free = by_verdict.get(Verdict.FREE)
    if free:
        usually = ", when the branch usually meets" if wish.is_by_rule else ""
        yield Reason(f"free on {listed(free)}{usually}", weights.free), False
    if Verdict.NOT_TOLD in by_verdict:
        yield Reason("has not told us when they can"), True
    if unusual := by_verdict.get(Verdict.UNUSUAL):
        is_all = len(by_verdict) == 1
        yield Reason(f"not in their usual hours on {listed(unusual)}", -weights.unusual if is_all else 0), True
    if elsewhere := [said(each.occasion.day, wish.today) for each in days if each.block is None and each.has_another]:
        yield Reason(f"booked for another meeting on {listed(elsewhere)}", -weights.held), True
    if held:
        words = listed([said(day, wish.today) for day in sorted(held)])
        yield Reason(f"asked for another meeting on {words}, not decided yet", -weights.held), True


def of_wish(candidate: Candidate, is_named: bool, wish: Wish, weights: Weights) -> Iterator[Judged]:
    """Whom the branch would like."""
    if is_named:
        yield Reason("the name that the branch wrote", weights.named), False
    if wish.wanted in WISHES:
        if candidate.kind == wish.wanted:
            yield Reason(f"{WISHES[wish.wanted]}, as they wish", weights.wish), False
        else:
            yield Reason(f"the branch asked for {WISHES[wish.wanted]}"), True
    elif wish.wanted == BOTH and candidate.kind in WISHES:
        yield Reason(f"{WISHES[candidate.kind]}, one of the two that they wish for", weights.wish), False


def of_work(candidate: Candidate, wish: Wish, weights: Weights) -> Iterator[Judged]:
    """Union, sector and topics."""
    if wish.union_id is not None and candidate.union_id == wish.union_id:
        yield Reason("same union", weights.union), False
    if wish.sector and candidate.sector == wish.sector:
        yield Reason("same sector", weights.sector), False
    if wish.topics:
        known = read(candidate.topics_told)
        shared = [slug for slug in wish.topics if slug in known]
        if shared:
            names = listed([_topic(slug) for slug in shared])
            yield Reason(f"speaks about {names}", weights.topic * min(len(shared), TOPICS_THAT_COUNT)), False
        if not known:
            yield Reason("not told us what they speak about"), True
        elif others := [_topic(slug) for slug in wish.topics if slug not in known]:
            yield Reason(f"not told us that they speak about {listed(others)}"), True


def of_language(candidate: Candidate, wish: Wish, weights: Weights) -> Iterator[Judged]:
    """How well they speak the meeting's language."""
    name, languages = wish.language_name, read(candidate.languages_told)
    level = languages.get(wish.language)
    if level == "fluent":
        yield Reason(f"speaks {name} fluently", weights.language), False
    elif level == "good":
        yield Reason(f"speaks {name} well", share(weights.language, GOOD)), False
    elif level is not None:
        interpreter = "the interpreter is needed" if wish.has_interpreter else "an interpreter would help"
        yield Reason(f"speaks only a little {name}: {interpreter}"), True
    elif not languages:
        yield Reason("not told us which languages they speak"), True
    elif wish.has_interpreter:
        yield Reason(f"speaks no {name}: the interpreter is needed"), True


def of_way(way: Way, wish: Wish, weights: Weights) -> Iterator[Judged]:
    """How far it is."""
    if not way.is_in_room:
        if wish.takes_room:
            yield Reason("would join online"), False
        return
    if way.miles is None:
        yield Reason("not known how far it is"), True
        return
    words, near = said_miles(way), share(weights.near, 1 - way.miles / FAR)
    if way.is_beyond:
        little = "a little over" if way.miles <= way.limit * A_LITTLE else "more than"
        yield Reason(f"{words}, {little} the {way.limit} they told us", near - weights.beyond), True
        return
    yield Reason(words, near), False
    if not way.limit:
        yield Reason("not told us how far they travel"), True


def of_experience(candidate: Candidate, wish: Wish, weights: Weights) -> Iterator[Judged]:
    """What they are used to, where the meeting is contested; who is new should not go alone."""
    part = {"yes": 1.0, "not-sure": 0.5}.get(wish.contested, 0.0)
    if candidate.experience == NEW:
        contested = " and the meeting may be contested" if part else ""
        yield Reason(f"new{contested}: pair with an experienced speaker"), True
    elif part and candidate.experience == SEASONED:
        yield Reason("used to hostile rooms, for a contested meeting", share(weights.contested, part)), False
    elif part:
        yield Reason("steady, for a contested meeting", share(weights.contested, part / 2)), False


def at_most(candidate: Candidate, is_named: bool, miles: float | None, wish: Wish, weights: Weights) -> int:
    """No fewer points than somebody can earn here, found quickly: whom it leaves behind is not looked at closely.

    The days are taken to be the best.
    """
    points = weights.free if wish.occasions else 0
    if is_named:
        points += weights.named
    if candidate.kind == wish.wanted or wish.wanted == BOTH:
        points += weights.wish
    if wish.union_id is not None and candidate.union_id == wish.union_id:
        points += weights.union
    if wish.sector and candidate.sector == wish.sector:
        points += weights.sector
    if wish.topics:
        # A text that holds the word may hold another one; never the other way round.
        shared = sum(slug in candidate.topics_told for slug in wish.topics)
        points += weights.topic * min(shared, TOPICS_THAT_COUNT)
    if wish.language in candidate.languages_told:
        points += weights.language
    if wish.contested and candidate.experience != NEW:
        points += weights.contested if candidate.experience == SEASONED else share(weights.contested, 0.5)
    return points if miles is None else points + share(weights.near, 1 - miles / FAR)


@cache
def _topics() -> dict[str, str]:
    return {topic.slug: f"“{topic.name_en}”" for topic in topics()}


def _topic(slug: str) -> str:
    return _topics().get(slug, slug)
