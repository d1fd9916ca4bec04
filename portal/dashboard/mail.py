"""One letter of the post on the desk: its words, letting it go, sending it once more. The lists are in `mail_lists`.

A letter's HTML part is shown on a page of its own under a policy that lets it do nothing: the one exception to
the rule that no page carries styles of its own. A private letter (about signing in) never shows its words here.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.dashboard import copies, out_of_sight, went_wrong, words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.mail_lists import TAGS, tag_word
from portal.dashboard.typed_letters import LINK_SHOWN
from portal.emails import models as mail_rows
from portal.emails import outbox
from portal.emails.invites import FILE_NAME
from portal.emails.models import FAILED, OutboxEmail
from portal.extensions import db
from portal.security import needs
from portal.submissions import approvals, tasks
from portal.submissions.models import Submission
from portal.submissions.old_letters import day_passed
from portal.submissions.whole import LARGEST_NUMBER
from portal.twinning import register
from portal.twinning.bodies import LETTER
from portal.twinning.registrations import UkrainianRegistration

SANDBOX = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox"
)
LINK = re.compile(r"\[\[link:[0-9]+\]\]")
LED_TO = re.compile(rf'href="{LINK.pattern}"')


@blueprint.get("/mail/<int:email_id>")
@needs("coordinator")
def email_page(email_id: int) -> str:
    """One letter: to whom, its words, what became of it. The words of one that names a contact in Ukraine wait."""
    email = _find(email_id)
    return _letter_page(email, is_behind=out_of_sight.contact_in(db.session(), email) is not None)


@blueprint.post("/mail/<int:email_id>")
@needs("coordinator")
def show_letter(email_id: int) -> str:
    """The same page with the words; that somebody looked is kept before they are shown."""
    email = _find(email_id)
    body = out_of_sight.contact_in(db.session(), email)
    if body is not None:
        found = db.session.get_one(UkrainianRegistration, body)
        register.note_look(db.session(), found, LETTER, coordinator_id=current_user.id, now=utc_now())
        db.session.commit()
    return _letter_page(_find(email_id))


def _letter_page(email: OutboxEmail, *, is_behind: bool = False) -> str:
    """Draw the page of a letter; with its words `is_behind` a button."""
    now = utc_now()
    today = london_day(now)
    words_of_it = copies.words_of(email)
    is_damaged = words_of_it is None
    return render_template(
        "dashboard/email.html",
        email=email,
        to=out_of_sight.addresses(db.session(), [email])[email.id],
        tag=TAGS[email.state],
        tag_word=tag_word(email, is_for_second_reader=approvals.is_waiting(db.session(), email.approval_id)),
        queued=words.when(email.queued_at, today),
        sent=words.when(email.sent_at, today) if email.sent_at else "",
        wrong=went_wrong.of_letter(email, now),
        tried=words.when(email.tried_at, today) if email.tried_at else "",
        dealt_with=words.when(email.dealt_with_at, today) if email.dealt_with_at else "",
        text="" if email.is_private or is_damaged or is_behind else LINK.sub(LINK_SHOWN, words_of_it or ""),
        is_damaged=is_damaged,
        is_emptied=email.is_private and words_of_it == "",
        is_behind=is_behind and not is_damaged,
        names_contact=out_of_sight.names_contact(email),
        has_failed=email.state in FAILED and email.dealt_with_at is None,
        copy=_last_copy(email) or "",
        can_release=_can_release(email),
        second_reading=email.approval_id,
        address_now=copies.address_now(email),
        can_send_again=not is_damaged
        and not email.is_private
        and email.state not in (mail_rows.HELD, mail_rows.CANCELLED),
        day_passed=day_passed(words_of_it or "", today),
    )


def held(email: OutboxEmail, *, is_open: bool) -> dict[str, Any]:
    """What the page of a second reading shows of one letter, while the reading `is_open` or after it."""
    return {
        "email": email,
        "text": LINK.sub(LINK_SHOWN, email.text),
        "tag": TAGS[email.state],
        "word": tag_word(email, is_for_second_reader=is_open),
    }


@blueprint.get("/mail/<int:email_id>/html")
@needs("coordinator")
def email_html(email_id: int) -> FlaskResponse:
    """A letter's HTML part alone, under a policy that lets it run, load and send nothing."""
    email = _find(email_id)
    is_behind = out_of_sight.contact_in(db.session(), email) is not None
    if email.is_private or is_behind or copies.words_of(email) is None:
        abort(404)
    return sandboxed(without_links(email.html))


