"""The post on the desk as lists: what needs a person, waits, is held or has left. Each letter stands in one of them.

One letter and what may be done with it is in `mail`, the letters for a second reader in `second_reader`.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from flask import render_template, request, url_for
from markupsafe import Markup, escape
from sqlalchemy import ColumnElement, and_, exists, func, select, text

from portal.clock import london_day, utc_now
from portal.dashboard import mail_spells, out_of_sight, went_wrong, words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.request_page import email_when
from portal.emails import models as mail_rows
from portal.emails import outbox
from portal.emails.models import OutboxEmail
from portal.emails.outbox import MailStatus
from portal.extensions import db
from portal.security import needs
from portal.submissions import approvals
from portal.submissions.work import APPROVAL_IS_OPEN, Approval

LISTED_AT_MOST = 100
SHOWS = {
    "failures": "Needs a person",
    "waiting": "Waiting to leave",
    "held": "Held for review",
    "sent": "Sent lately",
}
EMPTY = {
    "failures": ("No letter has failed", "When a mail server refuses a letter, it appears here for you to telephone."),
    "waiting": ("No letter is waiting", "Letters wait here until the worker has sent them, usually for seconds."),
    "held": (
        "No letter is held",
        "Letters of suspicious entries and of a restored backup wait until somebody lets them go.",
    ),
    "sent": ("No letter has been sent yet", "Every letter that leaves appears here."),
}
TAGS = {
    mail_rows.QUEUED: "checking",
    mail_rows.HELD: "branch",
    mail_rows.SENDING: "checking",
    mail_rows.SENT: "confirmed",
    mail_rows.REFUSED: "overdue",
    mail_rows.GIVEN_UP: "overdue",
    mail_rows.CANCELLED: "withdrawn",
}
TAG_WORDS = {
    mail_rows.QUEUED: "Waiting",
    mail_rows.HELD: "Held",
    mail_rows.SENDING: "Being sent",
    mail_rows.SENT: "Sent",
    mail_rows.REFUSED: "Refused",
    mail_rows.GIVEN_UP: "Given up",
    mail_rows.CANCELLED: "Cancelled",
}
FOR_A_SECOND_READER = "For a second reader"
_is_for_second_reader = exists().where(Approval.id == OutboxEmail.approval_id, text(f"approvals.{APPROVAL_IS_OPEN}"))


def tag_word(email: OutboxEmail, *, is_for_second_reader: bool) -> str:
    """Where a letter stands, in the word under which the lists have it."""
    is_held = email.state == mail_rows.HELD
    return FOR_A_SECOND_READER if is_held and is_for_second_reader else TAG_WORDS[email.state]


@blueprint.get("/mail")
@needs("coordinator")
def mail() -> str:
    """The outbox in its lists, and how long the oldest letter has waited."""
    now = utc_now()
    today = london_day(now)
    show = request.args.get("show", "")
    status = outbox.status(db.session)
    if show not in SHOWS:
        show = "failures" if status.failed else "waiting"
    found = listed(show)
    emails = [Listed(email, today, now) for email in found]
    return render_template(
        "dashboard/mail.html",
        title=SHOWS[show],
        show=show,
        pills=pills(show, status),
        emails=emails,
        addresses=out_of_sight.addresses(db.session(), found),
        spells=mail_spells.spells(found, now) if show == "failures" else (),
        says_why=show == "failures" or any(each.wrong for each in emails),
        empty=EMPTY[show],
        oldest=age(status.oldest_queued_at, now),
        server=went_wrong.of_server(status.trouble),
        last_pass=words.when(status.last_pass_at, today) if status.last_pass_at else "",
    )


def pills(show: str, status: MailStatus) -> list[dict[str, Any]]:
    """The ways to the lists, with what stands in them; `show` is the one that is open."""
    held = db.session.scalar(select(func.count(OutboxEmail.id)).where(_is_held()))
    counts = {"failures": status.failed, "waiting": status.queued, "held": held}
    found: list[dict[str, Any]] = [
        {"label": label, "url": url_for("dashboard.mail", show=name), "count": counts.get(name)}
        | {"current": name == show}
        for name, label in SHOWS.items()
    ]
    second = {"label": FOR_A_SECOND_READER, "url": url_for("dashboard.second_readings")}
    return [*found, second | {"count": len(approvals.waiting(db.session())), "current": show == "second-reader"}]


def _is_held() -> ColumnElement[bool]:
    """Held for review or by a restored backup: what waits for a second reader stands in a list of its own."""
    return and_(text(mail_rows.IS_HELD), ~_is_for_second_reader)


ONE_WORD = Markup('<span class="nowrap">{}</span>')
_REFERENCE = re.compile(r"(USC-[0-9]+)")


class Listed:
    """A letter as a row of a list."""

    def __init__(self, email: OutboxEmail, today: date, now: datetime) -> None:
        self.email = email
        self.tag, self.word = TAGS[email.state], TAG_WORDS[email.state]
        self.when = email_when(email, today)
        self.wrong = went_wrong.of_letter(email, now)
        # A reference is one word: it does not break at its hyphen.
        parts = _REFERENCE.split(email.subject)
        self.subject = Markup("").join(
            ONE_WORD.format(each) if at % 2 else escape(each) for at, each in enumerate(parts)
        )


def listed(show: str) -> list[OutboxEmail]:
    """The letters of one list, newest first, and no more than a page holds."""
    if show == "failures":
        return list(outbox.failures(db.session, LISTED_AT_MOST))
    conditions: dict[str, Any] = {
        "waiting": and_(
            OutboxEmail.next_try_at.is_not(None), OutboxEmail.state.in_((mail_rows.QUEUED, mail_rows.SENDING))
        ),
        "held": _is_held(),
        "sent": OutboxEmail.state == mail_rows.SENT,
    }
    found = (
        select(OutboxEmail).options(*mail_rows.WITHOUT_WORDS).where(conditions[show]).order_by(OutboxEmail.id.desc())
    )
    return list(db.session.scalars(found.limit(LISTED_AT_MOST)))


def age(moment: datetime | None, now: datetime) -> str:
    """How long ago a moment was, in words; empty for none."""
    if moment is None:
        return ""
    minutes = max(int((now - moment).total_seconds() // 60), 0)
    for size, one, many in ((1440, "1 day", "days"), (60, "1 hour", "hours"), (1, "1 minute", "minutes")):
        if minutes >= size:
            return one if minutes // size == 1 else f"{minutes // size} {many}"
    return "less than a minute"
