"""The last page of a form: check your answers, send them once, and read what happens next."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import structlog
from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from portal import limits
from portal.affiliations.forms import ALSO_WANTS
from portal.clock import london_day, utc_now
from portal.emails.parcel import readable_address
from portal.extensions import db
from portal.public import addresses, drafts, form_pages, language, posted, progress
from portal.public.blueprint import in_both_languages
from portal.submissions import intake, registry, together, too_near
from portal.submissions.actions import Mover
from portal.submissions.choices import labels_of
from portal.submissions.forms import StepForm
from portal.submissions.models import Draft
from portal.submissions.registry import Kind
from portal.submissions.whole import load
from portal.submissions.workflow import Actor

NAMES = ("contact_name", "branch_name", "treasurer_name", "lead_name", "deputy_name")
"""Names that stand at the top of our letters."""
_NAMES_A_PAGE = re.compile(r"://|@|\bwww\.|\w\.[a-z]{2,}/|\w{2}\.(?-i:[a-z]{2})", re.IGNORECASE)
"""What mail programs make a link of, also “evil.example” alone. “J. Smith”, “A.B. Jones” and “St.John” are names."""
log = structlog.get_logger("portal.public")


@in_both_languages("/<kind:kind>/check")
def check(kind: str) -> ResponseReturnValue:
    """All answers, each with a link to change it."""
    found = registry.kind(kind)
    now = utc_now()
    draft = drafts.find(db.session(), kind, now)
    if draft is None:
        return form_pages.gone(kind)
    if drafts.is_sent(draft):
        return redirect(url_for("public.sent", kind=kind))
    return _check_page(found, draft, now)


@in_both_languages("/<kind:kind>/check", method="POST")
def send(kind: str) -> ResponseReturnValue:
    """Make a request of the answers. Sent twice it is still one, and both times lead to the confirmation."""
    found = registry.kind(kind)
    now = utc_now()
    if not posted.token_is_good():
        posted.only_read_from_now()
        return _drawn_again(found, now, form_pages.token_notice(_("Send your request")), 400)
    try:
        try:
            return _send(found, now)
        except IntegrityError:
            # Two forms of one branch at the same moment: now the second finds what the first has made.
            db.session.rollback()
            return _send(found, now)
    except posted.TROUBLE:
        posted.only_read_from_now()
        return _drawn_again(found, now, form_pages.trouble_notice(_("Send your request")), 503)


def _send(kind: Kind, now: datetime) -> Response:
    """File the draft, in one transaction with everything that follows from it."""
    session = db.session()
    draft = drafts.find(session, kind.name, now, lock=True)
    if draft is None:
        return form_pages.gone(kind.name)
    if not drafts.is_sent(draft):
        is_over_limit = limits.form_is_over_limit(session.connection(), request.remote_addr or "")
        held_reason = _held_reason(draft, is_over_limit, now)
        try:
            submission = intake.file(
                session,
                kind,
                drafts.answers_in(draft),
                now=now,
                language=language.current(),
                by=Mover(Actor.BRANCH),
                draft=draft,
                held_reason=held_reason,
            )
        except intake.InvalidAnswersError as wrong:
            session.rollback()
            return redirect(form_pages.address_from_check(kind, wrong.step_name, is_wrong=True), 303)
        drafts.close(session, draft, submission, now)
        number = submission.id
        session.commit()
        log.info("request_received", submission_id=number, kind=kind.name, held=held_reason or "")
    return redirect(url_for("public.sent", kind=kind.name), 303)


def _held_reason(draft: Draft, is_over_limit: bool, now: datetime) -> str | None:
    """Why a person should look at this first; None where nothing speaks against it."""
    if drafts.is_trapped(draft) or posted.trap_is_filled():
        return "trap"
    if (now - draft.opened_at).total_seconds() < int(current_app.config["FORM_MINIMUM_SECONDS"]):
        return "too-fast"
    typed = (step.get(name, "") for step in drafts.answers_in(draft).values() for name in NAMES)
    if any(_NAMES_A_PAGE.search(str(each)) for each in typed):
        return "address-for-name"
    return "many" if is_over_limit else None


@in_both_languages("/<kind:kind>/sent")
def sent(kind: str) -> ResponseReturnValue:
    """The confirmation: the reference and what happens next. Only the browser that sent the form sees it."""
    found = registry.kind(kind)
    draft = drafts.find(db.session(), kind, utc_now())
    if draft is None:
        return form_pages.gone_after_sending()
    number = drafts.request_of(draft)
    submission = load(db.session(), number) if number is not None else None
    if submission is None:
        return redirect(url_for("public.start", kind=kind))
    # A form that renewed a branch's affiliation may have been sent by another person than the first.
    is_own = submission.draft_id == draft.id
    wishes = (getattr(submission, "also_wants", None) or []) if is_own else []
    answer = make_response(
        render_template(
            "public/sent.html",
            kind=found,
            form_title=_(addresses.TITLES[kind]),
            submission=submission,
            is_own=is_own,
            together=together.all_of(submission) if is_own else [],
            day_of=progress.day,
            steps=progress.at_first(submission) if is_own else [],
            near=too_near.said(submission, utc_now()) if is_own else "",
            settled=found.settled(submission, language.current(), london_day(utc_now())).rows if is_own else (),
            others=[each for each in registry.of_branches() if each.name != kind] if found.heading is None else [],
            titles=addresses.TITLES,
            address=readable_address(submission.contact_email),
            also_wants="; ".join(labels_of(ALSO_WANTS, wishes)),
        )
    )
    return form_pages.private(answer)


def _drawn_again(kind: Kind, now: datetime, notice: str, status: int) -> ResponseReturnValue:
    """The check page once more, with a sentence above it."""
    draft = drafts.find(db.session(), kind.name, now)
    if draft is None or drafts.is_sent(draft):
        return form_pages.gone(kind.name) if draft is None else redirect(url_for("public.sent", kind=kind.name), 303)
    return _check_page(kind, draft, now, notice=notice, status=status)


def _check_page(kind: Kind, draft: Draft, now: datetime, *, notice: str = "", status: int = 200) -> Response:
    """Draw all answers, or lead to the first step that is missing or no longer holds."""
    answers = drafts.answers_in(draft)
    checked = intake.check(kind, answers, form_pages.context_of(answers, now))
    missing = [step.name for step, _form in checked if step.name not in answers]
    if missing:
        flash(
            ngettext("%(num)d step is still missing.", "%(num)d steps are still missing.", len(missing)),
            "notice",
        )
        return redirect(form_pages.address_from_check(kind, missing[0]))
    for step, form in checked:
        if form.errors:
            return redirect(form_pages.address_from_check(kind, step.name, is_wrong=True))
    answer = make_response(
        render_template(
            "public/check.html",
            kind=kind,
            form_title=_(addresses.TITLES[kind.name]),
            told=[(step, _rows(kind, step.name, form), _gaps(kind, step.name, form)) for step, form in checked],
            back=url_for("public.step", kind=kind.name, step=kind.steps[-1].name),
            number=len(kind.steps) + 1,
            total=len(kind.steps) + 1,
            notice=notice,
            parts=len(kind.parts({step.name: form for step, form in checked})),
            has_errors=bool(notice),
        ),
        status,
    )
    return form_pages.private(answer)


def _gaps(kind: Kind, step: str, form: StepForm) -> list[tuple[str, str]]:
    """Label and address of each field that was left empty."""
    url = form_pages.address_from_check(kind, step)
    return [(str(field.label.text).rstrip("?"), f"{url}#{field.id}") for field in form.unanswered()]


def _rows(kind: Kind, step: str, form: StepForm) -> list[dict[str, Any]]:
    """The lines of a step's summary, each with the address where it is changed."""
    url = form_pages.address_from_check(kind, step)
    return [{"label": row.label, "value": row.value, "change_url": f"{url}#{row.field_id}"} for row in form.summary()]
