"""One history of a request: moves, messages, notes and emails, merged, newest first.

What a branch may see is decided here, once; templates never filter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from flask_babel import get_locale, gettext
from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from portal.accounts.models import Coordinator
from portal.emails.models import OutboxEmail
from portal.sealed import unseal
from portal.submissions import answering, registry
from portal.submissions.changes import DESK
from portal.submissions.day_words import in_words_of
from portal.submissions.history import FORM_AGAIN, OF_ANOTHER
from portal.submissions.models import Event, Submission
from portal.submissions.times import as_said
from portal.submissions.workflow import N_, Actor, Transition


class Viewer(StrEnum):
    """For whom the history is drawn."""

    COORDINATOR = "coordinator"
    BRANCH = "branch"


class Shape(StrEnum):
    """The mark beside a line: ring for our acts, gold for the branch's, square for notes."""

    OURS = "ring"
    BRANCH = "gold"
    NOTE = "square"


SPOKEN_TO_BRANCH = frozenset({"ask", "answer", "decline", "no-match", "cancel", "not-held", "withdraw", "leave"})
"""Moves whose words the branch wrote or read in a letter; the words of all others stay on the desk."""


NAMED = ("speaker_name", "speaker_email", "body_name", "body_contact")
"""Who was asked or named in a move: coordinators read it in the history."""

TO_THE_BRANCH = {
    "We asked the branch a question": N_("We asked you a question"),
    "We asked the branch whether another day suits": N_("We asked you whether another day suits"),
    "The other day suits the branch": N_("The other day suits your branch"),
    "No other day would help the branch": N_("No other day would help your branch"),
    "The day of the tour suits the branch": N_("The day of the tour suits your branch"),
    "The day of the tour does not suit the branch": N_("The day of the tour does not suit your branch"),
    "The branch told us how it goes": N_("You told us how it goes"),
    "The branch has another contact": N_("Your branch has another contact"),
    "The other day does not suit the branch": N_("The other day does not suit your branch"),
    "The branch answered our question": N_("You answered our question"),
    "We asked the body a question": N_("We asked you a question"),
    "The body answered our question": N_("You answered our question"),
    "The branch told us how it went": N_("You told us how it went"),
    "We are waiting for the branch’s decision": N_("We are waiting for your decision"),
    "The branch decided to affiliate": N_("Your branch decided to affiliate"),
    "The branch put its decision off": N_("Your branch put its decision off"),
    "The branch decided not to affiliate": N_("Your branch decided not to affiliate"),
    "The branch said yes to this twin": N_("You said yes to this twin"),
    "The branch told us that both have agreed": N_("You told us that you have both agreed"),
    "The Ukrainian side told us that both have agreed": N_("Your twin told us that you have both agreed"),
    "The branch said no to this twin": N_("You said no to this twin"),
    "The branch renewed": N_("Your branch renewed"),
    "The branch affiliates again": N_("Your branch affiliates again"),
    "We passed words on to the branch": N_("We passed words of the other side on to you"),
    "The two branches were introduced": N_("We introduced you to each other"),
    "The branches have been in touch": N_("You and your twin have been in touch"),
    "The branches are twinned": N_("Your branches are twinned"),
}
"""Words of the history that speak of the reader, by those for everybody else."""

TITLES = {
    "received": N_("Request received"),
    "note": N_("Note"),
    "amended": N_("Details changed"),
    "released": N_("Released from review"),
    FORM_AGAIN: N_("Affiliation form sent again"),
    "merged": N_("Branch confirmed"),
    "new-link": N_("New private link sent"),
    "lead-agreed": N_("The lead agreed to be named to the twin"),
    "lead-refused": N_("The lead does not wish to be named to the twin"),
    "hand-over": N_("Somebody else was asked to take over"),
    "handed-over": N_("Somebody else has taken over"),
    "hand-over-refused": N_("They would rather not take over"),
}
"""What is said of an event by its name; moves, messages and who was given the request have words of their own."""
AT_THE_DESK = {
    "skipped": "Skipped",
    "sent-early": "Sent before its day",
    "letters-held": "Letters wait for a second reader",
    "letters-approved": "Letters approved",
    "letters-sent-back": "Letters sent back",
    "letters-taken-back": "Letters taken back",
    "letters-sent-again": "Letters mended and sent",
    "letters-not-needed": "Letters not needed",
    answering.SETTLED: "Nothing more to answer",
}
"""The same for events that the desk alone reads, in English."""
BY: dict[str, str] = {
    Actor.SPEAKER: N_("the speaker"),
    Actor.UKRAINIAN_BODY: N_("the Ukrainian side"),
    Actor.LEAD: N_("the lead"),
    Actor.SUCCESSOR: N_("who was asked to take over"),
    Actor.WORKER: N_("by itself"),
}
"""Who made a move, where it was neither the branch nor one of us."""


