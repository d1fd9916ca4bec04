"""A new private link for a branch, in place of one that somebody else may hold."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.clock import utc_now
from portal.dashboard import conflicts, typed_letters
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import find, mover
from portal.dashboard.request_page import opened
from portal.emails import edited, letters
from portal.extensions import db
from portal.security import needs
from portal.submissions import correspondence, private_links
from portal.submissions.workflow import Recipient


@blueprint.get("/requests/<int:number>/new-link")
@needs("coordinator")
def new_link(number: int) -> str | Response:
    """What a new link does, and the letter that brings it."""
    submission = find(db.session, number)
    now = utc_now()
    if not private_links.can_be_renewed(submission, now):
        return _not_now(number)
    language = correspondence.language_of(submission, Recipient.BRANCH)
    facts = correspondence.facts_for(
        submission, Recipient.BRANCH, answers={}, private_link=correspondence.NO_LINK_YET, now=now
    )
    is_first = private_links.is_first(db.session(), submission)
    letter = letters.wording(
        private_links.letter_of(db.session(), submission), language, facts, texts=edited.texts(db.session())
    )
    return render_template(
        "dashboard/new_link.html",
        submission=submission,
        letter=replace(letter, body=typed_letters.shown(letter.body)),
        is_first=is_first,
        stranded=private_links.stranded(db.session, submission),
        opened=opened(now),
    )


@blueprint.post("/requests/<int:number>/new-link")
@needs("coordinator")
def send_new_link(number: int) -> Response:
    """End the old link and send the new one."""
    submission = find(db.session, number)
    conflicts.insist(submission)
    now = utc_now()
    if not private_links.can_be_renewed(submission, now):
        return _not_now(number)
    is_first = private_links.is_first(db.session(), submission)
    private_links.send_new(db.session, submission, by=mover(), now=now)
    db.session.commit()
    gone = "" if is_first else "The old link is dead. "
    sender = "body" if submission.IS_SEALED else "branch"
    flash(f"{gone}The {'private link' if is_first else 'new one'} is on its way to the {sender}.", "success")
    return redirect(url_for("dashboard.request_page", number=number), 303)


def _not_now(number: int) -> Response:
    """A held entry sends no letters, one without an address reads none, and one long closed opens to no link."""
    flash("No private link can be sent for this request.", "error")
    return redirect(url_for("dashboard.request_page", number=number), 303)
