"""Union bodies in Ukraine on the desk: the register, one of them, and how to reach it, which is noted each time.

Viewers see nothing of it. Moves are made on the request's page, as of every kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.dashboard import told, words
from portal.dashboard.asked_for import email_link, phone_link
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import mover
from portal.dashboard.people import coordinators
from portal.directory.subjects import find_sector, sectors
from portal.directory.ukraine import oblast, oblasts
from portal.directory.ukrainian_unions import ukrainian_union
from portal.extensions import db
from portal.security import needs
from portal.submissions import at_desk, whole
from portal.submissions.typed import clean_line
from portal.twinning import alike, confirming_anew, register
from portal.twinning.bodies import CONTACT, SEEN
from portal.twinning.register import Wanted
from portal.twinning.registration_forms import CONTACT_STEPS
from portal.twinning.registration_workflow import HOW, WORKFLOW
from portal.twinning.registrations import WITHDRAWN, UkrainianRegistration

LEVEL_NAMES = {"primary": "Primary", "territorial": "Town or district", "regional": "Oblast", "national": "National"}


@blueprint.get("/ukraine")
@needs("coordinator")
def ukrainian_bodies() -> str:
    """The bodies that fit the filters, by name."""
    typed = {name: clean_line(request.args.get(name, ""))[:100] for name in Wanted.__dataclass_fields__}
    after = request.args.get("after", "")
    is_number = after.isascii() and after.isdigit() and len(after) < 10
    found = register.listed(db.session(), Wanted(**typed), after=int(after) if is_number else 0)
    today = london_day(utc_now())
    narrowed: dict[str, Any] = {name: value for name, value in typed.items() if value}
    return render_template(
        "dashboard/ukraine.html",
        rows=[
            {
                "id": row.id,
                "name": row.name_uk,
                "latin": row.name_latin,
                "union": _union(row),
                "level": LEVEL_NAMES.get(row.level, ""),
                "oblast": _oblast(row.oblast),
                "sectors": _sectors(row.sectors),
                "size": f"{row.size:,}" if row.size else "",
                "state": WORKFLOW.state(row.state).label,
                "is_changed": row.is_changed,
                "since": words.plain_day(london_day(row.waiting_since or row.received_at), today),
            }
            for row in found.rows
        ],
        found=found.found,
        typed=typed,
        narrowed=narrowed,
        choices=[
            ("oblast", "Oblast", tuple((row.slug, row.name) for row in oblasts())),
            ("sector", "Sector", tuple((row.slug, row.name_en) for row in sectors())),
            ("state", "Status", tuple((name, WORKFLOW.state(name).label) for name in register.STATES)),
        ],
        options=words.options,
        next_url=url_for("dashboard.ukrainian_bodies", **narrowed, after=found.after) if found.after else None,
        is_begun=bool(after),
    )


@blueprint.get("/ukraine/<int:number>")
@needs("coordinator")
def ukrainian_body(number: int) -> str:
    """What a body told us but for how to reach it, who confirmed it, and who of us has looked."""
    return _page(_find(number), utc_now())


@blueprint.post("/ukraine/<int:number>")
@needs("coordinator")
def show_contact(number: int) -> str:
    """The same page with how to reach them; that somebody looked is kept before it is shown."""
    found = _find(number)
    now = utc_now()
    register.note_look(db.session(), found, CONTACT, coordinator_id=current_user.id, now=now)
    db.session.commit()
    return _page(_find(number), now, with_contact=True)


@blueprint.post("/ukraine/<int:number>/apart/<int:other>")
@needs("coordinator")
def keep_bodies_apart(number: int, other: int) -> Response:
    """Two registrations are of different bodies; nobody is asked again. Pressed twice, it is said once."""
    one, another = _find(number), _find(other)
    if any(each.number == other for each in alike.alike(db.session(), one)):
        alike.keep_apart(db.session(), one, another, mover(), utc_now())
        db.session.commit()
    flash("They are kept as two bodies.", "success")
    return redirect(url_for("dashboard.ukrainian_body", number=number), 303)


def _find(number: int) -> UkrainianRegistration:
    """The body with that number; 404 for none, for another kind of request, and for one that has withdrawn."""
    found = whole.load(db.session(), number)
    if not isinstance(found, UkrainianRegistration) or found.state == WITHDRAWN:
        abort(404)
    return found


def _page(found: UkrainianRegistration, now: datetime, *, with_contact: bool = False) -> str:
    today = london_day(now)
    answers = told.told(found)
    facts = [
        {"label": at_desk.LABELS[name], "value": lines}
        for step, given in answers.items()
        if step not in CONTACT_STEPS
        for name, lines in given.items()
        if lines
    ]
    team = coordinators(db.session, now)
    return render_template(
        "dashboard/ukrainian_body.html",
        body=found,
        name=found.name_uk or found.heading,
        state=found.WORKFLOW.state(found.state).label,
        received=words.plain_day(london_day(found.received_at), today),
        facts=facts,
        alike=[(each, WORKFLOW.state(each.state).label) for each in alike.alike(db.session(), found)],
        confirmation=_confirmation(found, answers, today),
        caution=found.known_oblast.caution if found.known_oblast else "",
        contact=_contact(found) if with_contact else [],
        looks=[
            (
                team[each.coordinator_id].name if each.coordinator_id in team else "somebody who is gone",
                words.when(each.at, today),
                SEEN.get(each.what, each.what),
            )
            for each in register.looks(db.session(), found.id)
        ],
    )


def _confirmation(found: UkrainianRegistration, answers: dict[str, Any], today: Any) -> list[dict[str, Any]]:
    """Who confirmed the body, how and when; and what it lets us publish."""
    body = found.body
    rows = [{"label": "May be published", "value": answers["trust"].get("publicity") or ["Nothing"]}]
    if body is None:
        return rows
    by = ", ".join(part for part in (body.confirmed_by_name, body.confirmed_by_post) if part)
    how = dict(HOW).get(body.confirmed_how, "").lower()
    rows.insert(0, {"label": "Confirmed by", "value": [by, f"{how}, {words.plain_day(body.confirmed_on, today)}"]})
    if body.confirmed_by_coordinator is not None:
        rows.insert(1, {"label": "Noted by", "value": [body.confirmed_by_coordinator.name]})
    if found.is_to_confirm_anew:
        rows.insert(0, {"label": "Changed since", "value": _changed(confirming_anew.former(body), found)})
    return [*rows, {"label": "Waits since", "value": [words.plain_day(london_day(body.waiting_since), today)]}]


def _changed(former: Mapping[str, str], found: UkrainianRegistration) -> list[str]:
    """What its union confirmed, and what the body has made of it."""
    told = {name: (_in_words(name, was), _in_words(name, getattr(found, name))) for name, was in former.items()}
    return [f"{at_desk.LABELS[name]}: {was or 'nothing'}, now {new or 'nothing'}" for name, (was, new) in told.items()]


def _in_words(name: str, value: str) -> str:
    if name == "level":
        return LEVEL_NAMES.get(value, "")
    if name == "oblast":
        return _oblast(value)
    return _union_name(value) if name == "union_slug" else value


def _contact(found: UkrainianRegistration) -> list[dict[str, Any]]:
    """How to reach a body: the contact, the deputy, the safest way, and whom to ask about it."""
    reach = [
        ("Contact", [", ".join(part for part in (found.contact_name, found.contact_role) if part)]),
        ("Email", [email_link(found.contact_email)] if found.contact_email else []),
        ("Phone", [phone_link(found.contact_phone, "UA")] if found.contact_phone else []),
        ("Safest way", found.safe_way.splitlines()),
        ("Deputy", [found.second_name] if found.second_name else []),
        ("Deputy’s email", [email_link(found.second_email)] if found.second_email else []),
        ("Deputy’s phone", [phone_link(found.second_phone, "UA")] if found.second_phone else []),
        ("Who can confirm them", found.who_confirms.splitlines()),
        ("Notes", found.notes.splitlines()),
    ]
    return [{"label": label, "value": value} for label, value in reach if value]


def _union(row: Any) -> str:
    return _union_name(row.union_slug) or row.union_text


def _union_name(slug: str) -> str:
    known = ukrainian_union(slug)
    return (known.abbr_en or known.name_en) if known else ""


def _oblast(slug: str) -> str:
    known = oblast(slug)
    return known.name if known else ""


def _sectors(slugs: list[str]) -> str:
    return "; ".join(found.name_en for slug in slugs if (found := find_sector(slug)))
