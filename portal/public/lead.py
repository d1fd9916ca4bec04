"""The page of whoever leads a twinning for a branch and did not send its form: may we name them to the twin?

It is reached by the link in the letter that asks them. Opening it changes nothing: every answer is a button.
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
from portal.extensions import db
from portal.public import form_pages, language, posted
from portal.public.blueprint import blueprint
from portal.public.finding import NoSuchLinkError
from portal.public.tracking_acts import checked_token
from portal.submissions import consents, whole
from portal.submissions.choosing import Tick
from portal.submissions.forms import FormContext, StepForm
from portal.submissions.private_links import is_over
from portal.twinning import leads
from portal.twinning.models import TwinningProposal


class YesForm(StepForm):
    """The consent of the lead, never ticked before."""

    share = Tick("", needed=_l("Tick the box to agree, or choose “No, do not name me”"))

    def prepare(self) -> None:
        """The words are those that are kept with the answer."""
        self.share.label.text = consents.words(consents.LEAD, self.context.language)


@blueprint.get("/lead/<token>")
def lead(token: str) -> ResponseReturnValue:
    """Who asks, what the twin would learn, and the two answers."""
    return _page(token, _opened(token), YesForm(context=_context()))


@blueprint.post("/lead/<token>/yes")
def lead_yes(token: str) -> ResponseReturnValue:
    """Keep the lead's consent."""
    is_good = checked_token(token)
    proposal = _opened(token, lock=is_good)
    form = YesForm(posted.typed(), context=_context())
    if not is_good:
        return _page(token, proposal, form, notice=form_pages.token_notice(_("Yes, you may name me")), status=400)
    if not form.validate():
        return _page(token, proposal, form, status=422)
    leads.agree(db.session(), proposal, language=language.current(), now=utc_now())
    return _kept(token, _("Thank you. We have noted that we may name you."))


@blueprint.post("/lead/<token>/no")
def lead_no(token: str) -> ResponseReturnValue:
    """Keep that the lead is not to be named, or not any more."""
    is_good = checked_token(token)
    proposal = _opened(token, lock=is_good)
    if not is_good:
        notice = form_pages.token_notice(_("No, do not name me"))
        return _page(token, proposal, YesForm(context=_context()), notice=notice, status=400)
    leads.refuse(db.session(), proposal, utc_now())
    return _kept(token, _("Thank you. We will not name you."))


def _kept(token: str, said: str) -> Response:
    try:
        db.session.commit()
    except StaleDataError:
        # Somebody changed the request in the same moment; the page then shows how it stands.
        posted.only_read_from_now()
    else:
        flash(said, "success")
    return redirect(url_for("public.lead", token=token), 303)


def _opened(token: str, *, lock: bool = False) -> TwinningProposal:
    """The twinning whose lead is asked; from here on the page speaks its language. Raises `NoSuchLinkError`."""
    now = utc_now()
    link = links.find(db.session(), "lead", token, now)
    proposal = whole.load(db.session(), link.subject_id, lock=lock) if link is not None else None
    if not isinstance(proposal, TwinningProposal) or is_over(proposal, now) or not proposal.has_another_lead:
        raise NoSuchLinkError
    language.speak(proposal.language)
    return proposal


def _page(token: str, proposal: TwinningProposal, form: StepForm, *, notice: str = "", status: int = 200) -> Response:
    has_agreed = proposal.lead_has_agreed
    return make_response(
        render_template(
            "public/lead.html",
            token=token,
            proposal=proposal,
            has_agreed=has_agreed,
            has_refused=not has_agreed and not proposal.is_lead_to_ask,
            form=form if proposal.is_open and not has_agreed else None,
            notice=notice,
            has_errors=bool(notice or form.errors),
        ),
        status,
    )


def _context() -> FormContext:
    return FormContext(today=london_day(utc_now()), language=language.current())
