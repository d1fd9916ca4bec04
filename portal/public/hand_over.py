"""Handing a twinning over: the page where somebody names a successor, and the page where that one says yes or no.

Opening either changes nothing. What follows from an answer is in `twinning.handing_over`.
"""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.emails import links
from portal.emails.models import PrivateLink
from portal.extensions import db
from portal.public import form_pages, language, posted, tracking, tracking_acts
from portal.public.blueprint import blueprint, on_both_private_pages
from portal.public.finding import NoSuchLinkError
from portal.submissions import consents
from portal.submissions.choosing import Tick
from portal.submissions.fields import EmailText, Name
from portal.submissions.forms import FormContext, StepForm
from portal.submissions.models import Submission
from portal.submissions.workflow import N_
from portal.twinning import handing_over
from portal.twinning.handing_over import Offered
from portal.twinning.registrations import heading_in

A_TWINNING, THE_SEARCH = N_("The twinning with a union in the other country"), N_("The search for a twin")
"""What a successor takes over; with whom, they read once they have."""


class SuccessorForm(StepForm):
    """Who takes over."""

    name = Name(_l("Their name"), most=120, needed=_l("Enter their name"))
    email = EmailText(_l("Their email address"), needed=_l("Enter their email address"), look={"autocomplete": "off"})


class TakeOverForm(StepForm):
    """What a successor agrees to themselves; nothing is ticked before."""

    keep = Tick("", needed=_l("Tick the box to agree, or choose “No, I would rather not”"))
    share = Tick("", says_optional=False)

    def ask_for(self, submission: Submission) -> TakeOverForm:
        """Ask only for what this side needs, in the words that are kept with the answer."""
        names = handing_over.consents_of(submission)
        if len(names) == 1:
            del self.keep
        else:
            self.keep.label.text = consents.words(names[0], self.context.language)
        self.share.label.text = consents.words(names[-1], self.context.language)
        return self

    def agreed(self, submission: Submission) -> list[str]:
        """The consents that were given, by their names."""
        names = handing_over.consents_of(submission)
        given = [names[-1]] if self.share.value else []
        return given if len(names) == 1 else [names[0], *given]


@on_both_private_pages("/<token>/hand-over")
def hand_over(token: str) -> ResponseReturnValue:
    """Name whoever takes over."""
    submission = tracking.find(token)
    if not handing_over.can_be_handed_over(submission):
        return tracking_acts.back(token)
    return _asking_page(token, submission, SuccessorForm(context=tracking_acts.context()))


@on_both_private_pages("/<token>/hand-over", method="POST")
def ask_successor(token: str) -> ResponseReturnValue:
    """Write to whoever takes over."""
    is_good = tracking_acts.checked_token(token)
    submission = tracking.find(token)
    form = SuccessorForm(posted.typed(), context=tracking_acts.context())
    if not is_good:
        notice = form_pages.token_notice(_("Write to them"))
        return _asking_page(token, submission, form, notice=notice, status=400)
    if not handing_over.can_be_handed_over(submission):
        return tracking_acts.back(token)
    if not form.validate():
        return _asking_page(token, submission, form, status=422)
    given = form.cleaned()
    handing_over.ask(db.session(), submission, given["name"], given["email"], utc_now())
    db.session.commit()
    flash(_("We have written to them. Until they accept, all stays as it is."), "success")
    return tracking_acts.back(token)


@blueprint.get("/handover/<token>")
def handover(token: str) -> ResponseReturnValue:
    """Who asks, what it is about, and the two answers."""
    _link, found = _opened(token)
    return _page(token, found, _form(found))


@blueprint.post("/handover/<token>/yes")
def handover_yes(token: str) -> ResponseReturnValue:
    """Take over."""
    is_good = tracking_acts.checked_token(token)
    link, found = _opened(token, lock=is_good)
    form = TakeOverForm(posted.typed(), context=_context()).ask_for(found.submission)
    if not is_good:
        return _page(token, found, form, notice=form_pages.token_notice(_("Yes, I take it over")), status=400)
    if not form.validate():
        return _page(token, found, form, status=422)
    handing_over.accept(db.session(), link, found, form.agreed(found.submission), utc_now())
    return _kept(found.submission)


@blueprint.post("/handover/<token>/no")
def handover_no(token: str) -> ResponseReturnValue:
    """Leave it as it is."""
    is_good = tracking_acts.checked_token(token)
    link, found = _opened(token, lock=is_good)
    if not is_good:
        notice = form_pages.token_notice(_("No, I would rather not"))
        return _page(token, found, _form(found), notice=notice, status=400)
    handing_over.refuse(db.session(), link, found, utc_now())
    try:
        db.session.commit()
    except StaleDataError:
        posted.only_read_from_now()
    return make_response(render_template("public/handed_over.html", other_language=None))


def _kept(submission: Submission) -> ResponseReturnValue:
    """To the successor's own page, by the new link."""
    path = links.path_of(links.issue(db.session(), submission.PAGE, submission.id, utc_now()))
    try:
        db.session.commit()
    except StaleDataError:
        # Somebody changed the request in the same moment; nothing was written.
        posted.only_read_from_now()
        return redirect(url_for("public.find_request"), 303)
    flash(_("Thank you. It is yours now. We have sent you the link to this page."), "success")
    return redirect(path, 303)


def _opened(token: str, *, lock: bool = False) -> tuple[PrivateLink, Offered]:
    """What the link leads to; from here on the page speaks the language of the request. Raises `NoSuchLinkError`."""
    known = handing_over.offered(db.session(), token, utc_now(), lock=lock)
    if known is None:
        raise NoSuchLinkError
    language.speak(known[1].submission.language)
    return known


def _form(found: Offered) -> TakeOverForm:
    return TakeOverForm(context=_context()).ask_for(found.submission)


def _context() -> FormContext:
    return FormContext(today=london_day(utc_now()), language=language.current())


def _asking_page(
    token: str, submission: Submission, form: StepForm, *, notice: str = "", status: int = 200
) -> Response:
    return tracking_acts.draw("public/hand_over.html", token, submission, form, notice, status)


def _page(token: str, found: Offered, form: StepForm, *, notice: str = "", status: int = 200) -> Response:
    return make_response(
        render_template(
            "public/handover.html",
            token=token,
            submission=found.submission,
            organisation=heading_in(found.submission, language.current()),
            about=A_TWINNING if handing_over.is_twinned(found.submission) else THE_SEARCH,
            name=found.name,
            email=found.email,
            form=form,
            notice=notice,
            has_errors=bool(notice or form.errors),
        ),
        status,
    )
