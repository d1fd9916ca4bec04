"""What a page shows of a plan: each line with its speakers, what has become of it, and what has changed since.

Five statements, however long a plan is. A speaker who has left or is hidden stands nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import Subquery, Text, func, select, type_coerce
from sqlalchemy.orm import Session

from portal import sealed
from portal.clock import london_day
from portal.jobs.rows import Job
from portal.planning import since
from portal.planning.plans import STATES
from portal.speakers import travelling, usual_days
from portal.speakers.fit import said
from portal.speakers.models import SpeakerRequest
from portal.speakers.plan_rows import ASKED, OPEN, Plan, PlanChoice, PlanLine
from portal.speakers.register import Speaker
from portal.speakers.tour_rows import Tour
from portal.speakers.travelling import Spans

MANY = 20
"""So many plans stand in the list."""


@dataclass(frozen=True)
class Choice:
    """A speaker for a line: in place 0 the one proposed.

    `loses` is what the whole plan loses by them; with `is_least` at least so much.
    """

    place: int
    speaker_id: int
    name: str
    day: date
    points: int
    loses: int
    is_least: bool
    reasons: list[list[Any]]
    has_changed: bool


class Meeting(NamedTuple):
    """The request of a line, as it is now."""

    number: int
    version: int
    heading: str
    state: str
    held_reason: str | None
    dates: list[dict[str, str]] | None
    meeting_on: date | None
    confirmed_time: time | None
    date_rule: str
    meeting_format: str
    town: str
    region_slug: str
    contested: str

    @property
    def days(self) -> list[date]:
        """The days that it names: the one that is agreed, else all that the branch named."""
        named = [date.fromisoformat(row["on"]) for row in self.dates or () if row.get("on")]
        is_agreed = self.confirmed_time is not None or not named
        return [self.meeting_on] if self.meeting_on is not None and is_agreed else named

    def days_to_ask(self, today: date) -> list[date]:
        """The same; of a branch that named none, the next on which it meets."""
        return self.days or [date.fromisoformat(row["on"]) for row in usual_days.rows(self, today)]

    def hour_on(self, day: date) -> str:
        """At what hour (London, "HH:MM") it is on a day; empty where that was not understood."""
        return next((row.get("time", "") for row in self.dates or () if row.get("on") == day.isoformat()), "")


@dataclass(frozen=True)
class Shown:
    """A line: the request, who is proposed, who else could come, and why it cannot be taken up any more (`gone`).

    `tour_of` names the visitor on whose tour the request stands; empty where it stands on none.

    `has_changed`: the request or the speaker was changed since, which need not matter.
    """

    id: int
    plan_id: int
    meeting: Meeting
    is_served: bool
    proposed: Choice | None
    others: list[Choice]
    why: list[list[Any]]
    outcome: str
    gone: str
    has_changed: bool
    tour_of: str = ""

    @property
    def can_be_taken_up(self) -> bool:
        """Whether its button stands."""
        return self.proposed is not None and not self.gone and self.outcome != ASKED

    @property
    def can_have_another(self) -> bool:
        """Whether one of the other choices can be asked in place of the one proposed, as far as is seen here."""
        is_open = self.meeting.state in STATES and self.meeting.held_reason is None
        return bool(self.others) and is_open and self.outcome == OPEN


@dataclass(frozen=True)
class Whole:
    """A plan as it stands now."""

    pairs: list[Shown] = field(default_factory=list)
    left: list[Shown] = field(default_factory=list)

    @property
    def to_ask(self) -> list[Shown]:
        """The pairs that "ask all" takes up: not those whose meeting a visitor is to have on a tour."""
        return [each for each in self.pairs if each.can_be_taken_up and each.outcome == OPEN and not each.tour_of]

    @property
    def changed(self) -> int:
        """How many lines have moved on or changed since the plan was made, by what this plan did not do itself."""
        rows = (*self.pairs, *self.left)
        return sum(1 for each in rows if each.outcome != ASKED and (each.gone or each.has_changed))


def recent(session: Session) -> Sequence[Any]:
    """The latest plans with how far they are and how many of their requests they serve, the newest first."""
    rows = (
        select(Plan.id, Plan.first_on, Plan.last_on, Plan.served, Job.stage, Job.asked_at)
        .join(Job, Job.id == Plan.job_id)
        .order_by(Plan.id.desc())
        .limit(MANY)
    )
    return session.execute(rows).all()


_MEETING = (
    SpeakerRequest.id,
    SpeakerRequest.version,
    SpeakerRequest.heading,
    SpeakerRequest.state,
    SpeakerRequest.held_reason,
    SpeakerRequest.dates,
    SpeakerRequest.meeting_on,
    SpeakerRequest.confirmed_time,
    SpeakerRequest.date_rule,
    SpeakerRequest.meeting_format,
    SpeakerRequest.town,
    SpeakerRequest.region_slug,
    SpeakerRequest.contested,
)


def whole(session: Session, plan: Plan, now: datetime) -> Whole:
    """Everything of a plan that was made, as the facts are now."""
    touring = _touring(london_day(now))
    lines = session.execute(
        select(PlanLine, *_MEETING, touring.c.name)
        .join(SpeakerRequest, SpeakerRequest.id == PlanLine.submission_id)
        .outerjoin(touring, touring.c.submission_id == PlanLine.submission_id)
        .where(PlanLine.plan_id == plan.id)
        .order_by(PlanLine.place)
    ).all()
    choices = _choices(session, plan)
    proposed = {some[0].speaker_id for some in choices.values() if some and some[0].place == 0}
    taken = since.taken(session, plan, proposed)
    tours = travelling.spans(session, plan.first_on, plan.last_on, proposed)
    found = Whole()
    for line, *columns, name in lines:
        shown = _line(line, Meeting._make(columns), choices.get(line.id, []), taken, now)
        gone = shown.gone or _on_tour(shown, tours)
        shown = replace(shown, gone=gone, tour_of=sealed.unseal(name) if name else "")
        (found.pairs if line.is_served else found.left).append(shown)
    return found


def _touring(today: date) -> Subquery:
    """The requests that stand on a tour that is not over, each once, with the sealed name of the visitor."""
    speaker = Speaker.__table__.c
    standing = travelling.standing(today).subquery()
    first = (
        select(standing.c.submission_id, func.min(standing.c.tour_id).label("tour_id"))
        .group_by(standing.c.submission_id)
        .subquery()
    )
    return (
        select(first.c.submission_id, type_coerce(speaker.name, Text).label("name"))
        .join(Tour.__table__, Tour.__table__.c.id == first.c.tour_id)
        .join(Speaker.__table__, speaker.id == Tour.__table__.c.speaker_id)
        .subquery()
    )


def _line(
    line: PlanLine, meeting: Meeting, rows: list[Any], taken: dict[tuple[int, date], set[int]], now: datetime
) -> Shown:
    some = [(row.place, _choice(row)) for row in rows]
    proposed = next((choice for place, choice in some if place == 0), None)
    gone = "" if line.outcome == ASKED else _gone(line, meeting, proposed, taken, now)
    return Shown(
        id=line.id,
        plan_id=line.plan_id,
        meeting=meeting,
        is_served=line.is_served,
        proposed=proposed,
        others=[choice for place, choice in some if place > 0],
        why=line.why,
        outcome=line.outcome,
        gone=gone,
        has_changed=meeting.version != line.version or (proposed is not None and proposed.has_changed),
    )


def _choice(row: Any) -> Choice:
    return Choice(
        place=row.place,
        speaker_id=row.speaker_id,
        name=sealed.unseal(row.sealed_name),
        day=row.day,
        points=row.points,
        loses=row.loses,
        is_least=row.is_least,
        reasons=row.reasons,
        has_changed=row.version != row.speaker_version,
    )


def _gone(
    line: PlanLine,
    meeting: Meeting,
    proposed: Choice | None,
    taken: dict[tuple[int, date], set[int]],
    now: datetime,
) -> str:
    """Why a line cannot be taken up any more; empty where it can, as far as is seen here."""
    today = london_day(now)
    if meeting.state == "offered":
        return "Somebody has been asked for it since"
    if meeting.state not in STATES or meeting.held_reason is not None:
        return "The request has moved on since"
    if not line.is_served:
        return ""
    if proposed is None:
        return "The speaker who was proposed cannot be asked any more"
    if proposed.day < today or proposed.day not in meeting.days_to_ask(today):
        return f"{said(proposed.day, today)} is no longer one of its dates"
    if taken.get((proposed.speaker_id, proposed.day), set()) - {meeting.number}:
        return f"{proposed.name} has been asked or booked for another meeting that day"
    return ""


def _on_tour(shown: Shown, tours: Spans) -> str:
    """That whoever is proposed is on a tour that day; empty where they are not, and for what is asked already."""
    who = shown.proposed if shown.outcome != ASKED else None
    if who is None or not travelling.is_away(tours, who.speaker_id, who.day):
        return ""
    return f"{who.name} is on a tour that day"


def _choices(session: Session, plan: Plan) -> dict[int, list[Any]]:
    """The speakers of each line, by its number; those who have left, or are hidden, are none."""
    speaker = Speaker.__table__.c
    rows = (
        select(
            PlanChoice.line_id,
            PlanChoice.place,
            PlanChoice.speaker_id,
            PlanChoice.speaker_version,
            PlanChoice.day,
            PlanChoice.points,
            PlanChoice.loses,
            PlanChoice.is_least,
            PlanChoice.reasons,
            type_coerce(speaker.name, Text).label("sealed_name"),
            speaker.version,
        )
        .join(PlanLine, PlanLine.id == PlanChoice.line_id)
        .join(Speaker.__table__, speaker.id == PlanChoice.speaker_id)
        .where(PlanLine.plan_id == plan.id, speaker.left_at.is_(None), speaker.locked_at.is_(None))
        .order_by(PlanChoice.line_id, PlanChoice.place)
    )
    found: dict[int, list[Any]] = {}
    for row in session.execute(rows):
        found.setdefault(row.line_id, []).append(row)
    return found
