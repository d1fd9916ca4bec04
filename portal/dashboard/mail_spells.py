"""Letters that failed in one spell, since the mail server refused all: one list, ticks, one press sends them again.

One letter is sent again in `mail`; the list of failures is in `mail_lists`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import flash, redirect, request, url_for
from sqlalchemy import select, text
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.dashboard import copies, went_wrong, words
from portal.dashboard.blueprint import blueprint
from portal.emails import models as mail_rows
from portal.emails.models import OutboxEmail
from portal.extensions import db
from portal.security import needs
from portal.submissions.old_letters import day_passed
from portal.submissions.whole import LARGEST_NUMBER

AT_ONCE = 100
"""So many letters one press sends: as many as the list of failures shows."""
APART = timedelta(minutes=30)
"""Failures of one spell lie no further apart than that."""


@dataclass(frozen=True)
class Spell:
    """Letters to several people that failed one after the other for one reason, the newest first."""

    when: str
    reason: str
    emails: tuple[OutboxEmail, ...]


def spells(emails: Sequence[OutboxEmail], now: datetime) -> list[Spell]:
    """The spells among letters that failed, the newest first; none for what only its own address explains."""
    by_cause: dict[str, list[OutboxEmail]] = {}
    for email in sorted(emails, key=_failed_at, reverse=True):
        cause = went_wrong.cause_of_server(email.last_error)
        if cause and not email.is_private:
            by_cause.setdefault(cause, []).append(email)
    found: list[tuple[str, list[OutboxEmail]]] = []
    for cause, letters in by_cause.items():
        for at, email in enumerate(letters):
            if at == 0 or _failed_at(letters[at - 1]) - _failed_at(email) > APART:
                found.append((cause, []))
            found[-1][1].append(email)
    several = [(cause, each) for cause, each in found if len({email.to_digest for email in each}) > 1]
    several.sort(key=lambda pair: _failed_at(pair[1][0]), reverse=True)
    today = london_day(now)
    return [Spell(_when(each, today), cause, tuple(each)) for cause, each in several]


def _failed_at(email: OutboxEmail) -> datetime:
    return email.tried_at or email.queued_at


def _when(letters: Sequence[OutboxEmail], today: date) -> str:
    return words.when(_failed_at(letters[-1]), today)


@blueprint.post("/mail/again")
@needs("coordinator")
def send_several_again() -> Response:
    """Send the letters that are ticked once more, each as `mail.send_again` does; what cannot go is counted."""
    now = utc_now()
    typed = request.form.getlist("letter", type=int)
    ticked = {each for each in typed[:AT_ONCE] if 0 < each <= LARGEST_NUMBER}
    if not ticked:
        flash("Tick the letters that are to be sent again.", "error")
        return _back()
    sent = old = 0
    for email in _failed(ticked):
        body = copies.words_of(email)
        if body is None or email.is_private:
            continue
        if day_passed(body, london_day(now)):
            old += 1
            continue
        copies.once_more(email, now)
        sent += 1
    db.session.commit()
    if sent:
        flash(f"{_letters(sent)} on the way again. Each task stays until its letter is delivered.", "success")
    if old:
        flash(f"{_letters(old)} not sent: a day they name has passed. Look at each.", "error")
    if not sent and not old:
        flash("They were sent again already, or somebody has dealt with them.", "error")
    return _back()


def _failed(numbers: set[int]) -> Sequence[OutboxEmail]:
    """Those of the letters that need a person, in one order for all: of two presses the second waits."""
    found = select(OutboxEmail).options(*mail_rows.WITHOUT_WORDS).where(OutboxEmail.id.in_(numbers))
    found = found.where(text(mail_rows.NEEDS_A_PERSON)).order_by(OutboxEmail.submission_id, OutboxEmail.id)
    return db.session.scalars(found.with_for_update()).all()


def _letters(count: int) -> str:
    return "1 letter is" if count == 1 else f"{count} letters are"


def _back() -> Response:
    return redirect(url_for("dashboard.mail", show="failures"), 303)
