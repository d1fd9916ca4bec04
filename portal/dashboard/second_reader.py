"""Letters that wait for a second reader: the list, reading them, letting them leave, or sending them back to be mended.

Who may decide, and that nobody decides twice, is `submissions/approvals`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.clock import london_day, utc_now
from portal.dashboard import mail, mail_lists, moves, of_body, out_of_sight, people, typed_letters, words
from portal.dashboard.blueprint import blueprint
from portal.dashboard.finding import me
from portal.dashboard.typed_letters import TypedLetter
from portal.emails import outbox, second_reading
from portal.extensions import db
from portal.security import needs, tries_out
from portal.submissions import approvals, kept_back, old_letters, overtaken, registry
from portal.submissions.approvals import OVERTAKEN, DecidedAlreadyError, NotTheirsToDecideError, OvertakenError
from portal.submissions.prepared import Prepared
from portal.submissions.typed import clean_text
from portal.submissions.whole import LARGEST_NUMBER
from portal.submissions.work import Approval
from portal.twinning import vanishing

LONGEST_NOTE = 4000
CHANGED = "The request has changed since you opened this page, and no letter has left. Look whether they still fit."
ONE = "/mail/second-reader/<int:approval_id>"
DECISIONS = {
    approvals.APPROVED: "approved these letters. They may leave now",
    approvals.SENT_BACK: "sent these letters back. They have not left",
    approvals.TAKEN_BACK: "took these letters back. They have not left",
    approvals.NOT_NEEDED: "said that these letters are not needed. They never leave",
}

KEPT_BACK = {approvals.SENT_BACK: "Sent back", approvals.TAKEN_BACK: "Taken back"}


@blueprint.get("/mail/second-reader")
@needs("coordinator")
def second_readings() -> str:
    """All letters that wait for a second reader, and those that were kept back and have not left."""
    today = london_day(now := utc_now())
    return render_template(
        "dashboard/second_readings.html",
        pills=mail_lists.pills("second-reader", outbox.status(db.session)),
        waiting=[
            _listed(approval, today)
            | {"until": words.when(approval.expires_at, today), "is_late": approval.expires_at <= now}
            for approval in approvals.waiting(db.session())
        ],
        kept_back=[
            _listed(approval, today) | {"how": KEPT_BACK[approval.decision]}
            for approval in kept_back.listed(db.session())
        ],
    )


def _listed(approval: Approval, today: date) -> dict[str, Any]:
    """What the lists say of the letters of one move."""
    return {
        "url": _url(approval.id),
        "what": approvals.label(approval.submission, approval.action),
        "heading": approval.submission.heading,
        "reference": approval.submission.reference,
        "who": approval.asked_by.name,
        "since": words.when(approval.asked_at, today),
        "is_own": approval.asked_by_id == current_user.id,
    }


@blueprint.get(ONE, endpoint="second_reading")
@needs("coordinator")
@tries_out
def second_reading_page(approval_id: int) -> str:
    """The letters of one move, with what somebody may do about them. Who reads a contact in Ukraine is kept first."""
    found = _find(approval_id)
    held = [email.template for email in second_reading.letters_of(db.session(), approval_id)]
    if out_of_sight.note_look(db.session(), found.submission, held, by=me(), now=utc_now()):
        db.session.commit()
    return _page(_find(approval_id))


@blueprint.post(f"{ONE}/approve")
@needs("coordinator")
def approve_letters(approval_id: int) -> Response:
    """Let the letters leave, if the request is as it was when they were read."""
    approval = _find(approval_id)
    if approval.decided_at is None and approval.asked_by_id != current_user.id and _has_changed(approval):
        flash(CHANGED, "error")
        return redirect(_url(approval_id), 303)
    return _decided(approval_id, lambda found: approvals.approve(db.session(), found, by=me(), now=utc_now()))


@blueprint.post(f"{ONE}/take-back")
@needs("coordinator")
def take_letters_back(approval_id: int) -> Response:
    """Keep one's own letters from leaving."""
    return _decided(approval_id, lambda found: approvals.take_back(db.session(), found, by=me(), now=utc_now()))


