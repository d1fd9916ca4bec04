"""Walks requests through their lives, with the answers a mover would type, read by the move's own form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal.clock import london_day
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.sealed import digest
from portal.speakers.register import Speaker
from portal.submissions import actions, consents, registry, turns
from portal.submissions.actions import Mover, Performed
from portal.submissions.forms import FormContext
from portal.submissions.models import Submission
from portal.submissions.moves import MoveForm, move_form
from portal.submissions.workflow import BACK, SAME, Actor
from portal.twinning.bodies import UkrainianBody
from portal.twinning.registrations import PASS_ON, UkrainianRegistration
from tests.submissions.entries import NOW

HEARD = {"yes_of_branch": "Ottoline Hill, by telephone today", "yes_of_body": "Their chair, in a call"}
"""Whose yes one of us has heard, where it stands on no page."""
TYPED = {
    "speaker_name": "Olha Savchenko",
    "speaker_email": "olha@example.org",
    "speaker_language": "uk",
    "may_name_me": "yes",
    "offer": "",
    "accepted": "",
    "although": "",
    "day": "",
    "agreed": "By telephone this morning.",
    "speakers": "",
    "other_date": "Any Tuesday in February",
    "named_on": "",
    "named_time": "",
    "confirmed_on": "Thurs 14 Jan",
    "confirmed_time": "7pm for 7.30",
    "other_on": "11 February 2027",
    "other_time": "5pm",
    "held": "yes",
    "attended": "about 40",
    "motion": "carried",
    "raised_pence": "£120",
    "wishes": "twin",
    "hears_more": "yes",
    "more_people": "6",
    "more_contact": "Sian Pugh, sian@example.org",
    "outcome": "The motion was carried.",
    "body": "",
    "body_name": "Primary organisation of railway workers",
    "body_oblast": "Dnipropetrovsk oblast",
    "body_sector": "Railways",
    "body_email": "body@example.org",
    "body_language": "uk",
    "body_contact": "Iryna Bondar",
    "twinned_on": "22 November 2026",
    **HEARD,
    "body_publicity": "name-only",
    "body_level": "primary",
    "joint_aims": "",
    "said": "in-touch",
    "kind_note": "thanks",
    "side": "body",
    "decided_on": "15 Oct",
    "met_on": "15 Oct",
    "next_on": "14 January",
    "paid_pence": "£50",
    "paid_on": "20.11.2026",
    "aims": "The secretary said so by telephone.",
    "fee_pence": "",
    "counts_as_whole": "",
    "reason": "Because of a clash of dates.",
    "confirmer_name": "Ірина Гай",
    "confirmer_post": "міжнародний відділ",
    "confirmed_how": "call",
    "confirmed_day": "1 November 2026",
    "call_times": "",
    "call_link": "",
    "call_suits": "",
    "question": "Which room is it?",
    "answer": "The large one.",
    "note": "Rang the secretary.",
}
"""What a mover types, by the name of what is asked."""
TYPED_FOR = {
    "part-paid": {"paid_pence": "£20"},
    "change-meeting": {"confirmed_on": "Fri 15 Jan"},
    "branch-moves-meeting": {"confirmed_on": "Fri 15 Jan"},
    "speaker-takes-day": {"confirmed_on": "Fri 15 Jan"},
    "send-call-link": {"call_link": "https://call.example.org/room"},
}
"""What is typed otherwise in one move."""


def move(submission: Any, name: str, *, now: datetime = NOW, by: Mover | None = None, **typed: str) -> Performed:
    """Make one move by its own form; the test commits, or does not. One that speaks of a later day waits for it."""
    transition = registry.kind(submission.kind).workflow.transition(name)
    first = turns.first_moment_for(submission, transition)
    if first is not None and now < first:
        now = first.astimezone(UTC) + timedelta(minutes=1)
    usual = TYPED | TYPED_FOR.get(name, {})
    if name == "propose-body" and "body" not in typed:
        typed["body"] = str(a_body(now))
    if name in ("ask-speakers", "ask-on-tour") and "speakers" not in typed:
        typed["speakers"] = str(registered(now).id)
    if name == "ask-stand-by":
        typed["speakers"] = str(registered(now, "iryna@example.org").id)
    if name == "ask-partner":
        typed["speakers"] = str(registered(now, "rhodri@example.org", experience="seasoned").id)
    if name == "ask-interpreter":
        languages = {"en": "fluent", "uk": "fluent"}
        typed["speakers"] = str(registered(now, "ira@example.org", kind="interpreter", languages=languages).id)
    transition = turns.asks_of(submission, transition)
    raw = {ask.name: typed.get(ask.name, usual[ask.name]) for ask in transition.asks}
    if name in ("speaker-accepts", "visitor-accepts") and "accepted" not in typed:
        raw["accepted"] = ",".join(row["on"] for row in submission.dates)
    form = move_form(transition).from_raw(raw, FormContext(today=london_day(now)))
    assert isinstance(form, MoveForm)
    assert form.validate(), form.errors
    mover = by or Mover(Actor(transition.by[0]))
    return actions.perform(db.session(), submission, name, by=mover, now=now, answers=form.answers())


def confirmed(now: datetime) -> UkrainianBody:
    """What stands beside a registration once its union has confirmed the body."""
    return UkrainianBody(
        waiting_since=now, confirmed_by_name="", confirmed_by_post="", confirmed_how="call", confirmed_on=now.date()
    )


def a_body(now: datetime = NOW) -> int:
    """The number of a body in Ukraine that is confirmed and open for a twin."""
    details = {"name_uk": "Спілка", "oblast": "lviv", "sectors": ["rail"], "contact_email": "body@example.org"}
    made = UkrainianRegistration(language="uk", heading="Lviv Oblast: Rail", consents=[], **details)
    actions.receive(db.session, made, now=now, by=Mover(Actor.BRANCH))
    made.state, made.body = "open", confirmed(now)
    consents.record(made, PASS_ON, language="uk", now=now)
    db.session.flush()
    return int(made.id)


def registered(now: datetime = NOW, email: str = "petro@example.org", **more: Any) -> Speaker:
    """A speaker of the register who has agreed to be in it, with a number."""
    known = {"name": "Petro Lys", "language": "en", "formats": ["in-person", "online"]} | more
    speaker = Speaker(email=email, email_digest=digest(email), created_at=now, confirmed_at=now, **known)
    db.session.add(speaker)
    db.session.flush()
    return speaker


def letters_of(submission: Submission) -> list[tuple[str, str]]:
    """Template and address of every letter about a request, oldest first."""
    rows = db.session.execute(
        select(OutboxEmail.template, OutboxEmail.to_address)
        .where(OutboxEmail.submission_id == submission.id)
        .order_by(OutboxEmail.id)
    )
    return [(row.template, row.to_address) for row in rows]


def text_of(submission: Submission, template: str) -> str:
    """The text of the newest letter of that name."""
    text = db.session.scalars(
        select(OutboxEmail.text)
        .where(OutboxEmail.submission_id == submission.id, OutboxEmail.template == template)
        .order_by(OutboxEmail.id.desc())
    ).first()
    assert text is not None
    return text


def road_to(kind: str, state: str) -> list[str]:
    """The shortest way of moves from the first state to `state`."""
    workflow = registry.kind(kind).workflow
    roads: dict[str, list[str]] = {workflow.initial: []}
    waiting = [workflow.initial]
    while waiting:
        here = waiting.pop(0)
        for row in workflow.transitions:
            # Nobody can be let speak who does not stand by, or come along.
            if (
                row.name not in ("swap", "partner-speaks")
                and here in row.sources
                and row.target not in roads
                and row.target not in (BACK, SAME)
            ):
                roads[row.target] = [*roads[here], row.name]
                waiting.append(row.target)
    return roads[state]
