"""The calendar of the desk: a month of meetings, as a table on wide screens, as a list on phones and on paper.

What stands in it and what does not fit is decided in `speakers/month`. A viewer reads references, regions and states.
"""

from __future__ import annotations

import calendar as calendars
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup

from portal.clock import london_day, utc_now
from portal.dashboard import words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.queue_choices import region_choices
from portal.extensions import db
from portal.security import needs
from portal.speakers import month as months
from portal.speakers.engagements import INTERPRETER, PARTNER, STAND_BY
from portal.speakers.month import Meeting
from portal.speakers.workflow import KIND
from portal.submissions.models import reference_of
from portal.submissions.times import as_said

STATES = {
    "": ("Confirmed, held and completed", ("confirmed", "held", "closed")),
    "confirmed": ("Confirmed", ("confirmed",)),
    "held": ("Meeting held", ("held",)),
    "closed": ("Completed", ("closed",)),
    "asked": ("Without a speaker so far", ("received", "matching", "offered", "waiting-for-branch")),
    "cancelled": ("Cancelled", ("cancelled",)),
}
"""What the state can be narrowed to: the words, and the states of the workflow."""
ROLE_WORDS = {STAND_BY: " (stand-by)", INTERPRETER: " (interpreter)", PARTNER: " (comes along)"}
FIRST_YEAR, LAST_YEAR = 2000, 2100
_MONTH = re.compile(r"(20[0-9]{2}|2100)-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Item:
    """One meeting as it is printed, to whoever looks."""

    at: str
    name: str
    url: str
    people: tuple[str, ...]
    region: str
    tag: Markup
    clashes: tuple[str, ...]


@dataclass(frozen=True)
class Day:
    """One day of the month with its meetings."""

    number: int
    iso: str
    words: str
    is_today: bool
    items: list[Item]


@blueprint.get("/calendar")
@needs("viewer")
def calendar() -> str:
    """One month; without another in the address, this one."""
    today = london_day(utc_now())
    first = _first_of(request.args.get("month", ""), today)
    last = first.replace(day=calendars.monthrange(first.year, first.month)[1])
    state = request.args.get("state", "") if request.args.get("state", "") in STATES else ""
    found = months.meetings(db.session(), first, last, STATES[state][1], today)
    sees_names = current_user.can_see_contacts
    speakers = {each.key: each.name for meeting in found for each in meeting.people} if sees_names else {}
    speaker = _speaker(request.args.get("speaker", ""), speakers) if sees_names else ""
    shown = _narrowed(found, speaker, request.args.get("region", ""))
    weeks = _weeks(first, shown, today, sees_names=sees_names)
    days = [day for week in weeks for day in week if day is not None and day.items]
    return render_template(
        "dashboard/calendar.html",
        title=f"{words.MONTHS[first.month - 1]} {first.year}",
        weekdays=words.WEEKDAYS,
        weeks=weeks,
        days=days,
        count=len(shown),
        clashes=[(day, item) for day in days for item in day.items if item.clashes],
        ways=_ways(first, today),
        month=f"{first:%Y-%m}",
        typed=request.args,
        is_narrowed=len(shown) < len(found),
        options=words.options,
        speaker_choices=tuple(sorted(speakers.items(), key=lambda pair: pair[1].casefold())),
        region_choices=region_choices(),
        state_choices=tuple((name, label) for name, (label, _) in STATES.items() if name),
        usual_states=STATES[""][0],
        sees_names=sees_names,
    )


def _first_of(typed: str, today: date) -> date:
    """The first day of the month in the address; of this month where it makes no sense."""
    match = _MONTH.fullmatch(typed)
    return date(int(match[1]), int(match[2]), 1) if match else today.replace(day=1)


def _speaker(typed: str, speakers: dict[str, str]) -> str:
    """The speaker of the address, who may have no meeting this month; nobody where there is no such person."""
    if typed and typed not in speakers and (name := months.name_of(db.session(), typed)):
        speakers[typed] = name
    return typed if typed in speakers else ""


def _narrowed(found: list[Meeting], speaker: str, region: str) -> list[Meeting]:
    return [
        each
        for each in found
        if (not region or each.region_slug == region)
        and (not speaker or speaker in {person.key for person in each.people})
    ]


def _weeks(first: date, meetings: list[Meeting], today: date, *, sees_names: bool) -> list[list[Day | None]]:
    """The weeks of the month from Monday; None stands for a day of another month."""
    of_day: dict[int, list[Item]] = defaultdict(list)
    for each in meetings:
        of_day[each.day.day].append(_item(each, sees_names=sees_names))
    weeks = calendars.Calendar().monthdayscalendar(first.year, first.month)
    return [[_day(first.replace(day=number), of_day, today) if number else None for number in week] for week in weeks]


def _day(day: date, of_day: dict[int, list[Item]], today: date) -> Day:
    return Day(day.day, day.isoformat(), words.near_day(day, day), day == today, of_day.get(day.day, []))


def _item(each: Meeting, *, sees_names: bool) -> Item:
    return Item(
        at=as_said(each.at, "en") if each.at else "",
        name=each.heading if sees_names else reference_of(each.number),
        url=url_for("dashboard.request_page", number=each.number) if sees_names else "",
        people=tuple(f"{person.name}{ROLE_WORDS.get(person.role, '')}" for person in each.people) if sees_names else (),
        region=words.region_name(each.region_slug) if not sees_names else "",
        tag=words.tag(KIND, each.state, is_answered=each.is_answered),
        clashes=each.clashes if sees_names else (),
    )


def _ways(first: date, today: date) -> list[dict[str, Any]]:
    """The ways to the month before, to this one and to the next, with the filters kept."""
    kept: dict[str, Any] = {
        name: value for name in ("speaker", "region", "state") if (value := request.args.get(name, ""))
    }
    before = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    after = date(first.year + (first.month == 12), first.month % 12 + 1, 1)
    found = []
    for day, rel in ((before, "prev"), (today.replace(day=1), ""), (after, "next")):
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            label = f"{words.MONTHS[day.month - 1]} {day.year}" if rel else "This month"
            url = url_for("dashboard.calendar", month=f"{day:%Y-%m}", **kept)
            found.append({"label": label, "url": url, "rel": rel, "current": not rel and day == first})
    return found
