"""What a branch can do from its own page: answer, write, make a move, get the link again.

Every one is a page with a button and a post; a mail scanner that opens links does nothing. Changing what it told us
is in `tracking_changes`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from portal import limits
from portal.clock import london_day, utc_now
from portal.extensions import db
from portal.public import (
    before_the_letter,
    form_pages,
    language,
    meanwhile,
    own_moves,
    posted,
    registered,
    tracking,
    twin_panels,
    twin_words,
)
from portal.public.blueprint import on_both_private_pages
from portal.public.little_forms import MessageForm
from portal.sealed import unseal
from portal.speakers.bookings import MeetingHasPassedError
from portal.submissions import actions, correspondence, registry, turns, untold
from portal.submissions.actions import MissingAnswerError, Mover, NotPermittedError, WrongAnswerError
from portal.submissions.forms import FormContext, StepForm
from portal.submissions.models import Event, Submission
from portal.submissions.moves import MoveForm, move_form
from portal.submissions.workflow import Actor, Transition

BRANCH = Mover(Actor.BRANCH)
SAME_PRESS = timedelta(minutes=10)
"""The same words within this time are a second press of one button, not a second message."""

UNSEEN = ("csrf_token", meanwhile.FIELD)
"""What a form holds and nobody typed."""

View = Callable[..., ResponseReturnValue]


def unless_faster(view: View) -> View:
    """Draw a kind page where somebody changed the request a moment earlier; nothing of this one was written."""

    @wraps(view)
    def careful(token: str, **more: Any) -> ResponseReturnValue:
        try:
            return view(token, **more)
        except (NotPermittedError, StaleDataError):
            posted.only_read_from_now()
            submission = tracking.find(token)
            if _was_done(submission, tracking.own_move(submission, more.get("name", own_moves.ANSWER))):
                return back(token)
            words = [value for name, value in request.form.items() if name not in UNSEEN and value.strip()]
            return render_template("public/moved_on.html", token=token, submission=submission, words=words), 409

    return careful


@on_both_private_pages("/<token>/answer", method="POST")
@unless_faster
def track_answer(token: str) -> ResponseReturnValue:
    """Answer the question that was put to the branch."""
    is_good = checked_token(token)
    submission = tracking.find(token)
    form = move_form(tracking.own_move(submission, own_moves.ANSWER))(posted.typed())
    button = _("Send your answer")
    if not is_good:
        return tracking.page(
            token, submission, utc_now(), answer_form=form, notice=form_pages.token_notice(button), status=400
        )
    if not form.validate():
        return tracking.page(token, submission, utc_now(), answer_form=form, status=422)
    return _perform(token, submission, tracking.own_move(submission, own_moves.ANSWER), form)


@on_both_private_pages("/<token>/moves/<name>")
def track_move(token: str, name: str) -> ResponseReturnValue:
    """What a move means, what it asks, and the button that makes it."""
    submission = tracking.find(token)
    before_the_letter.draw_back(submission)
    move = tracking.own_move(submission, name)
    if move not in turns.permitted_at(submission, Actor.BRANCH, utc_now()):
        return redirect(url_for("public.track", token=token))
    return _move_page(token, submission, move, _form_of(submission, move)())


@on_both_private_pages("/<token>/moves/<name>", method="POST")
@unless_faster
def make_track_move(token: str, name: str) -> ResponseReturnValue:
    """Make the move."""
    is_good = checked_token(token)
    submission = tracking.find(token)
    move = tracking.own_move(submission, name)
    form = _form_of(submission, move)(posted.typed())
    if not is_good:
        notice = form_pages.token_notice(own_moves.label(submission, move))
        return _move_page(token, submission, move, form, notice=notice, status=400)
    if not form.validate():
        return _move_page(token, submission, move, form, status=422)
    return _perform(token, submission, move, form)


@on_both_private_pages("/<token>/message")
def track_message(token: str) -> ResponseReturnValue:
    """Write to us, while the request is open: nobody looks for messages about closed ones."""
    submission = tracking.find(token)
    if not submission.is_open:
        return redirect(url_for("public.track", token=token))
    return _message_page(token, submission, MessageForm(context=context()))


@on_both_private_pages("/<token>/message", method="POST")
@unless_faster
def send_track_message(token: str) -> ResponseReturnValue:
    """File the message; sent twice it is still one."""
    is_good = checked_token(token)
    submission = tracking.find(token)
    form = MessageForm(posted.typed(), context=context())
    if not is_good:
        notice = form_pages.token_notice(_("Send your message"))
        return _message_page(token, submission, form, notice=notice, status=400)
    if not submission.is_open:
        raise NotPermittedError("the request is closed")
    if not form.validate():
        return _message_page(token, submission, form, status=422)
    now = utc_now()
    text = form.cleaned()["message"]
    last = _last_event(submission)
    if last is None or last.name != "message" or last.text != text or last.at < now - SAME_PRESS:
        actions.message_from_branch(db.session(), submission, text, now=now)
        db.session.commit()
    # By when it is answered stands in the first sentence of the page.
    flash(_("We have your message. A coordinator will answer it."), "success")
    return back(token)


@on_both_private_pages("/<token>/send-link", method="POST")
@unless_faster
def resend_link(token: str) -> ResponseReturnValue:
    """Send the link once more to the address on file."""
    is_good = checked_token(token)
    if is_good:
        limits.refuse_if_over(limits.count("LIMIT_RESEND_LINK", "link", token))
    submission = tracking.find(token)
    if not is_good:
        notice = form_pages.token_notice(_("Email it to me again"))
        return tracking.page(token, submission, utc_now(), notice=notice, status=400)
    correspondence.write(db.session(), submission, "common/your-link", now=utc_now(), facts={})
    db.session.commit()
    flash(_("The link is on its way to the email address you gave us."), "success")
    return back(token)


def checked_token(token: str) -> bool:
    """Whether the form's token is good; where it is not, this request only reads. 429 for too many acts an hour."""
    is_good = posted.token_is_good()
    if is_good:
        # The count is a transaction of its own, so it comes before the page's.
        limits.refuse_if_over(limits.count("LIMIT_TRACK", "link", token))
    else:
        posted.only_read_from_now()
    return is_good


