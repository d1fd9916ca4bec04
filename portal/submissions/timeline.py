"""One history of a request: moves, messages, notes and emails, merged, newest first.

What a branch may see is decided here, once; templates never filter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.emails.models import OutboxEmail
from portal.submissions import registry
from portal.submissions.models import Event, Submission
from portal.submissions.workflow import Actor


class Viewer(StrEnum):
    """For whom the history is drawn."""

    COORDINATOR = "coordinator"
    BRANCH = "branch"


class Shape(StrEnum):
    """The mark beside a line: ring for our acts, gold for the branch's, square for notes."""

    OURS = "ring"
    BRANCH = "gold"
    NOTE = "square"


SPOKEN_TO_BRANCH = frozenset({"ask", "answer", "decline", "no-match", "cancel", "withdraw", "end"})
"""Moves whose words the branch wrote or read in a letter; the words of all others stay on the desk."""


@dataclass(frozen=True)
class Line:
    """One line of history: what happened, by whom, when, and the words that go with it."""

    at: datetime
    title: str
    by: str
    body: str
    shape: Shape
    email: OutboxEmail | None = None
    event_name: str = ""


def timeline(session: Session, submission: Submission, viewer: Viewer) -> list[Line]:
    """All that `viewer` may read of a request's history, newest first. Two statements for a coordinator."""
    events = session.scalars(
        select(Event)
        .where(Event.submission_id == submission.id)
        .options(joinedload(Event.coordinator))
        .order_by(Event.id.desc())
    ).all()
    lines = [line for event in events if (line := _line(submission, event, viewer)) is not None]
    if viewer is Viewer.COORDINATOR:
        emails = session.scalars(
            select(OutboxEmail).where(OutboxEmail.submission_id == submission.id).order_by(OutboxEmail.id.desc())
        ).all()
        lines += [_email_line(email) for email in emails]
        # The sort is stable: what happened in the same moment stays newest first.
        lines.sort(key=lambda line: line.at, reverse=True)
    return lines


def _line(submission: Submission, event: Event, viewer: Viewer) -> Line | None:
    if viewer is Viewer.BRANCH and not event.is_public:
        return None
    return Line(
        at=event.at,
        title=_title(submission, event),
        by=_by(submission, event, viewer),
        body=_body(event, viewer),
        shape=_shape(event),
        event_name=event.name,
    )


def _title(submission: Submission, event: Event) -> str:
    if event.name == "transition":
        return str(gettext(registry.kind(submission.kind).workflow.transition(event.transition).done))
    if event.name == "message":
        is_theirs = event.actor == Actor.BRANCH
        return str(gettext("Message from the branch") if is_theirs else gettext("Message to the branch"))
    if event.name == "assigned":
        name = event.data.get("name")
        return str(gettext("Given to %(name)s", name=name) if name else gettext("Given back to the queue"))
    titles = {
        "received": gettext("Request received"),
        "note": gettext("Note"),
        "amended": gettext("Details changed"),
        "released": gettext("Released from review"),
        "merged": gettext("Branch confirmed"),
    }
    return str(titles.get(event.name, event.name))


def _by(submission: Submission, event: Event, viewer: Viewer) -> str:
    if event.coordinator is not None:
        return event.coordinator.name
    words = {
        Actor.BRANCH: submission.contact_name if viewer is Viewer.COORDINATOR else gettext("you"),
        Actor.SPEAKER: gettext("the speaker"),
        Actor.UKRAINIAN_BODY: gettext("the Ukrainian side"),
        Actor.WORKER: gettext("by itself"),
    }
    return str(words.get(Actor(event.actor), ""))


def _body(event: Event, viewer: Viewer) -> str:
    if event.name == "transition" and viewer is Viewer.BRANCH and event.transition not in SPOKEN_TO_BRANCH:
        return ""
    return event.text


def _shape(event: Event) -> Shape:
    if event.name == "note":
        return Shape.NOTE
    return Shape.BRANCH if event.actor == Actor.BRANCH else Shape.OURS


def _email_line(email: OutboxEmail) -> Line:
    return Line(at=email.queued_at, title=email.subject, by="", body="", shape=Shape.OURS, email=email)
