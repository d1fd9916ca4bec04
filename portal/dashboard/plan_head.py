"""The head of a plan, ready to print: its numbers, what it is worth, and what has been decided about it since.

Each line is `plan_page`’s.
"""

from __future__ import annotations

from collections import Counter

from portal.dashboard.plan_page import is_left_to_others
from portal.planning.shown import Shown, Whole
from portal.reasons import number
from portal.speakers.plan_rows import ASKED, LEFT_OUT, Plan


def figures(plan: Plan, whole: Whole) -> list[tuple[str, str]]:
    """Four numbers: words and number, as it stands with what was left out, and with others who were asked."""
    with_date = plan.served + sum(1 for each in whole.left if not is_left_to_others(each))
    talks = Counter(each.proposed.speaker_id for each in _taken(whole) if each.proposed is not None)
    return [
        ("meetings find a speaker", f"{plan.served - _left_out(whole) + len(_besides(whole))} of {with_date}"),
        ("speakers are asked", str(len(talks))),
        ("talks at most for one of them", str(max(talks.values(), default=0))),
        (
            "of the best possible plan" + (", as it was made" if _has_changed(whole) else ""),
            "100 %" if plan.is_proven else f"{_part(plan)} %",
        ),
    ]


def _taken(whole: Whole) -> list[Shown]:
    """The lines whose speakers are asked, or are to be."""
    return [each for each in whole.pairs if each.outcome != LEFT_OUT] + _besides(whole)


def _besides(whole: Whole) -> list[Shown]:
    """The lines that the plan gave nobody, and for which somebody was asked all the same."""
    return [each for each in whole.left if each.outcome == ASKED]


def _left_out(whole: Whole) -> int:
    return sum(1 for each in whole.pairs if each.outcome == LEFT_OUT)


def _lost(whole: Whole) -> int:
    """What others who were asked take off the plan, each counted by itself."""
    asked = [each.proposed for each in (*whole.pairs, *whole.left) if each.outcome == ASKED]
    return sum(each.loses for each in asked if each is not None)


def _has_changed(whole: Whole) -> bool:
    return bool(_left_out(whole) or _lost(whole))


def standing(whole: Whole) -> str:
    """How many of the pairs are asked, left out and open now, in a sentence; empty where none is proposed."""
    count = Counter(each.outcome for each in whole.pairs)
    still = len(whole.to_ask)
    on_tour = sum(1 for each in whole.pairs if each.tour_of and each.can_be_taken_up and each.outcome != LEFT_OUT)
    moved_on = len(whole.pairs) - count[ASKED] - count[LEFT_OUT] - still - on_tour
    told = [(count[ASKED], "asked"), (count[LEFT_OUT], "left out"), (still, "open")]
    told += [(on_tour, "on a tour")] if on_tour else []
    told += [(moved_on, "not to be asked any more")] if moved_on else []
    parts = [f"{number(some) if some else 'none'} {are}" for some, are in told]
    return f"The pairs stand like this now: {', '.join(parts)}." if whole.pairs else ""


def _part(plan: Plan) -> str:
    """How much of the bound is reached, in hundredths, rounded down."""
    return f"{int(1000 * plan.score / plan.bound) / 10:.1f}" if plan.bound > 0 else "100"


def how_good(plan: Plan, whole: Whole) -> list[str]:
    """What the plan is worth, in sentences: against the best there could be, and against going one by one."""
    if not plan.served:
        return []
    has_changed = _has_changed(whole)
    if plan.is_proven:
        told = "When it was made, no other plan was worth more: that was proven."
        found = [told if has_changed else "No other plan is worth more: that is proven."]
    else:
        most = 100 * (plan.bound - plan.score) / plan.bound if plan.bound else 0
        told = "When it was made, the plan was" if has_changed else "The plan is"
        found = [f"{told} within {max(most, 0.1):.1f} % of what could be reached at best."]
    found += _since(whole)
    more, points = plan.served - plan.greedy_served, plan.score - plan.greedy_score
    by_one = "Going through the requests one by one, and giving each the best who was left, would have"
    if more > 0:
        found.append(f"{by_one} found a speaker for {plan.greedy_served}: {number(more)} fewer.")
    elif points > 0:
        found.append(f"{by_one} come to {points:,} {'point' if points == 1 else 'points'} less.")
    else:
        found.append(f"{by_one} come to the same.")
    if plan.shared:
        cost = "one point" if plan.shared == 1 else f"{plan.shared} points"
        when = "When it was made, giving" if has_changed else "Giving"
        found.append(f"{when} one speaker several talks in a month took {cost} off the plan.")
    return found


def _since(whole: Whole) -> list[str]:
    """What was decided otherwise since, in sentences."""
    found = []
    if left := _left_out(whole):
        found.append(f"Since then {'one pair has' if left == 1 else f'{number(left)} pairs have'} been left out.")
    if lost := _lost(whole):
        points = "one point" if lost == 1 else f"{lost:,} points"
        found.append(f"Asking others than it proposed takes about {points} off it.")
    return found


def changed(whole: Whole) -> str:
    """That facts have changed since, in a sentence; empty where none of the plan's has."""
    count = whole.changed
    if not count:
        return ""
    has = "One of its lines has" if count == 1 else f"{number(count).capitalize()} of its lines have"
    return f"{has} changed since. Everything is looked at once more before anybody is asked; or make the plan again."
