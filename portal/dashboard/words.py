"""How the desk says things: states, kinds, dates, spans of time and people, worked out once and kept.

A queue page has fifty rows and must cost little: whatever depends only on the kind, the state, the day or the
person is made here once and looked up afterwards. The desk is in English, so nothing depends on a language.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from flask import current_app
from markupsafe import Markup

from portal.clock import LONDON
from portal.directory import places
from portal.submissions import registry
from portal.submissions.promises import is_working_day
from portal.submissions.workflow import State, Tag, Transition, Turn

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

CHANNELS = {
    "web": "by web form",
    "telephone": "by telephone",
    "letter": "by letter",
    "stall": "at a stall",
    "email": "by email",
    "by-hand": "as the twin of a branch",
}
HELD_REASONS = {
    "trap": "The hidden field was filled in. Programs do that; people never see it.",
    "too-fast": "It was sent faster than a person can type.",
    "address-for-name": "Where a name should stand there is the address of a web page.",
    "many": "More forms than usual came within an hour, from one place or in all.",
}


DESK_LABELS = {
    "renew": "The branch renews",
    "rejoin": "The branch affiliates again",
    "report": "Write down how it went",
}
"""What a coordinator’s button says where the move’s own label is the branch’s words."""

WITHOUT_CONSENT = {
    "speaker": "The branch has not agreed that we pass on the contact’s name, email and phone number. "
    "The letter to the speaker leaves them out; it names the branch and the place.",
    "twin": "The branch has not agreed that we pass on the name and email of its contact. "
    "Both letters leave them out; the Ukrainian side learns the name of the branch alone.",
}
"""What a move’s letters leave out while the consent to pass details on is missing, by its recipient."""
LEAD_LEFT_OUT = (
    "Whoever leads the twinning for the branch has not agreed to be named. "
    "Both letters name whoever wrote to us instead."
)
"""What stands there where the consent is that of whoever wrote to us, and somebody else leads."""


class LeftOut(NamedTuple):
    """What letters leave out, in a sentence, and whether it is the lead who has to agree, and nobody for them."""

    sentence: str
    is_the_leads: bool


class Cells(NamedTuple):
    """What stands in a row of the queue for one kind and state, ready to print."""

    kind: Markup
    tag: Markup
    tag_overdue: Markup


BEING_CHECKED = "Being checked"
"""The word on a request that stands at the beginning of its way again: somebody has answered it, so it is not new."""


@cache
def cells(kind: str, state: str, is_answered: bool = False) -> Cells:
    """The kind with its icon, and the state's tag with and without the mark for overdue.

    `is_answered` says that a coordinator has answered the request before: in its first state it is not new then.
    """
    known = registry.kind(kind)
    row = known.workflow.state(state)
    asset_url: Any = current_app.jinja_env.globals["asset_url"]
    sprite = asset_url("img/icons.svg")
    icon = Markup('<svg class="icon icon--{0}" aria-hidden="true"><use href="{1}#{0}"></use></svg> {2}').format(
        known.icon, sprite, known.short_label
    )
    is_new_again = is_answered and state == known.workflow.initial
    look, word = (Tag.CHECKING, BEING_CHECKED) if is_new_again else (row.tag, row.label)
    tag = Markup('<span class="tag tag--{}">{}</span>').format(look.value, word)
    overdue = tag + Markup(' <span class="tag tag--overdue">Overdue</span>')
    return Cells(icon, tag, overdue)


def tag(kind: str, state: str, *, is_answered: bool, overdue: bool = False) -> Markup:
    """The tag of a state, with the mark beside it where it is overdue; `is_answered` as for `cells`."""
    known = cells(kind, state, is_answered)
    return known.tag_overdue if overdue else known.tag


def move_label(transition: Transition) -> str:
    """What the button of a move says on the desk."""
    return DESK_LABELS.get(transition.name, transition.label)


def state_of(kind: str, state: str) -> State:
    """The row of a state."""
    return registry.kind(kind).workflow.state(state)


@lru_cache(maxsize=500)
def avatar(name: str) -> Markup:
    """A person's initials beside the name; on phones only the initials stay."""
    initials = "".join(part[0].upper() for part in name.split()[:2])
    return Markup(
        '<span class="person"><span class="avatar" aria-hidden="true">{}</span> '
        '<span class="person__name">{}</span></span>'
    ).format(initials, name)


@lru_cache(maxsize=200)
def options(choices: tuple[tuple[object, str], ...], chosen: str) -> Markup:
    """The options of a select, with the one that was chosen. There are 69 unions, so they are kept when made."""
    return Markup("\n").join(
        Markup('<option value="{}"{}>{}</option>').format(
            value, Markup(" selected") if str(value) == chosen else "", text
        )
        for value, text in choices
    )


@lru_cache(maxsize=2000)
def short_day(day: date, today: date) -> str:
    """A day in a table: "5 Dec"; with its year where that is not this year or the next few months."""
    text = f"{day.day} {MONTHS[day.month - 1][:3]}"
    return text if abs((day - today).days) < 250 else f"{text} {day.year}"


def long_day(day: date) -> str:
    """A day in a sentence: "Thursday 14 January 2027"."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def near_day(day: date, today: date) -> str:
    """A day of these weeks with its weekday: "Thursday 14 January"; with the year where it is another one."""
    return f"{WEEKDAYS[day.weekday()]} {plain_day(day, today)}"


def if_holiday(day: date) -> str:
    """ " (a bank holiday)" for a weekday on which nobody works in England; empty for all others."""
    return " (a bank holiday)" if day.weekday() < 5 and not is_working_day(day) else ""


def plain_day(day: date, today: date) -> str:
    """A day in a line of history: "14 November"; with the year where it is another one."""
    text = f"{day.day} {MONTHS[day.month - 1]}"
    return text if day.year == today.year else f"{text} {day.year}"


def when(moment: datetime, today: date) -> str:
    """A moment in London, as people say it: "14 November, 8.31pm"."""
    local = moment.astimezone(LONDON)
    hour, half = local.hour % 12 or 12, "am" if local.hour < 12 else "pm"
    return f"{plain_day(local.date(), today)}, {hour}.{local.minute:02d}{half}"


@lru_cache(maxsize=500)
def days(count: int) -> str:
    """A number of days in words: "today", "1 day", "8 days"."""
    if count <= 0:
        return "today"
    return "1 day" if count == 1 else f"{count} days"


def span(count: int) -> str:
    """How far away a day is: "today", "tomorrow", "in 9 days", "in 7 weeks"; "8 days ago" where it has passed."""
    if count < 0:
        return "yesterday" if count == -1 else f"{-count} days ago"
    if count < 2:
        return "tomorrow" if count else "today"
    return f"in {count} days" if count < 21 else f"in {count // 7} weeks"


@cache
def region_name(slug: str) -> str:
    """A region's name, or a dash where none is known."""
    known = places.region(slug) if slug else None
    return known.name if known else "–"


def is_overdue(is_open: bool, turn: str, due_on: date | None, today: date) -> bool:
    """Whether we are late. Never stored: it is so from the day after the promised one."""
    return is_open and turn == Turn.US and due_on is not None and due_on < today
