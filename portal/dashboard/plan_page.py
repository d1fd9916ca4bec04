"""A plan, ready to print: how far it is, how good it is in sentences, each line with its reasons in words.

What stands in a plan is read in `planning.shown`; its addresses and buttons are `plans`’.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from flask import url_for

from portal.dashboard import words
from portal.dashboard.who_fits import Line, sentence, signed, with_sign
from portal.jobs.keeping import CRASHED, TOO_LONG
from portal.jobs.rows import FAILED, WAITING, Job
from portal.planning import why
from portal.planning.shown import Choice, Shown, Whole
from portal.reasons import number
from portal.speakers.plan_rows import ASKED, LEFT_OUT, Plan
from portal.submissions.models import FIRST_NUMBER
from portal.submissions.times import as_said

STEPS = (
    (WAITING, "Waiting for the worker"),
    ("reading", "Reading who can come when, and how well they fit"),
    ("solving", "Finding the best plan"),
    ("comparing", "Looking at what other choices would cost"),
)
TROUBLES = {
    TOO_LONG: "It took too long. Try again with fewer days.",
    CRASHED: "Something went wrong while it was being made. Nothing was changed and nobody was asked.",
}
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
FORMATS = {"online": "online", "either": "in the room or online", "in-person": "in the room"}


@dataclass(frozen=True)
class Step:
    """One step of making a plan, as the macro of a progress list prints it."""

    label: str
    status: str
    note: str = ""


@dataclass(frozen=True)
class Person:
    """A speaker for a meeting, ready to print."""

    name: str
    url: str
    day: str
    points: str
    reasons: str
    against: str
    sum: tuple[Line, ...]
    costs: str
    place: int


@dataclass(frozen=True)
class Pair:
    """A line of a plan, ready to print."""

    id: int
    heading: str
    url: str
    day: str
    about: str
    is_contested: bool
    person: Person | None
    others: tuple[Person, ...]
    why: str
    state: str
    note: str
    can_be_asked: bool
    can_have_another: bool
    is_left_out: bool
    tour_of: str


def window(plan: Plan) -> str:
    """The days of a plan in words: "January 2027", "10 to 20 January 2027"."""
    return span(plan.first_on, plan.last_on)


def span(first: date, last: date) -> str:
    """A span of days in words."""
    month = words.MONTHS[last.month - 1]
    if first.replace(day=1) == last.replace(day=1):
        is_whole = first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]
        return f"{month} {last.year}" if is_whole else f"{first.day} to {last.day} {month} {last.year}"
    begin = f"{first.day} {words.MONTHS[first.month - 1]}"
    begin += f" {first.year}" if first.year != last.year else ""
    return f"{begin} to {last.day} {month} {last.year}"


def steps(job: Job) -> list[Step]:
    """How far a plan has come."""
    names = [name for name, _ in STEPS]
    at = names.index(job.doing) if job.doing in names else 0
    at = 1 if at == 0 and job.stage != WAITING else at
    return [
        Step(label, "done" if place < at else "now" if place == at else "todo")
        for place, (_, label) in enumerate(STEPS)
    ]


def trouble(job: Job) -> str:
    """Why a plan was not made, in a sentence; empty where it was not tried in vain."""
    return TROUBLES.get(job.trouble, TROUBLES[CRASHED]) if job.stage == FAILED else ""


def figures(plan: Plan, whole: Whole) -> list[tuple[str, str]]:
    """Four numbers: words and number."""
    with_date = plan.served + sum(1 for each in whole.left if not _is_left_to_others(each))
    talks = Counter(each.proposed.speaker_id for each in whole.pairs if each.proposed is not None)
    return [
        ("meetings find a speaker", f"{plan.served} of {with_date}"),
        ("speakers are asked", str(len(talks))),
        ("talks at most for one of them", str(max(talks.values(), default=0))),
        ("of the best possible plan", "100 %" if plan.is_proven else f"{_part(plan)} %"),
    ]


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


def how_good(plan: Plan) -> list[str]:
    """What the plan is worth, in sentences: against the best there could be, and against going one by one."""
    if not plan.served:
        return []
    if plan.is_proven:
        found = ["No other plan is worth more: that is proven."]
    else:
        most = 100 * (plan.bound - plan.score) / plan.bound if plan.bound else 0
        found = [f"The plan is within {max(most, 0.1):.1f} % of what could be reached at best."]
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
        found.append(f"Giving one speaker several talks in a month took {cost} off the plan.")
    return found


def changed(whole: Whole) -> str:
    """That facts have changed since, in a sentence; empty where none of the plan's has."""
    count = whole.changed
    if not count:
        return ""
    has = "One of its lines has" if count == 1 else f"{number(count).capitalize()} of its lines have"
    return f"{has} changed since. Everything is looked at once more before anybody is asked; or make the plan again."


