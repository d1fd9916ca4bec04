"""The demonstration: invented people and requests over every state, made in an empty database by the real verbs.

The stories stand in `demo_data/` and are told by `stories`: their dates count from the day they are made, so the
portal always looks alive.
Everything happens in its own moment of the past through `intake` and `actions`: histories and letters are true.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import settings, stories
from portal.accounts import commands
from portal.accounts.models import Coordinator
from portal.affiliations.fees import FLAT
from portal.affiliations.models import FeeBand
from portal.clock import london_day
from portal.directory.unions import find_union
from portal.emails.models import GIVEN_UP, QUEUED, SENT, OutboxEmail
from portal.extensions import db
from portal.sealed import digest
from portal.speakers import agreements, keeping, own_page, register_letters
from portal.submissions.models import Submission
from portal.touring import keeping as touring

ACCOUNTS_FILE = "demo-accounts.txt"
STORIES = ("speakers", "month", "week", "twinnings", "affiliations", "ukraine")
LEFT_TO_THE_WORKER = timedelta(hours=6)
"""Letters this young are still waiting: the worker delivers them at its first pass."""
TRIES_BEFORE_GIVING_UP = 33

_DATA = Path(__file__).parent / "demo_data"


class NotEmptyError(RuntimeError):
    """The database holds requests or accounts already; the message says so."""


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
    stories.tell(session, [story for name in STORIES for story in _read(name)], team, now)
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
        at, by = stories.moment(row["at"], now), team[row["by"]]
        union = find_union(row.get("union", ""))
        details = row["details"] | {"union_id": union.id if union else None}
        speaker = keeping.add(session, details, by=by, now=at)
        register_letters.welcome(session, speaker, by=by, now=at)
        if "agreed" in row:
            for purpose in agreements.PURPOSES if row["branches"] else (agreements.REGISTER,):
                agreements.give(speaker, purpose, language=speaker.language, now=stories.moment(row["agreed"], now))
        own_page.set_week(
            speaker, [(stories.DAYS.index(day), *_minutes(hours)) for day, hours in row.get("week", {}).items()]
        )
        for each in row.get("days", []):
            days = stories.iso(each["from"], today), stories.iso(each["until"], today)
            hours = _minutes(each["hours"]) if "hours" in each else None
            own_page.add_days(speaker, days, hours, is_free=each["free"], today=today)
        if "pause" in row:
            keeping.pause(session, speaker, now - LEFT_TO_THE_WORKER, until=stories.iso(row["pause"], today))


def _begin_tours(session: Session, rows: list[dict[str, Any]], team: Mapping[str, Coordinator], now: datetime) -> None:
    """Tours of visitors from the register; the worker finds their routes at its first pass."""
    for row in rows:
        visitor, start = keeping.find_by_email(session, row["visitor"]), touring.place_named(row["tour"]["start"])
        if visitor is None or start is None:
            raise ValueError(f"no tour can begin for {row['visitor']}")
        days: dict[str, Any] = {name: stories.iso(row[name], london_day(now)) for name in ("first_on", "last_on")}
        wanted = touring.Wanted(**row["tour"], **days, start_at=start, end="", end_at=None)
        touring.begin(session, visitor, wanted, by=team[row["by"]], now=now)


def _minutes(hours: str) -> tuple[int, int]:
    """From and until as minutes of a day: "18:00-21:30"."""
    first, until = (int(hour) * 60 + int(minute) for hour, minute in (each.split(":") for each in hours.split("-")))
    return first, until


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


def _read(name: str) -> Any:
    return json.loads((_DATA / f"{name}.json").read_text(encoding="utf-8"))
