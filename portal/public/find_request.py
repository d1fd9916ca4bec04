"""Finding one's request, or one's page as a speaker, again: the private link is sent to the address on file.

The answer is the same, in words and in time, whether or not we know the address.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from flask import current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, or_, select
from werkzeug.wrappers import Response

from portal import limits
from portal.clock import london_day, utc_now
from portal.emails import links
from portal.emails.facts import LinkList
from portal.emails.models import FAILED, OutboxEmail
from portal.extensions import db
from portal.public import form_pages, language, posted
from portal.public.blueprint import in_both_languages
from portal.public.little_forms import FindForm
from portal.sealed import digest
from portal.speakers import keeping, register_letters
from portal.submissions import correspondence, registry
from portal.submissions.forms import FormContext
from portal.submissions.models import Submission
from portal.submissions.private_links import OPEN_AFTER_CLOSING
from portal.submissions.whole import load, number_of
from portal.twinning.registrations import UkrainianRegistration

LETTERS_AT_MOST = 10
PAUSE = timedelta(minutes=30)
"""Anybody can type an address: the same link is not sent to it again so soon."""
LETTER = "common/your-link"
_SPEAKER_S = 0
"""Stands for the link to a speaker's own page: no link has this number."""

log = structlog.get_logger("portal.public")


@in_both_languages("/find-my-request")
def find_request() -> ResponseReturnValue:
    """Ask for the email address."""
    return _page(FindForm(context=_context()))


@in_both_languages("/find-my-request", method="POST")
def send_links() -> ResponseReturnValue:
    """Send the links, if there are any, and say the same in every case."""
    started = time.monotonic()
    form = FindForm(posted.typed(), context=_context())
    if not posted.token_is_good():
        posted.only_read_from_now()
        return _page(form, notice=form_pages.token_notice(_("Send me my link")), status=400)
    if not form.validate():
        return _page(form, status=422)
    values = form.cleaned()
    email = str(values["email"]).casefold()
    limits.refuse_if_over(limits.count("LIMIT_RESEND_LINK", "address", request.remote_addr or ""))
    # Over this limit nothing is sent, and the page says the same: nobody's letter box is filled from here.
    is_over = limits.count("LIMIT_RESEND_LINK", "email", email) > 0
    if not is_over:
        _write(email, str(values["reference"]), utc_now())
    log.info("link_asked_for")
    # A letter takes longer to write than none: everybody waits until the same moment.
    time.sleep(max(0.0, current_app.config["RESET_ANSWER_SECONDS"] - (time.monotonic() - started)))
    return render_template("public/link_sent.html")


def _write(email: str, reference: str, now: datetime) -> None:
    """Queue one letter with the links to all requests that this address may see, and one to a speaker's own page."""
    sent = _just_sent(email, now)
    lost = []
    numbers = (_numbers(email, reference, now), _in_ukraine(email, reference))
    for number in [number for statement in numbers for number in db.session.scalars(statement).all()]:
        submission = load(db.session(), number)
        if submission is not None:
            link = correspondence.private_link(db.session(), submission, now)
            if link.id not in sent:
                lost.append((submission, link))
    if lost:
        (newest, link), *others = lost
        with force_locale(newest.language):
            rows = [(_opens(each), links.placeholder(their_link)) for each, their_link in others]
        facts = {"other_links": LinkList.of(rows)}
        correspondence.write(db.session(), newest, LETTER, now=now, facts=facts, link=link)
    speaker = None if reference else keeping.find_by_email(db.session(), email)
    if speaker is not None and speaker.is_in_register and _SPEAKER_S not in sent:
        register_letters.send_link(db.session(), speaker, by=None, now=now)
    db.session.commit()


def _opens(submission: Submission) -> str:
    """What a link opens, in the present language: “USC-1042: Speaker request”."""
    return f"{submission.reference}: {_(registry.kind(submission.kind).label)}"


def _just_sent(email: str, now: datetime) -> set[int]:
    """The links that went to an address a moment ago, and `_SPEAKER_S`; none of a letter that has failed."""
    found = select(OutboxEmail.template, OutboxEmail.link_ids).where(
        OutboxEmail.to_digest == digest(email),
        OutboxEmail.template.in_((LETTER, register_letters.LINK)),
        OutboxEmail.state.not_in(FAILED),
        OutboxEmail.queued_at > now - PAUSE,
    )
    sent: set[int] = set()
    for row in db.session.execute(found):
        sent |= {_SPEAKER_S} if row.template == register_letters.LINK else set(row.link_ids)
    return sent


def _numbers(email: str, reference: str, now: datetime) -> Select[int]:
    """The newest requests of an address that are open or were closed not long ago."""
    conditions: list[ColumnElement[bool]] = [
        func.lower(Submission.contact_email) == email,
        or_(Submission.is_open, Submission.closed_at >= now - OPEN_AFTER_CLOSING),
    ]
    if reference:
        conditions.append(Submission.id == number_of(reference))
    return select(Submission.id).where(*conditions).order_by(Submission.id.desc()).limit(LETTERS_AT_MOST)


def _in_ukraine(email: str, reference: str) -> Select[int]:
    """The registrations of an address in Ukraine: it is sealed, and found by its digest until all is deleted."""
    theirs = [UkrainianRegistration.email_digest == digest(email)]
    if reference:
        theirs.append(UkrainianRegistration.id == number_of(reference))
    return (
        select(UkrainianRegistration.id).where(*theirs).order_by(UkrainianRegistration.id.desc()).limit(LETTERS_AT_MOST)
    )


def _context() -> FormContext:
    return FormContext(today=london_day(utc_now()), language=language.current())


def _page(form: FindForm, *, notice: str = "", status: int = 200) -> Response:
    return make_response(
        render_template("public/find_request.html", form=form, notice=notice, has_errors=bool(notice or form.errors)),
        status,
    )
