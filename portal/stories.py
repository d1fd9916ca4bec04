"""The stories of the demonstration: who does what at which moment, told in the order of time by the real verbs.

Their moments and days count from the day on which they are told: `moment` reads the one, `dated` the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.models import Coordinator
from portal.clock import LONDON, london_day
from portal.speakers import reports
from portal.speakers.models import SpeakerRequest
from portal.submissions import actions, intake
from portal.submissions.actions import Mover
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor
from portal.twinning import calling, diary, register
from portal.twinning.diary_entry import BODY, BRANCH, PUBLIC
from portal.twinning.models import TwinningProposal

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MARK = re.compile(rf"\{{(?P<iso>iso:)?(?P<weekday>{'|'.join(DAYS)})?(?P<month> ?month)?(?P<days>[+-][0-9]+)\}}")
_HOURS_AGO = re.compile(r"-([0-9]+)h")
_DAYS_AGO = re.compile(r"-([0-9]+)d ([0-9]{2}:[0-9]{2})")

_BETWEEN_TWINS = ("ticks", "diary", "reads")
_WRITERS = {Actor.BRANCH: (BRANCH, "en"), Actor.UKRAINIAN_BODY: (BODY, "uk")}
"""Who writes in a diary, and in which language."""


@dataclass(frozen=True)
class Deed:
    """One thing that somebody does at a moment: filing the story's request (`step` is None), or a later step."""

    at: datetime
    story: int
    step: Mapping[str, Any] | None


def tell(session: Session, stories: list[dict[str, Any]], team: Mapping[str, Coordinator], now: datetime) -> None:
    """Do everything that happens in the stories, in the order of time."""
    deeds = [
        Deed(moment(each["at"], now), number, each if each is not story else None)
        for number, story in enumerate(stories)
        for each in (story, *story["then"])
    ]
    filed: dict[int, Submission] = {}
    for deed in sorted(deeds, key=lambda deed: deed.at):
        if deed.step is None:
            filed[deed.story] = _file(session, stories[deed.story], team, deed.at, london_day(now))
        else:
            _do(session, filed[deed.story], deed.step, team, deed.at, london_day(now))


def _file(
    session: Session, story: Mapping[str, Any], team: Mapping[str, Coordinator], at: datetime, today: date
) -> Submission:
    return intake.file(
        session,
        story["kind"],
        dated(story["answers"], today),
        now=at,
        language=story.get("language", "en"),
        channel=story.get("channel", "web"),
        by=_mover(story.get("by", "branch"), team),
        held_reason=story.get("held") or None,
    )


def _do(
    session: Session,
    submission: Submission,
    step: Mapping[str, Any],
    team: Mapping[str, Coordinator],
    at: datetime,
    today: date,
) -> None:
    """One step of a story: a move, a report, a note, an assignment, a message either way, or a correction."""
    by = _mover(step.get("by", "branch"), team)
    if "move" in step:
        answers = register.numbered(session, dated(step.get("answers", {}), today))
        actions.perform(session, submission, step["move"], by=by, now=at, answers=answers)
    elif "report" in step and isinstance(submission, SpeakerRequest):
        reports.tell(session, submission, by.actor, reports.Told(**step["report"]), at)
    elif "note" in step:
        actions.add_note(session, submission, step["note"], by=by, now=at)
    elif "assign" in step:
        actions.assign(session, submission, team[step["assign"]], by=by, now=at)
    elif "amend" in step:
        actions.amend(session, submission, step["amend"], by=by, now=at)
    elif isinstance(submission, TwinningProposal) and not step.keys().isdisjoint(_BETWEEN_TWINS):
        _do_with_twin(session, submission, step, by, at, today)
    elif by.actor is Actor.BRANCH:
        actions.message_from_branch(session, submission, step["message"], now=at)
    else:
        actions.message_to_branch(session, submission, step["message"], by=by, now=at)


def _do_with_twin(
    session: Session, proposal: TwinningProposal, step: Mapping[str, Any], by: Mover, at: datetime, today: date
) -> None:
    """What two twins do beside the moves: tick times for their first call, and keep a diary, which we read."""
    if "ticks" in step:
        call = calling.call_of(proposal)
        if call is None:
            raise ValueError("no call was offered to those who tick")
        chosen = {call.slots[place].id for place in step["ticks"]}
        calling.tick(session, proposal, chosen, is_body=by.actor is Actor.UKRAINIAN_BODY, now=at)
    elif "diary" in step:
        side, language = _WRITERS[by.actor]
        entry = step["diary"] | {"happened_on": iso(step["diary"]["happened_on"], today)}
        diary.write(session, proposal, entry, side=side, now=at, language=language)
    elif by.coordinator is not None:
        for each in diary.entries_for_us(session, proposal.id):
            if each.audience == PUBLIC and each.let_out_at is None:
                diary.let_out(session, each, coordinator_id=by.coordinator.id, now=at)


def _mover(name: str, team: Mapping[str, Coordinator]) -> Mover:
    if name in team:
        return Mover(Actor.COORDINATOR, team[name])
    return Mover(Actor(name))


def iso(mark: str, today: date) -> date:
    """The day that a mark like "{iso:tue-5}" means."""
    return date.fromisoformat(dated(mark, today))


def moment(text: str, now: datetime) -> datetime:
    """The moment of a deed: "-3h" counts from now, "-12d 09:40" is that hour in London so many days ago."""
    if hours := _HOURS_AGO.fullmatch(text):
        return now - timedelta(hours=int(hours[1]))
    days = _DAYS_AGO.fullmatch(text)
    if days is None:
        raise ValueError(f"{text!r} is no moment of a story")
    day = london_day(now) - timedelta(days=int(days[1]))
    return datetime.combine(day, time.fromisoformat(days[2]), LONDON)


def dated(value: Any, today: date) -> Any:
    """Answers with their days written out: "{tue+14}" is the first Tuesday from then on, "{iso:…}" for moves.

    With "month" the days are counted from the first of next month: a plan fills whole months.
    """
    if isinstance(value, Mapping):
        return {name: dated(each, today) for name, each in value.items()}
    if isinstance(value, list):
        return [dated(each, today) for each in value]
    return _MARK.sub(lambda match: _day_in_words(match, today), value)


def _day_in_words(match: re.Match[str], today: date) -> str:
    begins = (today.replace(day=1) + timedelta(days=32)).replace(day=1) if match["month"] else today
    day = begins + timedelta(days=int(match["days"]))
    if match["weekday"]:
        day += timedelta(days=(DAYS.index(match["weekday"]) - day.weekday()) % 7)
    return day.isoformat() if match["iso"] else f"{day.day} {day:%B %Y}"
