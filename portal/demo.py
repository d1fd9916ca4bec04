"""The demonstration: invented people and requests over every state, made in an empty database by the real verbs.

The stories stand in `demo_data/`; their dates count from the day they are made, so the portal always looks alive.
Everything happens in its own moment of the past through `intake` and `actions`: histories and letters are true.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import settings
from portal.accounts import commands
from portal.accounts.models import Coordinator
from portal.affiliations.fees import FLAT
from portal.affiliations.models import FeeBand
from portal.clock import LONDON, london_day
from portal.directory.unions import find_union
from portal.emails.models import GIVEN_UP, QUEUED, SENT, OutboxEmail
from portal.extensions import db
from portal.sealed import digest
from portal.speakers import agreements, keeping, own_page, register_letters, reports
from portal.speakers.models import SpeakerRequest
from portal.submissions import actions, intake
from portal.submissions.actions import Mover
from portal.submissions.models import Submission
from portal.submissions.workflow import Actor
from portal.touring import keeping as touring
from portal.twinning import register

ACCOUNTS_FILE = "demo-accounts.txt"
STORIES = ("speakers", "month", "week", "twinnings", "affiliations", "ukraine")
LEFT_TO_THE_WORKER = timedelta(hours=6)
"""Letters this young are still waiting: the worker delivers them at its first pass."""
TRIES_BEFORE_GIVING_UP = 33

_DATA = Path(__file__).parent / "demo_data"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MARK = re.compile(rf"\{{(?P<iso>iso:)?(?P<weekday>{'|'.join(_DAYS)})?(?P<month> ?month)?(?P<days>[+-][0-9]+)\}}")
_HOURS_AGO = re.compile(r"-([0-9]+)h")
_DAYS_AGO = re.compile(r"-([0-9]+)d ([0-9]{2}:[0-9]{2})")


class NotEmptyError(RuntimeError):
    """The database holds requests or accounts already; the message says so."""


@dataclass(frozen=True)
class Deed:
    """One thing that somebody does at a moment: filing the story's request (`step` is None), or a later step."""

    at: datetime
    story: int
    step: Mapping[str, Any] | None


def is_empty(session: Session) -> bool:
    """Whether nobody has asked for anything and nobody has an account: only then may the demonstration come in."""
    return all(session.scalar(select(each.id).limit(1)) is None for each in (Submission, Coordinator))


def fill(app: Flask, now: datetime) -> list[dict[str, str]]:
    """Make the accounts, the fee table, the words of the campaign and the requests, and commit.

    `now` is aware, in UTC. Gives the accounts (role, email, password); they also stand in `ACCOUNTS_FILE`. Needs an
    application context and the reference data. Raises `NotEmptyError`, and OSError where the data folder cannot be
    written.
    """
    session = db.session()
    if not is_empty(session):
        raise NotEmptyError("The database holds requests or accounts already: the demonstration needs an empty one.")
    people = _read("people")
    accounts, team = _make_accounts(session, people["accounts"], now)
    session.add_all(FeeBand(**({"basis": FLAT} | row), is_example=True) for row in people["fees"])
    for name, words in people["settings"].items():
        settings.put(session, name, words, by=people["accounts"][0]["email"], now=now)
    session.flush()
    _fill_register(session, _read("register"), team, now)
    stories = [story for name in STORIES for story in _read(name)]
    _tell(session, stories, team, now)
    _begin_tours(session, _read("tours"), team, now)
    _settle_post(session, people["lost_letters"], now, timedelta(seconds=app.config["MAIL_GIVE_UP_AFTER"]))
    _keep(Path(app.config["DATA_DIR"]) / ACCOUNTS_FILE, accounts)
    session.commit()
    return accounts


def lines(accounts: list[dict[str, str]]) -> list[str]:
    """The accounts as people read them, one a line."""
    return [f"{each['role']:<12} {each['email']:<24} {each['password']}" for each in accounts]


def _make_accounts(
    session: Session, rows: list[dict[str, Any]], now: datetime
) -> tuple[list[dict[str, str]], dict[str, Coordinator]]:
    """The accounts with their passwords, and the coordinators by the names the stories use."""
    accounts, team = [], {}
    for row in rows:
        password = commands.create_coordinator(
            row["email"], row["name"], row["role"], now=now, may_handle_money=row["may_handle_money"]
        )
        accounts.append({"role": row["role"], "email": row["email"], "password": password})
        team[row["key"]] = session.scalars(select(Coordinator).where(Coordinator.email == row["email"])).one()
    return accounts, team


