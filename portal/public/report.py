"""How did the meeting go? A page for the branch and one for the speaker, each reached by a private link.

The branch comes to its own from the page of its request as well. Looking changes nothing; a report can be corrected
until the request is closed. What a report leads to is decided in `speakers.reports`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from portal import limits, new_rows
from portal.clock import london_day, utc_now
from portal.emails import links
from portal.extensions import db
from portal.public import drafts, finding, form_pages, language, posted
from portal.public.blueprint import blueprint
from portal.public.finding import NoSuchLinkError
from portal.public.report_forms import ReportForm, typed_of
from portal.public.tracking_acts import checked_token
from portal.speakers import afterwards, reports, told
from portal.speakers.facts import facts
from portal.speakers.models import SpeakerRequest
from portal.speakers.report_rows import BRANCH, SPEAKER, MeetingReport
from portal.speakers.settling import settled
from portal.speakers.wished import KINDS
from portal.submissions import whole
from portal.submissions.actions import NotPermittedError
from portal.submissions.forms import FormContext
from portal.submissions.private_links import is_over
from portal.submissions.settled import Rows, rows_of
from portal.submissions.workflow import N_

FORMS = {
    "twinning": N_("Propose a twinning"),
    "affiliation": N_("Affiliate your branch"),
    "speaker": N_("Invite a speaker"),
}
"""The words on the button of each form that a wish leads to."""


@dataclass(frozen=True)
class Opened:
    """What a link opens: the report of one side, and the request it is about."""

    report: MeetingReport
    request: SpeakerRequest

    @property
    def is_open(self) -> bool:
        """Whether the report can still be written or corrected."""
        return self.request.state == afterwards.HELD

    @property
    def is_of_branch(self) -> bool:
        """Whether it is the branch's; else it is the speaker's."""
        return self.report.side == BRANCH


@dataclass(frozen=True)
class Way:
    """How somebody comes to a report: how a token opens it, and the endpoints of its pages."""

    find: Callable[[str, bool], Opened]
    page: str
    save: str
    begin: str


@blueprint.get("/report/<token>")
def report(token: str) -> ResponseReturnValue:
    """How it went, as far as it was told."""
    return _page(BY_LINK, token, BY_LINK.find(token, False))


@blueprint.post("/report/<token>")
def save_report(token: str) -> ResponseReturnValue:
    """Keep what one side tells."""
    return _save(BY_LINK, token)


@blueprint.post("/report/<token>/next/<kind:kind>")
def begin_from_report(token: str, kind: str) -> ResponseReturnValue:
    """Open a form with what is known filled in."""
    return _begin(BY_LINK, token, kind)


@blueprint.get("/track/<token>/moves/report")
@blueprint.get("/track/<token>/moves/branch-reports")
def own_report(token: str) -> ResponseReturnValue:
    """The same page for a branch that comes from its request."""
    return _page(FROM_REQUEST, token, FROM_REQUEST.find(token, False))


@blueprint.post("/track/<token>/moves/report")
@blueprint.post("/track/<token>/moves/branch-reports")
def save_own_report(token: str) -> ResponseReturnValue:
    """Keep what the branch tells there."""
    return _save(FROM_REQUEST, token)


@blueprint.post("/track/<token>/next/<kind:kind>")
def begin_from_own_report(token: str, kind: str) -> ResponseReturnValue:
    """Open a form from there."""
    return _begin(FROM_REQUEST, token, kind)


def _by_link(token: str, lock: bool) -> Opened:
    """What a report's own link opens. Raises `NoSuchLinkError`."""
    now = utc_now()
    link = links.find(db.session(), "report", token, now)
    found = db.session.get(MeetingReport, link.subject_id) if link is not None else None
    about = whole.load(db.session(), found.submission_id, lock=lock) if found is not None else None
    if found is None or not isinstance(about, SpeakerRequest) or is_over(about, now):
        raise NoSuchLinkError
    if found.side == SPEAKER and not about.is_speaker_there:
        raise NoSuchLinkError
    if lock:
        db.session.refresh(found)
    language.speak(about.language if found.side == BRANCH else about.speaker_language)
    return Opened(found, about)


def _from_request(token: str, lock: bool) -> Opened:
    """What the link to a branch's request opens. Raises `NoSuchLinkError` where nobody asks how it went."""
    about = finding.opened(db.session(), token, utc_now(), lock=lock)
    found = afterwards.of_side(about.reports, BRANCH) if isinstance(about, SpeakerRequest) else None
    if found is None or not isinstance(about, SpeakerRequest):
        raise NoSuchLinkError
    if lock:
        db.session.refresh(found)
    language.speak(about.language)
    return Opened(found, about)