@blueprint.post(f"{ONE}/send-back")
@needs("coordinator")
def send_letters_back(approval_id: int) -> str | Response | tuple[str, int]:
    """Keep the letters from leaving, and say why to who wrote them."""
    approval = _find(approval_id)
    note = clean_text(request.form.get("note", ""))
    if not note or len(note) > LONGEST_NOTE:
        short = f"Shorten this to {LONGEST_NOTE:,} letters or fewer" if note else "Say what should be different"
        return _page(approval, note=note, error=short)
    try:
        approvals.send_back(db.session(), approval, note, by=me(), now=utc_now())
    except (DecidedAlreadyError, NotTheirsToDecideError) as refused:
        db.session.rollback()
        # What was typed stays on the page, under what has happened.
        return _page(_find(approval_id), note=note, refused=_why(refused)), 409
    db.session.commit()
    flash(f"They are back with {_find(approval_id).asked_by.name}. No letter has left.", "success")
    return redirect(_url(approval_id), 303)


@blueprint.post(f"{ONE}/again")
@needs("coordinator")
def send_letters_again(approval_id: int) -> str | Response | tuple[str, int]:
    """Send letters that were kept back, in mended words, with or without a second reader."""
    approval = _find(approval_id)
    last, _ = approvals.changed_since(db.session(), approval)
    prepared = _words(approval)
    letters = typed_letters.from_form(prepared, request.form, approval.submission)
    if kept_back.is_kept_back(approval) and request.form.get("as-of", "0") != str(last):
        # What was typed tells of what was before: it can be read, and the boxes hold the words of today.
        typed = typed_letters.from_form(kept_back.words_of(approval), request.form, approval.submission)
        return _page(approval, refused=OVERTAKEN, typed=typed), 409
    if _has_changed(approval):
        return _page(approval, letters=letters, refused=CHANGED), 409
    wants = moves.wants_second_reader()
    is_alone = moves.NOBODY_ELSE if wants and not moves.second_readers() else ""
    if typed_letters.has_errors(letters) or is_alone:
        return _page(approval, letters=letters, is_alone=is_alone)
    try:
        kept_back.send_again(
            db.session(),
            approval,
            prepared,
            by=me(),
            now=utc_now(),
            edited=typed_letters.edited(letters),
            for_reader=wants,
            as_of=last,
        )
    except (DecidedAlreadyError, OvertakenError) as refused:
        db.session.rollback()
        return _page(_find(approval_id), letters=letters, refused=_why(refused)), 409
    number = approval.submission_id
    db.session.commit()
    flash("The letters wait for a second reader." if wants else "The letters are on their way.", "success")
    return redirect(url_for("dashboard.request_page", number=number), 303)


@blueprint.post(f"{ONE}/not-needed")
@needs("coordinator")
def letters_not_needed(approval_id: int) -> str | Response | tuple[str, int]:
    """Say that letters which were kept back never need to leave, and why."""
    approval = _find(approval_id)
    why = clean_text(request.form.get("why", ""))
    if not why or len(why) > LONGEST_NOTE:
        short = f"Shorten this to {LONGEST_NOTE:,} letters or fewer" if why else "Say how they know, or why not"
        return _page(approval, why=why, why_error=short)
    try:
        kept_back.not_needed(db.session(), approval, why, by=me(), now=utc_now())
    except (DecidedAlreadyError, NotTheirsToDecideError) as refused:
        db.session.rollback()
        return _page(_find(approval_id), why=why, refused=_why(refused)), 409
    number = approval.submission_id
    db.session.commit()
    flash("The letters are not needed. The request goes on as it stands.", "success")
    return redirect(url_for("dashboard.request_page", number=number), 303)


def _decided(approval_id: int, decide: Callable[[Approval], object]) -> Response:
    """Decide, and show the letters as they stand then."""
    approval = _find(approval_id)
    try:
        decide(approval)
        db.session.commit()
        found = _find(approval_id)
        more = ". Send them, or say that they are not needed" if kept_back.is_kept_back(found) else ""
        flash(f"Thank you. {_told(found)}{more}.", "success")
    except (DecidedAlreadyError, NotTheirsToDecideError, OvertakenError) as refused:
        db.session.rollback()
        flash(_why(refused), "error")
    return redirect(_url(approval_id), 303)