def _keep(path: Path, accounts: list[dict[str, str]]) -> None:
    """Write the accounts where only the owner of the data folder reads them."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(["Accounts of the demonstration; all people are invented.", "", *lines(accounts), ""]))


def _fill_register(
    session: Session, rows: list[dict[str, Any]], team: Mapping[str, Coordinator], now: datetime
) -> None:
    """The speakers, added by coordinators and told what they were told; most have agreed and said when they can."""
    today = london_day(now)
    for row in rows:
        at, by = _moment(row["at"], now), team[row["by"]]
        union = find_union(row.get("union", ""))
        details = row["details"] | {"union_id": union.id if union else None}
        speaker = keeping.add(session, details, by=by, now=at)
        register_letters.welcome(session, speaker, by=by, now=at)
        if "agreed" in row:
            for purpose in agreements.PURPOSES if row["branches"] else (agreements.REGISTER,):
                agreements.give(speaker, purpose, language=speaker.language, now=_moment(row["agreed"], now))
        own_page.set_week(speaker, [(_DAYS.index(day), *_minutes(hours)) for day, hours in row.get("week", {}).items()])
        for each in row.get("days", []):
            days = _iso(each["from"], today), _iso(each["until"], today)
            hours = _minutes(each["hours"]) if "hours" in each else None
            own_page.add_days(speaker, days, hours, is_free=each["free"], today=today)
        if "pause" in row:
            keeping.pause(session, speaker, now - LEFT_TO_THE_WORKER, until=_iso(row["pause"], today))


def _begin_tours(session: Session, rows: list[dict[str, Any]], team: Mapping[str, Coordinator], now: datetime) -> None:
    """Tours of visitors from the register; the worker finds their routes at its first pass."""
    for row in rows:
        visitor, start = keeping.find_by_email(session, row["visitor"]), touring.place_named(row["tour"]["start"])
        if visitor is None or start is None:
            raise ValueError(f"no tour can begin for {row['visitor']}")
        days: dict[str, Any] = {name: _iso(row[name], london_day(now)) for name in ("first_on", "last_on")}
        wanted = touring.Wanted(**row["tour"], **days, start_at=start, end="", end_at=None)
        touring.begin(session, visitor, wanted, by=team[row["by"]], now=now)


def _iso(mark: str, today: date) -> date:
    return date.fromisoformat(_dated(mark, today))


def _minutes(hours: str) -> tuple[int, int]:
    """From and until as minutes of a day: "18:00-21:30"."""
    first, until = (int(hour) * 60 + int(minute) for hour, minute in (each.split(":") for each in hours.split("-")))
    return first, until


def _tell(session: Session, stories: list[dict[str, Any]], team: Mapping[str, Coordinator], now: datetime) -> None:
    """Do everything that happens in the stories, in the order of time."""
    deeds = [
        Deed(_moment(each["at"], now), number, each if each is not story else None)
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
        _dated(story["answers"], today),
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
        answers = register.numbered(session, _dated(step.get("answers", {}), today))
        actions.perform(session, submission, step["move"], by=by, now=at, answers=answers)
    elif "report" in step and isinstance(submission, SpeakerRequest):
        reports.tell(session, submission, by.actor, reports.Told(**step["report"]), at)
    elif "note" in step:
        actions.add_note(session, submission, step["note"], by=by, now=at)
    elif "assign" in step:
        actions.assign(session, submission, team[step["assign"]], by=by, now=at)
    elif "amend" in step:
        actions.amend(session, submission, step["amend"], by=by, now=at)
    elif by.actor is Actor.BRANCH:
        actions.message_from_branch(session, submission, step["message"], now=at)
    else:
        actions.message_to_branch(session, submission, step["message"], by=by, now=at)


def _mover(name: str, team: Mapping[str, Coordinator]) -> Mover:
    if name in team:
        return Mover(Actor.COORDINATOR, team[name])
    return Mover(Actor(name))


def _settle_post(session: Session, lost: list[dict[str, str]], now: datetime, patience: timedelta) -> None:
    """The letters of the past have left, but for a few that need a person; those of the last hours still wait."""
    session.flush()
    session.execute(
        update(OutboxEmail)
        .where(OutboxEmail.state == QUEUED, OutboxEmail.queued_at < now - LEFT_TO_THE_WORKER)
        .values(
            state=SENT,
            attempts=1,
            first_tried_at=OutboxEmail.queued_at,
            tried_at=OutboxEmail.queued_at,
            sent_at=OutboxEmail.queued_at,
            next_try_at=None,
        ),
        execution_options={"synchronize_session": False},
    )
    for row in lost:
        letter = session.scalars(
            select(OutboxEmail).where(
                OutboxEmail.to_digest == digest(row["of"]), OutboxEmail.template == row["template"]
            )
        ).one()
        given_up = row["state"] == GIVEN_UP
        session.execute(
            update(OutboxEmail)
            .where(OutboxEmail.id == letter.id)
            .values(
                state=row["state"],
                last_error=row["error"],
                sent_at=None,
                attempts=TRIES_BEFORE_GIVING_UP if given_up else 1,
                tried_at=letter.queued_at + patience if given_up else letter.queued_at,
            )
        )


def _moment(text: str, now: datetime) -> datetime:
    """The moment of a deed: "-3h" counts from now, "-12d 09:40" is that hour in London so many days ago."""
    if hours := _HOURS_AGO.fullmatch(text):
        return now - timedelta(hours=int(hours[1]))
    days = _DAYS_AGO.fullmatch(text)
    if days is None:
        raise ValueError(f"{text!r} is no moment of a story")
    day = london_day(now) - timedelta(days=int(days[1]))
    return datetime.combine(day, time.fromisoformat(days[2]), LONDON)


def _dated(value: Any, today: date) -> Any:
    """Answers with their days written out: "{tue+14}" is the first Tuesday from then on, "{iso:…}" for moves.

    With "month" the days are counted from the first of next month: a plan fills whole months.
    """
    if isinstance(value, Mapping):
        return {name: _dated(each, today) for name, each in value.items()}
    if isinstance(value, list):
        return [_dated(each, today) for each in value]
    return _MARK.sub(lambda match: _day_in_words(match, today), value)


def _day_in_words(match: re.Match[str], today: date) -> str:
    begins = (today.replace(day=1) + timedelta(days=32)).replace(day=1) if match["month"] else today
    day = begins + timedelta(days=int(match["days"]))
    if match["weekday"]:
        day += timedelta(days=(_DAYS.index(match["weekday"]) - day.weekday()) % 7)
    return day.isoformat() if match["iso"] else f"{day.day} {day:%B %Y}"


def _read(name: str) -> Any:
    return json.loads((_DATA / f"{name}.json").read_text(encoding="utf-8"))
