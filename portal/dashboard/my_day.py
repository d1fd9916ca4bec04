"""My day: the desk's first page. It names what needs a person, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import redirect, render_template, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.accounts import absence
from portal.clock import london_day, utc_now
from portal.dashboard import people, queue_rows, words
from portal.dashboard.blueprint import blueprint
from portal.extensions import db
from portal.security import needs
from portal.submissions import answer_times, day, silence, tasks
from portal.submissions.models import reference_of
from portal.submissions.promises import working_day_before

NEXT_TASKS = 10


@dataclass(frozen=True)
class Section:
    """A part of the day: its heading, its requests ready to print, and where the rest of them stands."""

    name: str
    heading: str
    rows: Sequence[dict[str, Any]]
    url: str
    is_full: bool


HEADINGS = {
    day.BROKEN: ("Promise broken", "overdue"),
    day.TODAY: ("Promised for today", "waiting-on-us"),
    day.NEW: ("Nobody’s yet", "unassigned"),
    day.HELD: ("Held for review", "held"),
    day.MINE: ("Waiting on you", "mine"),
    day.MEETINGS: ("Meetings this week", "meetings"),
}
"""The heading of each section, and the view of the queue where all of it stands."""


@blueprint.get("/")
@needs("viewer")
def home() -> Response:
    """The desk begins with the day of whoever works here; a viewer has none, and begins with the queue."""
    return redirect(url_for("dashboard.my_day" if current_user.can_edit else "dashboard.queue"))


@blueprint.get("/my-day")
@needs("coordinator")
def my_day() -> str:
    """What needs me today, and those I stand in for."""
    now = utc_now()
    today = london_day(now)
    responsible = absence.responsible_ids(db.session(), current_user.id, today)
    found = day.day(db.session(), now, responsible)
    known = people.coordinators(db.session, now)
    # On the first working day back, and on the days before it: then it has been said.
    lost = silence.lost_while_away(db.session(), current_user.id, working_day_before(today, 1), today)
    work = [task_line(task, today) for task in tasks.open_tasks(db.session(), responsible, today)]
    return render_template(
        "dashboard/my_day.html",
        today=words.long_day(today),
        sections={name: section(name, found[name], today, known) for name in day.SECTIONS if found[name]},
        tasks_due=[task for task in work if task["is_now"]],
        tasks_later=[task for task in work if not task["is_now"]][:NEXT_TASKS],
        lost=[{"number": number, "reference": reference_of(number)} for number in lost],
        standing_in_for=[known[number].name for number in sorted(responsible - {current_user.id}) if number in known],
        answered_in=answer_times.median_days(db.session(), now),
    )


def section(name: str, rows: Sequence[Any], today: date, known: dict[int, people.Person]) -> Section:
    """One part of the day, ready to print."""
    heading, view = HEADINGS[name]
    return Section(
        name=name,
        heading=heading,
        rows=[_line(name, row, today, known) for row in rows],
        url=url_for("dashboard.queue", view=view),
        is_full=len(rows) >= day.MOST,
    )


def _line(name: str, row: Any, today: date, known: dict[int, people.Person]) -> dict[str, Any]:
    said = queue_rows.common(row, today)
    person = known.get(row.coordinator_id) if row.coordinator_id else None
    return {
        "url": url_for("dashboard.request_page", number=row.id),
        "heading": row.heading,
        "reference": said.reference,
        "kind": said.kind,
        # A section of broken promises need not say of each that it is late.
        "tag": words.tag(row.kind, row.state, is_answered=row.first_answered_at is not None),
        "when": _when(name, row, today),
        "who": _with_whom(name, person),
    }


def _with_whom(name: str, person: people.Person | None) -> str:
    """Whose a request is, where the heading does not say it."""
    if person is None:
        return "" if name in (day.NEW, day.HELD) else "nobody’s yet"
    if person.id != current_user.id:
        return f"with {person.name}"
    return "" if name == day.MINE else "with you"


def _when(name: str, row: Any, today: date) -> Markup | str:
    """The day that counts for a request in its section, in words."""
    if name == day.MEETINGS:
        return f"{words.near_day(row.meeting_on, today)}, {words.span((row.meeting_on - today).days)}"
    if name == day.BROKEN:
        return f"promised for {words.near_day(row.due_on, today)}, {words.span((row.due_on - today).days)}"
    return f"by {words.near_day(row.due_on, today)}" if row.due_on else ""


def task_line(task: Any, today: date) -> dict[str, Any]:
    """One task, ready to print."""
    submission = task.submission
    return {
        "url": url_for("dashboard.task", task_id=task.id),
        "about": task.about,
        # A decision and whoever it is about wait on letters that have not left, whatever their day.
        "is_now": task.due_on <= today or task.reason == "approval",
        "is_late": task.due_on < today,
        "due": words.near_day(task.due_on, today),
        "heading": submission.heading if submission else "",
        "reference": reference_of(submission.id) if submission else "",
    }
