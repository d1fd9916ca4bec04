"""The twinnings on the desk: how many stand where, the quiet ones first; and who of us has looked at which contact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import render_template, request, url_for

from portal.clock import london_day, utc_now
from portal.dashboard import words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.people import coordinators
from portal.directory.subjects import find_sector
from portal.extensions import db
from portal.security import needs
from portal.submissions import registry
from portal.twinning import overview, register
from portal.twinning.bodies import SEEN
from portal.twinning.overview import Standing
from portal.twinning.pulse import HELP

GONE = "somebody who is gone"


@blueprint.get("/twinnings")
@needs("coordinator")
def twinnings() -> str:
    """Proposals and registrations by state, and every twinning, the quiet ones first."""
    now = utc_now()
    today = london_day(now)
    team = coordinators(db.session, now)
    counts = overview.counts(db.session())
    return render_template(
        "dashboard/twinnings.html",
        rows=[_row(each, team, today) for each in overview.standings(db.session(), today)],
        most=overview.MOST,
        proposals=_by_state("twinning", counts),
        bodies=_by_state("ukrainian", counts),
    )


@blueprint.get("/ukraine/looks")
@needs("coordinator")
def contact_looks() -> str:
    """Who of us has looked at how to reach a body, the newest first; of one person, where one is chosen."""
    now = utc_now()
    team = coordinators(db.session, now)
    typed = request.args.get("person", "")
    person = int(typed) if typed.isascii() and typed.isdigit() and int(typed[:9]) in team else None
    today = london_day(now)
    return render_template(
        "dashboard/looks.html",
        person=person,
        people=[(number, each.name) for number, each in team.items()],
        most=register.LATELY_OF_ALL,
        looks=[
            {
                "who": team[row.coordinator_id].name if row.coordinator_id in team else GONE,
                "when": words.when(row.at, today),
                "what": SEEN.get(row.what, row.what),
                "body": row.heading,
                "url": "" if row.is_gone else url_for("dashboard.ukrainian_body", number=row.registration_id),
            }
            for row in register.looks_of_all(db.session(), person)
        ],
    )


def _by_state(kind: str, counts: Mapping[tuple[str, str], int]) -> list[tuple[str, int, str]]:
    """The states of a kind in their order, each with how many stand there and where they are listed."""
    return [
        (state.label, counts[kind, state.name], _list_of(kind, state.name))
        for state in registry.kind(kind).workflow.states
        if (kind, state.name) in counts
    ]


def _list_of(kind: str, state: str) -> str:
    """Where those in a state are listed; empty where they stand in no list any more."""
    if kind == "ukrainian":
        return url_for("dashboard.ukrainian_bodies", state=state) if state in register.STATES else ""
    return url_for("dashboard.queue", view="everything", kind=kind, state=state)


def _row(each: Standing, team: Mapping[Any, Any], today: date) -> dict[str, Any]:
    state = registry.kind("twinning").workflow.state(each.state)
    sector = find_sector(each.sector)
    return {
        "number": each.number,
        "branch": each.branch,
        "oblast": each.oblast,
        "sector": sector.name_en if sector else "",
        "state": state.label,
        "tag": state.tag,
        "since": words.plain_day(each.since, today),
        "heard": words.plain_day(each.heard_on, today),
        "is_quiet": each.is_quiet and each.state != overview.ASLEEP,
        "needs_help": each.said == HELP,
        "coordinator": team[each.coordinator_id].name if each.coordinator_id in team else "",
    }
