"""The first call on the own page of either side: which of the times offered suit, and the one that is fixed.

Both sides tick on their own page, in their own language. What follows is `twinning.calling`’s.
"""

from __future__ import annotations

from flask import abort, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from portal.clock import utc_now
from portal.extensions import db
from portal.public import form_pages, language, posted, tracking, twin_panels
from portal.public.blueprint import on_both_private_pages
from portal.public.tracking_acts import back, checked_token, context, draw
from portal.public.twin_panels import Twin
from portal.public.twinned import found
from portal.submissions import whole
from portal.submissions.choosing import AnyOf
from portal.submissions.forms import StepForm
from portal.submissions.models import Submission
from portal.twinning import call_facts, calling, pulse
from portal.twinning.models import TwinningProposal


class CallForm(StepForm):
    """The times that are offered; nothing ticked means that none suits."""

    times = AnyOf(_l("Which of these times suit you?"), choices=[])


@on_both_private_pages("/<token>/twinnings/<int:number>/call")
def first_call(token: str, number: int) -> ResponseReturnValue:
    """The times that are offered, to be ticked."""
    submission, twin = _find(token, number)
    form = CallForm(data={"times": _ticked(twin, submission)}, context=context())
    return _page(token, submission, twin, form)


@on_both_private_pages("/<token>/twinnings/<int:number>/call", method="POST")
def tick_times(token: str, number: int) -> ResponseReturnValue:
    """Keep what was ticked; once both sides have, a time is fixed or others are offered."""
    is_good = checked_token(token)
    submission, twin = _find(token, number)
    form = CallForm(posted.typed(), context=context())
    if not is_good:
        notice = form_pages.token_notice(_("Send your times"))
        return _page(token, submission, twin, form, notice=notice, status=400)
    form.times.choices = _choices(twin)
    if not form.validate():
        return _page(token, submission, twin, form, status=422)
    proposal = whole.load(db.session(), twin.proposal.id, lock=True)
    if not isinstance(proposal, TwinningProposal):
        abort(404)
    is_body = twin_panels.side_of(twin, submission) == pulse.BODY
    numbers = {int(each) for each in form.times.value or ()}
    calling.tick(db.session(), proposal, numbers, is_body=is_body, now=utc_now())
    call = calling.call_of(proposal)
    db.session.commit()
    is_fixed = call is not None and call.starts_at is not None
    fixed, noted = (
        _("Your first call is fixed. We have written to you both."),
        _("Thank you. We have noted your times."),
    )
    flash(fixed if is_fixed else noted, "success")
    return back(token)


def _find(token: str, number: int) -> tuple[Submission, Twin]:
    """Whoever owns the page, and the twinning whose call is open; 404 where no time is asked about."""
    submission = tracking.find(token)
    twin = found(submission, number)
    if not twin_panels.call_is_open(twin):
        abort(404)
    return submission, twin


def _choices(twin: Twin) -> list[SelectChoice]:
    call = calling.call_of(twin.proposal)
    slots = call.open_slots(utc_now()) if call is not None else ()
    return [SelectChoice(str(each.id), calling.in_words(each.starts_at, language.current())) for each in slots]


def _ticked(twin: Twin, submission: Submission) -> list[str]:
    call = calling.call_of(twin.proposal)
    is_body = twin_panels.side_of(twin, submission) == pulse.BODY
    slots = call.slots if call is not None else ()
    return [str(each.id) for each in slots if (each.body_can if is_body else each.branch_can)]


def _page(
    token: str, submission: Submission, twin: Twin, form: CallForm, *, notice: str = "", status: int = 200
) -> ResponseReturnValue:
    form.times.choices = _choices(twin)
    moved_from = call_facts.moved_from(twin.proposal, language.current())
    return draw("public/twin_call.html", token, submission, form, notice, status, moved_from=moved_from)