@dataclass(frozen=True)
class Line:
    """One line of history: what happened, by whom, when, and the words that go with it."""

    at: datetime
    title: str
    by: str
    body: str
    shape: Shape
    email: Row[*tuple[Any, ...]] | None = None
    event_name: str = ""
    fields: tuple[str, ...] = ()
    """The columns that a line about changed details speaks of."""
    hands_to_us: bool = False
    """Whether it is a move that made the next step ours."""
    transition: str = ""
    """The name of the move, where it is one."""
    is_answer: bool = False
    """Whether it answers what the branch wrote before it, or ends the request."""
    is_for_branch: bool = False
    """Whether a coordinator made a move that is the branch's own as well: recorded for it."""
    is_of_another: bool = False
    """Whether it keeps what somebody else sent in the branch's name."""
    is_unsaid: bool = False
    """Whether its reader is not shown it, although what came before it is settled by it."""


_event, _email, _person = Event.__table__.c, OutboxEmail.__table__.c, Coordinator.__table__.c
# Rows, not objects: they are only read. The words of a letter stay in the table; the history names its subject.
_EVENTS = (
    select(*Event.__table__.c, _person.name.label("coordinator_name"))
    .select_from(Event.__table__.outerjoin(Coordinator.__table__, _person.id == _event.coordinator_id))
    .where(_event.submission_id == bindparam("submission_id"))
    .order_by(_event.id.desc())
)
_EMAILS = (
    select(
        _email.id,
        _email.state,
        _email.role,
        _email.subject,
        _email.to_address,
        _email.queued_at,
        _email.sent_at,
        _email.dealt_with_at,
        _email.resend_of_id,
        _email.approval_id,
    )
    .where(_email.submission_id == bindparam("submission_id"))
    .order_by(_email.id.desc())
)


def timeline(session: Session, submission: Submission, viewer: Viewer) -> list[Line]:
    """All that `viewer` may read of a request's history, newest first. Two statements for a coordinator."""
    about = {"submission_id": submission.id}
    events = session.execute(_EVENTS, about).all()
    lines, contact = [], submission.contact_name
    for event in events:
        if (line := _line(submission, event, viewer, contact)) is not None:
            lines.append(line)
        if event.actor == Actor.SUCCESSOR and event.name == "amended":
            # What stands further down was done by whoever was the contact before.
            contact = unseal(event.data.get("was", {}).get("contact_name") or "") or contact
    if viewer is Viewer.COORDINATOR:
        # The sort is stable: a letter stands above what caused it in the same moment, as it came after it.
        emails = session.execute(_EMAILS, about)
        lines = [Line(each.queued_at, each.subject, "", "", Shape.OURS, email=each) for each in emails] + lines
        lines.sort(key=lambda line: line.at, reverse=True)
    return lines


def _line(submission: Submission, event: Row[*tuple[Any, ...]], viewer: Viewer, contact: str) -> Line | None:
    is_unsaid = viewer is Viewer.BRANCH and not event.is_public
    if is_unsaid and event.name != answering.SETTLED:
        return None
    return Line(
        at=event.at,
        title=_title(submission, event, viewer),
        by=_by(submission, event, viewer, contact),
        body=_body(event, viewer),
        shape=_shape(event),
        event_name=event.name,
        fields=tuple(event.data.get("fields", ())),
        hands_to_us=bool(event.transition) and _move(submission, event).hands_to_us,
        transition=event.transition,
        is_answer=answering.is_answer(submission, event.name, event.actor, event.transition, event.to_state),
        is_for_branch=_is_for_branch(submission, event),
        is_of_another=OF_ANOTHER in event.data,
        is_unsaid=is_unsaid,
    )