def pairs(shown: Iterable[Shown], today: date) -> list[Pair]:
    """Lines, ready to print. Of whoever has several, each line says which of them it is."""
    rows = list(shown)
    told = _several(rows)
    return [_pair(each, today, told.get(each.id, "")) for each in rows]


def _several(rows: Iterable[Shown]) -> dict[int, str]:
    """ "Second of three in this plan", for the lines of speakers with more than one; by the line’s number.

    The ranked list knows no plan: to it each of them is the first talk of its month.
    """
    of: dict[int, list[int]] = {}
    for each in rows:
        if each.proposed is not None and (each.outcome == ASKED or not each.gone) and each.outcome != LEFT_OUT:
            of.setdefault(each.proposed.speaker_id, []).append(each.id)
    return {
        line: f"{_ordinal(place)} of {number(len(lines))} in this plan"
        for lines in of.values()
        if len(lines) > 1
        for place, line in enumerate(lines)
    }


def _ordinal(place: int) -> str:
    return ORDINALS[place] if place < len(ORDINALS) else f"number {place + 1}"


def _pair(each: Shown, today: date, which: str) -> Pair:
    meeting, proposed = each.meeting, each.proposed
    days = [proposed.day] if proposed is not None else meeting.days
    said = [_day(day, meeting.hour_on(day), today) for day in days]
    return Pair(
        id=each.id,
        heading=meeting.heading,
        url=url_for("dashboard.request_page", number=meeting.number),
        day="; ".join(said) if said else sentence(meeting.date_rule) or "No date yet",
        about=_about(each),
        is_contested=meeting.contested == "yes",
        person=_person(proposed, proposed, today, which) if proposed is not None else None,
        # Once somebody is asked, what others would have cost is idle.
        others=() if each.outcome == ASKED else tuple(_person(other, proposed, today) for other in each.others),
        why=_why(each),
        state="Asked" if each.outcome == ASKED else "",
        note=each.gone or ("Changed since the plan was made" if each.has_changed and each.outcome != ASKED else ""),
        can_be_asked=each.can_be_taken_up,
        can_have_another=each.can_have_another,
        is_left_out=each.outcome == LEFT_OUT,
        tour_of="" if each.outcome == ASKED else each.tour_of,
    )


def _day(day: date, hour: str, today: date) -> str:
    said = words.near_day(day, today) + words.if_holiday(day)
    return f"{said}, {as_said(time.fromisoformat(hour), 'en')}" if hour else said


def _about(each: Shown) -> str:
    meeting = each.meeting
    place = "" if meeting.meeting_format == "online" else meeting.town or words.region_name(meeting.region_slug)
    place = "" if place == "–" else place
    reference = f"USC-{meeting.number + FIRST_NUMBER}"
    return ", ".join(part for part in (reference, place, FORMATS.get(meeting.meeting_format, "")) if part)


def _person(choice: Choice, proposed: Choice | None, today: date, which: str = "") -> Person:
    told = [row for row in choice.reasons if not row[2]]
    return Person(
        name=choice.name,
        url=url_for("dashboard.speaker", speaker_id=choice.speaker_id),
        day="" if proposed is not None and choice.day == proposed.day else words.near_day(choice.day, today),
        points="1 point" if choice.points == 1 else f"{signed(choice.points)} points",
        reasons=_together([*(row[0] for row in told if not row[3]), *([which] if which else [])]),
        against=_together(row[0] for row in told if row[3]),
        sum=tuple(Line(sentence(row[0]), with_sign(row[1]), row[2]) for row in choice.reasons if row[1]),
        costs=_costs(choice),
        place=choice.place,
    )


def _together(reasons: Iterable[str]) -> str:
    return sentence("; ".join(reasons))


def _costs(choice: Choice) -> str:
    """What the whole plan would lose by another choice, or by serving the meeting at all."""
    if not choice.loses:
        return "may lose nothing" if choice.is_least else "loses nothing"
    return f"loses {'at least ' if choice.is_least else ''}{choice.loses}"


def _is_left_to_others(each: Shown) -> bool:
    """Whether no plan can serve a request: it has no day, or a visitor on tour is to come."""
    return _has_no_date(each) or [row[0] for row in each.why] == [why.ON_TOUR]


def _has_no_date(each: Shown) -> bool:
    return [row[0] for row in each.why] == [why.NO_DATE]


def _why(each: Shown) -> str:
    """Why nobody takes a request, in a sentence."""
    if each.is_served:
        return ""
    if _has_no_date(each):
        return "The branch has named no date that is still to come. Ask it for one."
    if [row[0] for row in each.why] == [why.ON_TOUR]:
        return "" if each.tour_of else "It stood on a visitor’s tour when the plan was made. Make the plan again."
    rows = [f"{number(count)} {'is' if count == 1 else 'are'} {said}" for said, count in each.why if count]
    if rows:
        return sentence("; ".join(rows)) + "."
    return "; ".join(sentence(said) for said, _ in each.why) + "."
