"""Correcting what a branch told us, one step of its form at a time."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.dashboard import conflicts, told
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import find, mover
from portal.dashboard.request_page import opened
from portal.extensions import db
from portal.security import needs, tries_out
from portal.submissions import answering, at_desk, intake, private_links, registry
from portal.submissions.forms import FormContext, FormStep, StepForm
from portal.submissions.models import Submission
from portal.twinning import register
from portal.twinning.bodies import CORRECTION
from portal.twinning.registration_forms import CONTACT_STEPS
from portal.twinning.registrations import UkrainianRegistration

LINK = "new_link"
CLOSED = "The request is closed, so no letter leaves. You can send the private link."


@blueprint.get("/requests/<int:number>/correct/<step>")
@needs("coordinator")
@tries_out
def correct(number: int, step: str) -> str:
    """One step of the form as it was filled in. Where it tells how to reach somebody in Ukraine, the look is kept."""
    submission = find(db.session, number)
    found = _step(submission, step)
    if isinstance(submission, UkrainianRegistration) and step in CONTACT_STEPS:
        register.note_look(db.session(), submission, CORRECTION, coordinator_id=current_user.id, now=utc_now())
        db.session.commit()
        submission = find(db.session, number)
    return _page(submission, found, intake.change_form(submission, step, None, _context()))


@blueprint.post("/requests/<int:number>/correct/<step>")
@needs("coordinator")
def save_correction(number: int, step: str) -> str | Response:
    """Keep the corrected facts."""
    submission = find(db.session, number)
    conflicts.insist(submission)
    found = _step(submission, step)
    raw = found.form(request.form, context=_context()).raw()
    was = submission.contact_email
    try:
        event = intake.amend_from(db.session, submission, step, raw, by=mover(), now=utc_now(), context=_context())
    except intake.InvalidAnswersError as wrong:
        return _page(submission, found, wrong.form)
    first = _first_letter(submission) if not was else _new_link(submission) if submission.contact_email != was else ""
    is_settled = "settled" in request.form and answering.settle(db.session(), submission, by=mover(), now=utc_now())
    db.session.commit()
    more = " Nothing is left to answer." if is_settled else ""
    flash(f"{'The details are corrected.' if event else 'Nothing was different.'}{first}{more}", "success")
    return redirect(url_for("dashboard.request_page", number=number), 303)


def _first_letter(submission: Submission) -> str:
    """Send what a contact missed who has an email address only now; the sentence that says what leaves, or why not."""
    if not submission.contact_email:
        return ""
    if not private_links.send_first(db.session(), submission, by=mover(), now=utc_now()):
        return "" if submission.is_open else f" {CLOSED}"
    if submission.held_reason is not None:
        return " Our first letter, with the private link, waits until you let the request in."
    sender = "body" if submission.IS_SEALED else "branch"
    return f" Our first letter, with the private link, is on its way to the {sender}."


def _asks_for_link(submission: Submission, form: StepForm) -> bool:
    """Whether the form holds the address of a body: whoever reads at the old one still has its private link."""
    is_reach = isinstance(submission, UkrainianRegistration) and "contact_email" in form
    return is_reach and private_links.can_be_renewed(submission, utc_now())


def _new_link(submission: Submission) -> str:
    """End the link that the old address has, and send another to the new one, where that is ticked; what leaves."""
    if LINK not in request.form or not submission.IS_SEALED or not private_links.can_be_renewed(submission, utc_now()):
        return ""
    private_links.send_new(db.session(), submission, by=mover(), now=utc_now())
    return " The old link is dead. A new one is on its way to the new address."


def _step(submission: Submission, name: str) -> FormStep:
    """The step of that name; 404 where the kind has no such step."""
    found = next((step for step in registry.kind(submission.kind).steps if step.name == name), None)
    if found is None:
        abort(404)
    return found


def _context() -> FormContext:
    return FormContext(today=london_day(utc_now()), language="en", by_hand=True)


def _page(submission: Submission, step: FormStep, form: StepForm) -> str:
    return render_template(
        "dashboard/correct.html",
        submission=submission,
        step=step,
        title=told.STEPS[step.name],
        form=at_desk.reword(form),
        notice=at_desk.sentence(form.notice),
        can_settle=answering.is_owed(submission),
        is_settled="settled" in request.form,
        asks_for_link=_asks_for_link(submission, form),
        is_link_wanted=request.method == "GET" or LINK in request.form,
        opened=request.form.get("opened") or opened(utc_now()),
    )
