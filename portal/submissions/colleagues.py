"""Letters to ourselves: to one coordinator or to the team, with lists of requests. When one is due is told elsewhere.

A list names references, kinds and branches and nobody's name. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from portal import settings
from portal.accounts.models import Coordinator
from portal.clock import LONDON, london_day
from portal.emails import edited as saved_words
from portal.emails import letters, outbox
from portal.emails.models import OutboxEmail
from portal.submissions.day_words import in_words_of
from portal.submissions.letter_facts import KIND_IN_A_SENTENCE
from portal.submissions.models import reference_of
from portal.submissions.promises import is_working_day
from portal.submissions.workflow import Recipient

LISTED = 10
"""A letter names no more of one sort; the rest is on the desk."""
MORNING = "morning_time"
NOON = time(12)
EVENING = time(20)


def is_morning(session: Session, now: datetime, *, until: time = NOON) -> bool:
    """Whether the letters of a working morning are due: from the hour that is set, up to `until`, in London."""
    local = now.astimezone(LONDON)
    if not is_working_day(local.date()) or local.time() >= until:
        return False
    hour, minute = morning_time(session).split(":")
    return local.time() >= time(int(hour), int(minute))


def morning_time(session: Session) -> str:
    """When the letters of the morning are due, as it is set: "7:30"."""
    return str(settings.get(session, MORNING) or settings.setting(MORNING).default)


def listed(rows: Iterable[Any], language: str, *, day: str = "") -> str:
    """Requests as lines of a letter: reference, kind, branch, where asked for the date in the column `day`, address.

    `rows` have id, kind and heading. More than `LISTED` are cut off with a word about it.
    """
    lines = []
    for number, row in enumerate(rows):
        if number == LISTED:
            with force_locale(language):
                lines.append(f"- {gettext('and more on the desk')}")
            break
        lines.append(_line(row, language, getattr(row, day) if day else None))
    return "\n".join(lines)


def _line(row: Any, language: str, day: date | None) -> str:
    with force_locale(language):
        kind = gettext(KIND_IN_A_SENTENCE[row.kind])
    heading = " ".join(row.heading.split())
    parts = [reference_of(row.id), kind, heading, in_words_of(day, language)]
    return f"- {', '.join(part for part in parts if part)}: {desk_address(f'/requests/{row.id}')}"


def desk_address(path: str = "/") -> str:
    """A page of the desk, as a letter names it."""
    return f"{current_app.config['PUBLIC_URL']}/dashboard{path}"


def write(
    session: Session, person: Coordinator, template: str, facts: Mapping[str, str], *, now: datetime
) -> OutboxEmail:
    """Queue a letter to one coordinator, in their language."""
    with force_locale(person.language):
        greeting = str(gettext("Dear %(name)s", name=person.name))
    return _queue(session, person.email, "coordinator", template, person.language, greeting, facts, now)


def write_to_team(session: Session, template: str, facts: Mapping[str, str], *, now: datetime) -> OutboxEmail | None:
    """Queue a letter to the address of the whole team; None where there is no such address."""
    address = str(current_app.config["TEAM_EMAIL"])
    if not address:
        return None
    with force_locale("en"):
        greeting = str(gettext("Dear all"))
    return _queue(session, address, Recipient.TEAM, template, "en", greeting, facts, now)


def _queue(
    session: Session,
    to: str,
    role: str,
    template: str,
    language: str,
    greeting: str,
    facts: Mapping[str, str],
    now: datetime,
) -> OutboxEmail:
    with force_locale(language):
        campaign = str(gettext("Ukraine Solidarity Campaign"))
    known = {
        "greeting": greeting,
        "campaign": campaign,
        "day": in_words_of(london_day(now), language),
        "desk_link": desk_address(),
        **facts,
    }
    letter = letters.render(template, language, known, texts=saved_words.texts(session))
    return outbox.queue(session, letter, to=to, template=template, role=str(role), now=now)
