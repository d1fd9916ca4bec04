"""Changing what a branch told us, one step of its form at a time, from its own page.

What somebody else has changed meanwhile is never overwritten unseen: see `meanwhile`.
"""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.clock import utc_now
from portal.extensions import db
from portal.public import change_letters, form_pages, language, meanwhile, own_moves, posted, tracking
from portal.public.blueprint import on_both_private_pages
from portal.public.tracking_acts import BRANCH, back, checked_token, context, draw, unless_faster
from portal.speakers import bookings, changing
from portal.speakers.meeting_form import Meeting
from portal.submissions import intake, registry
from portal.submissions.actions import NotPermittedError
from portal.submissions.forms import StepForm
from portal.submissions.models import Submission
from portal.twinning import body_address, confirming_anew


@on_both_private_pages("/<token>/change/<step>")
def track_change(token: str, step: str) -> ResponseReturnValue:
    """One step of what the branch told us, to be changed."""
    submission = tracking.find(token)
    _step_of(submission, step)
    if not own_moves.can_be_changed(submission, step):
        return redirect(url_for("public.track", token=token))
    form = intake.change_form(submission, step, None, context())
    return _page(token, submission, step, form, shown=meanwhile.marks(submission, step, form))


@on_both_private_pages("/<token>/change/<step>", method="POST")
@unless_faster
def save_track_change(token: str, step: str) -> ResponseReturnValue:
    """Keep the change; it is our turn then."""
    is_good = checked_token(token)
    submission = tracking.find(token)
    found = _step_of(submission, step)
    if not own_moves.can_be_changed(submission, step):
        raise NotPermittedError("the request is closed")
    raw = found.form(posted.typed(), context=context()).raw()
    shown = posted.typed().get(meanwhile.FIELD, "")
    button = _("Save the change")
    if not is_good:
        form = intake.change_form(submission, step, raw, context())
        return _page(token, submission, step, form, shown=shown, notice=form_pages.token_notice(button), status=400)
    if moved := meanwhile.changed(submission, step, raw, shown):
        form = meanwhile.drawn_again(submission, step, raw, moved, context(), button)
        marks = meanwhile.marks(submission, step, form)
        title = _("Somebody has changed these details meanwhile")
        return _page(token, submission, step, form, shown=marks, summary_title=title, status=409)
    return _save(token, submission, step, raw, shown)


def _save(token: str, submission: Submission, step: str, raw: dict[str, Any], shown: str) -> Response:
    """Write what holds, tell the branch of it, and go back to its page."""
    now = utc_now()
    before = change_letters.told_in(submission, step)
    email = body_address.typed_in(submission, intake.change_form(submission, step, raw, context()))
    apart = body_address.APART if email else ()
    try:
        event = intake.amend_from(
            db.session(), submission, step, raw, by=BRANCH, now=now, context=context(), apart=apart
        )
    except intake.InvalidAnswersError as wrong:
        return _page(token, submission, step, wrong.form, shown=shown, status=422)
    if event is not None:
        fields, tongue = event.data["fields"], submission.language
        standing = confirming_anew.standing(submission, fields, tongue)
        standing = standing or changing.standing(submission, fields, tongue, event.at)
        change_letters.write(db.session(), submission, step, before, event, now, standing=standing)
    if email:
        body_address.ask(db.session(), submission, email, now)
    # Whoever saves what stands there already has thought better of another address.
    is_taken_back = event is None and not email and body_address.take_back(db.session(), submission, step, now)
    db.session.commit()
    if event or not (email or is_taken_back):
        flash(_("We have your change.") if event else _("Nothing was different."), "success")
    if is_taken_back:
        flash(_("We go on writing to your present address. The button in the letter to the other is over."), "success")
    if email:
        flash(_("A letter is on its way to your new address. Press the button in it within a day."), "success")
    return back(token)


def _step_of(submission: Submission, name: str) -> Any:
    """The step of that name; 404 for none."""
    found = next((step for step in registry.kind(submission.kind).steps if step.name == name), None)
    if found is None:
        abort(404)
    return found


def _page(
    token: str, submission: Submission, step: str, form: StepForm, *, notice: str = "", status: int = 200, **more: Any
) -> Response:
    found = _step_of(submission, step)
    # The step that holds the date says what a change of it cannot do by itself.
    booked = bookings.before_a_change(submission, language.current()) if isinstance(form, Meeting) else ""
    booked = booked or confirming_anew.before_a_change(submission, form.data, language.current())
    return draw("public/track_change.html", token, submission, form, notice, status, step=found, booked=booked, **more)