def _has_changed(approval: Approval) -> bool:
    """Whether the request is another than when the page was drawn: its letters may no longer fit."""
    return request.form.get("version") != str(approval.submission.version)


def _why(refused: Exception) -> str:
    if isinstance(refused, NotTheirsToDecideError):
        return "Nobody decides on letters of their own, and nobody takes back those of others."
    if isinstance(refused, OvertakenError):
        return str(refused)
    return "Somebody was faster: these letters were decided on already."


def _page(
    approval: Approval,
    *,
    note: str = "",
    error: str = "",
    refused: str = "",
    letters: list[TypedLetter] | None = None,
    is_alone: str = "",
    why: str = "",
    why_error: str = "",
    typed: list[TypedLetter] | None = None,
) -> str:
    """The page of one second reading. `note`, `letters` and `why` are what was typed; `typed` is only to be read."""
    today = london_day(now := utc_now())
    submission = approval.submission
    is_open, is_own = approval.decided_at is None, approval.asked_by_id == current_user.id
    is_kept_back = kept_back.is_kept_back(approval)
    last, is_over = approvals.changed_since(db.session(), approval)
    if letters is None and is_kept_back:
        letters = typed_letters.from_prepared(_words(approval))
    held = second_reading.letters_of(db.session(), approval.id)
    to = out_of_sight.addresses(db.session(), held)
    for letter in letters or []:
        role = letter.key.split("|")[1]
        letter.who = of_body.said(submission, letter.who)
        letter.address = out_of_sight.address(submission, letter.address, role, approval.action)
    return render_template(
        "dashboard/second_reading.html",
        approval=approval,
        submission=submission,
        what=approvals.label(submission, approval.action),
        tag=words.tag(submission.kind, submission.state, is_answered=True),
        moved_on=bool(last),
        is_too_late=old_letters.are_too_late(db.session(), approval.id, submission, now),
        is_over=is_over,
        as_of=last,
        typed=typed or [],
        since=words.when(approval.asked_at, today),
        until=words.when(approval.expires_at, today),
        is_late=approval.expires_at <= now,
        is_open=is_open,
        is_own=is_own,
        readers=moves.second_readers(),
        decided="" if is_open else f"{_told(approval)} ({words.when(approval.decided_at or now, today)}).",
        held=[mail.held(email, is_open=is_open) | {"to": to[email.id]} for email in held if email.text],
        letters=letters or [],
        can_send_again=is_kept_back,
        link_token=typed_letters.LINK_IN_WORDS,
        wants_second_reader=moves.wants_second_reader() or request.method == "GET",
        note=note,
        error=error,
        refused=refused or (registry.kind(submission.kind).bar(submission) if is_open or is_kept_back else ""),
        is_alone=is_alone,
        why=why,
        why_error=why_error,
        has_errors=bool(error or why_error or is_alone or typed_letters.has_errors(letters or [])),
        url=_url(approval.id),
    )


def _words(approval: Approval) -> list[Prepared]:
    """The letters in the words in which they may leave: anew from today's facts where the request has moved on."""
    now = utc_now()
    is_too_late = old_letters.are_too_late(db.session(), approval.id, approval.submission, now)
    if is_too_late or approvals.changed_since(db.session(), approval)[0]:
        return overtaken.written_anew(db.session(), approval, by=me(), now=now)
    return kept_back.words_of(approval)


def _told(approval: Approval) -> str:
    """Who decided, and how; of letters whose words are forgotten, why that is."""
    if approval.letters is None and approval.decision == approvals.NOT_NEEDED:
        return vanishing.GONE.removesuffix(".")
    known = people.coordinators(db.session, utc_now()).get(approval.decided_by_id or approval.asked_by_id)
    return f"{known.name if known else 'Somebody'} {DECISIONS[approval.decision]}"


def _find(approval_id: int) -> Approval:
    found = approvals.find(db.session(), approval_id) if approval_id <= LARGEST_NUMBER else None
    if found is None:
        abort(404)
    return found


def _url(approval_id: int) -> str:
    return url_for("dashboard.second_reading", approval_id=approval_id)