def without_links(html: str) -> str:
    """A letter’s HTML part with its buttons leading nowhere, and words where the address of a private link is shown."""
    return LINK.sub(LINK_SHOWN, LED_TO.sub('href="#"', html))


@blueprint.get("/mail/<int:email_id>/calendar")
@needs("coordinator")
def email_calendar(email_id: int) -> FlaskResponse:
    """The calendar file that goes with a letter."""
    email = _find(email_id)
    if email.is_private or not email.calendar:
        abort(404)
    return calendar_answer(email.calendar)


def calendar_answer(calendar: str) -> FlaskResponse:
    """A calendar file to keep or to open, never a page."""
    response = FlaskResponse(calendar, mimetype="text/calendar")
    response.headers["Content-Disposition"] = f"attachment; filename={FILE_NAME}"
    return response


def sandboxed(html: str) -> FlaskResponse:
    """A page that is somebody's letter: it may show its own styles and nothing else."""
    response = make_response(html)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


@blueprint.post("/mail/<int:email_id>/again")
@needs("coordinator")
def send_again(email_id: int) -> Response:
    """Send the same letter once more, under a new Message-ID and marked as a copy."""
    email = _find(email_id)
    if email.is_private or email.state in (mail_rows.HELD, mail_rows.CANCELLED) or copies.words_of(email) is None:
        abort(404)
    if str(_last_copy(email) or "") != request.form.get("copy", ""):
        flash("It was sent again already: see the newest copy.", "error")
        return redirect(url_for("dashboard.email_page", email_id=email_id), 303)
    stays = copies.once_more(email, utc_now())
    db.session.commit()
    flash(f"A copy is on its way.{' The task stays until it is delivered.' if stays else ''}", "success")
    return _after(email)


@blueprint.post("/mail/<int:email_id>/release")
@needs("coordinator")
def release_letter(email_id: int) -> Response:
    """Let a held letter go that no entry under review holds back: one of a restored backup."""
    email = _find(email_id)
    if not _can_release(email):
        abort(404)
    outbox.release_one(db.session, email, utc_now())
    db.session.commit()
    flash("It is on its way.", "success")
    return _after(email)


@blueprint.post("/mail/<int:email_id>/dealt-with")
@needs("coordinator")
def deal_with(email_id: int) -> Response:
    """A person has told the addressee in another way; the letter leaves the list of failures."""
    email = _find(email_id)
    if email.state in FAILED and email.dealt_with_at is None:
        now = utc_now()
        outbox.deal_with(email, current_user.id, now)
        tasks.finish_for_letter(db.session, email.id, by_id=current_user.id, now=now, outcome="They were telephoned.")
        db.session.commit()
        flash("Thank you. It is off the list.", "success")
    return redirect(url_for("dashboard.mail", show="failures"), 303)


def _can_release(email: OutboxEmail) -> bool:
    """Whether a letter is held for itself: others wait for their entry to be let in, or for a second reader."""
    if email.state != mail_rows.HELD:
        return False
    if approvals.is_waiting(db.session(), email.approval_id):
        return False
    under_review = select(Submission.held_reason).where(Submission.id == email.submission_id)
    return db.session.scalar(under_review) is None


def _after(email: OutboxEmail) -> Response:
    """Back to the request that a letter is about, or to the post."""
    if email.submission_id is not None:
        return redirect(url_for("dashboard.request_page", number=email.submission_id), 303)
    return redirect(url_for("dashboard.mail"), 303)


def _last_copy(email: OutboxEmail) -> int | None:
    """The newest copy that was sent of a letter: a second press of the button finds another one than its page."""
    newest = select(OutboxEmail.id).where(OutboxEmail.resend_of_id == email.id)
    return db.session.scalar(newest.order_by(OutboxEmail.id.desc()).limit(1))


def _find(email_id: int) -> OutboxEmail:
    known = email_id <= LARGEST_NUMBER
    email = db.session.get(OutboxEmail, email_id, options=mail_rows.WITHOUT_WORDS) if known else None
    if email is None:
        abort(404)
    return email
