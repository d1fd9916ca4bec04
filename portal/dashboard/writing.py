"""What a coordinator writes and says about one request: notes, messages, who looks after it, letting it in."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import func, select, update
from werkzeug.wrappers import Response

from portal.accounts.models import Coordinator
from portal.clock import utc_now
from portal.dashboard import conflicts, people
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import find, me, mover
from portal.dashboard.request_page import opened
from portal.dashboard.typed_letters import shown
from portal.emails import edited, letters, outbox
from portal.emails.models import HELD, QUEUED, OutboxEmail
from portal.extensions import db
from portal.security import needs
from portal.submissions import actions, answering, correspondence, crossing, together, turns
from portal.submissions.models import Event, Submission
from portal.submissions.typed import clean_text
from portal.submissions.workflow import Recipient

LONGEST_TEXT = 4000
SPAM = "Looks like spam."


@blueprint.post("/requests/<int:number>/note")
@needs("coordinator")
def note(number: int) -> str | Response:
    """Keep a note that only the team reads."""
    submission = find(db.session, number)
    now = utc_now()
    text = clean_text(request.form.get("note", ""))
    error = _wrong(text, "Write the note first")
    if error:
        return render_template(
            "dashboard/note.html", submission=submission, text=text, error=error, opened=opened(now), has_errors=True
        )
    # Notes stand beside each other: whatever else has happened, a note is never refused. Pressed twice, it is one.
    if not _is_kept(number, text, now):
        actions.add_note(db.session, submission, text, by=mover(), now=now)
        table = Submission.__table__
        db.session.execute(update(table).where(table.c.id == number).values(version=table.c.version + 1))
        db.session.commit()
    flash("The note is kept.", "success")
    return _back(number)


def _is_kept(number: int, text: str, now: datetime) -> bool:
    """Whether the same page has kept this note already."""
    since = conflicts.opened_at(now)
    same = (Event.submission_id == number, Event.coordinator_id == current_user.id, Event.text == text)
    last = db.session.scalar(select(func.max(Event.at)).where(Event.name == "note", *same))
    return last is not None and since is not None and last >= since


@blueprint.get("/requests/<int:number>/message")
@needs("coordinator")
def message(number: int) -> str | Response:
    """Write to the branch: the words first."""
    submission = find(db.session, number)
    if submission.held_reason is not None:
        return _let_it_in_first(number)
    return _message_page(submission, "", "")


@blueprint.post("/requests/<int:number>/message")
@needs("coordinator")
def send_message(number: int) -> str | Response:
    """Look the message over as the branch will read it, then send it."""
    submission = find(db.session, number)
    if submission.held_reason is not None:
        return _let_it_in_first(number)
    conflicts.insist(submission)
    now = utc_now()
    text = clean_text(request.form.get("message", ""))
    error = _wrong(text, "Write your message first") or crossing.wrong(submission, Recipient.BRANCH, text)
    if not submission.contact_email:
        error = f"We have no email address for this {_sender(submission)}. Telephone or write to them instead"
    if error or request.form.get("step") == "words":
        return _message_page(submission, text, error)
    if request.form.get("step") != "send":
        language = correspondence.language_of(submission, Recipient.BRANCH)
        facts = correspondence.facts_for(
            submission, Recipient.BRANCH, answers={}, private_link=correspondence.NO_LINK_YET, now=now
        )
        texts = edited.texts(db.session())
        letter = letters.wording("common/message", language, facts | {"message": text}, texts=texts)
        return render_template(
            "dashboard/message_preview.html",
            submission=submission,
            text=text,
            letter=letter,
            words=shown(letter.body),
            opened=opened(now),
        )
    actions.message_to_branch(db.session, submission, text, by=mover(), now=now)
    turns.touch(submission)
    db.session.commit()
    flash(f"Your message is on its way to the {_sender(submission)}.", "success")
    return _back(number)


@blueprint.post("/requests/<int:number>/settle")
@needs("coordinator")
def settle(number: int) -> Response:
    """Say that what the branch wrote needs no answer: a telephone call has settled it. No letter leaves."""
    submission = find(db.session, number)
    conflicts.insist(submission)
    if answering.settle(db.session(), submission, by=mover(), now=utc_now()) is None:
        conflicts.no_longer_open()
    db.session.commit()
    flash("It goes on as before. No letter was sent.", "success")
    return _back(number)


def _sender(submission: Submission) -> str:
    return "body" if submission.IS_SEALED else "branch"


def _let_it_in_first(number: int) -> Response:
    """Nothing leaves about a held entry, so that nothing is written either."""
    flash("Let the request in first. Until then no letter about it leaves.", "error")
    return _back(number)


def _message_page(submission: Submission, text: str, error: str) -> str:
    return render_template(
        "dashboard/message.html",
        submission=submission,
        text=text,
        error=error,
        has_errors=bool(error),
        opened=opened(utc_now()),
    )


def _wrong(text: str, empty: str) -> str:
    """The sentence for a text that cannot be kept; nothing for a good one."""
    if not text:
        return empty
    return f"Shorten this to {LONGEST_TEXT:,} letters or fewer" if len(text) > LONGEST_TEXT else ""


@blueprint.post("/requests/<int:number>/assign")
@needs("coordinator")
def assign(number: int) -> Response:
    """Take a request on, hand it over, or give it back to the queue."""
    submission = find(db.session, number)
    conflicts.insist(submission)
    to = request.form.get("to", "")
    person: Coordinator | None = None
    if to != "none":
        person = me() if to == "me" else _somebody(to)
        if person is None:
            flash("Choose who takes it on.", "error")
            return _back(number)
    actions.assign(db.session, submission, person, by=mover(), now=utc_now())
    db.session.commit()
    if person is None:
        flash("It is back in the queue.", "success")
    else:
        flash("It is yours now." if person.id == current_user.id else f"It is with {person.name} now.", "success")
    return _back(number)


def _somebody(typed: str) -> Coordinator | None:
    """The coordinator of that number, where requests may be given to them."""
    is_number = typed.isascii() and typed.isdigit() and len(typed) < 10
    known = people.coordinators(db.session, utc_now()).get(int(typed)) if is_number else None
    return db.session.get(Coordinator, known.id) if known and known.can_take else None


@blueprint.post("/requests/<int:number>/release")
@needs("coordinator")
def release_held(number: int) -> Response:
    """Let a held entry into the queue, and its letters out."""
    submission = find(db.session, number)
    conflicts.insist(submission)
    if submission.held_reason is None:
        conflicts.no_longer_open()
    found = together.under_review_with(db.session(), submission)
    for each in found:
        actions.release(db.session, each, by=mover(), now=utc_now())
    db.session.commit()
    if len(found) > 1:
        flash(f"{together.named(found)} are in the queue now, and their letters are leaving.", "success")
    else:
        flash("It is in the queue now, and its letters are leaving.", "success")
    return _back(number)


@blueprint.post("/requests/<int:number>/decline-held")
@needs("coordinator")
def decline_held(number: int) -> Response:
    """Decline a held entry as spam: none of its letters ever leaves."""
    submission = find(db.session, number)
    conflicts.insist(submission)
    if submission.held_reason is None:
        conflicts.no_longer_open()
    found = together.under_review_with(db.session(), submission)
    for each in found:
        _decline_unheard(each)
    db.session.commit()
    if len(found) > 1:
        flash(f"{together.named(found)} are declined. No letter was sent.", "success")
    else:
        flash("It is declined. No letter was sent.", "success")
    return redirect(url_for("dashboard.queue", view="held"), 303)


def _decline_unheard(submission: Submission) -> None:
    """Decline an entry, and let none of its letters leave."""
    actions.perform(db.session, submission, "decline", by=mover(), now=utc_now(), answers={"reason": SPAM})
    db.session.flush()
    waiting = select(OutboxEmail).where(
        OutboxEmail.submission_id == submission.id, OutboxEmail.state.in_((HELD, QUEUED))
    )
    for email in db.session.scalars(waiting).all():
        outbox.cancel(db.session, email)
    submission.held_reason = None


def _back(number: int) -> Response:
    return redirect(url_for("dashboard.request_page", number=number), 303)