def _perform(token: str, submission: Submission, move: Transition, form: MoveForm) -> ResponseReturnValue:
    """Make a checked move, in one transaction, and go back to the branch's page."""
    now = utc_now()
    number, was = submission.id, twin_words.stage(submission)
    try:
        actions.perform(db.session(), submission, move.name, by=BRANCH, now=now, answers=form.answers())
    except (MissingAnswerError, WrongAnswerError, MeetingHasPassedError) as refusal:
        # Something only a coordinator can say is missing (a fee), or the speaker is booked elsewhere: they are told
        # what the branch wants.
        db.session.rollback()
        again = db.session.get_one(Submission, number)
        if isinstance(refusal, WrongAnswerError) and refusal.name in form:
            form[refusal.name].errors = [refusal.sentence]
            return _move_page(token, again, move, form, status=422)
        actions.message_from_branch(db.session(), again, own_moves.label(again, move), now=now)
    db.session.commit()
    flash(own_moves.done(move.name, was), "success")
    return back(token)


def _form_of(submission: Submission, move: Transition) -> type[MoveForm]:
    """The form of a move, without what is known already."""
    return move_form(turns.asks_of(submission, move))


def _was_done(submission: Submission, move: Transition) -> bool:
    """Whether the branch itself has just made this move in the same words: a second press of the button.

    Other words are not the same: whoever typed them must hear that they were not taken.
    """
    last = _last_event(submission)
    if last is None or last.actor != Actor.BRANCH or last.transition != move.name or last.at <= utc_now() - SAME_PRESS:
        return False
    form = _form_of(submission, move)(posted.typed())
    said = {name: unseal(str(last.data.get(name, ""))) for name in form.data}
    return form.validate() and all(said[name] == given for name, given in form.answers().items())


def _last_event(submission: Submission) -> Event | None:
    return db.session.scalar(
        select(Event).where(Event.submission_id == submission.id).order_by(Event.id.desc()).limit(1)
    )


def context() -> FormContext:
    """What the page's forms must know: today in London, and the language."""
    return FormContext(today=london_day(utc_now()), language=language.current())


def back(token: str) -> Response:
    """To the branch's own page, after a post."""
    return redirect(url_for("public.track", token=token), 303)


def _move_page(
    token: str, submission: Submission, move: Transition, form: StepForm, *, notice: str = "", status: int = 200
) -> Response:
    kind = registry.kind(submission.kind)
    return draw(
        "public/track_move.html",
        token,
        submission,
        form,
        notice,
        status,
        move=move,
        label=own_moves.label(submission, move),
        what_it_does=own_moves.what_it_does(
            submission,
            move,
            is_unheard=submission.state == "confirmed"
            and not submission.stands_as
            and untold.holds_letters(db.session(), submission.id),
        ),
        at_stake=kind.at_stake(submission, move.name, language.current(), london_day(utc_now())),
        beside=twin_panels.pauses(token, submission) if move.name == own_moves.PAUSE else (),
    )


def _message_page(
    token: str, submission: Submission, form: StepForm, *, notice: str = "", status: int = 200
) -> Response:
    return draw("public/track_message.html", token, submission, form, notice, status)


def draw(
    template: str, token: str, submission: Submission, form: StepForm, notice: str, status: int, **more: Any
) -> Response:
    """Draw a page with one form about a request."""
    kind = registry.kind(submission.kind)
    registered.warn(submission, form)
    return make_response(
        render_template(
            template,
            token=token,
            submission=submission,
            kind=kind,
            caption=f"{_(kind.label)} {submission.reference}",
            form=form,
            notice=notice,
            has_errors=bool(notice or form.errors),
            **more,
        ),
        status,
    )
