"""A plan, ready to print: how far it is, and each line with its reasons in words.

What stands in a plan is read in `planning.shown`, how good it is stands in `plan_head`; buttons are `plans`’.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from flask import url_for

from portal.dashboard import words
from portal.dashboard.who_fits import Line, sentence, signed, with_sign
from portal.jobs.keeping import CRASHED, TOO_LONG
from portal.jobs.rows import FAILED, WAITING, Job
from portal.planning import why
from portal.planning.shown import Choice, Shown
from portal.reasons import number
from portal.speakers.plan_rows import ASKED, LEFT_OUT, Plan
from portal.submissions.models import reference_of
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

    speaker_id: int
    name: str
    url: str
    ask_url: str
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


MOVING = "fair shares and others who would move"
"""What a choice costs besides the points of its own line."""


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
        person=_person(each, proposed, today, which) if proposed is not None else None,
        # Once somebody is asked, what others would have cost is idle.
        others=() if each.outcome == ASKED else tuple(_person(each, other, today) for other in each.others),
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
    reference = reference_of(meeting.number)
    return ", ".join(part for part in (reference, place, FORMATS.get(meeting.meeting_format, "")) if part)


def _person(line: Shown, choice: Choice, today: date, which: str = "") -> Person:
    proposed = line.proposed
    told = [row for row in choice.reasons if not row[2]]
    return Person(
        speaker_id=choice.speaker_id,
        name=choice.name,
        url=url_for("dashboard.speaker", speaker_id=choice.speaker_id),
        ask_url=url_for("dashboard.ask_line", plan_id=line.plan_id, line_id=line.id, place=choice.place or None),
        day="" if proposed is not None and choice.day == proposed.day else words.near_day(choice.day, today),
        points="1 point" if choice.points == 1 else f"{signed(choice.points)} points",
        reasons=_together([*(row[0] for row in told if not row[3]), *([which] if which else [])]),
        against=_together(row[0] for row in told if row[3]),
        sum=tuple(Line(sentence(row[0]), with_sign(row[1]), row[2]) for row in choice.reasons if row[1]),
        costs=costs(choice, proposed),
        place=choice.place,
    )


def _together(reasons: Iterable[str]) -> str:
    return sentence("; ".join(reasons))


def costs(choice: Choice, proposed: Choice | None) -> str:
    """What the whole plan would lose by another choice, or by serving the meeting at all; and of what it is made up."""
    if not choice.loses:
        return "may lose nothing" if choice.is_least else "loses nothing"
    whole = f"loses {'at least ' if choice.is_least else ''}{choice.loses}"
    if proposed is None:
        # What a meeting more is worth stands in no sum of points.
        return whole
    here = proposed.points - choice.points
    rest = choice.loses - here
    parts = (
        f"{abs(here)} in points here" if here > 0 else f"{-here} more points here" if here else "",
        f"{abs(rest)} by {MOVING}" if rest else "",
    )
    joined = " and " if here > 0 and rest > 0 else ", less " if here > 0 else ""
    if here < 0:
        parts, joined = parts[::-1], ", less "
    return f"{whole}: {joined.join(part for part in parts if part)}"


def is_left_to_others(each: Shown) -> bool:
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