def _title(submission: Submission, event: Row[*tuple[Any, ...]], viewer: Viewer) -> str:
    is_to_branch = viewer is Viewer.BRANCH
    if event.name == "transition":
        move = _move(submission, event)
        done = move.done_at_desk if event.actor == Actor.COORDINATOR and move.done_at_desk else move.done
        done = move.early[1] if {event.from_state, event.to_state}.intersection(move.early[0]) else done
        return str(gettext(TO_THE_BRANCH.get(done, done) if is_to_branch else done))
    if event.name == "message":
        is_theirs = event.actor == Actor.BRANCH
        if is_to_branch:
            return str(gettext("Your message") if is_theirs else gettext("Our message to you"))
        if submission.IS_SEALED:
            return str(gettext("Message from the body") if is_theirs else gettext("Message to the body"))
        return str(gettext("Message from the branch") if is_theirs else gettext("Message to the branch"))
    if event.name == "assigned":
        name = event.data.get("name")
        return str(gettext("Given to %(name)s", name=name) if name else gettext("Given back to the queue"))
    if event.name in TITLES:
        return str(gettext(TITLES[event.name]))
    return AT_THE_DESK.get(event.name, str(event.name))


def _move(submission: Submission, event: Row[*tuple[Any, ...]]) -> Transition:
    return registry.kind(submission.kind).workflow.transition(event.transition)


def _is_for_branch(submission: Submission, event: Row[*tuple[Any, ...]]) -> bool:
    is_ours = event.name == "transition" and event.actor == Actor.COORDINATOR
    return is_ours and Actor.BRANCH in _move(submission, event).by


def _by(submission: Submission, event: Row[*tuple[Any, ...]], viewer: Viewer, contact: str) -> str:
    if viewer is Viewer.BRANCH and event.coordinator_name is not None and _is_for_branch(submission, event):
        return str(gettext("recorded for you by %(name)s", name=event.coordinator_name))
    if event.coordinator_name is not None:
        return str(event.coordinator_name)
    if event.actor == Actor.BRANCH:
        if viewer is Viewer.BRANCH:
            return str(gettext("you"))
        return str(gettext(BY[Actor.UKRAINIAN_BODY])) if submission.IS_SEALED else contact
    return str(gettext(BY[event.actor])) if event.actor in BY else ""


def _meeting(event: Row[*tuple[Any, ...]], language: str) -> str:
    """The day and hour that a move has fixed, and those it has changed; empty where it has fixed none."""
    new, old = (
        _when(event.data, f"{word}_on", at, language)
        for word, at in (("confirmed", "confirmed_time"), ("was", "was_at"))
    )
    return gettext("%(new)s (before: %(old)s)", new=new, old=old) if new and old else new


def _when(data: Mapping[str, Any], on: str, at: str, language: str) -> str:
    day, moment = data.get(on), data.get(at)
    parts = [in_words_of(date.fromisoformat(day), language)] if day else []
    parts += [as_said(time.fromisoformat(moment), language)] if day and moment else []
    return ", ".join(parts)


def _body(event: Row[*tuple[Any, ...]], viewer: Viewer) -> str:
    language = "en" if viewer is Viewer.COORDINATOR else str(get_locale() or "en")[:2]
    why = _why(event) if event.name == "transition" and viewer is Viewer.COORDINATOR else ""
    if event.name == "transition" and (meeting := _meeting(event, language)):
        return f"{meeting}. {why}" if why else meeting
    if event.name == "transition" and viewer is Viewer.BRANCH and event.transition not in SPOKEN_TO_BRANCH:
        return ""
    if event.name == "transition" and not event.text and viewer is Viewer.COORDINATOR:
        # Whoever said no is asked a second time where their name stands nowhere any more.
        said = ", ".join(unseal(event.data[name]) for name in NAMED if event.data.get(name))
        reason = unseal(event.data.get("reason", "")) or why if said else ""
        return f"{said}: {reason}" if reason else said
    if event.name == "amended":
        said = event.data.get("said", {})
        lines = said.get(DESK) if viewer is Viewer.COORDINATOR else said.get(language)
        return "\n".join(map(unseal, lines or said.get("en") or ()))
    return str(event.text)


def _why(event: Row[*tuple[Any, ...]]) -> str:
    """Why a coordinator asked or confirmed somebody all the same, as they wrote it: for coordinators alone."""
    although, agreed = (unseal(event.data.get(name) or "") for name in ("although", "agreed"))
    return f"Asked although something speaks against it: {although}" if although else agreed


def _shape(event: Row[*tuple[Any, ...]]) -> Shape:
    if event.name == "note":
        return Shape.NOTE
    return Shape.BRANCH if event.actor == Actor.BRANCH else Shape.OURS
