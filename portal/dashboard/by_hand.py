"""Adding a request that came by telephone, by letter, by email or at a stall: one long page per kind.

The steps are those of the public form; their fields stand together, each under the name of its step.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.dashboard import told
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import mover
from portal.extensions import db
from portal.security import needs
from portal.submissions import at_desk, intake, registry, together
from portal.submissions.forms import FormContext, FormStep, StepForm
from portal.submissions.models import Draft, Submission
from portal.submissions.registry import Kind
from portal.typed_back import APART

CHANNELS = (
    ("telephone", "By telephone"),
    ("letter", "By letter"),
    ("email", "By email"),
    ("stall", "At a stall or a meeting"),
)

Steps = list[tuple[FormStep, StepForm]]


@blueprint.get("/requests/new")
@needs("coordinator")
def by_hand_choice() -> str:
    """Which kind of request it is."""
    return render_template("dashboard/by_hand_choice.html", kinds=registry.kinds())


@blueprint.get("/requests/new/<kind>")
@needs("coordinator")
def by_hand(kind: str) -> str:
    """The whole form of a kind, empty."""
    found = _kind(kind)
    context = FormContext(today=london_day(utc_now()), by_hand=True)
    return _page(found, [(step, step.form(context=context)) for step in found.steps], "", "")


@blueprint.post("/requests/new/<kind>")
@needs("coordinator")
def add_by_hand(kind: str) -> str | Response:
    """File what was typed in; what is missing is asked for, and nothing typed is lost."""
    found = _kind(kind)
    now = utc_now()
    channel = request.form.get("channel", "")
    answers = answers_from(request.form, found)
    context = FormContext(today=london_day(now), language="en", answers=answers, by_hand=True, now=now)
    steps = intake.check(found, answers, context)
    channel_error = "" if channel in dict(CHANNELS) else "Choose how it came"
    if channel_error or any(form.errors for _, form in steps):
        return _page(found, steps, channel, channel_error)
    once = request.form.get("once") or secrets.token_urlsafe(12)
    try:
        submission = _file(found, answers, channel, once, now)
    except IntegrityError:
        # Pressed twice at the same moment: now the second press finds what the first has made.
        db.session.rollback()
        submission = _file(found, answers, channel, once, now)
    if submission.draft_id == draft_of(found, once, now).id:
        filed = together.all_of(submission)
        flash(f"{together.named(filed)} {'is' if len(filed) == 1 else 'are'} in the queue.", "success")
    else:
        flash(f"{submission.heading} had a request of this kind already: the form was put with {submission.reference}.")
    return redirect(url_for("dashboard.request_page", number=submission.id), 303)


def _file(kind: Kind, answers: dict[str, dict[str, Any]], channel: str, once: str, now: datetime) -> Submission:
    """File the answers in one transaction, or find what the same page has made before."""
    submission = intake.file(
        db.session,
        kind,
        answers,
        now=now,
        language=_language(answers),
        channel=channel,
        by=mover(),
        draft=draft_of(kind, once, now),
    )
    db.session.commit()
    return submission


def answers_from(form: MultiDict[str, str], kind: Kind) -> dict[str, dict[str, Any]]:
    """The raw answers of each step, out of one long form."""
    answers: dict[str, dict[str, Any]] = {}
    context = FormContext(today=london_day(utc_now()), by_hand=True)
    for step in kind.steps:
        prefix = step.name + APART
        typed: MultiDict[str, str] = MultiDict(
            [(name.removeprefix(prefix), value) for name, value in form.items(multi=True) if name.startswith(prefix)]
        )
        answers[step.name] = step.form(typed, context=context).raw()
    return answers


def draft_of(kind: Kind, once: str, now: datetime) -> Draft:
    """The draft behind a page drawn once: a second press of its button files nothing new."""
    token_hash = hashlib.sha256(f"by hand {once}".encode()).hexdigest()
    draft = db.session.scalar(select(Draft).where(Draft.token_hash == token_hash))
    if draft is None:
        draft = Draft(token_hash=token_hash, kind=kind.name, answers={}, steps_done=[], opened_at=now, updated_at=now)
        db.session.add(draft)
        db.session.flush()
    return draft


def _language(answers: dict[str, dict[str, Any]]) -> str:
    """The language that the branch wants its letters in, where the form asks for it."""
    wanted = {str(given.get("language", "")) for given in answers.values()}
    return "uk" if "uk" in wanted else "en"


def _kind(name: str) -> Kind:
    """The kind of that name; 404 for none."""
    found = next((kind for kind in registry.kinds() if kind.name == name), None)
    if found is None:
        abort(404)
    return found


def _page(kind: Kind, steps: Steps, channel: str, channel_error: str) -> str:
    for step, form in steps:
        for each in at_desk.reword(form):
            # Only what the browser sees is renamed: the form itself was read before.
            each.name = each.id = step.name + APART + each.short_name
    wrong = [each for _, form in steps for each in form if each.errors]
    return render_template(
        "dashboard/by_hand.html",
        kind=kind,
        steps=steps,
        titles=told.STEPS,
        notices={step.name: at_desk.sentence(form.notice) for step, form in steps},
        channels=CHANNELS,
        channel=channel,
        channel_error=channel_error,
        wrong=wrong,
        has_errors=bool(wrong or channel_error),
        once=request.form.get("once") or secrets.token_urlsafe(12),
    )