BY_LINK = Way(_by_link, "public.report", "public.save_report", "public.begin_from_report")
FROM_REQUEST = Way(_from_request, "public.own_report", "public.save_own_report", "public.begin_from_own_report")


def _save(way: Way, token: str) -> ResponseReturnValue:
    """Take a report in: with a good token and a good form it is kept at once; else the page comes again."""
    is_good = checked_token(token)
    found = way.find(token, is_good)
    form = _form(found, ReportForm(posted.typed(), context=_context()))
    if not is_good:
        return _page(way, token, found, form=form, notice=form_pages.token_notice(_button(found)), status=400)
    if not found.is_open:
        return redirect(url_for(way.page, token=token), 303)
    if not (form.validate() and form.is_enough()):
        return _page(way, token, found, form=form, status=422)
    try:
        reports.tell(db.session(), found.request, found.report.side, form.answers(), utc_now())
        db.session.commit()
    except (NotPermittedError, StaleDataError):
        # Somebody closed it a moment earlier: the page says how it stands.
        posted.only_read_from_now()
        return redirect(url_for(way.page, token=token), 303)
    flash(_("Thank you. We have written that down."), "success")
    return redirect(url_for(way.page, token=token), 303)


def _begin(way: Way, token: str, kind: str) -> ResponseReturnValue:
    """Make a draft of a form that knows who the branch is, and give this browser its key."""
    is_good = checked_token(token)
    found = way.find(token, False)
    if not found.is_of_branch:
        abort(404)
    if not is_good:
        return _page(way, token, found, notice=form_pages.token_notice(_button_of(kind)), status=400)
    session, now = db.session(), utc_now()
    draft = drafts.find(session, kind, now, lock=True)
    key = request.cookies.get(drafts.cookie_name(kind), "")
    if draft is None or drafts.is_sent(draft):
        limits.refuse_more_drafts(session.connection(), request.remote_addr or "")
        draft, key = drafts.begin(kind, language.current(), now, earlier=found.request.id)
        new_rows.write(session, draft)
        session.commit()
    answer = redirect(url_for("public.start", kind=kind), 303)
    drafts.set_cookie(answer, kind, key)
    return answer


def _page(
    way: Way, token: str, found: Opened, *, form: ReportForm | None = None, notice: str = "", status: int = 200
) -> Response:
    """Draw the page of a report."""
    shown = form or _form(found, ReportForm(data=typed_of(found.report), context=_context()))
    has_told = found.report.answered_at is not None
    wishes = found.report.wishes or [] if found.is_of_branch and has_told else []
    return make_response(
        render_template(
            "public/report.html",
            token=token,
            way=way,
            reference=found.request.reference,
            situation=_situation(found),
            is_of_branch=found.is_of_branch,
            is_open=found.is_open,
            has_told=has_told,
            was_held=found.report.held,
            is_from_request=way is FROM_REQUEST,
            meeting=_listed(_meeting(found)),
            told=_listed(told.rows(found.report)),
            wishes=[(KINDS[each], _button_of(KINDS[each])) for each in wishes if each in KINDS],
            form=shown if found.is_open else None,
            button=_button(found),
            notice=notice,
            has_errors=bool(notice or (form is not None and form.errors)),
        ),
        status,
    )


def _form(found: Opened, form: ReportForm) -> ReportForm:
    return form if found.is_of_branch else form.of_speaker()


def _situation(found: Opened) -> str:
    if found.report.answered_at is not None:
        return str(_("Thank you for telling us"))
    if not found.is_open:
        return str(_("This request is over"))
    return str(_("How did your meeting go?") if found.is_of_branch else _("How did your talk go?"))


def _button(found: Opened) -> str:
    return str(_("Send what has changed") if found.report.answered_at is not None else _("Send your report"))


def _button_of(kind: str) -> str:
    return str(_(FORMS[kind])) if kind in FORMS else ""


def _meeting(found: Opened) -> Rows:
    """Which meeting it is about, in the present language."""
    if found.is_of_branch:
        return settled(found.request, language.current(), london_day(utc_now())).rows
    known = facts(found.request, language.current())
    when = known["meeting_when"]
    if when and known["meeting_when_kyiv"]:
        when = f"{when} ({known['meeting_when_kyiv']})"
    return rows_of((_("Branch"), found.request.heading), (_("When, in London time"), when))


def _listed(rows: Rows) -> list[dict[str, str]]:
    return [{"label": label, "value": value} for label, value in rows]


def _context() -> FormContext:
    return FormContext(today=london_day(utc_now()), language=language.current())
